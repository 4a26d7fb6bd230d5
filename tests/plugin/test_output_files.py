"""Reports never take the place of anything else: of a plan, a record, a check, or any file that is not a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import Suite

RECORD = ".upgradecheck/shop/test/record.jsonl"
OPTIONS = ("--upgrade-report", "--upgrade-summary", "--upgrade-ctrf")
FORMATS = {"--upgrade-report": "html", "--upgrade-summary": "markdown", "--upgrade-ctrf": "ctrf"}
WITHDRAWN = ("verdict.json", "upgrade-report.html")
NOT_REPORTS = {
    "a record": RECORD,
    "a verdict": ".upgradecheck/shop/test/verdict.json",
    "a plan": "upgrade.yaml",
    "a plan by another name": "plan.txt",
    "a check": "test_shop.py",
    "a setting": "tox.ini",
    "data": "platform.json",
    "notes": "notes.md",
    "a page": "page.html",
    "a folder": ".upgradecheck",
    "a device": "/dev/null",
    "a file as a folder": "notes.md/report.html",
    "a plan that is not there yet": "sub/upgrade.yaml",
    "a record that is not there yet": "sub/record.jsonl",
    "a check that is not there yet": "sub/test_new.py",
}


@pytest.fixture
def filled(suite: Suite) -> Any:
    suite.pre()
    (suite.path / "plan.txt").write_text((suite.path / "upgrade.yaml").read_text())
    (suite.path / "notes.md").write_text("## Notes\n\nVerdict: fine\n")
    (suite.path / "page.html").write_text("<!DOCTYPE html>\n<title>Minutes</title>\n")
    return suite


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "asked.txt"}


def without_earlier_verdict(found: dict[str, bytes]) -> dict[str, bytes]:
    """The contents less the verdict and page of the run before: a run that was asked for withdraws them."""
    return {path: content for path, content in found.items() if Path(path).name not in WITHDRAWN}


@pytest.mark.parametrize("what", NOT_REPORTS)
@pytest.mark.parametrize("option", OPTIONS)
def test_run_does_not_start(filled: Any, option: str, what: str) -> None:
    before = contents(filled.path)
    result = filled.run("pre", f"{option}={NOT_REPORTS[what]}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{option}: *{Path(NOT_REPORTS[what]).name}*"])
    assert contents(filled.path) == without_earlier_verdict(before)


@pytest.mark.parametrize("what", NOT_REPORTS)
@pytest.mark.parametrize("option", OPTIONS)
def test_command_refuses(
    filled: Any, option: str, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(filled.path)
    before = contents(filled.path)
    capsys.readouterr()
    code = main(["report", RECORD, "--format", FORMATS[option], "--output", NOT_REPORTS[what]])
    output = capsys.readouterr()
    assert (code, output.out) == (2, "")
    assert output.err.startswith("upgradecheck: --output: ")
    assert contents(filled.path) == before


def test_earlier_reports_and_empty_files_are_replaced(suite: Suite) -> None:
    options = ("--upgrade-report=r.html", "--upgrade-summary=s.md", "--upgrade-ctrf=c.json")
    for name in ("r.html", "s.md", "c.json"):
        (suite.path / name).touch()
    suite.pre(*options)
    first = contents(suite.path)
    suite.upgrade()
    assert suite.run("post", *options).ret == 0
    for name in ("r.html", "s.md", "c.json"):
        assert (suite.path / name).read_bytes() not in (b"", first[str(suite.path / name)])
    # An earlier report of one kind is not replaced by another kind.
    assert suite.run("post", "--upgrade-summary=r.html").ret == pytest.ExitCode.USAGE_ERROR
    assert suite.run("post", "--upgrade-report=c.json").ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize("other", ["--junitxml", "--html"])
def test_no_two_writers_share_a_file(suite: Suite, other: str) -> None:
    result = suite.run("pre", f"{other}=out.xml", "--upgrade-report=out.xml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--upgrade-report names *out.xml, and so does {other}*"])
