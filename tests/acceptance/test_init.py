"""`upgradecheck init`: what it writes runs red until it is filled in, and can be filled in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import ReferenceStack
from tests.acceptance.test_command import upgradecheck


def pre(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--upgrade-phase=pre"]
    return subprocess.run(command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, timeout=60)


def test_runs_red_and_names_every_line_to_fill_in(tmp_path: Path) -> None:
    assert upgradecheck("init", folder=tmp_path).returncode == 0
    plan = (tmp_path / "upgrade.yaml").read_text()
    run = pre(tmp_path, PLATFORM_URL="http://127.0.0.1:9")
    assert run.returncode == 4
    for number, line in enumerate(plan.splitlines(), 1):
        if re.search(r'^[^#]*"FILL IN:', line):
            assert f"upgrade.yaml:{number}: " in run.stderr, line


def test_touches_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "upgrade.yaml").write_text("mine")
    run = upgradecheck("init", folder=tmp_path)
    assert run.returncode == 2
    assert "exists and was not changed" in run.stderr
    assert (tmp_path / "upgrade.yaml").read_text() == "mine"
    assert not (tmp_path / "test_upgrade.py").exists()


def test_from_a_platform_proposes_what_it_publishes(reference_stack: ReferenceStack, tmp_path: Path) -> None:
    reference_stack.up()
    env = reference_stack.env
    command = ("init", "new", "--from", env["PLATFORM_URL"], "--auth-header", "X-API-Key")
    run = upgradecheck(*command, folder=tmp_path, **env)
    assert run.returncode == 0, run.stderr
    path = tmp_path / "new" / "upgrade.yaml"
    plan = path.read_text()
    assert env["PLATFORM_API_KEY"] not in plan + run.stdout + run.stderr
    assert 'versions: "CONFIRM: products[].[name, version]"' in plan
    assert "drifted: \"CONFIRM: contracts[?state != 'aligned'].name\"" in plan
    assert plan.count("ready: \"CONFIRM: status == 'ready'\"") == 2
    red = pre(path.parent, **env)
    assert red.returncode == 4
    assert "this is a proposal: check it, and remove CONFIRM:" in red.stderr

    # Somebody who confirms every proposal and fills in the rest has a plan that works; the suite is still red.
    plan = plan.replace("CONFIRM: ", "")
    plan = re.sub(r'publishes_truth: "FILL IN[^"]*"', "publishes_truth: true", plan)
    plan = re.sub(r'change_class: "FILL IN[^"]*"', "change_class: additive", plan)
    plan = re.sub(r'upgrade: "FILL IN[^"]*"', "upgrade: new-stack", plan)
    plan = re.sub(r'to: "FILL IN[^"]*"', 'to: "2026.11"', plan)
    plan = re.sub(r'"FILL IN: [^"]*"', "filled in", plan)
    path.write_text(plan)
    shown = upgradecheck("plan", folder=path.parent, **env)
    assert shown.returncode == 0, shown.stderr
    run2 = pre(path.parent, **env)
    assert run2.returncode == 1, run2.stdout
    assert "verdict: PAUSE" in run2.stdout
    assert "fill in: do what a user does" in run2.stdout
    failed = set(re.findall(r'^  FAILED  "(.*)"', run2.stdout, re.MULTILINE))
    assert failed == {
        "One thing a real user does, end to end",
        *(f"{product} does what it is there for" for product in ("fabric", "orders", "docs", "sqlite")),
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "ftp://example.com"], "write the platform's http or https URL"),
        (["--from", "http://user:pw@127.0.0.1:9"], "write the platform's http or https URL, without credentials"),
        (["--from", "http://127.0.0.1:9"], "the platform publishes no OpenAPI document; tried:"),
        (["--from", "http://127.0.0.1:9", "--auth-header", "X-API-Key"], "PLATFORM_API_KEY is not set"),
        (["--auth-header", "X-API-Key"], "--auth-header goes with --from"),
    ],
)
def test_platform_that_cannot_be_asked(tmp_path: Path, options: list[str], sentence: str) -> None:
    run = upgradecheck("init", *options, folder=tmp_path)
    assert run.returncode == 2
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.iterdir())
