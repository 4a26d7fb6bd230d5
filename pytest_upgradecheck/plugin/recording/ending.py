"""The last line of a run: its exit code, written once no plugin can change it.

A verdict in the record is not yet an exit code: the process can be killed between the two. So only a run with this line
counts as proceeded. `verdict.json` names the record as it is with that line, which is therefore prepared with the
verdict and written later.
"""

from __future__ import annotations

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.record import Journal, PreparedLine, Tail
from pytest_upgradecheck.verdict import Blocker, VerdictDocument
from pytest_upgradecheck.vocabulary import BlockerKind, Decision


class RunEnd:
    """The end of one run in its journal."""

    def __init__(self, journal: Journal, run: str) -> None:
        self._journal = journal
        self._run = run
        self._prepared: PreparedLine | None = None

    def prepare(self, exit_code: int) -> str:
        """Prepare the line, unless it is prepared, and return the digest of the record with it."""
        if self._prepared is None or not self._fits(self._prepared, exit_code):
            self._prepared = self._line(exit_code)
        return f"sha256:{self._prepared.head}"

    def tail_with(self, exit_code: int) -> Tail:
        """The end of the record with that line."""
        line = self._prepared = self._line(exit_code)
        return Tail(head=line.head, lines=self._journal.lines + 1, size=self._journal.size + len(line.line))

    def write(self, exit_code: int, fault: str) -> str:
        """Write the line; return the fault that makes an exit code of 0 wrong, empty if there is none.

        With a ``fault`` of the outputs the run has not exited with 0, whatever its verdict says.
        """
        line = self._prepared
        if line is None:
            return fault
        code = (exit_code or Decision.CANNOT_TELL.exit_code) if fault else exit_code
        if not self._fits(line, code):
            line = self._line(code)
        try:
            self._journal.append_prepared(line)
            self._journal.sync()
        except (RecordError, OSError) as error:
            return fault or str(error)
        return fault

    def _fits(self, line: PreparedLine, exit_code: int) -> bool:
        return line.after == self._journal.head and line.event["exit_code"] == exit_code

    def _line(self, exit_code: int) -> PreparedLine:
        return self._journal.prepare("end", run=self._run, exit_code=exit_code)


def incomplete(
    document: VerdictDocument, kind: BlockerKind, fault: str, *, what: str = "the record of this run"
) -> VerdictDocument:
    """The verdict of a run that could not write everything."""
    blocker = Blocker(check="", kind=kind, message=fault)
    return document.degraded([blocker], reason=f"Evidence is missing: {what} is incomplete: {fault}")
