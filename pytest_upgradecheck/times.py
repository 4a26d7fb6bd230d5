"""Times as platforms state them and as the record holds them, and ages as people read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

#: The allowed difference between two clocks. A time further ahead than this is in the future.
MOST_SKEW = timedelta(minutes=1)

# datetime.fromisoformat accepts dates without a time, and forms that no platform uses for a time.
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?P<fraction>\d{1,12}))?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?)?",
    re.ASCII,
)


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def moment(value: Any) -> datetime:
    """A time in UTC, from ISO 8601 with a zone or from seconds since 1970; ValueError says what is wrong with it."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        written = _ISO.fullmatch(value) if isinstance(value, str) else None
        if written is not None and written["zone"]:
            local = datetime.fromisoformat(f"{written['day']}T{written['time']}+00:00")
            ahead = timedelta(hours=int(written["hours"] or 0), minutes=int(written["minutes"] or 0))
            fraction = timedelta(microseconds=int((written["fraction"] or "0").ljust(6, "0")[:6]))
            return local + fraction + (ahead if written["sign"] == "-" else -ahead)
    except (OverflowError, OSError, ValueError):
        raise ValueError("which no calendar has (seconds, not milliseconds, if it is a number)") from None
    if written is None:
        raise ValueError("which is not a time: expected ISO 8601 with a zone, or seconds since 1970")
    raise ValueError("which does not say its time zone")


def timestamp(text: str) -> datetime:
    """The UTC time of a timestamp in the record."""
    return datetime.fromisoformat(text).astimezone(UTC)


def written(at: datetime) -> str:
    """A time in UTC as records and answers carry it: ISO 8601, milliseconds, Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(at: datetime) -> str:
    """A time of day in milliseconds, so that times less than a second apart look different."""
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03}Z"


def age(length: timedelta) -> str:
    """A length of time in its two largest units: ``42 s``, ``15 min 10 s``, ``23 h 5 min``, ``3 d 2 h``."""
    seconds = round(length.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if not minutes:
        return f"{seconds} s"
    if not hours:
        return f"{minutes} min" + (f" {rest} s" if (rest := seconds % 60) else "")
    if not days:
        return f"{hours} h" + (f" {rest} min" if (rest := minutes % 60) else "")
    return f"{days} d" + (f" {rest} h" if (rest := hours % 24) else "")


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether a time is in the future, by more than clocks may differ."""
    return at - now > MOST_SKEW
