"""The fixtures for checks. Importing this module costs nothing but pytest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.checking.attach import Attach
    from pytest_upgradecheck.plugin.checking.baseline import BaselineValues, SinceUpgradeValues
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession
    from pytest_upgradecheck.plugin.checking.upgrade import Upgrade
    from pytest_upgradecheck.truth import PlatformTruth


def _session(config: pytest.Config, fixture: str) -> UpgradeSession:
    if config.getoption("upgrade_phase") is None:
        pytest.skip(f"{fixture} works only in a phase of an upgrade: pass --upgrade-phase")
    from pytest_upgradecheck.plugin.checking.session import SESSION

    return config.stash[SESSION]


@pytest.fixture(scope="session")
def platform_truth(pytestconfig: pytest.Config) -> PlatformTruth:
    """Readings of the platform: version truth, contract drift, readiness, and any other surface of the plan."""
    return _session(pytestconfig, "platform_truth").truth


@pytest.fixture
def baseline(request: pytest.FixtureRequest) -> BaselineValues:
    """The values from before the change: ``baseline["key"] = value`` in pre, ``baseline["key"]`` afterwards."""
    session = _session(request.config, "baseline")
    from pytest_upgradecheck.plugin.checking.baseline import BaselineValues

    return BaselineValues(session, session.check_of(request.node))


@pytest.fixture
def since_upgrade(request: pytest.FixtureRequest) -> SinceUpgradeValues:
    """The values written since the upgrade: captured in post, compared in rollback, so that no loss goes unnoticed."""
    session = _session(request.config, "since_upgrade")
    from pytest_upgradecheck.plugin.checking.baseline import SinceUpgradeValues

    return SinceUpgradeValues(session, session.check_of(request.node))


@pytest.fixture
def upgrade(request: pytest.FixtureRequest) -> Upgrade:
    """The upgrade under verification: ``.phase`` (a string), ``.plan``, ``.step`` (of this check, or None)."""
    session = _session(request.config, "upgrade")
    from pytest_upgradecheck.plugin.checking.upgrade import Upgrade

    return Upgrade(session, session.check_of(request.node))


@pytest.fixture
def attach(request: pytest.FixtureRequest) -> Attach:
    """Attach evidence to this check: ``attach(name, bytes or text or JSON, media_type=None)``."""
    session = _session(request.config, "attach")
    from pytest_upgradecheck.plugin.checking.attach import Attach

    return Attach(session, session.check_of(request.node))
