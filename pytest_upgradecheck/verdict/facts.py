"""The verdict of a run, from what the record holds of it: whether it ended, was killed, or is still under way.

A verdict that the record states is believed as far as the record's own lines bear it. A record that is damaged, cut,
or does not add up to its verdict is never told as more than `cannot-tell`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.record import History, Run
from pytest_upgradecheck.verdict.decide import Blocker, CheckFact, Facts, decide
from pytest_upgradecheck.verdict.document import StepState, VerdictDocument
from pytest_upgradecheck.vocabulary import BlockerKind, BoundaryState, Decision, Phase, Result
from pytest_upgradecheck.wording import sentence

#: The reason why a check that is due has no result.
_DESELECTED = "it was deselected (-k, -m, --lf ...)"
NOT_REACHED = "the run ended before it"
_NOT_YET_REACHED = "the run has not come to it, or not to its end"


def check_facts(run: Run, before: Before, *, not_run: str = NOT_REACHED) -> Iterator[CheckFact]:
    """The facts about every check that was due in a run, and those that are missing after the change.

    ``not_run`` says why a check has no result that was not left out on purpose.
    """
    for check in run.due:
        yield _fact(run, check, before, not_run)
    if run.phase.after_change and run.selected:
        for check in before.missing_after(run.phase):
            yield _missing_after(check)


def blank_document(
    plan: Mapping[str, Any],
    *,
    phase: Phase,
    step: str | None,
    plan_digest: str,
    started_at: datetime,
    reason: str,
    versions: Mapping[str, str] | None = None,
) -> VerdictDocument:
    """The document of a run that has no verdict yet, or never gets one: `cannot-tell`.

    ``plan`` is the plan's public form, ``versions`` what version truth shows.
    """
    shown = versions or {}
    return VerdictDocument(
        upgrade=plan["upgrade"],
        title=plan.get("title") or plan["upgrade"],
        environment=plan["environment"],
        phase=phase,
        step=step,
        verdict=Decision.CANNOT_TELL,
        reason=reason,
        exit_code=Decision.CANNOT_TELL.exit_code,
        steps=tuple(
            StepState(
                step=each["step"],
                product=each["product"],
                from_version=each["from"],
                to_version=each["to"],
                shown=shown.get(each["product"]),
            )
            for each in plan["sequence"]
        ),
        started_at=started_at,
        finished_at=None,
        plan_digest=plan_digest,
    )


def verdict_of(history: History, run: Run, before: Before) -> tuple[VerdictDocument, Blocker | None]:
    """The verdict of a run, and the reason why the record does not support it (None if it does).

    The run's own verdict if it has ended, else the verdict on what it recorded so far.
    """
    document = (
        VerdictDocument.from_dict(run.document)
        if run.document is not None
        else _of_unended(run, before, history.damaged_line)
    )
    doubt = _doubt(history, run)
    if doubt is None:
        return document, None
    reason = sentence(doubt.message).rstrip(".")
    if doubt.kind == BlockerKind.RECORD_DAMAGED:
        reason = f"The record is damaged, and what follows cannot be trusted: {doubt.message}"
    elif document.finished_at is None:
        reason = document.reason  # the missing end comes first
    told = replace(
        document,
        verdict=Decision.CANNOT_TELL,
        exit_code=Decision.CANNOT_TELL.exit_code,
        reason=reason,
        blockers=(doubt, *document.blockers),
    )
    return told, doubt


def unreconciled(run: Run) -> str:
    """The contradictions between a run's lines and its verdict's numbers; empty if there are none."""
    if run.document is None or not (counts := run.document["counts"]):
        return ""
    due = sum(1 for _ in run.due) + counts["missing-after"]
    faults = []
    if due != counts["planned"]:
        faults.append(f"the verdict says {counts['planned']} planned, the record's lines say {due}")
    if len(run.results) != counts["run"]:
        faults.append(f"the verdict says {counts['run']} run, and the record holds the results of {len(run.results)}")
    blockers = run.document["blockers"]
    if run.document["verdict"] == Decision.PROCEED and blockers:
        faults.append(f"the verdict says proceed, and names {len(blockers)} blockers")
    return "; ".join(faults)


def _doubt(history: History, run: Run) -> Blocker | None:
    if history.damage is not None:
        return Blocker(check="", kind=BlockerKind.RECORD_DAMAGED, message=history.damage)
    if history.unfinished_line:
        message = "the record's last line was cut: a later run was killed while writing"
        if run.document is None:
            message = "the record's last line is not finished: the run is writing it, or was killed while writing"
        return Blocker(check="", kind=BlockerKind.RECORD_CUT, message=message)
    if run.contradiction:
        return Blocker(check="", kind=BlockerKind.NOT_ENDED, message=run.contradiction)
    faults = unreconciled(run)
    if run.decision is Decision.PROCEED and faults:
        message = f"the record's lines do not add up to the verdict's numbers: {faults}"
        return Blocker(check="", kind=BlockerKind.NOT_RECONCILED, message=message)
    return None


def _of_unended(run: Run, before: Before, damaged_line: int | None) -> VerdictDocument:
    message = (
        f"{run.name} has not ended: if it is no longer running, it was killed after "
        f"{len(run.results)} checks; run the phase again"
    )
    blockers = [] if damaged_line else [Blocker(check="", kind=BlockerKind.NOT_ENDED, message=message)]
    facts = list(check_facts(run, before, not_run=_NOT_YET_REACHED))
    # In a damaged record, a check without a result may still have run: this is not known.
    unread = [fact for fact in facts if damaged_line and fact.result is Result.NOT_RUN]
    if unread:
        how_many = "1 check is" if len(unread) == 1 else f"{len(unread):,} checks is"
        what = f"what happened to {how_many} not known: the record is damaged from line {damaged_line}"
        blockers.append(Blocker(check="", kind=BlockerKind.NOT_KNOWN, message=what))
    known = [fact for fact in facts if fact not in unread]
    findings = [Blocker.from_dict(_blocker_entry(entry)) for entry in run.findings]
    boundaries = tuple(_unobserved(run, damaged_line))
    verdict = decide(Facts(phase=run.phase, checks=known, findings=findings))
    document = blank_document(
        run.plan,
        phase=run.phase,
        step=run.step,
        plan_digest=run.plan_digest,
        started_at=run.started_at,
        reason=message[0].upper() + message[1:],
        versions=run.versions,
    )
    counts = dict(verdict.counts)
    for name in ("planned", "selected"):
        counts[name] += len(unread)
    return replace(
        document,
        blockers=(*blockers, *(each for each in verdict.blockers if each.kind != BlockerKind.NOTHING_PLANNED)),
        boundaries=boundaries,
        counts=counts,
    )


def _blocker_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"transition": None} | {name: entry[name] for name in ("check", "kind", "message")}


def _fact(run: Run, check: Check, before: Before, not_run: str) -> CheckFact:
    found = run.results.get(check.id)
    if found is not None:
        result, message = found.result, found.message
    elif check.id in run.deselected:
        result, message = Result.DESELECTED, _DESELECTED
    else:
        result, message = Result.NOT_RUN, not_run
    earlier = before.result_of(check) if run.phase.after_change else None
    return CheckFact(
        check=check.id,
        title=check.title,
        result=result,
        message=message,
        step=check.step,
        owner=check.owner,
        boundary=check.boundary,
        remedy=check.remedy,
        before=earlier.result if earlier else None,
        transition=before.transition(check, result) if run.phase.after_change else None,
        attempts=found.number if found is not None else 0,
    )


def _missing_after(check: Check) -> CheckFact:
    return CheckFact(
        check=check.id,
        title=check.title,
        result=Result.MISSING_AFTER,
        message="it was part of the checklist before the change, but no longer is, or not of this phase. If it has "
        f"another name now, say so there: check_id(..., renamed_from={check.id!r})",
        step=check.step,
        owner=check.owner,
        boundary=check.boundary,
        remedy=check.remedy,
        transition=Before().transition(check, Result.MISSING_AFTER),
    )


def _unobserved(run: Run, damaged_line: int | None) -> Iterator[Boundary]:
    why = "it is observed at the end of a run, and this one has not ended"
    if damaged_line:
        why = f"the record is damaged from line {damaged_line}, before what was observed"
    for step in run.plan["sequence"]:
        boundary = step.get("rollback_boundary")
        if boundary is not None:
            yield Boundary(
                name=boundary["name"],
                step=step["step"],
                state=BoundaryState.UNKNOWN,
                why=why,
                reversible=tuple(boundary.get("reversible", ())),
                irreversible=tuple(boundary.get("irreversible", ())),
                recover_by=boundary.get("recover_by"),
            )
