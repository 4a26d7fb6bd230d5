"""The small upgrade, run with pytester; its platform is a file, answered through the plugin's own hook."""

from __future__ import annotations

import pytest

# Imported here, so that pytester's runs in this process find them instead of importing them again: yaml's C extension
# cannot be imported twice, and Jinja's templates are compiled once.
import pytest_upgradecheck.plugin.checking.attach
import pytest_upgradecheck.plugin.recording.recorder
import pytest_upgradecheck.plugin.registration
import pytest_upgradecheck.plugin.showing.html
import pytest_upgradecheck.plugin.showing.junit
import pytest_upgradecheck.plugin.showing.terminal
import pytest_upgradecheck.plugin.xdist  # noqa: F401
from tests.small_upgrade import Suite


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    return Suite(pytester)
