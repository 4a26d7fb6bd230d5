"""``baseline.*`` and the plan's ``compare``: captured in pre, compared after the change."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_upgradecheck.cli.verify import verify
from tests.small_upgrade import SERIAL_AND_WORKERS, Suite

REGISTRY = {"generated_at": 1, "contracts": [{"name": "a", "release": "1"}, {"name": "b", "release": "1"}]}


def surface(suite: Suite, compare: str) -> None:
    """Give the plan a registry that is compared like this."""
    line = "    readiness: {ready: \"status == 'ready'\"}\n"
    suite.edit_plan(line, f"{line}    registry: {{compare: {{{compare}}}}}\n")
    suite.write_platform(registry=REGISTRY)


def test_surface_is_captured_and_compared(suite: Suite) -> None:
    surface(
        suite, "rule: additions-only, key: name, volatile: [generated_at], rules: {'contracts[].release': may-change}"
    )
    suite.pre()
    after = [{"name": "c", "release": "2"}, {"name": "a", "release": "2"}, {"name": "b", "release": "2"}]
    suite.upgrade(registry={"generated_at": 2, "contracts": after})
    assert suite.run("post").ret == 0
    suite.write_platform(registry={"generated_at": 3, "contracts": after[:2]})
    result = suite.run("post")
    assert result.ret == 1
    message = suite.blocker("upgrade.yaml::compare[registry]")["message"]
    assert message.splitlines() == [
        "registry is not as before: 1 removed; 1 allowed difference",
        "contracts: 2 before, 2 after, paired by name",
        '- contracts[name=b]: {"name": "b", "release": "1"}',
    ]
    comparison = [line for line in suite.lines("comparison") if line["name"] == "registry"][-1]
    assert (comparison["refused"], comparison["allowed"]) == ("1 removed", "1 added")
    assert comparison["value"][0] == {
        "path": "contracts[name=b]",
        "change": "removed",
        "rule": "additions-only",
        "before": {"name": "b", "release": "1"},
    }


def test_surface_that_was_not_captured(suite: Suite) -> None:
    surface(suite, "rule: unchanged")
    suite.run("pre", "--deselect", "upgrade.yaml::compare[registry]")
    suite.upgrade()
    assert suite.run("post").ret == 12
    message = suite.blocker("upgrade.yaml::compare[registry]")["message"]
    assert "what registry answered before the change is not in the baseline: the pre run of" in message
    assert "did not run this check" in message


CLOCK = """
import time
import pytest_upgradecheck.truth as truth

def pytest_upgradecheck_read(surface, plan, phase):
    if surface.name == "registry":
        body = {"at": time.time(), "contracts": [{"name": "a", "seen": {"by": time.time()}}]}
        return truth.Answer.of(body, source="clock")
"""


def test_calibration_finds_in_pre_what_differs_by_itself(suite: Suite) -> None:
    surface(suite, "rule: no-fewer, calibrate: true")
    suite.pytester.mkpydir("clock")
    suite.path.joinpath("clock/__init__.py").write_text(CLOCK)
    options = ("-p", "clock")
    suite.pytester.syspathinsert()
    suite.path.joinpath("conftest.py").write_text(
        suite.path.joinpath("conftest.py").read_text().replace("def pytest_upgradecheck_read", "def unused") + "\n"
        "def pytest_upgradecheck_read(surface, plan, phase):\n"
        "    return unused(surface, plan, phase) if surface.name != 'registry' else None\n"
    )
    assert suite.run("pre", *options).ret == 1
    message = suite.blocker("upgrade.yaml::compare[registry]")["message"]
    assert message.startswith("registry differs by itself: two readings without any change between them gave 1 changed")
    # no-fewer does not judge what items hold, so that may go on differing by itself.
    assert message.endswith("add to `volatile` of its `compare`: at")
    suite.edit_plan("calibrate: true", "calibrate: true, volatile: [at]")
    suite.pre(*options)
    suite.upgrade()
    assert suite.run("post", *options).ret == 0


def test_team_judges_a_surface_itself(suite: Suite) -> None:
    surface(suite, "rule: own")
    conftest = suite.path / "conftest.py"
    original = conftest.read_text()
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 12
    assert (
        "no pytest_upgradecheck_compare hook judges it" in suite.blocker("upgrade.yaml::compare[registry]")["message"]
    )
    hook = "\ndef pytest_upgradecheck_compare(surface, before, after, plan):\n    return "
    conftest.write_text(f"{original}{hook}[f'{{len(before)}} and {{len(after)}}']\n")
    assert suite.run("post").ret == 1
    assert "! 2 and 2" in suite.blocker("upgrade.yaml::compare[registry]")["message"]
    conftest.write_text(f"{original}{hook}1 / 0\n")
    assert suite.run("post").ret == 12
    conftest.write_text(f"{original}{hook}[]\n")
    assert suite.run("post").ret == 0


def test_key_that_cannot_pair_is_found_before_the_change(suite: Suite) -> None:
    surface(suite, "rule: unchanged, key: release")
    assert suite.run("pre").ret == 1
    message = suite.blocker("upgrade.yaml::compare[registry]")["message"]
    assert "registry could not be compared after the change: contracts: its items are paired by release" in message
    assert suite.lines("capture") == [line for line in suite.lines("capture") if line["key"] != "compare[registry]"]


def test_answer_that_is_no_openapi_is_found_before_the_change(suite: Suite) -> None:
    surface(suite, "rule: openapi-compatible")
    assert suite.run("pre").ret == 12
    message = suite.blocker("upgrade.yaml::compare[registry]")["message"]
    assert "before the change: not an OpenAPI document: it has neither `openapi` nor `swagger`, only" in message


METHODS = [
    ("unchanged('k', value)", "{'n': 1}", "{'n': 2}", "~ n: 1  ->  2"),
    ("unchanged('k', value, rel=0.5, ignore='at')", "{'n': 2, 'at': 1}", "{'n': 4, 'at': 2}", "~ n: 2  ->  4"),
    ("unchanged('k', value, ordered=True)", "['a', 'b']", "['b', 'a']", "> [0]: from position 0 to 1"),
    ("additions_only('k', value, key='id')", "[{'id': 1}]", "[{'id': 2}]", "- [id=1]"),
    ("no_fewer('k', value)", "[1, 2]", "[1]", "- []: 2"),
    ("no_more('k', value)", "3", "4", "~ the whole value: 3  ->  4"),
    ("changed('k', value)", "3", "3", "= the whole value: 3 (it had to change)"),
    ("changed('k', value, to=5)", "3", "4", "(it had to become 5)"),
    ("compare('k', value, lambda before, after: after > before)", "3", "2", "! <lambda> says no"),
    ("compare('k', value, 'unchanged', rules={'v': 'changed'})", "{'v': 1}", "{'v': 1}", "= v: 1"),
]


@pytest.mark.parametrize(("call", "before", "after", "says"), METHODS)
def test_methods_of_the_baseline(suite: Suite, call: str, before: str, after: str, says: str) -> None:
    def check(value: str) -> None:
        suite.pytester.makepyfile(test_it=f"def test_it(baseline):\n    value = {value}\n    baseline.{call}\n")

    check(before)
    suite.pre()
    check(after)
    suite.upgrade()
    result = suite.run("post")
    assert result.ret == 1
    assert says in suite.blocker("test_it.py::test_it")["message"]
    assert "comparing.py" not in result.stdout.str()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("baseline.unchanged('k', 1, ignore='a..b')", "baseline: k: 'a..b' is not a path"),
        ("baseline.compare('k', 1, 'same')", "baseline: k: 'same' is not a rule"),
        ("baseline.unchanged('k', 1, rel=-1)", "rel is how far a number may be off"),
        ("baseline.unchanged('k', 1, keys='a')", "unexpected keyword argument"),
        ("baseline.unchanged('k', [{'a': 1}, {'a': 1}], key='a')", "'1' occurs twice before, as items 0 and 1"),
        ("baseline.additions_only('k', [], non_empty=True)", "k is empty ([]), and non_empty=True says"),
        ("baseline.capture('k', None, non_empty=True)", "k is empty (null)"),
        ("baseline['k'] = {'when': {1: 2}}", "k.when has the key 1"),
    ],
)
def test_misuse_shows_before_the_change(suite: Suite, body: str, says: str) -> None:
    suite.pytester.makepyfile(test_it=f"def test_it(baseline):\n    {body}\n")
    assert suite.run("pre").ret == 1
    assert says in suite.blocker("test_it.py::test_it")["message"]


def test_what_is_gone_is_shown_rather_than_that_nothing_is_there(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_it="""
        import json
        from pathlib import Path
        def test_orders(baseline):
            orders = json.loads((Path(__file__).parent / "platform.json").read_text())["orders"]
            baseline.unchanged("orders", orders, key="number", non_empty=True)
        """
    )
    suite.pre()
    suite.upgrade(orders=[])
    assert suite.run("post").ret != 0
    message = suite.blocker("test_it.py::test_orders")["message"]
    assert message.startswith("orders is not as before: 1 removed")
    assert "yarn" in message


def test_values_of_pythons_types_come_back_as_they_were(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_it="""
        from datetime import date
        from decimal import Decimal
        import pytest
        VALUE = {"due": date(2026, 1, 1), "total": Decimal("1.50"), "tags": {"a", "b"}, "file": b"abc"}
        @pytest.mark.pre_upgrade
        def test_capture(baseline):
            baseline["value"] = VALUE
        @pytest.mark.post_upgrade(needs=test_capture)
        def test_compare(baseline):
            assert baseline["value"] == VALUE
        """
    )
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0


def test_value_that_holds_the_plans_key_compares_as_it_is_recorded(suite: Suite) -> None:
    suite.edit_plan("platform:", "platform:\n  auth: {header: X-API-Key, value: s3cret-key}")
    suite.pytester.makepyfile(
        test_it="""
        import json
        from pathlib import Path
        def test_it(baseline):
            more = json.loads(Path("platform.json").read_text()).get("more", "")
            baseline.unchanged("config", {"auth": {"Bearer s3cret-key" + more}, "s3cret-key": 1})
        """
    )
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0
    suite.write_platform(more="!")
    result = suite.run("post", "-p", "no:terminal")
    assert result.ret == 1
    message = suite.blocker("test_it.py::test_it")["message"]
    assert re.search(r'\+ auth\[\]: "Bearer \*\*\*\[[0-9a-f]{6}\]!"', message)
    for path in suite.folder.rglob("*"):
        assert path.is_dir() or b"s3cret-key" not in path.read_bytes()


@pytest.mark.parametrize("options", SERIAL_AND_WORKERS)
def test_large_capture_lies_beside_the_record(suite: Suite, options: tuple[str, ...], capsys: Any) -> None:
    suite.pytester.makepyfile(
        test_it="""
        import json
        from pathlib import Path
        def test_it(baseline):
            extra = json.loads(Path("platform.json").read_text()).get("extra", 0)
            baseline.additions_only("rows", [{"id": n, "text": "x" * 20} for n in range(9_000 - extra)])
        """
    )
    suite.pre(*options)
    (line,) = [line for line in suite.lines("capture") if line["key"] == "rows"]
    (file,) = (suite.folder / "captures").iterdir()
    assert file.name == f"{line['stored']['sha256']}.json.gz"
    suite.upgrade()
    assert suite.run("post", *options).ret == 0
    suite.write_platform(extra=1)
    assert suite.run("post", *options).ret == 1
    assert "- [id=8999]" in suite.blocker("test_it.py::test_it")["message"]
    assert verify(suite.folder) == 0
    assert "files next to it: 1" in capsys.readouterr().out
    file.write_bytes(b"changed")
    assert verify(suite.folder) == 1
    assert f"damaged: {file}: this capture cannot be read" in capsys.readouterr().err
    assert suite.run("post", *options).ret == 12
    assert "this capture cannot be read" in suite.blocker("test_it.py::test_it")["message"]
