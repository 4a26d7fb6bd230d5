"""Real PostgreSQL clusters for acceptance tests, moved by the operator's own command; releases are fetched once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.operators import Operator

SUITE = Path(__file__).parents[3] / "example_suites" / "postgresql_major"

#: For root, servers run as another user, who may not enter the folders that pytest makes: neither releases nor clusters
#: can lie there. The releases stay for the next run.
SHARED = Path(tempfile.gettempdir()) / f"upgradecheck-postgresql-{os.getuid()}"


class Clusters(Operator):
    """The old and the new cluster, in a folder of their own. Not started until `up`."""

    def __init__(self, home: Path) -> None:
        super().__init__(SUITE / "cluster.py", home, exported="cluster.env")

    def up(self, *options: str) -> str:
        """Start on the old release."""
        return self.done("up", "--binaries", str(SHARED / "releases"), *options)

    def process_id(self, cluster: str) -> int:
        """The process id of the server of ``old`` or ``new``."""
        return int((self.home / "clusters" / cluster / "postmaster.pid").read_text(encoding="ascii").split()[0])


def new_clusters() -> Iterator[Clusters]:
    """Clusters that are not up yet, and are down for certain afterwards."""
    SHARED.mkdir(mode=0o755, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=SHARED))
    folder.chmod(0o755)
    clusters = Clusters(folder / "home")
    yield clusters
    clusters.done("down")
    shutil.rmtree(folder)


def checklist_of(clusters: Clusters, folder: Path) -> Checklist:
    """The checklist, copied as its user would, for clusters that are up."""
    return Checklist.copy_of(SUITE, folder, env=clusters.env)


@pytest.fixture
def clusters() -> Iterator[Clusters]:
    """Clusters that are not up yet."""
    yield from new_clusters()


@pytest.fixture
def checklist(clusters: Clusters, tmp_path: Path) -> Checklist:
    """The checklist, its server up on the old release, and its pre run ended in proceed."""
    clusters.up()
    checklist = checklist_of(clusters, tmp_path / "suite")
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    return checklist
