"""The verdict is decided after every conftest and plugin, and holds for a run that cannot even start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_upgradecheck.record import verify_record
from tests.small_upgrade import Suite


def add(suite: Suite, code: str) -> None:
    conftest = suite.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\nimport os, sys, pytest\n{code}\n")


CODES = {
    "sessionfinish": "def pytest_sessionfinish(session): session.exitstatus = {code}",
    "sessionfinish, last": (
        "@pytest.hookimpl(wrapper=True, tryfirst=True)\ndef pytest_sessionfinish(session):\n"
        "    result = yield\n    session.exitstatus = {code}\n    return result"
    ),
    "main": (
        "@pytest.hookimpl(wrapper=True, tryfirst=True)\ndef pytest_runtestloop(session):\n"
        "    result = yield\n    session.testsfailed = 0 if {code} == 0 else 1\n    return result"
    ),
    "exit": "def pytest_sessionfinish(): pytest.exit('enough', returncode={code})",
    "unconfigure, exit": "def pytest_unconfigure(): pytest.exit('enough', returncode={code})",
    "unconfigure, system exit": "def pytest_unconfigure(): sys.exit({code})",
    "summary, system exit": "def pytest_terminal_summary(): sys.exit({code})",
}


@pytest.mark.parametrize("way", CODES)
def test_exit_code_of_a_red_verdict_cannot_be_changed(suite: Suite, way: str) -> None:
    suite.write_platform(front_page="oops")
    add(suite, CODES[way].format(code=0))
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert result.ret == suite.verdict["exit_code"] == 1
    assert suite.verdict["verdict"] == "pause"


@pytest.mark.parametrize("way", [way for way in CODES if way != "main"])
def test_other_exit_code_takes_a_green_verdict_back(suite: Suite, way: str) -> None:
    add(suite, CODES[way].format(code=6))
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert result.ret == suite.verdict["exit_code"] != 0
    assert suite.verdict["verdict"] == "cannot-tell"
    assert not says_proceed(suite.folder / "upgrade-report.html")


RAISING = ["pytest.skip('x')", "pytest.fail('x')", "pytest.xfail('x')", "pytest.exit('x', returncode=0)", "sys.exit(0)",
           "exec('raise KeyboardInterrupt')", "exec('raise GeneratorExit')", "1 / 0"]  # fmt: skip
TEAM_HOOKS = ["blockers(facts, plan)", "decide(facts, verdict, plan)", "report(verdict, plan)"]


@pytest.mark.parametrize("hook", TEAM_HOOKS)
@pytest.mark.parametrize("raising", RAISING)
def test_whatever_a_hook_of_the_team_raises_is_a_blocker(suite: Suite, hook: str, raising: str) -> None:
    add(suite, f"def pytest_upgradecheck_{hook}: {raising}")
    result = suite.run("pre")
    assert result.ret == 12
    assert suite.blockers == {"": "hook-failed"}
    assert "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize("raising", RAISING)
def test_whatever_the_reading_hook_raises_is_missing_evidence(suite: Suite, raising: str) -> None:
    conftest = suite.path / "conftest.py"
    conftest.write_text(
        conftest.read_text().replace("platform = json", f"import sys, pytest; {raising}; platform = json")
    )
    assert suite.run("pre").ret == 12
    assert set(suite.blockers.values()) == {"no-evidence"}


CANNOT_START = {
    "unknown option": (["--nosuch"], ""),
    "unknown phase": (["--upgrade-phase=nosuch"], ""),
    "unknown step": (["--upgrade-step=nosuch"], ""),
    "unknown plan": (["--upgrade-plan=nosuch.yaml"], ""),
    "output over the plan": (["--junitxml=upgrade.yaml"], ""),
    "no test at a path": (["nosuch"], ""),
    "broken conftest": ([], "conftest.py"),
    "conftest that exits": ([], "import sys; sys.exit(0)"),
    "configure that exits": ([], "def pytest_configure(): raise SystemExit"),
    "broken plan": ([], "upgrade.yaml"),
    "damaged record": ([], ".upgradecheck/shop/test/record.jsonl"),
}


@pytest.mark.parametrize("case", CANNOT_START)
def test_run_that_cannot_start_leaves_nothing_green(suite: Suite, case: str) -> None:
    outputs = ["--upgrade-report=page.html", "--upgrade-summary=s.md", "--upgrade-ctrf=c.json"]
    suite.pre(*outputs)
    options, broken = CANNOT_START[case]
    if "xit" in broken:
        (suite.path / "conftest.py").write_text(f"{broken}\n")
    elif broken:
        with (suite.path / broken).open("a") as file:
            file.write("\n}{ broken: [\n")
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=post", *options, *outputs)
    assert result.ret != 0
    for name in ("page.html", "s.md", "c.json", ".upgradecheck/shop/test/verdict.json"):
        assert not says_proceed(suite.path / name), name


def says_proceed(file: Path) -> bool:
    if not file.exists():
        return False
    text = file.read_text()
    if file.suffix == ".html":
        return "PROCEED" in text.partition("</title>")[0]
    return "Verdict: proceed" in text or '"verdict": "proceed"' in text


@pytest.mark.parametrize("options", [["--collect-only"], ["--collect-only", "-q"], ["--co", "-k", "front"]])
def test_only_collecting_verifies_nothing(suite: Suite, options: list[str]) -> None:
    suite.pre()
    assert suite.run("pre", *options).ret == 12
    assert not says_proceed(suite.folder / "verdict.json")


CHILDREN = {
    "ends at once": "os._exit(0)",
    "returns from the check": "return",
    "fails": "assert 0",
    "exits": "raise SystemExit(0)",
}


@pytest.mark.parametrize("child", CHILDREN)
def test_forked_child_neither_writes_nor_ends_the_run(suite: Suite, child: str) -> None:
    suite.pytester.makepyfile(
        test_fork=f"import os\ndef test_fork():\n    child = os.fork()\n    if child == 0:\n        {CHILDREN[child]}\n"
        "    assert os.waitpid(child, 0)[0] == child\n"
    )
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre", "-W", "ignore")
    assert result.ret == 0
    assert json.loads((suite.folder / "verdict.json").read_text())["verdict"] == "proceed"
    assert verify_record(suite.folder / "record.jsonl").last is not None
    assert len(suite.lines("verdict")) == len(suite.lines("end")) == 1
