"""What importing the plugin pulls in: nothing heavy without a phase, and no HTTP client before something is read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.small_upgrade import SHORTEST_PLAN

HEAVY = {"httpx", "yaml", "pydantic", "jmespath", "packaging.specifiers"}

CONFTEST = """
from pytest_upgradecheck.truth import Answer
def pytest_upgradecheck_read(surface, plan, phase):
    return Answer.of({"products": {"web": "1"}}, source="test")
"""


def imported(folder: Path, *options: str) -> set[str]:
    """Every module that a pytest run in a process of its own imports."""
    (folder / "test_it.py").write_text("def test_it(): pass\n")
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--capture=no", *options],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
    )
    assert "1 passed" in run.stdout or "verdict:" in run.stdout, run.stdout + run.stderr[-2000:]
    return {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}


def test_without_a_phase_nothing_heavy_is_imported(tmp_path: Path) -> None:
    alone = imported(tmp_path, "-p", "no:upgradecheck")
    with_plugin = imported(tmp_path)
    own = {name for name in with_plugin - alone if not name.startswith("pytest_upgradecheck")}
    assert not own & (HEAVY | {"jinja2"})
    assert "pytest_upgradecheck.plugin.registration" not in with_plugin


def test_with_a_phase_and_nothing_to_read_over_http_there_is_no_http_client(tmp_path: Path) -> None:
    (tmp_path / "upgrade.yaml").write_text(SHORTEST_PLAN)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    modules = imported(tmp_path, "--upgrade-phase=pre")
    assert "pydantic" in modules
    assert "httpx" not in modules
