"""The baseline: captures and results of the runs before the change, for the runs after it to compare with.

`attempt.Attempt.baseline` picks the runs that count. Whether a baseline can be trusted (``faults``) and what it holds
are told apart: after a bad upgrade, a person still wants to know what was different before.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.record.runs import Capture, Run
from pytest_upgradecheck.times import age, clock, is_ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The pre runs that count, oldest first, and the one that spoils them, if one does."""

    runs: tuple[Run, ...] = ()
    spoiled_by: Run | None = None

    @property
    def finished_at(self) -> datetime | None:
        """The time at which the oldest run that counts ended; None if there is none or it never ended."""
        return self.runs[0].finished_at if self.runs else None

    @property
    def results(self) -> Mapping[str, CheckResult]:
        """The result of each check before the change, by id."""
        return ChainMap(*(run.results for run in reversed(self.runs)))

    @property
    def planned(self) -> Mapping[str, Check]:
        """Every check that collection found before the change, whatever its phase, by id."""
        return ChainMap(*(run.planned for run in reversed(self.runs)))

    @property
    def captures(self) -> Mapping[tuple[str, str], Capture]:
        """Every captured value, by the test file and the key it was captured under."""
        return ChainMap(*(run.captures for run in reversed(self.runs)))

    def keys(self, file: str) -> tuple[str, ...]:
        """Every key captured by checks of this file, sorted."""
        return tuple(sorted(key for owner, key in self.captures if owner == file))

    def before(self, now: Iterable[Check] = ()) -> Before:
        """The checklist before the change, as the checks of ``now`` relate to it."""
        return Before(planned=dict(self.planned), results=self.results, is_known=bool(self.runs), now=tuple(now))

    def faults(self, *, plan_digest: str, plan: Mapping[str, Any], now: datetime, max_age: timedelta) -> Sequence[str]:
        """The reasons why this baseline cannot be trusted for this plan at this time, one sentence each."""
        if not self.runs:
            if self.spoiled_by is not None:
                return [f"no baseline: {_why_not(self.spoiled_by)}"]
            return ["no baseline: this record has no pre run. Run `pytest --upgrade-phase=pre` before the upgrade"]
        faults = []
        if self.spoiled_by is not None:
            faults.append(f"the baseline does not come from a passing pre: {_why_not(self.spoiled_by)}")
        for run in self.runs:
            if run.plan_digest != plan_digest:
                faults.append(
                    f"the plan is not the one of {run.name}: changed since then: {plan_changes(run.plan, plan)}"
                )
        ahead = next((run for run in self.runs if is_ahead(run.finished_at or run.started_at, now)), None)
        if ahead is not None:
            faults.append(
                f"the clocks disagree: {ahead.name} is in the future, and here it is {now:%Y-%m-%d} {clock(now)}. The "
                "age of the baseline is not known; set the clocks right and run pre again before the upgrade"
            )
        elif self.finished_at is not None and now - self.finished_at > max_age:
            faults.append(
                f"the baseline is stale: {self.runs[0].name} ended {age(now - self.finished_at)} ago, "
                f"and the plan's baseline.max_age allows {age(max_age)}"
            )
        return faults


def plan_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The fields in which two plans of different digests differ, in words."""
    return ", ".join(changed_fields(before, after)) or "in a secret or a default"


def changed_fields(before: Any, after: Any, field: str = "") -> list[str]:
    """Paths of the fields in which two plans differ, waivers aside (they never touch a baseline)."""
    if before == after:
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [*before, *(name for name in after if name not in before)]
        return [
            found
            for name in names
            if field or name != "waivers"
            for found in changed_fields(before.get(name), after.get(name), f"{field}.{name}" if field else name)
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [found for index, (old, new) in pairs for found in changed_fields(old, new, f"{field}[{index}]")]
    return [field]


def _why_not(run: Run) -> str:
    if run.decision is None:
        return f"{run.name} never ended"
    return f"{run.name} ended in {run.decision}"
