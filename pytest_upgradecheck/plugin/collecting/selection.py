"""Selection of the items that take part: the phase, the step, the plan's own checks, and what was left out.

Every item counts from the moment pytest has made it; whatever hooks do to the list afterwards, a check that is due and
does not run is missing evidence. Markers count as they are when collection ends, whichever hook added them. Items of
another phase, and checks after the change of steps that are not due yet, do not take part.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.plugin.checking.body import code_of
from pytest_upgradecheck.plugin.checking.secret_names import require_no_secret
from pytest_upgradecheck.plugin.checking.session import CHECK, CODE, UpgradeSession
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.plugin.collecting.agreement import Narrowed, settle
from pytest_upgradecheck.plugin.collecting.left_out import Disk, LeftOut, left_out_of_report
from pytest_upgradecheck.plugin.collecting.lost import FIXTURES, is_ours, lost_tests, shadowed, shadowed_fixtures
from pytest_upgradecheck.plugin.collecting.markers import MarkerReader
from pytest_upgradecheck.plugin.collecting.plan_items import PlanFile, PlanItem
from pytest_upgradecheck.vocabulary import Phase

_MARKS = pytest.StashKey[tuple[pytest.Mark, ...]]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The result of collection: every check, which of them are due in this run, and which of those were deselected.

    ``left_out`` are tests of the suite that pytest did not collect, with the reason.
    """

    checks: tuple[Check, ...]
    due: frozenset[str]
    deselected: frozenset[str]
    left_out: tuple[LeftOut, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for an xdist worker to hand over."""
        return {
            "checks": [check.to_dict() for check in self.checks],
            "due": sorted(self.due),
            "deselected": sorted(self.deselected),
            "left_out": self.left_out,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Collected:
        """Read what a worker handed over."""
        return cls(
            checks=tuple(map(Check.from_dict, data["checks"])),
            due=frozenset(data["due"]),
            deselected=frozenset(data["deselected"]),
            left_out=tuple(LeftOut(*each) for each in data["left_out"]),
        )


class Selection:
    """Hooks of collection, in the process that collects."""

    def __init__(self, session: UpgradeSession, suite: Suite) -> None:
        self.session = session
        self.collected: Collected | None = None
        self._suite = suite
        self._reader = MarkerReader(session.config, session.plan, suite)
        self._narrowed = Narrowed(session.config)
        self._plan = _below(session.config.rootpath, session.settings.plan)
        self._made: list[pytest.Item | pytest.Collector] = []
        self._asked: set[pytest.Collector] = set()
        self._items: dict[pytest.Item, None] = {}
        self._unnamed: list[pytest.Item] = []
        self._held_back: list[pytest.Item] = []
        self._failed: dict[str, str] = {}
        self._left_out: list[LeftOut] = []
        self._explained: set[str] = set()

    def reread(self, item: pytest.Item) -> Check:
        """The check of an item by its markers as they are now; CheckMisuse if one of them is wrong."""
        if isinstance(item, PlanItem):
            return item.stash[CHECK]
        marks = tuple(item.iter_markers())
        known = item.stash.get(_MARKS, None)
        if known is None or len(known) != len(marks) or any(a is not b for a, b in zip(known, marks, strict=True)):
            item.stash[CHECK] = self._reader.read(item)
            if CODE not in item.stash and (code := code_of(item)) is not None:
                item.stash[CODE] = code
            item.stash[_MARKS] = marks
        return item.stash[CHECK]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PlanFile | None:
        """Collect the plan where pytest comes across it."""
        if file_path.name == self._plan.name and file_path.resolve() == self.session.settings.plan:
            return PlanFile.from_parent(parent, path=self._plan)
        return None

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Read what was collected; a check that cannot be used is an error of collection, all of a file at once."""
        report = yield
        self._asked.add(collector)
        if report.outcome == "failed":
            self._failed[collector.nodeid] = str(report.longrepr)
        faults = list(lost_tests(collector, report, self._suite))
        for item in report.result or ():
            if isinstance(item, pytest.Item) and not isinstance(item, PlanItem):
                try:
                    check = self.reread(item)
                    require_no_secret(f"{check.nodeid} {check.id}", "the name or parameter of this check", self.session)
                except CheckMisuse as error:
                    faults.append(f"{item.nodeid}: {error}")
                faults += [f"{item.nodeid}: {fault}" for fault in shadowed_fixtures(item)]
        if faults:
            report.outcome = "failed"
            report.longrepr = "\n".join(faults)
            report.result = []
        self._made += report.result or ()
        self._left_out += left_out_of_report(collector, report, self.session.phase)
        if report.outcome != "passed":
            self._explained.add(collector.nodeid)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Hold a file to it that it could not be collected, whatever a hook made of its report."""
        fault = self._failed.pop(report.nodeid, None)
        if fault is not None and report.outcome != "failed":
            report.outcome, report.longrepr = "failed", fault

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Count an item before any hook can drop it."""
        self._items[item] = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Add the plan's checks, and leave out what is not due once the other hooks have added their markers."""
        self._unnamed = self._add_plan_checks(session, items)
        self._items.update(dict.fromkeys([*items, *self._unnamed]))
        yield
        self._items.update(dict.fromkeys(items))
        self._held_back = [item for item in items if not self._is_due(self._check_or_fault(item))]
        if self._held_back:
            config.hook.pytest_deselected(items=self._held_back)
            out = set(self._held_back)
            items[:] = [item for item in items if item not in out]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Settle what takes part, once every hook has had its turn."""
        items = session.items
        self._items.update(dict.fromkeys(items))
        self._items.update(dict.fromkeys(self._dropped_items()))
        everything = {item: self._check_or_fault(item) for item in self._items}
        faults = settle(everything, self.session, self._narrowed)
        for item, check in everything.items():
            item.stash[CHECK] = check
        _refuse(session, faults)
        present = [item for item in dict.fromkeys([*items, *self._held_back]) if self._is_due(everything[item])]
        if present != items:
            items[:] = present
        checks = {check.id: check for check in everything.values()}
        for collector in self._dropped_collectors():
            checks[collector.nodeid] = Check(id=collector.nodeid, nodeid=collector.nodeid)
        due = frozenset(check.id for check in checks.values() if self._is_due(check))
        self.session.checks = checks
        self.collected = Collected(
            checks=tuple(checks.values()),
            due=due,
            deselected=due - {everything[item].id for item in present},
            left_out=tuple(self._tests_left_out(everything)),
        )

    def pytest_fixture_setup(self, fixturedef: Any) -> None:
        """Refuse a fixture that hides one of ours and was asked for only while the check runs."""
        if fixturedef.argname in FIXTURES and not is_ours(fixturedef.func):
            raise CheckMisuse(shadowed(fixturedef.argname, fixturedef.func))

    def _add_plan_checks(self, session: pytest.Session, items: list[pytest.Item]) -> list[pytest.Item]:
        """Put the plan's checks first. Those a user left out by naming others by node id are returned instead."""
        plan_file = PlanFile.from_parent(session, path=self._plan)
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

    def _check_or_fault(self, item: pytest.Item) -> Check:
        try:
            return self.reread(item)
        except CheckMisuse as error:
            return self._reader.faulty(item, str(error))

    def _dropped_items(self) -> list[pytest.Item]:
        """Items that a hook took out of a report before pytest counted them."""
        return [
            node
            for node in self._made
            if isinstance(node, pytest.Item) and node not in self._items and self._narrowed.expects(node)
        ]

    def _dropped_collectors(self) -> list[pytest.Collector]:
        """Files and classes that a hook took out of a report before pytest asked them for their tests."""
        return [
            node
            for node in self._made
            if isinstance(node, pytest.Collector) and node not in self._asked and self._narrowed.expects(node)
        ]

    def _tests_left_out(self, items: Iterable[pytest.Item]) -> Iterator[LeftOut]:
        """Tests that are in the suite's files, but that pytest did not collect."""
        if self._narrowed.to_node_ids:
            return
        yield from self._left_out
        explained = {*self._explained, *(each.nodeid for each in self._dropped_collectors())}
        explained |= {each.check for each in self._left_out}
        disk = Disk(self.session.config, self._suite, self._narrowed.paths)
        yield from disk.left_out(items, explained, self.session.phase)


def _refuse(session: pytest.Session, faults: list[Check]) -> None:
    """Make checks that cannot be used an error of collection, as pytest does for a file that it cannot import."""
    by_file: dict[str, list[str]] = {}
    for check in faults:
        by_file.setdefault(check.nodeid.partition("::")[0], []).append(f"{check.nodeid}: {check.fault}")
    for file, messages in by_file.items():
        report = pytest.CollectReport(nodeid=file, outcome="failed", longrepr="\n".join(messages), result=[])
        session.config.hook.pytest_collectreport(report=report)


def _below(root: Path, path: Path) -> Path:
    """A resolved path as it is below the root, which may be a symbolic link: so that node ids stay the same."""
    resolved = root.resolve()
    return root / path.relative_to(resolved) if path.is_relative_to(resolved) else path
