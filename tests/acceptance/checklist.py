"""A checklist run as its users run it: the pytest command in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.small_upgrade import WITHOUT

_WAITS = """
import time
from pathlib import Path

import pytest


@pytest.mark.post_upgrade
def test_wait():
    Path("waiting").touch()
    deadline = time.monotonic() + 60
    while not Path("go").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert Path("go").exists()
"""


@dataclass
class Checklist:
    """The folder of a checklist, and the environment it is run in."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @classmethod
    def copy_of(cls, suite: Path, to: Path, **settings: Any) -> Checklist:
        """A copy of a suite, without what its runs left behind."""
        left_behind = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(suite, to, ignore=left_behind)
        return cls(to, **settings)

    def start(self, phase: str, *options: str) -> subprocess.Popen[str]:
        """Start pytest and do not wait for it."""
        arguments = [*WITHOUT, f"--upgrade-phase={phase}", *self.options, *options]
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.folder,
            env={**os.environ, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def add_a_check_that_waits(self, file: str) -> None:
        """Add a check of phase post that waits for `go_on`, in a file of this name: files run in their order."""
        (self.folder / file).write_text(_WAITS)

    def wait_until_it_waits(self) -> None:
        """Return once that check has begun."""
        deadline = time.monotonic() + 60
        while not (self.folder / "waiting").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def go_on(self) -> None:
        """Let that check pass."""
        (self.folder / "go").touch()

    def run(self, phase: str, *options: str) -> Run:
        """Run pytest to its end."""
        process = self.start(phase, *options)
        output, _ = process.communicate(timeout=120)
        return Run(process.returncode, output, self)

    @property
    def record(self) -> Path:
        """The record's file."""
        (found,) = self.folder.glob(".upgradecheck/*/*/record.jsonl")
        return found

    @property
    def verdict(self) -> dict[str, Any]:
        """What verdict.json holds."""
        document: dict[str, Any] = json.loads(self.record.with_name("verdict.json").read_text())
        return document


class Run:
    """One run that has ended."""

    def __init__(self, code: int, output: str, checklist: Checklist) -> None:
        self.code = code
        self.output = output
        self.verdict = checklist.verdict if list(checklist.folder.glob(".upgradecheck/*/*/verdict.json")) else {}

    def ends_in(self, verdict: str, code: int, sentence: str) -> None:
        """Assert verdict, exit code and a part of the sentence, on the terminal and in verdict.json."""
        said = " ".join(self.output.split())
        assert (self.verdict.get("verdict"), self.code) == (verdict, code), self.output
        assert self.verdict["exit_code"] == code
        assert sentence in self.verdict["reason"], self.output
        assert f"verdict: {verdict.upper()}" in said
        assert "Traceback" not in self.output
        assert "INTERNALERROR" not in self.output

    @property
    def reason(self) -> str:
        """The sentence."""
        return str(self.verdict["reason"])

    @property
    def blockers(self) -> dict[str, str]:
        """Kind by check."""
        return {blocker["check"]: blocker["kind"] for blocker in self.verdict["blockers"]}
