"""Checks that prove nothing: noted always, and red with ``strict: true`` in the plan."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite

NOTHING = {
    "empty": "def test_it(): pass",
    "calls a function": "def shop(): return 1\ndef test_it(): shop()",
    "unittest": "import unittest\nclass Test(unittest.TestCase):\n    def test_it(self): pass",
    "async unittest": (
        "import unittest\nclass Test(unittest.IsolatedAsyncioTestCase):\n    async def test_it(self): pass"
    ),
    "returns before": "def test_it():\n    if 2 > 1:\n        return\n    assert True",
    "asserts in what it does not call": "def test_it():\n    def agree():\n        assert True",
    "asserts below a decorator that does not call it": (
        "import functools\ndef never(function):\n    @functools.wraps(function)\n    def call(): pass\n"
        "    return call\n@never\ndef test_it(): assert True"
    ),
    "empty loop": "def test_it():\n    for each in []:\n        assert each",
    "reads its baseline and says nothing": (
        "import pytest\n@pytest.mark.pre_upgrade\ndef test_capture(baseline): baseline['k'] = 1\n"
        "@pytest.mark.post_upgrade(needs=test_capture)\ndef test_it(baseline): baseline['k']"
    ),
}
SOMETHING = {
    "assert": "def test_it(): assert True",
    "assert after a condition": "def test_it():\n    if 1 > 2:\n        print()\n    assert True",
    "assert after a return that is not taken": "def test_it():\n    if 1 > 2:\n        return\n    assert True",
    "assert in a function": "def agree(): assert True\ndef test_it(): agree()",
    "raises": "import pytest\ndef test_it():\n    with pytest.raises(ValueError):\n        int('x')",
    "fails where": "import pytest\ndef test_it():\n    if 1 > 2:\n        pytest.fail('no')",
    "raises where": "def test_it():\n    if 1 > 2:\n        raise SystemError",
    "except": (
        "import pytest\ndef test_it():\n    try:\n        int('1')\n    except ValueError:\n        pytest.fail('no')"
    ),
    "unittest": "import unittest\nclass Test(unittest.TestCase):\n    def test_it(self): self.assertEqual(1, 1)",
    "subprocess": "import subprocess\ndef test_it(): subprocess.run(['true'], check=True)",
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor\ndef one(n): assert n < 10\n"
        "def test_it():\n    with ThreadPoolExecutor() as pool: list(pool.map(one, range(3)))"
    ),
    "thread": (
        "import threading\ndef one(): assert True\ndef test_it():\n"
        "    thread = threading.Thread(target=one)\n    thread.start()\n    thread.join()"
    ),
    "installed helper": "from team_checks import verify\ndef test_it(): verify(1)",
    "installed helper under another name": "import team_checks as t\ndef test_it(): t.same(1, 1)",
    "numpy": "def test_it():\n    import numpy.testing as npt\n    npt.assert_allclose([1.0], [1.0])",
    "context manager": (
        "import contextlib\n@contextlib.contextmanager\ndef fine():\n    yield\n    assert True\n"
        "def test_it():\n    with fine(): pass"
    ),
    "class as context manager": (
        "class Fine:\n    def __enter__(self): pass\n    def __exit__(self, *_): assert True\n"
        "def test_it():\n    with Fine(): pass"
    ),
    "fixture": ("import pytest\n@pytest.fixture\ndef clean():\n    yield\n    assert True\ndef test_it(clean): pass"),
    "tearDown": (
        "import unittest\nclass Test(unittest.TestCase):\n    def test_it(self): pass\n"
        "    def tearDown(self): self.assertTrue(1)"
    ),
    "fails in unittest": (
        "import unittest\nclass Test(unittest.TestCase):\n    def test_it(self):\n"
        "        if 1 > 2:\n            self.fail('no')"
    ),
    "reads the platform": "def test_it(platform_truth): platform_truth.version_truth().versions['web']",
    "reads a surface": "def test_it(platform_truth): platform_truth.read('readiness')",
    "json": "import json\ndef test_it(): json.loads('{}')",
    "waits": "def test_it(platform_truth): platform_truth.wait_until_ready('readiness', timeout=1)",
    "captures": "import pytest\n@pytest.mark.pre_upgrade\ndef test_it(baseline): baseline['k'] = 1",
    "compares": "def test_it(baseline): baseline.unchanged('k', 1)",
    "assert over several lines": "def test_it():\n    total = 1\n    assert (\n        total\n        == 1\n    )",
}


def noted(suite: Suite) -> list[tuple[str, str]]:
    return [(note["check"], note["kind"]) for note in suite.verdict["notes"]]


@pytest.mark.parametrize(
    ("case", "options"),
    [*((case, ()) for case in NOTHING), pytest.param("calls a function", ("-n", "1"), marks=pytest.mark.workers)],
)
def test_check_that_asserts_nothing(suite: Suite, case: str, options: tuple[str, ...]) -> None:
    suite.pytester.makepyfile(test_it=NOTHING[case] + "\n")
    suite.pre(*options)
    suite.upgrade()
    assert suite.run("post", *options).ret == 0
    ((check, kind),) = noted(suite)
    assert (check.rpartition("::")[2], kind) == ("test_it", "asserted-nothing")


def test_strict_makes_it_missing_evidence(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): pass\n")
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    result = suite.run("pre")
    assert result.ret == 12
    assert suite.blockers == {"test_it.py::test_it": "asserted-nothing"}
    assert noted(suite) == [("test_it.py::test_it", "asserted-nothing")]
    assert "Notes (" not in result.stdout.str()
    assert "it passed without asserting, comparing or capturing anything" in result.stdout.str()


@pytest.mark.parametrize("case", SOMETHING)
def test_check_that_judges_something(
    suite: Suite, case: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case == "numpy":
        pytest.importorskip("numpy")
    elsewhere = tmp_path_factory.mktemp("installed")
    (elsewhere / "team_checks.py").write_text("def verify(x):\n    assert x == 1\ndef same(a, b): return a == b\n")
    monkeypatch.syspath_prepend(elsewhere)
    suite.pytester.makepyfile(test_it=SOMETHING[case] + "\n")
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    assert suite.run("pre").ret == 0
    assert noted(suite) == []


@pytest.mark.parametrize("strict", [False, True])
def test_baseline_that_nobody_reads_after_the_change(suite: Suite, strict: bool) -> None:
    if strict:
        suite.edit_plan("environment: test", "environment: test\nstrict: true")
    suite.pytester.makepyfile(
        test_it="import pytest\n@pytest.mark.pre_upgrade\ndef test_it(baseline): baseline['k'] = 1\n"
    )
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == (12 if strict else 0)
    found = list(suite.blockers.items()) if strict else noted(suite)
    assert found == [("test_it.py::test_it", "baseline-unread")]


@pytest.mark.parametrize(
    "call",
    [
        "additions_only('k', [])",
        "no_fewer('k', {})",
        "compare('k', {'a': 1}, 'may-change')",
        "unchanged('k', {'a': 1}, ignore='**')",
        "unchanged('k', {'a': 1}, ignore='@')",
        "unchanged('k', {'a': 1}, ignore='*')",
        "unchanged('k', {'a': 1}, ignore='**.*')",
        "unchanged('k', {'a': {'b': [1]}}, ignore='a.b')",
        "unchanged('k', {'a': 1, 'b': 2}, ignore=['a', 'b'])",
        "unchanged('k', [1, 2], ignore='[]')",
        "unchanged('k', {1, 2}, ignore='[]')",
        "unchanged('k', [{'n': 1}], rules={'[].n': 'may-change'})",
        "additions_only('k', {'a': [], 'b': {}})",
        "no_fewer('k', {'a': {'b': []}})",
        "no_fewer('k', [[], []], ignore='[]')",
        "no_fewer('k', {'a': 0})",
        "no_fewer('k', 5, abs=5)",
    ],
)
def test_comparison_that_can_never_fail(suite: Suite, call: str) -> None:
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.{call}\n")
    suite.pre()
    assert noted(suite) == [("test_it.py::test_it", "compared-nothing")]


def test_comparison_that_could_not_fail_is_noted_after_the_change_too(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_it="def test_it(baseline): baseline.unchanged('k', [1], ignore='[]')\n"
        "def test_later(baseline, upgrade):\n"
        "    baseline.unchanged('j', {'a': 1}, ignore='**' if upgrade.phase == 'post' else ())\n"
    )
    suite.pre()
    assert noted(suite) == [("test_it.py::test_it", "compared-nothing")]
    suite.upgrade()
    assert suite.run("post").ret == 0
    found = noted(suite)
    assert ("test_it.py::test_it", "compared-nothing") in found
    assert ("test_it.py::test_later", "compared-nothing") in found


@pytest.mark.parametrize("value", ["'10'", "True"])
def test_what_is_not_a_count_is_refused_before_the_change(suite: Suite, value: str) -> None:
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.no_fewer('k', {value})\n")
    assert suite.run("pre").ret == 1
    message = suite.blocker("test_it.py::test_it")["message"]
    assert "k could not be compared after the change: the whole value: no-fewer needs a number, a list" in message
    assert noted(suite) == [("test_it.py::test_it", "compared-nothing")]


def test_rule_for_a_part_is_no_comparison_of_nothing(suite: Suite) -> None:
    call = "compare('k', {'a': 1, 'b': 2}, 'may-change', rules={'a': 'unchanged'})"
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.{call}\n")
    suite.pre()
    assert noted(suite) == []


@pytest.mark.parametrize(
    "call",
    [
        "unchanged('k', {'a': []})",
        "unchanged('k', [])",
        "no_more('k', {'alerts': []})",
        "unchanged('k', {'a': 1, 'b': 2}, ignore='a')",
        "additions_only('k', {'a': [], 'b': [1]})",
        "no_fewer('k', [{}])",
        "changed('k', {'a': {}})",
        "unchanged('k', {'alerts': []}, ignore='alerts[].seen')",
        "unchanged('k', {'alerts': None}, ignore='alerts[].seen')",
        "unchanged('k', {'alerts': []}, key='name')",
    ],
)
def test_comparison_that_can_fail(suite: Suite, call: str) -> None:
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.{call}\n")
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    suite.pre()
    assert noted(suite) == []


MISSPELT_PATHS = {
    "ignore": ("unchanged('k', {'a': 1}, ignore='b')", "the path b matches nothing in what was captured"),
    "rules": ("unchanged('k', {'a': 1}, rules={'c': 'may-change'})", "the path c matches nothing"),
    "key": ("unchanged('k', [{'name': 1}, {'name': 2}], key='nmae')", "the key nmae matches nothing"),
    "deep": ("unchanged('k', {'a': [{'b': 1}]}, ignore='a[].c')", "the path a[].c matches nothing"),
}


@pytest.mark.parametrize("case", MISSPELT_PATHS)
@pytest.mark.parametrize("strict", [False, True])
def test_path_that_fits_nothing(suite: Suite, case: str, strict: bool) -> None:
    call, says = MISSPELT_PATHS[case]
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.{call}\n")
    if strict:
        suite.edit_plan("environment: test", "environment: test\nstrict: true")
    assert suite.run("pre").ret == (12 if strict else 0)
    found = suite.verdict["blockers" if strict else "notes"]
    assert [(each["check"], each["kind"]) for each in found] == [("test_it.py::test_it", "unmatched-path")]
    assert says in found[0]["message"]


def test_paths_of_a_surface_that_fit_nothing(suite: Suite) -> None:
    suite.edit_plan(
        "  surfaces:\n",
        "  surfaces:\n    registry: {compare: {rule: additions-only, key: nmae, volatile: [genrated_at], "
        "rules: {'contracts[].relaese': may-change}}}\n",
    )
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    suite.write_platform(registry={"generated_at": 1, "contracts": [{"name": "a", "release": 1}]})
    assert suite.run("pre").ret == 12
    assert {blocker["kind"] for blocker in suite.verdict["blockers"]} == {"unmatched-path"}
    assert len(suite.verdict["blockers"]) == 3


@pytest.mark.parametrize("marks", ["", "@pytest.mark.parametrize('number', [1, 2])\n"])
def test_body_that_certainly_asserts_is_not_traced(suite: Suite, marks: str) -> None:
    parameter = "number" if marks else ""
    suite.pytester.makepyfile(
        test_it=f"import pytest, sys\n{marks}def test_it({parameter}): assert sys.gettrace() is None"
    )
    suite.pre()
    assert noted(suite) == []


def test_nothing_is_said_under_another_tracer(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): pass\n")
    suite.path.joinpath("conftest.py").write_text(
        suite.path.joinpath("conftest.py").read_text()
        + "\nimport sys, pytest\n@pytest.fixture(autouse=True)\ndef traced():\n"
        "    sys.settrace(lambda *args: None)\n    yield\n    sys.settrace(None)\n"
    )
    suite.pre()
    assert noted(suite) == []
