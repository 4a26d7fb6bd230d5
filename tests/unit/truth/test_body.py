"""What a body must be to be an answer, and what is said of one that is not."""

from __future__ import annotations

import contextlib
import gzip
import json
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.answer import Answer, from_dict
from pytest_upgradecheck.truth.body import BodyUnfit, parsed, unpacked

SECRET = "key-4711-secret"
REDACTOR = Redactor([SECRET])


def parse(raw: bytes | str, content_type: str = "application/json") -> object:
    return parsed(raw.encode() if isinstance(raw, str) else raw, content_type, REDACTOR)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("{}", {}),
        ("null", None),
        (" [1, 2.5, true] ", [1, 2.5, True]),
        ("\ufeff1", 1),
        ('"\\ud83d\\ude80"', "\N{ROCKET}"),
        ("[" * 100 + "]" * 100, None),
    ],
)
def test_json_is_read(raw: str, value: object) -> None:
    expected = value if "[[" not in raw else json.loads(raw)
    assert parse(raw) == expected


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty; expected JSON"),
        (b" \r\n\t", "is empty; expected JSON"),
        (b"\xff\xfe{}", "is not UTF-8 text"),
        (b'{"a": 1', "is cut off"),
        (b'{"a": "on the w', "is cut off"),
        (b'{"a": NaN}', "contains NaN, which is not JSON"),
        (b"[-Infinity]", "contains -Infinity, which is not JSON"),
        (b"[1e999]", "contains a number that is too large"),
        (b"[" + b"9" * 5000 + b"]", "contains a number with too many digits"),
        (b"[0." + b"9" * 5000 + b"]", "contains a number with too many digits"),
        (b"[1e-99999999999999999999]", "contains a number with an exponent that is too large"),
        (b'["\\ud800"]', "contains half a character"),
        (b'{"ready": false, "ready": true}', "has the key 'ready' twice in one object"),
        (b'[{"a": {"b": 1, "c": 2, "b": 1}}]', "has the key 'b' twice in one object"),
        (b'{"\\u001b[2J": 1, "\\u001b[2J": 2}', r"has the key '\\x1b[2J' twice"),
        (b"[" * 101 + b"]" * 101, "nested more than 100 levels deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested more than 100 levels deep"),
        (b"{'a': 1}", "is not JSON (Expecting property name enclosed in double quotes at character 1)"),
        (b"{} {}", "is not JSON (Extra data at character 3)"),
    ],
)
def test_what_is_no_answer(raw: bytes, says: str) -> None:
    with pytest.raises(BodyUnfit) as refused:
        parse(raw)
    assert says in str(refused.value)


def test_page_is_named_by_its_type_and_its_start() -> None:
    with pytest.raises(BodyUnfit) as refused:
        parse("<!doctype html>\n\n   <title>Log in\x1b[31m</title>" + "x" * 1000, "text/html; charset=utf-8")
    message = str(refused.value)
    assert "it is text/html and starts with: '<!doctype html> <title>Log in\\\\x1b[31m</title>xxx" in message
    assert len(message) < 250


def test_content_type_reaches_no_terminal() -> None:
    with pytest.raises(BodyUnfit) as refused:
        parse("nothing", "text/\x1b[31mred\x9b")
    assert "it is text/\\x1b[31mred\\x9b and" in str(refused.value)


@pytest.mark.parametrize("padding", range(50, 85))
def test_secret_never_shows_not_even_cut_in_two(padding: int) -> None:
    with pytest.raises(BodyUnfit) as refused:
        parse("-" * padding + SECRET)
    assert SECRET[:4] not in str(refused.value)


def test_secret_never_shows_in_a_value_or_a_content_type() -> None:
    assert parse(f'{{"{SECRET}": ["Bearer {SECRET}"]}}') == {"***": ["Bearer ***"]}
    with pytest.raises(BodyUnfit) as refused:
        parse("nothing", f"text/{SECRET}")
    assert "it is text/*** and" in str(refused.value)


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("0.1", 0.1),
        ("1.10", 1.1),
        ("-0.0", 0.0),
        ("0.30000000000000004", 0.30000000000000004),
        ("1e16", 1e16),
        ("12345678901234567890", 12345678901234567890),
        ("12345678901234567890.12", Decimal("12345678901234567890.12")),
        ("0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        ("9007199254740993.0", Decimal("9007199254740993.0")),
        ("1e-400", Decimal("1e-400")),
        ("1.00000000000000000000000001e0", Decimal("1.00000000000000000000000001")),
    ],
)
def test_no_digit_is_lost(digits: str, value: object) -> None:
    found = parse(digits)
    assert (type(found), found) == (type(value), value)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_unfit(raw: bytes) -> None:
    with contextlib.suppress(BodyUnfit):
        value = parse(raw)
        kept = from_dict(json.loads(json.dumps(Answer.of(value, source="test").to_dict())))
        assert isinstance(kept, Answer)
        assert kept.body == value


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP", "deflate", "", "identity"])
def test_body_is_unpacked(encoding: str) -> None:
    packed: dict[str, Any] = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}
    body = packed.get(encoding.lower(), bytes)(b"hello")
    chunks = [body[at : at + 1] for at in range(len(body))]
    assert unpacked(chunks, encoding, 5) == b"hello"


@pytest.mark.parametrize(
    ("chunks", "encoding", "says"),
    [
        ([b"123", b"45", b"6"], "", "larger than 5 bytes (platform.max_size)"),
        ([gzip.compress(b"0" * 1_000_000)], "gzip", "larger than 5 bytes (platform.max_size)"),
        ([b"plain"], "gzip", "claims to be gzip but cannot be unpacked"),
        ([gzip.compress(b"hello")[:-4]], "gzip", "is cut off: its gzip data has no end"),
        ([b""], "gzip", "is cut off"),
        ([gzip.compress(b"hi"), b"more"], "gzip", "continues after the end of its gzip data"),
        ([gzip.compress(b"h") + gzip.compress(b"i")], "gzip", "continues after the end of its gzip data"),
        ([b"x"], "br", "is encoded as 'br'; only gzip was requested"),
        ([gzip.compress(b"hello")], "gzip, gzip", "is encoded as 'gzip, gzip'"),
    ],
)
def test_body_that_cannot_be_unpacked(chunks: list[bytes], encoding: str, says: str) -> None:
    with pytest.raises(BodyUnfit) as refused:
        unpacked(chunks, encoding, 5)
    assert says in str(refused.value)


def test_endless_body_is_left_at_the_limit() -> None:
    taken = 0

    def endless() -> Iterator[Any]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 10

    with pytest.raises(BodyUnfit):
        unpacked(endless(), "", 100)
    assert taken == 11


def test_endless_data_after_the_end_of_a_packed_body_is_left_at_once() -> None:
    taken = 0

    def endless() -> Iterator[Any]:
        nonlocal taken
        yield gzip.compress(b"{}")
        while True:
            taken += 1
            yield b"x"

    with pytest.raises(BodyUnfit):
        unpacked(endless(), "gzip", 100)
    assert taken == 1
