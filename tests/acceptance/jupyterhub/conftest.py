"""A real JupyterHub for acceptance tests, moved by the operator's own command. Its releases are installed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.operators import Operator

SUITE = Path(__file__).parents[3] / "example_suites" / "jupyterhub_major"


class JupyterHub(Operator):
    """One hub in a folder of its own. Not started until `up`."""

    def __init__(self, home: Path, releases: Path) -> None:
        super().__init__(SUITE / "hub.py", home, exported="hub.env", options=("--releases", str(releases)))

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
