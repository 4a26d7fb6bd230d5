"""Names of checks and keys, in which no secret may occur."""

from __future__ import annotations

from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.plugin.checking.session import UpgradeSession


def require_no_secret(name: str, what: str, session: UpgradeSession) -> None:
    """Raise CheckMisuse if a secret of the plan occurs in a name: masked, it would no longer name anything."""
    if session.redactor.touches(name):
        raise CheckMisuse(
            f"{what} contains the value of {session.plan.secret_in(name)}. A secret is masked wherever it occurs, so "
            "this name would be lost. Use another name, or a longer, random value for the secret"
        )
