"""What was written since the upgrade, captured in post and compared after going back."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import Suite

CHECK = '''
import json
from pathlib import Path
import pytest

@pytest.mark.post_upgrade
@pytest.mark.post_rollback
def test_orders_since(since_upgrade):
    """No order written since is lost."""
    orders = json.loads((Path(__file__).parent / "platform.json").read_text())["orders"]
    since_upgrade.additions_only("orders", orders, key="number")
'''

BEFORE = [{"number": 7, "item": "yarn"}]
SINCE = [*BEFORE, {"number": 8, "item": "wool"}, {"number": 9, "item": "silk"}]
LOST = "test_since.py::test_orders_since"


@pytest.fixture
def upgraded(suite: Suite) -> Suite:
    """A suite whose platform is upgraded and verified, and has taken two orders since."""
    # Nothing irreversible, so that one can go back.
    suite.edit_plan("      irreversible: [schema 2]\n      recover_by: restore the backup\n", "")
    suite.pytester.makepyfile(test_since=CHECK)
    suite.pre()
    suite.upgrade(orders=SINCE)
    assert suite.run("post").ret == 0
    return suite


def go_back(suite: Suite, **changes: Any) -> None:
    suite.write_platform(version_truth={"products": {"web": "1", "db": "1"}}, **changes)


def test_going_back_without_a_loss(upgraded: Suite) -> None:
    go_back(upgraded)
    assert upgraded.run("rollback").ret == 0


def test_what_going_back_loses_is_found_and_counted(upgraded: Suite) -> None:
    go_back(upgraded, orders=BEFORE)
    assert upgraded.run("rollback").ret == 1
    assert upgraded.blockers == {LOST: "failed"}
    message = upgraded.blocker(LOST)["message"]
    assert message.startswith("orders is not as before: 2 removed")
    assert "number=8" in message
    (compared,) = [line for line in upgraded.lines("comparison") if line["check"] == LOST]
    assert compared["refused"] == "2 removed"


def test_the_last_post_run_counts(upgraded: Suite) -> None:
    upgraded.write_platform(orders=SINCE[:2])
    assert upgraded.run("post").ret == 0
    go_back(upgraded, orders=BEFORE)
    upgraded.run("rollback")
    assert upgraded.blocker(LOST)["message"].startswith("orders is not as before: 1 removed")


def test_without_a_post_run_it_cannot_be_told(suite: Suite) -> None:
    suite.pytester.makepyfile(test_since=CHECK)
    suite.pre()
    assert suite.run("rollback").ret == 12
    assert "no post run on the upgraded platform captured it" in suite.blocker(LOST)["message"]


def test_that_nothing_was_written_yet_is_an_answer(suite: Suite) -> None:
    suite.edit_plan("upgrade: shop\n", "upgrade: shop\nstrict: true\n")
    suite.edit_plan("      irreversible: [schema 2]\n      recover_by: restore the backup\n", "")
    suite.pytester.makepyfile(test_since=CHECK.replace('["orders"]', '["new_orders"]'))
    suite.write_platform(new_orders=[])
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert suite.verdict["notes"] == []
    go_back(suite)
    assert suite.run("rollback").ret == 0


def test_post_runs_of_an_earlier_attempt_do_not_count(upgraded: Suite) -> None:
    go_back(upgraded)
    assert upgraded.run("pre").ret == 12
    assert "new-attempt" in upgraded.verdict["reason"]
    assert main(["new-attempt", str(upgraded.folder), "--why", "the window closed", "--by", "A. Name"]) == 0
    assert upgraded.run("pre").ret == 0
    assert upgraded.run("rollback").ret == 12


@pytest.mark.workers
def test_works_with_workers(upgraded: Suite) -> None:
    go_back(upgraded, orders=BEFORE)
    assert upgraded.run("rollback", "-n", "2").ret == 1
    assert upgraded.blocker(LOST)["message"].startswith("orders is not as before: 2 removed")


@pytest.mark.parametrize(
    ("marker", "phase", "use", "says"),
    [
        ("pre_upgrade", "pre", "since_upgrade.unchanged('k', 1)", "is read in phase pre: what was captured in post"),
        ("pre_upgrade", "pre", "since_upgrade['k'] = 1", "it is captured in post only"),
        ("post_upgrade", "post", "since_upgrade['k']", "is read in phase post"),
        (
            "post_upgrade",
            "post",
            "since_upgrade[7] = 1",
            "a since_upgrade key is a text such as 'order', and this is 7",
        ),
        ("post_rollback", "rollback", "since_upgrade['k'] = 1", "it is captured in post only"),
    ],
)
def test_misuse_says_what_to_do(suite: Suite, marker: str, phase: str, use: str, says: str) -> None:
    suite.pytester.makepyfile(
        test_more=f"import pytest\n@pytest.mark.{marker}\ndef test_it(since_upgrade):\n    {use}\n    assert True\n"
    )
    if phase != "pre":
        suite.pre()
    suite.run(phase)
    assert says in suite.blocker("test_more.py::test_it")["message"]
