"""A check that demands less after the change than before it: of another phase, without its needs or its boundary."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite

CONFTEST = """
def pytest_collection_modifyitems(config, items):
    if config.getoption("upgrade_phase") == "post":
        for item in items:
            if "test_front_page" in item.name or "test_order_survives" in item.name:
                {change}
"""


def conftest(suite: Suite, change: str) -> None:
    path = suite.path / "conftest.py"
    path.write_text(f"{path.read_text()}\nimport pytest\n{CONFTEST.format(change=change)}")


@pytest.mark.parametrize("mark", ["pre_upgrade", "post_rollback"])
def test_check_that_a_marker_takes_out_of_the_phase(suite: Suite, mark: str) -> None:
    conftest(suite, f"item.own_markers.append(pytest.mark.{mark}.mark)")
    suite.pre()
    suite.upgrade(front_page="oops")
    assert suite.run("post").ret != 0
    assert suite.blockers["test_shop.py::test_front_page"] == "missing-after"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("item.own_markers[:] = [m for m in item.own_markers if m.name != 'rollback_boundary']", "step, boundary"),
        ("item.own_markers[:] = [pytest.mark.post_upgrade.mark]", "needs"),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_markers_that_were_removed_after_pre(suite: Suite, change: str, names: str, strict: bool) -> None:
    if strict:
        suite.edit_plan("environment: test", "environment: test\nstrict: true")
    conftest(suite, change)
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret != 0
    told = suite.verdict["blockers" if strict else "notes"]
    messages = {each["check"]: each["message"] for each in told if each["kind"] == "changed-since-pre"}
    assert names in messages["test_shop.py::test_order_survives"]
