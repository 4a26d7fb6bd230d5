"""A real JupyterHub for acceptance tests, moved by the operator's own command. Its releases are installed once."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist

SUITE = Path(__file__).parents[3] / "example_suites" / "jupyterhub_major"


class JupyterHub:
    """One hub in a folder of its own. Not started until `up`."""

    def __init__(self, home: Path, releases: Path) -> None:
        self.home = home
        self.releases = releases

    def run(self, command: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``hub.py COMMAND OPTIONS`` to its end."""
        where = ["--home", str(self.home), "--releases", str(self.releases)]
        return subprocess.run(
            [sys.executable, str(SUITE / "hub.py"), command, *where, *options],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            capture_output=True,
            text=True,
            timeout=600,
        )

    def done(self, command: str, *options: str) -> str:
        """Run a command that must work."""
        outcome = self.run(command, *options)
        assert outcome.returncode == 0, f"hub.py {command}: {outcome.stdout}{outcome.stderr}"
        return outcome.stdout

    def refused(self, command: str, *options: str, **environment: str) -> str:
        """Run a command that must fail, with words and not with a traceback."""
        outcome = self.run(command, *options, **environment)
        assert outcome.returncode == 1, outcome.stdout + outcome.stderr
        assert outcome.stderr.startswith(f"hub.py {command}: ")
        assert "Traceback" not in outcome.stderr
        return outcome.stderr

    @property
    def env(self) -> dict[str, str]:
        """The variables that upgrade.yaml and the checklist take from the environment."""
        exported = (self.home / "hub.env").read_text(encoding="utf-8").splitlines()
        return dict(shlex.split(line)[1].split("=", 1) for line in exported)

    @property
    def process_ids(self) -> dict[str, int]:
        """The processes of the hub and of its users' servers."""
        return {lock.stem: int(lock.read_text(encoding="ascii")) for lock in (self.home / "run").glob("*.lock")}


@pytest.fixture(scope="session")
def releases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the two releases are installed, by the first hub that needs them."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    return shared / "jupyterhub-releases"


@pytest.fixture
def jupyterhub(tmp_path: Path, releases: Path) -> Iterator[JupyterHub]:
    """A hub that is not up yet, and is down for certain afterwards."""
    hub = JupyterHub(tmp_path / "hub", releases)
    yield hub
    hub.done("down")


@pytest.fixture
def checklist(jupyterhub: JupyterHub, tmp_path: Path) -> Checklist:
    """The checklist, with its hub up on the old release."""
    jupyterhub.done("up")
    return Checklist.copy_of(SUITE, tmp_path / "suite", env={**jupyterhub.env, "HUB_HEALTHY_WITHIN": "1"})
