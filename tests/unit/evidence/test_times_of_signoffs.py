"""An approval from the future is not an approval yet: one of the clocks is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.evidence.signoffs import approvable, why_open
from pytest_upgradecheck.plan import Plan
from pytest_upgradecheck.record import History, Run, Signoff
from pytest_upgradecheck.times import written
from pytest_upgradecheck.vocabulary import Phase
from tests.unit.plan.conftest import PlanFile

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return PlanFile(tmp_path).edit("waivers:", "signoffs: [board]\nwaivers:").load(PLATFORM_API_KEY="a-long-key")


def history(plan: Plan, at: datetime) -> History:
    run = Run(
        id="pre-1",
        phase=Phase.PRE,
        step=None,
        environment=plan.environment,
        plan_digest=plan.digest,
        plan=plan.public(),
        tools={},
        started_at=at,
        folder=Path(),
        last_at=written(at),
        exit_code=0,
        document={"verdict": "proceed", "reason": "", "blockers": [], "boundaries": [], "steps": [], "counts": {}},
    )
    signoff = Signoff(name="board", by="A. Name", at=at, plan_digest=plan.digest, pre="pre-1")
    return History(by_id={run.id: run}, signoffs=[signoff])


@pytest.mark.parametrize(
    ("ahead", "counts"), [(timedelta(), True), (timedelta(seconds=60), True), (timedelta(seconds=61), False)]
)
def test_what_is_dated_ahead_of_the_clock(plan: Plan, ahead: timedelta, counts: bool) -> None:
    record = history(plan, NOW + ahead)
    why = why_open("board", plan, record, step=None, now=NOW)
    if counts:
        assert why == ""
        assert approvable(plan, record, now=NOW).id == "pre-1"
        return
    assert "which is in the future: compare the clocks, and sign off again" in why
    with pytest.raises(NotPossible, match="which is in the future: compare the clocks"):
        approvable(plan, record, now=NOW)
