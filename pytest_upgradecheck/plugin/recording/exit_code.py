"""The exit code, decided last, after every conftest and every other plugin."""

from __future__ import annotations

import pytest

from pytest_upgradecheck.plugin.recording.recorder import Recorder
from pytest_upgradecheck.vocabulary import Decision
from pytest_upgradecheck.wording import raised


def guarded(config: pytest.Config, exit_code: int | pytest.ExitCode | None) -> int | pytest.ExitCode | None:
    """The exit code of a run with a phase, given the code that pytest and all plugins arrived at.

    A run without a verdict never exits with 0, and a red verdict keeps its code even if another plugin changed it. The
    outputs of the run are checked again: a verdict that is missing, or not the one of this run, is not a pass.
    """
    if hasattr(config, "workerinput"):
        return exit_code
    said = int(exit_code or 0)
    recorder = _recorder(config)
    if recorder is None:
        what = "--collect-only" if config.option.collectonly else "a listing"
        _say(config, f"cannot tell: {what} runs no check, so it verifies nothing")
        return said or Decision.CANNOT_TELL.exit_code
    settled = recorder.settled(said)
    if settled != said:
        _say(config, f"the exit code is {settled}, as the verdict says; something else had set it to {said}")
    fault = recorder.ended_with(settled)
    if settled == 0 and fault:
        _say(config, f"cannot tell: {fault}")
        return Decision.CANNOT_TELL.exit_code
    return settled


def code_after(config: pytest.Config, error: BaseException) -> int:
    """The code of a run after whose verdict something was raised; raises it again if there is no verdict."""
    recorder = _recorder(config)
    if recorder is None or recorder.document is None or hasattr(config, "workerinput"):
        if recorder is not None:
            recorder.close()
        if isinstance(error, SystemExit) and not error.code:
            _say(config, "cannot tell: a plugin or a conftest.py ended the process with sys.exit()")
            return Decision.CANNOT_TELL.exit_code
        raise error
    _say(config, f"after the verdict, a plugin or a conftest.py raised {raised(error)}")
    return recorder.document.exit_code or int(pytest.ExitCode.TESTS_FAILED)


def _recorder(config: pytest.Config) -> Recorder | None:
    recorder = config.pluginmanager.get_plugin("upgradecheck-recorder")
    return recorder if isinstance(recorder, Recorder) else None


def _say(config: pytest.Config, message: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"upgradecheck: {message}")
