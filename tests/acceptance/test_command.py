"""The command `upgradecheck`, as its users type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from pytest_upgradecheck.cli.demo import reference_stack
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


def a_folder(tmp_path: Path) -> str:
    (tmp_path / "there").mkdir()
    return "there"


def a_file(tmp_path: Path) -> str:
    (tmp_path / "there").touch()
    return "there"


def a_link_to_nowhere(tmp_path: Path) -> str:
    (tmp_path / "there").symlink_to("nowhere")
    return "there"


def a_loop_of_links(tmp_path: Path) -> str:
    (tmp_path / "there").symlink_to("there")
    return "there/demo"


def below_a_file(tmp_path: Path) -> str:
    return f"{a_file(tmp_path)}/demo"


def in_a_file_system_that_takes_no_files(tmp_path: Path) -> str:
    return "/proc/demo"


def inside_the_suite(tmp_path: Path) -> str:
    return str(reference_stack() / "operation" / "demo")


def here(tmp_path: Path) -> str:
    return ""


def too_long(tmp_path: Path) -> str:
    return "x" * 300


@pytest.mark.parametrize(
    ("into", "message"),
    [
        (a_folder, "exists already; name another folder with --into, or remove it"),
        (a_file, "exists already; name another folder with --into, or remove it"),
        (a_link_to_nowhere, "exists already; name another folder with --into, or remove it"),
        (here, "exists already; name another folder with --into, or remove it"),
        (a_loop_of_links, "the reference stack cannot be copied there: "),
        (below_a_file, "the reference stack cannot be copied there: Not a directory"),
        (in_a_file_system_that_takes_no_files, "/proc/demo: the reference stack cannot be copied there: "),
        (too_long, "the reference stack cannot be copied there: File name too long"),
        (inside_the_suite, "is inside the reference stack itself; name another folder with --into"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_demo_refuses_a_folder_before_it_starts(tmp_path: Path, into: Callable[[Path], str], message: str) -> None:
    folder = into(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    run = upgradecheck("demo", "--into", folder, folder=tmp_path)
    assert_refused(run, message)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fault", "nosuch"], "--fault 'nosuch': there is no such fault; choose from breaking-contract, "),
        (
            ["--fault", "order-losst"],
            "--fault 'order-losst': there is no such fault; did you mean 'order-lost'? choose from",
        ),
        (
            ["--fault", "order-lost", "--fault", "Order-Lost"],
            "--fault 'Order-Lost': there is no such fault; did you mean",
        ),
        (["--fault", ""], "there is no such fault; choose from breaking-contract, "),
        (["--fault", "two\nlines"], "there is no such fault; choose from breaking-contract, "),
        (["--fault"], "argument --fault: expected one argument"),
        (["--into"], "argument --into: expected one argument"),
        (["--no-such-option"], "unknown argument: --no-such-option"),
        (["somewhere"], "unknown argument: somewhere"),
    ],
)
def test_demo_refuses_an_argument_before_it_starts(tmp_path: Path, options: list[str], message: str) -> None:
    assert_refused(upgradecheck("demo", *options, folder=tmp_path), message)
    assert not list(tmp_path.iterdir())


def assert_refused(run: subprocess.CompletedProcess[str], message: str) -> None:
    assert run.returncode == 2, run.stdout + run.stderr
    assert message in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_demo_lists_every_fault_of_the_reference_stack(tmp_path: Path) -> None:
    run = upgradecheck("demo", "--fault", "nosuch", folder=tmp_path)
    shown = set(run.stderr.rpartition("choose from ")[2].strip().split(", "))
    table = [line.split("`")[1] for line in (SUITE / "README.md").read_text().splitlines() if line.startswith("| `")]
    assert shown == set(table) - {"--fault"}


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
        (["--key", "n"], 1, "! l: its items are paired by n, and '1' occurs twice"),
        (["--format", "markdown"], 1, "```diff\n1 removed, 1 added, 1 changed\n"),
        (["--format", "html"], 1, "<pre>1 removed, 1 added, 1 changed\n"),
        (["--format", "colour"], 1, "\x1b[31m- l[name=b]"),
        (["--rule", "same"], 2, "'same' is not a rule; write one of: unchanged"),
        (["--ignore", "a..b"], 2, "'a..b' is not a path"),
        (["--ignore", "**"], 2, "everything in before.json may change, so the comparison could never fail"),
        (["--rule", "may-change"], 2, "the comparison could never fail"),
        (["--ignore", "x"], 1, "x matches nothing in either file"),
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
