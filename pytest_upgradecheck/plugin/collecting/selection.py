"""Which items take part: the phase, the step, the plan's own checks, and what somebody deselected.

The plan's checks join whatever was collected. Items of another phase, and checks after the change of steps that are
not due yet, do not take part. What takes part but is then deselected (``-k``, ``-m``, ``--lf``, another plugin) stays
on the list: evidence that was not gathered is missing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.plugin.checking.sealed_values import require_no_secret
from pytest_upgradecheck.plugin.checking.session import CHECK, UpgradeSession
from pytest_upgradecheck.plugin.collecting.markers import read_check
from pytest_upgradecheck.plugin.collecting.plan_items import PlanFile, PlanItem
from pytest_upgradecheck.vocabulary import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What collection found: every check, which of them are due in this run, and which of those were deselected."""

    checks: tuple[Check, ...]
    due: frozenset[str]
    deselected: frozenset[str]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for an xdist worker to hand over."""
        return {
            "checks": [check.to_dict() for check in self.checks],
            "due": sorted(self.due),
            "deselected": sorted(self.deselected),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Collected:
        """What a worker handed over."""
        return cls(
            checks=tuple(map(Check.from_dict, data["checks"])),
            due=frozenset(data["due"]),
            deselected=frozenset(data["deselected"]),
        )


class Selection:
    """Hooks of collection, in the process that collects."""

    def __init__(self, session: UpgradeSession) -> None:
        self.session = session
        self.collected: Collected | None = None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PlanFile | None:
        """Collect the plan where pytest comes across it."""
        if file_path == self.session.settings.plan:
            return PlanFile.from_parent(parent, path=file_path)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Read the markers of what was collected; a wrong one is an error of collection, all of a file at once."""
        report = yield
        faults = []
        for item in report.result or ():
            if isinstance(item, pytest.Item) and not isinstance(item, PlanItem):
                try:
                    check = item.stash[CHECK] = read_check(item, self.session.plan)
                    require_no_secret(f"{check.nodeid} {check.id}", "the name or parameter of this check", self.session)
                except CheckMisuse as error:
                    faults.append(f"{item.nodeid}: {error}")
        if faults:
            report.outcome = "failed"
            report.longrepr = "\n".join(faults)
            report.result = []
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Add the plan's checks, leave out what is not due, and note what others deselect."""
        unnamed = self._add_plan_checks(session, items)
        checks = _by_id([*items, *unnamed])
        _check_earlier_names([*items, *unnamed], checks)
        due = [item for item in items if self._is_due(item.stash[CHECK])]
        config.hook.pytest_deselected(items=[item for item in items if not self._is_due(item.stash[CHECK])])
        items[:] = due
        marks = {item: len(item.own_markers) for item in due}
        yield
        self._reread(item for item in items if len(item.own_markers) != marks.get(item))
        taking_part = {item.stash[CHECK].id for item in items}
        wanted = frozenset(item.stash[CHECK].id for item in [*due, *unnamed] if self._is_due(item.stash[CHECK]))
        checks.update((item.stash[CHECK].id, item.stash[CHECK]) for item in items)
        self.session.checks = checks
        self.collected = Collected(
            checks=tuple(checks.values()), due=wanted | taking_part, deselected=wanted - taking_part
        )

    def _add_plan_checks(self, session: pytest.Session, items: list[pytest.Item]) -> list[pytest.Item]:
        """Put the plan's checks first. Those a user left out by naming others by node id are returned instead."""
        plan_file = PlanFile.from_parent(session, path=self.session.settings.plan)
        own: list[pytest.Item] = list(plan_file.collect())
        named = {item.nodeid: item for item in items if isinstance(item, PlanItem)}
        rest = [item for item in items if not isinstance(item, PlanItem)]
        if not named:
            items[:] = [*own, *rest]
            return []
        items[:] = [*named.values(), *rest]
        return [item for item in own if item.nodeid not in named]

    def _is_due(self, check: Check) -> bool:
        phase, until = self.session.phase, self.session.settings.step
        if phase not in check.phases:
            return False
        if until is None or check.step is None or check.built_in or phase is not Phase.POST:
            return True
        order = [step.step for step in self.session.plan.sequence]
        return order.index(check.step) <= order.index(until)

    def _reread(self, items: Iterable[pytest.Item]) -> None:
        """Markers may have been added since: a conftest's pytest_collection_modifyitems is a usual place."""
        for item in items:
            if isinstance(item, PlanItem):
                continue
            try:
                item.stash[CHECK] = read_check(item, self.session.plan)
            except CheckMisuse as error:
                item.stash[CHECK] = replace(item.stash[CHECK], fault=str(error))


def _check_earlier_names(items: Iterable[pytest.Item], checks: dict[str, Check]) -> None:
    """A check that still exists was not renamed, and none was renamed into two."""
    existing = {name for check in checks.values() for name in (check.id, check.nodeid)}
    taken: dict[str, str] = {}
    for item in items:
        check = item.stash[CHECK]
        for name in check.renamed_from:
            fault = None
            if name in existing:
                fault = f"check_id: renamed_from names {name!r}, and there still is such a check"
            elif taken.setdefault(name, check.id) != check.id:
                fault = f"check_id: {taken[name]!r} is renamed from {name!r} as well; one check becomes one other"
            if fault is not None:
                check = item.stash[CHECK] = checks[check.id] = replace(check, fault=fault)


def _by_id(items: Iterable[pytest.Item]) -> dict[str, Check]:
    checks: dict[str, Check] = {}
    for item in items:
        check = item.stash[CHECK]
        twin = checks.get(check.id)
        if twin is not None and twin.nodeid != check.nodeid:
            fault = f"check_id: {check.id!r} is also the identity of {twin.nodeid}; give each check its own"
            check = item.stash[CHECK] = replace(check, id=check.nodeid, fault=fault)
        checks[check.id] = check
    return checks
