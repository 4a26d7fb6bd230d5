"""From pytest's reports to what became of a check.

pytest reports a check in pieces: setup, call and teardown, a piece for each subtest, and pieces of earlier attempts
where another plugin runs failures again. The worst piece of an attempt is the attempt's result, in the order of
`_SEVERITY`; a check without a passed call has not passed, whatever its setup and teardown say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

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


@dataclass(slots=True)
class OpenAttempt:
    """One attempt of a check, as far as its reports have come in.

    ``also`` holds the messages of pieces that failed as well, and that ``message`` does not tell.
    """

    set_up: bool = False
    result: Result | None = None
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    notes: tuple[dict[str, Any], ...] = ()
    also: tuple[str, ...] = ()

    def add(self, report: pytest.TestReport, notes: dict[str, Any]) -> None:
        """Take one more piece into account, with what was noted for the record meanwhile."""
        self.seconds += report.duration
        if notes:
            self.notes = (*self.notes, notes)
        if report.when == "setup":
            self.set_up = True
        if report.outcome == "passed":
            if report.when == "call" and self.result is None:
                self.result = Result.PASSED
            return
        result, subtest = _result(report, notes.get("kind")), _subtest(report)
        message = notes.get("message") or _message(report)
        detail = "" if result in (Result.SKIPPED, Result.XFAILED) else _detail(report)
        if subtest:
            message = f"{subtest}: {message}"
        failed_before = self.result is not None and _RANK[self.result] > _RANK[Result.PASSED]
        if self.result is None or _RANK[result] > _RANK[self.result]:
            if failed_before:
                self.also = (*self.also, self.message)
            self.result, self.message, self.detail = result, message[:_LONGEST_MESSAGE], detail
        elif subtest and result is self.result:
            # The others say no less than the first.
            self.message = f"{self.message}\n{message}"[:_LONGEST_MESSAGE]
            self.detail = _cut(f"{self.detail}\n{detail}")
        else:
            self.also = (*self.also, message[:_LONGEST_MESSAGE])

    def conclude(self) -> Result:
        """The attempt's result once no more pieces come."""
        if self.result is None:
            self.result = Result.NOT_RUN
            self.message = "its body was not run"
        return self.result


def is_crash(report: pytest.TestReport) -> bool:
    """Whether xdist made up this report for the check in which a worker died."""
    when: str | None = report.when
    return when == "???"


def is_retried(report: pytest.TestReport) -> bool:
    """Whether pytest-rerunfailures says by this report that an attempt failed and another one follows."""
    outcome: str = report.outcome
    return outcome == "rerun"


def worse(one: Result, other: Result) -> Result:
    """The worse of two results."""
    return max(one, other, key=_RANK.__getitem__)


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test or file was skipped."""
    longrepr = report.longrepr
    if isinstance(longrepr, tuple):
        return longrepr[2].removeprefix("Skipped: ")
    return str(longrepr or "skipped")


def _result(report: pytest.TestReport, kind: str | None) -> Result:
    if report.outcome == "skipped":
        return Result.XFAILED if hasattr(report, "wasxfail") else Result.SKIPPED
    if kind == Result.NO_EVIDENCE:
        return Result.NO_EVIDENCE
    if is_crash(report):
        return Result.CRASHED
    return Result.FAILED if report.when == "call" else Result.ERROR


def _message(report: pytest.TestReport) -> str:
    if report.outcome == "skipped":
        if hasattr(report, "wasxfail"):
            return f"failed as its xfail marker expects: {report.wasxfail or 'no reason given'}"
        return skip_reason(report)
    where = {"setup": "in setup: ", "teardown": "in teardown: "}.get(report.when or "", "")
    crash = getattr(report.longrepr, "reprcrash", None)
    lookup_error = getattr(report.longrepr, "errorstring", None)  # of a fixture that does not exist
    said = crash.message if crash is not None else str(lookup_error or report.longrepr or "failed")
    # What an assertion or pytest.fail says is a sentence of its own; other exceptions mean something by their names.
    return where + said.removeprefix("AssertionError: ").removeprefix("Failed: ")


def _subtest(report: pytest.TestReport) -> str:
    """What a subtest goes by, its message and its values; empty for any other piece."""
    context = getattr(report, "context", None)
    values = getattr(context, "kwargs", None) or {}
    message = getattr(context, "msg", None)
    return ", ".join([*([str(message)] if message else []), *(f"{name}={value}" for name, value in values.items())])


def _detail(report: pytest.TestReport) -> str:
    return _cut(report.longreprtext)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}\n... cut"
