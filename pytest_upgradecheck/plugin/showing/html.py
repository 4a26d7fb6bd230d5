"""The verdict in pytest-html's page: title, heading, the first thing in its summary, and columns of its table."""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_upgradecheck.report import summary_blocks
from pytest_upgradecheck.vocabulary import Phase, Result

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.recording.known_checks import KnownCheck
    from pytest_upgradecheck.plugin.recording.outputs import Outputs
    from pytest_upgradecheck.verdict import VerdictDocument

_ID_CELL = '<td class="col-testId">'
_COLUMNS = {"step": "Step", "owner": "Owner", "before": "Before", "after": "After"}

#: Our columns come after pytest-html's result and test.
_PLACE = 2


class VerdictInHtml:
    """Hooks of pytest-html.

    Everything shown comes from the record, and every value is escaped on our side: pytest-html inserts what it gets as
    it is, test ids included.
    """

    def __init__(
        self,
        config: pytest.Config,
        phase: Phase,
        *,
        run_id: str,
        known: Callable[[str], KnownCheck | None],
        verdict: Callable[[], VerdictDocument | None],
        outputs: Outputs,
    ) -> None:
        self._config, self._phase, self._run_id = config, phase, run_id
        self._known, self._verdict, self._outputs = known, verdict, outputs
        self._report: Any = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        """Set the title of a report that is read during the run; the verdict replaces it later."""
        self._report = report
        report.title = f"Upgrade check running, phase {self._phase}"

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
            return  # another plugin removed the row
        for index, cell in enumerate(cells):
            if cell.startswith(_ID_CELL) and cell.endswith("</td>"):
                cells[index] = f"{_ID_CELL}{escape(cell[len(_ID_CELL) : -len('</td>')])}</td>"
        cells[_PLACE:_PLACE] = [
            f'<td class="col-{name}">{escape(value or "")}</td>'
            for name, value in self._of_check(report.nodeid).items()
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name the files next to the page by run: pytest-html names them by test, and would overwrite earlier ones."""
        for extra in getattr(report, "extras", ()):
            if not extra["extension"] or extra["extension"].startswith(self._run_id):
                continue
            extra["extension"] = f"{self._run_id}.{extra['extension']}"

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the verdict above everything else."""
        document, view = self._verdict(), self._outputs.view
        if document is None:
            return
        if self._report is not None:
            self._report.title = (
                f"{document.verdict.upper()}: {document.title}, {document.environment}, {document.phase}"
            )
        if view is not None:
            blocks = summary_blocks(view, report=self._address_of_report(), checks=len(view.last.results))
            prefix.insert(0, blocks)
        else:
            prefix.insert(0, f"<h2>Verdict: {document.verdict}</h2><p>{escape(document.reason)}</p>")

    def _of_check(self, nodeid: str) -> dict[str, str | None]:
        known = self._known(nodeid)
        if known is None:
            return dict.fromkeys(_COLUMNS)
        before: str | None = known.before
        if before is None and known.passed_by:
            before = f"{Result.PASSED} ({known.passed_by})"
        after: str | None = known.result
        if not self._phase.after_change:
            before, after = after, None
        return {"step": known.check.step, "owner": known.check.owner, "before": before, "after": after}

    def _address_of_report(self) -> str | None:
        """Our report's place as seen from pytest-html's page."""
        option = self._config.getoption("htmlpath")
        page = Path.cwd() / Path(os.path.expandvars(option)).expanduser()
        try:
            return os.path.relpath(self._outputs.report_path, page.parent).replace(os.sep, "/")
        except ValueError:  # another drive
            return None
