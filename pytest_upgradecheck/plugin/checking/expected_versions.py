"""The versions that a run expects, and those that version truth reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_upgradecheck.errors import EvidenceMissing
from pytest_upgradecheck.plan import Step
from pytest_upgradecheck.vocabulary import Phase

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession


def expected_version(step: Step, session: UpgradeSession) -> str:
    """The version a step's product must have in this run, by phase and ``--upgrade-step``."""
    order = [each.step for each in session.plan.sequence]
    at = order.index(step.step)
    until = session.settings.step
    if session.phase is Phase.POST:
        done = until is None or at <= order.index(until)
    else:
        done = until is not None and at < order.index(until)
    return step.to_version if done else step.from_version


def already_upgraded(session: UpgradeSession) -> str | None:
    """The product that is already at its new version in pre; None if there is none, or if it is not known."""
    try:
        versions = versions_of(session)
    except EvidenceMissing:
        return None
    for step in session.plan.sequence:
        found = versions.get(step.product)
        if found == step.to_version != expected_version(step, session):
            return f"version truth shows {step.product} at {found}"
    return None


def versions_of(session: UpgradeSession) -> dict[str, str]:
    """The version of each product, as version truth reports it; EvidenceMissing if it does not."""
    return dict(session.truth.read(session.plan.version_truth.name).versions)
