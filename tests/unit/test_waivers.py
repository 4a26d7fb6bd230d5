"""Waivers, put to what became of the checks they name."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import Phase
from pytest_upgradecheck.waivers import Judged, Outcome, judge_waivers

LAST_DAY = date(2026, 12, 31)


def waiver(check: str = "t.py::a", *, accepts: tuple[str, ...] = ("it broke",), environment: str | None = None, phase: Phase | None = None) -> Waiver:
    return Waiver(
        check=check, reason="known", approved_by="A. Name", expires=LAST_DAY, environment=environment, phase=phase
    )


def judged(*waivers: Waiver, now: datetime | None = None, **outcomes: Outcome) -> Judged:
    by_id = {f"t.py::{name}": outcome for name, outcome in outcomes.items()}
    return judge_waivers(
        waivers,
        by_id,
        known={name: name for name in by_id},
        environment="staging",
        phase=Phase.POST,
        now=now or datetime(2026, 12, 1, tzinfo=timezone.utc),
    )


FAILED = Outcome(result="failed")


def test_accepts_a_failure() -> None:
    found = judged(waiver(), a=FAILED, b=FAILED)
    assert list(found.accepted) == ["t.py::a"]
    assert (found.blocking, found.reported) == ([], [])


@pytest.mark.parametrize(
    ("now", "counts"),
    [
        (datetime(2026, 12, 31, 0, 0, tzinfo=timezone.utc), True),
        (datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc), True),
        (datetime(2027, 1, 1, 0, 0, tzinfo=timezone.utc), False),
        (datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), True),
        (datetime(2026, 12, 31, 23, 30, tzinfo=timezone(-timedelta(hours=1))), False),
    ],
)
def test_last_day_is_a_utc_day_inclusive(now: datetime, counts: bool) -> None:
    found = judged(waiver(), now=now, a=FAILED)
    assert bool(found.accepted) is counts
    assert [kind for _, kind, _ in found.blocking] == ([] if counts else ["waiver-expired"])


@pytest.mark.parametrize("outcomes", [{}, {"a": Outcome(result="passed")}, {"a": FAILED}])
def test_expired_blocks_whatever_became_of_the_check(outcomes: dict[str, Outcome]) -> None:
    found = judged(waiver(), now=datetime(2027, 2, 1, tzinfo=timezone.utc), **outcomes)
    ((check, kind, message),) = found.blocking
    assert (check, kind) == ("t.py::a", "waiver-expired")
    assert "approved by A. Name, ended with 2026-12-31 (UTC)" in message
    assert not found.accepted


@pytest.mark.parametrize(
    ("environment", "phase", "counts"),
    [("staging", None, True), ("production", None, False), (None, Phase.POST, True), (None, Phase.PRE, False)],
)
def test_environment_and_phase(environment: str | None, phase: Phase | None, counts: bool) -> None:
    found = judged(waiver(environment=environment, phase=phase), a=FAILED)
    assert bool(found.accepted) is counts
    assert (found.blocking, found.reported) == ([], [])


@pytest.mark.parametrize(
    ("outcome", "kind", "says"),
    [
        (Outcome(result="passed"), "waiver-unneeded", "it passed"),
        (Outcome(result="skipped"), "waiver-refused", "the check is skipped, and missing evidence is never waived"),
        (Outcome(result="no-evidence"), "waiver-refused", "missing evidence is never waived"),
        (Outcome(result="error"), "waiver-refused", "the check is error"),
        (Outcome(result="failed", about_boundary=True), "waiver-refused", "about a rollback boundary is never waived"),
    ],
)
def test_what_cannot_or_need_not_be_waived(outcome: Outcome, kind: str, says: str) -> None:
    found = judged(waiver(), a=outcome)
    assert not found.accepted
    ((check, reported, message),) = found.reported
    assert (check, reported) == ("t.py::a", kind)
    assert says in message


def test_check_that_does_not_exist() -> None:
    ((_, kind, message),) = judged(waiver("t.py::order"), orders=FAILED).reported
    assert kind == "waiver-unmatched"
    assert message.endswith("did you mean 't.py::orders'?")
