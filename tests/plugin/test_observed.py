"""What happened in a check wins over a report that looks better, and missing evidence is never taken for a failure."""

from __future__ import annotations

from typing import Any

import pytest

from tests.small_upgrade import Suite

BAD = "def test_it(): assert False, 'broken'"
LYING = {
    "makereport": """
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed: report.outcome = "passed"
    return report
""",
    "makereport, outermost": """
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    call.excinfo = None
    return (yield)
""",
    "makereport that skips": """
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed: report.outcome, report.longrepr = "skipped", ("x", 1, "no time")
    return report
""",
    "call": """
@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try: return (yield)
    except BaseException: return None
""",
    "pyfunc_call": """
@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    try: return (yield)
    except BaseException: return True
""",
    "own pyfunc_call": """
def pytest_pyfunc_call(pyfuncitem):
    if pyfuncitem.name != "test_it": return None
    try: pyfuncitem.obj()
    except BaseException: pass
    return True
""",
    "logreport": """
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    report.outcome = "passed"
""",
}


def check_under(suite: Suite, where: str, hook: str, body: str) -> None:
    """A check whose conftest.py, of the same folder, has a hook."""
    folder = suite.path / where
    folder.mkdir(exist_ok=True)
    conftest = folder / "conftest.py"
    conftest.write_text((conftest.read_text() if conftest.exists() else "") + f"\nimport pytest\n{hook}\n")
    (folder / "test_it.py").write_text(f"{body}\n")


@pytest.mark.parametrize("way", LYING)
@pytest.mark.parametrize("where", [".", "sub"])
def test_body_that_failed_is_never_passed(suite: Suite, way: str, where: str) -> None:
    check_under(suite, where, LYING[way], BAD)
    assert suite.run("pre").ret == 1
    (blocker,) = suite.verdict["blockers"]
    assert (blocker["check"].rpartition("::")[2], blocker["kind"]) == ("test_it", "failed")
    assert "broken" in blocker["message"]


NOT_RUN = {
    "pyfunc_call": ("def pytest_pyfunc_call(pyfuncitem):\n    return True\n", "no-evidence"),
    "item": (
        "def pytest_itemcollected(item):\n    if item.name == 'test_it': item.runtest = lambda: None\n",
        "no-evidence",
    ),
    "protocol": (
        """
def pytest_runtest_protocol(item, nextitem):
    for when in ("setup", "call", "teardown"):
        item.ihook.pytest_runtest_logreport(
            report=pytest.TestReport(item.nodeid, item.location, {}, "passed", None, when, duration=0)
        )
    return True
""",
        "not-run",
    ),
}


@pytest.mark.parametrize("way", NOT_RUN)
def test_body_that_did_not_run_is_never_passed(suite: Suite, way: str) -> None:
    hook, kind = NOT_RUN[way]
    check_under(suite, "sub", hook, BAD)
    assert suite.run("pre").ret == 12
    assert suite.blockers["sub/test_it.py::test_it"] == kind


@pytest.mark.parametrize("stage", ["setup", "teardown"])
@pytest.mark.parametrize("way", ["makereport", "hook"])
def test_fixture_that_failed_is_never_passed(suite: Suite, stage: str, way: str) -> None:
    hook = LYING["makereport"] if way == "makereport" else LYING["call"].replace("runtest_call", f"runtest_{stage}")
    body = "1 / 0" if stage == "setup" else "yield; 1 / 0"
    fixture = f"import pytest\n@pytest.fixture(autouse=True)\ndef f():\n    {body}\ndef test_it(): assert 1"
    check_under(suite, "sub", hook, fixture)
    assert suite.run("pre").ret == 1
    blocker = suite.blocker("sub/test_it.py::test_it")
    assert blocker["kind"] == "error"
    assert "ZeroDivisionError" in blocker["message"]


READ = "truth.read('queue').body"
FUNCTION = "def test_it(platform_truth{}):\n    truth = platform_truth\n"
FIXTURE = (
    "@pytest.fixture\ndef queue(platform_truth):\n    truth = platform_truth\n    {}\ndef test_it(queue): assert 1"
)
TESTCASE = (
    "class TestIt(unittest.TestCase):\n    @pytest.fixture(autouse=True)\n"
    "    def _truth(self, platform_truth): self.truth = platform_truth\n"
)
MISSING = {
    "function": f"{FUNCTION.format('')}    assert {READ}",
    "unittest": f"{TESTCASE}    def test_it(self): self.assertTrue(self.{READ})",
    "unittest setUp": f"{TESTCASE}    def setUp(self): self.{READ}\n    def test_it(self): self.assertTrue(1)",
    "unittest tearDown": f"{TESTCASE}    def tearDown(self): self.{READ}\n    def test_it(self): self.assertTrue(1)",
    "unittest subtest": (
        f"{TESTCASE}    def test_it(self):\n        with self.subTest('one'): self.assertTrue(self.{READ})"
    ),
    "group": (
        f"{FUNCTION.format('')}    try: {READ}\n"
        "    except Exception as e: raise ExceptionGroup('several', [e, ExceptionGroup('inner', [e])])"
    ),
    "from": f"{FUNCTION.format('')}    try: {READ}\n    except Exception as e: raise RuntimeError('no queue') from e",
    "fixture": FIXTURE.format(f"return {READ}"),
    "teardown": FIXTURE.format(f"yield\n    {READ}"),
    "fixture, group": FIXTURE.format(f"try: {READ}\n    except Exception as e: raise ExceptionGroup('x', [e])"),
    "subtest": (
        f"{FUNCTION.format(', subtests')}    with subtests.test('one'): assert {READ}\n"
        "    with subtests.test('two'): assert 1"
    ),
    "soft assertion": f"{FUNCTION.format(', check')}    with check: assert {READ}",
}
MIXED = {
    "group": (
        f"{FUNCTION.format('')}    try: {READ}\n"
        "    except Exception as e: raise ExceptionGroup('x', [e, ExceptionGroup('y', [ValueError('lost')])])"
    ),
    "during": f"{FUNCTION.format('')}    try: {READ}\n    except Exception: assert False, 'lost'",
    "unittest": (f"{TESTCASE}    def test_it(self): self.{READ}\n    def tearDown(self): self.fail('lost')"),
    "subtest": (
        f"{FUNCTION.format(', subtests')}    with subtests.test('one'): assert {READ}\n"
        "    with subtests.test('two'): assert 0"
    ),
    "soft assertion": f"{FUNCTION.format(', check')}    with check: assert {READ}\n    with check: assert 0",
}


def result_without_the_surface(suite: Suite, body: str) -> tuple[Any, str]:
    """Exit code and result of a check on a boundary that reads a surface that no longer answers."""
    if "subtests" in body and not hasattr(pytest, "Subtests"):
        pytest.importorskip("pytest_subtests")
    if ", check)" in body:
        pytest.importorskip("pytest_check")
    suite.edit_plan("  surfaces:\n", "  surfaces:\n    queue: {}\n")
    suite.write_platform(queue={"n": 1})
    marked = "pytestmark = [pytest.mark.post_upgrade, pytest.mark.rollback_boundary('db-schema')]"
    suite.pytester.makepyfile(test_it=f"import unittest, pytest\n{marked}\n{body}\n")
    suite.pre()
    del suite.platform["queue"]
    suite.upgrade()
    code = suite.run("post").ret
    return code, {check.rpartition("::")[2]: kind for check, kind in suite.blockers.items()}["test_it"]


@pytest.mark.parametrize("case", MISSING)
def test_missing_evidence_is_no_failure_however_it_is_raised(suite: Suite, case: str) -> None:
    assert result_without_the_surface(suite, MISSING[case]) == (12, "no-evidence")


@pytest.mark.parametrize("case", MIXED)
def test_failure_next_to_missing_evidence_is_a_failure(suite: Suite, case: str) -> None:
    assert result_without_the_surface(suite, MIXED[case]) == (11, "failed")
