"""The deployment side's own truth: the state file that STATE_FILE names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.truth import Answer

sys.path.insert(0, str(Path(__file__).parent))

from state_file import read_state

STATE_FILE = Path(os.environ.get("STATE_FILE", Path(__file__).with_name("terraform.tfstate")))


def pytest_upgradecheck_read(surface, plan, phase):
    if surface.name == "state_readiness":
        lock = STATE_FILE.with_name(f".{STATE_FILE.name}.lock.info")
        return Answer.of({"locked": lock.exists()}, source=str(lock))
    try:
        version = read_state(STATE_FILE)["terraform_version"]
    except (OSError, ValueError, KeyError) as error:
        raise SurfaceUnread(surface.name, f"{STATE_FILE}: {error!r}") from None
    return Answer.of({"products": {"deployment-state": version}}, source=str(STATE_FILE))


@pytest.fixture
def state():
    return read_state(STATE_FILE)
