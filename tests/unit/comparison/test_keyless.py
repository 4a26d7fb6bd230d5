"""Items without a key: paired so that the rules refuse the least, and judged by the rules within them."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.comparison import Terms, captured, changed, compare, explain, rehearse


def refused(before: Any, after: Any, **terms: Any) -> list[str]:
    return [f"{each.change} {each.path}" for each in compare(before, after, Terms.of(**terms)).refused]


WITHIN_1 = {"rule": "within", "abs": 1}
T_STAYS = {"[].t": "unchanged"}
OK = [{"n": 1.5, "state": "ok"}, {"n": 2.5, "state": "ok"}]
BAD = [{"n": 1.6, "state": "bad"}, {"n": 2.6, "state": "bad"}]


@pytest.mark.parametrize("rule", ["may-change", "no-fewer", "no-more"])
@pytest.mark.parametrize("ignore", [(), "items[]", "items[].n"])
@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: [{"in": each} for each in items]])
def test_rules_within_items_are_asked(rule: str, ignore: Any, wrap: Any) -> None:
    before, after = ({"items": wrap(items)} for items in (OK, BAD))
    assert len(refused(before, after, rule=rule, rules={"items[].**.state": "unchanged"}, ignore=ignore)) == 2
    assert refused(before, before, rule=rule, rules={"items[].**.state": "unchanged"}, ignore=ignore) == []


@pytest.mark.parametrize("rule", ["unchanged", "additions-only", changed(to="ok"), {"rule": "changed", "to": "ok"},
                                  lambda before, after: before == after])  # fmt: skip
def test_any_rule_within_items_is_asked(rule: Any) -> None:
    assert len(refused(OK, BAD, rule="may-change", rules={"[].state": rule})) == 2


@pytest.mark.parametrize(
    ("before", "after", "terms"),
    [
        ([{"x": 1.5}, {"x": 2.5}], [{"x": 2.5, "n": 0}, {"x": 1.5, "n": 0}], {"rule": "additions-only"}),
        ([["a"], ["b"]], [["b", "x"], ["a", "x"]], {"rule": "additions-only"}),
        ([{"l": [["a"]]}, {"l": [["b"]]}], [{"l": [["b", "x"]]}, {"l": [["a"], []]}], {"rule": "additions-only"}),
        ([1.0, 2.0], [2.0, 1.0], {"rule": {"rule": "within", "rel": 0.01}}),
        ([1, 2], [2, 3], {"rule": {"rule": "within", "abs": 1}}),
        ([{"v": 1.5}, {"v": 2.5}], [{"v": 2.5}, {"v": 3.5}], {"rule": {"rule": "within", "abs": 1}}),
        ([{"v": 1.5}, {"v": 2.5}], [{"v": 2.5}, {"v": 3.5}], {"rules": {"[].v": {"rule": "unchanged", "abs": 1}}}),
        ([{"id": 1, "v": 5}, {"id": 2, "v": 6}], [{"id": 2, "v": 5}, {"id": 3, "v": 6}], {"rule": WITHIN_1}),
        ([{"seen": 1}, {"seen": 2}], [{"seen": 8}, {"seen": 9}], {"ignore": "[].seen"}),
        ([{"t": [1.5], "u": 1}], [{"t": [1.5], "u": 2}, {"t": [2.5], "u": 3}], {"rule": "no-fewer", "rules": T_STAYS}),
    ],
)  # fmt: skip
def test_pairing_that_refuses_nothing_is_found(before: Any, after: Any, terms: Any) -> None:
    assert refused(before, after, **terms) == []


@pytest.mark.parametrize(
    ("before", "after", "terms", "least"),
    [
        ([{"a": 1.5, "b": 1.5, "c": 1.5}, {"a": 2.5, "b": 2.5, "c": 2.5}],
         [{"a": 2.5, "b": 2.5, "c": 9.5}, {"a": 1.5, "b": 9.5, "c": 1.5}], {}, ["changed [].b", "changed [].c"]),
        (["a", "b", "c"], ["a", "x"], {"rule": "no-fewer"}, ["removed []", "removed []"]),
        ([1.0, 2.0], [1.0, 5.0], {"rule": {"rule": "within", "abs": 0.5}}, ["changed []"]),
        ([{"v": 1.5}, {"v": 2.5}, {"v": 3.5}], [{"v": 3.5}, {"v": 1.5}], {}, ["removed []"]),
        (["a", "b", "a"], ["b", "a"], {"ordered": True}, ["removed [0]"]),
        ([1.0, 2.0, 3.0], [1.05, 3.05], {"rule": {"rule": "within", "abs": 0.1}, "ordered": True}, ["removed [1]"]),
        ([{"r": 1.5}, {"r": 2.5}], [{"r": 2.5}, {"r": 1.5}], {"rules": {"[].r": "changed"}},
         ["not changed [].r", "not changed [].r"]),
    ],
)  # fmt: skip
def test_least_is_refused(before: Any, after: Any, terms: Any, least: list[str]) -> None:
    assert sorted(refused(before, after, **terms)) == least


@pytest.mark.parametrize("spelled", ["junk", "junk.**", "**.junk"])
@pytest.mark.parametrize("key", ["name", {"junk": "name", "l": "name"}])
def test_ignored_list_is_not_paired(spelled: str, key: Any) -> None:
    before = {"junk": [{"name": "a"}, {"name": "a"}], "l": [{"name": "x"}]}
    after = {"junk": [{"name": "b"}], "l": [{"name": "x"}]}
    assert refused(before, after, key=key, ignore=spelled) == []


@pytest.mark.parametrize("member", ["id", "index", "position"])
@pytest.mark.parametrize("first", [0, 1])
def test_member_that_counts_the_items_is_the_last_choice_of_a_key(member: str, first: int) -> None:
    before = [{member: first + at, "server": f"n{at}"} for at in range(5)]
    after = [{member: first + at, "server": name} for at, name in enumerate(["new", *(f"n{at}" for at in range(5))])]
    assert refused(before, after, rule="additions-only", ignore=f"[].{member}") == []
    comparison = compare(before, after, Terms.of(rule="additions-only"))
    assert comparison.pairing == {"": "by server, found by itself"}


@pytest.mark.parametrize(
    "terms",
    [
        {"ignore": "[].seen"},
        {"ignore": "**.seen"},
        {"rules": {"[].seen": {"rule": "within", "abs": 5}}},
        {"rule": {"rule": "within", "abs": 5}},
        {"rules": {"[].seen": "changed"}, "ignore": "[].id"},
        {"rules": {"[].seen": lambda before, after: None}},
    ],
)
def test_what_may_differ_is_no_key(terms: Any) -> None:
    before, after = (
        [{"id": "a", "seen": 10}, {"id": "b", "seen": 20}],
        [{"id": "a", "seen": 11}, {"id": "b", "seen": 21}],
    )
    assert "by seen" not in str(compare(before, after, Terms.of(**terms)).pairing)
    assert refused(before, after, **terms) == []
    mixed = [{"id": 2, "seen": 10}, {"id": "s", "seen": 20}], [{"id": 2, "seen": 11}, {"id": "s", "seen": 21}]
    assert refused(*mixed, **terms) == []


def test_output_says_why_the_key_is_another_than_before() -> None:
    before = [{"id": key, "name": name, "v": 1} for key, name in ((7, "a"), (8, "b"), (9, "c"))]
    after = [{"id": key, "name": name, "v": 2} for key, name in ((7, "a"), (18, "b"), (19, "c"))]
    text = explain(compare(before, after))
    assert (
        "paired by name, found by itself (not by id: only 1 of 3 items after have a value that was there before)"
        in text
    )
    without = [{"name": "a", "v": 2}, {"name": "b", "v": 1}, {"name": "c", "v": 1}]
    assert "(not by id: not every item after has it)" in explain(compare(before, without))


@pytest.mark.parametrize("pattern", ["[id=7].state", "[name=a].state", "[name=a,id=7].state"])
@pytest.mark.parametrize("key", [None, "id", "name"])
def test_item_that_a_rule_names_is_found_whatever_pairs_the_items(pattern: str, key: Any) -> None:
    before = [{"id": 7, "name": "a", "state": "ok"}, {"id": 8, "name": "b", "state": "ok"}]
    after = [{"id": 7, "name": "a", "state": "bad"}, {"id": 18, "name": "b", "state": "ok"}]
    assert len(refused(before, after, rule="may-change", rules={pattern: "unchanged"}, key=key)) == 1
    keyless = [*after[:1], {"title": "c", "state": "new"}]
    assert len(refused(before, keyless, rule="may-change", rules={pattern: "unchanged"})) == 1


def test_rule_that_fits_nothing_any_more_is_reported() -> None:
    before = {"l": [{"name": "a", "state": "ok"}], "m": [1]}
    rules = {"l[name=a].state": "no-more", "l[name=b].state": "unchanged", "m": "no-more"}
    comparison = compare(before, {"l": [], "m": [1]}, Terms.of(rule="no-more", rules=rules, key="name"))
    assert (comparison.unmatched, comparison.lost) == (["l[name=b].state"], ["l[name=a].state"])


def test_key_that_is_a_set_is_refused() -> None:
    value = captured([{"k": {1, 2}}, {"k": {3}}], "v")
    (problem,) = rehearse(value, Terms.of(key={"@": "k"})).refused
    assert "has no such member with a single value" in problem.why


def test_many_items_without_a_key() -> None:
    before = [{"x": at + 0.5} for at in range(2_000)]
    assert refused(before, [dict(item, n=0) for item in reversed(before)], rule="additions-only") == []
    assert refused(before, [{"x": at + 0.75} for at in range(2_000)], rule={"rule": "within", "abs": 0.25}) == []
    assert len(refused(before, before[1:])) == 1
    assert refused(before, [dict(item, n=0) for item in before], rule="additions-only", ordered=True) == []


def test_tree_of_lists() -> None:
    def tree(levels: int, changed: set[int], number: int = 0) -> Any:
        if levels == 0:
            return 0.25 if number in changed else number + 0.5
        return [tree(levels - 1, changed, 2 * number + side) for side in (0, 1)]

    assert refused(tree(10, set()), tree(10, {5})) == ["removed " + "[]" * 10, "added " + "[]" * 10]
    assert len(refused(tree(10, set()), tree(10, set(range(0, 1024, 50))))) == 4
