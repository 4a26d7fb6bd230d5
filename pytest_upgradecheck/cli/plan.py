"""``upgradecheck plan``: is the plan valid, what does it say, and what is still open?"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from pytest_upgradecheck.cli.options import add_records_option
from pytest_upgradecheck.cli.record_folder import record_folder
from pytest_upgradecheck.errors import Fault, PlanError
from pytest_upgradecheck.evidence import Standing, judge
from pytest_upgradecheck.evidence.signoffs import latest, why_open
from pytest_upgradecheck.plan import PLAN_FILE, Migration, Plan, Step, find_plan, load_plan
from pytest_upgradecheck.plan.quantities import duration_text
from pytest_upgradecheck.record import JOURNAL_FILE, History, read_history
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.truth import Answer, Failure
from pytest_upgradecheck.waivers import why_unlimited

HELP = "check a plan, and show its sequence, its boundaries and what is still open"

_OPEN = "OPEN: "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="the plan (default: the nearest upgrade.yaml)"
    )
    add_records_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show the plan."""
    return show_plan(arguments.file, arguments.record)


def show_plan(file: Path | None, records: Path | None) -> int:
    """Print a plan's sequence and boundaries, and what is still open; PlanError if it has faults."""
    path = nearest_plan(file, "upgradecheck plan FILE")
    plan = load_plan(path, os.environ, shown_as=str(file or path))
    lines = list(_lines(plan, records))
    opened = sum(_OPEN in line for line in lines)
    print("\n".join(lines))
    print()
    print(f"open: {opened}" if opened else "the plan is complete. Next: `pytest --upgrade-phase=pre`")
    return 0


def nearest_plan(file: Path | None, command: str) -> Path:
    """The plan that was named, or the nearest; PlanError, with the command that names one, if there is none."""
    path = file or find_plan(Path.cwd(), Path(Path.cwd().anchor))
    if path is None:
        found = f"there is no {PLAN_FILE} here or in a folder above"
        raise PlanError((Fault(file=PLAN_FILE, line=None, field="", found=found, hint=f"name one: {command}"),))
    return path


def _lines(plan: Plan, records: Path | None) -> Iterator[str]:
    yield f"{plan.title} ({plan.upgrade}), {plan.environment}, {plan.change_class}"
    yield f"digest {plan.digest}"
    if not any(step.publishes_truth for step in plan.sequence):
        yield f"{_OPEN}no step changes shared-truth publication (publishes_truth)"
    if not any(surface.tells_readiness for surface in plan.platform.surfaces.values()):
        yield f"{_OPEN}no surface shows readiness (ready, ready_status)"
    for number, step in enumerate(plan.sequence, 1):
        yield ""
        yield from _lines_of_step(number, step)
    if plan.migrations:
        yield ""
        yield "migrations"
        for migration in plan.migrations:
            yield f"  {migration.name}  {_standing(plan, migration)}"
    if plan.signoffs:
        yield ""
        yield "signoffs"
        history = _history(plan, records)
        for name in plan.signoffs:
            yield f"  {name}  {_approval(name, plan, history)}"
    if plan.waivers:
        yield ""
        yield "waivers"
        for waiver in plan.waivers:
            expired = f"{_OPEN}expired: " if waiver.expires < utc_now().date() else ""
            yield f"  {waiver.check}  {expired}until {waiver.expires}, by {waiver.approved_by}: {waiver.reason}"
            if why := why_unlimited(waiver.expires, utc_now()):
                yield f"    {_OPEN}{why}"
            accepts = waiver.accepts or (f"{_OPEN}nothing, because the key `accepts` is missing",)
            yield from (f"    accepts  {entry}" for entry in accepts)


def _lines_of_step(number: int, step: Step) -> Iterator[str]:
    truth = ", publishes shared truth" if step.publishes_truth else ""
    yield f"{number}. {step.step}: {step.product} {step.from_version} -> {step.to_version}{truth}"
    yield f"   owner         {step.owner or f'{_OPEN}not named'}"
    yield f"   fails when    {step.fails_when or f'{_OPEN}missing'}"
    notes = step.release_notes
    yield f"   release notes {f'read by {notes.read_by}' if notes and notes.read_by else f'{_OPEN}not read'}"
    for product, bounds in step.requires.items():
        yield f"   requires      {product} {bounds}"
    boundary = step.rollback_boundary
    if boundary is None:
        yield f"   boundary      {_OPEN}not stated"
        return
    yield f"   boundary      {boundary.name}"
    yield f"     reversible    {', '.join(boundary.reversible) or 'nothing'}"
    yield f"     irreversible  {', '.join(boundary.irreversible) or 'nothing'}"
    if boundary.irreversible:
        yield f"     to recover    {boundary.recover_by or f'{_OPEN}missing'}"
        observed = boundary.crossed_when
        by = f"{observed.surface}: {observed.expression}" if observed else f"{step.product} at {step.to_version}"
        yield f"     crossed when  {by}"
        crossing = "must be crossed after this step" if boundary.must_be_crossed else "may be crossed in this step"
        yield f"     crossing      {crossing}"


def _standing(plan: Plan, migration: Migration) -> str:
    """The state of a migration, as far as it is known without the network."""
    said = f"{migration.posture}, owner {migration.owner}"
    evidence = migration.evidence
    if evidence is not None and "://" in evidence.source:
        age = f", at most {duration_text(evidence.max_age)} old" if evidence.max_age else ""
        return f"{said}; evidence is read when a phase runs, from {evidence.source}{age}"
    judged = judge(plan, migration, now=utc_now(), fetch=_no_network)
    closed = judged.standing in (Standing.UNPROVEN, Standing.DENIED)
    message = judged.message.removeprefix(f"{migration.name}: ").removeprefix(f"{migration.name} is ")
    return f"{said}; {_OPEN if closed else ''}{message}"


def _no_network(url: str) -> Answer | Failure:
    raise AssertionError(url)


def _history(plan: Plan, records: Path | None) -> History:
    folder = record_folder(plan, records)
    if folder is None:
        return History()
    return read_history(folder / JOURNAL_FILE, upgrade=plan.upgrade, environment=plan.environment)


def _approval(name: str, plan: Plan, history: History) -> str:
    signoff = latest(name, history)
    step = None
    if signoff is not None and (approved := history.by_id.get(signoff.pre)) is not None:
        step = approved.step
    why = why_open(name, plan, history, step=step, now=utc_now())
    if why or signoff is None:
        return f"{_OPEN}{why}"
    note = f": {signoff.note}" if signoff.note else ""
    return f"by {signoff.by} at {signoff.at:%Y-%m-%d %H:%M}Z{note}"
