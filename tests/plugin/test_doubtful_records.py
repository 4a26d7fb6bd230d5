"""Reports of records that do not hold the end of their last run, or whose verdict cannot be believed."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.cli import main
from pytest_upgradecheck.record.lines import encode, seal
from tests.small_upgrade import Suite


def report_of(suite: Suite) -> str:
    page = (suite.folder / "upgrade-report.html").read_text()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2])).split())


def cut(suite: Suite, *, at: str, keep: int = 0) -> None:
    """Take away the record's last line of this type and what follows, but for its first characters."""
    record = suite.folder / "record.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if json.loads(line)["type"] == at)
    record.write_text("".join(lines[:last]) + lines[last][:keep])


def damage(suite: Suite, line: int) -> None:
    record = suite.folder / "record.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace('"', "'", 1)
    record.write_text("".join(lines))


def chained_anew(path: Path, change: Any) -> None:
    """Change a record's entries, and chain them so that it verifies."""
    head, text = "0" * 64, b""
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        del entry["sha256"]
        change(entry)
        sealed, head = seal(head, encode(entry))
        text += sealed
    path.write_bytes(text)


@pytest.fixture
def upgraded(suite: Suite) -> Suite:
    """After a good pre and a good post."""
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0
    return suite


def test_cut_last_line_of_a_later_run_is_not_green(upgraded: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    with (upgraded.folder / "record.jsonl").open("a") as record:
        record.write('{"n":99,"at":"2026-')
    assert main(["verify", str(upgraded.path)]) == 1
    assert main(["report", str(upgraded.path)]) == 1
    assert "the record's last line was cut: a later run was killed while writing" in capsys.readouterr().err
    said = report_of(upgraded)
    assert "cannot tell The record's last line was cut: a later run was killed while writing." in said
    assert "Evidence: not complete" in said
    assert "proceed" not in said.partition("Provenance This page")[0].lower()


def test_verdict_that_does_not_add_up_is_not_green(upgraded: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    def change(entry: dict[str, Any]) -> None:
        if entry["type"] == "verdict":
            entry["verdict"]["counts"]["planned"] = 14

    chained_anew(upgraded.folder / "record.jsonl", change)
    assert main(["report", str(upgraded.path), "--format", "markdown"]) == 1
    captured = capsys.readouterr()
    assert "Verdict: cannot-tell" in captured.out
    assert "the verdict says 14 planned, the record's lines say 15" in captured.err


def test_nothing_is_reconciled_with_a_verdict_that_is_not_there(upgraded: Suite) -> None:
    cut(upgraded, at="verdict", keep=30)
    assert main(["report", str(upgraded.path)]) == 1
    said = report_of(upgraded)
    assert "Ended not ended" in said
    assert "Reconciled no: the run has not ended, so there is no verdict to reconcile with" in said
    assert "the numbers are those of the verdict" not in said


def test_sequence_of_a_killed_run_says_what_version_truth_showed(upgraded: Suite) -> None:
    cut(upgraded, at="verdict")
    assert main(["report", str(upgraded.path)]) == 0
    said = report_of(upgraded)
    assert "We are past step db, the last one" in said
    assert "version truth shows 2" in said


def test_sequence_of_a_run_killed_before_it_read_anything_is_not_judged(upgraded: Suite) -> None:
    record = upgraded.folder / "record.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    post = max(number for number, line in enumerate(lines) if json.loads(line)["type"] == "run")
    record.write_text("".join(lines[: post + 1]))
    assert main(["report", str(upgraded.path)]) == 0
    said = report_of(upgraded)
    assert "Where we are is not known: the run has not ended" in said
    assert "not judged: the run has not ended" in said
    assert "version truth does not show" not in said


def test_damaged_record_is_not_told_as_a_killed_run(upgraded: Suite) -> None:
    lines = (upgraded.folder / "record.jsonl").read_text().splitlines()
    at = max(number for number, line in enumerate(lines, start=1) if json.loads(line)["type"] == "selection") + 4
    damage(upgraded, at)
    assert main(["report", str(upgraded.path)]) == 1
    said = report_of(upgraded)
    assert f"Ended not known: the record is damaged from line {at}" in said
    assert f"Reconciled no: the record cannot be read past line {at - 1}" in said
    unread = re.search(r"what happened to (\d+) checks is not known: the record is damaged from line", said)
    assert unread is not None
    assert "Action needed (2)" in said
    for false in ("was killed", "never", "has not come to it", "not run"):
        assert false not in said.partition("Provenance This page")[0].replace("Not run 0", "")
    assert main(["report", str(upgraded.path), "--format", "ctrf", "--output", str(upgraded.path / "ctrf.json")]) == 1
    summary = json.loads((upgraded.path / "ctrf.json").read_text())["results"]["summary"]
    assert (summary["pending"], summary["other"]) == (0, int(unread[1]))


def test_proceed_that_names_what_is_in_the_way_is_not_green(
    upgraded: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = dict.fromkeys(("title", "transition", "boundary", "step", "owner", "remedy")) | {"title": ""}
    blocker |= {"check": "test_shop.py::test_settings", "kind": "failed", "message": "another currency"}

    def change(entry: dict[str, Any]) -> None:
        if entry["type"] == "verdict" and entry["run"].startswith("post"):
            entry["verdict"]["blockers"] = [blocker]

    chained_anew(upgraded.folder / "record.jsonl", change)
    assert main(["report", str(upgraded.path), "--format", "markdown"]) == 1
    captured = capsys.readouterr()
    assert "Verdict: cannot-tell" in captured.out
    assert "the verdict says proceed, and names 1 blockers" in captured.err
