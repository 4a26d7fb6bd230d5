"""Checks that prove nothing: noted always, and red with ``strict: true`` in the plan."""

from __future__ import annotations

from typing import Any

import pytest

NOTHING = {
    "empty": "def test_it(): pass",
    "reads only": "def test_it(platform_truth): platform_truth.version_truth()",
    "returns before": "def test_it():\n    if 2 > 1:\n        return\n    assert True",
    "asserts in what it does not call": "def test_it():\n    def agree():\n        assert True",
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
    "waits": "def test_it(platform_truth): platform_truth.wait_until_ready('readiness', timeout=1)",
    "captures": "import pytest\n@pytest.mark.pre_upgrade\ndef test_it(baseline): baseline['k'] = 1",
    "compares": "def test_it(baseline): baseline.unchanged('k', 1)",
    "assert over several lines": "def test_it():\n    total = 1\n    assert (\n        total\n        == 1\n    )",
}


def noted(suite: Any) -> list[tuple[str, str]]:
    return [(note["check"], note["kind"]) for note in suite.verdict["notes"]]


@pytest.mark.parametrize(
    ("case", "options"),
    [*((case, ()) for case in NOTHING), *((case, ("-n", "1")) for case in ("empty", "reads only"))],
)
def test_check_that_asserts_nothing(suite, case: str, options: tuple[str, ...]) -> None:
    if options:
        pytest.importorskip("xdist")
    suite.pytester.makepyfile(test_it=NOTHING[case] + "\n")
    suite.pre(*options)
    suite.upgrade()
    assert suite.run("post", *options).ret == 0
    assert noted(suite) == [("test_it.py::test_it", "asserted-nothing")]


def test_strict_makes_it_missing_evidence(suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): pass\n")
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    result = suite.run("pre")
    assert result.ret == 12
    assert suite.blockers == {"test_it.py::test_it": "asserted-nothing"}
    assert "it could not have failed" in result.stdout.str()


@pytest.mark.parametrize("case", SOMETHING)
def test_check_that_judges_something(suite, case: str) -> None:
    suite.pytester.makepyfile(test_it=SOMETHING[case] + "\n")
    suite.edit_plan("environment: test", "environment: test\nstrict: true")
    assert suite.run("pre").ret == 0
    assert noted(suite) == []


@pytest.mark.parametrize("strict", [False, True])
def test_baseline_that_nobody_reads_after_the_change(suite, strict: bool) -> None:
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
    ],
)
def test_comparison_that_can_never_fail(suite, call: str) -> None:
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.{call}\n")
    suite.pre()
    assert noted(suite) == [("test_it.py::test_it", "compared-nothing")]


def test_rule_for_a_part_is_no_comparison_of_nothing(suite) -> None:
    call = "compare('k', {'a': 1, 'b': 2}, 'may-change', rules={'a': 'unchanged'})"
    suite.pytester.makepyfile(test_it=f"def test_it(baseline): baseline.{call}\n")
    suite.pre()
    assert noted(suite) == []


def test_path_that_fits_nothing_is_noted(suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(baseline): baseline.unchanged('k', {'a': 1}, ignore='b')\n")
    suite.pre()
    assert noted(suite) == [("test_it.py::test_it", "unmatched-path")]
    assert "the path b fits nothing in what was captured" in suite.verdict["notes"][0]["message"]


def test_nothing_is_said_under_another_tracer(suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): pass\n")
    suite.path.joinpath("conftest.py").write_text(
        suite.path.joinpath("conftest.py").read_text()
        + "\nimport sys, pytest\n@pytest.fixture(autouse=True)\ndef traced():\n"
        "    sys.settrace(lambda *args: None)\n    yield\n    sys.settrace(None)\n"
    )
    suite.pre()
    assert noted(suite) == []
