"""The operator's command of an example suite, run as an operator runs it: in a process of its own, to its end."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path


class Operator:
    """The command of a suite (``stack.py``, ``cluster.py`` ...) at work on one home, which is a folder of its own.

    ``exported`` is the file in the home with the variables that the checklist takes from the environment; ``options``
    are given to every call.
    """

    def __init__(self, script: Path, home: Path, *, exported: str, options: tuple[str, ...] = ()) -> None:
        self.script = script
        self.home = home
        self._exported = exported
        self._options = options

    def run(self, command: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, str(self.script), command, "--home", str(self.home), *self._options, *options],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            capture_output=True,
            text=True,
            timeout=600,
        )

    def done(self, command: str, *options: str) -> str:
        """Run a command that must work; what it printed."""
        outcome = self.run(command, *options)
        assert outcome.returncode == 0, f"{self.script.name} {command}: {outcome.stdout}{outcome.stderr}"
        return outcome.stdout

    def refused(self, command: str, *options: str, **environment: str) -> str:
        """Run a command that must fail, with words and not with a traceback; these words."""
        outcome = self.run(command, *options, **environment)
        assert outcome.returncode == 1, outcome.stdout + outcome.stderr
        assert outcome.stderr.startswith(f"{self.script.name} {command}: ")
        assert "Traceback" not in outcome.stderr
        return outcome.stderr

    @property
    def env(self) -> dict[str, str]:
        """The variables that upgrade.yaml and the checklist take from the environment."""
        exported = (self.home / self._exported).read_text(encoding="utf-8").splitlines()
        return dict(shlex.split(line)[1].split("=", 1) for line in exported)
