"""The record of a plan, for commands that are not told which record to use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_upgradecheck.plan import Plan
from pytest_upgradecheck.record import JOURNAL_FILE, RECORDS_FOLDER


def record_folder(plan: Plan, records: Path | None) -> Path | None:
    """The folder of a plan's record: in ``records``, or in the nearest ``.upgradecheck`` from the plan's folder up.

    None if there is no such record.
    """
    for folder in [records] if records else _candidates(plan):
        found = folder / plan.upgrade / plan.environment
        if (found / JOURNAL_FILE).is_file():
            return found
    return None


def _candidates(plan: Plan) -> Iterator[Path]:
    start = plan.path.resolve().parent
    yield from (folder / RECORDS_FOLDER for folder in (start, *start.parents))
    yield Path.cwd() / RECORDS_FOLDER
