"""The end of a run: facts from what was recorded, the team's hooks, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pytest_upgradecheck.boundaries import Boundary, observe, versions_shown
from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.check import DEMANDS, Check
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.record import Baseline, Run
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.verdict import (
    Blocker,
    CheckFact,
    Facts,
    Identity,
    Note,
    Section,
    Verdict,
    VerdictDocument,
    decide,
    overridden,
)
from pytest_upgradecheck.verdict.facts import blank_document, check_facts
from pytest_upgradecheck.vocabulary import (
    PROVES_NOTHING,
    BlockerKind,
    BoundaryState,
    Decision,
    NoteKind,
    Phase,
    Result,
)
from pytest_upgradecheck.wording import raised

if TYPE_CHECKING:
    from pytest_upgradecheck.waivers import Outcome

_PYTEST_SAYS = {
    2: "the run was interrupted, or collection failed",
    3: "pytest had an internal error",
    4: "pytest was used wrongly",
    5: "pytest ran no test at all",
}


class Observed(NamedTuple):
    """The platform at the end of a run: its boundaries, and the versions by product that version truth shows."""

    boundaries: tuple[Boundary, ...]
    versions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A run whose checks are over. ``before`` relates its checks to those before the change.

    ``read_keys`` are the captured values that checks looked at, ``exitstatus`` what pytest would exit with.
    """

    run: Run
    baseline: Baseline
    before: Before
    read_keys: Set[tuple[str, str]]
    exitstatus: int


def observe_platform(session: UpgradeSession) -> Observed:
    """Observe the boundaries and versions again, given what this attempt saw before."""
    seen = session.attempt.seen(session.plan.public(), session.phase)
    return Observed(observe(session.plan, session.truth, seen), dict(versions_shown(session.plan, session.truth)))


def facts_of(session: UpgradeSession, finished: FinishedRun, boundaries: Sequence[Boundary]) -> Facts:
    """All facts for the verdict, except those of the team's hooks."""
    run, plan = finished.run, session.plan
    findings = [Blocker(check=each["check"], kind=each["kind"], message=each["message"]) for each in run.findings]
    findings += _findings(finished)
    notes = [Note(check=each["check"], kind=each["kind"], message=each["message"]) for each in run.notes]
    checks = list(check_facts(run, finished.before)) if run.selected else []
    if plan.waivers and run.selected:
        checks = _waived(session, finished, checks, findings, notes)
    notes += [*_unread_baseline(session, finished), *_only_after(finished), *_changed_since_pre(finished)]
    if session.phase is not Phase.PRE:
        findings += [_unknown(boundary) for boundary in boundaries if boundary.state is BoundaryState.UNKNOWN]
    if plan.strict:
        findings += [Blocker(**note.to_dict()) for note in notes if note.kind in PROVES_NOTHING]
    return Facts(phase=session.phase, checks=checks, boundaries=boundaries, findings=findings, notes=notes)


def decide_with_hooks(session: UpgradeSession, facts: Facts) -> tuple[Verdict, list[Section]]:
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
        return verdict, [Section(title=str(each.title), text=str(each.text)) for those in said for each in those or ()]
    except BaseException as error:  # a team's code: no exception of it, not even pytest's outcomes, may count as a pass
        failed = Blocker(
            check="",
            kind=BlockerKind.HOOK_FAILED,
            message=f"a hook of pytest-upgradecheck failed: {raised(error)}",
        )
        return decide(replace(facts, findings=[*facts.findings, failed])), []


def document_of(finished: FinishedRun, verdict: Verdict, versions: dict[str, str]) -> VerdictDocument:
    """The document of `verdict.json` for the run (except ``record_digest``)."""
    run, before = finished.run, finished.before
    blank = blank_document(
        run.plan,
        phase=run.phase,
        step=run.step,
        plan_digest=run.plan_digest,
        started_at=run.started_at,
        reason=verdict.reason,
        versions=versions,
    )
    # pytest's own codes keep their meaning; a code that another plugin set must not hide a red verdict.
    exit_code = verdict.decision.exit_code if finished.exitstatus in (0, 1) else finished.exitstatus
    identity = Identity()
    if run.selected and run.phase.after_change:
        identity = Identity(
            only_before=tuple(check.id for check in before.missing_after(run.phase)),
            only_after=tuple(check.id for check in before.only_after(_due(run))),
            renamed=tuple(before.renamed()),
        )
    return replace(blank.with_verdict(verdict, exit_code=exit_code), identity=identity, finished_at=utc_now())


def _findings(finished: FinishedRun) -> Iterator[Blocker]:
    exitstatus = finished.exitstatus
    if exitstatus in _PYTEST_SAYS:
        yield Blocker(check="", kind=Result.INTERRUPTED, message=_PYTEST_SAYS[exitstatus])
    elif exitstatus not in (0, 1):
        yield Blocker(check="", kind=Result.INTERRUPTED, message=f"pytest was made to exit with code {exitstatus}")
    elif exitstatus == 1 and not _is_explained(finished.run):
        message = (
            "pytest exits with 1 although no check failed: something else did (a coverage threshold, another plugin); "
            "see its output above"
        )
        yield Blocker(check="", kind=BlockerKind.EXIT_CODE, message=message)
    if not finished.run.selected:
        message = "collection never finished, so it is not known what was to run"
        yield Blocker(check="", kind=Result.NOT_RUN, message=message)


def _is_explained(run: Run) -> bool:
    """Whether a check, or something else that was recorded, made pytest fail."""
    attempts = (attempt for attempts in run.attempts.values() for attempt in attempts)
    harmless = (Result.PASSED, Result.SKIPPED, Result.XFAILED)
    return bool(run.findings) or any(attempt.result not in harmless for attempt in attempts)


def _waived(
    session: UpgradeSession, finished: FinishedRun, checks: list[CheckFact], findings: list[Blocker], notes: list[Note]
) -> list[CheckFact]:
    """The checks, with the waivers of the plan applied to them."""
    from pytest_upgradecheck.waivers import judge_waivers  # only here: few plans have waivers

    run = finished.run
    known = {name: check.id for check in run.planned.values() for name in (check.nodeid, check.id)}
    judged = judge_waivers(
        session.plan.waivers,
        {fact.check: _outcome(finished, fact) for fact in checks},
        known=known | {fact.check: fact.check for fact in checks},
        environment=session.plan.environment,
        phase=session.phase,
        now=utc_now(),
    )
    findings += [Blocker(check=check, kind=kind, message=message) for check, kind, message in judged.blocking]
    notes += [Note(check=check, kind=kind, message=message) for check, kind, message in judged.reported]
    return [replace(fact, waiver=judged.accepted.get(fact.check)) for fact in checks]


def _outcome(finished: FinishedRun, fact: CheckFact) -> Outcome:
    from pytest_upgradecheck.waivers import CheckFailure, Outcome, failure_of

    check = finished.run.planned.get(fact.check)
    return Outcome(
        result=fact.result,
        about_boundary=check is not None and check.is_about_boundary,
        kind=check.kind if check is not None else None,
        failure=failure_of(finished.run, fact.check) or CheckFailure(message=fact.message),
        unread=tuple(_unread_by(finished, check)) if check is not None else (),
    )


def _unread_by(finished: FinishedRun, check: Check) -> Iterator[str]:
    """The keys that a check captured before the change, and that nothing has read in this run."""
    if finished.run.phase.after_change:
        before = finished.before.id_of(check)
        for place, capture in finished.baseline.captures.items():
            if capture.check == before and place not in finished.read_keys:
                yield capture.key


def _unread_baseline(session: UpgradeSession, finished: FinishedRun) -> Iterator[Note]:
    """Notes on values that were captured before the change, but not read after it."""
    run = finished.run
    steps = [step.step for step in session.plan.sequence]
    if run.phase is not Phase.POST or run.step not in (None, steps[-1]) or not run.selected:
        return
    # It is not known what a check that did not pass would have read, and some values are only for phase rollback.
    excused = {check.file for check in run.planned.values() if check.phases == frozenset({Phase.ROLLBACK})}
    excused |= {check.file for check in run.due if not _passed(run, check)}
    for (file, key), capture in finished.baseline.captures.items():
        if (file, key) not in finished.read_keys and file not in excused:
            message = f"baseline[{key!r}] was captured before the change, and no check read it after the change"
            yield Note(check=capture.check, kind=NoteKind.BASELINE_UNREAD, message=message)


def _passed(run: Run, check: Check) -> bool:
    found = run.results.get(check.id)
    return found is not None and found.result is Result.PASSED


def _only_after(finished: FinishedRun) -> Iterator[Note]:
    run = finished.run
    for check in finished.before.only_after(_due(run)) if run.phase.after_change else ():
        if check.since is None:
            message = (
                "it was not part of the checklist before the change, so nothing is known of it then; "
                "if it is new, say so: check_id(since=)"
            )
            yield Note(check=check.id, kind=NoteKind.ONLY_AFTER, message=message)


def _changed_since_pre(finished: FinishedRun) -> Iterator[Note]:
    """Notes on checks whose source or markers have changed: their results before and after are not comparable."""
    for check in finished.before.now:
        before = finished.before.planned.get(finished.before.id_of(check))
        if before is None or check.built_in:
            continue
        changed = [name.replace("_", " ") for name in DEMANDS if getattr(before, name) != getattr(check, name)]
        if None is not before.source != check.source is not None:
            message = "the source of this check has changed since pre, so it may not look for what it looked for then"
        elif changed:
            message = f"the markers of this check have changed since pre, so other things apply: {', '.join(changed)}"
        else:
            continue
        yield Note(check=check.id, kind=NoteKind.CHANGED_SINCE_PRE, message=message)


def _due(run: Run) -> set[str]:
    return {check.id for check in run.due}


def _unknown(boundary: Boundary) -> Blocker:
    return Blocker(
        check="",
        kind=BlockerKind.BOUNDARY_UNKNOWN,
        message=f"it is not known whether rollback boundary {boundary.name} has been crossed: {boundary.why}",
        step=boundary.step,
    )
