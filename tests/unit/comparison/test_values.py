"""What can be captured, what is the same, and that the record gives back what it was given."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr, computed_field

from pytest_upgradecheck.comparison import Uncapturable, captured, compare
from pytest_upgradecheck.comparison.values import BytesDigest, from_json, is_empty, restored, to_json


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


class Item(BaseModel):
    name: str


class Sized(Item):
    size: int


class Basket(BaseModel):
    items: list[Item]
    note: str = Field("", exclude=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def count(self) -> int:
        return len(self.items)


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")


Names = RootModel[list[str]]


@dataclass
class Express(Order):
    lane: str = "a"


class Tagged(Order):
    def __init__(self, number: int, tag: str) -> None:
        super().__init__(number, date(2026, 1, 1))
        self.tag = tag


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (Basket(items=[Sized(name="a", size=1)], note="n"),
         {"items": [{"name": "a", "size": 1}], "note": "n", "count": 1}),
        (Open.model_validate({"more": 1}), {"more": 1}),
        (Names(["a"]), ["a"]),
        (Express(7, date(2026, 1, 1), "b"), {"number": 7, "due": date(2026, 1, 1), "lane": "b"}),
        (Tagged(7, "t"), {"number": 7, "due": date(2026, 1, 1), "tag": "t"}),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_object_is_captured_with_all_its_fields(value: Any, whole: Any) -> None:
    assert restored(captured(value, "v")) == whole
    assert restored(captured([value], "v")) == [whole]


class FakeDatetime(datetime):
    pass


class FakeDate(date):
    pass


class FakeTime(time):
    pass


class Delay(timedelta):
    pass


class Money(Decimal):
    pass


class Id(UUID):
    pass


class Name(str):
    __slots__ = ()


class Size(int):
    def __str__(self) -> str:
        return f"{int(self)}B"


class Names2(list):  # type: ignore[type-arg]
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (FakeDatetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2024, 1, 1, tzinfo=timezone.utc)),
        (FakeDate(2024, 1, 1), date(2024, 1, 1)),
        (FakeTime(1, 2), time(1, 2)),
        (Delay(days=1), timedelta(days=1)),
        (Money("1.50"), Decimal("1.50")),
        (Id(int=5), UUID(int=5)),
        (Name("a"), "a"),
        (Size(5), 5),
        (Names2([1]), [1]),
        (OrderedDict(a=1), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclass_is_captured_as_its_base_and_read_back(value: Any, plain: Any) -> None:
    taken = captured({"a": value}, "v")["a"]
    assert type(taken) is type(plain)
    read = from_json(json.loads(json.dumps(to_json(taken))))
    assert (type(read), read) == (type(plain), plain)


class Hidden(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "***"


class Priced(Decimal):
    currency = ""


class Stamp(datetime):
    nanosecond = 7


class Response(dict):  # type: ignore[type-arg]
    status = 0


class Broken(BaseModel):
    @computed_field  # type: ignore[prop-decorator]
    @property
    def bad(self) -> int:
        raise RuntimeError("no \x1bc answer")


def with_attribute(value: Any, **attributes: Any) -> Any:
    vars(value).update(attributes)
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([Hidden("secret")], "v[0] is of type Hidden, a text that shows itself as another one"),
        ({Hidden("secret"): 1}, "v is of type Hidden, a text that shows itself as another one"),
        (with_attribute(Priced("1"), currency="EUR"), "is captured as Decimal, and this would lose currency"),
        (Stamp(2024, 1, 1), "captured as datetime, and this would lose nanosecond"),
        (with_attribute(Response(a=1), status=200), "captured as dict, and this would lose status"),
        ({Colour.RED: 1, "red": 2}, "v has two members that are both captured as red; one would be lost"),
        (Broken(), r"v is of type Broken, and reading it failed: RuntimeError: no \x1bc answer"),
        ({"k\x1bc": object()}, r'v."k\u001bc" is of type object'),
    ],
    ids=lambda value: value if isinstance(value, str) else "value",
)  # fmt: skip
def test_value_that_would_not_be_captured_whole_is_refused(value: Any, says: str) -> None:
    with pytest.raises(Uncapturable) as refusal:
        captured(value, "v")
    assert says in str(refusal.value)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN),
        datetime(2024, 3, 31, 2, 30, tzinfo=BERLIN),
        datetime(1880, 1, 1, tzinfo=BERLIN),
        datetime(2024, 10, 27, 2, 30),
        time(2, 30, tzinfo=BERLIN),
        time(2, 30, tzinfo=timezone.utc),
    ],
    ids=["hour there twice", "hour that is missing", "offset with seconds", "naive", "time of a zone", "time"],
)
def test_moment_equals_itself_after_reading_back(moment: Any, fold: int) -> None:
    before, after = (captured({"at": moment.replace(fold=fold)}, "v") for _ in range(2))
    read = from_json(json.loads(json.dumps(to_json(before))))
    assert compare(read, after).differences == []
    assert compare([read], [after]).differences == []


def test_the_two_moments_of_a_doubled_hour_differ() -> None:
    first, second = (captured(datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=fold), "v") for fold in (0, 1))
    assert compare(first, second).refused


@pytest.mark.parametrize(
    "value",
    [{"$upgradecheck": 5}, {"$upgradecheck": ["set", [1]]}, [{"a": {"$upgradecheck": {"$upgradecheck": 1}, "b": {1}}}]],
)
def test_value_that_holds_our_own_mark_comes_back(value: Any) -> None:
    taken = captured(value, "v")
    read = from_json(json.loads(json.dumps(to_json(taken))))
    assert restored(read) == value
    assert compare(taken, read).differences == []


@pytest.mark.parametrize(
    "written",
    [
        {"$upgradecheck": 5},
        {"$upgradecheck": ["moon", 1]},
        {"$upgradecheck": ["date", "x"]},
        {"$upgradecheck": ["decimal", "x"]},
        {"$upgradecheck": [], "a": 1},
    ],
)
def test_what_was_never_written_is_not_read(written: Any) -> None:
    with pytest.raises(ValueError, match="not a captured value"):
        from_json([written])


@pytest.mark.parametrize(
    ("value", "empty"),
    [(None, True), ("", True), ({}, True), ((), True), (set(), True), (frozenset(), True), (b"", True),
     (bytearray(), True), (OrderedDict(), True), (MappingProxyType({}), True), (Names([]), True), (Open(), True),
     (0, False), (False, False), (" ", False), ({1}, False), (b"a", False), ([None], False)],
)  # fmt: skip
def test_emptiness_is_judged_on_what_was_captured(value: Any, empty: bool) -> None:
    assert is_empty(captured(value, "v")) is empty
