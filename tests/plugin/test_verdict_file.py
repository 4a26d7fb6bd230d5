"""`verdict.json` is what its schema says, and the terminal says the same."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.small_upgrade import Suite

SCHEMA = json.loads((files("pytest_upgradecheck") / "verdict.schema.json").read_text("utf-8"))


def scenario_good(suite: Suite) -> None:
    suite.run("pre")


def scenario_fix_forward(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(orders=[])
    suite.run("post")


def scenario_nothing_ran(suite: Suite) -> None:
    suite.pre()
    record = suite.folder / "record.jsonl"
    record.write_text(record.read_text().replace("yarn", "wool"))
    suite.run("post")


def scenario_unknown_boundary(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "9"}})
    suite.run("post")


@pytest.mark.parametrize(
    "scenario", [scenario_good, scenario_fix_forward, scenario_nothing_ran, scenario_unknown_boundary]
)
def test_document_is_what_the_schema_says(suite: Suite, scenario: Any) -> None:
    scenario(suite)
    jsonschema.validate(suite.verdict, SCHEMA)


def test_boundary_of_unknown_state_pauses_and_says_why(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "9"}}, orders=[])
    assert suite.run("post").ret == 1
    assert suite.verdict["boundaries"][1]["state"] == "unknown"
    assert "db at 9, which is neither 1 nor 2" in suite.verdict["boundaries"][1]["why"]


def test_boundary_crossed_before_is_not_uncrossed_by_the_version_alone(suite: Suite) -> None:
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0
    suite.write_platform(version_truth={"products": {"web": "1", "db": "1"}})
    assert suite.run("rollback").ret == 12
    assert suite.verdict["boundaries"][1]["state"] == "unknown"
    assert "`crossed_when` in the plan's rollback_boundary" in suite.verdict["boundaries"][1]["why"]


def test_terminal_ends_with_the_verdict(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(front_page="oops")
    result = suite.run("post")
    assert result.ret == 10
    lines = result.outlines
    assert lines[-1].strip("= ") == "roll-back (exit code 10)"
    result.stdout.fnmatch_lines(
        [
            "=* verdict: ROLL-BACK =*",
            "Shop 1 to 2, test, phase post",
            '"The front page answers" failed, and rollback boundary web-release has not been',
            "Blockers (1):",
            '  REGRESSED  "The front page answers"  (passed before the upgrade)',
            "boundary    web-release  not crossed  all reversible",
            "boundary    db-schema    crossed      irreversible: schema 2",
            "checks      15 planned, 14 passed, 1 failed",
        ]
    )


def test_boundary_that_an_answer_without_the_field_would_leave_uncrossed_is_unknown(suite: Suite) -> None:
    suite.edit_plan("    version_truth:", "    migrations: {}\n    version_truth:")
    crossed_when = "crossed_when: {surface: migrations, expression: \"contains(applied[].id, '2')\"}"
    suite.edit_plan(
        "      recover_by: restore the backup\n", f"      recover_by: restore the backup\n      {crossed_when}\n"
    )
    suite.write_platform(migrations={"applied": [{"id": "1"}]})
    suite.pre()
    suite.upgrade(migrations={"applied": [{"id": "1"}, {"name": "2"}]}, orders=[])
    assert suite.run("post").ret == 1
    assert suite.verdict["boundaries"][1]["state"] == "unknown"
    suite.upgrade(migrations={"applied": [{"id": "1"}, {"id": "2"}]}, orders=[])
    assert suite.run("post").ret == 11
