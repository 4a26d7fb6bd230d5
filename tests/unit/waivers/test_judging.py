"""Waivers, applied to the outcomes of the checks they name."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import Phase, PlanCheckKind, Result
from pytest_upgradecheck.waivers import CheckFailure, Judged, Outcome, accepted_by, judge_waivers

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


FAILED = Outcome(result="failed", failure=CheckFailure(message="it broke"))


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
        (
            Outcome(result="failed", failure=CheckFailure(message="it melted")),
            "waiver-refused",
            "failed as well: it melted",
        ),
        (
            Outcome(result="failed", failure=CheckFailure(message="it broke", also=("in teardown: no",))),
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


def test_every_waiver_is_judged_whatever_those_before_it_are_for() -> None:
    elsewhere = waiver(environment="production")
    found = judged(elsewhere, waiver(phase=Phase.PRE), waiver(), a=FAILED)
    assert list(found.accepted) == ["t.py::a"]
    found = judged(elsewhere, waiver(), now=datetime(2027, 2, 1, tzinfo=timezone.utc), a=FAILED)
    assert [kind for _, kind, _ in found.blocking] == ["waiver-expired"]


@pytest.mark.parametrize("outcome", [FAILED, Outcome(result="passed"), Outcome(result="skipped")])
def test_a_waiver_that_names_no_failure_accepts_none(outcome: Outcome) -> None:
    found = judged(waiver().model_copy(update={"accepts": ()}), a=outcome)
    assert (found.accepted, found.blocking) == ({}, [])
    ((check, kind, message),) = found.reported
    assert (check, kind) == ("t.py::a", "waiver-refused")
    assert "the waiver by A. Name does not say which failure it accepts, so it accepts none: add `accepts`" in message


def test_a_check_that_is_not_of_this_run_is_not_judged() -> None:
    found = judge_waivers(
        [waiver()],
        {},
        known={"t.py::a": "t.py::a"},
        environment="staging",
        phase=Phase.POST,
        now=datetime(2026, 12, 1, tzinfo=timezone.utc),
    )
    assert (found.accepted, found.blocking, found.reported) == ({}, [], [])


def test_an_expired_waiver_is_reported_by_the_id_of_its_check() -> None:
    found = judge_waivers(
        [waiver("t.py::old_name"), waiver("t.py::gone")],
        {"orders": FAILED},
        known={"t.py::old_name": "orders", "orders": "orders"},
        environment="staging",
        phase=Phase.POST,
        now=datetime(2027, 2, 1, tzinfo=timezone.utc),
    )
    assert [check for check, _, _ in found.blocking] == ["orders", "t.py::gone"]


def test_a_failure_that_ended_the_check_before_it_compared_is_never_waived() -> None:
    unread = ("orders", "stock", "prices", "users")
    found = judged(waiver(), a=Outcome(result="failed", failure=CheckFailure(message="it broke"), unread=unread))
    assert not found.accepted
    ((_, kind, message),) = found.reported
    assert kind == "waiver-refused"
    assert message.endswith(
        "the failure ended the check before it compared 'orders', 'stock', 'prices' and 1 more, and missing evidence "
        "is never waived; compare that in a check of its own"
    )


@pytest.mark.parametrize(
    ("accepts", "failed", "says"),
    [
        (("a",), ("b",), "it accepts 'a', but this failed as well: b"),
        (("1", "2", "3"), ("b", "c", "d"), "it accepts '1', '2', '3', but this failed as well: b; c; d"),
        (("1", "2", "3", "4", "5"), ("b", "c", "d", "e", "f"),
         "it accepts '1', '2', '3' and 2 more, but this failed as well: b; c; d; and 2 more"),
    ],
)  # fmt: skip
def test_what_failed_beyond_a_waiver_is_named(accepts: tuple[str, ...], failed: tuple[str, ...], says: str) -> None:
    failure = CheckFailure(message="\n".join(failed))
    ((_, _, message),) = judged(waiver(accepts=accepts), a=Outcome(result="failed", failure=failure)).reported
    assert message == f"the waiver by A. Name does not count: {says}"


def test_who_accepted_until_when_is_named_once() -> None:
    assert accepted_by([waiver(), waiver("t.py::b")]) == "A. Name until 2026-12-31"


def test_check_that_does_not_exist() -> None:
    assert judged(waiver("t.py::nothing_like_it"), orders=FAILED).reported[0][2].endswith("the suite has no such check")
    ((_, kind, message),) = judged(waiver("t.py::order"), orders=FAILED).reported
    assert kind == "waiver-unmatched"
    assert message.endswith("did you mean 't.py::orders'?")


@pytest.mark.parametrize("result", sorted(set(Result) - {Result.PASSED, Result.FAILED}))
def test_only_a_failure_is_ever_waived(result: str) -> None:
    found = judged(waiver(), a=Outcome(result=result, failure=CheckFailure(message="it broke")))
    assert not found.accepted
    assert [kind for _, kind, _ in found.reported] == ["waiver-refused"]


def test_product_that_is_not_at_its_version_is_never_waived() -> None:
    message = "version truth shows db at 1, expected 2: it was left on the old release"
    failure = CheckFailure(message=message)
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
    failure = CheckFailure(message="2 drifted: orders, payments")
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


@pytest.mark.parametrize(
    ("days", "limited"), [(0, True), (366, True), (367, False), (LAST_DAY.replace(year=9999) - LAST_DAY, False)]
)
@pytest.mark.parametrize("outcome", [FAILED, Outcome(result="passed"), None], ids=["failed", "passed", "not due"])
def test_waiver_that_is_not_limited_in_time_is_told(days: object, limited: bool, outcome: Outcome | None) -> None:
    ahead = days if isinstance(days, timedelta) else timedelta(days=int(str(days)))
    now = datetime(2026, 1, 1, 23, 0, tzinfo=timezone.utc)
    long = waiver().model_copy(update={"expires": now.date() + ahead})
    outcomes = {"t.py::a": outcome} if outcome else {}
    found = judge_waivers(
        [long], outcomes, known={"t.py::a": "t.py::a"}, environment="staging", phase=Phase.POST, now=now
    )
    assert ("waiver-unlimited" in [kind for _, kind, _ in found.reported]) is not limited
