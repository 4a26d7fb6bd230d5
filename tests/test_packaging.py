"""What the installed package brings along: types, schemas, and the reference stack for the demo."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of this checkout, built as pip builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "verdict.schema.json",
        "gate.schema.json",
        "report/templates/page.j2",
        "report/templates/report.css",
        "cli/starter/upgrade.yaml.txt",
        "plan/upgrade.schema.json",
        "cli/helpifyr_stack/stack.py",
        "cli/helpifyr_stack/upgrade.yaml",
        "cli/helpifyr_stack/test_orders.py",
        "cli/helpifyr_stack/products/fabric.py",
    ],
)
def test_wheel_holds(wheel: zipfile.ZipFile, name: str) -> None:
    assert f"pytest_upgradecheck/{name}" in wheel.namelist()


def test_wheel_holds_nothing_that_a_run_left_behind(wheel: zipfile.ZipFile) -> None:
    for name in wheel.namelist():
        assert not any(part in name for part in ("__pycache__", ".stack", ".upgradecheck", ".html", ".pytest_cache")), (
            name
        )


def test_wheel_declares_plugin_and_command(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    text = wheel.read(entry_points).decode()
    assert "[pytest11]\nupgradecheck = pytest_upgradecheck.plugin\n" in text
    assert "upgradecheck = pytest_upgradecheck.cli:main" in text
