"""Values on one line, and how long ones are cut: around what tells them apart."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pytest_upgradecheck.comparison.quoting import printable, quoted
from pytest_upgradecheck.comparison.values import BytesDigest, Unordered

#: The indent of everything that belongs to the line above.
INDENT = "    "

_GAP = "..."
#: The start of a text usually names the thing, so a cut text keeps this share of the room for it.
_HEAD = 3


def rendered(value: Any) -> str:
    """A captured value on one line; different types look different, and nothing in it can move a cursor."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(name)}: {rendered(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(rendered, value)) + "]"
    if isinstance(value, Unordered):
        return "{" + ", ".join(sorted(map(rendered, value.items))) + "}" if value.items else "set()"
    if isinstance(value, BytesDigest):
        return f"<{value.size:,} bytes, sha256 {value.sha256[:16]}>"
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return printable(str(value))


def shown(value: Any, longest: int = 200) -> str:
    """A captured value on one line, a long one without its middle."""
    return elided(rendered(value), longest)


def elided(text: str, longest: int) -> str:
    """A text without its middle if it is too long."""
    if len(text) <= longest:
        return text
    head = (longest - len(_GAP) + 1) // 2
    tail = longest - len(_GAP) - head
    return f"{text[:head]}{_GAP}{text[len(text) - tail :]}"


def apart(texts: Sequence[str], longest: int) -> list[str]:
    """The texts, long ones cut so that different ones stay different: around what tells each from the most similar."""
    telling = _telling_places(texts)
    cut = [_around(text, telling[text], longest) for text in texts]
    ambiguous = {short for short, count in Counter(dict(zip(texts, cut, strict=True)).values()).items() if count > 1}
    return [_with_digest(text, short, longest) if short in ambiguous else short
            for text, short in zip(texts, cut, strict=True)]  # fmt: skip


def _telling_places(texts: Sequence[str]) -> dict[str, int | None]:
    """The position at which each text first differs from the one that it shares the longest start with."""
    distinct = sorted(set(texts))
    telling: dict[str, int | None] = dict.fromkeys(distinct)
    for one, other in pairwise(distinct):
        at = _common_start(one, other)
        for text in (one, other):
            telling[text] = max(telling[text] or 0, min(at, len(text) - 1))
    return telling


def _common_start(one: str, other: str) -> int:
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _around(text: str, telling: int | None, longest: int) -> str:
    if len(text) <= longest or telling is None:
        return elided(text, longest)
    plain = elided(text, longest)
    head = (longest - len(_GAP) + 1) // 2
    if telling < head - 4 or telling >= len(text) - (longest - len(_GAP) - head) + 4:
        return plain  # it shows in any case
    head = max(0, longest // _HEAD - len(_GAP))
    room = longest - head - 2 * len(_GAP)
    start = min(max(head, telling - room // 2), len(text) - room)
    return f"{text[:head]}{_GAP}{text[start : start + room]}{_GAP if start + room < len(text) else ''}"


def _with_digest(text: str, short: str, longest: int) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{elided(short, max(longest - len(digest) - 3, len(_GAP)))} (#{digest})"


def flow(names: Sequence[str], room: int, width: int, of: int) -> list[str]:
    """Names one after the other, as many as fit into so many lines, and how many are left."""
    lines: list[list[str]] = [[]]
    for name in names[: room * width]:
        if lines[-1] and len(INDENT) + sum(len(each) + 2 for each in lines[-1]) + len(name) > width:
            if height([_enumerated(line) for line in lines], width) >= room:
                break
            lines.append([])
        lines[-1].append(name)
    while True:
        written = [_enumerated(line) for line in lines]
        left = of - sum(map(len, lines))
        if left:
            written[-1] += f" ... and {left:,} more" if lines[-1] else f"{INDENT}... and {left:,} more"
        if height(written, width) <= room or (len(written) == 1 and not lines[0]):
            return written
        if lines[-1]:
            lines[-1].pop()
        else:
            lines.pop()


def _enumerated(names: Sequence[str]) -> str:
    return INDENT + ", ".join(names) if names else ""


def height(lines: Sequence[str], width: int) -> int:
    """The number of lines of the screen that these take."""
    return sum(max(1, -(-len(line) // width)) for line in lines)


def what_looks_alike(before: Any, after: Any) -> str:
    """A note for two values that look the same, on what tells them apart."""
    if type(before) is not type(after):
        alike = rendered(before) == rendered(after)
        return f" ({type(before).__name__}, {type(after).__name__})" if alike else ""
    if not isinstance(before, str) or before == after:
        return ""
    if unicodedata.normalize("NFC", before) == unicodedata.normalize("NFC", after):
        return " (they differ only in Unicode normal form)"
    at = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    forms = [unicodedata.normalize("NFKC", text) for text in (before, after)]
    if at is None or (forms[0] != forms[1] and (len(before) != len(after) or (before[at] + after[at]).isascii())):
        return ""
    named = " and ".join(f"U+{ord(text[at]):04X} {unicodedata.name(text[at], '')}".rstrip() for text in (before, after))
    return f" (they differ at character {at + 1}: {named})"
