"""The exit code, decided last, after every conftest and every other plugin."""

from __future__ import annotations

import pytest

from pytest_upgradecheck.plugin.recording.recorder import Recorder
from pytest_upgradecheck.vocabulary import Decision


def guarded(config: pytest.Config, exit_code: int | pytest.ExitCode | None) -> int | pytest.ExitCode | None:
    """The exit code of a run with a phase, given the code that pytest and all plugins arrived at.

    A run without a verdict never exits with 0, and a red verdict keeps its code even if another plugin changed it.
    """
    if hasattr(config, "workerinput"):
        return exit_code
    said = int(exit_code or 0)
    recorder = config.pluginmanager.get_plugin("upgradecheck-recorder")
    if isinstance(recorder, Recorder):
        settled = recorder.settled(said)
        if settled != said:
            _say(config, f"the exit code is {settled}, as the verdict says; something else made it {said}")
        return settled
    if config.option.collectonly:
        _say(config, "cannot tell: --collect-only runs no check, so it verifies nothing")
    return said or Decision.CANNOT_TELL.exit_code


def _say(config: pytest.Config, message: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"upgradecheck: {message}")
