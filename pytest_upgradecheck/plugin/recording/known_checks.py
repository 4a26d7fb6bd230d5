"""The state of a check during the run, for reports that show it next to its test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_upgradecheck.checklist.before import Before, passed_by_in_words
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.record import Run
from pytest_upgradecheck.vocabulary import Result, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCheck:
    """The state of a check so far: its result, the result before the change, and how they compare."""

    check: Check
    result: Result | None = None
    before: Result | None = None
    passed_by: str = ""
    transition: Transition | None = None


class KnownChecks:
    """The checks of a run by node id."""

    def __init__(self, run: Run, before: Before, checks: Iterable[Check]) -> None:
        self._run = run
        self._before = before
        self._by_nodeid = {check.nodeid: check for check in checks}

    def at(self, nodeid: str) -> KnownCheck | None:
        """The check with this node id; None if there is none."""
        check = self._by_nodeid.get(nodeid)
        if check is None:
            return None
        found = self._run.results.get(check.id)
        if found is None or not self._run.phase.after_change:
            return KnownCheck(check=check, result=found.result if found else None)
        earlier = self._before.result_of(check)
        return KnownCheck(
            check=check,
            result=found.result,
            before=earlier.result if earlier else None,
            passed_by=passed_by_in_words(self._before.passed_by(check)),
            transition=self._before.transition(check, found.result),
        )
