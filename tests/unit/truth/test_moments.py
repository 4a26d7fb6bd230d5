"""Times as platforms write them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pytest_upgradecheck.times import age, moment

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24T12:00:00Z",
        "2026-11-24t12:00z",
        "2026-11-24 12:00:00+00:00",
        "2026-11-24T13:00:00+01:00",
        "2026-11-24T13:00:00+0100",
        "2026-11-24T13:00:00+01",
        "2026-11-24T06:30:00-05:30",
        "2026-11-24T12:00:00.0Z",
        "2026-11-24T12:00:00,000000000Z",
        NOON.timestamp(),
        int(NOON.timestamp()),
    ],
)
def test_time_is_read_in_utc(written: object) -> None:
    read = moment(written)
    assert read == NOON
    assert read.utcoffset() == timedelta(0)


def test_fractions_of_any_length() -> None:
    assert moment("2026-11-24T12:00:00.5Z").microsecond == 500_000
    assert moment("2026-11-24T12:00:00.123456789Z").microsecond == 123_456


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2026-11-24T12:00:00", "does not say its time zone"),
        ("2026-11-24", "expected ISO 8601 with a zone, or seconds since 1970"),
        ("yesterday", "ISO 8601 with a zone"),
        ("", "ISO 8601 with a zone"),
        (None, "ISO 8601 with a zone"),
        (True, "ISO 8601 with a zone"),
        ([], "ISO 8601 with a zone"),
        ("2026-13-24T12:00:00Z", "no calendar has"),
        ("0001-01-01T00:00:00+23:59", "no calendar has"),
        (1e300, "no calendar has"),
        (NOON.timestamp() * 1000, "seconds, not milliseconds"),
    ],
)
def test_what_is_no_time(written: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        moment(written)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=0.4), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=15, seconds=10), "15 min 10 s"),
        (timedelta(hours=23, minutes=5), "23 h 5 min"),
        (timedelta(days=3, hours=2), "3 d 2 h"),
    ],
)
def test_age_reads_in_two_units(length: timedelta, text: str) -> None:
    assert age(length) == text
