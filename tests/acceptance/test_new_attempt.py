"""An attempt at an upgrade ends by decision: through the command, on a record that real runs wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.cli import main
from pytest_upgradecheck.record import JOURNAL_FILE, Journal, verify_record
from pytest_upgradecheck.redaction import Redactor
from tests.small_upgrade import SHORTEST_PLAN

COMMAND = ["--why", "the vendor withdrew 2.0", "--by", "A. Name"]


def run_of(folder: Path, number: int) -> None:
    """A run as the plugin writes it, as far as a record must have it."""
    from pytest_upgradecheck.plan import digest_of_plan

    plan: dict[str, Any] = {"upgrade": "shop", "environment": "test"}
    with Journal(folder, run={}, redactor=Redactor()) as journal:
        if journal.lines == 0:
            journal.append("record", format=1, upgrade="shop", environment="test")
        journal.append(
            "run",
            run=f"pre-{number}",
            phase="pre",
            step=None,
            environment="test",
            plan=plan,
            plan_digest=digest_of_plan(plan),
            tools={},
        )


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / JOURNAL_FILE).read_text().splitlines()]


def test_decision_is_a_line_of_the_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_of(tmp_path, 1)
    assert main(["new-attempt", str(tmp_path), *COMMAND]) == 0
    said = capsys.readouterr().out
    assert said.startswith("shop, test: A. Name has ended the attempt after the pre run of ")
    assert "next: `pytest --upgrade-phase=pre`, which opens a new attempt" in said
    line = lines(tmp_path)[-1]
    assert (line["type"], line["why"], line["by"]) == ("new-attempt", "the vendor withdrew 2.0", "A. Name")
    assert line["at"].endswith("Z")
    assert verify_record(tmp_path / JOURNAL_FILE).history.tail.lines == 3


def test_decision_is_made_once_for_each_attempt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_of(tmp_path, 1)
    assert main(["new-attempt", str(tmp_path), *COMMAND]) == 0
    assert main(["new-attempt", str(tmp_path), *COMMAND]) == 2
    assert "this attempt has ended already; next: `pytest --upgrade-phase=pre`" in capsys.readouterr().err
    run_of(tmp_path, 2)
    assert main(["new-attempt", str(tmp_path), *COMMAND]) == 0
    assert [line["type"] for line in lines(tmp_path)] == ["record", "run", "new-attempt", "run", "new-attempt"]


def test_record_that_is_being_written_or_is_damaged_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_of(tmp_path, 1)
    record = tmp_path / JOURNAL_FILE
    with Journal(tmp_path, run={"phase": "post", "started_at": "2026-11-25T01:02:03Z"}, redactor=Redactor()):
        assert main(["new-attempt", str(tmp_path), *COMMAND]) == 2
    assert "the post run that started at 2026-11-25T01:02:03Z" in capsys.readouterr().err
    record.write_text(record.read_text().replace("pre-1", "pre-2"))
    before = record.read_bytes()
    assert main(["new-attempt", str(tmp_path), *COMMAND]) == 2
    assert "this line was changed or cut" in capsys.readouterr().err
    assert record.read_bytes() == before


def test_default_is_the_record_of_the_nearest_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "upgrade.yaml").write_text(SHORTEST_PLAN + "secrets: ['a-secret-of-7']\n")
    assert main(["new-attempt", *COMMAND]) == 2
    assert "there is no record of shop in test, so there is no attempt to end" in capsys.readouterr().err
    folder = tmp_path / ".upgradecheck" / "shop" / "test"
    run_of(folder, 1)
    assert main(["new-attempt", "--why", "a-secret-of-7 leaked", "--by", "A. Name"]) == 0
    assert lines(folder)[-1]["why"] == "*** leaked"
