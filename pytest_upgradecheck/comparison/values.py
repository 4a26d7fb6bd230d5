"""Captured values: the types that JSON lacks, when two values are the same, and how the record holds them.

Two values are the same by one definition for all comparisons. Numbers are compared by value, so ``1``, ``1.0`` and
``Decimal("1.00")`` are the same, and so are ``0.0`` and ``-0.0``; ``True`` is not a number. Texts are compared
character by character, so look-alikes and other Unicode normal forms differ. Times with a zone are compared as
instants. NaN and infinities cannot be captured: NaN does not even equal itself.
"""

from __future__ import annotations

import dataclasses
import hashlib
import marshal
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pytest_upgradecheck.comparison.quoting import printable

#: The key that marks an object in the record as a value JSON has no type for.
TAG = "$upgradecheck"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class BytesDigest:
    """Bytes, by their digest: equal to the bytes they were made from."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes | bytearray) -> BytesDigest:
        """The digest of these bytes."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (bytes, bytearray)):
            other = BytesDigest.of(other)
        if not isinstance(other, BytesDigest):
            return NotImplemented
        return (self.sha256, self.size) == (other.sha256, other.size)

    def __hash__(self) -> int:
        return hash((self.sha256, self.size))

    def __str__(self) -> str:
        return f"{self.size:,} bytes, sha256 {self.sha256}"


class Unordered:
    """The items of a set: a list whose order never counts."""

    __slots__ = ("items",)

    #: Not a value to look up: two sets are compared by their items.
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, items: list[Any]) -> None:
        self.items = items


def to_json(value: Any) -> Any:
    """A captured value in JSON alone; `from_json` is the way back."""
    if isinstance(value, dict):
        members = {key: to_json(item) for key, item in value.items()}
        # An answer may hold our own mark as a member's name: then its members are written as pairs.
        return {TAG: ["object", [list(pair) for pair in members.items()]]} if TAG in members else members
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {TAG: _written(value)}


def from_json(value: Any) -> Any:
    """The captured value that `to_json` wrote. ValueError if it never wrote this."""
    if isinstance(value, dict):
        if TAG in value:
            return _read(value)
        return {key: from_json(item) for key, item in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value


def restored(value: Any) -> Any:
    """A captured value as a check reads it back: a copy of its own, sets as sets."""
    if isinstance(value, dict):
        return {key: restored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [restored(item) for item in value]
    if isinstance(value, Unordered):
        items = [restored(item) for item in value.items]
        try:
            return set(items)
        except TypeError:
            return items
    return value


def same(before: Any, after: Any) -> bool:
    """True if two single values (not objects, not lists) are the same, as the module's docstring defines it."""
    if type(before) is type(after):
        return bool(before == after)
    return is_number(before) and is_number(after) and before == after


def identical(before: Any, after: Any) -> bool:
    """True if two values are certainly the same; a quick answer, for most of what is compared is the same."""
    if before is after:
        return True
    if type(before) is not type(after):
        return False
    if not is_container(before):
        return same(before, after)
    try:
        # Unlike ==, this tells True from 1, and -0.0 from 0 (these are then compared one by one).
        return marshal.dumps(before, 2) == marshal.dumps(after, 2)
    except ValueError:  # Python types that marshal does not know
        return False


def is_number(value: Any) -> bool:
    """True if a captured value counts as a number."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def is_container(value: Any) -> bool:
    """True if a captured value holds others."""
    return isinstance(value, (dict, list, Unordered))


def items_of(value: list[Any] | Unordered) -> list[Any]:
    """The items of a captured list or set."""
    return value.items if isinstance(value, Unordered) else value


def is_empty(value: Any) -> bool:
    """True if a captured value holds nothing: None, an empty text, list, object, set, or no bytes."""
    if isinstance(value, BytesDigest):
        return value.size == 0
    if isinstance(value, Unordered):
        return not value.items
    return value is None or (isinstance(value, (str, dict, list)) and not value)


def _written(value: Any) -> list[Any]:
    if isinstance(value, Unordered):
        return ["set", to_json(value.items)]
    if isinstance(value, BytesDigest):
        return ["bytes", value.sha256, value.size]
    if isinstance(value, timedelta):
        return ["timedelta", value.days, value.seconds, value.microseconds]
    if isinstance(value, (datetime, date, time)):
        return [type(value).__name__, value.isoformat()]
    return [type(value).__name__.lower(), str(value)]


def _read(written: dict[str, Any]) -> Any:
    try:
        (parts,) = written.values()
        kind, *arguments = parts
        return _READERS[kind](*arguments)
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a captured value: {printable(repr(written)[:200])}") from error


_READERS: dict[str, Callable[..., Any]] = {
    "set": lambda items: Unordered(from_json(list(items))),
    "object": lambda pairs: {name: from_json(item) for name, item in pairs},
    "bytes": BytesDigest,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "datetime": datetime.fromisoformat,
    "timedelta": timedelta,
    "decimal": Decimal,
    "uuid": UUID,
}
