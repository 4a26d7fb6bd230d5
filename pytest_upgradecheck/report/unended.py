"""The verdict of a run whose end the record does not hold, from the lines it left: always `cannot-tell`.

Either the run has not ended (it is under way, or was killed), or the record is damaged and cannot be read to its end:
then nothing is known of what is not read, and nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.record import Baseline
from pytest_upgradecheck.report.account import RunAccount
from pytest_upgradecheck.times import written
from pytest_upgradecheck.truth.expressions import evaluate
from pytest_upgradecheck.verdict import Blocker, CheckFact, Facts, decide, transition_of
from pytest_upgradecheck.vocabulary import BlockerKind, BoundaryState, Decision, Result


def verdict_of_unended(last: RunAccount, baseline: Baseline, *, damaged_line: int | None) -> dict[str, Any]:
    """What `verdict.json` would hold of it: what failed until then, and what nobody knows."""
    run, plan = last.run, last.run.plan
    message = (
        f"{run.name} has not ended: if it is not running any more, it was killed after "
        f"{len(run.checks)} checks; run the phase again"
    )
    findings = [] if damaged_line else [Blocker(check="", kind=BlockerKind.NOT_ENDED, message=message)]
    facts = list(_facts(last, baseline))
    unread = [fact for fact in facts if fact.result is Result.NOT_RUN] if damaged_line else []
    if unread:
        those = "1 check is" if len(unread) == 1 else f"{len(unread):,} checks is"
        what = f"what became of {those} not known: the record is damaged from line {damaged_line}"
        findings.append(Blocker(check="", kind=BlockerKind.NOT_KNOWN, message=what))
        facts = [fact for fact in facts if fact.result is not Result.NOT_RUN]
    verdict = decide(Facts(phase=run.phase, checks=facts, boundaries=list(_boundaries(last, damaged_line))))
    blockers = [*findings, *(each for each in verdict.blockers if each.kind != BlockerKind.NOTHING_PLANNED)]
    shown = _versions(last)
    counts = dict(verdict.counts)
    for name in ("planned", "selected"):
        counts[name] += len(unread)
    return {
        "upgrade": plan["upgrade"],
        "title": plan.get("title") or plan["upgrade"],
        "environment": last.environment,
        "phase": run.phase.value,
        "step": run.step,
        "verdict": Decision.CANNOT_TELL.value,
        "reason": message[0].upper() + message[1:],
        "exit_code": Decision.CANNOT_TELL.exit_code,
        "blockers": [blocker.to_dict() for blocker in blockers],
        "waived": [],
        "notes": [],
        "identity": {"only_before": [], "only_after": [], "renamed": []},
        "boundaries": [boundary.to_dict() for boundary in verdict.boundaries],
        "steps": [
            {
                "step": step["step"],
                "product": step["product"],
                "from": step["from"],
                "to": step["to"],
                "shown": shown.get(step["product"]),
            }
            for step in plan["sequence"]
        ],
        "counts": counts,
        "started_at": written(run.started_at),
        "finished_at": None,
        "plan_digest": run.plan_digest,
        "record_digest": None,
    }


def _versions(last: RunAccount) -> Mapping[str, str]:
    """Version by product, as the run's last reading of version truth shows it; empty where that shows none."""
    surfaces = last.run.plan.get("platform", {}).get("surfaces", {}).values()
    expression = next((surface["versions"] for surface in surfaces if "versions" in surface), None)
    if expression is None or last.version_truth is None:
        return {}
    try:
        found = evaluate(expression, last.version_truth).value
    except ValueError:
        return {}
    pairs = found.items() if isinstance(found, dict) else found if isinstance(found, list) else ()
    versions: dict[str, str] = {}
    for pair in pairs:
        match pair:
            case [str(product), str(version)] | (str(product), str(version)) if (
                versions.get(product, version) == version
            ):
                versions[product] = version
            case _:  # no telling which it is, so nothing is told
                return {}
    return versions


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
            message=record.message if record else "the run has not come to it, or not to its end",
            step=entry.get("step"),
            owner=entry.get("owner"),
            boundary=entry.get("boundary"),
            remedy=entry.get("remedy"),
            before=said,
            transition=transition_of(said, result, known=is_known, needed=bool(entry.get("needs"))),
        )


def _boundaries(last: RunAccount, damaged_line: int | None) -> Iterator[Boundary]:
    why = "it is observed at the end of a run, and this one has not ended"
    if damaged_line:
        why = f"the record is damaged from line {damaged_line}, before what was observed"
    for step in last.run.plan["sequence"]:
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
