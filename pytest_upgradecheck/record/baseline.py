"""What the runs before the change established, for the runs after it to compare with.

The baseline starts at the last pre run over the whole plan. Later pre runs of single steps (``--upgrade-step``) that
ended in proceed replace what they checked again. A later run that merely left checks out (``-k`` on one check, and it
passed) changes nothing; any other later pre run that did not end in proceed spoils the baseline, for the platform was
then not known to be well right before the change.

Whether a baseline can be trusted (``faults``) and what it holds (``check``, ``capture``) are told apart: after a bad
upgrade, a person still wants to know what was different before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pytest_upgradecheck.checklist.check import parameters_of
from pytest_upgradecheck.record.runs import Capture, CheckRecord, RunRecord
from pytest_upgradecheck.times import age
from pytest_upgradecheck.vocabulary import Decision, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The pre runs that count, oldest first, and the one that spoils them, if one does."""

    runs: tuple[RunRecord, ...] = ()
    spoiled_by: RunRecord | None = None

    @classmethod
    def of(cls, runs: Iterable[RunRecord]) -> Baseline:
        """Pick the runs that make up the baseline out of all runs of a record, oldest first."""
        counting: list[RunRecord] = []
        spoiled_by: RunRecord | None = None
        for run in runs:
            if run.phase is not Phase.PRE:
                continue
            if counting and run.only_deselected:
                continue
            passed = run.verdict == Decision.PROCEED
            if not passed:
                spoiled_by = run
            elif run.step is None or (spoiled_by is not None and spoiled_by.step == run.step):
                spoiled_by = None
            if run.step is None:
                counting = [run]
            elif passed:
                counting.append(run)
        return cls(runs=tuple(counting), spoiled_by=spoiled_by)

    @property
    def finished_at(self) -> datetime | None:
        """When the oldest run that counts ended; None where there is none or it never ended."""
        return self.runs[0].finished_at if self.runs else None

    def check(self, check: str) -> CheckRecord | None:
        """What became of a check before the change."""
        for run in reversed(self.runs):
            if check in run.checks:
                return run.checks[check]
        return None

    def capture(self, file: str, key: str) -> Capture | None:
        """The value a check of this file captured under this key."""
        for run in reversed(self.runs):
            if (file, key) in run.captures:
                return run.captures[file, key]
        return None

    def keys(self, file: str) -> tuple[str, ...]:
        """Every key captured by checks of this file, sorted."""
        return tuple(sorted({key for run in self.runs for owner, key in run.captures if owner == file}))

    def planned(self) -> dict[str, Mapping[str, Any]]:
        """Every check that collection found before the change, whatever its phase."""
        return {check: entry for run in self.runs for check, entry in run.planned.items()}

    def faults(self, *, plan_digest: str, plan: Mapping[str, Any], now: datetime, max_age: timedelta) -> Sequence[str]:
        """Why this baseline cannot be trusted for this plan at this time; empty when it can. One sentence each."""
        if not self.runs:
            if self.spoiled_by is not None:
                return [f"there is no baseline: {_why_not(self.spoiled_by)}"]
            return [
                "there is no baseline: this record holds no pre run; nothing can be compared with before the change"
            ]
        faults = []
        if self.spoiled_by is not None:
            faults.append(f"the baseline does not come from a passing pre: {_why_not(self.spoiled_by)}")
        for run in self.runs:
            if run.plan_digest != plan_digest:
                faults.append(f"the plan is not the one of {run.name}: changed since then: {changed(run.plan, plan)}")
        if self.finished_at is not None and now - self.finished_at > max_age:
            faults.append(
                f"the baseline is stale: {self.runs[0].name} ended {age(now - self.finished_at)} ago, "
                f"and the plan's baseline.max_age allows {age(max_age)}"
            )
        return faults


def captured_since(runs: Sequence[RunRecord], file: str, key: str) -> Capture | None:
    """The value that a post run captured last, among those since the last pre run over the whole plan.

    A run that never ended counts as well: what it saw was there.
    """
    for run in reversed(runs):
        if run.phase is Phase.PRE and run.step is None:
            return None
        if run.phase is Phase.POST and (file, key) in run.captures:
            return run.captures[file, key]
    return None


def needed_checks(need: str, nodeid: str, known: Collection[str]) -> list[str]:
    """The node ids, of those ``known`` before the change, that a check with this ``nodeid`` means by ``need``.

    A need names a check without its parameters: a parametrized check needs the one with its own parameters, never one
    with others; a check without parameters needs all that carry the name.
    """
    parameters = parameters_of(nodeid)
    if parameters and need + parameters in known:
        return [need + parameters]
    if need in known or parameters:
        return [need] if need in known else []
    return [name for name in known if name.startswith(need + "[")]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """In which fields two plans of different digests differ, in words."""
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


def _why_not(run: RunRecord) -> str:
    if run.verdict is None:
        return f"{run.name} never ended"
    return f"{run.name} ended in {run.verdict}"
