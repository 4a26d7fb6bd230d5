"""Secrets in every form in which a platform, a traceback or a log may show them."""

from __future__ import annotations

import ast
import base64
import html
import json
import pprint
import re
import reprlib
import textwrap
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pytest_upgradecheck.redaction import MASK, Redactor, is_sealed

KEY = "key-4711-secret"

#: A secret of every kind: one that every encoder escapes, a plain one, a token, a password with spaces, a key of lines.
SECRETS = {
    "awkward": "pa/ss+w&rd<=>'\"\\é~42==",
    "backslashes": r"C:\new\table\x41%41\\end",
    "not ASCII": "пароль-😀-naïve-ß",
    "plain": "hunter2hunter2",
    "token": "eyJhbGciOiJIUzI1NiJ9." + "".join(chr(97 + i * i % 26) + str(i * 7 % 10) for i in range(140)),
    "spaces": "correct horse battery staple",
    "key file": "-----BEGIN PRIVATE KEY-----\n"
    + "\n".join("".join(chr(65 + (line * 31 + i * i) % 26) for i in range(48)) for line in range(4))
    + "\n+/plusAtTheStart==\n-----END PRIVATE KEY-----\n",
}
#: Texts of which none may be left: of a key, each line.
PARTS = {
    name: [line for line in secret.splitlines() if not line.startswith("-----")] for name, secret in SECRETS.items()
}


def unicode_escapes(text: str, *, upper: bool) -> str:
    units = text.encode("utf-16-be")
    codes = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{code.upper() if upper else code}" for code in codes)


def percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def basic(user: str) -> Callable[[str], str]:
    return lambda secret: "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def base32_after(text: str) -> Callable[[str], str]:
    return lambda secret: base64.b32encode(f"{text}{secret}".encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "repr": repr,
    "repr of bytes": lambda secret: repr(secret.encode()),
    "ascii": ascii,
    "JSON": json.dumps,
    "JSON with Unicode": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON with slashes escaped": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "JSON in JSON": lambda secret: json.dumps(json.dumps({"a": json.dumps(secret)})),
    "JSON in a repr": lambda secret: repr(json.dumps(secret)),
    "\\uXXXX": lambda secret: unicode_escapes(secret, upper=True),
    "\\uxxxx": lambda secret: unicode_escapes(secret, upper=False),
    "percent": lambda secret: urllib.parse.quote(secret, safe=""),
    "percent, slashes plain": urllib.parse.quote,
    "percent, lower case": percent,
    "percent twice": lambda secret: urllib.parse.quote(urllib.parse.quote(secret)),
    "form": urllib.parse.quote_plus,
    "HTML": html.escape,
    "HTML twice": lambda secret: html.escape(html.escape(secret)),
    "HTML, decimal": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "HTML, hexadecimal": lambda secret: "".join(f"&#x{ord(each):X};" for each in secret),
    "JSON in HTML": lambda secret: html.escape(json.dumps(secret)),
    "Base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "Base64 without padding": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "URL-safe Base64": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "Base64 in lines": lambda secret: base64.encodebytes(secret.encode()).decode(),
    "Base64, percent-encoded": lambda secret: urllib.parse.quote(base64.b64encode(secret.encode()).decode(), safe=""),
    "Basic, first place": basic("us"),
    "Basic, second place": basic("use"),
    "Basic, third place": basic("user"),
    "Base32": lambda secret: base64.b32encode(secret.encode()).decode(),
    "Base32 without padding": lambda secret: base64.b32encode(secret.encode()).decode().rstrip("="),
    **{f"Base32, place {before + 1}": base32_after("user:"[:before]) for before in range(1, 5)},
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal, upper case": lambda secret: secret.encode().hex().upper(),
    "hexadecimal, mixed case": lambda secret: "".join(
        digit.upper() if at % 3 else digit for at, digit in enumerate(secret.encode().hex())
    ),
    "hexadecimal with colons": lambda secret: secret.encode().hex(":").upper(),
    "hexadecimal with blanks": lambda secret: secret.encode().hex(" "),
    "hexadecimal in words": lambda secret: secret.encode().hex("-", 2),
    "hexadecimal after a digit": lambda secret: "0" + secret.encode().hex(),
    "hexadecimal after a byte": lambda secret: f"us:{secret}".encode().hex(),
    "hexadecimal in lines": lambda secret: textwrap.fill(secret.encode().hex(), 30),
    "wrapped": lambda secret: textwrap.fill(secret, 20, subsequent_indent="      "),
    "broken in the middle": lambda secret: f"{secret[:7]}\n    {secret[7:]}",
    "broken in a traceback": lambda secret: f"E       {secret[:9]}\nE       {secret[9:]}",
    "broken between literals": lambda secret: f"E    '{secret[:9]}'\nE    '{secret[9:]}'",
    "coloured": lambda secret: f"\x1b[33m{secret[:5]}\x1b[39;49;00m{secret[5:]}\x1b[0m",
    "pprint": lambda secret: pprint.pformat({"a": [secret, "b" * 60]}, width=30),
}


def from_hex(text: str) -> str:
    """The bytes that the hexadecimal digits of a text stand for, as text."""
    digits = re.sub(r"[\s:-]", "", text)
    rows = re.findall("[0-9a-fA-F]{2,}", digits)
    return " ".join(
        bytes.fromhex(row[at : at + (len(row) - at) // 2 * 2]).decode("utf-8", "replace")
        for row in rows
        for at in (0, 1)
    )


def left_of(text: str) -> str:
    """A text as a reader could decode it: escapes undone, as often as it takes, and everything on one line."""
    for _ in range(4):
        text = html.unescape(urllib.parse.unquote(text))
        text = text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
    return "".join(text.split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SECRETS)
def test_form_of_a_secret_is_masked(name: str, form: str) -> None:
    redactor = Redactor(SECRETS.values())
    text = f"before: {FORMS[form](SECRETS[name])}, after"
    assert redactor.touches(text)
    masked = redactor.text(text)
    assert masked.startswith("before: ")
    assert masked.endswith(", after")
    assert MASK in masked
    assert not redactor.touches(masked)
    for part in PARTS[name]:
        for shown in (masked, left_of(masked), from_hex(masked)):
            assert part not in shown
            assert part[:8] not in shown
            assert part[-8:] not in shown


@pytest.mark.parametrize("name", SECRETS)
def test_what_stays_of_json_can_still_be_read(name: str) -> None:
    masked = Redactor([SECRETS[name]]).text(json.dumps({"a": f"x {SECRETS[name]} y", "b": 1}))
    assert json.loads(masked)["b"] == 1
    assert ast.literal_eval(Redactor([SECRETS[name]]).text(repr([SECRETS[name], 1])))[1] == 1


@pytest.mark.parametrize("name", ["token", "key file"])
@pytest.mark.parametrize("length", [30, 42, 80, 240])
def test_parts_that_a_cut_leaves_are_masked(name: str, length: int) -> None:
    shortened = reprlib.Repr()
    shortened.maxstring = length
    masked = Redactor([SECRETS[name]]).text(f"token = {shortened.repr(SECRETS[name])}, after")
    assert MASK in masked or name == "key file"  # of which a short cut may leave nothing but the frame
    for part in PARTS[name]:
        assert not any(part[at : at + 8] in masked for at in range(len(part) - 7))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hunter2...", "hunter2..."),  # 7 characters, and not the end
        ("'hunt...ter2'", "'***...***'"),
        ("'hunter2h...'", "'***...'"),
        ("...er2hunter2'", "...***'"),
        ("hunting... better2", "hunting... better2"),
        ("hunter2", "hunter2"),
    ],
)
def test_ends_at_a_cut(text: str, expected: str) -> None:
    assert Redactor([SECRETS["plain"]]).text(text) == expected


def test_part_in_the_middle_is_masked_from_sixteen_characters() -> None:
    token = SECRETS["token"]
    redactor = Redactor([token])
    for start in range(100):
        assert redactor.text(f"<{token[start : start + 16]}>") == "<***>"
        assert redactor.text(f"<{token[start : start + 12]}>") != "<***>"


def test_lines_of_a_key_are_masked_one_by_one_and_its_frame_is_public() -> None:
    key = SECRETS["key file"]
    diff = "".join(f"E         - {line}\nE         ?  ^^\nE         + other\n" for line in key.splitlines())
    masked = Redactor([key]).text(diff)
    assert masked.count("- ***\n") == len(PARTS["key file"])
    assert "- -----BEGIN PRIVATE KEY-----\n" in masked
    assert masked.count("\n") == diff.count("\n")


def test_base64_that_holds_a_secret_is_masked_as_a_whole() -> None:
    redactor = Redactor([KEY])
    for user in ("a", "ab", "abc"):
        encoded = base64.b64encode(f"{user}:{KEY}:tail".encode()).decode()
        assert redactor.text(f"Authorization: Basic {encoded}\n") == "Authorization: Basic ***\n"


def test_every_secret_is_masked_wherever_it_stands() -> None:
    redactor = Redactor(["first-secret", "second-secret"])
    text = "first-secretsecond-secret, second-secret\nfirst-secret"
    assert redactor.text(text) == "******, ***\n***"


def test_secret_within_a_secret_leaves_no_ends_showing() -> None:
    for secrets in (["Bearer abcdef", "abcdef"], ["abcdef", "Bearer abcdef"]):
        assert Redactor(secrets).text("sent Bearer abcdef, or abcdef") == "sent ***, or ***"


@pytest.mark.parametrize(
    "text",
    [
        "Key-4711-secret, key-4711, -secret and ***",
        "C:\\new\\table & 100% of <b>&nbsp;\n    'it' %zz \\u12 &#99999999; \\ud800",
        "the horse, the battery, the staple",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_what_is_not_a_secret_stays(text: str) -> None:
    redactor = Redactor([KEY, *SECRETS.values()])
    assert redactor.text(text) == text
    assert not redactor.touches(text)


@pytest.mark.parametrize("secrets", [[], [""], ["", ""], ["\n"]])
def test_without_a_secret_nothing_is_masked(secrets: list[str]) -> None:
    redactor = Redactor(secrets)
    assert redactor.text("anything\n") == "anything\n"
    assert not redactor.touches("anything")
    assert redactor.value({"a": ["b"]}) == {"a": ["b"]}


def test_json_value_is_masked_in_keys_and_values_at_any_depth() -> None:
    value = {"a": [1, None, True, 2.5, {KEY: f"x{KEY}x"}], "b": (KEY, {"c": KEY})}
    masked = Redactor([KEY]).value(value)
    assert masked == {"a": [1, None, True, 2.5, {"***": "x***x"}], "b": ["***", {"c": "***"}]}


def test_keys_that_look_the_same_behind_their_masks_are_all_kept() -> None:
    assert Redactor([KEY, "other-secret"]).value({KEY: 1, "other-secret": 2, "***": 3}) == {
        "***": 1,
        "*** (2)": 2,
        "*** (3)": 3,
    }


def test_number_that_is_a_secret_is_masked() -> None:
    value = {"pin": 471147, "text": "471147", "other": 4711470, "half": 471147.5, "yes": True}
    masked = Redactor(["471147"]).value(value)
    assert masked == {"pin": "***", "text": "***", "other": 4711470, "half": 471147.5, "yes": True}


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
    text = before + secret + after
    for shown in (text, json.dumps(text), json.dumps([{"k": text}], ensure_ascii=False), repr(text)):
        assert secret not in redactor.text(shown)
        assert MASK in redactor.text(shown)


@given(text=st.text(st.sampled_from("\\%&;#xu04aAn'\" \n\r\tE+-.…=\x1b[m"), max_size=60))
def test_any_text_can_be_searched_and_keeps_its_lines(text: str) -> None:
    masked = Redactor(["aaaaaa", "xu04aA\nnnnnnnnn"]).text(text)
    assert masked.count("\n") == text.count("\n")


def test_redactor_itself_shows_no_secret() -> None:
    redactor = Redactor([KEY])
    assert KEY not in repr(redactor)
    assert KEY not in str(redactor)


class TestSeals:
    def test_the_same_secret_has_the_same_seal_and_another_one_another(self) -> None:
        redactor = Redactor([KEY, "other-secret"], record="shop/test")
        first, again, other = redactor.sealed([KEY, f"<{KEY}>", "other-secret"])
        assert is_sealed(first)
        assert again == f"<{first}>"
        assert is_sealed(other)
        assert other != first

    def test_another_run_makes_the_same_seals_and_another_record_others(self) -> None:
        seals = [Redactor([KEY], record=record).sealed(KEY) for record in ("shop/test", "shop/test", "shop/live")]
        assert seals[0] == seals[1] != seals[2]

    def test_seal_tells_little(self) -> None:
        seal = Redactor([KEY], record="shop/test").sealed(KEY)
        assert len(seal) == len("***[abcdef]")
        assert not Redactor([KEY]).touches(seal)

    def test_sealed_again_it_stays(self) -> None:
        redactor = Redactor([KEY], record="shop/test")
        assert redactor.sealed(redactor.sealed(KEY)) == redactor.sealed(KEY)

    def test_without_a_record_there_are_only_masks(self) -> None:
        assert Redactor([KEY]).sealed({"a": KEY}) == {"a": MASK}
        assert not is_sealed(MASK)
