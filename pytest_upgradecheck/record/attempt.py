"""One attempt at an upgrade: which runs belong to it, whether the change has begun, and what was ever seen.

The first pre run over the whole plan opens an attempt. Until the change has begun, another such run takes its place:
the baseline is refreshed. The change has begun once any run, finished or not, saw a product at its new version or a
crossed boundary, or once a post, during or rollback run started. From then on nothing that was captured or observed is
replaced. An attempt ends when a rollback is verified, or by a recorded decision (``upgradecheck new-attempt``); then
the next pre run over the whole plan opens another one, unless a run after the end saw the change, or found a failure
after it: what it saw is not forgotten before the rollback is verified again, or the decision is made again.

=====================================  =============================================================================
a pre run ...                          what it does to the attempt
=====================================  =============================================================================
over the whole plan, change not begun  opens it, or takes the place of the one before
that saw the change itself             adds what it saw: the wrong phase was given
of one step, before the change         replaces what it checked if it proceeded, spoils the baseline if it did not
of one step, after the change          says whether that step may start, and spoils the baseline of that step if not
with checks left out                   changes nothing if only that blocked, else spoils the baseline
refused                                nothing
=====================================  =============================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pytest_upgradecheck.record.baseline import Baseline
from pytest_upgradecheck.record.runs import Capture, History, Run
from pytest_upgradecheck.vocabulary import FAILURES, BoundaryState, Decision, Phase, RunState


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The ``runs`` of one attempt, oldest first, without those that were refused.

    ``ended`` says in words why it is over, and is empty while it is not. ``since_end`` are the runs after its end.
    """

    runs: Sequence[Run] = ()
    ended: str = ""
    since_end: Sequence[Run] = ()

    @classmethod
    def of(cls, history: History) -> Attempt:
        """The latest attempt of a record."""
        runs: list[Run] = []
        since_end: list[Run] = []
        ended = ""
        decisions = {decision.after: decision for decision in history.new_attempts}
        for number, run in enumerate(history.runs):
            if decision := decisions.get(number):
                ended, since_end = str(decision), []
            if run.state is RunState.REFUSED:
                continue
            if _is_over_the_whole_plan(run) and (
                not _begun_again(since_end) if ended else not _begun(runs) and not _saw_change(run)
            ):
                runs, since_end, ended = [], [], ""
            runs.append(run)
            if run.phase is Phase.ROLLBACK and run.step is None and run.decision is Decision.PROCEED:
                ended, since_end = f"{run.name} verified that the platform is back", []
            elif ended:
                since_end.append(run)
        if decision := decisions.get(len(history.runs)):
            ended, since_end = str(decision), []
        return cls(runs=tuple(runs), ended=ended, since_end=tuple(since_end))

    @cached_property
    def begun(self) -> str:
        """The observation that shows that the change has begun; empty while it has not."""
        return _begun(self.runs)

    def baseline(self, step: str | None = None) -> Baseline:
        """The baseline for runs after the change: the whole of it, or the part of one step."""
        counting: list[Run] = []
        # By step: one step that is good again says nothing about another one, or about the whole plan.
        spoiled: dict[str | None, Run] = {}
        begun = False
        for run in self.runs:
            begun = begun or run.phase is not Phase.PRE or _saw_change(run)
            if run.phase is not Phase.PRE or (step is not None and run.step not in (None, step)):
                continue
            if counting and (run.left_checks_out or (begun if run.step is None else _had_moved(run))):
                continue
            if run.decision is not Decision.PROCEED:
                spoiled[run.step] = run
                if not counting:
                    counting = [run]
                continue
            spoiled.pop(run.step, None)
            if not begun:
                counting.append(run)
        return Baseline(runs=tuple(counting), spoiled_by=next(iter(spoiled.values()), None))

    def captured_since(self, file: str, key: str) -> Sequence[Capture]:
        """The values that post runs captured on the upgraded platform, oldest first.

        A post run that saw only the old release counts for nothing: the platform had been rolled back by then. A run
        that never ended counts: what it saw was there.
        """
        return [
            run.captures[file, key]
            for run in self.runs
            if run.phase is Phase.POST and (file, key) in run.captures and not _saw_only_the_old_release(run)
        ]

    def seen(self, plan: Mapping[str, Any], phase: Phase) -> Mapping[str, BoundaryState]:
        """The state of each boundary of a plan, as observed so far, for a run of this phase that observes it again.

        CROSSED if any run ever saw it crossed. In phase rollback UNKNOWN if no run looked at it since the change began:
        nothing seen is not the same as seen not to be.
        """
        return {
            boundary["name"]: self._seen(step, boundary, phase)
            for step in plan["sequence"]
            if (boundary := step.get("rollback_boundary")) is not None
        }

    def last_of(self, phase: Phase, step: str | None) -> Run | None:
        """The last run of this phase that was over this step: for it alone, or over the whole plan."""
        return next((run for run in reversed(self.runs) if run.phase is phase and run.step in (None, step)), None)

    def found_broken_after(self, verified: Run, step: str) -> Run | None:
        """The first run after this one, finished or not, that found a failure of this step after the change."""
        later = self.runs[self.runs.index(verified) + 1 :]
        return next((run for run in later if run.phase.after_change and step in _failed_steps(run)), None)

    def refuses_baseline(self) -> str:
        """The reason why another pre run over the whole plan is refused; empty if it is allowed."""
        if again := _begun_again(self.since_end):
            return (
                f"this attempt at the upgrade was over ({self.ended}), but then {again}. Next: verify that the "
                "platform is back with `pytest --upgrade-phase=rollback`, or decide to start again: "
                "`upgradecheck new-attempt --why REASON --by PERSON`"
            )
        if self.ended or not self.begun:
            return ""
        return (
            f"the change has begun: {self.begun}. A baseline can no longer be captured, and the one from before the "
            "change stays as it is. Next: `pytest --upgrade-phase=post`, or `--upgrade-phase=rollback` after rolling "
            "back. To give this attempt up and start again: `upgradecheck new-attempt --why REASON --by PERSON`"
        )

    def _seen(self, step: Mapping[str, Any], boundary: Mapping[str, Any], phase: Phase) -> BoundaryState:
        states: set[BoundaryState] = set()
        for run in self.runs:
            found = set(_states(run, step, boundary))
            # Before the change nothing has been crossed; this does not count for later runs.
            states |= found if run.phase is not Phase.PRE else found & {BoundaryState.CROSSED}
        if BoundaryState.CROSSED in states:
            return BoundaryState.CROSSED
        if phase is Phase.ROLLBACK and BoundaryState.NOT_CROSSED not in states:
            return BoundaryState.UNKNOWN
        return BoundaryState.NOT_CROSSED


def _states(run: Run, step: Mapping[str, Any], boundary: Mapping[str, Any]) -> Iterator[BoundaryState]:
    yield from run.boundaries_seen.get(boundary["name"], ())
    # As in `boundaries`: the irreversible change has happened once the product is at its new version.
    by_version = not boundary.get("crossed_when") and boundary.get("irreversible")
    if by_version and (step["product"], step["to"]) in run.products_seen_at:
        yield BoundaryState.CROSSED


def _is_over_the_whole_plan(run: Run) -> bool:
    return run.phase is Phase.PRE and run.step is None and not run.deselected


def _begun(runs: Sequence[Run]) -> str:
    for run in runs:
        if run.phase is not Phase.PRE:
            return f"{run.name} started"
        if _saw_change(run):
            return _what_changed(run)
    return ""


def _begun_again(since_end: Sequence[Run]) -> str:
    """The observation after the end of an attempt that contradicts it; empty if there is none."""
    for run in since_end:
        if _saw_change(run):
            return _what_changed(run)
        if run.phase.after_change and _failed_steps(run):
            return f"{run.name} found a failure"
    return ""


def _failed_steps(run: Run) -> set[str | None]:
    """The steps of the checks that failed in a run, None for a check without a step; waived failures do not count."""
    if run.document is not None:
        return {blocker["step"] for blocker in run.document["blockers"] if blocker["kind"] in FAILURES}
    failed = (run.planned.get(check) for check, found in run.results.items() if found.result.is_failure)
    return {check.step if check is not None else None for check in failed}


def _what_changed(run: Run) -> str:
    at = sorted(run.products_at_target)
    return f"{run.name} saw " + (f"{' and '.join(at)} at the new version" if at else "a rollback boundary crossed")


def _saw_change(run: Run) -> bool:
    crossed = any(BoundaryState.CROSSED in states for states in run.boundaries_seen.values())
    return crossed or bool(run.products_at_target)


def _had_moved(run: Run) -> bool:
    """Whether a pre run of one step came when a product that it was to verify before its change had already moved."""
    order = [step["step"] for step in run.plan["sequence"]]
    due = run.plan["sequence"][order.index(run.step) :] if run.step in order else ()
    return any(step["product"] in run.products_at_target for step in due)


def _saw_only_the_old_release(run: Run) -> bool:
    return bool(run.products_seen_at) and not run.products_at_target
