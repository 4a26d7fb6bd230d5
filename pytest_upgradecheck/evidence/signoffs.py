"""Approvals by people: each counts for exactly the plan and the state that were approved.

A signoff is recorded after a pre run in which nothing but signoffs was open, and is bound to that run and to the digest
of the plan. It is open again as soon as the plan changes, the checklist does, or a later pre run finds anything else
than the one that was approved.

A signoff is a line in the record with the name that was given: it is as trustworthy as the people who can write the
record. Where they must not be trusted, use signed evidence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.plan import Plan
from pytest_upgradecheck.record import History, Run, Signoff, plan_changes
from pytest_upgradecheck.times import is_ahead
from pytest_upgradecheck.vocabulary import Phase, PlanCheckKind

_SHOWN = 3


def why_open(
    name: str,
    plan: Plan,
    history: History,
    *,
    step: str | None,
    now: datetime,
    planned: Collection[str] | None = None,
) -> str:
    """The reason why a signoff of the plan is open, in a sentence; empty if it is not open.

    ``step`` is the step that is verified, None for the whole plan; ``planned`` are the ids of the checks that are
    planned now, if that is before the change.
    """
    ask = f"upgradecheck signoff {name} --by PERSON"
    signoff = latest(name, history)
    if signoff is None:
        return f"the signoff {name} is missing; once pre shows that nothing else is open: {ask}"
    who = f"{signoff.by} signed off at {signoff.at:%Y-%m-%d %H:%M}Z"
    if is_ahead(signoff.at, now):
        return f"{who}, which is in the future: compare the clocks, and sign off again: {ask}"
    approved = history.by_id.get(signoff.pre)
    if approved is None:
        return f"{who}, but the pre run that was approved is not in this record; sign off again: {ask}"
    if signoff.plan_digest != plan.digest:
        fields = plan_changes(approved.plan, plan.public())
        return f"{who}, but the plan has changed since: {fields}; have the new plan approved: {ask}"
    if approved.step not in (None, step):
        here = f"step {step}" if step else "the whole plan"
        return f"{who} for step {approved.step}, but this is {here}; have this approved as well: {ask}"
    changes = [*_changes(approved, history), *_changes_of_checklist(approved, planned)]
    if changes:
        return f"{who}, but what was approved has changed since: {_listed(changes)}; have the new state approved: {ask}"
    return ""


def latest(name: str, history: History) -> Signoff | None:
    """The last signoff of this name; it replaces the earlier ones."""
    return next((each for each in reversed(history.signoffs) if each.name == name), None)


def approvable(plan: Plan, history: History, *, now: datetime) -> Run:
    """The last pre run, if nothing but signoffs was open in it, and it was of this plan; NotPossible says why not."""
    run = next((run for run in reversed(history.runs) if run.phase is Phase.PRE), None)
    if run is None:
        raise NotPossible(
            "there is no pre run yet, so there is nothing to approve: run `pytest --upgrade-phase=pre` first"
        )
    if run.plan_digest != plan.digest:
        raise NotPossible(
            f"the plan has changed since {run.name} ({plan_changes(run.plan, plan.public())}): "
            "run `pytest --upgrade-phase=pre` with the new plan, and approve that run"
        )
    if run.decision is None:
        raise NotPossible(f"{run.name} never ended: run `pytest --upgrade-phase=pre` again, and approve that run")
    if run.finished_at is not None and is_ahead(run.finished_at, now):
        ended = f"{run.finished_at:%Y-%m-%d %H:%M}Z"
        raise NotPossible(
            f"{run.name} ended at {ended}, which is in the future: compare the clocks, run "
            "`pytest --upgrade-phase=pre` again, and approve that run"
        )
    others = [check for check in run.blocking_checks if not _is_signoff(check, run.planned)]
    if others:
        raise NotPossible(
            f"{run.name} ended in {run.decision}, and not only signoffs are open: {_listed(others)}; "
            "fix that, run `pytest --upgrade-phase=pre` again, and approve that run"
        )
    return run


def _changes(approved: Run, history: History) -> Iterator[str]:
    """The findings of later pre runs that differ from those of the approved run."""
    runs = list(history.runs)
    for run in runs[runs.index(approved) + 1 :]:
        if run.phase is not Phase.PRE or run.left_checks_out or run.step != approved.step:
            continue
        if run.decision is None:
            yield f"{run.name} never ended"
            continue
        for check in dict.fromkeys((*approved.results, *run.results)):
            if _is_signoff(check, run.planned) or _is_signoff(check, approved.planned):
                continue
            before, now = (_result(check, each) for each in (approved, run))
            if before != now:
                yield f"{check} was {before}, but {now} in {run.name}"


def _changes_of_checklist(approved: Run, planned: Collection[str] | None) -> Iterator[str]:
    if planned is None:
        return
    yield from (f"{check} is no longer planned" for check in approved.planned if check not in planned)
    yield from (f"{check} is new" for check in planned if check not in approved.planned)


def _result(check: str, run: Run) -> str:
    found = run.results.get(check)
    return found.result if found else "not part of it"


def _is_signoff(check: str, planned: Mapping[str, Check]) -> bool:
    """Whether a check is the plan's check of a signoff, which is open until the signoff is recorded."""
    entry = planned.get(check)
    return entry is not None and entry.kind is PlanCheckKind.SIGNOFF


def _listed(items: Collection[str]) -> str:
    shown = "; ".join(list(items)[:_SHOWN])
    return f"{shown}; and {len(items) - _SHOWN} more" if len(items) > _SHOWN else shown
