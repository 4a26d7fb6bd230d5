"""The verdict in pytest-html's page: title, heading, the first thing in its summary, and columns of its table."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_upgradecheck.record import needed_checks
from pytest_upgradecheck.report import passed_by, summary_blocks
from pytest_upgradecheck.vocabulary import Result

if TYPE_CHECKING:
    from pytest_upgradecheck.checklist.check import Check
    from pytest_upgradecheck.plugin.recording.recorder import Recorder

_ID_CELL = '<td class="col-testId">'
_COLUMNS = {"step": "Step", "owner": "Owner", "before": "Before", "after": "After"}

#: Our columns stand behind pytest-html's result and test.
_PLACE = 2


class VerdictInHtml:
    """Hooks of pytest-html.

    Everything shown comes from the record, and every value is escaped on our side: pytest-html inserts what it gets as
    it is, test ids included.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._report: Any = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        """Title of a report that is looked at while the run goes on; the verdict replaces it."""
        self._report = report
        report.title = f"Upgrade check running, phase {self.recorder.session.phase}"

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Add our columns."""
        cells[_PLACE:_PLACE] = [
            f'<th class="sortable" data-column-type="{name}">{title}</th>' for name, title in _COLUMNS.items()
        ]

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Escape the test id, and fill our columns."""
        if not cells:
            return  # somebody took the row out
        for index, cell in enumerate(cells):
            if cell.startswith(_ID_CELL) and cell.endswith("</td>"):
                cells[index] = f"{_ID_CELL}{escape(cell[len(_ID_CELL) : -len('</td>')])}</td>"
        cells[_PLACE:_PLACE] = [
            f'<td class="col-{name}">{escape(value or "")}</td>'
            for name, value in self._of_check(report.nodeid).items()
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name files beside the page by this run: pytest-html names them by the test alone, and would overwrite."""
        for extra in getattr(report, "extras", ()):
            if not extra["extension"] or extra["extension"].startswith(self.recorder.run):
                continue
            extra["extension"] = f"{self.recorder.run}.{extra['extension']}"

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the verdict above everything else."""
        document, reports = self.recorder.document, self.recorder.reports
        if document is None:
            return
        if self._report is not None:
            self._report.title = (
                f"{document['verdict'].upper()}: {document['title']}, {document['environment']}, {document['phase']}"
            )
        if reports.story is not None:
            prefix.insert(0, summary_blocks(reports.story, report=self._address_of_report(), checks=self._checks()))
        else:
            prefix.insert(0, f"<h2>Verdict: {document['verdict']}</h2><p>{escape(document['reason'])}</p>")

    def _of_check(self, nodeid: str) -> dict[str, str | None]:
        known = self.recorder.check_at(nodeid)
        if known is None:
            return dict.fromkeys(_COLUMNS)
        check, result, before, _ = known
        if not self.recorder.session.phase.after_change:
            before, result = result, None
        elif before is None and check.needs:
            before = self._passed_by(check)
        return {"step": check.step, "owner": check.owner, "before": before, "after": result}

    def _passed_by(self, check: Check) -> str:
        """What stands before a check that did not run then: the pass of those it builds on."""
        session, ids = self.recorder.session, self.recorder.session.ids_before
        needed = [ids[name] for need in check.needs for name in needed_checks(need, check.nodeid, ids)]
        results = [found.result for each in needed if (found := session.baseline.check(each))]
        passed = results and results == [Result.PASSED.value] * len(needed)
        return f"{Result.PASSED} ({passed_by(needed)})" if passed else ""

    def _checks(self) -> int:
        return len(self.recorder.results)

    def _address_of_report(self) -> str | None:
        """Our report's place as seen from pytest-html's page."""
        option = self.recorder.session.config.getoption("htmlpath")
        page = Path.cwd() / Path(os.path.expandvars(option)).expanduser()
        try:
            return os.path.relpath(self.recorder.reports.path, page.parent).replace(os.sep, "/")
        except ValueError:  # another drive
            return None
