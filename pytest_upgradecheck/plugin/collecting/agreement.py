"""Faults that involve several checks: ids that clash, former names that still exist, needs that name nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

import pytest

from pytest_upgradecheck.checklist.before import needed_checks
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.vocabulary import Phase
from pytest_upgradecheck.wording import did_you_mean

_Item = TypeVar("_Item")


class Narrowed:
    """The selection on the command line: whole files and folders, or single tests by their node ids."""

    def __init__(self, config: pytest.Config) -> None:
        self.to_node_ids = any("::" in arg for arg in config.args)
        self.root = config.rootpath
        self.paths = [config.invocation_params.dir / arg for arg in config.args]

    def expects(self, node: pytest.Item | pytest.Collector) -> bool:
        """Whether the command line certainly asks for this node."""
        return not self.to_node_ids and any(node.path.is_relative_to(path) for path in self.paths)


def settle(checks: dict[_Item, Check], session: UpgradeSession, narrowed: Narrowed) -> list[Check]:
    """Give each check an id of its own, and return those that cannot be used, each with its ``fault``."""
    _separate_ids(checks)
    _check_earlier_names(checks)
    if session.phase is Phase.PRE:  # later, the record knows what ran before the change
        _check_needs(checks, narrowed)
    return [check for check in checks.values() if check.fault is not None]


def _separate_ids(checks: dict[_Item, Check]) -> None:
    taken: dict[str, Check] = {}
    for item, check in checks.items():
        twin = taken.setdefault(check.id, check)
        if twin.nodeid == check.nodeid:
            continue
        fault: str | None = f"check_id: {check.id!r} is also the identity of {twin.nodeid}; give each check its own"
        if check.real_file is not None:  # two symbolic links to one folder
            fault = None
        checks[item] = taken[check.nodeid] = replace(check, id=check.nodeid, fault=check.fault or fault)


def _check_earlier_names(checks: dict[_Item, Check]) -> None:
    """A check that still exists was not renamed, and one check cannot become two."""
    existing = {name for check in checks.values() for name in (check.id, check.nodeid)}
    taken: dict[str, str] = {}
    for item, check in checks.items():
        for name in check.renamed_from:
            if name in existing:
                fault = f"check_id: renamed_from names {name!r}, but that check still exists"
            elif taken.setdefault(name, check.id) != check.id:
                fault = f"check_id: {taken[name]!r} is also renamed from {name!r}; one check cannot become two"
            else:
                continue
            checks[item] = replace(check, fault=check.fault or fault)


def _check_needs(checks: dict[_Item, Check], narrowed: Narrowed) -> None:
    everywhere = {check.nodeid for check in checks.values()}
    in_pre = {check.nodeid for check in checks.values() if Phase.PRE in check.phases}
    files = {check.file for check in checks.values()}
    for item, check in checks.items():
        for need in check.needs:
            if needed_checks(need, check.nodeid, in_pre):
                continue
            file = need.partition("::")[0]
            partial = narrowed.to_node_ids or file not in files
            if partial and (narrowed.root / file).exists():
                continue  # it is not part of this run; after the change, the record decides
            if any(name.startswith(need + "[") for name in in_pre):
                continue  # with other parameters: this one will be missing evidence, the others may be met
            fault = f"needs: {_why_it_names_nothing(need, check, in_pre, everywhere)}"
            checks[item] = replace(check, fault=check.fault or fault)


def _why_it_names_nothing(need: str, check: Check, in_pre: Collection[str], everywhere: Collection[str]) -> str:
    if needed_checks(need, check.nodeid, everywhere):
        return f"{need} does not run before the change; mark it with @pytest.mark.pre_upgrade"
    return f"there is no check {need!r}; {did_you_mean(need, in_pre)}".rstrip("; ")
