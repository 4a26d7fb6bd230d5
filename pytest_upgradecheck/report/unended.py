"""The verdict of a run that never ended, from the lines it left: always `cannot-tell`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_upgradecheck.boundaries import Boundary, BoundaryState
from pytest_upgradecheck.record import Baseline
from pytest_upgradecheck.report.account import RunAccount
from pytest_upgradecheck.truth.moments import written
from pytest_upgradecheck.verdict import Blocker, CheckFact, Decision, Facts, Result, decide, transition_of


def verdict_of_unended(last: RunAccount, baseline: Baseline) -> dict[str, Any]:
    """What `verdict.json` would hold of it: what failed until then, and what nobody knows."""
    run, plan = last.run, last.run.plan
    message = (
        f"{run.name} has not ended: if it is not running any more, it was killed after "
        f"{len(run.checks)} checks; run the phase again"
    )
    unended = Blocker(check="", kind="never-ended", message=message)
    facts = Facts(phase=run.phase, checks=list(_facts(last, baseline)), boundaries=list(_boundaries(last)))
    verdict = decide(facts)
    boundaries = [boundary.to_dict() for boundary in verdict.boundaries]
    steps = [
        {"step": step["step"], "product": step["product"], "from": step["from"], "to": step["to"], "shown": None}
        for step in plan["sequence"]
    ]
    return {
        "upgrade": plan["upgrade"],
        "title": plan.get("title") or plan["upgrade"],
        "environment": last.environment,
        "phase": run.phase.value,
        "step": run.step,
        "verdict": Decision.CANNOT_TELL.value,
        "reason": message[0].upper() + message[1:],
        "exit_code": Decision.CANNOT_TELL.exit_code,
        "blockers": [unended.to_dict(), *(blocker.to_dict() for blocker in verdict.blockers)],
        "waived": [],
        "notes": [],
        "identity": {"only_before": [], "only_after": [], "renamed": []},
        "boundaries": boundaries,
        "steps": steps,
        "counts": dict(verdict.counts),
        "started_at": written(run.started_at),
        "finished_at": None,
        "plan_digest": run.plan_digest,
        "record_digest": None,
    }


def _facts(last: RunAccount, baseline: Baseline) -> Iterator[CheckFact]:
    run = last.run
    known = baseline.planned()
    for check in last.due if last.selected else run.planned:
        entry, record = run.planned[check], run.checks.get(check)
        result = Result(record.result) if record else Result.NOT_RUN
        if record is None and check in last.deselected:
            result = Result.DESELECTED
        before = baseline.check(check) if run.phase.after_change else None
        said = before.result if before else None
        is_known = not run.phase.after_change or not baseline.runs or check in known
        yield CheckFact(
            check=check,
            result=result,
            title=entry.get("title", ""),
            message=record.message if record else "the run never came to it",
            step=entry.get("step"),
            owner=entry.get("owner"),
            boundary=entry.get("boundary"),
            remedy=entry.get("remedy"),
            before=said,
            transition=transition_of(said, result, known=is_known, needed=bool(entry.get("needs"))),
        )


def _boundaries(last: RunAccount) -> Iterator[Boundary]:
    for step in last.run.plan["sequence"]:
        boundary = step.get("rollback_boundary")
        if boundary is not None:
            yield Boundary(
                name=boundary["name"],
                step=step["step"],
                state=BoundaryState.UNKNOWN,
                why="it is observed at the end of a run, and this one never ended",
                reversible=tuple(boundary.get("reversible", ())),
                irreversible=tuple(boundary.get("irreversible", ())),
                recover_by=boundary.get("recover_by"),
            )
