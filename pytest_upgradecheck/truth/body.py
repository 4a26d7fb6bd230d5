"""The body of an HTTP answer: decoded and parsed within limits of size and depth."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, NoReturn

#: Deeper answers are refused: nothing that publishes a state is, and what handles them later may recurse.
DEEPEST = 100

_ZLIB_ANY_HEADER = 47  # zlib's way to say: gzip or zlib, whichever it is


class BodyUnfit(Exception):
    """The body is not what a truth surface answers with; the message says what it is instead."""


def decoded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body's bytes, unpacked; BodyUnfit past ``limit`` bytes, however few it was on the wire."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        inflate = None
    elif encoding in ("gzip", "x-gzip", "deflate"):
        inflate = zlib.decompressobj(_ZLIB_ANY_HEADER)
    else:
        raise BodyUnfit(f"the answer is encoded as {encoding!r}, and only gzip was asked for")
    body = bytearray()
    for chunk in chunks:
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, limit + 1 - len(body))
        except zlib.error:
            raise BodyUnfit(f"the answer says it is {encoding}, and cannot be unpacked") from None
        if len(body) > limit:
            raise BodyUnfit(f"the answer is larger than {limit} bytes (platform.max_size)")
    return bytes(body)


def parsed(raw: bytes, content_type: str) -> Any:
    """The JSON value of a body; BodyUnfit says why it is none."""
    if not raw.strip():
        raise BodyUnfit("the answer is empty, and JSON is expected")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BodyUnfit("the answer is not UTF-8 text, and JSON is expected") from None
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise BodyUnfit(f"the answer is nested more than {DEEPEST} levels deep") from None
    except json.JSONDecodeError as error:
        kind = content_type.partition(";")[0].strip() or "no content type"
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        state = "is cut off" if cut else f"is no JSON ({error.msg} at character {error.pos})"
        raise BodyUnfit(f"the answer {state}; it is {kind} and starts with: {_start(text)}") from None
    except ValueError as error:
        if isinstance(error.args[0], BodyUnfit):
            raise error.args[0] from None
        raise BodyUnfit("the answer holds a number with too many digits") from None
    if _too_deep(value):
        raise BodyUnfit(f"the answer is nested more than {DEEPEST} levels deep")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(BodyUnfit(f"the answer holds {name}, which is no JSON"))


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


def _start(text: str) -> str:
    start = " ".join(text[:400].split())[:80]
    return repr(start)
