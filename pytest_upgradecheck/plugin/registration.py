"""Set up the run of a phase: settings and plan are judged here, on the controller, before anything is collected."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import Plan, load_plan
from pytest_upgradecheck.plugin.checking.check_hooks import CheckHooks
from pytest_upgradecheck.plugin.checking.safe_reports import SafeReports
from pytest_upgradecheck.plugin.checking.session import SESSION, UpgradeSession
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.plugin.checking.threads import DeadThreads
from pytest_upgradecheck.plugin.collecting.selection import Selection
from pytest_upgradecheck.plugin.settings import Settings, read_settings, shown_path
from pytest_upgradecheck.wording import did_you_mean


def start(config: pytest.Config) -> None:
    """Register the parts of a run with a phase in this process; UsageError if it cannot start."""
    settings = read_settings(config)
    if sys.flags.optimize and not hasattr(config, "workerinput"):
        raise pytest.UsageError(
            "Python runs with -O (or PYTHONOPTIMIZE), which removes assert statements, so checks could not fail; run "
            "without -O and unset PYTHONOPTIMIZE"
        )
    plan = _load(config, settings)
    session = UpgradeSession(config, settings, plan)
    config.stash[SESSION] = session
    plugins = config.pluginmanager
    suite = Suite(config.rootpath)
    selection = Selection(session, suite)
    plugins.register(selection, "upgradecheck-selection")
    plugins.register(CheckHooks(session, suite, selection.reread), "upgradecheck-checks")
    plugins.register(DeadThreads(session), "upgradecheck-threads")
    plugins.register(SafeReports(config, session.redactor), "upgradecheck-safe-reports")
    if session.is_worker:
        from pytest_upgradecheck.plugin.xdist import Worker

        plugins.register(Worker(session), "upgradecheck-worker")
        return
    if config.option.collectonly:
        return
    from pytest_upgradecheck.plugin.recording.recorder import Recorder
    from pytest_upgradecheck.plugin.showing.terminal import VerdictOnTerminal

    recorder = Recorder(session)
    shows: dict[str, Any] = {"known": recorder.known_check, "verdict": lambda: recorder.document}
    if getattr(config.option, "xmlpath", None):
        from pytest_upgradecheck.plugin.showing.junit import JUnitProperties

        plugins.register(JUnitProperties(config, **shows), "upgradecheck-junit")
    plugins.register(recorder, "upgradecheck-recorder")
    terminal = VerdictOnTerminal(config, verdict=shows["verdict"], outputs=recorder.outputs)
    plugins.register(terminal, "upgradecheck-terminal")
    if plugins.hasplugin("xdist"):
        from pytest_upgradecheck.plugin.xdist import Controller

        plugins.register(Controller(session, recorder), "upgradecheck-controller")
    if plugins.hasplugin("html") and config.getoption("htmlpath", None):
        from pytest_upgradecheck.plugin.showing.html import VerdictInHtml

        html = VerdictInHtml(config, session.phase, run_id=recorder.run_id, outputs=recorder.outputs, **shows)
        plugins.register(html, "upgradecheck-html")


def _load(config: pytest.Config, settings: Settings) -> Plan:
    try:
        plan = load_plan(settings.plan, os.environ, shown_as=shown_path(settings.plan, config))
    except PlanError as error:
        raise pytest.UsageError(str(error)) from None
    names = [step.step for step in plan.sequence]
    if settings.step is not None and settings.step not in names:
        raise pytest.UsageError(
            f"--upgrade-step: the plan has no step {settings.step!r}; "
            f"{did_you_mean(settings.step, names)}its steps are: {', '.join(names)}"
        )
    return plan
