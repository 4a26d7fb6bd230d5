"""An instrument that is disarmed never gives a green verdict, and never a wrong red one."""

from __future__ import annotations

import sys

import pytest

from tests.small_upgrade import Suite

LOST = {
    "class with __init__": (
        "class TestLost:\n    def __init__(self): pass\n    def test_never(self): assert 0",
        "test_it.py::TestLost: pytest does not collect this class, because it has __init__",
    ),
    "class with __new__": (
        "class TestLost:\n    def __new__(cls): return object()\n    def test_never(self): assert 0",
        "test_it.py::TestLost: pytest does not collect this class, because it has __new__",
    ),
    "class that inherits its tests and __init__": (
        "class Base:\n    def __init__(self): pass\n    def test_never(self): assert 0\nclass TestLost(Base): pass",
        "test_it.py::TestLost: pytest does not collect this class, because it has __init__",
    ),
    "not a function": (
        "class Agree:\n    def __call__(self): assert 0\ntest_call = Agree()",
        "test_it.py::test_call: pytest does not collect it, because it is not a function",
    ),
    "method that is not a function": (
        (
            "import functools\nclass TestIt:\n    def agree(self, x): assert x\n"
            "    test_partial = functools.partialmethod(agree, 0)\n    def test_fine(self): assert True"
        ),
        "test_it.py::TestIt::test_partial: pytest does not collect it, because it is not a function",
    ),
    "assertion of a tuple": (
        "def test_it():\n    assert (1 == 2, 'broken')",
        "line 2: this assertion is always true, because it asserts a tuple",
    ),
    "defined twice": (
        "def test_it(): assert 0\ndef test_it(): assert 1",
        "line 2: test_it is also defined in line 1, and only the last one runs",
    ),
    "method defined twice": (
        "class TestIt:\n    def test_it(self): assert 0\n    def test_it(self): assert 1",
        "line 3: test_it is also defined in line 2, and only the last one runs",
    ),
    "generator": (
        "def test_it():\n    yield\n    assert 0",
        "'yield' keyword is allowed in fixtures, but not in tests",
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_test_that_would_never_run(suite: Suite, case: str) -> None:
    body, says = LOST[case]
    suite.pytester.makepyfile(test_it=body + "\n")
    result = suite.run("pre", "-W", "ignore")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert says in result.stdout.str()
    assert suite.verdict["verdict"] == "cannot-tell"


HONEST = {
    "imported class": "from team import TestPlatform\ndef test_it(): assert TestPlatform('x')",
    "value": "test_data = [1, 2]\ndef test_it(): assert test_data",
    "fixture": "import pytest\n@pytest.fixture\ndef test_user(): return 1\ndef test_it(test_user): assert test_user",
    "not to be collected": "def test_no(): assert 0\ntest_no.__test__ = False\ndef test_it(): assert 1",
    "static method": "class TestIt:\n    @staticmethod\n    def test_it(): assert 1",
    "wrapped": (
        "import functools\ndef again(f):\n    @functools.wraps(f)\n    def g(): f()\n    return g\n"
        "@again\ndef test_it(): assert 1"
    ),
    "unittest": "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): self.assertTrue(1)",
    "one of two": "if 1:\n    def test_it(): assert 1\nelse:\n    def test_it(): assert 0",
    "async unittest": (
        "import unittest\nclass TestIt(unittest.IsolatedAsyncioTestCase):\n"
        "    async def test_it(self): self.assertTrue(1)"
    ),
}


def test_honest_tests_are_not_refused(suite: Suite) -> None:
    (suite.path / "team.py").write_text("class TestPlatform:\n    def __init__(self, url): self.url = url\n")
    suite.pytester.syspathinsert()
    suite.pytester.makepyfile(**{f"test_{n}": body + "\n" for n, body in enumerate(HONEST.values())})
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    suite.pre("-W", "default")
    assert suite.verdict["counts"]["passed"] == 16 + len(HONEST)


PROVES_NOTHING = {
    "returned": ("def test_it():\n    assert 1\n    return 1 == 2", "it returned False, and pytest ignores"),
    "returned by unittest": (
        "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): return 1 == 2",
        "it returned False",
    ),
    "generator in unittest": (
        "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n        yield\n        assert 0",
        "pytest ignores what a check returns",
    ),
    "never awaited": (
        "async def verify(): assert 0\ndef test_it():\n    assert 1\n    verify()",
        "it never awaited verify(), so that code did not run",
    ),
    "never awaited, kept": (
        "async def verify(): assert 0\ndef test_it():\n    assert 1\n    kept = verify()",
        "it never awaited verify()",
    ),
}


@pytest.mark.parametrize("options", [("-W", "ignore"), ("-p", "no:warnings")], ids=["ignored", "no-warnings"])
def test_what_python_and_pytest_only_warn_about(suite: Suite, options: tuple[str, ...]) -> None:
    suite.pytester.makepyfile(**{f"test_{n}": body + "\n" for n, (body, _) in enumerate(PROVES_NOTHING.values())})
    run = suite.pytester.runpytest_subprocess("--upgrade-phase=pre", *options)
    # pytest 8.4 to 8.x itself fails a check that returns a value, and says so in other words
    fails_what_is_returned = pytest.version_tuple < (9,)
    assert run.ret == (1 if fails_what_is_returned else 12)
    blockers = sorted(suite.verdict["blockers"], key=lambda blocker: blocker["check"])
    if fails_what_is_returned:
        assert {blocker["kind"] for blocker in blockers} == {"failed", "no-evidence"}
        assert len(blockers) == len(PROVES_NOTHING)
        return
    assert {blocker["kind"] for blocker in blockers} == {"no-evidence"}
    assert len(blockers) == len(PROVES_NOTHING)
    for blocker, (_, says) in zip(blockers, PROVES_NOTHING.values(), strict=True):
        assert says in blocker["message"]


def test_async_check_without_a_plugin_is_not_run(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="async def test_it(): assert 0\n")
    assert suite.run("pre", "-p", "no:anyio").ret == 1
    assert suite.blockers == {"test_it.py::test_it": "error"}


@pytest.mark.parametrize(
    ("flags", "variable", "options"),
    [(["-O"], "", []), (["-OO"], "", ["--assert=plain"]), ([], "1", []), ([], "2", ["--assert=plain"])],
)
def test_assertions_that_python_removes(
    suite: Suite, flags: list[str], variable: str, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", variable)
    result = suite.pytester.run(sys.executable, *flags, "-m", "pytest", "--upgrade-phase=pre", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "Python runs with -O (or PYTHONOPTIMIZE), which removes assert statements" in result.stderr.str()


DROPPING = {
    "modifyitems": """
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "lost" not in item.name]
    return (yield)
""",
    "modifyitems, last": """
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    result = yield
    items[:] = [item for item in items if "lost" not in item.name]
    return result
""",
    "finish": """
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session):
    session.items[:] = [item for item in session.items if "lost" not in item.name]
""",
    "collect report": """
@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    report.result = [node for node in report.result if "lost" not in node.name]
    return report
""",
    "loop": """
@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    session.items[:] = [item for item in session.items if "lost" not in item.name]
""",
}


@pytest.mark.parametrize("way", DROPPING)
@pytest.mark.parametrize("where", [".", "sub"])
def test_check_that_a_hook_drops(suite: Suite, way: str, where: str) -> None:
    folder = suite.path / where
    folder.mkdir(exist_ok=True)
    conftest = folder / "conftest.py"
    conftest.write_text((conftest.read_text() if conftest.exists() else "") + f"\nimport pytest\n{DROPPING[way]}")
    (folder / "test_s.py").write_text(
        "class Test_lost:\n    def test_lost(self): assert 0\ndef test_lost(): assert 0\n"
    )
    assert suite.run("pre").ret == 12
    assert {check.rpartition("::")[2].lower() for check in suite.blockers} == {"test_lost"}
    assert len(suite.blockers) == 2


FIXTURES = ("attach", "baseline", "platform_truth", "since_upgrade", "upgrade")
SHADOWS = {
    "module": ("", "import pytest\n@pytest.fixture\ndef {name}(): return {{}}\ndef test_it({name}): assert 1"),
    "conftest": ("@pytest.fixture\ndef {name}(): return {{}}", "def test_it({name}): assert 1"),
    "class": (
        "",
        (
            "import pytest\nclass TestIt:\n    @pytest.fixture\n    def {name}(self): return {{}}\n"
            "    def test_it(self, {name}): assert 1"
        ),
    ),
    "another name": ("@pytest.fixture(name='{name}')\ndef mine(): return {{}}", "def test_it({name}): assert 1"),
    "extends ours": ("@pytest.fixture\ndef {name}({name}): return {{}}", "def test_it({name}): assert 1"),
    "autouse": ("@pytest.fixture(autouse=True)\ndef {name}(): return {{}}", "def test_it(): assert 1"),
    "parameter": ("", "import pytest\n@pytest.mark.parametrize('{name}', [1])\ndef test_it({name}): assert 1"),
    "through a fixture": (
        "@pytest.fixture\ndef {name}(): return {{}}\n@pytest.fixture\ndef two({name}): return {name}",
        "def test_it(two): assert 1",
    ),
    "check of post": (
        "@pytest.fixture\ndef {name}(): return {{}}",
        "import pytest\n@pytest.mark.post_upgrade\ndef test_it({name}): assert 1",
    ),
}


@pytest.mark.parametrize(
    ("name", "case"),
    [*((name, "module") for name in FIXTURES), *(("attach", case) for case in SHADOWS if case != "module")],
)
def test_fixture_that_hides_one_of_ours(suite: Suite, name: str, case: str) -> None:
    hook, body = (part.format(name=name) for part in SHADOWS[case])
    conftest = suite.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\nimport pytest\n{hook}\n")
    suite.pytester.makepyfile(test_it=body + "\n")
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert f"hides the fixture {name!r} of pytest-upgradecheck; give it another name" in result.stdout.str()


def test_fixture_that_hides_one_of_ours_at_run_time(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_it="""
        import pytest
        @pytest.fixture
        def baseline(): return {}
        def test_it(request): request.getfixturevalue("baseline")["k"] = 1
        """
    )
    assert suite.run("pre").ret == 1
    assert "hides the fixture 'baseline'" in suite.blocker("test_it.py::test_it")["message"]


FLAKY = """
from pathlib import Path
import pytest
{mark}
def test_flaky():
    seen = Path("seen")
    count = int(seen.read_text()) if seen.exists() else 0
    seen.write_text(str(count + 1))
    assert count >= {failures}, "the first time"
"""
RETRIES = {
    "pytest-rerunfailures": ("pytest_rerunfailures", "", ["-p", "pytest_rerunfailures", "--reruns", "1"]),
    "flaky": ("flaky", "@pytest.mark.flaky(max_runs=2)", ["-p", "flaky.flaky_pytest_plugin"]),
    "pytest-retry": ("pytest_retry", "", ["-p", "pytest_retry.retry_plugin", "--retries=1"]),
}


@pytest.mark.parametrize("plugin", RETRIES)
@pytest.mark.parametrize("failures", [1, 9], ids=["passes", "fails"])
def test_every_retry_plugin_is_told_the_same_way(
    suite: Suite, plugin: str, failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, mark, options = RETRIES[plugin]
    pytest.importorskip(module)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    suite.pytester.makeini("[pytest]\n")
    suite.pytester.makepyfile(test_flaky=FLAKY.format(mark=mark, failures=failures))
    result = suite.pytester.runpytest_subprocess("-p", "upgradecheck", "--upgrade-phase=pre", *options)
    assert result.ret == (0 if failures == 1 else 1)
    attempts = [line for line in suite.lines("check") if line["check"] == "test_flaky.py::test_flaky"]
    last = "passed" if failures == 1 else "failed"
    assert [(line["result"], line["retried"]) for line in attempts] == [("failed", True), (last, False)]
    assert "the first time" in attempts[0]["message"]
    assert suite.verdict["counts"]["retried"] == 1


@pytest.mark.workers
@pytest.mark.parametrize("mode", ["load", "loadscope", "loadfile", "loadgroup", "worksteal", "each"])
def test_no_way_to_distribute_mixes_checks(suite: Suite, mode: str) -> None:
    tests = "\n".join(
        f"@pytest.mark.xdist_group('g{n % 2}')\ndef test_{n}(baseline): baseline['{n}'] = {n}" for n in range(8)
    )
    suite.pytester.makepyfile(test_many=f"import pytest\n{tests}\n")
    assert suite.run("pre", "-n", "2", "--dist", mode).ret == 0
    ids = {check["id"] for line in suite.lines("planned") for check in line["checks"]}
    assert {f"test_many.py::test_{n}" for n in range(8)} <= ids
    assert {line["result"] for line in suite.lines("check")} == {"passed"}


@pytest.mark.parametrize("root", ["inside", "above"])
def test_symbolic_link_to_the_checklist_changes_no_id(suite: Suite, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    release = suite.path / "releases" / "1"
    release.mkdir(parents=True)
    for name in ("upgrade.yaml", "conftest.py", "test_shop.py", "platform.json"):
        (suite.path / name).rename(release / name)
    if root == "inside":
        (suite.path / "tox.ini").rename(release / "tox.ini")
    (suite.path / "current").symlink_to(release)
    record = f"--upgrade-record={suite.path / 'rec'}"
    monkeypatch.chdir(suite.path / "current")
    assert suite.pytester.runpytest_subprocess("--upgrade-phase=pre", record).ret == 0
    platform = release / "platform.json"
    platform.write_text(platform.read_text().replace('"1"', '"2"'))
    monkeypatch.chdir(suite.path)
    assert suite.pytester.runpytest_subprocess("--upgrade-phase=post", record, "current").ret == 0
