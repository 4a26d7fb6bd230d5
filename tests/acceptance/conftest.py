"""The reference stack for acceptance tests: real processes, moved by the operator's own command."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE = Path(__file__).parents[2] / "example_suites" / "helpifyr_stack"


class ReferenceStack:
    """One stack in a folder of its own. Not started until `up`."""

    def __init__(self, home: Path, suite: Path = SUITE) -> None:
        self.home = home
        self.suite = suite

    def run(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run ``stack.py COMMAND --home HOME OPTIONS`` to its end."""
        return subprocess.run(
            [sys.executable, str(self.suite / "stack.py"), command, "--home", str(self.home), *options],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def up(self, *faults: str) -> str:
        """Start on release 2026.10."""
        return self._done("up", *_fault_options(faults))

    def upgrade(self, *faults: str, step: str | None = None) -> str:
        """Move to release 2026.11, up to and including ``step`` where one is given."""
        return self._done("upgrade", *_fault_options(faults), *(["--step", step] if step else []))

    def upgrade_that_never_gets_ready(self, *, within: float = 1.5) -> str:
        """Move to release 2026.11 with the fault never-ready; answers what the command complained of."""
        outcome = self.run("upgrade", "--fault", "never-ready", "--ready-within", str(within))
        assert outcome.returncode == 1, outcome.stdout + outcome.stderr
        return outcome.stderr

    def rollback(self, *, restore_backup: bool = False) -> str:
        """Go back to release 2026.10."""
        return self._done("rollback", *(["--restore-backup"] if restore_backup else []))

    def down(self) -> str:
        """End its processes and delete its folder; no complaint where it is not up."""
        return self._done("down")

    @property
    def env(self) -> dict[str, str]:
        """The variables that upgrade.yaml and the checklist take from the environment."""
        exported = (self.home / "stack.env").read_text(encoding="utf-8").splitlines()
        return dict(shlex.split(line)[1].split("=", 1) for line in exported)

    def get(self, path: str, *, product: str = "fabric", with_key: bool = True) -> tuple[int, Any]:
        """Status and JSON body of a product's route."""
        key = {"X-API-Key": self.env["PLATFORM_API_KEY"]} if with_key else {}
        request = urllib.request.Request(self.address(product) + path, headers=key)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def surface(self, path: str) -> Any:
        """The body of one of the platform's surfaces, given its path below /api/v1."""
        status, body = self.get(f"/api/v1/{path}")
        assert status == 200, body
        return body

    def wait_until_readiness_is_older_than(self, seconds: float, *, within: float = 60) -> None:
        """Wait until what the platform says of its readiness was checked longer ago than this."""
        deadline = time.monotonic() + within
        while self.age_of_readiness() <= seconds:
            assert time.monotonic() < deadline, "readiness is checked again each time it is asked for"
            time.sleep(0.1)

    def age_of_readiness(self) -> float:
        """How many seconds ago the platform checked what it says of its readiness, the older of its two answers."""
        paths = ("observability/readiness", "recovery/readiness")
        checked = [datetime.strptime(self.surface(path)["checked_at"], "%Y-%m-%dT%H:%M:%S.%f%z") for path in paths]
        return (datetime.now(UTC) - min(checked)).total_seconds()

    def address(self, product: str) -> str:
        """Where a product listens."""
        stack = json.loads((self.home / "stack.json").read_text(encoding="utf-8"))
        return f"http://127.0.0.1:{stack['ports'][product]}"

    def process_id(self, product: str) -> int:
        """The process id of a running product."""
        return int((self.home / "run" / f"{product}.lock").read_text(encoding="ascii"))

    def _done(self, command: str, *options: str) -> str:
        outcome = self.run(command, *options)
        assert outcome.returncode == 0, f"stack.py {command}: {outcome.stdout}{outcome.stderr}"
        return outcome.stdout


@pytest.fixture
def reference_stack(tmp_path: Path) -> Iterator[ReferenceStack]:
    """A stack that is not up yet, and is down for certain afterwards."""
    stack = ReferenceStack(tmp_path / "stack")
    yield stack
    stack.down()


def _fault_options(faults: tuple[str, ...]) -> list[str]:
    return [option for fault in faults for option in ("--fault", fault)]
