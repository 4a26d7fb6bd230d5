"""A verdict counts once its exit code was given: the process can be killed, or exit otherwise, after the verdict."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import Suite

HOOKS = ["pytest_sessionfinish", "pytest_terminal_summary", "pytest_unconfigure"]


def add_hook(folder: Path, hook: str, body: str) -> None:
    conftest = folder / "conftest.py"
    text = f"\nimport os, pytest\n@pytest.hookimpl(wrapper=True, tryfirst=True)\ndef {hook}():\n    {body}\n"
    conftest.write_text(conftest.read_text() + text)


@pytest.mark.parametrize("hook", HOOKS)
def test_killed_after_the_verdict(suite: Suite, hook: str, capsys: pytest.CaptureFixture[str]) -> None:
    suite.pre()
    assert main(["gate", "--phase", "pre", str(suite.folder)]) == 0
    add_hook(suite.path, hook, "result = yield\n    os.kill(os.getpid(), 9)\n    return result")
    killed = suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert killed.ret == -signal.SIGKILL
    assert suite.lines("verdict")[-1]["verdict"]["verdict"] == "proceed"
    capsys.readouterr()
    assert main(["gate", "--phase", "pre", str(suite.folder)]) == 12
    assert "was killed after its verdict, before it gave an exit code" in capsys.readouterr().out
    assert main(["report", str(suite.folder), "--output", str(suite.path / "page.html")]) == 1
    assert "was killed after its verdict" in (suite.path / "page.html").read_text()


def test_baseline_of_a_pre_run_that_never_gave_its_exit_code(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more="import pytest\n@pytest.mark.pre_upgrade\ndef test_more(): assert 1\n")
    conftest = suite.path / "conftest.py"
    plain = conftest.read_text()
    add_hook(suite.path, "pytest_unconfigure", "yield\n    os.kill(os.getpid(), 9)")
    assert suite.pytester.runpytest_subprocess("--upgrade-phase=pre").ret == -signal.SIGKILL
    conftest.write_text(plain)
    suite.upgrade()
    assert suite.run("post").ret == 12
    assert "does not come from a passing pre" in suite.blocker("upgrade.yaml::baseline")["message"]


CHANGES = {
    "verdict is removed": "os.remove(verdict)",
    "verdict is replaced": "open(verdict, 'w').write('{}')",
    "record is cut": "os.truncate(record, os.path.getsize(record) // 2)",
    "record is replaced": "import shutil; shutil.copy(record, 'copy'); os.replace('copy', record)",
    "record is removed": "os.remove(record)",
    "record is written to": "open(record, 'a').write('{}')",
}


@pytest.mark.parametrize("change", CHANGES)
def test_file_that_is_changed_when_everything_seems_over(suite: Suite, change: str) -> None:
    where = "folder = '.upgradecheck/shop/test/'; record = folder + 'record.jsonl'; verdict = folder + 'verdict.json'"
    add_hook(suite.path, "pytest_unconfigure", f"yield\n    {where}; {CHANGES[change]}")
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert result.ret == 12
    result.stdout.fnmatch_lines(["upgradecheck: cannot tell: *"])
    assert suite.verdict["verdict"] == "cannot-tell"
    assert suite.verdict["exit_code"] == 12
    assert "cannot-tell" in (suite.folder / "upgrade-report.html").read_text()
    assert main(["gate", "--phase", "pre", str(suite.folder)]) != 0


def test_end_says_what_the_process_exited_with(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(front_page="oops")
    suite.run("pre")
    add_hook(suite.path, "pytest_unconfigure", "yield\n    raise RuntimeError('too late')")
    suite.write_platform(front_page="hello")
    late = suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert [line["exit_code"] for line in suite.lines("end")] == [0, 1, late.ret]
    assert late.ret != 0
    assert json.loads((suite.folder / "verdict.json").read_text())["exit_code"] == late.ret
