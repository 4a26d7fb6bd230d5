"""A disk that is full when a run wants to write: red, and no earlier green verdict is left standing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.small_upgrade import WEB, Plan

CONFTEST = """
import os
from pytest_upgradecheck.truth import Answer
def pytest_upgradecheck_read(surface, plan, phase):
    return Answer.of({"products": {"web": os.environ["WEB"]}, "status": "ready"}, source="environment")
"""

CHECKS = """
import contextlib
import os
import pytest
@pytest.mark.user_path
@pytest.mark.rollback_boundary("web-release")
def test_front_page(baseline):
    if "FILL" in os.environ:
        with contextlib.suppress(OSError), open(os.environ["FILL"], "wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
    baseline.unchanged("page", "hello")
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk]).returncode != 0:
        pytest.skip("only who may mount file systems can make a small one")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.fixture
def checklist(tmp_path: Path, disk: Path) -> Checklist:
    """A checklist whose record, after a green pre, lies on a full disk."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "upgrade.yaml").write_text(str(Plan(steps=[WEB])))
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_web.py").write_text(CHECKS)
    (folder / ".upgradecheck").symlink_to(disk)
    checklist = Checklist(folder, env={"WEB": "1"})
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    checklist.env["WEB"] = "2"
    return checklist


def fill(disk: Path) -> Path:
    """Fill the disk to its last byte."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


def no_earlier_verdict_stands(beside: Path) -> bool:
    """Whether neither file tells of the green run before."""
    verdict, report = beside / "verdict.json", beside / "upgrade-report.html"
    told = verdict.exists() and json.loads(verdict.read_text())["verdict"] != "cannot-tell"
    return not told and not (report.exists() and "cannot tell" not in report.read_text().lower())


def test_run_that_cannot_start(checklist: Checklist, disk: Path) -> None:
    record = checklist.record.read_bytes()
    filler = fill(disk)
    run = checklist.run("post")
    assert run.code == 12
    said = " ".join(run.output.split())
    assert re.search(r"the record cannot be written: (No space left on device|the disk took \d+ of \d+ bytes)", said)
    assert "cannot be written: No space left on device" in said
    assert "Traceback" not in run.output
    assert no_earlier_verdict_stands(checklist.record.parent)
    assert checklist.record.read_bytes().startswith(record)
    filler.unlink()
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")


def test_disk_that_fills_up_on_the_way(checklist: Checklist, disk: Path) -> None:
    checklist.env["FILL"] = str(disk / "filler")
    run = checklist.run("post")
    assert run.code == 12, run.output
    assert "No space left on device" in " ".join(run.output.split())
    assert "Traceback" not in run.output
    assert no_earlier_verdict_stands(checklist.record.parent)
    (disk / "filler").unlink()
    del checklist.env["FILL"]
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")
