"""What all tests share."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import pytest_upgradecheck

pytest_plugins = ["pytester"]
pytest.register_assert_rewrite("tests.small_upgrade")


def pytest_configure(config: pytest.Config) -> None:
    """Let no run of a test take a file that was just written from a cache, and compile the plugin once for all of them.

    pytest rewrites the assertions of an installed plugin, which takes as long as a small run itself. It keeps what it
    has rewritten only where Python may write bytecode, which the runs of these tests may not.
    """
    compiled = list(Path(pytest_upgradecheck.__file__).parent.glob("plugin/__pycache__/*-pytest-*.pyc"))
    installed = "site-packages" in Path(pytest_upgradecheck.__file__).parts
    if installed and not compiled and not hasattr(config, "workerinput"):
        from tests.small_upgrade import Suite

        with tempfile.TemporaryDirectory() as folder:
            Suite.write(Path(folder))
            subprocess.run(
                [sys.executable, "-m", "pytest", "--upgrade-phase=pre", "-n=1", "--html=page.html", "--junitxml=x.xml"],
                cwd=folder,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
                capture_output=True,
                check=True,
            )
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


@pytest.fixture(autouse=True)
def no_job_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of tests do not write into the summary of the job that runs the tests."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
