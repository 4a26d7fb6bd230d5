"""One verdict over the records of several suites, through the command."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.evidence.conftest import COMMAND
from tests.small_upgrade import Plan, Step

SCHEMA = json.loads((files("pytest_upgradecheck") / "gate.schema.json").read_text())

PLATFORM = """\
platform: {surfaces: {versions: {versions: "@"}, readiness: {ready: "length(@) > `0`"}}}
"""
CONFTEST = """
import json
from pathlib import Path
from pytest_upgradecheck.truth import Answer

def pytest_upgradecheck_read(surface, plan, phase):
    return Answer.of(json.loads((Path(__file__).parent / "versions.json").read_text()), source="file")
"""
CHECKS = """
from pathlib import Path
import pytest

@pytest.mark.user_path
@pytest.mark.rollback_boundary("{step}-release")
def test_works(baseline):
    assert not (Path(__file__).parent / "broken").exists()
"""


def plan(*steps: str, upgrade: str = "stack", environment: str = "staging", to: str = "2") -> str:
    moves = [Step(name=step, to=to, publishes_truth=True, boundary=f"{step}-release") for step in steps]
    return str(Plan(steps=moves, upgrade=upgrade, environment=environment, platform=PLATFORM, title=None))


@dataclass
class Stack:
    """Products with a suite each, and the plan of all."""

    folder: Path
    plan: Path = field(init=False)

    def __post_init__(self) -> None:
        self.plan = self.folder / "stack.yaml"
        self.plan.write_text(plan("web", "docs"))

    def suite(self, step: str, **settings: str) -> Checklist:
        folder = self.folder / step
        folder.mkdir()
        (folder / "upgrade.yaml").write_text(plan(step, upgrade=f"{step}-release", **settings))
        (folder / "conftest.py").write_text(CONFTEST)
        (folder / "test_product.py").write_text(CHECKS.format(step=step))
        (folder / "versions.json").write_text(json.dumps({step: "1"}))
        return Checklist(folder)

    def upgraded(self, step: str, **settings: str) -> Checklist:
        suite = self.suite(step, **settings)
        assert suite.run("pre").code == 0
        (suite.folder / "versions.json").write_text(json.dumps({step: settings.get("to", "2")}))
        return suite

    def verified(self, step: str, **settings: str) -> Checklist:
        suite = self.upgraded(step, **settings)
        assert suite.run("post").code == 0
        return suite

    def gate(self, *arguments: str, phase: str = "post") -> subprocess.CompletedProcess[str]:
        run = subprocess.run(
            [COMMAND, "gate", "--phase", phase, *arguments],
            cwd=self.folder,
            env={**os.environ},
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in run.stderr, run.stderr
        return run

    def judged(self, *arguments: str) -> dict[str, Any]:
        run = self.gate(*arguments, "--plan", str(self.plan), "--format", "json")
        document: dict[str, Any] = json.loads(run.stdout)
        jsonschema.validate(document, SCHEMA)
        assert run.returncode == document["exit_code"]
        return document


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def kinds(document: dict[str, Any]) -> list[str]:
    return [blocker["kind"] for blocker in document["blockers"]]


def test_all_proceed_in_sequence(stack: Stack) -> None:
    stack.verified("web")
    stack.verified("docs")
    document = stack.judged("web", "docs")
    assert (document["verdict"], document["exit_code"], document["phase"]) == ("proceed", 0, "post")
    assert [(step["step"], step["verdict"]) for step in document["steps"]] == [("web", "proceed"), ("docs", "proceed")]
    text = stack.gate("web", "docs", "--plan", "stack.yaml")
    assert text.returncode == 0
    assert text.stdout.startswith("verdict: PROCEED\n")
    assert "All 2 records proceed in phase post, and the sequence is covered: all 2 steps." in text.stdout


def test_most_urgent_wins(stack: Stack) -> None:
    stack.verified("web")
    docs = stack.upgraded("docs")
    (docs.folder / "broken").touch()
    assert docs.run("post").code == 10
    document = stack.judged("web", "docs", "gone")
    assert (document["verdict"], document["exit_code"]) == ("roll-back", 10)
    assert kinds(document) == ["roll-back", "missing"]
    assert document["blockers"][0]["owner"] == "team-docs"
    markdown = stack.gate("web", "docs", "--plan", "stack.yaml", "--format", "markdown")
    assert markdown.returncode == 10
    assert markdown.stdout.startswith("## Verdict: roll-back\n")
    assert "| docs | docs | 1 -\\> 2 | roll-back |" in markdown.stdout


def test_missing_damaged_and_uncovered(stack: Stack) -> None:
    stack.verified("web")
    docs = stack.verified("docs")
    docs.record.write_text(docs.record.read_text().replace("proceed", "PROCEED", 1))
    document = stack.judged("web", "docs")
    assert (document["verdict"], document["exit_code"]) == ("cannot-tell", 12)
    assert kinds(document) == ["unverifiable", "no-record"]
    assert "this line was changed or cut" in document["blockers"][0]["message"]
    assert document["blockers"][1]["step"] == "docs"
    assert kinds(stack.judged("web")) == ["no-record"]
    assert kinds(stack.judged("nothing")) == ["missing", "no-record", "no-record"]


def test_out_of_sequence(stack: Stack) -> None:
    stack.verified("docs")
    stack.verified("web")
    document = stack.judged("web", "docs")
    assert (document["verdict"], kinds(document)) == ("pause", ["out-of-sequence"])
    assert "before step web, which comes first, had proceeded" in document["blockers"][0]["message"]


def test_run_that_is_behind_never_ended_or_is_stale(stack: Stack) -> None:
    stack.verified("web")
    docs = stack.upgraded("docs")
    document = stack.judged("web", "docs")
    assert kinds(document) == ["not-run", "no-record"]
    assert "its last run is of phase pre, not post" in document["blockers"][0]["message"]
    docs.run("post")
    assert stack.judged("web", "docs")["verdict"] == "proceed"
    stale = stack.judged("web", "docs", "--max-age", "1ms")
    assert set(kinds(stale)) == {"stale"}
    lines = docs.record.read_text().splitlines(keepends=True)
    docs.record.write_text("".join(lines[:-1]))  # the verdict is there, the exit code is not
    assert kinds(stack.judged("web", "docs")) == ["cannot-tell"]
    docs.record.write_text("".join(lines[:-2]))
    document = stack.judged("web", "docs")
    assert kinds(document) == ["not-run", "no-record"]
    assert "never ended" in document["blockers"][0]["message"]


def test_foreign_records(stack: Stack) -> None:
    stack.verified("web", environment="production")
    stack.verified("docs", to="3")
    document = stack.judged("web", "docs")
    assert kinds(document) == ["foreign", "foreign", "no-record", "no-record"]
    messages = [blocker["message"] for blocker in document["blockers"]]
    assert "expected environment staging, as in the stack's plan, found production" in messages[0]
    assert "its step docs moves docs 1 -> 3, and the stack's plan has docs 1 -> 2" in messages[1]


def test_plan_is_the_records_own_where_they_share_one(stack: Stack) -> None:
    stack.verified("web")
    run = stack.gate("web")
    assert run.returncode == 0, run.stdout
    stack.verified("docs")
    run = stack.gate("web", "docs")
    assert run.returncode == 2
    assert "name the plan of the whole stack with --plan" in run.stderr


def test_wrong_use(stack: Stack) -> None:
    stack.verified("web")
    assert "a record is named twice" in stack.gate("web", "web").stderr
    age = stack.gate("web", "--max-age", "soon")
    assert (age.returncode, "write a duration such as 10s" in age.stderr) == (2, True)
