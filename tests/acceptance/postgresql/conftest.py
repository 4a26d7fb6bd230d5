"""Real PostgreSQL clusters for acceptance tests, moved by the operator's own command; releases are fetched once."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist

SUITE = Path(__file__).parents[3] / "example_suites" / "postgresql_major"

#: For root, servers run as another user, who may not enter the folders that pytest makes: neither releases nor clusters
#: can lie there. The releases stay for the next run.
SHARED = Path(tempfile.gettempdir()) / f"upgradecheck-postgresql-{os.getuid()}"


@dataclass
class Clusters:
    """The old and the new cluster, in a folder of their own. Not started until `up`."""

    home: Path

    def run(self, command: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``cluster.py COMMAND OPTIONS`` to its end."""
        releases = ["--binaries", str(SHARED / "releases")] if command == "up" and "--binaries" not in options else []
        return subprocess.run(
            [sys.executable, str(SUITE / "cluster.py"), command, "--home", str(self.home), *releases, *options],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )

    def done(self, command: str, *options: str) -> str:
        """Run a command that must work."""
        outcome = self.run(command, *options)
        assert outcome.returncode == 0, f"cluster.py {command}: {outcome.stdout}{outcome.stderr}"
        return outcome.stdout

    def refused(self, command: str, *options: str, **environment: str) -> str:
        """Run a command that must fail, with words and not with a traceback."""
        outcome = self.run(command, *options, **environment)
        assert outcome.returncode == 1, outcome.stdout + outcome.stderr
        assert outcome.stderr.startswith(f"cluster.py {command}: ")
        assert "Traceback" not in outcome.stderr
        return outcome.stderr

    @property
    def env(self) -> dict[str, str]:
        """The variables that upgrade.yaml and the checklist take from the environment."""
        exported = (self.home / "cluster.env").read_text(encoding="utf-8").splitlines()
        return dict(shlex.split(line)[1].split("=", 1) for line in exported)

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
    clusters.done("up")
    checklist = checklist_of(clusters, tmp_path / "suite")
    checklist.run("pre").ends_in("proceed", 0, "nothing is missing")
    return checklist
