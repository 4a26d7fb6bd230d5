"""The checks a plan contributes: what each of them asks, as functions that answer with problems.

A function answers one sentence for each problem it finds, none where all is well, and raises EvidenceMissing where it
cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING

from pytest_upgradecheck.boundaries import observe
from pytest_upgradecheck.errors import EvidenceMissing
from pytest_upgradecheck.evidence import Standing
from pytest_upgradecheck.evidence.signoffs import why_open
from pytest_upgradecheck.plan import Migration, Plan, Step
from pytest_upgradecheck.plugin.checking.expected_versions import expected_version, versions_of
from pytest_upgradecheck.plugin.checking.surface_comparison import compare_surface, comparison_name
from pytest_upgradecheck.times import clock
from pytest_upgradecheck.truth import Reading
from pytest_upgradecheck.truth.excerpts import excerpt
from pytest_upgradecheck.vocabulary import UNMARKED, BoundaryState, Phase

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession

Problems = Sequence[str]

BEFORE_AND_AFTER = frozenset({Phase.PRE, Phase.POST})
AFTER = frozenset({Phase.POST, Phase.ROLLBACK})
NOT_AFTER = frozenset({Phase.PRE, Phase.ROLLBACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck:
    """One check made from the plan: its name, what it asks in words, when it runs, and how it is answered."""

    name: str
    title: str
    ask: Callable[[UpgradeSession], Problems]
    phases: frozenset[Phase] = UNMARKED
    step: Step | None = None
    boundary: str | None = None
    migration: Migration | None = None

    @property
    def owner(self) -> str | None:
        """Who answers for what is asked."""
        if self.migration is not None:
            return self.migration.owner
        return self.step.owner if self.step is not None else None


def plan_checks(plan: Plan) -> Iterator[PlanCheck]:
    """Every check of a plan, for all phases."""
    yield PlanCheck(
        name="sequence",
        title="the sequence is explicit: what moves first, where truth publication changes",
        ask=_sequence,
        phases=BEFORE_AND_AFTER,
    )
    for step in plan.sequence:
        yield from _checks_of_step(step)
    yield PlanCheck(
        name="representative-path",
        title="one path of a real user or operator is verified after the change",
        ask=_representative_path,
        phases=BEFORE_AND_AFTER,
    )
    for migration in plan.migrations:
        yield PlanCheck(
            name=f"migration[{migration.name}]",
            title=f"migration {migration.name} is no further than its owner's evidence",
            ask=partial(_migration, migration),
            phases=BEFORE_AND_AFTER,
            migration=migration,
        )
    for signoff in plan.signoffs:
        yield PlanCheck(
            name=f"signoff[{signoff}]",
            title=f"{signoff} has approved this plan and state",
            ask=partial(_signoff, signoff),
            phases=BEFORE_AND_AFTER,
        )
    yield PlanCheck(
        name="baseline",
        title="the baseline is fresh, of this plan and environment, and from a passing pre",
        ask=_baseline,
        phases=AFTER,
    )
    yield from _checks_of_surfaces(plan)


def _checks_of_step(step: Step) -> Iterator[PlanCheck]:
    name = step.step
    yield PlanCheck(
        name=f"rollback-boundary[{name}]",
        title=f"step {name} states its rollback boundary, and a check decides on it",
        ask=partial(_boundary_is_stated, step),
        phases=BEFORE_AND_AFTER,
        step=step,
    )
    yield PlanCheck(
        name=f"verification[{name}]",
        title=f"step {name} is verified after the change",
        ask=partial(_verified_after, step),
        phases=BEFORE_AND_AFTER,
        step=step,
    )
    yield PlanCheck(
        name=f"release-notes[{name}]",
        title=f"the release notes of step {name} are read",
        ask=partial(_release_notes, step),
        phases=BEFORE_AND_AFTER,
        step=step,
    )
    if step.requires:
        yield PlanCheck(
            name=f"compatibility[{name}]",
            title=f"what step {name} requires is there",
            ask=partial(_compatibility, step),
            phases=BEFORE_AND_AFTER,
            step=step,
        )
    yield PlanCheck(
        name=f"version[{name}]",
        title=f"version truth shows {step.product} where it must be",
        ask=partial(_version, step),
        step=step,
    )
    if step.rollback_boundary is not None:
        boundary = step.rollback_boundary.name
        yield PlanCheck(
            name=f"not-crossed[{boundary}]",
            title=f"rollback boundary {boundary} is not crossed",
            ask=partial(_not_crossed, step),
            phases=NOT_AFTER,
            step=step,
            boundary=boundary,
        )
    if step.outage is not None:
        yield _closed(f"outage[{name}]", f"the outage budget of step {name} is kept", "outage", BEFORE_AND_AFTER)


def _checks_of_surfaces(plan: Plan) -> Iterator[PlanCheck]:
    surfaces = plan.platform.surfaces.values()
    for surface in surfaces:
        if surface.drifted is not None:
            yield PlanCheck(
                name=f"drift[{surface.name}]", title="no contract drifts", ask=partial(_drift, surface.name)
            )
        if surface.tells_readiness:
            yield PlanCheck(
                name=f"ready[{surface.name}]",
                title=f"{surface.name} says ready, and says it freshly",
                ask=partial(_ready, surface.name),
            )
        if surface.compare is not None:
            yield PlanCheck(
                name=comparison_name(surface),
                title=f"{surface.name} is as before, as far as it must be",
                ask=partial(compare_surface, surface),
            )
        if surface.drifted is None and not surface.tells_readiness and surface.versions is None:
            yield PlanCheck(
                name=f"surface[{surface.name}]",
                title=f"{surface.name} answers",
                ask=partial(_answers, surface.name),
            )
    if not any(surface.tells_readiness for surface in surfaces):
        yield PlanCheck(name="ready", title="a surface of the plan tells readiness", ask=_no_readiness)


def _closed(name: str, title: str, key: str, phases: frozenset[Phase]) -> PlanCheck:
    def closed(_: UpgradeSession) -> Problems:
        raise EvidenceMissing(
            f"the plan's `{key}` cannot be verified by this release, and what is not verified is never green; "
            f"take `{key}` out of the plan and verify it by other means"
        )

    return PlanCheck(name=name, title=title, ask=closed, phases=phases)


def _sequence(session: UpgradeSession) -> Problems:
    steps = session.plan.sequence
    problems = [
        f"step {step.step} does not say what counts as its failure: set `fails_when`"
        for step in steps
        if not step.fails_when
    ]
    if not any(step.publishes_truth for step in steps):
        problems.append("no step says that shared-truth publication changes in it: set `publishes_truth: true`")
    return problems


def _boundary_is_stated(step: Step, session: UpgradeSession) -> Problems:
    boundary = step.rollback_boundary
    if boundary is None:
        return [f"step {step.step} states no rollback boundary: set `rollback_boundary`"]
    problems = []
    if not boundary.reversible and not boundary.irreversible:
        problems.append(f"boundary {boundary.name} names nothing as reversible and nothing as irreversible")
    if boundary.irreversible and not boundary.recover_by:
        problems.append(
            f"boundary {boundary.name} names what is irreversible, but not how to recover: set `recover_by`"
        )
    deciding = [
        check
        for check in session.checks.values()
        if check.boundary == boundary.name and Phase.POST in check.phases and not check.built_in
    ]
    if not deciding:
        problems.append(
            f"no check after the change decides on boundary {boundary.name}: "
            f'mark one with @pytest.mark.rollback_boundary("{boundary.name}")'
        )
    return problems


def _verified_after(step: Step, session: UpgradeSession) -> Problems:
    for check in session.checks.values():
        if check.step == step.step and Phase.POST in check.phases and not check.built_in:
            return []
    return [
        f'no check verifies step {step.step} after the change: mark one with @pytest.mark.upgrade_step("{step.step}")'
    ]


def _representative_path(session: UpgradeSession) -> Problems:
    if any(check.path and Phase.POST in check.phases for check in session.checks.values()):
        return []
    return ["no check after the change is a representative path: mark one with user_path or operator_path"]


def _release_notes(step: Step, _: UpgradeSession) -> Problems:
    notes = step.release_notes
    if notes is None:
        return [f"step {step.step} names no release notes: set `release_notes` with `url` and `read_by`"]
    if not notes.read_by:
        return [f"nobody says to have read the release notes of step {step.step}: set `release_notes.read_by`"]
    return []


def _compatibility(step: Step, session: UpgradeSession) -> Problems:
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    versions = versions_of(session)
    problems = []
    for product, requirement in step.requires.items():
        found = versions.get(product)
        if found is None:
            raise EvidenceMissing(_not_listed(product, versions))
        try:
            version = Version(found)
        except InvalidVersion:
            raise EvidenceMissing(
                f"version truth shows {product} at {found!r}, which is no version that {requirement} can judge"
            ) from None
        if not SpecifierSet(requirement).contains(version, prereleases=True):
            problems.append(f"step {step.step} requires {product} {requirement}, and version truth shows {found}")
    return problems


def _version(step: Step, session: UpgradeSession) -> Problems:
    versions = versions_of(session)
    found, expected = versions.get(step.product), expected_version(step, session)
    if found is None:
        raise EvidenceMissing(_not_listed(step.product, versions))
    if found == expected:
        return []
    what = f"version truth shows {step.product} at {found}, and {expected} is expected"
    if session.phase is Phase.PRE and found == step.to_version:
        return [f"{what}: it is already upgraded, so nothing true before the change can be captured any more"]
    if session.phase is Phase.POST and found == step.to_version:
        return [f"{what}: it moved out of sequence, before step {session.settings.step} was verified"]
    if session.phase is Phase.POST and found == step.from_version:
        return [f"{what}: it was left on the old release"]
    if session.phase is Phase.ROLLBACK and found == step.to_version:
        return [f"{what}: it was not taken back"]
    return [what]


def _not_crossed(step: Step, session: UpgradeSession) -> Problems:
    if expected_version(step, session) == step.to_version:
        return []
    boundary = next(
        each
        for each in observe(session.plan, session.truth, session.attempt.seen(session.plan.public(), session.phase))
        if each.step == step.step
    )
    if boundary.state is BoundaryState.UNKNOWN:
        raise EvidenceMissing(f"whether boundary {boundary.name} is crossed is unknown: {boundary.why}")
    if boundary.state is BoundaryState.NOT_CROSSED:
        return []
    return [f"boundary {boundary.name} is crossed ({boundary.why}): {', '.join(boundary.irreversible)} is still there"]


def _migration(migration: Migration, session: UpgradeSession) -> Problems:
    judgement = session.judgement(migration.name)
    if judgement.standing is Standing.UNPROVEN:
        raise EvidenceMissing(judgement.message)
    return [judgement.message] if judgement.standing is Standing.DENIED else []


def _signoff(name: str, session: UpgradeSession) -> Problems:
    before_change = not session.phase.after_change
    why = why_open(
        name,
        session.plan,
        session.history,
        step=session.settings.step,
        now=datetime.now(timezone.utc),
        planned=session.checks.keys() if before_change else None,
    )
    if why:
        raise EvidenceMissing(why)
    return []


def _baseline(session: UpgradeSession) -> Problems:
    plan = session.plan
    faults = session.baseline.faults(
        plan_digest=plan.digest,
        plan=plan.public(),
        now=datetime.now(timezone.utc),
        max_age=plan.baseline.max_age,
    )
    if faults:
        raise EvidenceMissing("; ".join(faults))
    return []


def _drift(surface: str, session: UpgradeSession) -> Problems:
    drifted = session.truth.read(surface).drifted
    return [f"{len(drifted)} drifted: {', '.join(map(excerpt, drifted))}"] if drifted else []


def _ready(surface: str, session: UpgradeSession) -> Problems:
    reading = session.truth.read(surface)
    _require_observed_since_the_last_phase(reading, session)
    if reading.ready:
        return []
    judged_by = session.plan.surface(surface)
    told_by_status = judged_by.ready_status is not None and reading.status not in judged_by.ready_status
    asked = f"it answered with status {reading.status}" if told_by_status else f"`{judged_by.ready}` is false"
    return [f"{surface} is not ready: {asked}; it says: {reading.excerpt}"]


def _require_observed_since_the_last_phase(reading: Reading, session: UpgradeSession) -> None:
    """What was observed before the change says nothing about the platform after it, however young it is."""
    if reading.observed_at is None or not session.phase.after_change:
        return
    now = (session.phase, session.settings.step)
    earlier = [run for run in session.history.runs if run.finished_at and (run.phase, run.step) != now]
    if earlier and earlier[-1].finished_at and reading.observed_at <= earlier[-1].finished_at:
        raise EvidenceMissing(
            f"{reading.surface}: its answer was observed at {clock(reading.observed_at)}, before {earlier[-1].name} "
            f"ended at {clock(earlier[-1].finished_at)}: it says nothing about the platform since then"
        )


def _answers(surface: str, session: UpgradeSession) -> Problems:
    session.truth.read(surface)
    return []


def _no_readiness(_: UpgradeSession) -> Problems:
    raise EvidenceMissing("no surface of the plan tells readiness: give one `ready` or `ready_status`")


def _not_listed(product: str, versions: dict[str, str]) -> str:
    return f"version truth does not list {product}; it lists: {', '.join(sorted(versions)) or 'nothing'}"
