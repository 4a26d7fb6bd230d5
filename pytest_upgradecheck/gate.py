"""One verdict for a stack whose products are verified by suites and CI jobs of their own.

The rules are those of a run's verdict: the most urgent wins, and what is missing is never green.

================  =================================================================================================
counts as         when
================  =================================================================================================
its verdict       a record is verified, its last run is of this phase, and the step's own last verdict ended and is
                  young enough
`cannot-tell`     a record is missing, damaged, of another environment, stale, in another phase, or never ended; a
                  step of the stack has no record, or a record moves a product the plan does not
`pause`           a step was verified after the change before an earlier step of the sequence had proceeded
================  =================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.record import Attempt, Run, VerifiedRecord, find_record, verify_record
from pytest_upgradecheck.times import age, is_ahead, written
from pytest_upgradecheck.vocabulary import Decision, Phase
from pytest_upgradecheck.wording import headline


@dataclass(frozen=True, slots=True, kw_only=True)
class StackStep:
    """One step of the stack's plan, and the run that verified it last, in the record at ``record``."""

    step: str
    product: str
    owner: str | None
    from_version: str
    to_version: str
    record: str | None = None
    run: Run | None = None

    def to_dict(self) -> dict[str, Any]:
        """As in the gate's JSON."""
        return {
            "step": self.step,
            "product": self.product,
            "owner": self.owner,
            "from": self.from_version,
            "to": self.to_version,
            "record": self.record,
            "verdict": self.run.decision if self.run else None,
            "finished_at": _iso(self.run.finished_at if self.run else None),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StackBlocker:
    """One reason why the stack does not proceed; ``kind`` is a verdict, or a word of this module's."""

    decision: Decision
    kind: str
    message: str
    record: str | None = None
    step: str | None = None
    owner: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As in the gate's JSON."""
        names = ("record", "step", "owner", "kind", "message")
        return {"verdict": self.decision.value, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record that was named: verified, or the reason why it is not."""

    path: str
    record: VerifiedRecord | None = None
    fault: str = ""
    kind: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As in the gate's JSON."""
        run = _last(self.record) if self.record else None
        return {
            "record": self.path,
            "upgrade": self.record.upgrade if self.record else None,
            "environment": self.record.environment if self.record else None,
            "phase": run.phase.value if run else None,
            "step": run.step if run else None,
            "verdict": run.decision if run else None,
            "reason": run.reason if run else self.fault,
            "finished_at": _iso(run.finished_at if run else None),
            "plan_digest": run.plan_digest if run else None,
            "record_digest": f"sha256:{self.record.history.tail.head}" if self.record else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StackVerdict:
    """The decision over all records, its one sentence, and the blockers, the most urgent first."""

    decision: Decision
    reason: str
    plan: Mapping[str, Any]
    phase: Phase
    entries: Sequence[Entry]
    steps: Sequence[StackStep]
    obstacles: Sequence[StackBlocker]

    def to_dict(self) -> dict[str, Any]:
        """As ``upgradecheck gate --format json`` prints it; its JSON Schema is ``gate.schema.json``."""
        return {
            "upgrade": self.plan["upgrade"],
            "title": self.plan.get("title", self.plan["upgrade"]),
            "environment": self.plan["environment"],
            "phase": self.phase.value,
            "verdict": self.decision.value,
            "reason": self.reason,
            "exit_code": self.decision.exit_code,
            "blockers": [each.to_dict() for each in self.obstacles],
            "steps": [each.to_dict() for each in self.steps],
            "records": [each.to_dict() for each in self.entries],
        }


def read_entry(path: Path) -> Entry:
    """Verify the record that was named; anything wrong with it becomes the entry's fault."""
    try:
        return Entry(path=str(path), record=verify_record(find_record(path)))
    except RecordError as error:
        fault = str(error).removeprefix(f"{path}: ")
        return Entry(path=str(path), fault=fault, kind="unverifiable" if path.exists() else "missing")


def plan_of(entries: Sequence[Entry]) -> Mapping[str, Any] | None:
    """The plan that all verified records share, in its public form; None if their plans differ."""
    plans = {run.plan_digest: run.plan for entry in entries if entry.record and (run := entry.record.last)}
    return next(iter(plans.values())) if len(plans) == 1 else None


def judge_stack(
    entries: Sequence[Entry], plan: Mapping[str, Any], *, phase: Phase, now: datetime, max_age: timedelta
) -> StackVerdict:
    """Judge records together by the stack's plan, given in its public form.

    Only verdicts of this ``phase`` count; those older than ``max_age`` are stale.
    """
    stack = _Stack(plan, phase, now, max_age)
    for entry in entries:
        stack.add(entry)
    stack.check_coverage()
    stack.check_sequence()
    obstacles = sorted(stack.obstacles, key=lambda each: each.decision.urgency)
    decision = obstacles[0].decision if obstacles else Decision.PROCEED
    return StackVerdict(
        decision=decision,
        reason=_reason(obstacles, stack, len(entries)),
        plan=plan,
        phase=phase,
        entries=entries,
        steps=[stack.row(each) for each in stack.steps.values()],
        obstacles=obstacles,
    )


@dataclass(slots=True)
class _Verified:
    """The runs that verified one step, in the order of the record at ``path``."""

    path: str
    runs: list[Run] = field(default_factory=list)


class _Stack:
    def __init__(self, plan: Mapping[str, Any], phase: Phase, now: datetime, max_age: timedelta) -> None:
        self.plan, self.phase, self.now, self.max_age = plan, phase, now, max_age
        self.steps = {
            step["step"]: StackStep(
                step=step["step"],
                product=step["product"],
                owner=step.get("owner"),
                from_version=step["from"],
                to_version=step["to"],
            )
            for step in plan["sequence"]
        }
        self.verified: dict[str, list[_Verified]] = {}
        self.obstacles: list[StackBlocker] = []

    def add(self, entry: Entry) -> None:
        """Add one record: its verdicts, its gaps, and the steps that it covers."""
        record = entry.record
        if record is None:
            self._cannot_tell(entry.kind, entry.fault, entry.path)
            return
        if record.environment != self.plan["environment"]:
            message = (
                f"expected environment {self.plan['environment']}, as in the stack's plan, found {record.environment}: "
                "a verdict of one environment never counts for another"
            )
            self._cannot_tell("foreign", message, entry.path)
            return
        attempt = Attempt.of(record.history)
        run = _last(record)
        if run is None or run.finished_at is None:
            what = f"{run.name} never ended" if run else "it has no run"
            self._cannot_tell("not-run", f"{what}: run it again", entry.path)
            return
        if run.phase is not self.phase:
            self._cannot_tell("not-run", f"its last run is of phase {run.phase}, not {self.phase}", entry.path)
            return
        if attempt.ended and self.phase is not Phase.ROLLBACK:
            self._cannot_tell("not-run", f"this attempt at the upgrade is over: {attempt.ended}", entry.path)
            return
        own = list(self._steps_of(run, entry.path))
        of_phase = [each for each in attempt.runs if each.phase is self.phase]
        judged: set[str] = set()
        for name in own:
            runs = [each for each in of_phase if each.step in (None, name)]
            if runs:
                self.verified.setdefault(name, []).append(_Verified(entry.path, runs))
                self._judge(runs[-1], entry.path, own, judged)
        self._judge(run, entry.path, own, judged)

    def _judge(self, run: Run, path: str, own: Sequence[str], judged: set[str]) -> None:
        """Add the reasons of one verdict not to proceed, once."""
        if run.id in judged:
            return
        judged.add(run.id)
        name = run.step or (own[0] if len(own) == 1 else None)
        step = self.steps.get(name) if name else None
        if run.decision is None or run.finished_at is None:
            self._cannot_tell("not-run", f"{run.name} never ended: run it again", path, step)
        elif is_ahead(run.finished_at, self.now):
            message = f"{run.name} is in the future: the clocks disagree, so its age is not known. Run it again"
            self._cannot_tell("stale", message, path, step)
        elif self.now - run.finished_at > self.max_age:
            old = age(self.now - run.finished_at)
            message = f"{run.name} ended {old} ago; the limit is {age(self.max_age)} (--max-age). Run it again"
            self._cannot_tell("stale", message, path, step)
        elif run.decision is not Decision.PROCEED:
            self.obstacles.append(
                StackBlocker(
                    decision=run.decision,
                    kind=run.decision,
                    message=run.reason,
                    record=path,
                    step=name,
                    owner=step.owner if step else None,
                )
            )

    def check_coverage(self) -> None:
        """Every step of the plan is verified by some record."""
        for step in self.steps.values():
            if step.step not in self.verified:
                message = f"no record that counts has verified step {step.step} ({step.product}) in phase {self.phase}"
                self._cannot_tell("no-record", message, None, step)

    def check_sequence(self) -> None:
        """After the change, no step was verified before the steps that come first had proceeded."""
        if self.phase is not Phase.POST:
            return
        names = [name for name in self.steps if name in self.verified]
        for at, name in enumerate(names):
            for earlier in names[:at]:
                first, second = self.verified[earlier], self.verified[name]
                same_suite = {each.path for each in first} & {each.path for each in second}
                proceeded, started = _first_proceeded(first), _first_started(second)
                if same_suite or proceeded is None or started >= proceeded:
                    continue
                self.obstacles.append(
                    StackBlocker(
                        decision=Decision.PAUSE,
                        kind="out-of-sequence",
                        message=f"it was verified at {started:%H:%M:%S}Z, before step {earlier}, which comes first, "
                        f"had proceeded at {proceeded:%H:%M:%S}Z: it moved out of sequence",
                        record=second[0].path,
                        step=name,
                        owner=self.steps[name].owner,
                    )
                )

    def row(self, step: StackStep) -> StackStep:
        """A step with the worst of its records' verdicts."""
        found = self.verified.get(step.step)
        if not found:
            return step
        worst = min(found, key=lambda each: each.runs[-1].decision.urgency if each.runs[-1].decision else 0)
        return replace(step, record=worst.path, run=worst.runs[-1])

    def _steps_of(self, run: Run, path: str) -> Iterator[str]:
        """The steps of the stack that a record covers: those of its plan, by name and versions."""
        for own in run.plan["sequence"]:
            step = self.steps.get(own["step"])
            if step is None:
                message = f"its plan has a step {own['step']} ({own['product']}), which the stack's plan does not have"
                self._cannot_tell("foreign", message, path)
                continue
            moves = (own["product"], own["from"], own["to"])
            if moves != (step.product, step.from_version, step.to_version):
                message = (
                    f"its step {step.step} moves {moves[0]} {moves[1]} -> {moves[2]}, and the stack's plan "
                    f"has {step.product} {step.from_version} -> {step.to_version}"
                )
                self._cannot_tell("foreign", message, path, step)
                continue
            yield step.step

    def _cannot_tell(self, kind: str, message: str, path: str | None, step: StackStep | None = None) -> None:
        self.obstacles.append(
            StackBlocker(
                decision=Decision.CANNOT_TELL,
                kind=kind,
                message=message,
                record=path,
                step=step.step if step else None,
                owner=step.owner if step else None,
            )
        )


def _first_proceeded(verified: Sequence[_Verified]) -> datetime | None:
    ended = (run.finished_at for each in verified for run in each.runs if run.decision is Decision.PROCEED)
    return min(filter(None, ended), default=None)


def _first_started(verified: Sequence[_Verified]) -> datetime:
    return min(run.started_at for each in verified for run in each.runs)


def _last(record: VerifiedRecord) -> Run | None:
    """The last run that was not refused: a refused run changes nothing."""
    runs = Attempt.of(record.history).runs
    return runs[-1] if runs else record.last


def _reason(obstacles: Sequence[StackBlocker], stack: _Stack, records: int) -> str:
    if not obstacles:
        of = "The record proceeds" if records == 1 else f"All {records} records proceed"
        steps = "its one step" if len(stack.steps) == 1 else f"all {len(stack.steps)} steps"
        return f"{of} in phase {stack.phase}, and the sequence is covered: {steps}"
    first = obstacles[0]
    more = sum(1 for each in obstacles if each.decision is first.decision) - 1
    where = f"step {first.step}" if first.step else first.record or "the stack"
    return f"{where}: {headline(first.message)}" + (f" ({more} more of {first.decision})" if more else "")


def _iso(moment: datetime | None) -> str | None:
    return written(moment) if moment else None
