"""``upgradecheck plan``: is the plan right, and what does it say?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pytest_upgradecheck.errors import Fault, PlanError
from pytest_upgradecheck.plan import PLAN_FILE, Plan, find_plan, load_plan


def show_plan(file: Path | None) -> int:
    """Print a plan's sequence and boundaries, and what it leaves open; PlanError where it is wrong."""
    path = file or find_plan(Path.cwd(), Path(Path.cwd().anchor))
    if path is None:
        found = f"there is no {PLAN_FILE} here or in a folder above"
        raise PlanError(
            (Fault(file=PLAN_FILE, line=None, field="", found=found, hint="name one: upgradecheck plan FILE"),)
        )
    plan = load_plan(path, os.environ, shown_as=str(file or path))
    print("\n".join(_lines(plan)))
    return 0


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.title} ({plan.upgrade}), {plan.environment}, {plan.change_class}"
    yield f"digest {plan.digest}"
    for number, step in enumerate(plan.sequence, 1):
        truth = ", publishes shared truth" if step.publishes_truth else ""
        yield ""
        yield f"{number}. {step.step}: {step.product} {step.from_version} -> {step.to_version}{truth}"
        yield f"   owner         {step.owner or 'OPEN: nobody is named'}"
        yield f"   fails when    {step.fails_when or 'OPEN: not said'}"
        notes = step.release_notes
        yield f"   release notes {f'read by {notes.read_by}' if notes and notes.read_by else 'OPEN: not read'}"
        for product, bounds in step.requires.items():
            yield f"   requires      {product} {bounds}"
        boundary = step.rollback_boundary
        if boundary is None:
            yield "   boundary      OPEN: not stated"
            continue
        yield f"   boundary      {boundary.name}"
        yield f"     reversible    {', '.join(boundary.reversible) or 'nothing'}"
        yield f"     irreversible  {', '.join(boundary.irreversible) or 'nothing'}"
        if boundary.irreversible:
            yield f"     to recover    {boundary.recover_by or 'OPEN: not said'}"
            observed = boundary.crossed_when
            by = f"{observed.surface}: {observed.expression}" if observed else f"{step.product} at {step.to_version}"
            yield f"     crossed when  {by}"
