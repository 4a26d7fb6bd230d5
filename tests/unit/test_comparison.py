"""What changed in a value, and how it is said."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.comparison import differences, explain, shown, to_json_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


def said(before: Any, after: Any) -> list[str]:
    return [str(difference) for difference in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"a": 1}, {"a": 2}, ["~ a: 1 -> 2"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["~ a.b[1]: 2 -> 3"]),
        ({"a": 1}, {}, ["- a: 1"]),
        ({}, {"with space": 1}, ['+ "with space": 1']),
        ([1], [1, 2], ["+ [1]: 2"]),
        ([1, 2], [1], ["- [1]: 2"]),
        (1, "1", ['~ value: 1 -> "1"']),
        (True, 1, ["~ value: true -> 1"]),
        (0, False, ["~ value: 0 -> false"]),
        (1, 1.0, []),
        (None, {}, ["~ value: null -> {}"]),
    ],
)
def test_differences(before: Any, after: Any, lines: list[str]) -> None:
    assert said(before, after) == lines


@given(VALUES)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert said(value, copy.deepcopy(value)) == []


@given(VALUES, VALUES)
def test_both_ways_find_the_same_places(before: Any, after: Any) -> None:
    there = {difference.path for difference in differences(before, after)}
    assert there == {difference.path for difference in differences(after, before)}


def test_long_lists_of_differences_are_counted() -> None:
    text = explain(list(differences({}, {f"k{n:02}": n for n in range(50)})))
    assert text.splitlines()[0] == "50 added (- before, + after)"
    assert text.splitlines()[-1] == "  ... and 30 more"
    assert len(text.splitlines()) == 22


def test_long_values_are_elided_in_the_middle() -> None:
    text = shown("a" * 300 + "z")
    assert len(text) <= 200
    assert text.startswith('"aaa')
    assert text.endswith('az"')


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"a": [1, {2}]}, r"k\.a\[1\] is of type set, which JSON cannot hold"),
        ({"a": {1: 2}}, r"k\.a has the key 1 \(int\); keys must be strings"),
        (float("inf"), "k is inf"),
    ],
)
def test_what_json_cannot_hold_names_its_path(value: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        to_json_value(value, "k")


def test_tuples_become_lists() -> None:
    assert to_json_value({"a": (1, (2,))}) == {"a": [1, [2]]}
