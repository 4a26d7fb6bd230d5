"""Capturing values: those that JSON knows, and the Python types that a check is likely to hold.

====================================  ==================================================  ============================
a check gives                         it is captured as                                   and read back as
====================================  ==================================================  ============================
None, bool, int, float, str           itself                                              itself
dict (keys: texts), list, tuple       object, list                                        dict, list
set, frozenset                        a list whose order never counts                     set (list, if unhashable)
date, time, datetime, timedelta       itself, at a fixed offset where it has a time zone  the same
Decimal, UUID                         itself                                              itself
bytes, bytearray                      SHA-256 and size: never the content                 `BytesDigest`
an enumeration's member               its value                                           its value
dataclass, pydantic or attrs object   an object of all its fields                         dict
====================================  ==================================================  ============================

A capture is the whole value. An object is captured by the fields of its own class, not by those of the class that a
field was declared with, and fields that a library leaves out of its own output count too. A subclass of a type above is
captured as that type, and refused if that would lose something: attributes of its own, or a text that shows itself as
another.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from pytest_upgradecheck.comparison.quoting import member, printable
from pytest_upgradecheck.comparison.values import BytesDigest, Unordered

#: Deeper values are refused: an object that holds itself has no end.
DEEPEST = 100

#: Larger integers cannot be read back by Python's own limits (4,300 digits).
_LARGEST_BITS = 14_000

#: Parts of a library's time that Python's own types have no room for.
_FINER = ("nanosecond", "nanoseconds")


class Uncapturable(TypeError):
    """A value that cannot be captured; the message names its path and type."""


def captured(value: Any, name: str) -> Any:
    """The value as it is compared: a copy that nothing else can change. Uncapturable names path and type."""
    try:
        return _captured(value, 0)
    except _Unfit as unfit:
        place = name + "".join(reversed(unfit.steps))
        raise Uncapturable(f"{place} {unfit.why}") from None


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
    if kind is dict:
        return _object(value, depth)
    if kind is list or kind is tuple:
        return [_inside(item, f"[{index}]", depth) for index, item in enumerate(value)]
    try:
        return _typed(value, depth)
    except _Unfit:
        raise
    except Exception as error:  # a property, a time zone or an iterator of a class that is not ours
        raise _Unfit(
            f"is of type {kind.__name__}, and reading it failed: {type(error).__name__}: {printable(str(error))}"
        ) from None


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
        name = _name(key)
        if name in copy:
            raise _Unfit(f"has two members that are both captured as {member(name)}; one would be lost")
        copy[name] = _inside(item, f".{member(name)}", depth)
    return copy


def _name(key: Any) -> str:
    if type(key) is str:
        return key
    if isinstance(key, Enum) and isinstance(key.value, str):
        return str.__str__(key.value)
    if not isinstance(key, str):
        raise _Unfit(f"has the key {printable(repr(key))} ({type(key).__name__}); keys must be strings")
    return _text(key)


def _integer(value: int) -> int:
    if value.bit_length() > _LARGEST_BITS:
        raise _Unfit("is an integer of more than 4,200 digits, which could not be read back")
    return int.__int__(value)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise _Unfit(f"is {float.__repr__(value)}, which JSON cannot hold")
    return float.__float__(value)


def _text(value: str) -> str:
    text = str.__str__(value)
    if str(value) != text:
        raise _Unfit(
            f"is of type {type(value).__name__}, a text that shows itself as another one, so it is unclear which of "
            "the two to capture; give one of them as a plain str"
        )
    return text


def _typed(value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return _captured(value.value, depth + 1)
    for base, taken in _TAKEN.items():
        if isinstance(value, base):
            _require_nothing_more(value, base)
            return taken(value)
    fields = _fields(value)
    if fields is not None:
        return _object(fields, depth)
    if isinstance(value, Mapping):
        _require_nothing_more(value, dict)
        return _object(value, depth)
    if isinstance(value, (list, tuple)):
        _require_nothing_more(value, list)
        return [_inside(item, f"[{index}]", depth) for index, item in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        _require_nothing_more(value, set)
        return Unordered([_inside(item, "[]", depth) for item in value])
    root = _root(value)
    if root is not None:
        return _captured(root[0], depth + 1)
    raise _Unfit(
        f"is of type {type(value).__name__}, which cannot be captured; give the parts that matter as texts, numbers, "
        "true/false, None, dates, Decimals, UUIDs, bytes, and lists, sets and dicts of them"
    )


def _require_nothing_more(value: Any, base: type) -> None:
    """A subclass is captured as its base: refuse it if that would lose attributes of its own."""
    kind = type(value)
    if kind.__module__ == "builtins" or kind is base:
        return
    if isinstance(value, Mapping) and not isinstance(value, dict):
        return  # where it keeps its members is its own business
    own = [name for name in getattr(value, "__dict__", ()) if not _is_internal(kind, name)]
    for parent in kind.__mro__:
        slots = parent.__dict__.get("__slots__", ()) if parent not in _STANDARD else ()
        own += [
            name for name in ((slots,) if isinstance(slots, str) else slots)
            if not name.startswith("_") and hasattr(value, name)
        ]  # fmt: skip
    own += [name for name in _FINER if getattr(value, name, 0)]
    if base is dict:
        own = [name for name in own if name not in value]  # a dict whose members can be read as attributes
    if own:
        raise _Unfit(
            f"is of type {kind.__name__}, which is captured as {base.__name__}, and this would lose "
            f"{', '.join(map(printable, own))}; give a dict of what matters"
        )


def _is_internal(kind: type, name: str) -> bool:
    """Names that a class keeps for itself: private ones, and what it has worked out before."""
    return name.startswith("_") or isinstance(getattr(kind, name, None), cached_property)


def _fields(value: Any) -> dict[str, Any] | None:
    """The fields of a dataclass, pydantic or attrs object, by the marks they carry: the library may not be installed.

    They are read from the object itself: a library's own dump leaves out what it was told to exclude, and what a
    subclass has more than the class that a field was declared with.
    """
    names = _field_names(value)
    if names is None:
        return None
    kind = type(value)
    extra = getattr(value, "__pydantic_extra__", None) or {}
    more = [name for name in getattr(value, "__dict__", ()) if name not in names and not _is_internal(kind, name)]
    fields = {name: getattr(value, name) for name in dict.fromkeys([*names, *more])}
    return fields | {name: item for name, item in extra.items() if name not in fields}


def _field_names(value: Any) -> list[str] | None:
    kind = type(value)
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(value)]
    if hasattr(kind, "model_fields") and hasattr(kind, "model_dump") and not _is_root_model(kind):
        return [*kind.model_fields, *getattr(kind, "model_computed_fields", ())]
    attributes = getattr(kind, "__attrs_attrs__", None)
    return None if attributes is None else [attribute.name for attribute in attributes]


def _is_root_model(kind: type) -> bool:
    return bool(getattr(kind, "__pydantic_root_model__", False))


def _root(value: Any) -> tuple[Any] | None:
    """The value of a pydantic RootModel, which has one and no fields."""
    return (value.root,) if _is_root_model(type(value)) else None


def _at_fixed_offset(value: Any, offset: timedelta | None) -> Any:
    # An hour that a zone has twice, or not at all, is not even equal to itself; an instant is.
    return value.replace(tzinfo=None if offset is None else timezone(offset), fold=0)


def _datetime(value: datetime) -> datetime:
    plain = datetime(value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    moment: datetime = _at_fixed_offset(plain, value.utcoffset())
    return moment


def _time(value: time) -> time:
    plain = time(value.hour, value.minute, value.second, value.microsecond)
    moment: time = _at_fixed_offset(plain, value.utcoffset())
    return moment


def _decimal(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise _Unfit(f"is the Decimal {value}, which cannot be compared as a number")
    return Decimal(value)


#: Captures a value of each type, or of a subclass of it; a datetime is a date as well, so it comes first.
_TAKEN: dict[type, Callable[[Any], Any]] = {
    str: _text,
    int: _integer,
    float: _finite,
    Decimal: _decimal,
    datetime: _datetime,
    date: lambda value: date(value.year, value.month, value.day),
    time: _time,
    timedelta: lambda value: timedelta(value.days, value.seconds, value.microseconds),
    UUID: lambda value: UUID(int=value.int),
    BytesDigest: lambda value: BytesDigest(value.sha256, value.size),
    bytes: BytesDigest.of,
    bytearray: BytesDigest.of,
}

#: Classes whose slots are what the value itself is made of.
_STANDARD = frozenset([*_TAKEN, object, dict, list, tuple, set, frozenset])
