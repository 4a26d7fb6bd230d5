"""Which runs belong to one attempt at an upgrade, and that no later run takes away what an earlier one found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pytest_upgradecheck.record import Attempt
from pytest_upgradecheck.vocabulary import BoundaryState, Phase

from .histories import PLAN, Pen

OLD, NEW = {"web": "1", "db": "1"}, {"web": "2", "db": "2"}
WEB_DONE = {"web": "2", "db": "1"}


def ids(pen: Pen) -> list[str]:
    return [run.id for run in Attempt.of(pen.history).runs]


def seen(pen: Pen, phase: Phase = Phase.ROLLBACK) -> Mapping[str, BoundaryState]:
    return Attempt.of(pen.history).seen(PLAN, phase)


def captured(pen: Pen, key: str, step: str | None = None) -> object:
    capture = Attempt.of(pen.history).baseline(step).captures.get(("test_it.py", key))
    return capture.value if capture else None


def end(pen: Pen, how: str) -> None:
    pen.run("pre", versions=OLD)
    pen.run("post", "roll-back", versions=WEB_DONE)
    if how == "verified":
        pen.run("rollback", versions=OLD)
    else:
        pen.give_up()


def test_full_pre_opens_an_attempt_and_another_one_refreshes_it() -> None:
    pen = Pen()
    pen.run("pre", "pause", versions=OLD, captured={"orders": 1})
    pen.run("pre", versions=OLD, captured={"orders": 2})
    assert ids(pen) == ["pre-2"]
    assert captured(pen, "orders") == 2
    assert not Attempt.of(pen.history).begun


@pytest.mark.parametrize("phase", ["post", "rollback", "during"])
@pytest.mark.parametrize("verdict", ["proceed", "pause", None])
def test_a_run_after_the_change_begins_it_whatever_becomes_of_it(phase: str, verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run(phase, None if phase == "rollback" else verdict, versions=OLD)
    attempt = Attempt.of(pen.history)
    assert "started" in attempt.begun
    assert "new-attempt" in attempt.refuses_baseline()


@pytest.mark.parametrize("what", [{"versions": WEB_DONE}, {"versions": OLD, "crossed": {"db-schema": True}}])
@pytest.mark.parametrize("verdict", ["pause", None])
def test_what_a_pre_run_saw_begins_the_change_too(what: dict[str, dict[str, str]], verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", verdict, **what)  # type: ignore[arg-type]
    attempt = Attempt.of(pen.history)
    assert attempt.begun
    assert captured(pen, "orders") == 1
    assert attempt.baseline().faults(plan_digest="d", plan=PLAN, now=pen._at, max_age=pen._at - pen._at) != []
    assert attempt.baseline().spoiled_by is None


def test_part_of_the_checklist_refreshes_nothing() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", "cannot-tell", versions=OLD, captured={"orders": 2}, deselected=["a"], kinds=["deselected"])
    assert captured(pen, "orders") == 1
    assert Attempt.of(pen.history).baseline().spoiled_by is None
    pen.run("pre", "pause", versions=OLD, deselected=["a"], kinds=["deselected", "failed"])
    assert Attempt.of(pen.history).baseline().spoiled_by is not None


def test_pre_of_a_step_replaces_values_only_before_the_change() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", step="web", versions=OLD, captured={"orders": 2})
    assert captured(pen, "orders") == 2
    pen.run("post", step="web", versions=WEB_DONE)
    pen.run("pre", step="db", versions=WEB_DONE, captured={"orders": 3})
    assert captured(pen, "orders") == 2
    assert captured(pen, "orders", step="db") == 1


def test_pre_of_a_step_that_said_no_spoils_the_baseline_of_that_step() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", step="web", versions=WEB_DONE)
    pen.run("pre", "pause", step="db", versions=WEB_DONE)
    assert Attempt.of(pen.history).baseline("db").spoiled_by is not None
    assert Attempt.of(pen.history).baseline("web").spoiled_by is None
    pen.run("pre", step="db", versions=WEB_DONE)
    assert Attempt.of(pen.history).baseline("db").spoiled_by is None


def test_pre_of_a_step_that_had_moved_already_spoils_nothing() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", versions=NEW)
    pen.run("pre", "pause", step="db", versions=NEW)
    assert Attempt.of(pen.history).baseline().spoiled_by is None


def test_refused_run_is_no_part_of_an_attempt() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "pause", versions=NEW)
    pen.run("pre", "cannot-tell", kinds=["refused"])
    assert ids(pen) == ["pre-1", "post-2"]


def test_verified_rollback_ends_an_attempt_and_the_next_pre_opens_another() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "roll-back", versions=WEB_DONE)
    pen.run("rollback", versions=OLD)
    attempt = Attempt.of(pen.history)
    assert "verified" in attempt.ended
    assert attempt.refuses_baseline() == ""
    pen.run("pre", versions=OLD)
    assert ids(pen) == ["pre-4"]


@pytest.mark.parametrize("verdict", ["cannot-tell", "pause", "fix-forward", None])
def test_rollback_that_is_not_verified_ends_nothing(verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "fix-forward", versions=NEW)
    pen.run("rollback", verdict, versions=OLD)
    assert Attempt.of(pen.history).refuses_baseline()


def test_recorded_decision_ends_an_attempt() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "fix-forward", versions=NEW)
    pen.give_up()
    assert "A. Name gave it up" in Attempt.of(pen.history).ended
    pen.run("pre", versions=OLD, captured={"orders": 9})
    assert ids(pen) == ["pre-3"]
    assert captured(pen, "orders") == 9


def test_crossing_is_never_forgotten() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", None, versions=NEW)
    pen.run("pre", "pause", versions=OLD)
    pen.run("post", versions=OLD)
    assert seen(pen)["db-schema"] is BoundaryState.CROSSED
    assert seen(pen, Phase.POST)["db-schema"] is BoundaryState.CROSSED


def test_nothing_seen_is_not_seen_not_to_be() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    assert seen(pen)["db-schema"] is BoundaryState.UNKNOWN
    assert seen(pen, Phase.POST)["db-schema"] is BoundaryState.NOT_CROSSED


def test_values_since_the_upgrade_come_from_the_upgraded_platform() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", versions=NEW, captured={"orders": [1, 2]})
    pen.run("post", None, versions=NEW, captured={"orders": [1, 2, 3]})
    pen.run("rollback", "pause", versions=OLD)
    pen.run("post", "pause", versions=OLD, captured={"orders": [1]})
    found = Attempt.of(pen.history).captured_since("test_it.py", "orders")
    assert [capture.value for capture in found] == [[1, 2], [1, 2, 3]]


@pytest.mark.parametrize("how", ["verified", "decided"])
@pytest.mark.parametrize("verdict", ["pause", "cannot-tell", None])
@pytest.mark.parametrize(
    ("phase", "saw"),
    [
        ("pre", {"versions": WEB_DONE, "deselected": ["a"]}),
        ("pre", {"versions": WEB_DONE, "step": "db"}),
        ("pre", {"versions": OLD, "crossed": {"db-schema": True}, "deselected": ["a"]}),
        ("post", {"versions": NEW}),
        ("rollback", {"versions": NEW}),
        ("post", {"versions": OLD, "kinds": ["failed"], "results": {"a": "failed"}}),
        ("rollback", {"versions": OLD, "kinds": ["error"], "results": {"a": "error"}}),
        ("rollback", {"kinds": ["deselected", "failed"], "results": {"a": "failed"}}),
    ],
)
def test_what_was_seen_after_the_end_of_an_attempt_opens_no_other_one(
    how: str, verdict: str | None, phase: str, saw: dict[str, Any]
) -> None:
    pen = Pen()
    end(pen, how)
    runs = ids(pen)
    pen.run(phase, verdict, **saw)
    attempt = Attempt.of(pen.history)
    assert attempt.ended
    assert "but then the" in attempt.refuses_baseline()
    pen.run("pre", versions=OLD)
    assert ids(pen)[: len(runs)] == runs
    assert Attempt.of(pen.history).refuses_baseline()
    pen.give_up()
    assert Attempt.of(pen.history).refuses_baseline() == ""
    pen.run("pre", versions=OLD)
    assert len(ids(pen)) == 1


@pytest.mark.parametrize("how", ["verified", "decided"])
@pytest.mark.parametrize(
    ("phase", "verdict", "saw"),
    [
        ("pre", "pause", {"versions": OLD, "kinds": ["failed"], "deselected": ["a"], "results": {"a": "failed"}}),
        ("pre", "pause", {"versions": OLD, "kinds": ["failed"], "step": "web"}),
        ("pre", None, {"versions": OLD, "results": {"a": "failed"}, "deselected": ["a"]}),
        ("post", "cannot-tell", {"versions": OLD, "kinds": ["no-evidence"], "results": {"a": "passed"}}),
        ("rollback", "cannot-tell", {"versions": OLD, "kinds": ["deselected", "boundary-unknown"]}),
        ("rollback", None, {"versions": OLD, "results": {"a": "passed"}}),
        ("rollback", None, {}),
    ],
)
def test_runs_that_saw_nothing_wrong_after_the_end_do_not_matter(
    how: str, phase: str, verdict: str | None, saw: dict[str, Any]
) -> None:
    pen = Pen()
    end(pen, how)
    pen.run(phase, verdict, **saw)
    assert Attempt.of(pen.history).refuses_baseline() == ""
    pen.run("pre", versions=OLD)
    assert len(ids(pen)) == 1
    assert Attempt.of(pen.history).ended == ""


def test_a_rollback_that_is_verified_again_settles_what_was_seen_after_the_first() -> None:
    pen = Pen()
    end(pen, "verified")
    pen.run("rollback", "pause", versions=OLD, kinds=["failed"], results={"a": "failed"})
    assert Attempt.of(pen.history).refuses_baseline()
    pen.run("rollback", versions=OLD)
    assert Attempt.of(pen.history).refuses_baseline() == ""


@pytest.mark.parametrize("verdict", ["pause", "roll-back", None])
@pytest.mark.parametrize("phase", ["post", "rollback"])
def test_a_step_that_proceeded_is_broken_once_any_later_run_saw_it_fail(phase: str, verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    verified = pen.run("post", step="web", versions=WEB_DONE)
    pen.run(phase, "pause", versions=WEB_DONE, broken="db", kinds=["failed"], results={"b": "failed"})
    pen.run("pre", "pause", step="db", versions=WEB_DONE, broken="web", results={"a": "failed"})
    pen.run("post", "cannot-tell", versions=WEB_DONE, broken="web", kinds=["skipped"], results={"a": "skipped"})
    attempt = Attempt.of(pen.history)
    first = attempt.runs[1]
    assert first.id == verified
    assert attempt.found_broken_after(first, "web") is None
    broken = pen.run(phase, verdict, versions=WEB_DONE, broken="web", results={"a": "failed"}, kinds=["failed"])
    found = Attempt.of(pen.history).found_broken_after(first, "web")
    assert found is not None
    assert found.id == broken
