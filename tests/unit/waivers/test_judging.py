"""Waivers, put to what became of the checks they name."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import Phase, PlanCheckKind, Result
from pytest_upgradecheck.waivers import Failure, Judged, Outcome, judge_waivers

LAST_DAY = date(2026, 12, 31)


def waiver(
    check: str = "t.py::a",
    *,
    accepts: tuple[str, ...] = ("it broke",),
    environment: str | None = None,
    phase: Phase | None = None,
) -> Waiver:
    return Waiver(
        check=check,
        accepts=accepts,
        reason="known",
        approved_by="A. Name",
        expires=LAST_DAY,
        environment=environment,
        phase=phase,
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


FAILED = Outcome(result="failed", failure=Failure(message="it broke"))


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
    assert "the waiver by A. Name expired on 2026-12-31 UTC" in message
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
        (Outcome(result="skipped"), "waiver-refused", "its result is skipped, and missing evidence is never waived"),
        (Outcome(result="no-evidence"), "waiver-refused", "missing evidence is never waived"),
        (Outcome(result="error"), "waiver-refused", "in setup or teardown for example, and that is never waived"),
        (
            Outcome(result="failed", about_boundary=True),
            "waiver-refused",
            "a check of a rollback boundary is never waived",
        ),
        (Outcome(result="failed", failure=Failure(message="it melted")), "waiver-refused", "failed as well: it melted"),
        (
            Outcome(result="failed", failure=Failure(message="it broke", also=("in teardown: no",))),
            "waiver-refused",
            "more than its body failed, and that is never waived: in teardown: no",
        ),
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


@pytest.mark.parametrize("result", sorted(set(Result) - {Result.PASSED, Result.FAILED}))
def test_only_a_failure_is_ever_waived(result: str) -> None:
    found = judged(waiver(), a=Outcome(result=result, failure=Failure(message="it broke")))
    assert not found.accepted
    assert [kind for _, kind, _ in found.reported] == ["waiver-refused"]


def test_product_that_is_not_at_its_version_is_never_waived() -> None:
    message = "version truth shows db at 1, expected 2: it was left on the old release"
    failure = Failure(message=message)
    outcomes = {
        "upgrade.yaml::version[db]": Outcome(result="failed", kind=PlanCheckKind.VERSION, failure=failure),
        "upgrade.yaml::ready[web]": Outcome(result="failed", kind=PlanCheckKind.READY, failure=failure),
    }
    found = judge_waivers(
        [waiver(check, accepts=(message,)) for check in outcomes],
        outcomes,
        known={check: check for check in outcomes},
        environment="staging",
        phase=Phase.POST,
        now=datetime(2026, 12, 1, tzinfo=timezone.utc),
    )
    assert list(found.accepted) == ["upgrade.yaml::ready[web]"]
    ((check, _, refused),) = found.reported
    assert (check, refused.endswith("a product that is not at its version is never waived")) == (
        "upgrade.yaml::version[db]",
        True,
    )


@pytest.mark.parametrize(
    ("accepts", "rest"),
    [(("orders", "payments"), ""), (("orders",), "payments"), (("2 drifted",), "orders; payments")],
)
def test_contracts_that_drift(accepts: tuple[str, ...], rest: str) -> None:
    check = "upgrade.yaml::drift[contracts]"
    failure = Failure(message="2 drifted: orders, payments")
    found = judge_waivers(
        [waiver(check, accepts=accepts)],
        {check: Outcome(result="failed", kind=PlanCheckKind.DRIFT, failure=failure)},
        known={check: check},
        environment="staging",
        phase=Phase.POST,
        now=datetime(2026, 12, 1, tzinfo=timezone.utc),
    )
    assert bool(found.accepted) is (not rest)
    assert [message.rpartition("as well: ")[2] for _, _, message in found.reported] == ([rest] if rest else [])
