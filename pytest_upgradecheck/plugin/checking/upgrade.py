"""The value of the ``upgrade`` fixture."""

from __future__ import annotations

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse, EvidenceMissing, raised_on_purpose
from pytest_upgradecheck.evidence import Standing
from pytest_upgradecheck.plan import Plan, Step
from pytest_upgradecheck.plugin.checking.session import UpgradeSession

__tracebackhide__ = raised_on_purpose


class Upgrade:
    """The upgrade that a check takes part in."""

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check

    @property
    def phase(self) -> str:
        """``pre``, ``post`` or ``rollback``."""
        return self._session.phase.value

    @property
    def plan(self) -> Plan:
        """The plan, secrets masked."""
        return self._session.plan

    @property
    def step(self) -> Step | None:
        """The step that this check belongs to, None if there is none."""
        return self.plan.step(self._check.step) if self._check.step else None

    def is_proven(self, migration: str) -> bool:
        """Whether the owner's evidence proves a migration of the plan, at the posture that the plan states.

        False where the plan says ``planned`` and nothing is published: then nothing may be assumed of it, and a check
        can assert that nothing is. EvidenceMissing if that cannot be told; CheckMisuse for an unknown migration.
        """
        known = [each.name for each in self.plan.migrations]
        if migration not in known:
            raise CheckMisuse(f"the plan has no migration {migration!r}; it has: {', '.join(known) or 'none at all'}")
        judgement = self._session.judgement(migration)
        if judgement.standing in (Standing.UNPROVEN, Standing.DENIED):
            raise EvidenceMissing(judgement.message)
        return judgement.standing is Standing.PROVEN
