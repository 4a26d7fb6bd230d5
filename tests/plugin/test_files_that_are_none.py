"""A pipe, a device, a folder or a link in place of a file: never a hang, never green, always a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import Suite

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def link(path: Path) -> None:
    path.rename(path.parent / f"other-{path.name}")
    path.symlink_to(path.parent / f"other-{path.name}")


def device(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


REPLACED: dict[tuple[str, Callable[[Path], None]], int] = {
    # A verdict or a page is replaced; what is no file is none of an earlier run.
    ("verdict.json", pipe): 0,
    ("verdict.json", folder): 12,
    ("verdict.json", link): 0,
    ("verdict.json", device): 0,
    ("upgrade-report.html", pipe): 0,
    ("upgrade-report.html", folder): 12,
    ("upgrade-report.html", link): 0,
    ("record.holder.json", pipe): 0,
    ("record.holder.json", folder): 12,
    ("record.jsonl", pipe): 12,
    ("record.jsonl", folder): 12,
    ("record.jsonl", link): 12,
    ("record.jsonl", device): 12,
}


@pytest.mark.parametrize(("name", "become"), REPLACED, ids=lambda each: getattr(each, "__name__", each))
def test_run_over_what_is_no_file(suite: Suite, name: str, become: Callable[[Path], None]) -> None:
    suite.pre()
    path = suite.folder / name
    if name == "record.holder.json":
        path.touch()
    become(path)
    result = suite.run("pre")
    assert result.ret == REPLACED[name, become]
    if result.ret == 0:
        assert path.is_file() or name == "record.holder.json"
        assert not path.is_symlink()
        assert suite.verdict["verdict"] == "proceed"
    elif name != "verdict.json":
        assert suite.verdict["verdict"] == "cannot-tell"


@pytest.mark.parametrize("option", ["--upgrade-report", "--upgrade-summary", "--upgrade-ctrf"])
@pytest.mark.parametrize("become", [pipe, folder, device])
def test_output_that_is_no_file(suite: Suite, option: str, become: Callable[[Path], None]) -> None:
    become(suite.path / "out")
    result = suite.run("pre", f"{option}=out")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{option}: * is *name *"])


def test_job_summary_that_is_a_pipe(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(suite.path / "summary")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(suite.path / "summary"))
    result = suite.run("pre")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*the job's summary cannot be written: it is a pipe*"])


@pytest.mark.parametrize("become", [pipe, folder, device])
@pytest.mark.parametrize("named", ["record", "its folder", "a folder above"])
def test_gate_of_what_is_no_record(
    suite: Suite, become: Callable[[Path], None], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    suite.pre()
    record = suite.folder / "record.jsonl"
    become(record)
    path = {"record": record, "its folder": suite.folder, "a folder above": suite.path / ".upgradecheck"}[named]
    assert main(["gate", "--phase", "pre", "--plan", str(suite.path / "upgrade.yaml"), str(path)]) == 12
    assert "record" in capsys.readouterr().out


@pytest.mark.parametrize("become", [pipe, folder, device])
def test_gate_by_what_is_no_plan(
    suite: Suite, become: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    suite.pre()
    become(suite.path / "plan.yaml")
    assert main(["gate", "--phase", "pre", "--plan", str(suite.path / "plan.yaml"), str(suite.folder)]) == 2
    assert "plan.yaml: the file cannot be read: " in capsys.readouterr().err
