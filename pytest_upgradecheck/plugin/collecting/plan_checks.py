"""The checks that a plan contributes; `plan_questions` has their questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pytest_upgradecheck.plan import Migration, Plan, Step
from pytest_upgradecheck.plugin.checking.surface_comparison import compare_surface
from pytest_upgradecheck.plugin.collecting.plan_questions import (
    Problems,
    answers,
    at_its_version,
    baseline_holds,
    boundary_is_stated,
    compatible,
    crossed,
    earlier_steps,
    migration_proven,
    no_readiness,
    not_crossed,
    not_verifiable,
    nothing_drifts,
    ready,
    release_notes_read,
    representative_path,
    sequence_is_explicit,
    signed_off,
    verified_after,
)
from pytest_upgradecheck.vocabulary import UNMARKED, Phase, PlanCheckKind

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession

BEFORE_AND_AFTER = frozenset({Phase.PRE, Phase.POST})
AFTER = frozenset({Phase.POST, Phase.ROLLBACK})
NOT_AFTER = frozenset({Phase.PRE, Phase.ROLLBACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck:
    """One check made from the plan: its kind, its subject, its title, its phases, and its question."""

    kind: PlanCheckKind
    about: str = ""
    title: str
    ask: Callable[[UpgradeSession], Problems]
    phases: frozenset[Phase] = UNMARKED
    step: Step | None = None
    boundary: str | None = None
    migration: Migration | None = None

    @property
    def name(self) -> str:
        """``version[fabric]``."""
        return f"{self.kind}[{self.about}]" if self.about else self.kind.value

    @property
    def owner(self) -> str | None:
        """The owner of the step or migration that is checked."""
        if self.migration is not None:
            return self.migration.owner
        return self.step.owner if self.step is not None else None


def plan_checks(plan: Plan, *, starts: str | None = None) -> Iterator[PlanCheck]:
    """Every check of a plan, for all phases. ``starts`` names the step that a pre run is to allow to start."""
    yield PlanCheck(
        kind=PlanCheckKind.SEQUENCE,
        title="the sequence is explicit: how a step fails, and where truth publication changes",
        ask=sequence_is_explicit,
        phases=BEFORE_AND_AFTER,
    )
    if starts is not None and starts != plan.sequence[0].step:
        yield PlanCheck(
            kind=PlanCheckKind.EARLIER_STEPS,
            about=starts,
            title=f"every step before {starts} has been verified after its change",
            ask=partial(earlier_steps, plan.step(starts)),
            phases=frozenset({Phase.PRE}),
            step=plan.step(starts),
        )
    for step in plan.sequence:
        yield from _checks_of_step(step)
    yield PlanCheck(
        kind=PlanCheckKind.REPRESENTATIVE_PATH,
        title="one path of a real user or operator is verified after the change",
        ask=representative_path,
        phases=BEFORE_AND_AFTER,
    )
    for migration in plan.migrations:
        yield PlanCheck(
            kind=PlanCheckKind.MIGRATION,
            about=migration.name,
            title=f"migration {migration.name} is no further than its owner's evidence",
            ask=partial(migration_proven, migration),
            phases=BEFORE_AND_AFTER,
            migration=migration,
        )
    for signoff in plan.signoffs:
        yield PlanCheck(
            kind=PlanCheckKind.SIGNOFF,
            about=signoff,
            title=f"{signoff} has approved this plan and state",
            ask=partial(signed_off, signoff),
            phases=BEFORE_AND_AFTER,
        )
    yield PlanCheck(
        kind=PlanCheckKind.BASELINE,
        title="the baseline is fresh, of this plan and environment, and from a passing pre",
        ask=baseline_holds,
        phases=AFTER,
    )
    yield from _checks_of_surfaces(plan)


def _checks_of_step(step: Step) -> Iterator[PlanCheck]:
    name = step.step
    yield PlanCheck(
        kind=PlanCheckKind.ROLLBACK_BOUNDARY,
        about=name,
        title=f"step {name} states its rollback boundary, and a check guards it",
        ask=partial(boundary_is_stated, step),
        phases=BEFORE_AND_AFTER,
        step=step,
    )
    yield PlanCheck(
        kind=PlanCheckKind.VERIFICATION,
        about=name,
        title=f"step {name} is verified after the change",
        ask=partial(verified_after, step),
        phases=BEFORE_AND_AFTER,
        step=step,
    )
    yield PlanCheck(
        kind=PlanCheckKind.RELEASE_NOTES,
        about=name,
        title=f"the release notes of step {name} have been read",
        ask=partial(release_notes_read, step),
        phases=BEFORE_AND_AFTER,
        step=step,
    )
    if step.requires:
        yield PlanCheck(
            kind=PlanCheckKind.COMPATIBILITY,
            about=name,
            title=f"the requirements of step {name} are met",
            ask=partial(compatible, step),
            phases=BEFORE_AND_AFTER,
            step=step,
        )
    yield PlanCheck(
        kind=PlanCheckKind.VERSION,
        about=name,
        title=f"{step.product} reports the expected version",
        ask=partial(at_its_version, step),
        step=step,
    )
    if step.rollback_boundary is not None:
        boundary = step.rollback_boundary.name
        yield PlanCheck(
            kind=PlanCheckKind.NOT_CROSSED,
            about=boundary,
            title=f"rollback boundary {boundary} has not been crossed",
            ask=partial(not_crossed, step),
            phases=NOT_AFTER,
            step=step,
            boundary=boundary,
        )
        if step.rollback_boundary.must_be_crossed:
            yield PlanCheck(
                kind=PlanCheckKind.CROSSED,
                about=boundary,
                title=f"rollback boundary {boundary} has been crossed by the change of step {name}",
                ask=partial(crossed, step),
                phases=frozenset({Phase.POST}),
                step=step,
            )
    if step.outage is not None:
        yield PlanCheck(
            kind=PlanCheckKind.OUTAGE,
            about=name,
            title=f"the outage budget of step {name} is kept",
            ask=partial(not_verifiable, "outage"),
            phases=BEFORE_AND_AFTER,
            step=step,
        )


def _checks_of_surfaces(plan: Plan) -> Iterator[PlanCheck]:
    surfaces = plan.platform.surfaces.values()
    for surface in surfaces:
        if surface.drifted is not None:
            yield PlanCheck(
                kind=PlanCheckKind.DRIFT,
                about=surface.name,
                title="no contract drifts",
                ask=partial(nothing_drifts, surface.name),
            )
        if surface.tells_readiness:
            yield PlanCheck(
                kind=PlanCheckKind.READY,
                about=surface.name,
                title=f"{surface.name} reports ready, and the answer is recent",
                ask=partial(ready, surface.name),
            )
        if surface.compare is not None:
            yield PlanCheck(
                kind=PlanCheckKind.COMPARE,
                about=surface.name,
                title=f"{surface.name} has changed only as allowed",
                ask=partial(compare_surface, surface),
            )
        if surface.drifted is None and not surface.tells_readiness and surface.versions is None:
            yield PlanCheck(
                kind=PlanCheckKind.SURFACE,
                about=surface.name,
                title=f"{surface.name} answers",
                ask=partial(answers, surface.name),
            )
    if not any(surface.tells_readiness for surface in surfaces):
        yield PlanCheck(kind=PlanCheckKind.READY, title="a surface of the plan reports readiness", ask=no_readiness)
