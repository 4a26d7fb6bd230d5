"""The waiver that accepts exactly what failed in a check, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.plan.quoting import yaml_scalar
from pytest_upgradecheck.vocabulary import Phase, Result
from pytest_upgradecheck.waivers.acceptance import beyond
from pytest_upgradecheck.waivers.failure import CheckFailure, RefusedDifference
from pytest_upgradecheck.waivers.judging import Outcome, drifted, never_waived


def waiver_for(
    check: str, outcome: Outcome, *, reason: str, approved_by: str, expires: date, environment: str, phase: Phase
) -> Waiver:
    """The waiver for this failure; NotPossible says why there can be none."""
    if outcome.result == Result.PASSED:
        raise NotPossible(f"{check} passed in the last run, so there is nothing to waive")
    if never := never_waived(check, outcome):
        raise NotPossible(f"{check} cannot be waived: {never}")
    accepts = drifted(check, outcome)
    if accepts is None:
        accepts = tuple(dict.fromkeys(_entries(outcome.failure)))
        if rest := beyond(accepts, outcome.failure):
            raise NotPossible(f"{check} cannot be waived: {rest[0]}")
    return Waiver(
        check=check,
        accepts=accepts,
        reason=reason,
        approved_by=approved_by,
        expires=expires,
        environment=environment,
        phase=phase,
    )


def as_yaml(waiver: Waiver) -> str:
    """The waiver as it is written in a plan."""
    fields = {
        "check": waiver.check, "accepts": waiver.accepts, "reason": waiver.reason, "approved_by": waiver.approved_by,
        "expires": waiver.expires, "environment": waiver.environment, "phase": waiver.phase,
    }  # fmt: skip
    lines = ["waivers:"]
    for name, value in fields.items():
        start = "  - " if name == "check" else "    "
        if isinstance(value, tuple):
            lines += [f"{start}{name}:", *(f"      - {yaml_scalar(entry)}" for entry in value)]
        elif value is not None:
            lines.append(f"{start}{name}: {yaml_scalar(value) if isinstance(value, str) else value}")
    return "\n".join(lines)


def _entries(failure: CheckFailure) -> Iterator[str]:
    several = len({difference.name for difference in failure.differences}) > 1
    for difference in failure.differences:
        yield _entry(difference, several=several)
    yield from failure.lines


def _entry(difference: RefusedDifference, *, several: bool) -> str:
    """The place of a difference if that says which one it is, else all of it."""
    if difference.is_sentence or not difference.has_place:
        return " ".join(str(difference).split())
    place = f"{difference.name}: {difference.path}" if several else difference.path
    alone = CheckFailure(differences=(difference,))
    return str(difference) if beyond([place], alone) else place
