"""Rollback boundaries: what can be reversed, and whether it still can be.

A boundary is crossed once the irreversible change beyond it has happened. This is observed, never assumed:

- With ``crossed_when`` in the plan, the expression is applied to the surface's answer and gives true or false.
- Otherwise, if nothing beyond the boundary is irreversible, it cannot be crossed.
- Otherwise version truth decides: with the product at ``to`` the boundary is crossed, at ``from`` it is not. Going back
  to ``from`` does not undo an irreversible change. If a boundary was seen crossed before and only the version suggests
  that it is not, its state is unknown.

If the state cannot be observed, it is unknown, and the reason is given in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.errors import EvidenceMissing, MixedState, SurfaceUnread
from pytest_upgradecheck.plan import CrossedWhen, Plan, RollbackBoundary, Step
from pytest_upgradecheck.truth import PlatformTruth
from pytest_upgradecheck.truth.excerpts import excerpt
from pytest_upgradecheck.vocabulary import BoundaryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A rollback boundary and its observed state; ``why`` says how the state was determined."""

    name: str
    step: str
    state: BoundaryState
    why: str
    reversible: tuple[str, ...] = ()
    irreversible: tuple[str, ...] = ()
    recover_by: str | None = None

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Boundary:
        """Read a boundary from `verdict.json`."""
        lists = {name: tuple(entry[name]) for name in ("reversible", "irreversible")}
        return cls(**{**entry, **lists, "state": BoundaryState(entry["state"])})

    def to_dict(self) -> dict[str, Any]:
        """As in `verdict.json`."""
        return {
            "name": self.name,
            "step": self.step,
            "state": self.state,
            "why": self.why,
            "reversible": list(self.reversible),
            "irreversible": list(self.irreversible),
            "recover_by": self.recover_by,
        }


def observe(plan: Plan, truth: PlatformTruth, seen: Mapping[str, BoundaryState]) -> tuple[Boundary, ...]:
    """Observe every boundary of a plan, in the order of its sequence.

    ``seen`` holds, for each boundary, what earlier runs of this attempt observed: see `record.Attempt.seen`.
    """
    return tuple(
        _observed(plan, step, step.rollback_boundary, truth, seen[step.rollback_boundary.name])
        for step in plan.sequence
        if step.rollback_boundary is not None
    )


def versions_shown(plan: Plan, truth: PlatformTruth) -> Mapping[str, str]:
    """The version of each product, as version truth reports it; empty if it cannot be read."""
    try:
        return truth.read(plan.version_truth.name).versions
    except (EvidenceMissing, MixedState):
        return {}


def _observed(
    plan: Plan, step: Step, boundary: RollbackBoundary, truth: PlatformTruth, seen: BoundaryState
) -> Boundary:
    try:
        if boundary.crossed_when is not None:
            state, why = _by_expression(boundary.crossed_when, truth)
        elif not boundary.irreversible:
            state, why = BoundaryState.NOT_CROSSED, "nothing beyond it is irreversible"
        else:
            state, why = _by_version(plan, step, truth, seen)
    except (EvidenceMissing, MixedState) as error:
        state, why = BoundaryState.UNKNOWN, str(error)
    return Boundary(
        name=boundary.name,
        step=step.step,
        state=state,
        why=why,
        reversible=boundary.reversible,
        irreversible=boundary.irreversible,
        recover_by=boundary.recover_by,
    )


def _by_expression(crossed_when: CrossedWhen, truth: PlatformTruth) -> tuple[BoundaryState, str]:
    surface, expression = crossed_when.surface, crossed_when.expression
    answer = truth.read(surface).judge(expression)
    if not isinstance(answer, bool):
        what = f"`crossed_when: {expression}` must give true or false, but gave {excerpt(answer)}"
        raise SurfaceUnread(surface, what)
    state = BoundaryState.CROSSED if answer else BoundaryState.NOT_CROSSED
    # No backticks around the expression: JMESPath uses them itself.
    return state, f"{surface}: {expression} is {str(answer).lower()}"


def _by_version(plan: Plan, step: Step, truth: PlatformTruth, seen: BoundaryState) -> tuple[BoundaryState, str]:
    found = truth.read(plan.version_truth.name).versions.get(step.product)
    if found == step.to_version:
        return BoundaryState.CROSSED, f"version truth shows {step.product} at {found}"
    if found != step.from_version:
        at = f"at {found}, which is neither {step.from_version} nor {step.to_version}" if found else "nowhere"
        return BoundaryState.UNKNOWN, f"version truth shows {step.product} {at}"
    how = "set `crossed_when` in the plan's rollback_boundary to say how to tell"
    if seen is BoundaryState.CROSSED:
        return BoundaryState.UNKNOWN, (
            f"it was crossed before, and version truth shows {step.product} back at {found}. The version alone does "
            f"not show that what is irreversible was restored: {how}"
        )
    if seen is BoundaryState.UNKNOWN:
        return BoundaryState.UNKNOWN, (
            f"no run looked at it between pre and the rollback, and version truth shows {step.product} at {found} "
            f"whether the irreversible change happened or not: {how}, or run post before rolling back"
        )
    return BoundaryState.NOT_CROSSED, f"version truth shows {step.product} at {found}"
