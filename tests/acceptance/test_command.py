"""The command `upgradecheck`, as its users type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from pytest_upgradecheck.record import FORMAT, Journal
from pytest_upgradecheck.redaction import Redactor
from tests.acceptance.conftest import SUITE

COMMAND = str(Path(sys.executable).with_name("upgradecheck"))


def upgradecheck(*arguments: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env}
    return subprocess.run([COMMAND, *arguments], cwd=folder, env=environ, capture_output=True, text=True, timeout=180)


def test_demo_upgrades_the_reference_stack(tmp_path: Path) -> None:
    run = upgradecheck("demo", folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("verdict: PROCEED") == 2
    folder = tmp_path / "upgradecheck-demo"
    assert (folder / "upgrade-pre.html").exists()
    assert (folder / "upgrade-post.html").exists()
    assert not (folder / ".stack").exists()


def test_demo_of_a_fault_ends_with_its_exit_code(tmp_path: Path) -> None:
    run = upgradecheck("demo", "--into", "here", "--fault", "order-lost", folder=tmp_path)
    assert run.returncode == 11, run.stdout + run.stderr
    assert "verdict: FIX-FORWARD" in run.stdout


def test_demo_does_not_write_into_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "upgradecheck-demo").mkdir()
    run = upgradecheck("demo", folder=tmp_path)
    assert run.returncode == 2
    assert "exists already; name another folder with --into, or remove it" in run.stderr


def test_plan_is_shown_with_its_boundaries(tmp_path: Path) -> None:
    env = {"PLATFORM_URL": "http://127.0.0.1:9", "PLATFORM_API_KEY": "a-key-of-the-test"}
    run = upgradecheck("plan", str(SUITE / "upgrade.yaml"), folder=tmp_path, **env)
    assert run.returncode == 0, run.stderr
    assert "2. fabric: fabric 2026.10 -> 2026.11, publishes shared truth" in run.stdout
    assert "irreversible  database schema 118" in run.stdout
    assert "a-key-of-the-test" not in run.stdout


def test_plan_that_is_wrong_names_every_fault(tmp_path: Path) -> None:
    (tmp_path / "upgrade.yaml").write_text("upgrade: a/b\nsequence: 1\n")
    run = upgradecheck("plan", folder=tmp_path)
    assert run.returncode == 2
    assert "upgrade.yaml:1: upgrade: " in run.stderr
    assert "upgrade.yaml:2: sequence: " in run.stderr
    assert "Traceback" not in run.stderr


def test_plan_that_is_not_there(tmp_path: Path) -> None:
    run = upgradecheck("plan", folder=tmp_path)
    assert run.returncode == 2
    assert "there is no upgrade.yaml here or in a folder above; name one: upgradecheck plan FILE" in run.stderr


def test_record_is_verified_offline(tmp_path: Path) -> None:
    with Journal(tmp_path, run={}, redactor=Redactor()) as journal:
        journal.append("record", format=FORMAT, upgrade="shop", environment="one")
        journal.append("note", about="two")
    good = upgradecheck("verify", str(tmp_path), folder=tmp_path)
    assert (good.returncode, good.stderr) == (0, "")
    assert f"2 lines, head sha256:{journal.head}" in good.stdout
    record = tmp_path / "record.jsonl"
    text = record.read_text()
    record.write_text(text.replace("one", "uno"))
    bad = upgradecheck("verify", str(record), folder=tmp_path)
    assert bad.returncode == 1
    assert "record.jsonl:1: this line was changed or cut" in bad.stderr
    record.write_text(text[:-10])
    torn = upgradecheck("verify", str(record), folder=tmp_path)
    assert torn.returncode == 1
    assert "record.jsonl:2: the last line was cut" in torn.stderr
    missing = upgradecheck("verify", "nowhere", folder=tmp_path)
    assert missing.returncode == 2


@pytest.mark.parametrize("of", ["plan", "verdict", "gate"])
def test_schemas_are_json_schemas(tmp_path: Path, of: str) -> None:
    run = upgradecheck("schema", of, folder=tmp_path)
    assert run.returncode == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ([], 1, "1 removed, 1 added, 1 changed\n"),
        (["--rule", "additions-only", "--ignore", "l[].n"], 1, "1 removed; 1 allowed difference\n"),
        (["--rule", "no-fewer"], 0, "as before: 0 allowed differences"),
        (["--key", "n"], 1, "! l: its items are paired by n, and '1' stands twice"),
        (["--format", "markdown"], 1, "```diff\n1 removed, 1 added, 1 changed\n"),
        (["--format", "html"], 1, "<pre>1 removed, 1 added, 1 changed\n"),
        (["--format", "colour"], 1, "\x1b[31m- l[name=b]"),
        (["--rule", "same"], 2, "'same' is no rule; write one of: unchanged"),
        (["--ignore", "a..b"], 2, "'a..b' is no path"),
        (["--ignore", "x"], 1, "x fits nothing in either file"),
    ],
)
def test_compare_two_files(tmp_path: Path, options: list[str], code: int, says: str) -> None:
    before = {"l": [{"name": "a", "n": 1}, {"name": "b", "n": 1}]}
    after = {"l": [{"name": "c", "n": 1}, {"name": "a", "n": 2}]}
    (tmp_path / "before.json").write_text(json.dumps(before))
    (tmp_path / "after.json").write_text(json.dumps(after))
    run = upgradecheck("compare", "before.json", "after.json", *options, folder=tmp_path)
    assert (run.returncode, says in run.stdout + run.stderr) == (code, True), run.stdout + run.stderr


@pytest.mark.parametrize(
    ("content", "says"), [("{", "this cannot be compared"), ("[NaN]", "is nan"), (None, "No such")]
)
def test_compare_names_the_file_that_cannot_be(tmp_path: Path, content: str | None, says: str) -> None:
    (tmp_path / "before.json").write_text("{}")
    if content is not None:
        (tmp_path / "after.json").write_text(content)
    run = upgradecheck("compare", "before.json", "after.json", folder=tmp_path)
    assert run.returncode == 2
    assert "after.json" in run.stderr
    assert says in run.stderr
    assert "Traceback" not in run.stderr
