"""Write what people, pipelines and dashboards read: `verdict.json`, the report, the summary, CTRF.

As soon as a run starts, the verdict and the report say that it has not ended: a run that is killed never leaves those
of an earlier run behind as if they were its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.files import REPORT_FILE, append_text, read_regular, write_text_or_remove
from pytest_upgradecheck.wording import raised

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession
    from pytest_upgradecheck.record import History
    from pytest_upgradecheck.report import View
    from pytest_upgradecheck.verdict import VerdictDocument

VERDICT_FILE = "verdict.json"


class Outputs:
    """The files of one run: those next to its record, and those that options ask for.

    ``view`` is set once the run has ended. ``faults`` name the files that could not be written, ``remarks`` those of
    them that no option asked for.
    """

    def __init__(self, session: UpgradeSession) -> None:
        self.settings = session.settings
        self.verdict_path = session.folder / VERDICT_FILE
        self.report_path = session.settings.report or session.folder / REPORT_FILE
        self.command = _command(session)
        self.view: View | None = None
        self.faults: list[str] = []
        self.remarks: list[str] = []

    def run_starts(self, document: VerdictDocument) -> None:
        """Replace all files of an earlier run by ones that say that this run has not ended.

        Raises OSError if one of them can be neither replaced nor removed, or if there is no verdict now.
        """
        self.write_verdict(document)
        for path, pieces in self._under_way(document):
            try:
                write_text_or_remove(path, pieces)
            except OSError:
                if path == self.report_path or path.exists():
                    raise

    def refuse(self, document: VerdictDocument) -> None:
        """Do the same for a run that ends here; a file that cannot be written is removed if possible."""
        with contextlib.suppress(OSError):
            self.write_verdict(document)
        for path, pieces in self._under_way(document):
            with contextlib.suppress(OSError):
                write_text_or_remove(path, pieces)

    def _under_way(self, document: VerdictDocument) -> Iterator[tuple[Path, Iterable[str]]]:
        """The files of a run that has not ended, besides the verdict; no folder is made for them yet."""
        from pytest_upgradecheck.report import ctrf_under_way, markdown_under_way, under_way

        yield self.report_path, under_way(document, command=self.command)
        if self.settings.summary is not None and self.settings.summary.parent.is_dir():
            yield self.settings.summary, [markdown_under_way(document)]
        if self.settings.ctrf is not None and self.settings.ctrf.parent.is_dir():
            yield self.settings.ctrf, [ctrf_under_way(document)]

    def write_verdict(self, document: VerdictDocument) -> None:
        """Replace `verdict.json`. Raises OSError if that fails, and then the file does not exist."""
        text = json.dumps(document.to_dict(), ensure_ascii=False, indent=2) + "\n"
        write_text_or_remove(self.verdict_path, [text])

    def fault_of_verdict(self, document: VerdictDocument | None) -> str:
        """The fault of `verdict.json` as it is now; empty if it is this run's."""
        try:
            found = json.loads(read_regular(self.verdict_path))
        except (OSError, ValueError) as error:
            return f"{self.verdict_path}: the verdict cannot be read back: {error}"
        if document is None or found != json.loads(json.dumps(document.to_dict())):
            return f"{self.verdict_path}: it is not the verdict that this run wrote"
        return ""

    def run_ended(self, history: History, document: VerdictDocument) -> None:
        """Write all requested files; an error becomes a fault, and the other files are still written.

        ``document`` is the verdict, which may know more than the record: that the record could not be written.
        """
        from pytest_upgradecheck.report import ctrf, markdown, page, view_of

        settings = self.settings
        self.faults.clear()
        try:
            view = self.view = view_of(history, document)
        except Exception as error:  # the verdict is made, and must not be lost for any error
            self.faults.append(f"the reports could not be made: {raised(error)}")
            return
        beside = self.report_path.parent
        self._attempt(self.report_path, lambda: write_text_or_remove(self.report_path, page(view, beside=beside)))
        if summary := settings.summary:
            self._attempt(summary, lambda: write_text_or_remove(summary, [markdown(view)]))
        if file := settings.ctrf:
            self._attempt(file, lambda: write_text_or_remove(file, [ctrf(view)]))
        if settings.job_summary is not None:
            try:
                append_text(settings.job_summary, markdown(view))
            except OSError as error:  # no option asked for it, so this is not a fault
                self.remarks.append(f"the job's summary cannot be written: {error.strerror or error}")

    def _attempt(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, RecordError) as error:
            self.faults.append(f"{path}: it cannot be written: {getattr(error, 'strerror', None) or error}")
        except Exception as error:
            self.faults.append(f"{path}: it could not be made: {raised(error)}")


def _command(session: UpgradeSession) -> str:
    """The command that makes a report of the record, for the folder in which pytest was started."""
    from pytest_upgradecheck.record import JOURNAL_FILE

    words = ["upgradecheck", "report", _from_here(session.folder / JOURNAL_FILE)]
    if session.settings.report is not None:
        words += ["--output", _from_here(session.settings.report)]
    return shlex.join(words)


def _from_here(path: Path) -> str:
    """A path relative to the folder in which pytest was started; absolute if it is outside."""
    whole = os.path.abspath(path)  # noqa: PTH100 - a link is typed as it is called
    try:
        relative = os.path.relpath(whole)
    except ValueError:  # another drive
        return whole
    return whole if relative.startswith(os.pardir) else relative
