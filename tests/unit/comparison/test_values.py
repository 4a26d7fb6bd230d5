"""What can be captured, what is the same, and that the record gives back what it was given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from pytest_upgradecheck.comparison import Uncapturable, captured, compare
from pytest_upgradecheck.comparison.values import BytesDigest, from_json, restored, to_json


class Colour(Enum):
    RED = "red"


class Level(str, Enum):
    HIGH = "high"


@dataclass
class Order:
    number: int
    due: date


class Page(BaseModel):
    slug: str
    seen: datetime


class Attrs:
    __attrs_attrs__ = (type("Attribute", (), {"name": "size"}),)
    size = 3


UTC_NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
CASES = [
    (None, None),
    ((1, "a"), [1, "a"]),
    (Colour.RED, "red"),
    ({Level.HIGH: Level.HIGH}, {"high": "high"}),
    (Order(7, date(2026, 1, 1)), {"number": 7, "due": date(2026, 1, 1)}),
    (Page(slug="a", seen=UTC_NOON), {"slug": "a", "seen": UTC_NOON}),
    (Attrs(), {"size": 3}),
    (b"abc", BytesDigest.of(b"abc")),
    ({"x": {1, 2}}, {"x": {1, 2}}),
    (frozenset([Decimal("1.50")]), {Decimal("1.50")}),
    (time(1, 2), time(1, 2)),
    (timedelta(days=-1, microseconds=5), timedelta(days=-1, microseconds=5)),
    (UUID(int=5), UUID(int=5)),
    (UTC_NOON, UTC_NOON),
]


@pytest.mark.parametrize(("value", "back"), CASES, ids=lambda value: type(value).__name__)
def test_captured_value_comes_back_from_the_record(value: Any, back: Any) -> None:
    taken = captured(value, "v")
    read = from_json(json.loads(json.dumps(to_json(taken))))
    assert restored(read) == back
    assert compare(taken, read).differences == []


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**200), 2**200), st.text(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(), st.times(), st.datetimes(), st.timedeltas(), st.uuids(), st.binary(),
    st.decimals(allow_nan=False, allow_infinity=False),
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(VALUES)
def test_any_captured_value_comes_back_the_same(value: Any) -> None:
    taken = captured(value, "v")
    assert compare(taken, from_json(json.loads(json.dumps(to_json(taken))))).differences == []


def test_bytes_are_equal_to_what_was_captured_and_never_stored() -> None:
    taken = captured({"file": b"secret content"}, "v")
    assert restored(taken)["file"] == b"secret content"
    assert restored(taken)["file"] != b"other content"
    assert "secret" not in json.dumps(to_json(taken))


SAME = [(1, 1.0), (0.0, -0.0), (Decimal("1.00"), 1), (2**53, float(2**53)), ({1}, {1.0}),
        (UTC_NOON, datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))))]  # fmt: skip
DIFFERENT = [
    (1, True), (0, False), (1, "1"), ("", None), ([], {}), (2**53 + 1, float(2**53)), (Decimal("0.1"), 0.1),
    ("a", "а"), ("é", "e\u0301"), ("a", "a\u200b"), ("A", "a"), (date(2026, 1, 1), datetime(2026, 1, 1)),
    (UTC_NOON, datetime(2026, 1, 1, 12)), ([1], {1}), (b"a", "a"), ([], None),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: Any, other: Any) -> None:
    for wrap in (lambda value: value, lambda value: [value], lambda value: {"a": {"b": [value]}}):
        assert compare(captured(wrap(one), "v"), captured(wrap(other), "v")).differences == []


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: Any, other: Any) -> None:
    for wrap in (lambda value: value, lambda value: [value], lambda value: {"a": {"b": [value]}}):
        assert compare(captured(wrap(one), "v"), captured(wrap(other), "v")).differences != []


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"a": [float("nan")]}, "v.a[0] is nan, which JSON cannot hold"),
        ({"a": float("inf")}, "v.a is inf"),
        (Decimal("NaN"), "v is the Decimal NaN"),
        ({1: 2}, "v has the key 1 (int); keys must be strings"),
        ({"a": {"b": object()}}, "v.a.b is of type object, which cannot be captured"),
        ({"k": SecretStr("x")}, "v.k is of type SecretStr, which cannot be captured"),
        (10**5000, "v is an integer of more than"),
        (Order(1, lambda: 1), "v.due is of type function"),  # type: ignore[arg-type]
        (LOOP, "nested more than 100 levels deep, or holds itself"),
    ],
    ids=lambda value: value if isinstance(value, str) else "value",
)
def test_value_that_cannot_be_captured_names_its_path_and_type(value: Any, says: str) -> None:
    with pytest.raises(Uncapturable) as refusal:
        captured(value, "v")
    assert says in str(refusal.value)


def test_captured_value_is_a_copy() -> None:
    value = {"a": [1]}
    taken = captured(value, "v")
    value["a"].append(2)
    assert taken == {"a": [1]}
