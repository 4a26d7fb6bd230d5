"""Keeps the plan's secrets out of what pytest, and every reporter after it, shows of a check.

A failing assertion shows the values it compared, and captured output what a check printed. Both are masked where the
report is made, so that terminal, JUnit, pytest-html and whatever else reads reports have nothing to leak.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any, TypeVar

import pytest

from pytest_upgradecheck.redaction import Redactor

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_SHOWN = ("longrepr", "sections", "user_properties")


class MaskedReports:
    """Hooks around the making of reports, outside of all others, in the process that makes them."""

    def __init__(self, config: pytest.Config, redactor: Redactor) -> None:
        self._config = config
        self._redactor = redactor

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Mask what the report of a check shows."""
        return self._masked((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Mask what the report of a file that cannot be collected shows."""
        return self._masked((yield))

    def _masked(self, report: Report) -> Report:
        if not (report.longrepr or report.sections or getattr(report, "user_properties", None)):
            return report
        hook = self._config.hook
        data: dict[str, Any] = hook.pytest_report_to_serializable(config=self._config, report=report)
        shown = {name: data[name] for name in _SHOWN if data.get(name)}
        if not self._redactor.touches(json.dumps(shown, default=str, ensure_ascii=False)):
            return report
        masked = hook.pytest_report_from_serializable(
            config=self._config, data={**data, **{name: self._redactor.value(each) for name, each in shown.items()}}
        )
        # On the report itself, for other plugins have put things on it that no copy would carry.
        if isinstance(report.longrepr, tuple):  # of a skip
            path, line, reason = report.longrepr
            report.longrepr = (path, line, self._redactor.text(reason))
        else:
            report.longrepr = masked.longrepr
        report.sections = [(name, content) for name, content in masked.sections]
        if isinstance(report, pytest.TestReport):
            report.user_properties = [(name, value) for name, value in masked.user_properties]
        return report
