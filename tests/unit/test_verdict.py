"""The verdict's table, row by row."""

from __future__ import annotations

import itertools

import pytest

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.verdict import Blocker, CheckFact, Facts, decide, overridden
from pytest_upgradecheck.vocabulary import BoundaryState, Decision, Phase, Result, Transition


def check(result: Result, boundary: str | None = None, name: str = "check") -> CheckFact:
    return CheckFact(check=name, result=result, boundary=boundary, message="what was found")


def boundary(name: str, state: BoundaryState) -> Boundary:
    return Boundary(name=name, step="db", state=state, why="as observed", irreversible=("schema 2",))


STATES = [
    boundary("crossed", BoundaryState.CROSSED),
    boundary("open", BoundaryState.NOT_CROSSED),
    boundary("unknown", BoundaryState.UNKNOWN),
]


def verdict_of(*checks: CheckFact, phase: Phase = Phase.POST, findings: tuple[Blocker, ...] = ()) -> Decision:
    return decide(Facts(phase=phase, checks=checks, boundaries=STATES, findings=findings)).decision


@pytest.mark.parametrize(
    ("result", "at", "expected"),
    [
        (Result.PASSED, None, Decision.PROCEED),
        (Result.FAILED, None, Decision.PAUSE),
        (Result.ERROR, None, Decision.PAUSE),
        (Result.FAILED, "open", Decision.ROLL_BACK),
        (Result.FAILED, "crossed", Decision.FIX_FORWARD),
        (Result.FAILED, "unknown", Decision.PAUSE),
        (Result.FAILED, "of no plan", Decision.PAUSE),
        (Result.ERROR, "open", Decision.PAUSE),
        *((each, "open", Decision.CANNOT_TELL) for each in Result if each is not Result.PASSED and not each.is_failure),
    ],
)
def test_one_check(result: Result, at: str | None, expected: Decision) -> None:
    assert verdict_of(check(result, at)) is expected


@pytest.mark.parametrize("at", ["open", "crossed", "unknown"])
def test_nothing_decides_on_rollback_before_the_change(at: str) -> None:
    assert verdict_of(check(Result.FAILED, at), phase=Phase.PRE) is Decision.PAUSE


def test_the_most_urgent_stands_whatever_the_order() -> None:
    rows = [
        (check(Result.FAILED, "crossed"), Decision.FIX_FORWARD),
        (check(Result.FAILED, "open"), Decision.ROLL_BACK),
        (check(Result.FAILED), Decision.PAUSE),
        (check(Result.SKIPPED), Decision.CANNOT_TELL),
        (check(Result.PASSED), Decision.PROCEED),
    ]
    for first in range(len(rows)):
        for some in itertools.permutations(rows[first:]):
            assert verdict_of(*(fact for fact, _ in some)) is rows[first][1]


def test_no_check_at_all_is_not_green() -> None:
    verdict = decide(Facts(phase=Phase.PRE, checks=()))
    assert verdict.decision is Decision.CANNOT_TELL
    assert verdict.reason == "Evidence is missing: no check was planned for this phase"


def test_findings_block_as_checks_do() -> None:
    assert verdict_of(check(Result.PASSED), findings=(Blocker(check="", kind="odd", message="m"),)) is (
        Decision.CANNOT_TELL
    )


def test_every_decision_has_an_exit_code_of_its_own() -> None:
    assert {decision: decision.exit_code for decision in Decision} == {
        Decision.PROCEED: 0,
        Decision.PAUSE: 1,
        Decision.ROLL_BACK: 10,
        Decision.FIX_FORWARD: 11,
        Decision.CANNOT_TELL: 12,
    }


def test_the_most_urgent_blocker_comes_first() -> None:
    facts = [check(Result.SKIPPED, name="a"), check(Result.FAILED, name="b"), check(Result.FAILED, "open", name="c")]
    verdict = decide(Facts(phase=Phase.POST, checks=facts, boundaries=STATES))
    assert [blocker.check for blocker in verdict.blockers] == ["c", "b", "a"]


def test_what_broke_now_comes_before_what_was_broken() -> None:
    facts = [
        CheckFact(check=name, result=Result.FAILED, transition=transition)
        for name, transition in (
            ("since before", Transition.FAILING_SINCE_BEFORE), ("alone", None), ("new", Transition.NEW),
            ("regressed", Transition.REGRESSED),
        )
    ]  # fmt: skip
    verdict = decide(Facts(phase=Phase.POST, checks=facts))
    assert [blocker.check for blocker in verdict.blockers] == ["regressed", "new", "alone", "since before"]
    assert verdict.reason == "regressed and 3 more failed: "


def test_evidence_that_is_missing_is_counted_in_words() -> None:
    results = (Result.NO_EVIDENCE, Result.NO_EVIDENCE, Result.SKIPPED, Result.NOT_RUN)
    verdict = decide(Facts(phase=Phase.PRE, checks=[check(result) for result in results]))
    assert verdict.reason == (
        "Evidence is missing: 2 checks lack evidence, 1 skipped, 1 not run; first: check: what was found"
    )


def test_rollback_says_that_it_is_about_going_back() -> None:
    verdict = decide(Facts(phase=Phase.ROLLBACK, checks=[check(Result.PASSED)] * 2))
    assert verdict.reason == "Rollback verified: all 2 checks passed, no evidence is missing"


def test_sentence_of_an_unknown_boundary_says_why() -> None:
    verdict = decide(Facts(phase=Phase.POST, checks=[check(Result.FAILED, "unknown")], boundaries=STATES))
    assert verdict.reason == (
        "check failed. It guards rollback boundary unknown, but it is not known whether that boundary has been "
        "crossed: as observed"
    )


def test_counts_add_up() -> None:
    verdict = decide(Facts(phase=Phase.POST, checks=[check(result) for result in Result]))
    assert verdict.counts["planned"] == len(Result) == sum(verdict.counts[result.value] for result in Result)


def test_another_decision_is_told_from_the_tables() -> None:
    verdict = decide(Facts(phase=Phase.POST, checks=[check(Result.FAILED, "open")], boundaries=STATES))
    other = overridden(verdict, Decision.PAUSE, "somebody", "the window is closed.")
    assert other.decision is Decision.PAUSE
    assert other.reason.startswith("the window is closed (decided by somebody; the checks alone say roll-back: ")
    with pytest.raises(ValueError, match="never possible"):
        overridden(verdict, Decision.PROCEED, "somebody", "trust me")
