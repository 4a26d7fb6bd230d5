"""What each rule allows, and which rule governs a place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pytest_upgradecheck.comparison import (
    BadPath,
    BadRule,
    BytesDigest,
    Rule,
    RuleName,
    Terms,
    changed,
    compare,
    explain,
    fluctuations,
    rehearse,
    within,
)
from pytest_upgradecheck.comparison.rules import MAY_CHANGE
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
    with pytest.raises(BadRule, match="returned int"):
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
        ({"rule": "within", "rel": 1}, "1 would let any number fall to 0; write less than 1, such as 0.05 for 5%"),
        ({"rule": "within", "rel": 5, "abs": 1}, "5 would let any number fall to 0"),
        ({"rule": "unchanged", "rel": 1.0}, "1.0 would let any number fall to 0"),
        ({"rule": "no-fewer", "rel": Decimal("1.5")}, "would let any number fall to 0"),
        (Rule(name=RuleName.UNCHANGED, rel=1.0), "1.0 would let any number fall to 0"),
        (Rule(name=RuleName.WITHIN, rel=20), "20 would let any number fall to 0"),
        ({"rule": "within", "rel": float("nan")}, "found nan"),
        ({"rule": "additions-only", "rel": 1}, "takes no arguments"),
        ({"rule": "changed", "too": 1}, "takes to; found: too"),
        (5, "5 is not a rule"),
    ],
)
def test_bad_rule(rule: Any, says: str) -> None:
    with pytest.raises(BadRule, match=says):
        Terms.of(rule=rule)


@pytest.mark.parametrize(
    ("everything", "named"),
    [*((wildcard, name) for wildcard in ("**", "**.*", "*.*") for name in ("orders", "orders.count", "**.count")),
     ("orders.**", "orders.count")],
)  # fmt: skip
def test_named_place_is_judged_whatever_takes_all_the_rest(everything: str, named: str) -> None:
    before, after = ({"orders": {"count": count, "by": [count]}, "noise": count} for count in (5, 0))
    for rules in ({everything: "may-change", named: "unchanged"}, {named: "unchanged", everything: "may-change"}):
        assert "changed orders.count" in refused(after, before, rules=rules)
    assert "changed orders.count" in refused(after, before, ignore=everything, rules={named: "unchanged"})


def test_name_within_a_named_place_may_still_be_ignored() -> None:
    before, after = ({"orders": {"count": 5, "at": moment}} for moment in (1, 2))
    for path in ("**.at", "*.at", "orders.at"):
        assert refused(after, before, rules={"orders": "unchanged"}, ignore=path) == []


def test_rule_wins_over_ignoring_the_same_path() -> None:
    for path, same in (("l", "l"), ("l[]", "l[*]"), ("o.m", "o.m")):
        assert refused(but(l=["a"], o={"m": 2}), ignore=[path], rules={same: "unchanged"})


@pytest.mark.parametrize("base", ["may-change", "unchanged"])
@pytest.mark.parametrize(
    ("before", "after", "rule", "says"),
    [
        ({"v": 1}, {"v": None}, changed(), "changed v"),
        ({"v": 1}, {"v": ""}, changed(), "changed v"),
        ({"v": [1]}, {"v": []}, changed(), "changed v"),
        ({"v": {"a": 1}}, {"v": {}}, changed(), "changed v"),
        ({"v": {"a": 1}}, {"v": None}, changed(), "changed v"),
        ({"v": [1]}, {"v": []}, changed(to=[]), ""),
        ({"v": 1}, {"v": ""}, changed(to=""), ""),
        ({"v": 1}, {"v": 0}, changed(), ""),
        ({"v": True}, {"v": False}, changed(), ""),
        ({"v": None}, {"v": ""}, changed(), "changed v"),
        ({}, {"v": None}, changed(), "added v"),
        ({}, {"v": None}, changed(to=None), ""),
        ({"v": None}, {"v": None}, changed(), "not changed v"),
        ({"v": None}, {"v": 1}, changed(to=1), ""),
        ({"v": 1}, {"v": None}, changed(to=None), ""),
        ({"v": 1}, {"v": None}, changed(to=2), "changed v"),
        ({"v": 1}, {}, changed(), "removed v"),
        ({"v": 1}, {}, changed(to=None), "removed v"),
        ({}, {"v": 1}, changed(), ""),
        ({}, {"v": 1}, changed(to=2), "added v"),
        ({}, {"v": 2}, changed(to=2), ""),
        ({"v": [1]}, {"v": {"a": 1}}, changed(), ""),
        ({"v": {"a": 1}}, {"v": {"a": 1.0}}, changed(), "not changed v"),
    ],
)
def test_changed_where_the_value_is_gone_null_or_new(base: str, before: Any, after: Any, rule: Any, says: str) -> None:
    assert refused(after, before, rule=base, rules={"v": rule}) == ([says] if says else [])
    wrapped = refused({"l": [after, 1.5]}, {"l": [before, 1.5]}, rule="may-change", rules={"l[].v": rule})
    assert [text.replace("l[].", "") for text in wrapped] == ([says] if says else [])


@pytest.mark.parametrize("gone", [{}, {"t": {}}, {"t": None}, {"t": {"b": None}}, {"t": []}])
@pytest.mark.parametrize("rule", ["unchanged", "additions-only", "no-fewer", changed(), {"rule": "within", "abs": 1},
                                  lambda before, after: after is not None])  # fmt: skip
def test_rule_within_what_is_gone_is_asked(gone: Any, rule: Any) -> None:
    before = {"t": {"b": {"state": 1, "other": 2}}}
    assert len(refused(gone, before, rule="may-change", rules={"**.state": rule})) == 1
    assert refused(before, gone, rule="may-change", rules={"t.*.state": "unchanged"}) == []


def test_what_may_go_by_its_rule_takes_all_along() -> None:
    before = {"alerts": [{"id": 1, "severity": "high"}, {"id": 2, "severity": "low"}]}
    after = {"alerts": before["alerts"][:1]}
    assert refused(after, before, rules={"alerts": "no-more", "alerts[].severity": "unchanged"}) == []


def test_rule_made_by_hand() -> None:
    assert Terms.of(rule=Rule(name=RuleName.MAY_CHANGE)).rule is MAY_CHANGE
    assert refused(but(n=11), rules={"n": Rule(name=RuleName.CHANGED, to=(11,))}) == ["changed n"]
    for wrong in (Rule(name=RuleName.OWN), Rule(name=RuleName.WITHIN), Rule(name=RuleName.ADDITIONS_ONLY, rel=1.0),
                  Rule(name=RuleName.UNCHANGED, to=5),
                  Rule(name=RuleName.UNCHANGED, judge=lambda *_: True)):  # fmt: skip
        with pytest.raises(BadRule):
            Terms.of(rule=wrong)


QUEUE = ({"queue": 101, "l": [{"id": 1}]}, {"queue": 102, "l": [{"id": 1}]})


@pytest.mark.parametrize(
    ("terms", "places"),
    [
        ({}, ["queue"]),
        ({"rule": {"rule": "unchanged", "abs": 50}}, []),
        ({"rule": {"rule": "within", "rel": 0.5}}, []),
        ({"rules": {"queue": {"rule": "unchanged", "abs": 50}}}, []),
        ({"rules": {"queue": {"rule": "no-fewer", "abs": 50}}}, []),
        ({"rules": {"queue": "no-fewer"}}, ["queue"]),
        ({"rules": {"queue": "no-more"}}, ["queue"]),
        ({"rules": {"queue": "may-change"}}, []),
        ({"ignore": "queue"}, []),
        ({"rule": "may-change"}, []),
        ({"rule": "may-change", "rules": {"queue": changed()}}, ["queue"]),
        ({"rule": "may-change", "rules": {"queue": changed(to=5)}}, ["queue"]),
        ({"rule": "may-change", "rules": {"queue": lambda before, after: abs(after - before) < 5}}, []),
        ({"rule": "may-change", "rules": {"queue": lambda before, after: after == before}}, ["queue"]),
        ({"rule": "may-change", "rules": {"queue": lambda before, after: after > before}}, ["queue"]),
    ],
)
def test_what_differs_by_itself_is_judged_by_the_rules_in_both_directions(terms: Any, places: list[str]) -> None:
    for readings in (QUEUE, QUEUE[::-1]):
        assert [each.path for each in fluctuations(*readings, Terms.of(**terms))] == places
    assert fluctuations(QUEUE[0], QUEUE[0], Terms.of(**terms)) == ()


@pytest.mark.parametrize(
    ("value", "terms", "vacuous"),
    [
        ({"x": 1, "y": 2}, {"ignore": "*"}, True),
        ([1, 2], {"ignore": "[]"}, True),
        ({"x": {"y": 1}}, {"ignore": "**.*"}, True),
        ({"x": 1}, {"rules": {"x": "may-change"}}, True),
        ({"x": 1, "y": [1]}, {"ignore": ["x", "y"]}, True),
        ("10", {"rule": "no-fewer"}, True),
        (True, {"rule": "no-more"}, True),
        ({"x": 1}, {"rule": Rule(name=RuleName.MAY_CHANGE)}, True),
        ({"x": 1}, {"rule": "may-change", "rules": {"y": "unchanged"}}, True),
        ({"x": {"y": 1}}, {"rule": "may-change", "rules": {"x.y": "unchanged"}}, False),
        ({"x": 1}, {"rule": "may-change", "rules": {"@": changed()}}, False),
        (10, {"rule": "no-fewer"}, False),
        (0, {"rule": "no-fewer"}, True),
        (-1, {"rule": "no-fewer"}, False),
        (10, {"rule": {"rule": "no-fewer", "abs": 9}}, False),
        (10, {"rule": {"rule": "no-fewer", "abs": 10}}, True),
        (10, {"rule": {"rule": "no-more", "abs": 100}}, False),
        (10, {"rule": {"rule": "no-more", "rel": 2}}, False),
        (["a"], {"rule": "no-more"}, False),
        (["a"], {"rule": "no-fewer"}, False),
        ({"x": "a"}, {"rule": "no-fewer"}, False),
        ([], {}, False),
        ([], {"rule": "no-more"}, False),
        ({}, {"rule": "additions-only"}, True),
        ({"x": 1}, {"ignore": "y"}, False),
        ([{"x": 1}], {"ignore": "[].x"}, False),
    ],
)
def test_comparison_that_cannot_fail_is_known_beforehand(value: Any, terms: Any, vacuous: bool) -> None:
    assert rehearse(value, Terms.of(**terms)).vacuous is vacuous
    assert rehearse({"in": value}, Terms.of(rule="unchanged")).vacuous is False


NOT_COUNTS = ["10", "", True, date(2026, 1, 1), UUID(int=1), BytesDigest.of(b"x")]


@pytest.mark.parametrize("value", NOT_COUNTS)
@pytest.mark.parametrize("rule", ["no-fewer", "no-more", {"rule": "no-fewer", "abs": 1}])
def test_what_is_not_a_count_is_refused_beforehand(value: Any, rule: Any) -> None:
    for held, terms, path in (
        (value, {"rule": rule}, ""),
        (value, {"rules": {"@": rule}}, ""),
        ({"a": value}, {"rules": {"a": rule}}, "a"),
        ({"l": [{"id": 1, "n": value}]}, {"rules": {"**.n": rule}, "key": "id"}, "l[id=1].n"),
    ):
        (problem,) = rehearse(held, Terms.of(**terms)).refused
        assert problem.path == path
        assert "needs a number, a list or an object, and this is" in problem.why


@pytest.mark.parametrize("value", [0, 1.5, Decimal(1), [], ["a"], {}, {"a": "x"}, [{"a": True}], None])
@pytest.mark.parametrize("rule", ["no-fewer", "no-more"])
def test_what_can_be_counted_is_not_refused(value: Any, rule: str) -> None:
    assert not rehearse(value, Terms.of(rule=rule)).refused
    assert not rehearse({"a": value, "t": "x"}, Terms.of(rules={"a": rule, "*": rule})).refused


def test_rehearsal_marks_no_path_as_matched_that_fits_nothing() -> None:
    assert rehearse({}, Terms.of(ignore=["*", "[]"])).unmatched == ["*", "[]"]


def test_expected_values_can_be_written_as_the_values_compared() -> None:
    terms = Terms.of(rules={"k": changed(to="new")}).expecting(lambda value: f"<{value}>")
    assert not compare({"k": "<old>"}, {"k": "<new>"}, terms).refused


def test_items_are_named_by_any_of_their_members_however_many_rules_there_are() -> None:
    others = {f"[other{number}=1].n": "may-change" for number in range(20)}
    named = {
        "[a=x].n": "may-change",
        '["b.c"=y].n': "may-change",
        "[d.e=z].n": "may-change",
        "[a=w,g=1].n": "unchanged",
    }
    members: list[dict[str, Any]] = [
        {"a": "x"}, {"b.c": "y"}, {"b": {"c": "y"}}, {"d": {"e": "z"}}, {"d.e": "z"}, {"a": "w", "g": 1}, {},
    ]  # fmt: skip
    before = [{"id": number, "n": 1, **more} for number, more in enumerate(members)]
    after = [item | {"n": 2} for item in before]
    for rules in (named, others | named, named | others):
        assert refused(after, before, key="id", rules=rules) == ["changed [id=5].n", "changed [id=6].n"]


@pytest.mark.parametrize("path", ["a.b.z", "b.a.z", "a.b.a.z", "a.c.b.a.z", "c.b.c.a.c.z"])
@pytest.mark.parametrize("rule", ["**.a.**.z", "**.b.**.z", "**.a.**", "**.b.**.**.z"])
def test_rules_that_start_below_others_hold_in_any_order(path: str, rule: str) -> None:
    def inside(value: Any) -> Any:
        for name in reversed(path.split(".")):
            value = {name: value}
        return value

    before, after = inside(1), inside(2)
    others = {"**.a.**.x": "no-fewer", "**.b.**.y": "no-fewer", "**.c.**.z": "unchanged"}
    assert refused(after, before, rule="may-change", rules={rule: "unchanged", **others}) == [f"changed {path}"]
    allowed = {rule: "may-change", "**.a.**.x": "no-fewer", "**.b.**.y": "no-fewer"}
    assert refused(after, before, rules=allowed) == []
