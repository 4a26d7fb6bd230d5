"""The body of an HTTP answer: unpacked and parsed within limits of size and depth."""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.excerpts import excerpt

#: Deeper answers are refused: no surface that publishes a state needs them, and later code may recurse.
DEEPEST = 100

_ZLIB_ANY_HEADER = 47  # tells zlib to accept both gzip and zlib
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_SHOWN = 80
_SAFE_DIGITS = 15  # a float keeps this many significant digits, whatever they are
_MOST_DIGITS = 4300  # as Python limits integers


class BodyUnfit(Exception):
    """The body is not a usable answer; the message says what it is instead."""


def unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The bytes of the body. Raises BodyUnfit beyond ``limit`` bytes, however few came over the wire."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        inflate = None
    elif encoding in ("gzip", "x-gzip", "deflate"):
        inflate = zlib.decompressobj(_ZLIB_ANY_HEADER)
    else:
        raise BodyUnfit(f"the answer is encoded as {excerpt(encoding, longest=40)!r}; only gzip was requested")
    body = bytearray()
    for chunk in chunks:
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, limit + 1 - len(body))
        except zlib.error:
            raise BodyUnfit(f"the answer claims to be {encoding} but cannot be unpacked") from None
        if inflate is not None and inflate.unused_data:
            raise BodyUnfit(f"the answer continues after the end of its {encoding} data")
        if len(body) > limit:
            raise BodyUnfit(f"the answer is larger than {limit} bytes (platform.max_size)")
    if inflate is not None and not inflate.eof:
        raise BodyUnfit(f"the answer is cut off: its {encoding} data has no end")
    return bytes(body)


def parsed(raw: bytes, content_type: str, redactor: Redactor) -> Any:
    """The JSON value of a body, with seals for secrets. BodyUnfit says why it is not JSON, and shows its beginning.

    A number becomes a Decimal if a float would lose some of its digits.
    """
    if not raw.strip():
        raise BodyUnfit("the answer is empty; expected JSON")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BodyUnfit("the answer is not UTF-8 text; expected JSON") from None
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_number, object_pairs_hook=_unique)
    except RecursionError:
        raise BodyUnfit(f"the answer is nested more than {DEEPEST} levels deep") from None
    except json.JSONDecodeError as error:
        kind = excerpt(content_type.partition(";")[0], redactor, longest=_SHOWN) or "of no declared type"
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        state = "is cut off" if cut else f"is not JSON ({error.msg} at character {error.pos})"
        start = excerpt(text, redactor, longest=_SHOWN)
        raise BodyUnfit(f"the answer {state}; it is {kind} and starts with: {start!r}") from None
    except ValueError:
        raise BodyUnfit("the answer contains a number with too many digits") from None
    if _too_deep(value):
        raise BodyUnfit(f"the answer is nested more than {DEEPEST} levels deep")
    if _HALF_A_CHARACTER.search(text) and not _is_unicode(value):
        raise BodyUnfit("the answer contains half a character (a lone surrogate)")
    return redactor.sealed(value)


def _refuse_constant(name: str) -> NoReturn:
    raise BodyUnfit(f"the answer contains {name}, which is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BodyUnfit(f"the answer has the key {excerpt(twice, longest=40)!r} twice in one object")
    return members


def _number(digits: str) -> float | Decimal:
    number = float(digits)
    if not math.isfinite(number):
        raise BodyUnfit("the answer contains a number that is too large")
    if len(digits) <= _SAFE_DIGITS and "e" not in digits.lower():
        return number
    if len(digits) > _MOST_DIGITS:
        raise BodyUnfit("the answer contains a number with too many digits")
    try:
        exact = Decimal(digits)
    except InvalidOperation:
        raise BodyUnfit("the answer contains a number with an exponent that is too large") from None
    return number if Decimal(repr(number)) == exact else exact


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _is_unicode(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True
