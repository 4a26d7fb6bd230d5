"""Secrets in every form in which a platform, a traceback or a log may show them."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pytest_upgradecheck.redaction import MASK, Redactor

SECRET = "pa/ss+w&rd<=>'\"\\é~42=="
KEY = "key-4711-secret"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        json.dumps(SECRET)[1:-1].replace("+", "\\u002B").replace("&", "\\u0026").replace("<", "\\u003C")
        .replace(">", "\\u003E").replace("'", "\\u0027"),
        json.dumps(SECRET)[1:-1].replace("+", "\\u002b").replace("&", "\\u0026").replace("<", "\\u003c")
        .replace(">", "\\u003e").replace("'", "\\u0027"),
        repr(SECRET)[1:-1],
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        html.escape(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)  # fmt: skip
def test_form_of_a_secret_is_masked(form: str) -> None:
    redactor = Redactor([SECRET])
    assert redactor.touches(f"before {form} after")
    # What may be left is the padding of Base64, which tells nothing.
    assert redactor.text(f"before {form} after").replace("=", "") == "before *** after"


def test_every_secret_is_masked_wherever_it_stands() -> None:
    redactor = Redactor(["first-secret", "second-secret"])
    text = "first-secretsecond-secret, second-secret\nfirst-secret"
    assert redactor.text(text) == "******, ***\n***"


def test_secret_within_a_secret_leaves_no_ends_showing() -> None:
    for secrets in (["Bearer abcdef", "abcdef"], ["abcdef", "Bearer abcdef"]):
        assert Redactor(secrets).text("sent Bearer abcdef, or abcdef") == "sent ***, or ***"


def test_what_is_no_secret_stays() -> None:
    text = "Key-4711-secret, key-4711, -secret and ***"
    redactor = Redactor([KEY])
    assert redactor.text(text) == text
    assert not redactor.touches(text)


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_nothing_is_masked(secrets: list[str]) -> None:
    redactor = Redactor(secrets)
    assert redactor.text("anything") == "anything"
    assert not redactor.touches("anything")
    assert redactor.value({"a": ["b"]}) == {"a": ["b"]}


def test_json_value_is_masked_in_keys_and_values_at_any_depth() -> None:
    value = {"a": [1, None, True, 2.5, {KEY: f"x{KEY}x"}], "b": (KEY, {"c": KEY})}
    masked = Redactor([KEY]).value(value)
    assert masked == {"a": [1, None, True, 2.5, {"***": "x***x"}], "b": ["***", {"c": "***"}]}


def test_value_given_is_left_as_it_was() -> None:
    inner = [KEY]
    value = {"a": inner}
    Redactor([KEY]).value(value)
    assert value == {"a": [KEY]}
    assert value["a"] is inner


@given(
    secret=st.text(st.characters(codec="ascii", min_codepoint=0x21, max_codepoint=0x7E), min_size=6, max_size=30),
    before=st.text(max_size=10),
    after=st.text(max_size=10),
)
@example(secret="it's-a-key", before='"', after="")
def test_no_key_survives_in_text_json_or_a_repr(secret: str, before: str, after: str) -> None:
    assume(set(secret) != {"*"})
    redactor = Redactor([secret])
    said = before + secret + after
    for shown in (said, json.dumps(said), json.dumps([{"k": said}], ensure_ascii=False), quote(said), repr(said)):
        assert secret not in redactor.text(shown)
        assert MASK in redactor.text(shown)


def test_redactor_itself_shows_no_secret() -> None:
    redactor = Redactor([KEY])
    assert KEY not in repr(redactor)
    assert KEY not in str(redactor)
