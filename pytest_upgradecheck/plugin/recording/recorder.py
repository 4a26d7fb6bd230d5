"""Record a run and end it with the verdict. Never used on an xdist worker.

Each event is written to the record and folded into the same `Run` that a reader of the file builds from its lines.
"""

from __future__ import annotations

import json
import os
import platform as host
from collections.abc import Generator, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any, NoReturn

import pytest

from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.errors import RecordBusy, RecordError
from pytest_upgradecheck.foreign_text import safe
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.plugin.collecting.left_out import unexplained
from pytest_upgradecheck.plugin.collecting.selection import Collected, Selection
from pytest_upgradecheck.plugin.recording.conclusion import (
    FinishedRun,
    decide_with_hooks,
    document_of,
    facts_of,
    observe_platform,
)
from pytest_upgradecheck.plugin.recording.ending import RunEnd, incomplete
from pytest_upgradecheck.plugin.recording.known_checks import KnownCheck, KnownChecks
from pytest_upgradecheck.plugin.recording.outcomes import (
    OpenAttempt,
    as_failure,
    is_crash,
    is_retried,
    piece_of,
    skip_reason,
    worse,
)
from pytest_upgradecheck.plugin.recording.outputs import Outputs
from pytest_upgradecheck.plugin.settings import shown_path
from pytest_upgradecheck.record import FORMAT, History, Journal, Run
from pytest_upgradecheck.redaction import mapped
from pytest_upgradecheck.times import utc_now, written
from pytest_upgradecheck.verdict import Blocker, VerdictDocument
from pytest_upgradecheck.verdict.facts import blank_document
from pytest_upgradecheck.vocabulary import BlockerKind, Decision, Phase, Result
from pytest_upgradecheck.wording import raised

#: The maximum number of checks in a line of type ``planned``.
_PLANNED_A_LINE = 500

#: The reason in verdict.json while a run is under way, so that a killed run never leaves an older verdict in place.
_NOT_ENDED = "The run has not ended: if it is no longer running, it was killed; run the phase again"


class Recorder:
    """Write each check to the record as it finishes, and decide when the run ends.

    ``document`` is the verdict, from the end of the run on.
    """

    def __init__(self, session: UpgradeSession) -> None:
        self.session = session
        self.started_at = utc_now()
        self._process = os.getpid()
        self.run_id = f"{session.phase}-{os.urandom(6).hex()}"
        self.collected: Collected | None = None
        self.read_keys: set[tuple[str, str]] = set()
        self.document: VerdictDocument | None = None
        self.outputs = Outputs(session)
        self._run: Run | None = None
        self._journal: Journal | None = None
        self._ending: RunEnd | None = None
        self._open: dict[tuple[str, str], OpenAttempt] = {}
        self._ids: dict[str, str] = {}
        self._weighed: set[str] = set()
        self._written_once: set[tuple[object, ...]] = set()
        self._record_fault: str | None = None
        self._known: KnownChecks | None = None
        self._before = Before()

    def pytest_report_header(self) -> list[str]:
        """Say what is being verified, and where each setting came from."""
        settings, plan, config = self.session.settings, self.session.plan, self.session.config
        step = f", up to step {settings.step}" if settings.step else ""
        plan_line = f"upgrade plan: {shown_path(settings.plan, config)} ({settings.plan_from})"
        record_line = f"record: {shown_path(self.session.folder, config)} ({settings.record_from})"
        return [
            f"upgrade: {plan.title} ({plan.environment}), phase {settings.phase}{step}",
            f"{plan_line}, {record_line}",
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Open the record; a run that cannot be recorded does not start."""
        upgrade = self.session
        history = History(path=upgrade.record_path)
        try:
            journal = Journal(
                upgrade.folder,
                run={"phase": upgrade.phase, "started_at": f"{self.started_at:%Y-%m-%dT%H:%M:%SZ}"},
                redactor=upgrade.redactor,
                on_line=history.add,
            )
        except RecordBusy as error:
            raise pytest.UsageError(str(error)) from None
        except RecordError as error:
            self._refuse(str(error))
        self._journal = journal
        upgrade.history_size = journal.size
        upgrade.history = history
        try:
            history.require_owner(upgrade.plan.upgrade, upgrade.plan.environment)
            self._begin(journal, history)
        except (RecordError, OSError) as error:
            self.close()
            self._refuse(str(error))
        why = upgrade.attempt.refuses_baseline() if upgrade.phase is Phase.PRE and upgrade.settings.step is None else ""
        if why:
            self._refuse_in_record(why)

    def _begin(self, journal: Journal, history: History) -> None:
        plan, settings = self.session.plan, self.session.settings
        if journal.lines == 0:
            journal.append("record", format=FORMAT, upgrade=plan.upgrade, environment=plan.environment)
            history.upgrade, history.environment = plan.upgrade, plan.environment
        self.outputs.run_starts(self._blank(_NOT_ENDED))
        event = journal.append(
            "run",
            run=self.run_id,
            phase=settings.phase,
            step=settings.step,
            environment=plan.environment,
            plan_digest=plan.digest,
            plan=plan.public(),
            tools={
                "python": host.python_version(),
                "pytest": pytest.__version__,
                "upgradecheck": version("pytest-upgradecheck"),
            },
        )
        self._run, self._ending = Run.of(event, self.session.folder), RunEnd(journal, self.run_id)

    def pytest_collection_finish(self) -> None:
        """Record the planned checks before any of them runs."""
        selection = self.session.config.pluginmanager.get_plugin("upgradecheck-selection")
        if isinstance(selection, Selection) and selection.collected is not None:
            self.plan_is_known(selection.collected)

    def plan_is_known(self, collected: Collected) -> None:
        """Record the collected checks; under xdist, those of the first worker that has collected."""
        self.collected = collected
        self._ids = {check.nodeid: check.id for check in collected.checks if check.nodeid != check.id}
        for start in range(0, len(collected.checks), _PLANNED_A_LINE):
            checks = [check.to_dict() for check in collected.checks[start : start + _PLANNED_A_LINE]]
            self._write("planned", checks=checks)
        phase = self.session.phase
        later = sorted(each.id for each in collected.checks if phase in each.phases and each.id not in collected.due)
        self._write("selection", due=len(collected.due), deselected=sorted(collected.deselected), later=later)
        if phase.after_change:
            self._before = self.session.baseline.before(collected.checks)
        for each in unexplained(collected.left_out, self._before.missing_after(phase)):
            self.found(Blocker(check=each.check, kind=Result.NOT_RUN, message=each.message))
        if self._run is not None:
            self._known = KnownChecks(self._run, self._before, collected.checks)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note files that could not be collected, or were skipped as a whole: their checks are not listed."""
        if report.outcome == "passed":
            return
        kind = Result.SKIPPED if report.outcome == "skipped" else Result.NOT_RUN
        message = skip_reason(report) if kind is Result.SKIPPED else f"could not be collected: {report.longreprtext}"
        self.found(Blocker(check=report.nodeid, kind=kind, message=self.session.redactor.text(message)[:2_000]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Fold a report into its check's attempt; write the attempt once it is over."""
        self._leave_if_forked()
        piece = piece_of(report)
        attempt = self._open.get(piece)
        if attempt is None:
            attempt = self._open[piece] = OpenAttempt()
        handed_over = getattr(report, "upgradecheck", None)
        notes = json.loads(handed_over) if handed_over else self.session.notes.take_with(report)
        if is_retried(report):
            attempt.add(as_failure(report), notes)
            self._close_attempt(piece, retried=True)
            return
        attempt.add(report, notes)
        if report.when == "teardown" or is_crash(report):
            self._close_attempt(piece, retried=attempt.repeated)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Decide before other plugins write their reports, and check the exit code again after them."""
        self._leave_if_forked()
        if self._journal is not None:
            for piece, attempt in list(self._open.items()):
                attempt.result, attempt.message = Result.INTERRUPTED, "the run ended in the middle of it"
                self._close_attempt(piece)
            self.document = self._publish(self._conclude(int(exitstatus)))
            session.exitstatus = self.document.exit_code
        try:
            return (yield)
        finally:
            session.exitstatus = self.settled(int(session.exitstatus))

    def settled(self, exit_code: int) -> int:
        """The exit code, given the one from pytest and other plugins; a verdict that contradicts it is changed."""
        if self.document is None:
            return exit_code or Decision.CANNOT_TELL.exit_code
        if self.document.exit_code == 0 and exit_code != 0:
            message = f"pytest exits with {exit_code}, so something other than the checks failed: see its output above"
            blocker = Blocker(check="", kind=BlockerKind.EXIT_CODE, message=message)
            degraded = replace(self.document.degraded([blocker]), exit_code=exit_code)
            self.document = self._publish(degraded)
        return self.document.exit_code

    def ended_with(self, exit_code: int) -> str:
        """Record the exit code and release the record; return the fault that makes a code of 0 wrong, if any."""
        self._leave_if_forked()
        if self._journal is None or self._ending is None:
            return ""
        fault = "" if exit_code else self._journal.fault_on_disk() or self.outputs.fault_of_verdict(self.document)
        if fault and self.document is not None:
            self.document = self._publish(incomplete(self.document, BlockerKind.RECORD_INCOMPLETE, fault))
        fault = self._ending.write(exit_code, fault)
        self.close()
        return fault

    def close(self) -> None:
        """Release the record for the next run."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def known_check(self, nodeid: str) -> KnownCheck | None:
        """The state of the check with this node id; None if there is none, as for a file that was not collected."""
        return self._known.at(nodeid) if self._known is not None else None

    def found(self, blocker: Blocker) -> None:
        """Record a reason, other than a check's result, why the verdict cannot be `proceed`."""
        self._write_once("finding", check=blocker.check, kind=blocker.kind, message=blocker.message)

    def note(self, notes: Mapping[str, Any]) -> None:
        """Record the readings, captures, comparisons and remarks that a check reported."""
        self.read_keys.update((file, key) for file, key in notes.get("read_keys", ()))
        for remark in notes.get("remarks", ()):
            self._write_once("note", **remark)
        for reading in notes.get("readings", ()):
            self._write("reading", **reading)
        for capture in notes.get("captures", ()):
            self._require_own_key(capture)
            self._write("capture", **capture)
        for comparison in notes.get("comparisons", ()):
            self._write("comparison", **comparison)
        for thread in notes.get("died", ()):
            self.found(Blocker(check=thread["check"], kind=Result.ERROR, message=thread["message"]))
        for attachment in notes.get("attachments", ()):
            self._write("attachment", **attachment)
        for evidence in notes.get("evidence", ()):
            if evidence["migration"] not in self._weighed:  # each xdist worker judges it itself
                self._weighed.add(evidence["migration"])
                self._write("evidence", **evidence)

    def _require_own_key(self, capture: Mapping[str, Any]) -> None:
        """A key belongs to one check of a file; two workers cannot see each other's."""
        earlier = self._run.captures.get((capture["file"], capture["key"])) if self._run is not None else None
        if earlier is not None and earlier.check != capture["check"]:
            message = f"the key {capture['key']!r} is captured twice, by {earlier.check} and by this check"
            self.found(Blocker(check=capture["check"], kind=Result.ERROR, message=message))

    def _close_attempt(self, piece: tuple[str, str], *, retried: bool = False) -> None:
        attempt = self._open.pop(piece)
        nodeid = piece[0]
        check = self._ids.get(nodeid, nodeid)
        before = self._run.results.get(check) if self._run is not None else None
        if before is not None and before.retried and not attempt.set_up and attempt.result is None:
            return  # the teardown of the attempt that failed, reported after the retry was announced
        result, message = attempt.conclude(), attempt.message
        if before is not None and not before.retried and worse(before.result, result) is before.result:
            result, message = before.result, before.message  # the same check, run by another worker as well
        for notes in attempt.notes:
            self.note(notes)
        number = before.number + 1 if before else 1
        ended = CheckResult(check, result, message, attempt.detail, attempt.seconds, number, retried, also=attempt.also)
        self._write("check", **ended.to_dict())

    def _leave_if_forked(self) -> None:
        """Detach a child that a check forked and forgot: it must neither continue this run nor end it."""
        if os.getpid() != self._process:
            os._exit(1)

    def _write(self, kind: str, /, **fields: Any) -> None:
        """Write one event, and fold it; if it cannot be written, the run is incomplete, and says so at the end."""
        if self._journal is None or self._run is None:
            return
        try:
            event = self._journal.append(kind, run=self.run_id, **fields)
        except RecordError as error:
            self._record_fault = self._record_fault or str(error)
            masked = {name: self.session.redactor.value(value) for name, value in fields.items()}
            event = {"at": written(utc_now()), "type": kind, **masked}
        self._run.add(event)

    def _write_once(self, kind: str, /, **fields: str) -> None:
        said = {name: safe(self.session.redactor.text(value)) for name, value in fields.items()}
        event = (kind, *said.items())
        if event not in self._written_once:
            self._written_once.add(event)
            self._write(kind, **said)

    def _conclude(self, exitstatus: int) -> VerdictDocument:
        assert self._run is not None
        try:
            return self._verdict(self._run, exitstatus)
        except BaseException as error:  # pytest would show it as an internal error; it must be red, with a message
            reason = f"The verdict could not be made: {raised(error)}"
            return replace(self._blank(reason), finished_at=utc_now())

    def _publish(self, document: VerdictDocument) -> VerdictDocument:
        """Write the verdict to the record, then all outputs made from it; return the resulting document."""
        journal, run, ending = self._journal, self._run, self._ending
        assert journal is not None and run is not None and ending is not None  # noqa: PT018
        shown = mapped(self.session.redactor.value(document.to_dict()), safe)
        document = VerdictDocument.from_dict(shown)
        self._write("verdict", verdict=document.to_dict())
        try:
            journal.sync()
        except OSError as error:
            self._record_fault = self._record_fault or f"{journal.path}: {error.strerror or error}"
        fault = self._record_fault or journal.fault_on_disk()
        if fault:
            document = incomplete(document, BlockerKind.RECORD_INCOMPLETE, fault)
        history = self.session.history
        history.by_id[run.id] = run
        # The outputs show the record as it will be once the run has ended.
        history.tail = ending.tail_with(document.exit_code)
        run.head, run.exit_code = history.tail.head, document.exit_code
        self.outputs.run_ended(history, document)
        for fault in self.outputs.faults:
            document = incomplete(document, BlockerKind.REPORT_NOT_WRITTEN, fault, what="the output of this run")
        document = replace(document, record_digest=ending.prepare(document.exit_code))
        try:
            self.outputs.write_verdict(document)
        except OSError as error:
            fault = f"{self.outputs.verdict_path}: {error.strerror or error}"
            document = incomplete(document, BlockerKind.RECORD_INCOMPLETE, fault)
        return document

    def _verdict(self, run: Run, exitstatus: int) -> VerdictDocument:
        session = self.session
        observed = observe_platform(session)
        self.note(session.notes.take())
        finished = FinishedRun(
            run=run,
            baseline=session.baseline,
            before=self._before,
            read_keys=self.read_keys,
            exitstatus=exitstatus,
        )
        verdict, sections = decide_with_hooks(session, facts_of(session, finished, observed.boundaries))
        for section in sections:
            self._write("section", title=section.title, text=section.text)
        return document_of(finished, verdict, observed.versions)

    def _blank(self, reason: str) -> VerdictDocument:
        plan, settings = self.session.plan, self.session.settings
        return blank_document(
            plan.public(),
            phase=settings.phase,
            step=settings.step,
            plan_digest=plan.digest,
            started_at=self.started_at,
            reason=self.session.redactor.text(reason),
        )

    def _refuse_in_record(self, why: str) -> NoReturn:
        """End before anything runs, and record that this run was refused."""
        blocker = Blocker(check="", kind=BlockerKind.REFUSED, message=why)
        reason = f"This pre run is refused: {why}"
        document = replace(self._blank(reason), blockers=(blocker,), finished_at=utc_now())
        self._write("verdict", verdict=document.to_dict())
        assert self._journal is not None
        document = replace(document, record_digest=f"sha256:{self._journal.head}")
        self.close()
        self._end(document)

    def _refuse(self, why: str) -> NoReturn:
        """End before anything runs: a run needs a sound record that can be written."""
        self._end(replace(self._blank(why), finished_at=utc_now()))

    def _end(self, document: VerdictDocument) -> NoReturn:
        self.document = document
        self.outputs.refuse(document)
        pytest.exit(f"cannot tell: {document.reason}", returncode=Decision.CANNOT_TELL.exit_code)
