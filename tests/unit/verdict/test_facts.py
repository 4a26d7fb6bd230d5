"""The verdict of any run of a record: ended, killed, or in a record that cannot be believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.record import History, Run, Tail
from pytest_upgradecheck.times import written
from pytest_upgradecheck.verdict import CheckFact
from pytest_upgradecheck.verdict.facts import blank_document, check_facts, unreconciled, verdict_of
from pytest_upgradecheck.vocabulary import BoundaryState, Decision, Phase, Result, Transition

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
BOUNDARY = {"name": "schema", "reversible": ["images"], "irreversible": ["schema 2"], "recover_by": "restore it"}
PLAN: Mapping[str, Any] = {
    "upgrade": "shop",
    "title": "The shop",
    "environment": "test",
    "sequence": [
        {"step": "db", "product": "d", "from": "1", "to": "2", "rollback_boundary": BOUNDARY},
        {"step": "web", "product": "w", "from": "1", "to": "2"},
    ],
}
UNMARKED = ["pre", "post", "rollback"]


def record(
    *findings: Mapping[str, Any],
    phase: str = "post",
    planned: Iterable[str] = ("a", "b"),
    selection: Mapping[str, Any] | None = None,
    results: Mapping[str, str] | None = None,
    verdict: Mapping[str, Any] | None = None,
    exit_code: int | None = 0,
) -> tuple[History, Run]:
    """A record with one run, and the run; ``exit_code`` None for one that was killed after its verdict."""
    history = History(path=Path("record.jsonl"))

    def line(of_type: str, **fields: Any) -> None:
        history.add({"at": written(AT), "type": of_type, **fields}, Tail(lines=1))

    line("record", format=1, upgrade="shop", environment="test")
    line("run", run="r", phase=phase, step=None, environment="test", plan_digest="d", plan=PLAN, tools={})
    line("planned", run="r", checks=[{"id": f"t.py::{name}", "phases": UNMARKED, "step": "db"} for name in planned])
    if selection is not None:
        line("selection", run="r", **{"deselected": [], "later": [], **selection})
    for entry in findings:
        line("finding", run="r", **entry)
    for name, result in (results or {}).items():
        line("check", run="r", check=f"t.py::{name}", result=result, seconds=0.1, message="found")
    if verdict is not None:
        line("verdict", run="r", verdict=verdict)
        if exit_code is not None:
            line("end", run="r", exit_code=exit_code)
    return history, history.by_id["r"]


def document(run: Run, decision: str = "proceed", **fields: Any) -> dict[str, Any]:
    """A verdict as its run would have written it, of two checks that passed."""
    blank = blank_document(run.plan, phase=run.phase, step=None, plan_digest="d", started_at=AT, reason="All is well")
    counts = {"planned": 2, "run": 2, "missing-after": 0}
    decided = {"verdict": decision, "exit_code": Decision(decision).exit_code, "finished_at": written(AT)}
    return {**blank.to_dict(), **decided, "counts": counts, **fields}


def concluded(decision: str = "proceed", *, exit_code: int | None = 0, **fields: Any) -> tuple[History, Run]:
    _, run = record()
    passed = {"a": "passed", "b": "passed"}
    return record(selection={}, results=passed, verdict=document(run, decision, **fields), exit_code=exit_code)


def facts(run: Run, before: Before | None = None) -> dict[str, CheckFact]:
    return {fact.check: fact for fact in check_facts(run, before or Before())}


def test_every_check_that_was_due_is_a_fact() -> None:
    _, run = record(
        planned=("a", "b", "c", "d"),
        selection={"deselected": ["t.py::b"], "later": ["t.py::d"]},
        results={"a": "passed"},
    )
    found = facts(run)
    assert {name: fact.result for name, fact in found.items()} == {
        "t.py::a": Result.PASSED,
        "t.py::b": Result.DESELECTED,
        "t.py::c": Result.NOT_RUN,
    }
    assert (found["t.py::a"].message, found["t.py::a"].attempts) == ("found", 1)
    assert (found["t.py::b"].message, found["t.py::b"].attempts) == ("it was deselected (-k, -m, --lf ...)", 0)
    assert found["t.py::c"].message == "the run ended before it"
    assert [fact.message for fact in check_facts(run, Before(), not_run="why") if fact.check == "t.py::c"] == ["why"]


def test_a_check_that_was_deselected_and_ran_all_the_same_has_its_result() -> None:
    _, run = record(selection={"deselected": ["t.py::a"]}, results={"a": "failed", "b": "passed"})
    assert facts(run)["t.py::a"].result is Result.FAILED


def test_before_the_selection_every_planned_check_of_the_phase_counts() -> None:
    _, run = record(phase="rollback", planned=("a",))
    gone = Check(id="t.py::gone", nodeid="t.py::gone")
    run.planned["t.py::pre"] = Check(id="t.py::pre", nodeid="t.py::pre", phases=frozenset({Phase.PRE}))
    assert list(facts(run, Before(planned={gone.id: gone}))) == ["t.py::a"]


CHECK = Check(id="t.py::a", nodeid="t.py::a")
GONE = Check(
    id="t.py::gone", nodeid="t.py::gone", title="It holds.", step="db", owner="o", boundary="schema", remedy="r"
)
BEFORE = Before(
    planned={CHECK.id: CHECK, GONE.id: GONE},
    results={CHECK.id: CheckResult(CHECK.id, Result.PASSED)},
    is_known=True,
    now=(CHECK,),
)


@pytest.mark.parametrize("phase", ["pre", "post", "rollback"])
def test_facts_are_compared_with_those_before_the_change(phase: str) -> None:
    _, run = record(phase=phase, planned=("a",), selection={}, results={"a": "failed"})
    found = facts(run, BEFORE)
    if phase == "pre":
        assert list(found) == [CHECK.id]
        assert (found[CHECK.id].before, found[CHECK.id].transition) == (None, None)
        return
    assert (found[CHECK.id].before, found[CHECK.id].transition) == (Result.PASSED, Transition.REGRESSED)
    missing = found[GONE.id]
    assert (missing.result, missing.transition) == (Result.MISSING_AFTER, Transition.MISSING_AFTER)
    assert (missing.title, missing.step, missing.owner) == ("It holds.", "db", "o")
    assert (missing.boundary, missing.remedy) == ("schema", "r")
    assert "check_id(..., renamed_from='t.py::gone')" in missing.message


def test_a_fact_says_all_that_is_known_of_its_check() -> None:
    _, run = record(phase="post", planned=(), selection={}, results={"gone": "failed"})
    run.planned[GONE.id] = GONE
    fact = facts(run)[GONE.id]
    assert (fact.title, fact.step, fact.owner, fact.boundary, fact.remedy) == ("It holds.", "db", "o", "schema", "r")


def test_a_blank_document_cannot_tell() -> None:
    blank = blank_document(
        PLAN, phase=Phase.POST, step="db", plan_digest="d", started_at=AT, reason="why", versions={"d": "2"}
    )
    assert (blank.verdict, blank.exit_code, blank.reason) == (Decision.CANNOT_TELL, 12, "why")
    assert (blank.upgrade, blank.title, blank.environment, blank.phase) == ("shop", "The shop", "test", Phase.POST)
    assert (blank.step, blank.plan_digest, blank.started_at, blank.finished_at) == ("db", "d", AT, None)
    assert [(step.step, step.product, step.from_version, step.to_version, step.shown) for step in blank.steps] == [
        ("db", "d", "1", "2", "2"),
        ("web", "w", "1", "2", None),
    ]
    untitled = {name: value for name, value in PLAN.items() if name != "title"}
    no_versions = blank_document(untitled, phase=Phase.PRE, step=None, plan_digest="", started_at=AT, reason="")
    assert no_versions.title == "shop"
    assert [step.shown for step in no_versions.steps] == [None, None]


@pytest.mark.parametrize("decision", list(Decision))
def test_the_verdict_of_a_run_that_ended_is_its_own(decision: Decision) -> None:
    blockers = [] if decision is Decision.PROCEED else [blocker("failed")]
    history, run = concluded(decision, blockers=blockers)
    told, doubt = verdict_of(history, run, Before())
    assert doubt is None
    assert (told.verdict, told.exit_code, told.reason) == (decision, decision.exit_code, "All is well")


@pytest.mark.parametrize(
    ("exit_code", "says"),
    [
        (None, "was killed after its verdict, before it gave an exit code: run the phase again"),
        (1, "ended with exit code 1, although its verdict was proceed: run it again"),
        (12, "ended with exit code 12, although its verdict was proceed: run it again"),
    ],
)
def test_a_proceed_that_no_exit_code_gave_cannot_tell(exit_code: int | None, says: str) -> None:
    history, run = concluded(exit_code=exit_code)
    told, doubt = verdict_of(history, run, Before())
    assert doubt is not None
    assert (doubt.kind, doubt.check) == ("not-ended", "")
    assert (told.verdict, told.exit_code, told.blockers) == (Decision.CANNOT_TELL, 12, (doubt,))
    assert told.reason == f"The post run of 2026-11-24 01:00:00Z {says}"
    history, run = concluded("pause", exit_code=exit_code, blockers=[blocker("failed")])
    told, doubt = verdict_of(history, run, Before())
    assert (told.verdict, doubt) == (Decision.PAUSE, None)


def blocker(kind: str) -> dict[str, Any]:
    return {
        "check": "t.py::a", "kind": kind, "message": "m", "title": "", "transition": None, "boundary": None,
        "step": None, "owner": None, "remedy": None,
    }  # fmt: skip


COUNTS = {"planned": 2, "run": 2, "missing-after": 0}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"counts": {**COUNTS, "planned": 3}}, "the verdict says 3 planned, the record's lines say 2"),
        ({"counts": {**COUNTS, "planned": 1}}, "the verdict says 1 planned"),
        ({"counts": {**COUNTS, "missing-after": 1}}, "the record's lines say 3"),
        ({"counts": {**COUNTS, "run": 3}}, "the verdict says 3 run, and the record holds the results of 2"),
        ({"counts": {**COUNTS, "run": 1}}, "the verdict says 1 run"),
        ({"blockers": [blocker("failed")]}, "the verdict says proceed, and names 1 blockers"),
    ],
)
def test_a_proceed_that_the_lines_do_not_bear_cannot_tell(fields: dict[str, Any], says: str) -> None:
    history, run = concluded(**fields)
    assert says in unreconciled(run)
    told, doubt = verdict_of(history, run, Before())
    assert doubt is not None
    assert (told.verdict, told.exit_code) == (Decision.CANNOT_TELL, 12)
    assert told.blockers[0] == doubt
    assert says in told.reason
    assert (doubt.kind, doubt.check) == ("not-reconciled", "")
    # A red verdict stays as it is: it has no reason to be doubted for being too red.
    history, run = concluded("pause", **{"blockers": [blocker("failed")], **fields})
    told, doubt = verdict_of(history, run, Before())
    assert (told.verdict, doubt) == (Decision.PAUSE, None)
    assert "proceed" not in unreconciled(run)


def test_all_contradictions_are_named() -> None:
    _, run = concluded(counts={"planned": 3, "run": 3, "missing-after": 0}, blockers=[blocker("failed")])
    assert unreconciled(run).count("; ") == 2
    assert unreconciled(concluded()[1]) == ""
    assert unreconciled(concluded(counts={})[1]) == ""
    assert unreconciled(record(selection={})[1]) == ""


@pytest.mark.parametrize("decision", list(Decision))
@pytest.mark.parametrize("how", ["damage", "cut"])
def test_a_record_that_cannot_be_believed_cannot_tell(decision: Decision, how: str) -> None:
    history, run = concluded(decision)
    if how == "damage":
        history.damage, history.damaged_line = "line 9: changed", 9
    else:
        history.unfinished_line = True
    told, doubt = verdict_of(history, run, Before())
    assert doubt is not None
    assert (told.verdict, told.exit_code) == (Decision.CANNOT_TELL, 12)
    assert told.blockers == (doubt,)
    assert doubt.check == ""
    assert doubt.kind == {"damage": "record-damaged", "cut": "record-cut"}[how]
    assert (
        told.reason
        == {
            "damage": "The record is damaged, and what follows cannot be trusted: line 9: changed",
            "cut": "The record's last line was cut: a later run was killed while writing",
        }[how]
    )


def test_a_run_that_has_not_ended_cannot_tell() -> None:
    history, run = record(
        {"check": "t.py::b", "kind": "odd", "message": "m"},
        selection={},
        planned=("a", "b", "c"),
        results={"a": "failed", "b": "passed"},
    )
    told, doubt = verdict_of(history, run, Before())
    assert doubt is None
    assert (told.verdict, told.exit_code, told.finished_at) == (Decision.CANNOT_TELL, 12, None)
    assert told.reason == (
        "The post run of 2026-11-24 01:00:00Z has not ended: if it is no longer running, it was killed after 2 "
        "checks; run the phase again"
    )
    assert [(each.kind, each.check) for each in told.blockers] == [
        ("not-ended", ""), ("failed", "t.py::a"), ("not-run", "t.py::c"), ("odd", "t.py::b"),
    ]  # fmt: skip
    assert told.blockers[2].message == "the run has not come to it, or not to its end"
    (boundary,) = told.boundaries
    assert boundary.state is BoundaryState.UNKNOWN
    assert boundary.why == "it is observed at the end of a run, and this one has not ended"
    assert (boundary.reversible, boundary.irreversible) == (("images",), ("schema 2",))
    assert (boundary.name, boundary.step, boundary.recover_by) == ("schema", "db", "restore it")
    assert (told.counts["planned"], told.counts["run"]) == (3, 2)


def test_a_run_that_shows_all_passed_has_not_proceeded_before_it_ends() -> None:
    history, run = record(selection={}, results={"a": "passed", "b": "passed"})
    run.versions = {"d": "2"}
    told, _ = verdict_of(history, run, Before())
    assert [step.shown for step in told.steps] == ["2", None]
    assert (told.verdict, told.exit_code) == (Decision.CANNOT_TELL, 12)
    assert [each.kind for each in told.blockers] == ["not-ended"]


def test_a_run_that_planned_nothing_yet_says_only_that_it_has_not_ended() -> None:
    history, run = record(planned=())
    told, _ = verdict_of(history, run, Before())
    assert [each.kind for each in told.blockers] == ["not-ended"]


def test_an_unfinished_line_of_a_run_under_way() -> None:
    history, run = record(selection={}, results={"a": "passed", "b": "passed"})
    history.unfinished_line = True
    told, doubt = verdict_of(history, run, Before())
    assert doubt is not None
    assert doubt.message == "the record's last line is not finished: the run is writing it, or was killed while writing"
    assert [each.kind for each in told.blockers] == ["record-cut", "not-ended"]
    assert told.reason.startswith("The post run of ")


@pytest.mark.parametrize(
    ("planned", "what"),
    [
        (("a", "b"), "what happened to 1 check is not known: the record is damaged from line 9"),
        (("a", "b", "c"), "what happened to 2 checks is not known: the record is damaged from line 9"),
    ],
)
def test_a_damaged_record_does_not_tell_which_checks_ran(planned: tuple[str, ...], what: str) -> None:
    history, run = record(selection={}, planned=planned, results={"a": "passed"})
    history.damage, history.damaged_line = "line 9: changed", 9
    told, doubt = verdict_of(history, run, Before())
    assert doubt is not None
    assert [(each.kind, each.check, each.message) for each in told.blockers] == [
        ("record-damaged", "", "line 9: changed"),
        ("not-known", "", what),
    ]
    assert told.boundaries[0].why == "the record is damaged from line 9, before what was observed"
    assert (told.counts["planned"], told.counts["selected"], told.counts["run"]) == (len(planned), len(planned), 1)
    assert told.verdict is Decision.CANNOT_TELL
