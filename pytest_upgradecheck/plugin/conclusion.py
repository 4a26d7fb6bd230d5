"""The end of a run: what is missing, how results compare with those before the change, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, NamedTuple

from pytest_upgradecheck.boundaries import Boundary, BoundaryState, observe, versions_shown
from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.phases import Phase
from pytest_upgradecheck.plan import Step
from pytest_upgradecheck.plugin.checks import Check
from pytest_upgradecheck.plugin.identity import identity_of, missing_after, only_after
from pytest_upgradecheck.plugin.selection import Collected
from pytest_upgradecheck.plugin.session import UpgradeSession
from pytest_upgradecheck.verdict import (
    Blocker,
    CheckFact,
    Decision,
    Facts,
    Note,
    Result,
    Transition,
    Verdict,
    decide,
    overridden,
    transition_of,
)
from pytest_upgradecheck.waivers import Outcome, judge_waivers

_PYTEST_SAYS = {
    2: "the run was interrupted, or collection failed",
    3: "pytest had an internal error",
    4: "pytest was used wrongly",
    5: "pytest ran no test at all",
}


#: Notes of what proves nothing: with `strict` in the plan they block.
VACUOUS = frozenset({"asserted-nothing", "baseline-unread", "compared-nothing", "unmatched-path"})


class CheckState(NamedTuple):
    """What became of one check in this run, over all its attempts."""

    result: Result
    message: str
    attempts: int
    retried: bool


_NOT_RUN = CheckState(Result.NOT_RUN, "", 0, retried=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """Everything a run leaves behind for its verdict; ``note`` records what is read of the platform meanwhile."""

    session: UpgradeSession
    collected: Collected | None
    results: Mapping[str, CheckState]
    findings: Sequence[Blocker]
    notes: Sequence[Note]
    read_keys: Set[tuple[str, str]]
    note: Callable[[Mapping[str, Any]], None]
    started_at: datetime
    exitstatus: int


def conclude(run: Concluded) -> dict[str, Any]:
    """Decide, and answer what `verdict.json` holds (``record_digest`` aside)."""
    session = run.session
    findings = [*run.findings, *_findings(run)]
    notes = list(run.notes)
    try:
        checks = list(_facts(run))
        checks = _waived(run, checks, findings, notes)
        notes += [*_unread_baseline(run), *_only_after(run)]
        boundaries = observe(session.plan, session.truth, seen_crossed=_seen_crossed(session))
        shown = versions_shown(session.plan, session.truth)
    except RecordError as error:
        checks, boundaries, shown = [], (), {}
        findings.append(Blocker(check="", kind="record-unreadable", message=str(error)))
    run.note(session.notes.take())
    if session.phase is not Phase.PRE:
        findings.extend(_unknown(boundary) for boundary in boundaries if boundary.state is BoundaryState.UNKNOWN)
    if session.plan.strict:
        findings.extend(Blocker(**note.to_dict()) for note in notes if note.kind in VACUOUS)
        notes = [note for note in notes if note.kind not in VACUOUS]
    facts = Facts(phase=session.phase, checks=checks, boundaries=boundaries, findings=findings, notes=notes)
    verdict, sections = _decide_with_hooks(session, facts)
    run.note({"sections": sections})
    exit_code = verdict.decision.exit_code if run.exitstatus in (0, 1) else run.exitstatus
    identity = identity_of(run) if run.collected is not None and not _is_unreadable(findings) else None
    return document_of(session, run.started_at, verdict=verdict, exit_code=exit_code, identity=identity, versions=shown)


def document_of(
    session: UpgradeSession,
    started_at: datetime,
    *,
    verdict: Verdict | None = None,
    decision: Decision = Decision.CANNOT_TELL,
    reason: str = "",
    exit_code: int | None = None,
    identity: Mapping[str, Any] | None = None,
    versions: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A verdict, or a decision made without one, as `verdict.json` holds it; ``versions`` are those that are shown."""
    verdict = verdict or Verdict(decision=decision, reason=reason, blockers=(), boundaries=(), counts={})
    plan = session.plan
    document: dict[str, Any] = {
        "upgrade": plan.upgrade,
        "title": plan.title,
        "environment": plan.environment,
        "phase": session.phase.value,
        "step": session.settings.step,
        "verdict": verdict.decision.value,
        "reason": verdict.reason,
        "exit_code": verdict.decision.exit_code if exit_code is None else exit_code,
        "blockers": [blocker.to_dict() for blocker in verdict.blockers],
        "waived": [_waived_entry(check) for check in verdict.waived],
        "notes": [note.to_dict() for note in verdict.notes],
        "identity": dict(identity or {"only_before": [], "only_after": [], "renamed": []}),
        "boundaries": [boundary.to_dict() for boundary in verdict.boundaries],
        "steps": [_step_entry(step, versions or {}) for step in plan.sequence],
        "counts": dict(verdict.counts),
        "started_at": _iso(started_at),
        "finished_at": _iso(datetime.now(timezone.utc)),
        "plan_digest": plan.digest,
        "record_digest": None,
    }
    redacted: dict[str, Any] = session.redactor.value(document)
    return redacted


def incomplete(document: Mapping[str, Any], kind: str, what: str, fault: str) -> dict[str, Any]:
    """The verdict of a run that could not write all it had to: no better than `cannot-tell`."""
    blocker = Blocker(check="", kind=kind, message=fault).to_dict()
    changed = {**document, "blockers": [*document["blockers"], blocker]}
    if document["verdict"] == Decision.PROCEED.value:
        changed["verdict"] = Decision.CANNOT_TELL.value
        changed["reason"] = f"Evidence is missing: {what} is incomplete: {fault}"
        changed["exit_code"] = Decision.CANNOT_TELL.exit_code
    return changed


def _findings(run: Concluded) -> Iterator[Blocker]:
    if run.exitstatus in _PYTEST_SAYS:
        yield Blocker(check="", kind="interrupted", message=_PYTEST_SAYS[run.exitstatus])
    elif run.exitstatus not in (0, 1):
        yield Blocker(check="", kind="interrupted", message=f"pytest was made to exit with code {run.exitstatus}")
    if run.collected is None:
        yield Blocker(check="", kind="not-run", message="collection never finished, so nobody knows what was to run")


def _facts(run: Concluded) -> Iterator[CheckFact]:
    if run.collected is None:
        return
    session, collected = run.session, run.collected
    for check in collected.checks:
        if check.id in collected.due:
            yield _fact(session, check, run.results.get(check.id), deselected=check.id in collected.deselected)
    if not session.phase.after_change:
        return
    for check in missing_after(run):
        yield CheckFact(
            check=check.id,
            title=check.title,
            result=Result.MISSING_AFTER,
            message="it was part of the checklist before the change and is not any more; if it goes by another "
            f"name now, say so there: check_id(..., renamed_from={check.id!r})",
            step=check.step,
            owner=check.owner,
            boundary=check.boundary,
            remedy=check.remedy,
            transition=Transition.MISSING_AFTER,
        )


def _waived(run: Concluded, checks: list[CheckFact], findings: list[Blocker], notes: list[Note]) -> list[CheckFact]:
    """The checks, with the waivers of the plan put to them."""
    session = run.session
    if not session.plan.waivers or run.collected is None:
        return checks
    known = {name: check.id for check in run.collected.checks for name in (check.nodeid, check.id)}
    about_boundary = {check.id for check in run.collected.checks if check.is_about_boundary}
    judged = judge_waivers(
        session.plan.waivers,
        {fact.check: Outcome(result=fact.result.value, about_boundary=fact.check in about_boundary) for fact in checks},
        known=known | {fact.check: fact.check for fact in checks},
        environment=session.plan.environment,
        phase=session.phase,
        now=datetime.now(timezone.utc),
    )
    findings += [Blocker(check=check, kind=kind, message=message) for check, kind, message in judged.blocking]
    notes += [Note(check=check, kind=kind, message=message) for check, kind, message in judged.reported]
    return [replace(fact, waiver=judged.accepted.get(fact.check)) for fact in checks]


def _step_entry(step: Step, versions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "step": step.step,
        "product": step.product,
        "from": step.from_version,
        "to": step.to_version,
        "shown": versions.get(step.product),
    }


def _waived_entry(check: CheckFact) -> dict[str, Any]:
    waiver = check.waiver
    assert waiver is not None
    return {
        "check": check.check,
        "title": check.title,
        "message": check.message,
        "transition": check.transition.value if check.transition else None,
        "reason": waiver.reason,
        "approved_by": waiver.approved_by,
        "expires": str(waiver.expires),
    }


def _unread_baseline(run: Concluded) -> Iterator[Note]:
    """What was captured before the change, and no check looked at after it."""
    session = run.session
    steps = [step.step for step in session.plan.sequence]
    if session.phase is not Phase.POST or session.settings.step not in (None, steps[-1]) or run.collected is None:
        return
    # What a check that did not pass would have read, nobody knows; and some is there for phase rollback alone.
    excused = {
        check.file
        for check in run.collected.checks
        if check.phases == frozenset({Phase.ROLLBACK})
        or (check.id in run.collected.due and run.results.get(check.id, _NOT_RUN).result is not Result.PASSED)
    }
    captures = {place: capture for each in session.baseline.runs for place, capture in each.captures.items()}
    for (file, key), capture in captures.items():
        if (file, key) not in run.read_keys and file not in excused:
            message = f"baseline[{key!r}] was captured before the change, and no check read it after the change"
            yield Note(check=capture.check, kind="baseline-unread", message=message)


def _only_after(run: Concluded) -> Iterator[Note]:
    for check in only_after(run):
        if check.since is None:
            message = "it was not part of the checklist before the change: nothing says how it was then"
            yield Note(check=check.id, kind="only-after", message=f"{message}; if it is new, say so: check_id(since=)")


def _is_unreadable(findings: Sequence[Blocker]) -> bool:
    return any(finding.kind == "record-unreadable" for finding in findings)


def _fact(session: UpgradeSession, check: Check, state: CheckState | None, *, deselected: bool) -> CheckFact:
    if state is None:
        result = Result.DESELECTED if deselected else Result.NOT_RUN
        message = "it was deselected (-k, -m, --lf ...)" if deselected else "the run ended before it"
        state = CheckState(result, message, 0, retried=False)
    before, transition = compared_with_before(session, check, state.result)
    return CheckFact(
        check=check.id,
        title=check.title,
        result=state.result,
        message=state.message,
        step=check.step,
        owner=check.owner,
        boundary=check.boundary,
        remedy=check.remedy,
        before=before,
        transition=transition,
        attempts=state.attempts,
    )


def compared_with_before(session: UpgradeSession, check: Check, result: Result) -> tuple[str | None, Transition | None]:
    """What became of the check before the change, and how that relates to now."""
    if not session.phase.after_change:
        return None, None
    before = check.id_before(session.planned_before)
    earlier = session.baseline.check(before)
    said = earlier.result if earlier else None
    known = not session.baseline.runs or before in session.planned_before
    return said, transition_of(said, result, known=known, needed=bool(check.needs))


def _seen_crossed(session: UpgradeSession) -> frozenset[str]:
    """Boundaries that runs since the last pre over the whole plan observed as crossed."""
    if not session.phase.after_change:
        return frozenset()
    crossed: set[str] = set()
    for run in session.history.runs:
        if run.phase is Phase.PRE and run.step is None:
            crossed.clear()
        crossed.update(name for name, state in run.boundaries.items() if state == BoundaryState.CROSSED.value)
    return frozenset(crossed)


def _unknown(boundary: Boundary) -> Blocker:
    return Blocker(
        check="",
        kind="boundary-unknown",
        message=f"whether rollback boundary {boundary.name} is crossed is unknown: {boundary.why}",
        step=boundary.step,
    )


def _decide_with_hooks(session: UpgradeSession, facts: Facts) -> tuple[Verdict, list[dict[str, str]]]:
    """The table's verdict, with what the team's hooks add to it and to the report.

    A hook that fails is missing evidence.
    """
    hook = session.config.hook
    try:
        added = hook.pytest_upgradecheck_blockers(facts=facts, plan=session.plan)
        facts = replace(facts, findings=[*facts.findings, *(each for blockers in added for each in blockers or ())])
        verdict = decide(facts)
        other = hook.pytest_upgradecheck_decide(facts=facts, verdict=verdict, plan=session.plan)
        if other is not None:
            decision, why = other
            verdict = overridden(verdict, Decision(decision), "pytest_upgradecheck_decide", str(why))
        said = hook.pytest_upgradecheck_report(verdict=verdict, plan=session.plan)
        return verdict, [{"title": str(each.title), "text": str(each.text)} for those in said for each in those or ()]
    except Exception as error:  # a team's code: whatever it raises must not read as a pass
        failed = Blocker(
            check="",
            kind="hook-failed",
            message=f"a hook of pytest-upgradecheck failed: {type(error).__name__}: {error}",
        )
        return decide(replace(facts, findings=[*facts.findings, failed])), []


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
