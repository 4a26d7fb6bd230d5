"""Keep secrets and control characters out of what pytest, and every reporter after it, shows of a check.

A failing assertion shows the values it compared, captured output shows what a check printed, and an exception shows
what a platform answered. All of it is cleaned where the report is made, so that the terminal, JUnit, pytest-html and
every other reader of reports have nothing to leak and nothing that could rewrite the screen.

What a check prints with ``-s`` goes straight to the terminal. Nothing can clean that.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from typing import Any, TextIO, TypeVar

import pytest

from pytest_upgradecheck.foreign_text import safe, without_colours
from pytest_upgradecheck.redaction import Redactor, mapped

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_SHOWN = ("longrepr", "sections", "user_properties", "wasxfail")


class SafeReports:
    """Hooks around the making of reports, outside of all others, in the process that makes them."""

    def __init__(self, config: pytest.Config, redactor: Redactor) -> None:
        self._config = config
        self._redactor = redactor
        self._has_colours = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Clean what reaches the terminal and the log file without a report: live logs, ``--setup-show``."""
        plugins = self._config.pluginmanager
        writer = getattr(plugins.get_plugin("terminalreporter"), "_tw", None)
        if writer is not None:
            self._has_colours = writer.hasmarkup
            if hasattr(writer, "_file"):
                writer._file = _MaskedStream(writer._file, self._redactor)  # noqa: SLF001 - pytest offers no other way
        logs = plugins.get_plugin("logging-plugin")
        for name in ("log_cli_handler", "log_file_handler"):
            handler = getattr(logs, name, None)
            if isinstance(handler, logging.Handler) and handler.formatter is not None:
                handler.setFormatter(_SafeFormatter(handler.formatter, self))

    @pytest.hookimpl(tryfirst=True)
    def pytest_make_parametrize_id(self, val: object) -> str | None:
        """Name a parameter that holds a secret by its mask."""
        text = val.decode("ascii", "backslashreplace") if isinstance(val, bytes) else val
        if isinstance(text, str) and self._redactor.touches(text):
            return self._redactor.text(text)
        return None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Clean the report of a check."""
        return self._cleaned((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        """Clean what other plugins have added to the report since, and reports that they made."""
        self._cleaned(report)
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Clean the report of a file that cannot be collected."""
        return self._cleaned((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> Generator[None, None, None]:
        """Clean a report of collection that no collector made."""
        self._cleaned(report)
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: Any) -> None:
        """Clean a warning before anything reads it."""
        message = str(warning_message.message)
        cleaned = self.clean(message)
        if cleaned != message:
            warning_message.message = UserWarning(cleaned)  # its category is kept next to it

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Clean what checks gave to JUnit itself, before the file is written."""
        for plugin in self._config.pluginmanager.get_plugins():
            if hasattr(plugin, "add_global_property"):  # the plugin that writes JUnit has no name
                plugin.global_properties[:] = map(self._texts, plugin.global_properties)
                for reporter in plugin.node_reporters_ordered:
                    if hasattr(reporter, "attrs"):  # not that of a file that could not be collected
                        reporter.attrs.update(self._texts(reporter.attrs))
                        if (reporter.attrs.get("classname"), reporter.attrs.get("name")) == ("pytest", "internal"):
                            for element in reporter.nodes:  # of an internal error of pytest there is no report
                                element.text = self.clean(element.text or "")
        return (yield)

    def clean(self, text: str) -> str:
        """A text with masks and without control characters.

        If the terminal shows colours, pytest puts them into explanations itself. They are removed,
        because they look like those of a platform, which could hide what follows.
        """
        masked = self._redactor.text(text)
        return safe(without_colours(masked) if self._has_colours else masked)

    def _texts(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self._texts, value))
        return mapped(value, self.clean)

    def _cleaned(self, report: Report) -> Report:
        self._clean_extras(report)
        if not any(getattr(report, name, None) for name in _SHOWN):
            return report
        hook = self._config.hook
        data: dict[str, Any] = hook.pytest_report_to_serializable(config=self._config, report=report)
        shown = {name: data[name] for name in _SHOWN if data.get(name)}
        cleaned = self._shown(shown)
        if cleaned == shown:
            return report
        copy = hook.pytest_report_from_serializable(config=self._config, data={**data, **cleaned})
        # On the report itself: other plugins have put things on it that no copy would carry.
        report.longrepr = cleaned["longrepr"] if isinstance(report.longrepr, tuple) else copy.longrepr
        report.sections = [(name, content) for name, content in copy.sections]
        if isinstance(report, pytest.TestReport):
            report.user_properties = [(name, value) for name, value in copy.user_properties]
            if "wasxfail" in cleaned:
                report.wasxfail = cleaned["wasxfail"]
        return report

    def _shown(self, value: Any, name: str = "") -> Any:
        if isinstance(value, Mapping):
            return {key: self._shown(item, key) for key, item in value.items()}
        if name == "lines":
            return self._lines(value)
        if isinstance(value, (list, tuple)):
            return type(value)(self._shown(item) for item in value)
        return self.clean(value) if isinstance(value, str) else value

    def _lines(self, lines: list[str]) -> list[str]:
        """Lines are cleaned together: a secret may go over several. Their number stays the same."""
        rest = self.clean("\n".join(lines)).split("\n")
        cleaned = []
        for line in lines:
            height = line.replace("\r\n", "\n").count("\n") + 1
            cleaned.append("\n".join(rest[:height]))
            rest = rest[height:]
        return cleaned

    def _clean_extras(self, report: Any) -> None:
        """Clean the values of a subtest, and mask what a check adds to pytest-html's page."""
        extras = getattr(report, "extras", None)
        if extras:
            extras[:] = self._redactor.value(extras)
        context = getattr(report, "context", None)
        if context is not None and hasattr(context, "kwargs"):
            context.kwargs.update(self._texts(dict(context.kwargs)))
            if context.msg:
                object.__setattr__(context, "msg", self.clean(str(context.msg)))


class _SafeFormatter(logging.Formatter):
    def __init__(self, formatter: logging.Formatter, reports: SafeReports) -> None:
        super().__init__()
        self._formatter = formatter
        self._reports = reports

    def format(self, record: logging.LogRecord) -> str:
        return self._reports.clean(self._formatter.format(record))


class _MaskedStream:
    """The terminal, without secrets."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor

    def write(self, text: str) -> int:
        return self._stream.write(self._redactor.text(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
