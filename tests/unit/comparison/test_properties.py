"""What holds for any two values: a diff of equals is empty, applied to before it gives after, and both ways agree."""

from __future__ import annotations

import copy
import random
from collections.abc import Collection
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.comparison import Change, Difference, Terms, captured, compare
from pytest_upgradecheck.comparison.paths import Item

TEXTS = st.text(st.characters(codec="utf-8"), max_size=4)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.0, -0.0, 1.0, 0.5, 2**70]), TEXTS)
NAMES = st.sampled_from(["id", "name", "a", "b", "x.y", "[]", ""])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(NAMES, inner, max_size=4),
        st.lists(st.fixed_dictionaries({"id": st.integers(0, 5), "a": inner}), max_size=4),
    ),
    max_leaves=12,
)
TERMS = st.sampled_from([Terms.of(), Terms.of(ordered=True)])


def applied(value: Any, differences: list[Difference]) -> Any:
    """The value with the differences made to it: the meaning of a difference, in the plainest way."""
    value = copy.deepcopy(value)
    root = {"root": value}
    inserted: list[tuple[Any, int, Any]] = []
    taken: list[tuple[Any, int]] = []
    for difference in differences:
        steps = ("root", *difference.steps)
        parent: Any = root
        for step in steps[:-1]:
            parent = parent[step] if isinstance(step, str) else parent[position_of(parent, step)]
        last = steps[-1]
        if isinstance(last, str):
            if difference.change is Change.REMOVED:
                del parent[last]
            else:
                parent[last] = difference.after
            continue
        if difference.change is Change.ADDED:
            where = len(parent) if difference.position is None else difference.position
            inserted.append((parent, where, difference.after))
            continue
        gone = {at for items, at in taken if items is parent}
        at = position_of(parent, last, difference.before, gone)
        if difference.change is Change.CHANGED:
            parent[at] = difference.after
            continue
        taken.append((parent, at))
        if difference.change is Change.MOVED:
            inserted.append((parent, difference.position or 0, parent[at]))
    for parent, at in sorted(taken, key=lambda take: -take[1]):
        del parent[at]
    for parent, where, item in sorted(inserted, key=lambda insert: insert[1]):
        parent.insert(where, item)
    return root["root"]


def position_of(items: list[Any], step: Any, before: Any = None, gone: Collection[int] = ()) -> int:
    if isinstance(step, Item):
        (found,) = (at for at, each in enumerate(items) if tuple(each[member] for member in step.key) == step.identity)
        return found
    if step.position is not None:
        return int(step.position)
    return next(at for at, each in enumerate(items) if at not in gone and not compare(each, before).differences)


@given(VALUES, TERMS)
def test_diff_of_equals_is_empty(value: Any, terms: Terms) -> None:
    assert compare(captured(value, "v"), captured(copy.deepcopy(value), "v"), terms).differences == []


@given(VALUES, st.randoms())
def test_order_of_a_list_counts_only_where_asked(value: Any, order: random.Random) -> None:
    def shuffled(each: Any) -> Any:
        if isinstance(each, dict):
            return {name: shuffled(each[name]) for name in order.sample(sorted(each), len(each))}
        return [shuffled(item) for item in order.sample(each, len(each))] if isinstance(each, list) else each

    assert compare(value, shuffled(value)).differences == []


@settings(max_examples=300)
@given(st.lists(st.integers(0, 6), max_size=7), st.lists(st.integers(0, 6), max_size=7))
def test_ordered_diff_applied_to_before_gives_exactly_after(before: list[int], after: list[int]) -> None:
    terms = Terms.of(ordered=True)
    assert applied(before, list(compare(before, after, terms).differences)) == after


KEYED = st.lists(
    st.fixed_dictionaries({"id": st.integers(0, 6), "a": SCALARS}), max_size=6, unique_by=lambda item: item["id"]
)


@settings(max_examples=300)
@given(st.fixed_dictionaries({"x": KEYED, "y": SCALARS}), st.fixed_dictionaries({"x": KEYED, "z": SCALARS}), TERMS)
def test_diff_applied_to_before_gives_after(before: Any, after: Any, terms: Terms) -> None:
    keyed = Terms.of(key={"x": "id"}, ordered=bool(terms.settings))
    result = applied(before, list(compare(before, after, keyed).differences))
    assert compare(result, after, keyed).differences == []


MIRROR = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}


#: Items that could make pairs in several ways that cost the same, and would read differently.
TIES: list[tuple[Any, Any]] = [
    (
        [{"id": 0, "a": []}, {"id": 0, "a": 0.5}, {"id": 1, "a": None}, {"id": 1, "a": {}}],
        [{"id": 1, "a": {"id": 1}}, {"id": 0, "a": [{}]}, {"id": 0, "a": 0}],
    ),
    (
        [{"id": 1, "a": True}, {"id": 0, "a": {}}, {"id": 0, "a": "x"}],
        [{"id": 0, "a": [[False]]}, {"id": 0, "a": {"id": 0}}, {"id": 1, "a": 1}],
    ),
    (
        [{"id": 1, "a": 1}, {"id": 1, "a": []}],
        [{"id": 0, "a": [False]}, {"id": 1, "a": {}}, {"id": 1, "a": [[{"id": 2, "a": None}]]}],
    ),
    ([[{"id": 2, "a": 1}], [{"id": 1, "a": []}]], [0.5, [], [{"id": 2, "a": []}], 1]),
]


def tied(made: random.Random) -> tuple[Any, Any]:
    """Two short lists of items whose key is not unique, and that have little in common."""

    def value(depth: int) -> Any:
        kind = made.random()
        if depth <= 0 or kind < 0.4:
            return made.choice([None, True, False, 0, 1, 0.5, "x"])
        if kind < 0.7:
            return [value(depth - 1) for _ in range(made.randint(0, 2))]
        return {name: value(depth - 1) for name in made.sample(["id", "a", "b"], made.randint(0, 2))}

    before, after = ([{"id": made.randint(0, 1), "a": value(2)} for _ in range(made.randint(1, 4))] for _ in range(2))
    return before, after


def require_symmetric(before: Any, after: Any) -> None:
    there = compare(before, after).differences
    back = compare(after, before).differences
    said = sorted((each.group, MIRROR.get(each.change, each.change).value) for each in there)
    assert said == sorted((each.group, each.change.value) for each in back), (before, after)


def test_pairs_do_not_depend_on_which_side_comes_first() -> None:
    for before, after in [*TIES, *(tied(random.Random(seed)) for seed in range(1500))]:
        require_symmetric(before, after)


@settings(max_examples=300)
@given(VALUES, VALUES)
def test_symmetric(before: Any, after: Any) -> None:
    require_symmetric(before, after)
