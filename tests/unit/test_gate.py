"""One verdict over several records: the most urgent wins, and what is missing is never green."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.gate import Entry, StackVerdict, judge_stack, plan_of, read_entry
from pytest_upgradecheck.record import VerifiedRecord
from pytest_upgradecheck.vocabulary import Decision, Phase
from tests.unit.record.histories import PLAN, START, Pen

DAY = timedelta(days=1)


def entry(pen: Pen, name: str = "suite", environment: str = "test") -> Entry:
    record = VerifiedRecord(
        path=Path(name), upgrade="shop", environment=environment, history=pen.history, stored=0, sha256=""
    )
    return Entry(path=name, record=record)


def suite(*runs: tuple[str, str | None]) -> Pen:
    """A record with these runs, each a phase and a verdict."""
    pen = Pen()
    for phase, verdict in runs:
        pen.run(phase, verdict)
    return pen


def of_steps(*names: str) -> Mapping[str, Any]:
    return {**PLAN, "sequence": [step for step in PLAN["sequence"] if step["step"] in names]}


def judged(
    *entries: Entry, phase: Phase = Phase.POST, now: datetime = START + timedelta(hours=5), max_age: timedelta = DAY
) -> StackVerdict:
    return judge_stack(entries, PLAN, phase=phase, now=now, max_age=max_age)


def kinds(verdict: StackVerdict) -> list[str]:
    return [obstacle.kind for obstacle in verdict.obstacles]


def test_record_that_proceeds_and_covers_the_sequence() -> None:
    verdict = judged(entry(suite(("pre", "proceed"), ("post", "proceed"))))
    assert (verdict.decision, verdict.obstacles) == (Decision.PROCEED, [])
    assert verdict.reason == "The record proceeds in phase post, and the sequence is covered: all 2 steps"
    assert [step.record for step in verdict.steps] == ["suite", "suite"]


def test_nothing_named_is_not_green() -> None:
    verdict = judged()
    assert verdict.decision is Decision.CANNOT_TELL
    assert kinds(verdict) == ["no-record", "no-record"]


@pytest.mark.parametrize(
    ("runs", "kind", "says"),
    [
        ([], "not-run", "it has no run"),
        ([("pre", "proceed")], "not-run", "its last run is of phase pre, not post"),
        ([("pre", "proceed"), ("post", None)], "not-run", "never ended"),
        ([("pre", "proceed"), ("post", "proceed"), ("rollback", "proceed")], "not-run", "of phase rollback, not post"),
    ],
)
def test_record_whose_last_run_does_not_answer(runs: list[tuple[str, str | None]], kind: str, says: str) -> None:
    verdict = judged(entry(suite(*runs)))
    assert verdict.decision is Decision.CANNOT_TELL
    first = verdict.obstacles[0]
    assert (first.kind, first.record) == (kind, "suite")
    assert says in first.message


def test_verdict_of_another_environment_never_counts() -> None:
    verdict = judged(entry(suite(("pre", "proceed"), ("post", "proceed")), environment="production"))
    assert kinds(verdict) == ["foreign", "no-record", "no-record"]
    assert "expected environment test, as in the stack's plan, found production" in verdict.obstacles[0].message


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (START + timedelta(days=3), "the limit is 1 d (--max-age). Run it again"),
        (START - timedelta(days=1), "is in the future: the clocks disagree"),
    ],
)
def test_verdict_that_is_too_old_or_of_the_future_is_stale(now: datetime, says: str) -> None:
    verdict = judged(entry(suite(("pre", "proceed"), ("post", "proceed"))), now=now)
    assert (verdict.decision, set(kinds(verdict))) == (Decision.CANNOT_TELL, {"stale"})
    assert says in verdict.obstacles[0].message


@pytest.mark.parametrize("worse", ["roll-back", "fix-forward", "pause", "cannot-tell"])
def test_most_urgent_verdict_wins_and_names_its_record(worse: str) -> None:
    web, db = Pen(), Pen()
    web.run("post", plan=of_steps("web"))
    for _ in range(5):  # its post comes after that of the first step
        db.run("pre", plan=of_steps("db"))
    db.run("post", worse, plan=of_steps("db"))
    verdict = judged(entry(web, "web-suite"), entry(db, "db-suite"))
    assert verdict.decision is Decision(worse)
    assert [(obstacle.kind, obstacle.record) for obstacle in verdict.obstacles] == [(worse, "db-suite")]


def test_record_that_cannot_be_verified_is_an_obstacle_of_its_own() -> None:
    broken = Entry(path="gone", fault="there is no record", kind="missing")
    verdict = judged(entry(suite(("pre", "proceed"), ("post", "proceed"))), broken)
    assert verdict.decision is Decision.CANNOT_TELL
    assert kinds(verdict) == ["missing"]


def test_step_that_another_version_moves_to_is_foreign() -> None:
    other = {**PLAN, "sequence": [{**PLAN["sequence"][0], "to": "3"}, PLAN["sequence"][1]]}
    pen = Pen()
    pen.run("pre", plan=other)
    pen.run("post", plan=other)
    verdict = judged(entry(pen))
    assert kinds(verdict) == ["foreign", "no-record"]
    assert "its step web moves web 1 -> 3, and the stack's plan has web 1 -> 2" in verdict.obstacles[0].message


def test_step_verified_before_the_one_that_comes_first_had_proceeded() -> None:
    web, db = Pen(), Pen()
    db.run("post", plan=of_steps("db"))
    for _ in range(5):  # the first step comes later
        web.run("pre", plan=of_steps("web"))
    web.run("post", plan=of_steps("web"))
    verdict = judged(entry(web, "web-suite"), entry(db, "db-suite"))
    assert (verdict.decision, kinds(verdict)) == (Decision.PAUSE, ["out-of-sequence"])
    assert "before step web, which comes first, had proceeded" in verdict.obstacles[0].message


def test_plan_is_taken_from_the_records_only_where_they_share_one() -> None:
    one, other = suite(("pre", "proceed")), suite(("pre", "proceed"))
    assert plan_of([entry(one), entry(other)]) == PLAN
    other.history.runs[-1].plan_digest = "another"
    assert plan_of([entry(one), entry(other)]) is None
    assert plan_of([]) is None


def test_path_without_a_record_is_missing_and_a_file_that_is_none_cannot_be_verified(tmp_path: Path) -> None:
    assert read_entry(tmp_path / "gone").kind == "missing"
    (tmp_path / "record.jsonl").write_text("{}\n")
    assert read_entry(tmp_path / "record.jsonl").kind == "unverifiable"
