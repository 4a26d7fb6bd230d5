"""Removes the green results of earlier runs: a phase was requested, so they no longer answer the question.

This happens before conftests are imported and options are validated, so it also covers a run that cannot even start.
Only files that say `proceed` are removed; a run that starts writes its own.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_upgradecheck.files import REPORT_FILE, Output, read_regular, remove
from pytest_upgradecheck.plugin.recording.outputs import VERDICT_FILE
from pytest_upgradecheck.plugin.settings import option_of, plan_file, records_folder
from pytest_upgradecheck.vocabulary import Decision

_NAME = r"""^%s:[ \t]*(?P<value>[^#\n]*?)[ \t]*(#.*)?$"""


def withdraw(config: pytest.Config) -> None:
    """Remove the outputs of earlier runs of the requested plan that say `proceed`."""
    records = records_folder(config)[0]
    for folder in _folders(config, records):
        verdict = folder / VERDICT_FILE
        if verdict.exists() and _may_be_green(verdict):
            remove(verdict)
            remove(folder / REPORT_FILE)
            _remove_output(config, "upgrade_report", Output.PAGE)
    _remove_output(config, "upgrade_summary", Output.SUMMARY)
    _remove_output(config, "upgrade_ctrf", Output.CTRF)


def _folders(config: pytest.Config, records: Path) -> Iterator[Path]:
    """The record that the plan names; all records if the plan cannot be read."""
    names = _names_in_plan(config)
    if names is None:
        yield from (verdict.parent for verdict in records.glob(f"*/*/{VERDICT_FILE}"))
    else:
        yield records / names[0] / names[1]


def _names_in_plan(config: pytest.Config) -> tuple[str, str] | None:
    """Upgrade and environment as the plan names them, whatever else is wrong with it."""
    try:
        text = plan_file(config)[0].read_text("utf-8")
    except (pytest.UsageError, OSError, ValueError):
        return None
    upgrade, environment = _value_in(text, "upgrade"), _value_in(text, "environment")
    return (upgrade, environment) if upgrade and environment else None


def _value_in(plan: str, name: str) -> str:
    """The value of a key at the top level of a plan; empty if it cannot be read."""
    from pytest_upgradecheck.plan import fill_in

    match = re.search(_NAME % name, plan, re.MULTILINE)
    faults: list[str] = []
    value = fill_in(match["value"].strip("'\""), os.environ, lambda what, _: faults.append(what)) if match else ""
    return "" if faults or "/" in value or value.startswith(".") else value


def _may_be_green(verdict: Path) -> bool:
    try:
        return bool(json.loads(read_regular(verdict))["verdict"] == Decision.PROCEED)
    except (OSError, ValueError, KeyError, TypeError):
        return True  # another program may still be able to read it


def _remove_output(config: pytest.Config, option: str, kind: Output) -> None:
    path = option_of(config, option)
    if path and kind.is_at(Path.cwd() / path):
        remove(Path.cwd() / path)
