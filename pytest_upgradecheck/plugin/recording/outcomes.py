"""From pytest's reports to the result of a check.

pytest reports a check in pieces: setup, call and teardown, a piece for each subtest, and pieces of earlier attempts
if another plugin repeats failures. The worst piece of an attempt is its result, in the order of `_SEVERITY`. A check
without a passed call has not passed, whatever its setup and teardown say.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import ungrouped
from pytest_upgradecheck.vocabulary import Result

_SEVERITY = (
    Result.PASSED,
    Result.XFAILED,
    Result.SKIPPED,
    Result.NOT_RUN,
    Result.INTERRUPTED,
    Result.CRASHED,
    Result.NO_EVIDENCE,
    Result.ERROR,
    Result.FAILED,
)
_RANK = {result: rank for rank, result in enumerate(_SEVERITY)}
_LONGEST_MESSAGE = 6_000
_LONGEST_DETAIL = 20_000
_SUBTESTS_FAILED = re.compile(r"contains \d+ failed subtests?")

#: Keys of the notes about the stage that a report covers; the other notes go to the record.
_ABOUT_THE_STAGE = frozenset({"ended", "raised", "message", "kind", "unreported"})


@dataclass(slots=True)
class OpenAttempt:
    """One attempt of a check, as far as its reports have come in.

    ``also`` holds the messages of pieces that failed as well, and that ``message`` does not tell. What was observed
    around the check itself wins over a report that looks better:

    =========================  ===========================  =======================
    observed                   reported                     result
    =========================  ===========================  =======================
    body passed                passed                       passed
    body passed                failed (a soft assertion)    failed
    an exception               passed, or skipped           failed (error, evidence)
    an exception               xfailed                      xfailed
    skipped                    passed                       skipped
    body did not run           passed                       not-run
    body did not run           failed                       error
    =========================  ===========================  =======================
    """

    set_up: bool = False
    result: Result | None = None
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    notes: tuple[dict[str, Any], ...] = ()
    also: tuple[str, ...] = ()
    repeated: bool = False

    def add(self, report: pytest.TestReport, notes: dict[str, Any]) -> None:
        """Add one more piece, with the notes for the record made since the last one."""
        self.seconds += report.duration
        if notes.keys() - _ABOUT_THE_STAGE:
            self.notes = (*self.notes, notes)
        if report.when == "setup":
            self.set_up = True
        if (unreported := notes.get("unreported")) is not None and self.result is None:
            self.repeated = True  # a retry plugin reports only the last attempt
            self._add_unreported(unreported)
        if report.outcome == "passed" or _only_counts_subtests(report, notes):
            self._add_passed(report, notes)
            return
        if (observed := _overruled(report, notes)) is not None:
            self._take(*observed, detail=_detail(report))
            return
        result, subtest = _result(report, notes), _subtest(report)
        message = notes.get("message") or _message(report)
        detail = "" if result in (Result.SKIPPED, Result.XFAILED) else _detail(report)
        if subtest:
            message = f"{subtest}: {message}"
        if subtest and result is self.result:  # the others add nothing to the first
            self.message = f"{self.message}\n{message}"[:_LONGEST_MESSAGE]
            self.detail = _cut(f"{self.detail}\n{detail}")
        else:
            self._take(result, message, detail=detail)

    def conclude(self) -> Result:
        """The attempt's result once no more pieces come."""
        if self.result is None:
            self.result = Result.NOT_RUN
            self.message = "its body did not run"
        return self.result

    def _add_passed(self, report: pytest.TestReport, notes: dict[str, Any]) -> None:
        if (observed := _overruled(report, notes)) is not None:
            self._take(*observed)
        elif report.when == "call" and not _is_subtest(report):
            if notes.get("ended") == Result.PASSED:
                self._take(Result.PASSED, "")
            else:
                self._take(Result.NOT_RUN, "a plugin or a conftest.py reported it as passed, but its body did not run")

    def _add_unreported(self, observed: dict[str, Any]) -> None:
        if observed["ended"] == Result.PASSED:
            self._take(Result.PASSED, "")
        else:
            result = _of_exception(observed, Result.FAILED if observed["ended"] == Result.FAILED else Result.ERROR)
            self._take(result, observed.get("message") or observed.get("raised", ""))

    def _take(self, result: Result, message: str, *, detail: str = "") -> None:
        if self.result is None or _RANK[result] > _RANK[self.result]:
            if self.result not in (None, Result.PASSED):
                self.also = (*self.also, self.message)
            self.result, self.message, self.detail = result, message[:_LONGEST_MESSAGE], detail
        elif result is not Result.PASSED:
            self.also = (*self.also, message[:_LONGEST_MESSAGE])


def piece_of(report: pytest.TestReport) -> tuple[str, str]:
    """The check that a report is about, by node id, and the worker that ran it: with ``--dist each``, several do."""
    return ungrouped(report.nodeid), str(getattr(report, "worker_id", ""))


def is_crash(report: pytest.TestReport) -> bool:
    """Whether xdist made this report for a check in which a worker died."""
    when: str | None = report.when
    return when == "???"


def is_retried(report: pytest.TestReport) -> bool:
    """Whether a retry plugin says by this report that an attempt failed and another one follows.

    pytest-rerunfailures and pytest-retry have an outcome of their own for it.
    """
    outcome: str = report.outcome
    return outcome not in ("passed", "failed", "skipped")


def as_failure(report: pytest.TestReport) -> pytest.TestReport:
    """The report of an attempt that is retried, as the failure that it was."""
    failure = copy.copy(report)
    failure.outcome = "failed"
    return failure


def worse(one: Result, other: Result) -> Result:
    """The worse of two results."""
    return max(one, other, key=_RANK.__getitem__)


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason why a test or file was skipped."""
    longrepr = report.longrepr
    if isinstance(longrepr, tuple):
        return longrepr[2].removeprefix("Skipped: ")
    return str(longrepr or "skipped")


def _overruled(report: pytest.TestReport, notes: dict[str, Any]) -> tuple[Result, str] | None:
    """The result and message if a report looks better than what was observed."""
    ended = notes.get("ended")
    if ended not in (Result.FAILED, Result.SKIPPED) or report.outcome == "failed" or hasattr(report, "wasxfail"):
        return None
    if ended == Result.SKIPPED:
        if report.when != "call" or report.outcome == "skipped":
            return None
        result = Result.SKIPPED
    else:
        result = _of_exception(notes, Result.FAILED if report.when == "call" else Result.ERROR)
    raised = notes.get("message") or notes.get("raised") or "no message"
    return result, f"a plugin or a conftest.py reported it as {report.outcome}, but it {ended}: {raised}"


def _of_exception(notes: dict[str, Any], failure: Result) -> Result:
    if notes["ended"] == Result.SKIPPED:
        return Result.SKIPPED
    return Result.NO_EVIDENCE if notes.get("kind") == Result.NO_EVIDENCE else failure


def _result(report: pytest.TestReport, notes: dict[str, Any]) -> Result:
    if report.outcome == "skipped":
        return Result.XFAILED if hasattr(report, "wasxfail") else Result.SKIPPED
    if notes.get("kind") == Result.NO_EVIDENCE:
        return Result.NO_EVIDENCE
    if is_crash(report):
        return Result.CRASHED
    return Result.FAILED if report.when == "call" and notes.get("ended") != Result.NOT_RUN else Result.ERROR


def _only_counts_subtests(report: pytest.TestReport, notes: dict[str, Any]) -> bool:
    """Whether a body passed and its report says only that subtests failed, which their own reports say better."""
    return (
        notes.get("ended") == Result.PASSED
        and report.outcome == "failed"
        and isinstance(report.longrepr, str)
        and _SUBTESTS_FAILED.fullmatch(report.longrepr) is not None
    )


def _is_subtest(report: pytest.TestReport) -> bool:
    return hasattr(report, "context")


def _message(report: pytest.TestReport) -> str:
    if report.outcome == "skipped":
        if hasattr(report, "wasxfail"):
            return f"failed as its xfail marker expects: {report.wasxfail or 'no reason given'}"
        return skip_reason(report)
    where = {"setup": "in setup: ", "teardown": "in teardown: "}.get(report.when or "", "")
    crash = getattr(report.longrepr, "reprcrash", None)
    lookup_error = getattr(report.longrepr, "errorstring", None)  # a fixture that does not exist
    said = crash.message if crash is not None else str(lookup_error or report.longrepr or "failed")
    # The message of an assertion or pytest.fail is a sentence; other exceptions need their names.
    return where + said.removeprefix("AssertionError: ").removeprefix("Failed: ")


def _subtest(report: pytest.TestReport) -> str:
    """The name of a subtest: its message and its values; empty for any other piece."""
    context = getattr(report, "context", None)
    values = getattr(context, "kwargs", None) or {}
    message = getattr(context, "msg", None)
    return ", ".join([*([str(message)] if message else []), *(f"{name}={value}" for name, value in values.items())])


def _detail(report: pytest.TestReport) -> str:
    return _cut(report.longreprtext)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}\n... cut"
