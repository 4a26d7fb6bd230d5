"""The questions of the plan's checks: each function returns one sentence for each problem it finds.

It raises EvidenceMissing if it cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_upgradecheck.boundaries import Boundary, observe
from pytest_upgradecheck.errors import EvidenceMissing
from pytest_upgradecheck.evidence import Standing
from pytest_upgradecheck.evidence.signoffs import why_open
from pytest_upgradecheck.foreign_text import difference_of_spelling
from pytest_upgradecheck.plan import Migration, Step
from pytest_upgradecheck.plan.version_bounds import satisfies
from pytest_upgradecheck.plugin.checking.expected_versions import expected_version, versions_of
from pytest_upgradecheck.times import clock, utc_now
from pytest_upgradecheck.truth import Reading
from pytest_upgradecheck.truth.excerpts import excerpt
from pytest_upgradecheck.vocabulary import BoundaryState, Decision, Phase

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession

Problems = Sequence[str]


def not_verifiable(key: str, _: UpgradeSession) -> Problems:
    """A key of the plan that this release cannot verify."""
    raise EvidenceMissing(
        f"this release cannot verify `{key}` of the plan, and a check that is not verified never passes; "
        f"remove `{key}` from the plan and verify it by other means"
    )


def sequence_is_explicit(session: UpgradeSession) -> Problems:
    """The sequence says what counts as a failed step, and where truth publication changes."""
    steps = session.plan.sequence
    problems = [
        f"step {step.step} does not say what counts as its failure: set `fails_when`"
        for step in steps
        if not step.fails_when
    ]
    if not any(step.publishes_truth for step in steps):
        problems.append("no step says that shared-truth publication changes in it: set `publishes_truth: true`")
    return problems


def earlier_steps(step: Step, session: UpgradeSession) -> Problems:
    """Before a step starts, each step before it has proceeded, and no later run found it broken."""
    problems = []
    order = [each.step for each in session.plan.sequence]
    for earlier in order[: order.index(step.step)]:
        run = session.attempt.last_of(Phase.POST, earlier)
        if run is None or run.decision is None:
            why = (
                "has not been verified after its change" if run is None else f"was not verified: {run.name} never ended"
            )
            raise EvidenceMissing(f"step {earlier} {why}; run `pytest --upgrade-phase=post --upgrade-step={earlier}`")
        if run.decision is not Decision.PROCEED:
            problems.append(f"step {earlier} has not proceeded: {run.name} ended in {run.decision}: {run.reason}")
        elif broken := session.attempt.found_broken_after(run, earlier):
            problems.append(f"step {earlier} proceeded, but {broken.name} found it broken: {broken.reason}")
    return problems


def boundary_is_stated(step: Step, session: UpgradeSession) -> Problems:
    """A step states its rollback boundary, and a check after the change guards it."""
    boundary = step.rollback_boundary
    if boundary is None:
        return [f"step {step.step} states no rollback boundary: set `rollback_boundary`"]
    problems = []
    if not boundary.reversible and not boundary.irreversible:
        problems.append(f"boundary {boundary.name} names nothing as reversible and nothing as irreversible")
    if boundary.irreversible and not boundary.recover_by:
        problems.append(f"boundary {boundary.name} says what is irreversible, but not how to recover: set `recover_by`")
    deciding = [
        check
        for check in session.checks.values()
        if check.boundary == boundary.name and Phase.POST in check.phases and not check.built_in
    ]
    if not deciding:
        problems.append(
            f"no check after the change guards boundary {boundary.name}: "
            f'mark one with @pytest.mark.rollback_boundary("{boundary.name}")'
        )
    return problems


def verified_after(step: Step, session: UpgradeSession) -> Problems:
    """A check verifies the step after the change."""
    for check in session.checks.values():
        if check.step == step.step and Phase.POST in check.phases and not check.built_in:
            return []
    return [
        f'no check verifies step {step.step} after the change: mark one with @pytest.mark.upgrade_step("{step.step}")'
    ]


def representative_path(session: UpgradeSession) -> Problems:
    """A check after the change is a path that a real user or operator takes."""
    if any(check.path and Phase.POST in check.phases for check in session.checks.values()):
        return []
    return ["no check after the change is a representative path: mark one with user_path or operator_path"]


def release_notes_read(step: Step, _: UpgradeSession) -> Problems:
    """A person has read the release notes of the step."""
    notes = step.release_notes
    if notes is None:
        return [f"step {step.step} names no release notes: set `release_notes` with `url` and `read_by`"]
    if not notes.read_by:
        return [f"step {step.step} does not say who has read its release notes: set `release_notes.read_by`"]
    return []


def compatible(step: Step, session: UpgradeSession) -> Problems:
    """Version truth satisfies what the step requires."""
    versions = versions_of(session)
    problems = []
    for product, requirement in step.requires.items():
        found = versions.get(product)
        if found is None:
            raise EvidenceMissing(_not_listed(product, versions))
        try:
            is_within = satisfies(found, requirement)
        except ValueError:
            raise EvidenceMissing(
                f"version truth shows {product} at {found!r}, which is not a version that {requirement} can judge"
            ) from None
        if is_within is None:
            raise EvidenceMissing(
                f"version truth shows {product} at {found!r}, and whether that is within {requirement} depends on what "
                "the letter after the version means: later, or a pre-release; write bounds that do not end there"
            )
        if not is_within:
            problems.append(f"step {step.step} requires {product} {requirement}, and version truth shows {found}")
    return problems


def at_its_version(step: Step, session: UpgradeSession) -> Problems:
    """The step's product is at the version that this run expects."""
    versions = versions_of(session)
    found, expected = versions.get(step.product), expected_version(step, session)
    if found is None:
        raise EvidenceMissing(_not_listed(step.product, versions))
    if found == expected:
        return []
    differ = difference_of_spelling(found, expected)
    what = f"version truth shows {step.product} at {found}, expected {expected}"
    what += f" (they differ {differ})" if differ else ""
    if session.phase is Phase.PRE and found == step.to_version:
        return [f"{what}: it is already upgraded, so a baseline can no longer be captured"]
    if session.phase is Phase.POST and found == step.to_version:
        return [f"{what}: it moved out of sequence, before step {session.settings.step} was verified"]
    if session.phase is Phase.POST and found == step.from_version:
        return [f"{what}: it was left on the old release"]
    if session.phase is Phase.ROLLBACK and found == step.to_version:
        return [f"{what}: it was not rolled back"]
    return [what]


def not_crossed(step: Step, session: UpgradeSession) -> Problems:
    """The irreversible change of a step that is not done has not happened."""
    if expected_version(step, session) == step.to_version:
        return []
    boundary = _observed(step, session)
    if boundary.state is BoundaryState.UNKNOWN:
        raise EvidenceMissing(_not_known(boundary))
    if boundary.state is BoundaryState.NOT_CROSSED:
        return []
    left = ", ".join(boundary.irreversible)
    return [f"rollback boundary {boundary.name} has been crossed ({boundary.why}): {left} is still there"]


def crossed(step: Step, session: UpgradeSession) -> Problems:
    """The irreversible change of a finished step has happened; without it, the migration never ran."""
    if expected_version(step, session) != step.to_version:
        return []  # its turn comes later
    boundary = _observed(step, session)
    if boundary.state is BoundaryState.UNKNOWN:
        raise EvidenceMissing(_not_known(boundary))
    if boundary.state is BoundaryState.CROSSED:
        return []
    what = " and ".join(boundary.irreversible) or "what lies beyond it"
    problem = (
        f"rollback boundary {boundary.name} has not been crossed ({boundary.why}): {what} never happened, although "
        f"step {step.step} is done; run the migration, or set `crossing: possible` if it may be left out"
    )
    return [problem]


def _observed(step: Step, session: UpgradeSession) -> Boundary:
    seen = session.attempt.seen(session.plan.public(), session.phase)
    return next(each for each in observe(session.plan, session.truth, seen) if each.step == step.step)


def _not_known(boundary: Boundary) -> str:
    return f"it is not known whether rollback boundary {boundary.name} has been crossed: {boundary.why}"


def migration_proven(migration: Migration, session: UpgradeSession) -> Problems:
    """A migration is no further than its owner's evidence proves."""
    judgement = session.judgement(migration.name)
    if judgement.standing is Standing.UNPROVEN:
        raise EvidenceMissing(judgement.message)
    return [judgement.message] if judgement.standing is Standing.DENIED else []


def signed_off(name: str, session: UpgradeSession) -> Problems:
    """The signoff is recorded, for this plan and for the pre run that was approved."""
    before_change = not session.phase.after_change
    why = why_open(
        name,
        session.plan,
        session.history,
        step=session.settings.step,
        now=utc_now(),
        planned=session.checks.keys() if before_change else None,
    )
    if why:
        raise EvidenceMissing(why)
    return []


def baseline_holds(session: UpgradeSession) -> Problems:
    """The baseline is fresh, of this plan and environment, and from a passing pre run of an attempt under way."""
    if session.phase is Phase.POST and (ended := session.attempt.ended):
        raise EvidenceMissing(
            f"this attempt at the upgrade is over: {ended}. Run `pytest --upgrade-phase=pre` before the next one"
        )
    plan = session.plan
    faults = session.baseline.faults(
        plan_digest=plan.digest,
        plan=plan.public(),
        now=utc_now(),
        max_age=plan.baseline.max_age,
    )
    if faults:
        raise EvidenceMissing("; ".join(faults))
    return []


def nothing_drifts(surface: str, session: UpgradeSession) -> Problems:
    """No contract drifts."""
    drifted = session.truth.read(surface).drifted
    return [f"{len(drifted)} drifted: {', '.join(map(excerpt, drifted))}"] if drifted else []


def ready(surface: str, session: UpgradeSession) -> Problems:
    """A surface is ready, according to an observation made since the last phase."""
    reading = session.truth.read(surface)
    _require_observed_since_the_last_phase(reading, session)
    if reading.ready:
        return []
    judged_by = session.plan.surface(surface)
    told_by_status = judged_by.ready_status is not None and reading.status not in judged_by.ready_status
    asked = f"it answered with status {reading.status}" if told_by_status else f"`{judged_by.ready}` is false"
    return [f"{surface} is not ready: {asked}; it says: {reading.excerpt}"]


def _require_observed_since_the_last_phase(reading: Reading, session: UpgradeSession) -> None:
    """An observation from before the change says nothing about the platform after it, however recent it is."""
    if reading.observed_at is None or not session.phase.after_change:
        return
    now = (session.phase, session.settings.step)
    earlier = [run for run in session.history.runs if run.finished_at and (run.phase, run.step) != now]
    if earlier and earlier[-1].finished_at and reading.observed_at <= earlier[-1].finished_at:
        raise EvidenceMissing(
            f"{reading.surface}: its answer was observed at {clock(reading.observed_at)}, before {earlier[-1].name} "
            f"ended at {clock(earlier[-1].finished_at)}: it says nothing about the platform since then"
        )


def answers(surface: str, session: UpgradeSession) -> Problems:
    """A surface answers."""
    session.truth.read(surface)
    return []


def no_readiness(_: UpgradeSession) -> Problems:
    """No surface of the plan reports readiness."""
    raise EvidenceMissing("no surface of the plan reports readiness: give one `ready` or `ready_status`")


def _not_listed(product: str, versions: dict[str, str]) -> str:
    alike = ((listed, difference_of_spelling(product, listed)) for listed in versions)
    near = next((f"; {listed} differs from it {differ}" for listed, differ in alike if differ), "")
    return f"version truth does not list {product}{near}; it lists: {', '.join(sorted(versions)) or 'nothing'}"
