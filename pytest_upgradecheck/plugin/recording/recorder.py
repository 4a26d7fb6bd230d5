"""Keeps the record of a run and ends it with the verdict; lives where decisions are made: never on an xdist worker."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import platform as host
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any, NoReturn

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import RecordBusy, RecordError
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.plugin.collecting.selection import Collected, Selection
from pytest_upgradecheck.plugin.recording.conclusion import (
    CheckState,
    FinishedRun,
    compared_with_before,
    conclude,
    document_of,
    incomplete,
)
from pytest_upgradecheck.plugin.recording.outcomes import Attempt, is_crash, is_retried, piece_of, skip_reason, worse
from pytest_upgradecheck.plugin.recording.outputs import Reports
from pytest_upgradecheck.plugin.recording.verdict_file import VerdictFile
from pytest_upgradecheck.plugin.settings import shown
from pytest_upgradecheck.record import FORMAT, Journal
from pytest_upgradecheck.verdict import Blocker, Note
from pytest_upgradecheck.vocabulary import BlockerKind, Decision, Result

#: Checks a line of type ``planned`` names at most.
_PLANNED_A_LINE = 500

_PASSED = CheckState(Result.PASSED, "", 1, retried=False)

#: What verdict.json says while a run is under way, so that a killed run never leaves an older verdict standing.
_NOT_ENDED = "The run has not ended: if it is not running any more, it was killed; run the phase again"


class Recorder:
    """Writes each check into the record as it finishes, and decides when the run ends.

    ``document`` is what `verdict.json` holds, from the end of the run on.
    """

    def __init__(self, session: UpgradeSession) -> None:
        self.session = session
        self.run = f"{session.phase}-{os.urandom(6).hex()}"
        self.started_at = datetime.now(timezone.utc)
        self.collected: Collected | None = None
        self.results: dict[str, CheckState] = {}
        self.findings: list[Blocker] = []
        self.notes: list[Note] = []
        self.read_keys: set[tuple[str, str]] = set()
        self.document: dict[str, Any] | None = None
        self.verdict_file = VerdictFile(session.folder)
        self.reports = Reports(session)
        self._journal: Journal | None = None
        self._open: dict[tuple[str, str], Attempt] = {}
        self._ids: dict[str, str] = {}
        self._captured: dict[tuple[str, str], str] = {}
        self._weighed: set[str] = set()
        self._record_fault: str | None = None
        self._by_nodeid: dict[str, Check] = {}

    def pytest_report_header(self) -> list[str]:
        """Say what is being verified, and where each setting came from."""
        settings, plan, config = self.session.settings, self.session.plan, self.session.config
        step = f", up to step {settings.step}" if settings.step else ""
        plan_line = f"upgrade plan: {shown(settings.plan, config)} ({settings.plan_from})"
        record_line = f"record: {shown(self.session.folder, config)} ({settings.record_from})"
        return [
            f"upgrade: {plan.title} ({plan.environment}), phase {settings.phase}{step}",
            f"{plan_line}, {record_line}",
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Open the record; a run that could not be recorded does not start."""
        plan, settings = self.session.plan, self.session.settings
        started_at = self.started_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        try:
            journal = Journal(
                self.session.folder,
                run={"phase": settings.phase.value, "started_at": started_at},
                redactor=self.session.redactor,
            )
        except RecordBusy as error:
            raise pytest.UsageError(str(error)) from None
        except RecordError as error:
            self._refuse(error)
        self._journal = journal
        self.session.history_size = journal.size
        try:
            if settings.phase.after_change:
                self.session.history  # noqa: B018 - a foreign or unreadable record must stop the run here
            if journal.lines == 0:
                journal.append("record", format=FORMAT, upgrade=plan.upgrade, environment=plan.environment)
            under_way = document_of(self.session, self.started_at, decision=Decision.CANNOT_TELL, reason=_NOT_ENDED)
            self.verdict_file.write(under_way)
            self.reports.run_starts(under_way)
            journal.append(
                "run",
                run=self.run,
                phase=settings.phase.value,
                step=settings.step,
                environment=plan.environment,
                plan_digest=plan.digest,
                plan=plan.public(),
                tools={"python": host.python_version(), "pytest": pytest.__version__, "upgradecheck": _own_version()},
            )
        except (RecordError, OSError) as error:
            journal.close()
            self._journal = None
            self._refuse(error)

    def pytest_collection_finish(self) -> None:
        """Record what is planned, before any of it runs."""
        selection = self.session.config.pluginmanager.get_plugin("upgradecheck-selection")
        if isinstance(selection, Selection) and selection.collected is not None:
            self.plan_is_known(selection.collected)

    def plan_is_known(self, collected: Collected) -> None:
        """Record what collection found; under xdist, from the first worker that has collected."""
        self.collected = collected
        self._ids = {check.nodeid: check.id for check in collected.checks if check.nodeid != check.id}
        for start in range(0, len(collected.checks), _PLANNED_A_LINE):
            checks = [check.to_dict() for check in collected.checks[start : start + _PLANNED_A_LINE]]
            self._write("planned", checks=checks)
        phase = self.session.phase
        later = sorted(each.id for each in collected.checks if phase in each.phases and each.id not in collected.due)
        self._write("selection", due=len(collected.due), deselected=sorted(collected.deselected), later=later)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note files that could not be collected, or were skipped as a whole: their checks never show."""
        if report.outcome == "passed":
            return
        kind = Result.SKIPPED if report.outcome == "skipped" else Result.NOT_RUN
        message = skip_reason(report) if kind is Result.SKIPPED else f"could not be collected: {report.longreprtext}"
        self.found(Blocker(check=report.nodeid, kind=kind, message=self.session.redactor.text(message[:2_000])))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Fold a report into its check's attempt; write the attempt once it is over."""
        piece = piece_of(report)
        attempt = self._open.get(piece)
        if attempt is None:
            attempt = self._open[piece] = Attempt()
        handed_over = getattr(report, "upgradecheck", None)
        notes = json.loads(handed_over) if handed_over else self.session.notes.take_with(report)
        if is_retried(report):
            attempt.add(_as_failure(report), notes)
            self._close_attempt(piece, retried=True)
            return
        attempt.add(report, notes)
        if report.when == "teardown" or is_crash(report):
            self._close_attempt(piece, retried=attempt.repeated)

    def pytest_warning_recorded(self, warning_message: Any, nodeid: str) -> None:
        """A thread that dies is only a warning to pytest; what it was to verify is not verified."""
        if warning_message.category.__name__ == "PytestUnhandledThreadExceptionWarning":
            raised = re.findall(
                r"^\w[\w.]*: .*|^\w[\w.]*(?:Error|Exception)$", str(warning_message.message), re.MULTILINE
            )
            message = self.session.redactor.text(
                f"a thread of this check died: {raised[0] if raised else 'no message'}"
            )
            self.found(Blocker(check=self._ids.get(nodeid, nodeid), kind=Result.ERROR, message=message))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Decide, write the verdict and the reports, and let pytest exit with its code."""
        if self._journal is None:
            return
        for piece, attempt in list(self._open.items()):
            attempt.result, attempt.message = Result.INTERRUPTED, "the run ended in the middle of it"
            self._close_attempt(piece)
        document = self._conclude(int(exitstatus))
        session.exitstatus = document["exit_code"]

    def check_at(self, nodeid: str) -> tuple[Check, str | None, str | None, str | None] | None:
        """The check of a node id: itself, its result so far, its result before the change, how they relate.

        None where there is none: a file that could not be collected, say.
        """
        if not self._by_nodeid and self.collected is not None:
            self._by_nodeid = {check.nodeid: check for check in self.collected.checks}
        check = self._by_nodeid.get(nodeid)
        if check is None:
            return None
        state = self.results.get(check.id)
        if state is None:
            return check, None, None, None
        before, transition = compared_with_before(self.session, check, state.result)
        return check, state.result.value, before, transition.value if transition else None

    def pytest_unconfigure(self) -> None:
        """Let the next run have the record."""
        if self._journal is not None:
            self._journal.close()

    def found(self, blocker: Blocker) -> None:
        """Note a reason beside the checks themselves why the verdict cannot be `proceed`."""
        if blocker not in self.findings:
            self.findings.append(blocker)

    def note(self, notes: Mapping[str, Any]) -> None:
        """Record readings, captures and comparisons that a check reported, and what else is to be known of it."""
        self.read_keys.update((file, key) for file, key in notes.get("read_keys", ()))
        for remark in notes.get("remarks", ()):
            note = Note(**{name: self.session.redactor.text(said) for name, said in remark.items()})
            if note not in self.notes:
                self.notes.append(note)
        for reading in notes.get("readings", ()):
            self._write("reading", **reading)
        for capture in notes.get("captures", ()):
            place = (capture["file"], capture["key"])
            author = self._captured.setdefault(place, capture["check"])
            if author != capture["check"]:
                self.found(
                    Blocker(
                        check=capture["check"],
                        kind=Result.ERROR,
                        message=f"the key {capture['key']!r} is captured twice, by {author} and by this check",
                    )
                )
            self._write("capture", **capture)
        for comparison in notes.get("comparisons", ()):
            self._write("comparison", **comparison)
        for section in notes.get("sections", ()):
            self._write("section", **section)
        for attachment in notes.get("attachments", ()):
            self._write("attachment", **attachment)
        for evidence in notes.get("evidence", ()):
            if evidence["migration"] not in self._weighed:  # each worker of xdist weighs it for itself
                self._weighed.add(evidence["migration"])
                self._write("evidence", **evidence)

    def _close_attempt(self, piece: tuple[str, str], *, retried: bool = False) -> None:
        attempt = self._open.pop(piece)
        nodeid = piece[0]
        check = self._ids.get(nodeid, nodeid)
        before = self.results.get(check)
        if before is not None and before.retried and not attempt.set_up and attempt.result is None:
            return  # the teardown of the attempt that failed, reported after the retry was announced
        result = attempt.conclude()
        number = before.attempts + 1 if before else 1
        if before is not None and not before.retried and worse(before.result, result) is before.result:
            result, message = before.result, before.message  # the same check, run by another worker as well
        else:
            message = self.session.redactor.text(attempt.message) if attempt.message else ""
        for notes in attempt.notes:
            self.note(notes)
        entry: dict[str, Any] = {"check": check, "result": result.value, "seconds": round(attempt.seconds, 6)}
        if number > 1 or retried:
            entry |= {"attempt": number, "retried": retried}
        if message:
            entry["message"] = message
        if attempt.detail:
            entry["detail"] = attempt.detail
        self._write("check", **entry)
        plain = number == 1 and not retried and result is Result.PASSED
        # One object for all that simply passed: ten thousand more would make every garbage collection slower.
        self.results[check] = _PASSED if plain else CheckState(result, message, number, retried)

    def _write(self, kind: str, /, **fields: Any) -> None:
        if self._journal is None:
            return
        try:
            self._journal.append(kind, run=self.run, **fields)
        except RecordError as error:
            self._record_failed(str(error))

    def _conclude(self, exitstatus: int) -> dict[str, Any]:
        journal = self._journal
        assert journal is not None
        run = FinishedRun(
            session=self.session,
            collected=self.collected,
            results=self.results,
            findings=self.findings,
            notes=self.notes,
            read_keys=self.read_keys,
            note=self.note,
            started_at=self.started_at,
            exitstatus=exitstatus,
        )
        try:
            document = conclude(run)
        except Exception as error:  # pytest would show it as its own; red, and in words, is what it must be
            reason = f"The verdict could not be made: {type(error).__name__}: {error}"
            document = document_of(self.session, self.started_at, decision=Decision.CANNOT_TELL, reason=reason)
        self._write("verdict", verdict=document)
        try:
            journal.sync()
        except OSError as error:
            self._record_failed(f"{journal.path}: {error.strerror or error}")
        if self._record_fault is not None:
            document = incomplete(document, BlockerKind.RECORD_INCOMPLETE, "the record of this run", self._record_fault)
        self.reports.run_ended(journal.path)
        for fault in self.reports.faults:
            document = incomplete(document, BlockerKind.REPORT_NOT_WRITTEN, "what this run was to write", fault)
        document["record_digest"] = f"sha256:{journal.head}"
        self.document = document
        journal.close()
        try:
            self.verdict_file.write(document)
        except OSError as error:
            fault = f"{self.verdict_file.path}: {error.strerror or error}"
            self.document = incomplete(document, BlockerKind.RECORD_INCOMPLETE, "the record of this run", fault)
        return self.document

    def _record_failed(self, message: str) -> None:
        self._record_fault = self._record_fault or message

    def _refuse(self, error: Exception) -> NoReturn:
        """End before anything ran: what cannot be recorded, or compared with a sound record, cannot be judged."""
        self.document = document_of(self.session, self.started_at, decision=Decision.CANNOT_TELL, reason=str(error))
        for write in (self.verdict_file.write, self.reports.run_starts):
            with contextlib.suppress(OSError):  # the folder may be what cannot be written; message and exit code stand
                write(self.document)
        pytest.exit(f"cannot tell: {error}", returncode=Decision.CANNOT_TELL.exit_code)


def _as_failure(report: pytest.TestReport) -> pytest.TestReport:
    failure = copy.copy(report)
    failure.outcome = "failed"
    return failure


def _own_version() -> str:
    return version("pytest-upgradecheck")
