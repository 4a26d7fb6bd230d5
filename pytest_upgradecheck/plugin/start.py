"""Set up the run of a phase: settings and plan are judged here, on the controller, before anything is collected."""

from __future__ import annotations

import difflib
import os

import pytest

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import Plan, load_plan
from pytest_upgradecheck.plugin.selection import Selection
from pytest_upgradecheck.plugin.session import SESSION, CheckReports, UpgradeSession
from pytest_upgradecheck.plugin.settings import Settings, read_settings, shown


def start(config: pytest.Config) -> None:
    """Register what a run with a phase needs in this process; UsageError where it cannot start."""
    settings = read_settings(config)
    plan = _load(config, settings)
    session = UpgradeSession(config, settings, plan)
    config.stash[SESSION] = session
    plugins = config.pluginmanager
    plugins.register(Selection(session), "upgradecheck-selection")
    plugins.register(CheckReports(session), "upgradecheck-reports")
    if plan.secrets:
        from pytest_upgradecheck.plugin.discreet_reports import DiscreetReports

        plugins.register(DiscreetReports(config, session.redactor), "upgradecheck-discreet-reports")
    if not config.option.collectonly:
        from pytest_upgradecheck.plugin.assertions import AssertionWatch

        plugins.register(AssertionWatch(session, config.rootpath), "upgradecheck-assertions")
    if session.is_worker:
        from pytest_upgradecheck.plugin.xdist import Worker

        plugins.register(Worker(session), "upgradecheck-worker")
        return
    if config.option.collectonly:
        return
    from pytest_upgradecheck.plugin.keeper import RunKeeper
    from pytest_upgradecheck.plugin.terminal import VerdictOnTerminal

    keeper = RunKeeper(session)
    if getattr(config.option, "xmlpath", None):
        from pytest_upgradecheck.plugin.junit import JUnitProperties

        plugins.register(JUnitProperties(keeper, config), "upgradecheck-junit")
    plugins.register(keeper, "upgradecheck-keeper")
    plugins.register(VerdictOnTerminal(session, keeper), "upgradecheck-terminal")
    if plugins.hasplugin("xdist"):
        from pytest_upgradecheck.plugin.xdist import Controller

        plugins.register(Controller(session, keeper), "upgradecheck-controller")
    if plugins.hasplugin("html") and config.getoption("htmlpath", None):
        from pytest_upgradecheck.plugin.html import VerdictInHtml

        plugins.register(VerdictInHtml(keeper), "upgradecheck-html")


def _load(config: pytest.Config, settings: Settings) -> Plan:
    try:
        plan = load_plan(settings.plan, os.environ, shown_as=shown(settings.plan, config))
    except PlanError as error:
        raise pytest.UsageError(str(error)) from None
    names = [step.step for step in plan.sequence]
    if settings.step is not None and settings.step not in names:
        near = difflib.get_close_matches(settings.step, names, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise pytest.UsageError(
            f"--upgrade-step: the plan has no step {settings.step!r}; {hint}its steps are: {', '.join(names)}"
        )
    return plan
