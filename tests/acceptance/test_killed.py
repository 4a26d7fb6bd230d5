"""kill -9 in the middle of a run: what had finished is kept, nothing green is left standing, the next run goes on."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.conftest import SUITE, ReferenceStack

SLOW = "import time\ndef test_slow():\n    time.sleep(60)\n"


@pytest.mark.parametrize("options", [(), ("-n", "4")], ids=["serial", "xdist"])
def test_killed_in_pre_and_in_post(reference_stack: ReferenceStack, tmp_path: Path, options: tuple[str, ...]) -> None:
    reference_stack.up()
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=reference_stack.env, options=options)
    checks = {"pre": 32, "post": 35}
    for phase in ("pre", "post"):
        kept = killed(checklist, phase, after=checks[phase])
        assert checklist.verdict["verdict"] == "cannot-tell"
        assert "The run has not ended" in checklist.verdict["reason"]
        run = checklist.run(phase)
        run.ends_in("proceed", 0, f"All {checks[phase]} checks of phase {phase} passed")
        assert checklist.record.read_bytes().startswith(kept)
        if phase == "pre":
            reference_stack.upgrade()


def test_post_after_a_pre_that_was_killed(reference_stack: ReferenceStack, tmp_path: Path) -> None:
    reference_stack.up()
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=reference_stack.env)
    killed(checklist, "pre", after=32)
    reference_stack.upgrade()
    checklist.run("post").ends_in("cannot-tell", 12, "never ended")


def test_second_run_at_once(reference_stack: ReferenceStack, tmp_path: Path) -> None:
    reference_stack.up()
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=reference_stack.env)
    slow = checklist.folder / "test_zz_slow.py"
    slow.write_text(SLOW)
    first = checklist.start("pre")
    try:
        wait_for(lambda: len(finished(checklist)) >= 32)
        second = checklist.run("pre")
        assert second.code == 4
        assert "the pre run that started at 20" in second.output
        assert f"(process {first.pid} on " in second.output
    finally:
        end(first.pid)
        first.communicate()


def killed(checklist: Checklist, phase: str, *, after: int) -> bytes:
    """Start a run, kill it -9 once so many checks have finished; answers the record as it was left."""
    slow = checklist.folder / "test_zz_slow.py"
    slow.write_text(SLOW)
    process = checklist.start(phase)
    try:
        wait_for(lambda: len(finished(checklist)) >= after)
    finally:
        end(process.pid)
        process.communicate()
        slow.unlink()
    return checklist.record.read_bytes()


def finished(checklist: Checklist) -> list[str]:
    """The checks that have finished in the newest run of the record."""
    found: list[str] = []
    for path in checklist.folder.glob(".upgradecheck/*/*/record.jsonl"):
        for line in path.read_text().splitlines(keepends=True):
            entry = json.loads(line) if line.endswith("\n") else {"type": "half a line"}
            if entry["type"] == "run":
                found.clear()
            elif entry["type"] == "check":
                found.append(entry["check"])
    return found


def end(process: int) -> None:
    """Kill a process and those it started, with no chance to tidy up."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for each in [process, *map(int, children)]:
        os.kill(each, signal.SIGKILL)


def wait_for(condition: Callable[[], bool], within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
