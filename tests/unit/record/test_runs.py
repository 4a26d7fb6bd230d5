"""One run, folded from its events: how far it got, what it decided, and what it ever showed."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.errors import RecordDamaged
from pytest_upgradecheck.record import Run, Tail
from pytest_upgradecheck.vocabulary import BoundaryState, Decision, Result, RunState

from .histories import Pen

IT = "test_it.py::test_it"


def run_of(phase: str = "post", verdict: str | None = "proceed", **fields: Any) -> Run:
    pen = Pen()
    name = pen.run(phase, verdict, **fields)
    return pen.history.by_id[name]


def test_state_is_how_far_a_run_got() -> None:
    assert run_of(verdict=None, selected=False).state is RunState.OPENED
    assert run_of(verdict=None).state is RunState.PLANNED
    assert run_of(verdict=None, results={IT: "passed"}).state is RunState.RUNNING
    assert run_of(results={IT: "passed"}).state is RunState.CONCLUDED
    assert run_of(verdict="cannot-tell", kinds=["refused"]).state is RunState.REFUSED


def test_run_without_a_verdict_has_no_decision_and_no_end() -> None:
    run = run_of(verdict=None, results={IT: "failed"})
    assert (run.decision, run.reason, run.finished_at) == (None, "", None)
    assert run.blocking_checks == ()


@pytest.mark.parametrize(
    ("exit_code", "says"), [(None, "was killed after its verdict"), (1, "ended with exit code 1, although")]
)
def test_proceed_counts_only_where_the_process_said_so_too(exit_code: int | None, says: str) -> None:
    run = run_of(exit_code=exit_code)
    assert run.decision is Decision.CANNOT_TELL
    assert says in run.reason
    assert run_of(exit_code=0).decision is Decision.PROCEED


@pytest.mark.parametrize("exit_code", [None, 0, 10])
def test_verdict_that_is_not_proceed_stands_whatever_the_process_said(exit_code: int | None) -> None:
    run = run_of(verdict="roll-back", exit_code=exit_code)
    assert (run.decision, run.reason) == (Decision.ROLL_BACK, "roll-back")
    assert run.blocking_checks == (IT,)


def test_what_was_ever_shown_stays_shown() -> None:
    pen = Pen()
    name = pen.run("post", None, versions={"web": "2", "db": "1"}, crossed={"db-schema": True})
    pen.line(
        "reading", run=name, surface="version_truth", versions={"web": "1", "db": "1"}, crossed={"db-schema": False}
    )
    run = pen.history.by_id[name]
    assert run.versions == {"web": "1", "db": "1"}
    assert run.products_at_target == {"web"}
    assert run.boundaries_seen == {"db-schema": {BoundaryState.CROSSED, BoundaryState.NOT_CROSSED}}


def test_verdict_tells_of_boundaries_and_products_too() -> None:
    pen = Pen()
    name = pen.run("post", None)
    steps = [{"product": "web", "shown": "2"}, {"product": "db", "shown": None}]
    boundaries = [{"name": "db-schema", "state": "crossed"}]
    document = {"verdict": "pause", "reason": "r", "steps": steps, "boundaries": boundaries, "blockers": []}
    pen.line("verdict", run=name, verdict=document)
    run = pen.history.by_id[name]
    assert run.products_at_target == {"web"}
    assert run.boundaries_seen == {"db-schema": {BoundaryState.CROSSED}}


def test_last_attempt_counts_and_all_attempts_are_kept() -> None:
    pen = Pen()
    name = pen.run("post", None)
    pen.line("comparison", run=name, check=IT, key="k")
    pen.line("check", run=name, check=IT, result="failed", seconds=1.0, attempt=1, retried=True)
    pen.line("check", run=name, check=IT, result="passed", seconds=2.0, attempt=2)
    run = pen.history.by_id[name]
    assert run.results[IT].result is Result.PASSED
    assert [attempt.result for attempt in run.attempts[IT]] == [Result.FAILED, Result.PASSED]
    assert run.seconds(IT) == 3.0
    assert run.seconds("test_it.py::test_other") is None
    assert run.comparisons == {}  # those of the attempt that was retried


def test_one_check_looked_at_again_left_the_others_out() -> None:
    assert run_of("pre", "cannot-tell", kinds=["deselected", "deselected"]).left_checks_out
    assert not run_of("pre", "cannot-tell", kinds=["deselected", "failed"]).left_checks_out
    assert not run_of("pre").left_checks_out
    assert not run_of("pre", None).left_checks_out


def test_deselected_checks_are_due_and_those_of_a_later_step_are_not() -> None:
    pen = Pen()
    name = pen.run("pre", None)
    checks = [{"id": "a"}, {"id": "b"}, {"id": "c", "phases": ["post"]}, {"id": "d"}]
    pen.line("planned", run=name, checks=checks)
    pen.line("selection", run=name, due=3, deselected=["b"], later=["d"])
    assert [check.id for check in pen.history.by_id[name].due] == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("check", {"check": IT, "result": "fine", "seconds": 1.0}, "'fine' is not a valid Result"),
        ("check", {"check": IT, "seconds": 1.0}, "KeyError('result')"),
        ("verdict", {"verdict": {"verdict": "go"}}, "'go' is not a valid Decision"),
        ("end", {"exit_code": "none"}, "invalid literal"),
    ],
)
def test_event_that_cannot_be_understood_is_damage(kind: str, fields: dict[str, Any], says: str) -> None:
    pen = Pen()
    name = pen.run("post", None)
    with pytest.raises(RecordDamaged, match="this line cannot be understood") as raised:
        pen.line(kind, run=name, **fields)
    assert says in str(raised.value)


def test_events_of_a_run_that_never_began_and_lines_before_the_first_are_damage() -> None:
    pen = Pen()
    with pytest.raises(RecordDamaged):
        pen.line("check", run="post-9", check=IT, result="passed", seconds=0.1)
    pen.history.upgrade = ""
    with pytest.raises(RecordDamaged, match="a record begins with a line that names its upgrade"):
        pen.history.add({"type": "run", "at": "2026-11-25T00:00:00Z"}, Tail(lines=1))
