"""The pytest plugin: options, settings, markers and registration. Everything else is imported when a phase is given."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from typing import Any

import pytest

from pytest_upgradecheck.plugin.fixtures import attach, baseline, platform_truth, since_upgrade, upgrade
from pytest_upgradecheck.vocabulary import MARKED_PHASE, Phase

__all__ = ["attach", "baseline", "platform_truth", "since_upgrade", "upgrade"]

MARKERS = (
    "pre_upgrade: the check runs before the change",
    "post_upgrade(needs=None): the check runs after the change; needs names checks that must have passed before it",
    "post_rollback(needs=None): the check runs after rolling back; needs as for post_upgrade",
    "during_upgrade(every=None, longest=None, total=None): the check is a probe that runs while the upgrade runs",
    "upgrade_step(name): the check belongs to this step of the plan",
    "rollback_boundary(name): the check decides on rollback to this boundary of the plan",
    "user_path: the check is a representative path of a user",
    "operator_path: the check is a representative path of an operator",
    "requires_evidence(migration): the check runs only if the owner's evidence for this migration verifies",
    "remedy(text): what to do when the check fails; shown with the failure",
    "journey: reserved for journeys, which are not available yet",
    "check_id(name, since=, renamed_from=): the check's identity over time; without it, the node id",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and their ini keys."""
    group = parser.getgroup("upgradecheck", "upgrade verification (pytest-upgradecheck)")
    group.addoption(
        "--upgrade-phase",
        metavar="{" + ",".join(Phase) + "}",
        help="Run the checks of this phase of an upgrade and end with a verdict; during is not available yet.",
    )
    group.addoption(
        "--upgrade-plan",
        metavar="FILE",
        help="The plan. Default: ini upgrade_plan, else upgrade.yaml in the folder of the first test path or above it.",
    )
    group.addoption(
        "--upgrade-step",
        metavar="NAME",
        help="Verify step by step: in post, the steps up to NAME must be done, and the later ones not yet.",
    )
    group.addoption(
        "--upgrade-record",
        metavar="DIR",
        help="Folder of the record. Default: ini upgrade_record, else .upgradecheck in the rootdir.",
    )
    group.addoption(
        "--upgrade-report",
        metavar="FILE",
        help="The verification report. Default: ini upgrade_report, else upgrade-report.html next to the record.",
    )
    group.addoption(
        "--upgrade-summary",
        metavar="FILE",
        help="Also write the verdict as Markdown. It is also added to the file GITHUB_STEP_SUMMARY, if set.",
    )
    group.addoption("--upgrade-ctrf", metavar="FILE", help="Also write the checks in the Common Test Report Format.")
    parser.addini("upgrade_plan", "The upgrade's plan, relative to the rootdir.", default="")
    parser.addini("upgrade_record", "Folder of the upgrade's record, relative to the rootdir.", default="")
    parser.addini("upgrade_report", "The upgrade's verification report, relative to the rootdir.", default="")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks of `hookspecs`."""
    from pytest_upgradecheck.plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Withdraw earlier green verdicts as soon as a phase is requested, even if this run cannot start."""
    options = early_config.known_args_namespace
    if options.upgrade_phase is not None:
        from pytest_upgradecheck.plugin.recording.withdrawal import withdraw
        from pytest_upgradecheck.plugin.settings import refuse_other_outputs

        withdraw(early_config)
        refuse_other_outputs(early_config)
    try:
        return (yield)
    except SystemExit as error:
        if options.upgrade_phase is None or error.code:
            raise
        raise pytest.UsageError("a conftest.py ended the process with sys.exit(), so nothing was verified") from None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Decide the exit code after everything else."""
    if config.getoption("upgrade_phase") is None or config.option.help or config.option.version:
        return (yield)
    from pytest_upgradecheck.plugin.recording.exit_code import code_after, guarded

    try:
        exit_code = yield
    except BaseException as error:
        exit_code = code_after(config, error)
    return guarded(config, exit_code)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and either the run of a phase or only the skipping of phase checks."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getoption("upgrade_phase") is None:
        if config.getoption("upgrade_step") is not None:
            raise pytest.UsageError("--upgrade-step needs --upgrade-phase: it says how far an upgrade has come")
        config.pluginmanager.register(_WithoutPhase(), "upgradecheck-without-phase")
    elif not _only_informs(config.option):
        from pytest_upgradecheck.plugin.registration import start

        start(config)


class _WithoutPhase:
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        skip = pytest.mark.skip(reason="runs only in a phase of an upgrade: pass --upgrade-phase")
        for item in items:
            if any(marker.name in MARKED_PHASE for marker in item.iter_markers()):
                item.add_marker(skip)


def _only_informs(options: argparse.Namespace) -> bool:
    """Whether pytest was only asked for help or a listing, so that no plan is read."""
    listing = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")
    return any(getattr(options, name, None) for name in listing)
