"""From pytest's reports, and what was observed around a check, to one result: the worse of the two always wins."""

from __future__ import annotations

from itertools import combinations, permutations
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from pytest_upgradecheck.plugin.recording.outcomes import OpenAttempt, as_failure, is_crash, is_retried, worse
from pytest_upgradecheck.vocabulary import Result

Outcome = Literal["passed", "failed", "skipped"]
Stage = Literal["setup", "call", "teardown"]

PASSED_BODY = {"ended": "passed"}
FAILED_BODY = {"ended": "failed", "raised": "ValueError: no"}
SKIPPED_BODY = {"ended": "skipped", "raised": "Skipped: no time"}
NO_EVIDENCE = {"ended": "failed", "kind": "no-evidence", "message": "readiness: nobody answers"}


def report(
    when: Stage = "call", outcome: Outcome = "passed", longrepr: Any = None, *, xfail: str | None = None
) -> pytest.TestReport:
    made = pytest.TestReport(
        nodeid="test_it.py::test_it",
        location=("test_it.py", 0, "test_it"),
        keywords={},
        outcome=outcome,
        longrepr=longrepr,
        when=when,
        duration=0.5,
    )
    if xfail is not None:
        made.wasxfail = xfail
    return made


def attempt(*pieces: tuple[pytest.TestReport, dict[str, Any]]) -> OpenAttempt:
    """An attempt with a setup and a teardown that passed around these pieces."""
    found = OpenAttempt()
    for piece, notes in ((report("setup"), {}), *pieces, (report("teardown"), {})):
        found.add(piece, notes)
    found.conclude()
    return found


@pytest.mark.parametrize(
    ("observed", "reported", "result"),
    [
        (PASSED_BODY, report(), Result.PASSED),
        (PASSED_BODY, report(outcome="failed", longrepr="soft"), Result.FAILED),
        (FAILED_BODY, report(), Result.FAILED),
        (FAILED_BODY, report(outcome="skipped"), Result.FAILED),
        (NO_EVIDENCE, report(), Result.NO_EVIDENCE),
        (NO_EVIDENCE, report(outcome="skipped"), Result.NO_EVIDENCE),
        (NO_EVIDENCE, report(outcome="failed", longrepr="no"), Result.NO_EVIDENCE),
        (FAILED_BODY, report(outcome="skipped", xfail="known"), Result.XFAILED),
        (SKIPPED_BODY, report(), Result.SKIPPED),
        (SKIPPED_BODY, report(outcome="skipped"), Result.SKIPPED),
        ({}, report(), Result.NOT_RUN),
        ({"ended": "not-run"}, report(), Result.NOT_RUN),
        ({"ended": "not-run"}, report(outcome="failed", longrepr="no"), Result.ERROR),
    ],
)
def test_result_of_a_body_and_its_report(observed: dict[str, str], reported: pytest.TestReport, result: Result) -> None:
    assert attempt((reported, observed)).result is result


def test_check_without_a_call_has_not_run() -> None:
    found = attempt()
    assert (found.result, found.message) == (Result.NOT_RUN, "its body did not run")


def test_report_that_looks_better_says_who_reported_it_and_what_happened() -> None:
    found = attempt((report(), FAILED_BODY))
    assert found.message == "a plugin or a conftest.py reported it as passed, but it failed: ValueError: no"


@pytest.mark.parametrize(("when", "where"), [("setup", "in setup: "), ("teardown", "in teardown: ")])
def test_failure_around_the_body_is_an_error_whatever_the_body_did(when: Stage, where: str) -> None:
    found = attempt((report(), PASSED_BODY), (report(when, "failed", "it broke"), {"ended": "failed"}))
    assert (found.result, found.message) == (Result.ERROR, f"{where}it broke")


def test_failure_of_a_body_wins_over_its_teardown_and_the_other_message_is_kept() -> None:
    failed = (report(outcome="failed", longrepr="the order is gone"), FAILED_BODY)
    found = attempt(failed, (report("teardown", "failed", "cannot clean up"), {"ended": "failed"}))
    assert (found.result, found.message) == (Result.FAILED, "the order is gone")
    assert found.also == ("in teardown: cannot clean up",)


def test_subtest_that_failed_fails_a_check_that_is_reported_as_passed() -> None:
    subtest = report(outcome="failed", longrepr="sold out")
    subtest.context = SimpleNamespace(msg="in the shop", kwargs={"item": "yarn"})  # type: ignore[attr-defined]
    found = attempt((subtest, PASSED_BODY), (report(), PASSED_BODY))
    assert (found.result, found.message) == (Result.FAILED, "in the shop, item=yarn: sold out")


def test_report_that_only_counts_failed_subtests_adds_nothing() -> None:
    found = attempt((report(outcome="failed", longrepr="contains 2 failed subtests"), PASSED_BODY))
    assert (found.result, found.also) == (Result.PASSED, ())
    said_by_the_check = attempt((report(outcome="failed", longrepr="contains 2 failed subtests, alas"), PASSED_BODY))
    assert said_by_the_check.result is Result.FAILED


def test_attempt_that_a_retry_plugin_kept_to_itself_counts() -> None:
    unreported = {"ended": "failed", "raised": "ValueError: the first time"}
    found = attempt((report(), {**PASSED_BODY, "unreported": unreported}))
    assert found.repeated
    assert (found.result, found.message) == (Result.FAILED, "ValueError: the first time")


def test_duration_is_that_of_all_stages() -> None:
    assert attempt((report(), PASSED_BODY)).seconds == 1.5


def test_order_of_pieces_does_not_change_the_result() -> None:
    pieces = [
        (report(), PASSED_BODY),
        (report(outcome="failed", longrepr="no"), FAILED_BODY),
        (report("teardown", "failed", "no"), {"ended": "failed"}),
        (report(outcome="skipped", longrepr=("f", 1, "Skipped: no")), SKIPPED_BODY),
    ]
    assert {attempt(*order).result for order in permutations(pieces)} == {Result.FAILED}


@pytest.mark.parametrize("better", [Result.PASSED, Result.XFAILED, Result.SKIPPED])
def test_worse_of_two_is_never_the_one_that_looks_better(better: Result) -> None:
    for bad in (Result.FAILED, Result.ERROR, Result.NO_EVIDENCE, Result.CRASHED, Result.NOT_RUN, Result.INTERRUPTED):
        assert worse(better, bad) is worse(bad, better) is bad
    for one, other in combinations((Result.PASSED, Result.XFAILED, Result.SKIPPED), 2):
        assert worse(one, other) is worse(other, one) is other


def test_reports_of_xdist_and_of_retry_plugins_are_told_from_ordinary_ones() -> None:
    crash, retried = report(), report()
    crash.when = "???"  # type: ignore[assignment]
    retried.outcome = "rerun"  # type: ignore[assignment]
    assert [is_crash(each) for each in (crash, report())] == [True, False]
    assert [is_retried(each) for each in (retried, report(), report(outcome="failed"))] == [True, False, False]
    assert as_failure(retried).outcome == "failed"
    assert attempt((crash, {}), (report(outcome="failed"), {})).result is not Result.PASSED
