"""Writes what people and dashboards read, from the record, when a run starts and when it ends.

While a run is under way the report says that it has not ended: a run that is killed never leaves the page of an earlier
phase standing as if it were its own.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession
    from pytest_upgradecheck.report import Story


class Reports:
    """The reports of one run. ``story`` is there once the run has ended, ``faults`` say what could not be written."""

    def __init__(self, session: UpgradeSession) -> None:
        from pytest_upgradecheck.report import REPORT_FILE

        self.settings = session.settings
        self.path = session.settings.report or session.folder / REPORT_FILE
        self.command = _command(session)
        self.story: Story | None = None
        self.faults: list[str] = []
        self.remarks: list[str] = []

    def run_starts(self, document: dict[str, Any]) -> None:
        """Replace the report by a page that says that the run has not ended; OSError where the disk refuses."""
        from pytest_upgradecheck.report import under_way, write_text

        try:
            write_text(self.path, under_way(document, command=self.command))
        except OSError:
            self._take_away(self.path)
            raise

    def run_ended(self, record: Path) -> None:
        """Write everything that was asked for; what goes wrong becomes a fault, and the rest is written."""
        from pytest_upgradecheck.report import append_text, ctrf, markdown, page, read_account, tell, write_text

        settings = self.settings
        try:
            story = self.story = tell(read_account(record))
        except Exception as error:  # whatever it is, the verdict stands, and must not be lost
            self.faults.append(f"the reports could not be made: {type(error).__name__}: {error}")
            return
        self._attempt(self.path, lambda: write_text(self.path, page(story, beside=self.path.parent)))
        if settings.summary is not None:
            summary = settings.summary
            self._attempt(summary, lambda: write_text(summary, [markdown(story)]))
        if settings.ctrf is not None:
            file = settings.ctrf
            self._attempt(file, lambda: write_text(file, [ctrf(story)]))
        if settings.job_summary is not None:
            try:
                append_text(settings.job_summary, markdown(story))
            except OSError as error:  # nobody asked for it, so it is no fault
                self.remarks.append(f"the job's summary cannot be written: {error.strerror or error}")

    def _attempt(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self._take_away(path)
            self.faults.append(f"{path}: it cannot be written: {error.strerror or error}")
        except Exception as error:
            self._take_away(path)
            self.faults.append(f"{path}: it could not be made: {type(error).__name__}: {error}")

    def _take_away(self, path: Path) -> None:
        """No page rather than an earlier run's, which may be green."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _command(session: UpgradeSession) -> str:
    """What to type, where pytest was started, for a report of what stands in the record."""
    from pytest_upgradecheck.record import JOURNAL_FILE

    words = ["upgradecheck", "report", _from_here(session.folder / JOURNAL_FILE)]
    if session.settings.report is not None:
        words += ["--output", _from_here(session.settings.report)]
    return shlex.join(words)


def _from_here(path: Path) -> str:
    """A path as it is typed in the folder in which pytest was started; a whole one where it lies outside."""
    whole = os.path.abspath(path)  # noqa: PTH100 - a link is typed as it is called
    try:
        relative = os.path.relpath(whole)
    except ValueError:  # another drive
        return whole
    return whole if relative.startswith(os.pardir) else relative
