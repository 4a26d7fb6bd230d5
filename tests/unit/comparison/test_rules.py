"""What each rule allows, and which rule governs a place."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.comparison import BadPath, BadRule, RuleName, Terms, changed, compare, explain, within
from pytest_upgradecheck.plan.texts import RULES

BEFORE: dict[str, Any] = {"n": 10, "t": "x", "l": ["a", "b"], "o": {"m": 1}}


def refused(after: Any, before: Any = BEFORE, **terms: Any) -> list[str]:
    """``change path`` of every difference that no rule allows."""
    return [f"{each.change} {each.path}" for each in compare(before, after, Terms.of(**terms)).refused]


def but(**changes: Any) -> dict[str, Any]:
    """BEFORE with changes; None takes a member away."""
    return {name: value for name, value in (BEFORE | changes).items() if value is not None}


TABLE = [
    # what happens                 unchanged              additions-only        no-fewer             no-more
    (but(n=11), "changed n", "changed n", "", "changed n"),
    (but(n=9), "changed n", "changed n", "changed n", ""),
    (but(t="y"), "changed t", "changed t", "", ""),
    (but(t=5), "changed t", "changed t", "changed t", "changed t"),
    (but(l=["a", "b", "c"]), "added l[]", "", "", "added l[]"),
    (but(l=["a"]), "removed l[]", "removed l[]", "removed l[]", ""),
    (but(l=["a", "c"]), "removed l[]; added l[]", "removed l[]", "", ""),
    (but(p=1), "added p", "", "", "added p"),
    (but(o=None), "removed o", "removed o", "removed o", ""),
    (but(o={}), "removed o.m", "removed o.m", "removed o.m", ""),
    (but(l="ab"), "changed l", "changed l", "changed l", "changed l"),
]


@pytest.mark.parametrize(("after", "unchanged", "additions", "fewer", "more"), TABLE)
def test_table(after: Any, unchanged: str, additions: str, fewer: str, more: str) -> None:
    for rule, expected in zip(
        ("unchanged", "additions-only", "no-fewer", "no-more", "may-change"),
        (unchanged, additions, fewer, more, ""),
        strict=True,
    ):
        assert "; ".join(refused(after, rule=rule)) == expected, rule


@pytest.mark.parametrize(
    ("rule", "value", "passes"),
    [
        (within(rel=0.1), 11, True),
        (within(rel=0.1), 9, True),
        (within(rel=0.1), 11.01, False),
        (within(abs=2), 12, True),
        (within(abs=2), 12.5, False),
        (within(rel=0.1, abs=3), 13, True),
        (within(rel=0.5), "10", False),
        (within(rel=0.5), True, False),
    ],
)
def test_within(rule: Any, value: Any, passes: bool) -> None:
    assert (refused(but(n=value), rule=rule) == []) is passes
    assert refused(but(n=10, t="y"), rule=rule) == ["changed t"]


@pytest.mark.parametrize(
    ("rule", "value", "passes"),
    [
        ({"rule": "no-more", "rel": 0.5}, 15, True),
        ({"rule": "no-more", "rel": 0.5}, 15.1, False),
        ({"rule": "no-more", "rel": 0.5}, 1, True),
        ({"rule": "no-more", "rel": 0.1, "abs": 4}, 14, True),
        ({"rule": "no-fewer", "abs": 2}, 8, True),
        ({"rule": "no-fewer", "abs": 2}, 7, False),
        ({"rule": "no-fewer", "abs": 2}, 99, True),
    ],
)
def test_tolerance_in_one_direction(rule: Any, value: Any, passes: bool) -> None:
    assert (refused(but(n=value), rule=rule) == []) is passes


def test_within_is_exact() -> None:
    assert refused({"n": 0.3}, {"n": 0.2}, rule=within(abs=0.1)) == []
    assert refused({"n": 2**80 + 1}, {"n": 2**80}, rule=within(abs=0.5)) == ["changed n"]
    assert refused([1.0, 2.05], [1.0, 2.0], rule=within(abs=0.1)) == []


def test_must_change() -> None:
    rules = {"version": changed(to="2")}
    before = {"version": "1", "t": "x"}
    assert refused({"version": "2", "t": "x"}, before, rules=rules) == []
    assert refused({"version": "1", "t": "x"}, before, rules=rules) == ["not changed version"]
    assert refused({"version": "3", "t": "x"}, before, rules=rules) == ["changed version"]
    assert refused({"t": "x"}, before, rules=rules) == ["removed version"]
    assert refused({"version": "3"}, {"version": "1"}, rule="changed") == []
    assert refused({"version": "1"}, {"version": "1"}, rule="changed") == ["not changed "]
    shown = explain(compare(before, {"version": "3", "t": "x"}, Terms.of(rules=rules)))
    assert '~ version: "1"  ->  "3" (it had to become "2")' in shown


@pytest.mark.parametrize(
    ("answer", "says"),
    [(None, ""), (True, ""), ([], ""), (False, "says no"), ("too many", "too many"), (["one", "two"], "two")],
)
def test_own_rule(answer: Any, says: str) -> None:
    def judge(before: Any, after: Any) -> Any:
        assert (before, after) == (10, 12)
        return answer

    shown = explain(compare(BEFORE, but(n=12), Terms.of(rules={"n": judge})))
    assert (says in shown) if says else shown == ""


def test_own_rule_that_asserts_or_answers_nonsense() -> None:
    def asserts(before: Any, after: Any) -> None:
        raise AssertionError("it shrank")

    assert "! n: it shrank" in explain(compare(BEFORE, but(n=1), Terms.of(rules={"n": asserts})))
    with pytest.raises(BadRule, match="answered int"):
        compare(BEFORE, but(n=1), Terms.of(rules={"n": lambda before, after: after}))


def test_own_rule_sees_what_is_gone() -> None:
    seen = []
    compare(BEFORE, but(n=None), Terms.of(rules={"n": lambda before, after: seen.append((before, after))}))
    assert seen == [(10, None)]


def test_most_specific_path_wins() -> None:
    before = {"c": [{"name": "a", "release": "1", "n": 1}, {"name": "b", "release": "1", "n": 1}]}
    after = {"c": [{"name": "a", "release": "2", "n": 2}, {"name": "b", "release": "2", "n": 2}]}
    both = ["changed c[name=a].n", "changed c[name=b].n"]
    assert refused(after, before, key="name", rules={"c[].release": "may-change"}) == both
    assert refused(after, before, key="name", ignore=["**.release", "c[name=a]"], rules={"c[].n": "unchanged"}) == both
    assert refused(after, before, rule="may-change", key="name", rules={"c[name=b].n": "unchanged"}) == both[1:]
    assert refused(after, before, rules={"c": "may-change", "c[].n": changed()}) == []
    assert refused(after, before, rules={"c": "no-fewer", "c[].release": changed(to="3")}) == [
        "changed c[name=a].release",
        "changed c[name=b].release",
    ]


def test_ignored_member_does_not_keep_items_apart() -> None:
    before = [{"a": [1], "seen": 1}, {"a": [2], "seen": 2}]
    after = [{"a": [2], "seen": 3}, {"a": [1], "seen": 4}]
    assert refused(after, before, ignore="[].seen") == []


def test_path_that_fits_nothing_is_reported() -> None:
    terms = Terms.of(ignore=["n", "generated_at", "**.nowhere"], rules={"l[].x": "may-change"})
    assert compare(BEFORE, BEFORE, terms).unmatched == ["l[].x", "generated_at", "**.nowhere"]
    only_after = Terms.of(ignore=["o.digest"], rule="additions-only")
    assert compare(BEFORE, but(o={"m": 1, "digest": "d"}), only_after).unmatched == []


def test_plans_can_name_every_rule() -> None:
    assert set(RULES) == set(RuleName)


@pytest.mark.parametrize("path", ["", ".a", "a..b", "a.", "a[", "a]b", "a[b=]c", "a b", 'a."b', "[a,b]", "a[0]b"])
def test_bad_path(path: str) -> None:
    with pytest.raises(BadPath, match="is not a path"):
        Terms.of(ignore=[path])


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("same", "'same' is not a rule; write one of: unchanged"),
        ({"rule": "within"}, "within needs rel or abs"),
        ({"rule": "within", "rel": -1}, "found -1"),
        ({"rule": "within", "rel": float("nan")}, "found nan"),
        ({"rule": "additions-only", "rel": 1}, "takes no arguments"),
        ({"rule": "changed", "too": 1}, "takes to; found: too"),
        (5, "5 is not a rule"),
    ],
)
def test_bad_rule(rule: Any, says: str) -> None:
    with pytest.raises(BadRule, match=says):
        Terms.of(rule=rule)
