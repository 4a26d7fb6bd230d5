"""The plan's numbers with units: durations, rates, sizes.

Each parser takes what YAML gave and returns a value, or raises ValueError with a hint that says what to write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

DURATION = r"[0-9]{1,7}(?:\.[0-9]{1,6})? ?(?:ms|s|m|min|h|d)"
RATE = r"[0-9]{1,9} ?/ ?(?:s|min|h)"
SIZE = r"[0-9]{1,6} ?(?:[kK][bB]|[mM][bB]|[gG][bB]|[bB])"

_DURATION_HINT = "write a duration such as 10s, 15m, 24h or 30d"
_SECOND = 1_000_000  # microseconds, the unit of timedelta: whole numbers, so nothing is rounded
_MICROSECONDS = {
    "d": 86_400 * _SECOND,
    "h": 3_600 * _SECOND,
    "min": 60 * _SECOND,
    "m": 60 * _SECOND,
    "s": _SECOND,
    "ms": 1_000,
}
_LARGEST_SIZE = 10**15
_BYTES = {"b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` requests in any window of ``per``."""

    count: int
    per: timedelta

    def __str__(self) -> str:
        unit = {1: "s", 60: "min", 3600: "h"}[int(self.per.total_seconds())]
        return f"{self.count}/{unit}"


def duration(value: Any) -> timedelta:
    """``10s``, ``15m``, ``24h``, ``30d``; longer than nothing."""
    if not isinstance(value, str) or not re.fullmatch(DURATION, value):
        raise ValueError(_DURATION_HINT)
    number = value.rstrip("msinhd ")
    unit = _MICROSECONDS[value[len(number) :].strip()]
    whole, _, fraction = number.partition(".")
    microseconds = int(whole) * unit + int(fraction.ljust(6, "0")) * unit // 1_000_000
    if not microseconds:
        raise ValueError(f"{_DURATION_HINT}; zero is not allowed")
    return timedelta(microseconds=microseconds)


def duration_text(length: timedelta) -> str:
    """A duration as a plan states it, in the largest unit that it fills: ``24h`` is ``1d``, ``90s`` stays ``90s``."""
    microseconds = length // timedelta(microseconds=1)
    for unit in ("d", "h", "m", "s", "ms"):
        if microseconds % _MICROSECONDS[unit] == 0:
            return f"{microseconds // _MICROSECONDS[unit]}{unit}"
    return f"{microseconds / _MICROSECONDS['ms']}ms"


def rate(value: Any) -> Rate:
    """``90/min``, ``5/s``, ``1000/h``; at least one."""
    if isinstance(value, str) and re.fullmatch(RATE, value):
        count, _, unit = value.replace(" ", "").partition("/")
        if int(count):
            return Rate(int(count), timedelta(microseconds=_MICROSECONDS[unit]))
    raise ValueError("write a rate such as 90/min, 5/s or 1000/h")


def size(value: Any) -> int:
    """A number of bytes, or ``10MB`` (decimal: 10,000,000 bytes)."""
    if type(value) is int and 0 < value <= _LARGEST_SIZE:
        return value
    if isinstance(value, str) and re.fullmatch(SIZE, value):
        number = value.rstrip("kKmMgGbB ")
        if int(number):
            return int(number) * _BYTES[value[len(number) :].strip().lower()]
    raise ValueError("write a size such as 500KB or 10MB")
