"""Which pre runs of an attempt make its baseline, and which spoil it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.record import Attempt

from .histories import NEW, OLD, PLAN, WEB_DONE, Pen, captured, counting, ids, spoiled_by


def test_full_pre_opens_an_attempt_and_another_one_refreshes_it() -> None:
    pen = Pen()
    pen.run("pre", "pause", versions=OLD, captured={"orders": 1})
    pen.run("pre", versions=OLD, captured={"orders": 2})
    assert ids(pen) == ["pre-2"]
    assert captured(pen, "orders") == 2
    assert not Attempt.of(pen.history).begun


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


def test_recorded_decision_ends_an_attempt() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "fix-forward", versions=NEW)
    pen.give_up()
    assert "A. Name gave it up" in Attempt.of(pen.history).ended
    pen.run("pre", versions=OLD, captured={"orders": 9})
    assert ids(pen) == ["pre-3"]
    assert captured(pen, "orders") == 9


def test_no_run_no_attempt() -> None:
    attempt = Attempt.of(Pen().history)
    assert (attempt.runs, attempt.ended, attempt.begun, attempt.refuses_baseline()) == ((), "", "", "")
    assert (attempt.baseline().runs, attempt.baseline().spoiled_by) == ((), None)


def test_a_part_of_the_checklist_opens_nothing() -> None:
    pen = Pen()
    first = pen.run("pre", "cannot-tell", versions=OLD, deselected=["a"], kinds=["deselected"])
    assert Attempt.of(pen.history).ended == ""
    assert (counting(pen), spoiled_by(pen)) == ([first], first)


def test_a_baseline_that_did_not_proceed_is_spoiled_and_still_there_to_compare_with() -> None:
    pen = Pen()
    first = pen.run("pre", "pause", versions=OLD, captured={"orders": 1})
    assert (counting(pen), spoiled_by(pen), captured(pen, "orders")) == ([first], first, 1)


@pytest.mark.parametrize("verdict", ["pause", "cannot-tell", None])
def test_only_the_step_that_spoiled_a_baseline_or_the_whole_plan_makes_it_good(verdict: str | None) -> None:
    pen = Pen()
    first = pen.run("pre", versions=OLD, captured={"orders": 1})
    bad = pen.run("pre", verdict, step="web", versions=OLD, captured={"orders": 2}, kinds=["skipped"])
    assert (counting(pen), spoiled_by(pen), captured(pen, "orders")) == ([first], bad, 1)
    db = pen.run("pre", step="db", versions=OLD)
    assert (spoiled_by(pen), spoiled_by(pen, "web"), spoiled_by(pen, "db")) == (bad, bad, None)
    web = pen.run("pre", step="web", versions=OLD)
    assert (spoiled_by(pen), counting(pen)) == (None, [first, db, web])
    pen.run("pre", "pause", step="web", versions=OLD)
    whole = pen.run("pre", versions=OLD)
    assert (spoiled_by(pen), counting(pen)) == (None, [whole])


def test_a_whole_pre_that_said_no_is_not_made_good_by_one_step() -> None:
    pen = Pen()
    bad = pen.run("pre", "pause", versions=OLD)
    pen.run("pre", step="web", versions=OLD)
    pen.run("pre", step="db", versions=OLD)
    assert (spoiled_by(pen), spoiled_by(pen, "web")) == (bad, bad)


@pytest.mark.parametrize("step", [None, "web"])
@pytest.mark.parametrize("phase", ["post", "rollback", "during"])
@pytest.mark.parametrize("verdict", ["pause", None])
def test_runs_after_the_change_neither_make_nor_spoil_a_baseline(
    phase: str, verdict: str | None, step: str | None
) -> None:
    pen = Pen()
    first = pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run(phase, verdict, step=step, captured={"orders": 2})
    pen.run("pre", step="web", versions=OLD, captured={"orders": 3})
    assert (counting(pen), spoiled_by(pen), captured(pen, "orders")) == ([first], None, 1)


@pytest.mark.parametrize("phase", ["post", "rollback", "during"])
@pytest.mark.parametrize("step", [None, "web"])
def test_no_run_after_the_change_makes_good_what_a_pre_run_spoiled(phase: str, step: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    bad = pen.run("pre", "pause", step="web", versions=OLD)
    pen.run(phase, step=step)
    assert spoiled_by(pen) == spoiled_by(pen, "web") == bad


@pytest.mark.parametrize("phase", ["post", "during"])
def test_without_a_pre_run_there_is_no_baseline(phase: str) -> None:
    pen = Pen()
    pen.run(phase, versions=NEW, captured={"orders": 1})
    pen.run(phase, "pause", versions=NEW)
    assert (counting(pen), spoiled_by(pen)) == ([], None)


@pytest.mark.parametrize("step", [None, "db"])
@pytest.mark.parametrize(
    "saw",
    [
        {"step": "web", "versions": WEB_DONE},
        {"step": "db", "versions": WEB_DONE},
        {"step": "web", "versions": OLD, "crossed": {"db-schema": True}},
        {"verdict": "pause", "versions": WEB_DONE},
    ],
)
def test_nothing_is_captured_by_or_after_a_pre_run_that_saw_the_change(step: str | None, saw: dict[str, Any]) -> None:
    pen = Pen()
    first = pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", captured={"orders": 2}, **saw)
    pen.run("pre", step="db", versions=OLD, captured={"orders": 3})
    assert (counting(pen, step), captured(pen, "orders", step)) == ([first], 1)


@pytest.mark.parametrize("verdict", ["pause", None])
def test_pre_of_a_step_spoils_nothing_once_its_own_or_a_later_product_has_moved(verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("pre", verdict, step="web", versions=WEB_DONE)
    pen.run("pre", verdict, step="web", versions={"web": "1", "db": "2"})
    assert spoiled_by(pen) is None
    bad = pen.run("pre", verdict, step="db", versions=WEB_DONE)
    assert spoiled_by(pen) == bad


@pytest.mark.parametrize("first", [None, "web"])
@pytest.mark.parametrize("verdict", ["pause", "cannot-tell", None])
def test_a_step_that_is_good_again_makes_good_only_itself(first: str | None, verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    bad = pen.run("pre", verdict, step=first, versions=OLD, kinds=["skipped"])
    pen.run("pre", verdict, step="db", versions=OLD, kinds=["skipped"])
    pen.run("pre", step="db", versions=OLD)
    assert spoiled_by(pen) == bad
    pen.run("pre", step=first, versions=OLD)
    assert spoiled_by(pen) is None
