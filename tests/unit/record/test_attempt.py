"""Which runs belong to one attempt at an upgrade, and that no later run takes away what an earlier one found."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.record import Attempt
from pytest_upgradecheck.vocabulary import BoundaryState, Phase

from .histories import NEW, OLD, PLAN, WEB_DONE, Pen, end, ids, seen


@pytest.mark.parametrize("phase", ["post", "rollback", "during"])
@pytest.mark.parametrize("verdict", ["proceed", "pause", None])
def test_a_run_after_the_change_begins_it_whatever_becomes_of_it(phase: str, verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run(phase, None if phase == "rollback" else verdict, versions=OLD)
    attempt = Attempt.of(pen.history)
    assert "started" in attempt.begun
    assert "new-attempt" in attempt.refuses_baseline()


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
        # The failure was waived: it is no blocker.
        ("rollback", "cannot-tell", {"versions": OLD, "kinds": ["skipped"], "results": {"a": "failed"}}),
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


def test_runs_after_a_refused_one_count() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "pause", versions=NEW)
    pen.run("pre", "cannot-tell", kinds=["refused"])
    pen.run("post", versions=NEW)
    assert ids(pen) == ["pre-1", "post-2", "post-4"]


@pytest.mark.parametrize("step", ["web", "db"])
def test_rollback_of_one_step_ends_nothing(step: str) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "roll-back", versions=WEB_DONE)
    pen.run("rollback", step=step, versions=OLD)
    assert Attempt.of(pen.history).ended == ""
    assert Attempt.of(pen.history).refuses_baseline()


def test_values_since_the_upgrade_come_from_post_runs_that_captured_them() -> None:
    pen = Pen()
    pen.run("pre", captured={"orders": [0]})
    pen.run("post", versions=NEW, captured={"orders": [1]})
    pen.run("post", versions=NEW)
    pen.run("rollback", "pause", captured={"orders": [2]})
    pen.run("post", None, captured={"orders": [3]})  # it saw no version, so nothing says that it came too late
    found = Attempt.of(pen.history).captured_since("test_it.py", "orders")
    assert [capture.value for capture in found] == [[1], [3]]
    assert Attempt.of(pen.history).captured_since("test_it.py", "other") == []


@pytest.mark.parametrize("phase", ["post", "rollback", "during"])
@pytest.mark.parametrize("state", list(BoundaryState))
def test_before_the_change_only_a_crossing_counts_as_seen(phase: str, state: BoundaryState) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, states={"db-schema": state})
    crossed, unknown = BoundaryState.CROSSED, BoundaryState.UNKNOWN
    assert seen(pen)["db-schema"] is (crossed if state is crossed else unknown)
    pen.run(phase, versions=OLD, states={"db-schema": state})
    assert seen(pen)["db-schema"] is state
    pen.run(phase, versions=OLD, states={"db-schema": BoundaryState.NOT_CROSSED})
    assert seen(pen)["db-schema"] is (crossed if state is crossed else BoundaryState.NOT_CROSSED)


def test_only_steps_with_a_boundary_have_one_to_see() -> None:
    plan = {"sequence": [{"step": "cache", "product": "cache", "from": "1", "to": "2"}, *PLAN["sequence"]]}
    assert list(Attempt().seen(plan, Phase.POST)) == ["web-release", "db-schema"]


def test_a_version_shows_a_crossing_only_of_a_boundary_that_is_told_by_it() -> None:
    db = PLAN["sequence"][1]
    told = {
        "sequence": [PLAN["sequence"][0], {**db, "rollback_boundary": {**db["rollback_boundary"], "crossed_when": "x"}}]
    }
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", versions=NEW)
    crossed, not_crossed = BoundaryState.CROSSED, BoundaryState.NOT_CROSSED
    assert seen(pen, Phase.POST) == {"web-release": not_crossed, "db-schema": crossed}
    assert Attempt.of(pen.history).seen(told, Phase.POST) == {"web-release": not_crossed, "db-schema": not_crossed}


def test_a_failure_that_only_the_verdict_names_counts() -> None:
    pen = Pen()
    end(pen, "verified")
    pen.run("rollback", "pause", versions=OLD, kinds=["failed"])
    assert "found a failure" in Attempt.of(pen.history).refuses_baseline()


def test_the_last_run_over_a_step() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", step="web", versions=WEB_DONE)
    pen.run("post", step="db", versions=NEW)
    pen.run("pre", "pause", step="web", versions=NEW)

    def last(step: str | None, phase: Phase = Phase.POST) -> str | None:
        run = Attempt.of(pen.history).last_of(phase, step)
        return run.id if run is not None else None

    assert (last("web"), last("db"), last("cache"), last(None)) == ("post-2", "post-3", None, None)
    assert last("web", Phase.ROLLBACK) is None
    pen.run("post", versions=NEW)
    pen.run("rollback", versions=NEW)
    assert (last("web"), last("db"), last("cache"), last(None)) == ("post-5",) * 4
    assert last("db", Phase.PRE) == "pre-1"


def test_what_broke_before_a_step_was_verified_does_not_count() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    broken: dict[str, Any] = {"versions": WEB_DONE, "broken": "web", "kinds": ["failed"], "results": {"a": "failed"}}
    pen.run("post", "pause", step="web", **broken)
    pen.run("post", step="web", versions=WEB_DONE)
    verified = Attempt.of(pen.history).runs[-1]
    assert Attempt.of(pen.history).found_broken_after(verified, "web") is None
    after = pen.run("post", "pause", step="db", **broken)
    found = Attempt.of(pen.history).found_broken_after(verified, "web")
    assert found is not None
    assert found.id == after


def test_a_failure_that_the_record_does_not_place_is_a_failure() -> None:
    pen = Pen()
    end(pen, "verified")
    run = pen.run("rollback", None, versions=OLD)
    pen.line("check", run=run, check="unplanned", result="failed", seconds=0.1)
    assert "found a failure" in Attempt.of(pen.history).refuses_baseline()


@pytest.mark.parametrize(
    ("saw", "says"),
    [
        ({"versions": NEW}, "saw db and web at the new version"),
        ({"versions": WEB_DONE}, "saw web at the new version"),
        ({"versions": OLD, "crossed": {"db-schema": True}}, "saw a rollback boundary crossed"),
    ],
)
def test_the_refusal_says_what_shows_that_the_change_has_begun(saw: dict[str, Any], says: str) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("pre", "pause", **saw)
    attempt = Attempt.of(pen.history)
    assert attempt.refuses_baseline().startswith(f"the change has begun: {attempt.runs[-1].name} {says}. ")
    pen.give_up()
    pen.run("post", "pause", **saw)
    assert f"Z {says}. Next: verify that" in Attempt.of(pen.history).refuses_baseline()
