"""How the faults of a plan are told: all at once, in order, in the plan's own words."""

from __future__ import annotations

import pytest


def test_all_mistakes_are_told_at_once_and_in_the_order_of_the_file(plan_file) -> None:
    plan_file.edit("environment: test", "environment: ${NOWHERE}")
    plan_file.edit("rate_limit: 90/min", "rate_limit: often")
    plan_file.edit("name: web-release", "nmae: web-release")
    plan_file.edit("step: db", "step: web")
    plan_file.edit("posture: planned", "posture: planned, name: again")
    assert [fault.split(": ")[0:2] for fault in plan_file.faults()] == [
        ["upgrade.yaml:2", "environment"],
        ["upgrade.yaml:7", "platform.rate_limit"],
        ["upgrade.yaml:22", "sequence[0].rollback_boundary.name"],
        ["upgrade.yaml:23", "sequence[0].rollback_boundary.nmae"],
        ["upgrade.yaml:27", "sequence[1].step"],
        ["upgrade.yaml:32", "migrations[0].name"],
    ]


def test_a_part_of_the_wrong_type_does_not_drag_others_along(plan_file) -> None:
    plan_file.text = plan_file.text.replace("platform:", "platform: none\nx-platform:")
    faults = plan_file.faults()
    assert [fault.split(": ")[1] for fault in faults] == ["platform", "x-platform"]


@pytest.mark.parametrize(
    ("sequence", "found"),
    [("[]", "found an empty list; write at least one entry"), ("{}", "found keys and values; write")],
)
def test_a_sequence_has_steps(plan_file, sequence: str, found: str) -> None:
    plan_file.text = plan_file.text[: plan_file.text.index("sequence:")] + f"sequence: {sequence}\n"
    (fault,) = plan_file.faults()
    assert fault.startswith(f"upgrade.yaml:17: sequence: {found}")


def test_a_sequence_without_a_right_step_is_not_called_empty(plan_file) -> None:
    plan_file.edit("step: web", "step: ''").edit("step: db", "step: ''")
    assert [fault.split(": ")[1] for fault in plan_file.faults()] == ["sequence[0].step", "sequence[1].step"]


def test_what_a_check_of_the_plan_will_ask_for_is_no_fault(plan_file) -> None:
    plan_file.text = plan_file.text[: plan_file.text.index("    rollback_boundary:")]
    (step,) = plan_file.load().sequence
    assert (step.rollback_boundary, step.release_notes, step.owner, step.fails_when) == (None, None, None, None)


def test_pydantic_never_shows(plan_file) -> None:
    plan_file.text = (
        "upgrade: {}\nenvironment: 5\nchange_class: []\nplatform: 7\nsequence: {a: b}\nstrict: 2\nwaivers: 1\n"
    )
    told = "\n".join(plan_file.faults())
    assert told.count("\n") == 6
    for word in ("pydantic", "Input", "input", "Value error", "valid", "https://"):
        assert word not in told
