"""Checks over time: which were there before the change, which are there after it, and which go by another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_upgradecheck.plugin.checks import Check

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.conclusion import Concluded


def missing_after(run: Concluded) -> Iterator[Check]:
    """Checks of this phase that were planned before the change and are not there any more, under no name."""
    if run.collected is None:
        return
    planned = run.session.planned_before
    known = {check.id_before(planned) for check in run.collected.checks}
    for name, entry in planned.items():
        check = Check.from_dict(dict(entry))
        if name not in known and run.session.phase in check.phases:
            yield check


def only_after(run: Concluded) -> Iterator[Check]:
    """Checks due in this run that were not planned before the change, under any name."""
    session = run.session
    if run.collected is None or not session.phase.after_change or not session.baseline.runs:
        return
    planned = session.planned_before
    for check in run.collected.checks:
        if check.id in run.collected.due and check.id_before(planned) not in planned:
            yield check


def identity_of(run: Concluded) -> dict[str, Any]:
    """As in `verdict.json`; empty lists before the change."""
    session, collected = run.session, run.collected
    if collected is None or not session.phase.after_change:
        return {"only_before": [], "only_after": [], "renamed": []}
    planned = session.planned_before
    pairs = ((check.id_before(planned), check.id) for check in collected.checks)
    return {
        "only_before": [check.id for check in missing_after(run)],
        "only_after": [check.id for check in only_after(run)],
        "renamed": [{"before": before, "after": after} for before, after in pairs if before != after],
    }
