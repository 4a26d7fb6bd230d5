"""Facts in, verdict out: a pure function with its table.

==============  ======================================================================================  ====
verdict         when                                                                                    exit
==============  ======================================================================================  ====
`fix-forward`   after the change, a check that decides on a boundary failed, and the boundary is crossed  11
`roll-back`     the same, but the boundary is not crossed                                                 10
`pause`         a check failed, and none that failed decides on rollback, or whether the boundary is      1
                crossed is unknown
`cannot-tell`   nothing failed, but evidence is missing                                                   12
`proceed`       every check of the phase ran and passed, and no evidence is missing                       0
==============  ======================================================================================  ====

The table is in order of urgency: if several apply, the most urgent wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import FAILURES, BlockerKind, BoundaryState, Decision, Phase, Result, Transition
from pytest_upgradecheck.wording import first_line


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFact:
    """The facts about one check at the end of its run. ``boundary`` names the boundary that it guards, if any.

    A failure that a ``waiver`` accepts does not block, and never counts as passed.
    """

    check: str
    result: Result
    title: str = ""
    message: str = ""
    step: str | None = None
    owner: str | None = None
    boundary: str | None = None
    remedy: str | None = None
    before: Result | None = None
    transition: Transition | None = None
    attempts: int = 1
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One reason why the verdict is not `proceed`.

    ``kind`` is a `Result`, a `BlockerKind`, or a word of the team's hook that added it.
    """

    check: str
    kind: str
    message: str
    title: str = ""
    transition: Transition | None = None
    boundary: str | None = None
    step: str | None = None
    owner: str | None = None
    remedy: str | None = None

    @property
    def is_failure(self) -> bool:
        """Whether something failed, as opposed to evidence that is missing."""
        return self.kind in FAILURES

    @property
    def name(self) -> str:
        """The title in quotes, as it says what should hold; the id of a check without a title."""
        return f'"{self.title.rstrip(".")}"' if self.title else self.check

    @property
    def heading(self) -> str:
        """``REGRESSED  "The order is still there"  (passed before the upgrade)``."""
        return "  ".join(filter(None, (in_words(self.kind, self.transition).upper(), self.name, self.comparison)))

    @property
    def comparison(self) -> str:
        """The result before the upgrade, in brackets; empty if it is not known."""
        return _COMPARISONS.get(self.transition, "")

    def to_dict(self) -> dict[str, Any]:
        """As in `verdict.json`."""
        return {name: getattr(self, name) for name in _BLOCKER_FIELDS}

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Blocker:
        """Read a blocker from `verdict.json`."""
        return cls(**{**entry, "transition": Transition(entry["transition"]) if entry["transition"] else None})


_COMPARISONS: Mapping[Transition | None, str] = {
    Transition.REGRESSED: "(passed before the upgrade)",
    Transition.FAILING_SINCE_BEFORE: "(did not pass before the upgrade either)",
    Transition.NEW: "(new: it was not part of the pre run)",
}

_BLOCKER_FIELDS = ("check", "title", "kind", "transition", "boundary", "step", "owner", "message", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a reader should know. It does not block; if it has to, a blocker says the same."""

    check: str
    kind: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """As in `verdict.json`."""
        return {"check": self.check, "kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section that a team adds to the report: a title, and a text with its line breaks."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a verdict is made from: the checks of one phase, the boundaries, and what else was found missing.

    ``notes`` are carried along for the reader.
    """

    phase: Phase
    checks: Sequence[CheckFact]
    boundaries: Sequence[Boundary] = ()
    findings: Sequence[Blocker] = ()
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision, its one sentence, and the blockers, the most urgent first.

    ``waived`` are failures that a waiver accepts.
    """

    decision: Decision
    reason: str
    blockers: tuple[Blocker, ...]
    boundaries: tuple[Boundary, ...]
    counts: Mapping[str, int]
    waived: tuple[CheckFact, ...] = ()
    notes: tuple[Note, ...] = ()


def decide(facts: Facts) -> Verdict:
    """Apply the table in this module's docstring."""
    states = {boundary.name: boundary for boundary in facts.boundaries}
    blockers = [_blocker(check) for check in facts.checks if check.result is not Result.PASSED and not check.waiver]
    blockers.extend(facts.findings)
    judged = [(_urgency(blocker, facts.phase, states), blocker) for blocker in blockers]
    if not facts.checks:
        nothing = Blocker(check="", kind=BlockerKind.NOTHING_PLANNED, message="no check was planned for this phase")
        judged.append((Decision.CANNOT_TELL, nothing))
    judged.sort(key=lambda pair: (pair[0].urgency, pair[1].kind != Result.FAILED, _telling(pair[1])))
    decision = judged[0][0] if judged else Decision.PROCEED
    ordered = tuple(blocker for _, blocker in judged)
    return Verdict(
        decision=decision,
        reason=_reason(decision, [blocker for rank, blocker in judged if rank is decision], facts, states),
        blockers=ordered,
        boundaries=tuple(facts.boundaries),
        counts=_counts(facts.checks),
        waived=tuple(check for check in facts.checks if check.waiver),
        notes=tuple(facts.notes),
    )


def overridden(verdict: Verdict, decision: Decision, by: str, why: str) -> Verdict:
    """The verdict as a team's hook decided it; the reason names the hook, and the decision it replaced.

    Raises ValueError if it would turn the verdict into `proceed`.
    """
    if decision is Decision.PROCEED and verdict.decision is not Decision.PROCEED:
        raise ValueError(
            f"{by} returned proceed, but the checks say {verdict.decision}: a hook can never turn it into proceed"
        )
    reason = f"{why.rstrip('.')} (decided by {by}; the checks alone say {verdict.decision}: {verdict.reason})"
    return replace(verdict, decision=decision, reason=reason)


def _blocker(check: CheckFact) -> Blocker:
    return Blocker(
        check=check.check,
        kind=check.result,
        message=check.message,
        title=check.title,
        transition=check.transition,
        boundary=check.boundary,
        step=check.step,
        owner=check.owner,
        # The remedy for a failure would mislead if the check could not look at all.
        remedy=check.remedy if check.result.is_failure else None,
    )


def _urgency(blocker: Blocker, phase: Phase, states: Mapping[str, Boundary]) -> Decision:
    if not blocker.is_failure:
        return Decision.CANNOT_TELL
    if blocker.kind != Result.FAILED or not phase.after_change:
        return Decision.PAUSE
    boundary = states.get(blocker.boundary or "")
    if boundary is None or boundary.state is BoundaryState.UNKNOWN:
        return Decision.PAUSE
    return Decision.FIX_FORWARD if boundary.state is BoundaryState.CROSSED else Decision.ROLL_BACK


_TELLING: Mapping[Transition | None, int] = {
    Transition.REGRESSED: 0,
    Transition.NEW: 1,
    Transition.FAILING_SINCE_BEFORE: 3,
}


def _telling(blocker: Blocker) -> int:
    """The rank of a failure: one that is new tells more about the change than one from before it."""
    return _TELLING.get(blocker.transition, 2)


def _reason(decision: Decision, decisive: Sequence[Blocker], facts: Facts, states: Mapping[str, Boundary]) -> str:
    if decision is Decision.PROCEED:
        return _all_is_well(facts)
    first = decisive[0]
    name = first.name
    more = f" and {len(decisive) - 1:,} more" if len(decisive) > 1 else ""
    if decision is Decision.CANNOT_TELL:
        if not name and not more:
            return f"Evidence is missing: {first_line(first.message)}"
        what = f"{name}: {first_line(first.message)}" if name else first_line(first.message)
        return f"Evidence is missing: {_tally(decisive)}; first: {what}"
    back = "Not back yet: " if facts.phase is Phase.ROLLBACK else ""
    boundary = states.get(first.boundary or "")
    if decision is Decision.PAUSE:
        if boundary is not None and facts.phase.after_change and first.kind == Result.FAILED:
            return (
                f"{back}{name}{more} failed. It guards rollback boundary {boundary.name}, but it is not known whether "
                f"that boundary has been crossed: {boundary.why}"
            )
        return f"{back}{name}{more} failed: {first_line(first.message)}"
    assert boundary is not None
    if decision is Decision.ROLL_BACK:
        return (
            f"{back}{name}{more} failed, and rollback boundary {boundary.name} has not been crossed: "
            f"step {boundary.step} can be rolled back"
        )
    return (
        f"{back}{name}{more} failed, and rollback boundary {boundary.name} has been crossed. {_forward(boundary, back)}"
    )


def _forward(boundary: Boundary, back: str) -> str:
    """The advice beyond a boundary: what to do, and what not to do."""
    gone = " and ".join(boundary.irreversible) or "what lies beyond it"
    if back:
        recovery = f": {boundary.recover_by}" if boundary.recover_by else ""
        return f"{gone} cannot be reversed{recovery}"
    last_resort = f". Last resort, loses what was written since: {boundary.recover_by}" if boundary.recover_by else ""
    return (
        f"Do not start the old release, {gone} cannot be reversed. Fix step {boundary.step} on the new "
        f"release{last_resort}"
    )


def _all_is_well(facts: Facts) -> str:
    waivers = [check.waiver for check in facts.checks if check.waiver]
    # All checks may pass after the upgrade and after a rollback: the sentence says which.
    verified = "Rollback verified: " if facts.phase is Phase.ROLLBACK else ""
    number = len(facts.checks)
    if not waivers:
        which = f"all {number}" if verified else f"All {number}"
        of = "checks" if verified else f"checks of phase {facts.phase}"
        return f"{verified}{which} {of} passed, no evidence is missing"
    from pytest_upgradecheck.waivers import accepted_by  # only here: few plans have waivers

    failures = "1 failure is" if len(waivers) == 1 else f"{len(waivers)} failures are"
    return (
        f"{verified}{number - len(waivers)} of {number} checks of phase {facts.phase} passed, {failures} waived "
        f"(by {accepted_by(waivers)}), no evidence is missing"
    )


def in_words(kind: str, transition: Transition | None) -> str:
    """The result of a check in words: ``regressed`` if it passed before, else the kind of its blocker."""
    return (transition if transition is Transition.REGRESSED else kind).replace("-", " ")


def counted(number: int, kind: str) -> str:
    """The number of checks with a result, in words."""
    return f"{number:,} {'without evidence' if kind == Result.NO_EVIDENCE else kind.replace('-', ' ')}"


def _tally(blockers: Sequence[Blocker]) -> str:
    kinds = Counter(blocker.kind for blocker in blockers)
    lacking = kinds[Result.NO_EVIDENCE]
    said = {Result.NO_EVIDENCE.value: f"{lacking:,} {'check lacks' if lacking == 1 else 'checks lack'} evidence"}
    return ", ".join(said.get(kind) or counted(number, kind) for kind, number in kinds.items())


def _counts(checks: Sequence[CheckFact]) -> dict[str, int]:
    results = Counter(check.result for check in checks if not check.waiver)
    transitions = Counter(check.transition for check in checks)
    deselected = results[Result.DESELECTED] + results[Result.MISSING_AFTER]
    not_run = results[Result.NOT_RUN]
    return {
        "planned": len(checks),
        "selected": len(checks) - deselected,
        "run": len(checks) - deselected - not_run,
        "waived": sum(1 for check in checks if check.waiver),
        "retried": sum(1 for check in checks if check.attempts > 1),
        **{transition.value: transitions[transition] for transition in Transition},
        **{result.value: results[result] for result in Result},
    }
