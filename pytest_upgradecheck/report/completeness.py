"""Completeness of the evidence: how much of the checklist ran, what was read, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.record import Baseline, History, Run
from pytest_upgradecheck.times import age
from pytest_upgradecheck.verdict import VerdictDocument, counted
from pytest_upgradecheck.verdict.facts import unreconciled
from pytest_upgradecheck.vocabulary import BlockerKind

#: Gaps of the run or the record as a whole, in words.
_OF_THE_RECORD: dict[str, str] = {
    BlockerKind.NOT_ENDED: "the run has not ended",
    BlockerKind.NOT_KNOWN: "not everything is known",
    BlockerKind.RECORD_DAMAGED: "the record is damaged",
    BlockerKind.RECORD_CUT: "the record ends in an unfinished line",
    BlockerKind.NOT_RECONCILED: "the record's lines do not add up to the verdict's numbers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceReading:
    """The readings of a surface in the last run: its last answer, and how many there were."""

    surface: str
    reading: Mapping[str, Any] | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedValue:
    """A compared value that changed: the numbers of differences that its rule refused and allowed."""

    check: str
    name: str
    rule: str
    refused: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Completeness of the evidence. ``gaps`` names what is missing; the evidence is complete if it is empty."""

    planned: int
    selected: int
    run: int
    reported: int
    reconciled: str
    gaps: Sequence[str]
    baseline: str
    baseline_digest: str
    surfaces: Sequence[SurfaceReading]
    evidence: Sequence[Mapping[str, Any]]
    changed: Sequence[ChangedValue]

    @property
    def changed_values(self) -> int:
        """The number of compared values that changed, whether that is allowed or not."""
        return len(self.changed)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps


def completeness(
    history: History, last: Run, runs: Sequence[Run], document: VerdictDocument, baseline: Baseline
) -> Completeness:
    """The completeness of the last run, with the verdict that is shown for it."""
    counts = document.counts
    missing = Counter(blocker.kind for blocker in document.blockers if not blocker.is_failure)
    faults = unreconciled(last)
    if faults:
        missing[BlockerKind.NOT_RECONCILED] = 1
    gaps = [_OF_THE_RECORD.get(kind) or counted(number, kind) for kind, number in missing.items()]
    baseline_run = baseline.runs[0] if baseline.runs else None
    changed = {
        (check, comparison["name"]): ChangedValue(
            check=check,
            name=comparison["name"],
            rule=str(comparison.get("rule") or "not specified"),
            refused=comparison["refused"],
            allowed=comparison["allowed"],
        )
        for check, comparisons in last.comparisons.items()
        for comparison in comparisons
        if comparison["refused"] or comparison["allowed"]
    }
    evidence = {entry["migration"]: entry for each in runs for entry in each.evidence}
    return Completeness(
        planned=counts.get("planned", sum(1 for _ in last.due)),
        selected=counts.get("selected", 0),
        run=counts.get("run", len(last.results)),
        reported=len(last.results),
        reconciled=_reconciled(history, last, faults),
        gaps=gaps,
        baseline=_baseline(last, baseline),
        baseline_digest=baseline_run.head if baseline_run else "",
        surfaces=list(_surfaces(last)),
        evidence=list(evidence.values()),
        changed=list(changed.values()),
    )


def _reconciled(history: History, last: Run, faults: str) -> str:
    if history.damaged_line is not None:
        return f"no: the record cannot be read past line {history.damaged_line - 1}"
    if last.document is None:
        return "no: the run has not ended, so there is no verdict to reconcile with"
    return f"no: {faults}" if faults else "yes: the record's lines give the same numbers as the verdict"


def _baseline(last: Run, baseline: Baseline) -> str:
    if not last.phase.after_change:
        return "this run is before the change: it captures the baseline"
    if not baseline.runs or baseline.finished_at is None:
        return "none"
    old = last.started_at - baseline.finished_at
    return f"{baseline.runs[0].name}, {age(old)} old when this run started"


def _surfaces(last: Run) -> Iterator[SurfaceReading]:
    read: dict[str, list[Mapping[str, Any]]] = {name: [] for name in last.plan.get("platform", {}).get("surfaces", {})}
    for reading in last.readings:
        read.setdefault(reading["surface"], []).append(reading)
    for surface, readings in read.items():
        yield SurfaceReading(surface=surface, reading=readings[-1] if readings else None, times=len(readings))
