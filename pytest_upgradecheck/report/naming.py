"""How a report calls a check, and what it builds on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_upgradecheck.record import Baseline, CheckRecord, needed_checks

#: Checks that are named; the others are counted.
_NAMED = 3


def title_of(check: str, title: str, entry: Mapping[str, Any]) -> str:
    """A check's title, with its parameters: what stands for many values would look the same for each of them.

    ``entry`` is what the record says of the check; the plan's own checks say in their titles what they are about.
    """
    nodeid = entry.get("nodeid", check)
    parameters = nodeid[len(nodeid.partition("[")[0]) :]
    if not title or not parameters or entry.get("built_in"):
        return title
    return f"{title.rstrip('.')} {parameters}"


class Before:
    """The checks before the change, as those after it name them that build on them.

    ``renamed`` pairs the ids of checks then and now, ``planned`` holds what the record says of those now.
    """

    def __init__(
        self, baseline: Baseline, renamed: Sequence[Mapping[str, str]], planned: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._baseline = baseline
        self._planned = baseline.planned()
        self._ids = {entry.get("nodeid", name): name for name, entry in self._planned.items()}
        for pair in renamed:
            now = planned.get(pair["after"], {}).get("nodeid", pair["after"])
            self._ids[now] = pair["before"]

    def needed(self, check: str, entry: Mapping[str, Any]) -> list[CheckRecord]:
        """What became of the checks that this one needs; empty where it needs none, or one of them did not run."""
        nodeid = entry.get("nodeid", check)
        wanted = [name for need in entry.get("needs", ()) for name in needed_checks(need, nodeid, self._ids)]
        found = [self._baseline.check(self._ids[name]) for name in wanted]
        return [each for each in found if each is not None] if all(found) else []

    def said_of(self, checks: Sequence[CheckRecord]) -> str:
        """``passed before: 'An order can be placed', which this check builds on``."""
        said = []
        for result in dict.fromkeys(each.result for each in checks):
            titles = [self._title(each.check) for each in checks if each.result == result]
            said.append(f"{result} before: {_listed(titles)}, which this check builds on")
        return "; ".join(said)

    def _title(self, check: str) -> str:
        entry = self._planned.get(check, {})
        return f"'{title_of(check, entry.get('title', ''), entry).rstrip('.') or check}'"


def passed_by(checks: Sequence[str]) -> str:
    """``by test_place_order``: the checks whose pass before the change stands for that of another."""
    return f"by {_listed([check.rpartition('::')[2] or check for check in checks])}" if checks else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
