"""The body of an HTTP answer: unpacked and parsed within limits of size and depth."""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterable
from typing import Any, NoReturn

from pytest_upgradecheck.redaction import Redactor

#: Deeper answers are refused: nothing that publishes a state is, and what handles them later may recurse.
DEEPEST = 100

_ZLIB_ANY_HEADER = 47  # zlib's way to say: gzip or zlib, whichever it is
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_SHOWN = 80


class BodyUnfit(Exception):
    """The body is not what a truth surface answers with; the message says what it is instead."""


def unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body's bytes; BodyUnfit past ``limit`` of them, however few came over the wire."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        inflate = None
    elif encoding in ("gzip", "x-gzip", "deflate"):
        inflate = zlib.decompressobj(_ZLIB_ANY_HEADER)
    else:
        raise BodyUnfit(f"the answer is encoded as {encoding[:40]!r}, and only gzip was asked for")
    body = bytearray()
    for chunk in chunks:
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, limit + 1 - len(body))
        except zlib.error:
            raise BodyUnfit(f"the answer says it is {encoding}, and cannot be unpacked") from None
        if inflate is not None and inflate.unused_data:
            raise BodyUnfit(f"the answer goes on after the end of its {encoding} data")
        if len(body) > limit:
            raise BodyUnfit(f"the answer is larger than {limit} bytes (platform.max_size)")
    if inflate is not None and not inflate.eof:
        raise BodyUnfit(f"the answer is cut off: its {encoding} data has no end")
    return bytes(body)


def parsed(raw: bytes, content_type: str, redactor: Redactor) -> Any:
    """The JSON value of a body, with seals for secrets; BodyUnfit says why it is none, and shows how it starts."""
    if not raw.strip():
        raise BodyUnfit("the answer is empty, and JSON is expected")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BodyUnfit("the answer is not UTF-8 text, and JSON is expected") from None
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise BodyUnfit(f"the answer is nested more than {DEEPEST} levels deep") from None
    except json.JSONDecodeError as error:
        kind = excerpt(content_type.partition(";")[0], redactor) or "no content type"
        kind = kind.encode("unicode_escape").decode("ascii")
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        state = "is cut off" if cut else f"is no JSON ({error.msg} at character {error.pos})"
        start = excerpt(text, redactor)
        raise BodyUnfit(f"the answer {state}; it is {kind} and starts with: {start!r}") from None
    except ValueError:
        raise BodyUnfit("the answer holds a number with too many digits") from None
    if _too_deep(value):
        raise BodyUnfit(f"the answer is nested more than {DEEPEST} levels deep")
    if _HALF_A_CHARACTER.search(text) and not _is_unicode(value):
        raise BodyUnfit("the answer holds half a character (a lone surrogate), which is no text")
    return redactor.sealed(value)


def excerpt(text: str, redactor: Redactor, longest: int = _SHOWN) -> str:
    """How a text starts, on one line. Secrets go first: cut in two, they would not be recognised."""
    return " ".join(redactor.text(text).split())[:longest]


def _refuse_constant(name: str) -> NoReturn:
    raise BodyUnfit(f"the answer holds {name}, which is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BodyUnfit("the answer holds a number too large to be one")
    return number


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _is_unicode(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
