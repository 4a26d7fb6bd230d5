"""Durations, rates and sizes as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.plan.quantities import Rate, duration, duration_text, rate, size


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("10s", timedelta(seconds=10)),
        ("0.5s", timedelta(milliseconds=500)),
        ("15m", timedelta(minutes=15)),
        ("15min", timedelta(minutes=15)),
        ("15 min", timedelta(minutes=15)),
        ("24h", timedelta(hours=24)),
        ("30d", timedelta(days=30)),
        ("2592000s", timedelta(days=30)),
        ("9999999d", timedelta(days=9_999_999)),
        ("1.000001s", timedelta(seconds=1, microseconds=1)),
    ],
)
def test_a_duration(written: str, length: timedelta) -> None:
    assert duration(written) == length


@pytest.mark.parametrize(
    "written",
    ["", "10", 10, 1.5, True, None, [], "-5s", "+5s", "1e3s", "s", "10 parsecs", "1h30m", "10S", " 10s", "٣s", "0s",
     "0.0000001s", "99999999999d", "0.000001ms", "10s\n"],
)  # fmt: skip
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="write a duration such as 10s, 15m, 24h or 30d"):
        duration(written)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=30), "30d"),
        (timedelta(hours=24), "1d"),
        (timedelta(hours=25), "25h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=10), "10s"),
        (timedelta(milliseconds=1500), "1500ms"),
        (timedelta(microseconds=1500), "1.5ms"),
    ],
)
def test_a_duration_is_shown_as_it_could_have_been_written(length: timedelta, text: str) -> None:
    assert duration_text(length) == text


@given(st.integers(1, 10**7 - 1), st.sampled_from(["ms", "s", "m", "min", "h", "d"]))
def test_no_duration_loses_anything_when_shown(count: int, unit: str) -> None:
    length = duration(f"{count}{unit}")
    assert duration(duration_text(length)) == length


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("90/min", Rate(90, timedelta(minutes=1)), "90/min"),
        ("5/s", Rate(5, timedelta(seconds=1)), "5/s"),
        ("1000 / h", Rate(1000, timedelta(hours=1)), "1000/h"),
    ],
)
def test_a_rate(written: str, value: Rate, shown: str) -> None:
    assert rate(written) == value
    assert str(value) == shown


@pytest.mark.parametrize(
    "written", ["", 90, "90", "90/", "/min", "0/min", "90/d", "-1/s", "1.5/s", None, True, "9/s\n"]
)
def test_what_is_no_rate(written: object) -> None:
    with pytest.raises(ValueError, match="write a rate such as 90/min, 5/s or 1000/h"):
        rate(written)


@pytest.mark.parametrize(
    ("written", "count"),
    [(1, 1), ("10MB", 10_000_000), ("10 mb", 10_000_000), ("500KB", 500_000), ("1GB", 10**9), ("7b", 7)],
)
def test_a_size(written: object, count: int) -> None:
    assert size(written) == count


@pytest.mark.parametrize("written", ["", 0, -1, True, 1.5, "10", "0MB", "MB", "10MiB", "1.5GB", None, 10**16])
def test_what_is_no_size(written: object) -> None:
    with pytest.raises(ValueError, match="write a size such as 500KB or 10MB"):
        size(written)
