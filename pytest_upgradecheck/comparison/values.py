"""Values as they are captured and compared: what JSON knows, and the types of Python a check is likely to hold.

====================================  ==================================================  ============================
a check gives                         it is captured as                                   and read back as
====================================  ==================================================  ============================
None, bool, int, float, str           itself                                              itself
dict (keys: texts), list, tuple       object, list                                        dict, list
set, frozenset                        a list whose order never counts                     set (list, if unhashable)
date, time, datetime, timedelta       itself                                              itself
Decimal, UUID                         itself                                              itself
bytes, bytearray                      SHA-256 and size: never the content                 `BytesDigest`
an enumeration's member               its value                                           its value
dataclass, pydantic or attrs object   an object of its fields                             dict
====================================  ==================================================  ============================

What is the same, decided here once for all comparisons: numbers are compared by value, so ``1``, ``1.0`` and
``Decimal("1.00")`` are the same, and so are ``0.0`` and ``-0.0``; ``True`` is no number; texts are compared character
by character, so look-alikes and other normal forms of Unicode differ; times with a zone are compared as instants. NaN
and infinities cannot be captured: NaN is not even the same as itself.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

#: The key that marks an object in the record as a value JSON has no type for.
TAG = "$upgradecheck"

#: Deeper values are refused: an object that holds itself has no end.
DEEPEST = 100

#: Larger integers cannot be read back by Python's own limits (4,300 digits).
_LARGEST_BITS = 14_000


class Uncapturable(TypeError):
    """A value that cannot be captured; the message names its path and type."""


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


class Unordered:
    """The items of a set: a list whose order never counts."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        self.items = items


def captured(value: Any, name: str) -> Any:
    """The value as it is compared: a copy that nobody changes behind our back. Uncapturable names path and type."""
    try:
        return _captured(value, 0)
    except _Unfit as unfit:
        place = name + "".join(reversed(unfit.steps))
        raise Uncapturable(f"{place} {unfit.why}") from None


def is_plain(value: Any) -> bool:
    """Whether JSON alone can hold a captured value."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, (bool, int, float, str))


def to_json(value: Any) -> Any:
    """A captured value in JSON alone; `from_json` is the way back."""
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {TAG: _written(value)}


def from_json(value: Any) -> Any:
    """The captured value that `to_json` wrote. ValueError where this is nothing it ever writes."""
    if isinstance(value, dict):
        if TAG in value:
            kind, *parts = value[TAG]
            return _READ[kind](*parts)
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
    """Whether two single values (no objects, no lists) are the same; the module's docstring says what that means."""
    if type(before) is type(after):
        return bool(before == after)
    return is_number(before) and is_number(after) and before == after


def is_number(value: Any) -> bool:
    """Whether a captured value counts as a number."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def is_empty(value: Any) -> bool:
    """Whether a value holds nothing: None, an empty text, list, object or set."""
    return value is None or (isinstance(value, (str, bytes, list, tuple, dict, set, frozenset)) and not value)


class _Unfit(Exception):
    def __init__(self, why: str) -> None:
        self.why = why
        self.steps: list[str] = []


def _captured(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int:
        return _integer(value)
    if kind is float:
        return _finite(value)
    if depth > DEEPEST:
        raise _Unfit(f"is nested more than {DEEPEST} levels deep, or holds itself")
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, (list, tuple)):
        return [_inside(item, f"[{index}]", depth) for index, item in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return Unordered([_inside(item, "[]", depth) for item in value])
    return _typed(value, depth)


def _inside(value: Any, step: str, depth: int) -> Any:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    try:
        return _captured(value, depth + 1)
    except _Unfit as unfit:
        unfit.steps.append(step)
        raise


def _object(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    copy: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(key, Enum) and isinstance(key.value, str):
            key = key.value  # noqa: PLW2901
        if not isinstance(key, str):
            raise _Unfit(f"has the key {key!r} ({type(key).__name__}); keys must be strings")
        if key == TAG:
            raise _Unfit(f"has the key {TAG!r}, which is reserved for the record")
        copy[str(key)] = _inside(item, f".{key}", depth)
    return copy


def _integer(value: int) -> int:
    if value.bit_length() > _LARGEST_BITS:
        raise _Unfit("is an integer of more than 4,200 digits, which could not be read back")
    return int(value)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise _Unfit(f"is {value}, which JSON cannot hold")
    return float(value)


def _typed(value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return _captured(value.value, depth + 1)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise _Unfit(f"is the Decimal {value}, which is no number to compare with")
        return value
    if isinstance(value, (date, time, timedelta, UUID, BytesDigest)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return BytesDigest.of(value)
    fields = _fields(value)
    if fields is not None:
        return _object(fields, depth)
    raise _Unfit(
        f"is of type {type(value).__name__}, which cannot be captured; give what matters of it as texts, numbers, "
        "true/false, None, dates, Decimals, UUIDs, bytes, and lists, sets and dicts of them"
    )


def _fields(value: Any) -> dict[str, Any] | None:
    """The fields of a dataclass, pydantic or attrs object, by the marks they carry: no library need be installed."""
    kind = type(value)
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if hasattr(kind, "model_fields") and hasattr(kind, "model_dump"):
        dumped: dict[str, Any] = value.model_dump()
        return dumped
    attributes = getattr(kind, "__attrs_attrs__", None)
    if attributes is not None:
        return {attribute.name: getattr(value, attribute.name) for attribute in attributes}
    return None


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


_READ: dict[str, Callable[..., Any]] = {
    "set": lambda items: Unordered(from_json(items)),
    "bytes": BytesDigest,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "datetime": datetime.fromisoformat,
    "timedelta": timedelta,
    "decimal": Decimal,
    "uuid": UUID,
}
