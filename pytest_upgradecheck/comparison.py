"""Before against after: what changed in a value, and how to say it.

Values are what JSON knows. Objects are compared by key and lists by position. ``True`` and ``1`` differ; ``1`` and
``1.0`` are the same number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

#: How many differences, and how many characters of a value, a message shows before it counts the rest.
SHOWN_DIFFERENCES = 20
SHOWN_CHARACTERS = 200


class Change(str, Enum):
    """What happened to one place in a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place that differs. ``path`` is written as in JMESPath (`orders[0].total`), empty for the whole value."""

    path: str
    change: Change
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        place = self.path or "value"
        if self.change is Change.ADDED:
            return f"+ {place}: {shown(self.after)}"
        if self.change is Change.REMOVED:
            return f"- {place}: {shown(self.before)}"
        return f"~ {place}: {shown(self.before)} -> {shown(self.after)}"


def to_json_value(value: Any, path: str = "value") -> Any:
    """A copy of a value as JSON knows it (tuples become lists); TypeError names the path and type that JSON lacks."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"{path} is {value}, which JSON cannot hold")
        return value
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{path} has the key {key!r} ({type(key).__name__}); keys must be strings")
        return {key: to_json_value(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json_value(item, f"{path}[{index}]") for index, item in enumerate(value)]
    raise TypeError(
        f"{path} is of type {type(value).__name__}, which JSON cannot hold; "
        "use strings, numbers, true/false, None, lists and dicts of them"
    )


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Every place in which two JSON values differ, in the order of ``before``."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            place = _member(path, key)
            if key in after:
                yield from differences(before[key], after[key], place)
            else:
                yield Difference(path=place, change=Change.REMOVED, before=before[key])
        for key in after:
            if key not in before:
                yield Difference(path=_member(path, key), change=Change.ADDED, after=after[key])
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from differences(old, new, f"{path}[{index}]")
        for index in range(len(after), len(before)):
            yield Difference(path=f"{path}[{index}]", change=Change.REMOVED, before=before[index])
        for index in range(len(before), len(after)):
            yield Difference(path=f"{path}[{index}]", change=Change.ADDED, after=after[index])
    elif not _same(before, after):
        yield Difference(path=path, change=Change.CHANGED, before=before, after=after)


def explain(found: list[Difference]) -> str:
    """Differences as text: counts first, then one line each, at most a screenful."""
    totals = ", ".join(
        f"{number} {change}" for change in Change if (number := sum(1 for each in found if each.change is change))
    )
    lines = [f"{totals} (- before, + after)", *(f"  {difference}" for difference in found[:SHOWN_DIFFERENCES])]
    if len(found) > SHOWN_DIFFERENCES:
        lines.append(f"  ... and {len(found) - SHOWN_DIFFERENCES} more")
    return "\n".join(lines)


def shown(value: Any) -> str:
    """A value as JSON on one line, long ones elided in the middle."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= SHOWN_CHARACTERS:
        return text
    half = (SHOWN_CHARACTERS - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    return bool(before == after)


def _member(path: str, key: str) -> str:
    name = key if key.isidentifier() and key.isascii() else json.dumps(key, ensure_ascii=False)
    return f"{path}.{name}" if path else name
