"""The verdict's table, row by row."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date

import pytest

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.verdict import Blocker, CheckFact, Facts, Note, Verdict, counted, decide, overridden
from pytest_upgradecheck.vocabulary import BlockerKind, BoundaryState, Decision, Phase, Result, Transition


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


def verdict_over(*checks: CheckFact, phase: Phase = Phase.POST) -> Verdict:
    return decide(Facts(phase=phase, checks=checks, boundaries=STATES))


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
    assert [blocker.kind for blocker in verdict.blockers] == [BlockerKind.NOTHING_PLANNED]


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


WAIVER = Waiver(
    check="check",
    accepts=("what was found",),
    reason="known",
    approved_by="A. Name",
    expires=date(2026, 12, 31),
    environment=None,
    phase=None,
)


def test_a_waived_failure_neither_blocks_nor_counts_as_passed() -> None:
    waived = replace(check(Result.FAILED, name="known"), waiver=WAIVER)
    verdict = verdict_over(waived, check(Result.PASSED))
    assert (verdict.decision, verdict.blockers, verdict.waived) == (Decision.PROCEED, (), (waived,))
    assert (verdict.counts["passed"], verdict.counts["failed"], verdict.counts["waived"]) == (1, 0, 1)
    assert verdict.reason == (
        "1 of 2 checks of phase post passed, 1 failure is waived (by A. Name until 2026-12-31), no evidence is missing"
    )
    both = verdict_over(waived, waived, check(Result.PASSED), phase=Phase.ROLLBACK).reason
    assert both.startswith("Rollback verified: 1 of 3 checks of phase rollback passed, 2 failures are waived (")


def test_a_waiver_accepts_the_failure_of_its_own_check_only() -> None:
    waived = replace(check(Result.FAILED, "crossed"), waiver=WAIVER)
    verdict = verdict_over(waived, check(Result.FAILED, name="other"))
    assert verdict.decision is Decision.PAUSE
    assert [blocker.check for blocker in verdict.blockers] == ["other"]


@pytest.mark.parametrize("retried", [1, 2, 3])
def test_counts(retried: int) -> None:
    facts = [
        *(
            CheckFact(check=result, result=result, transition=Transition.REGRESSED)
            for times, result in enumerate(Result, 1)
            for _ in range(times)
        ),
        CheckFact(check="again", result=Result.PASSED, attempts=retried, transition=Transition.FIXED),
    ]
    counts = verdict_over(*facts).counts
    expected: dict[str, int] = {
        "planned": 67,
        "selected": 67 - 9 - 11,  # neither those that were deselected, nor those that are gone
        "run": 67 - 9 - 11 - 10,  # nor those that did not run
        "waived": 0,
        "retried": int(retried > 1),
        **dict.fromkeys(Transition, 0),
        "regressed": 66,
        "fixed": 1,
        **{result: times for times, result in enumerate(Result, 1)},
        "passed": 2,
    }
    assert counts == expected


def test_a_blocker_says_all_that_is_known_of_its_check() -> None:
    fact = CheckFact(
        check="t.py::a", title="The order is still there.", result=Result.FAILED, message="it is gone", step="db",
        owner="team", boundary="open", remedy="restore it", transition=Transition.REGRESSED,
    )  # fmt: skip
    (blocker,) = verdict_over(fact).blockers
    assert blocker.to_dict() == {
        "check": "t.py::a", "title": "The order is still there.", "kind": "failed", "transition": "regressed",
        "boundary": "open", "step": "db", "owner": "team", "message": "it is gone", "remedy": "restore it",
    }  # fmt: skip
    read = Blocker.from_dict(json.loads(json.dumps(blocker.to_dict())))
    assert read == blocker
    assert type(read.transition) is Transition
    plain = Blocker(check="", kind="odd", message="m")
    assert Blocker.from_dict(plain.to_dict()) == plain


def test_no_remedy_for_a_failure_where_nothing_was_found() -> None:
    fact = CheckFact(check="a", result=Result.SKIPPED, remedy="restore it")
    assert verdict_over(fact).blockers[0].remedy is None
    assert verdict_over(replace(fact, result=Result.ERROR)).blockers[0].remedy == "restore it"


@pytest.mark.parametrize(
    ("transition", "heading"),
    [
        (Transition.REGRESSED, 'REGRESSED  "It is there"  (passed before the upgrade)'),
        (Transition.FAILING_SINCE_BEFORE, 'FAILED  "It is there"  (did not pass before the upgrade either)'),
        (Transition.NEW, 'FAILED  "It is there"  (new: it was not part of the pre run)'),
        (Transition.FIXED, 'FAILED  "It is there"'),
        (None, 'FAILED  "It is there"'),
    ],
)
def test_heading(transition: Transition | None, heading: str) -> None:
    titled = Blocker(check="t.py::a", kind="failed", message="m", title="It is there.", transition=transition)
    assert titled.heading == heading
    assert replace(titled, title="", kind="no-evidence", transition=None).heading == "NO EVIDENCE  t.py::a"


def test_notes_and_boundaries_are_carried_along() -> None:
    note = Note(check="a", kind="odd", message="m")
    verdict = decide(Facts(phase=Phase.POST, checks=[check(Result.PASSED)], boundaries=STATES, notes=[note]))
    assert (verdict.notes, verdict.boundaries) == ((note,), tuple(STATES))
    assert note.to_dict() == {"check": "a", "kind": "odd", "message": "m"}


def test_a_failure_of_the_check_itself_comes_before_one_around_it() -> None:
    facts = [
        CheckFact(check="around", result=Result.ERROR, transition=Transition.REGRESSED),
        CheckFact(check="itself", result=Result.FAILED, transition=Transition.FAILING_SINCE_BEFORE),
    ]
    assert [blocker.check for blocker in verdict_over(*facts).blockers] == ["itself", "around"]


def test_all_is_well() -> None:
    passed = [check(Result.PASSED)] * 3
    assert verdict_over(*passed).reason == "All 3 checks of phase post passed, no evidence is missing"


def test_what_is_missing_beyond_the_checks() -> None:
    late, other = (Blocker(check="", kind=kind, message=f"{kind} is not known.\nMore") for kind in ("odd", "other"))
    facts = Facts(phase=Phase.POST, checks=[check(Result.PASSED)], findings=[late])
    assert decide(facts).reason == "Evidence is missing: odd is not known."
    both = decide(replace(facts, findings=[late, other, other]))
    assert both.reason == "Evidence is missing: 1 odd, 2 other; first: odd is not known."


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [(1, "no-evidence", "1 without evidence"), (1_000, "not-run", "1,000 not run"), (2, "passed", "2 passed")],
)
def test_counted(number: int, kind: str, words: str) -> None:
    assert counted(number, kind) == words


CROSSED = ("check failed, and rollback boundary crossed has been crossed. ", "schema 2 cannot be reversed")


@pytest.mark.parametrize(
    ("facts", "phase", "reason"),
    [
        ([check(Result.FAILED)], Phase.POST, "check failed: what was found"),
        ([check(Result.FAILED), check(Result.SKIPPED)], Phase.POST, "check failed: what was found"),
        ([check(Result.FAILED, "unknown")], Phase.PRE, "check failed: what was found"),
        ([check(Result.ERROR, "unknown")], Phase.POST, "check failed: what was found"),
        ([check(Result.FAILED, "open")] * 2, Phase.PRE, "check and 1 more failed: what was found"),
        ([check(Result.FAILED)], Phase.ROLLBACK, "Not back yet: check failed: what was found"),
        ([check(Result.SKIPPED)], Phase.POST, "Evidence is missing: 1 skipped; first: check: what was found"),
        ([check(Result.NO_EVIDENCE)], Phase.POST, "Evidence is missing: 1 check lacks evidence; first: check: what wa"),
        ([check(Result.FAILED, "open")], Phase.POST,
         "check failed, and rollback boundary open has not been crossed: step db can be rolled back"),
        ([check(Result.FAILED, "open")] * 3, Phase.ROLLBACK,
         "Not back yet: check and 2 more failed, and rollback boundary open has not been crossed"),
        ([check(Result.FAILED, "crossed")], Phase.POST,
         f"{CROSSED[0]}Do not start the old release, {CROSSED[1]}. Fix step db on the new release"),
        ([check(Result.FAILED, "crossed")], Phase.ROLLBACK, f"Not back yet: {CROSSED[0]}{CROSSED[1]}"),
    ],
)  # fmt: skip
def test_sentence(facts: list[CheckFact], phase: Phase, reason: str) -> None:
    assert verdict_over(*facts, phase=phase).reason.startswith(reason)


def test_beyond_a_boundary_the_sentence_names_the_last_resort() -> None:
    known = replace(STATES[0], recover_by="restore the backup")
    bare = replace(STATES[0], irreversible=())

    def sentence(boundary: Boundary, phase: Phase) -> str:
        return decide(Facts(phase=phase, checks=[check(Result.FAILED, "crossed")], boundaries=[boundary])).reason

    assert sentence(known, Phase.POST).endswith(
        "Fix step db on the new release. Last resort, loses what was written since: restore the backup"
    )
    assert sentence(known, Phase.ROLLBACK).endswith("schema 2 cannot be reversed: restore the backup")
    assert "what lies beyond it cannot be reversed" in sentence(bare, Phase.POST)
    assert sentence(bare, Phase.POST).endswith("on the new release")
    assert sentence(bare, Phase.ROLLBACK).endswith("what lies beyond it cannot be reversed")


def test_no_hook_turns_a_verdict_into_proceed() -> None:
    facts = {
        Decision.FIX_FORWARD: check(Result.FAILED, "crossed"),
        Decision.ROLL_BACK: check(Result.FAILED, "open"),
        Decision.PAUSE: check(Result.FAILED),
        Decision.CANNOT_TELL: check(Result.SKIPPED),
        Decision.PROCEED: check(Result.PASSED),
    }
    for decision, fact in facts.items():
        verdict = verdict_over(fact)
        assert verdict.decision is decision
        for other in Decision:
            if other is Decision.PROCEED is not decision:
                with pytest.raises(ValueError, match=f"a hook returned proceed, but the checks say {decision}"):
                    overridden(verdict, other, "a hook", "trust me")
            else:
                assert overridden(verdict, other, "a hook", "why").decision is other


def test_another_decision_is_told_from_the_tables() -> None:
    verdict = decide(Facts(phase=Phase.POST, checks=[check(Result.FAILED, "open")], boundaries=STATES))
    other = overridden(verdict, Decision.PAUSE, "somebody", "the window is closed.")
    assert other.decision is Decision.PAUSE
    assert other.reason.startswith("the window is closed (decided by somebody; the checks alone say roll-back: ")
    with pytest.raises(ValueError, match="never turn it into proceed"):
        overridden(verdict, Decision.PROCEED, "somebody", "trust me")
