"""How the faults of a plan are told: all at once, in order, in the plan's own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import load_plan
from tests.unit.plan.conftest import PlanFile

#: Every fault of `faulty.yaml`, each after the name of the file.
FAULTS = """\
1: upgrade: found 2026-11-24; YAML reads this as a date; write it in quotes
2: titel: unknown key; did you mean 'title'? allowed: upgrade, title, environment, change_class, secrets, platform, sequence, migrations, strict, baseline, signoffs, waivers
3: environment: the environment variable NOWHERE is not set; set it, or write ${NOWHERE:-default}
4: change_class: found "enormous"; write one of: additive, compatibility-sensitive, migration-heavy
6: platform.base_url: the URL has credentials; remove them: a key belongs in platform.auth
7: platform.auth.value: the environment variable NO_KEY is not set; set it, or write ${NO_KEY:-default}
7: platform.auth.header: found a value of 9 characters; write the name of an HTTP header, such as X-API-Key
8: platform.rate_limit: found "90/fortnight"; write a rate such as 90/min, 5/s or 1000/h
9: platform.timeout: found "10 parsecs"; write a duration such as 10s, 15m, 24h or 30d
12: platform.surfaces.version_truth.path: found "versions"; write the route below platform.base_url, such as /api/v1/platform/version-truth
13: platform.surfaces.version_truth.versions: found "products[].[name, version"; write a JMESPath expression; this one is invalid at character 26
16: platform.surfaces.readiness.path: the key is used twice, in line 15 and in line 16; keep one of them
17: platform.surfaces.readiness.ready: found "status == `ready`"; write texts in a JMESPath expression as 'text'; backticks are for JSON: `118`
18: platform.surfaces.readiness.ready_status: found 302; write one HTTP status such as 200, or a list of them; redirects do not count as answers
19: platform.surfaces.readiness.max_age: `max_age` needs the age of the answer; set `observed_at`, the expression that finds the time of the answer
22: platform.surfaces.versions_too.versions: a second surface has `versions`; surface 'version_truth' has it already; keep one of them
22: platform.surfaces.versions_too.versions: found "lenght(products)"; the expression calls a function that JMESPath does not have; did you mean length()?
26: sequence[0].from: found 2026.10; YAML reads this as a number; write it in quotes
28: sequence[0].publishes_truth: found "yes"; write true or false
29: sequence[0].requires.postgres: found "15 or so"; write version bounds such as '>=15,<17' or '==2.1.*'
30: sequence[0].rollback_boundary.name: the key is missing; write `name: ...`
31: sequence[0].rollback_boundary.nmae: unknown key; did you mean 'name'? allowed: name, reversible, irreversible, recover_by, crossed_when, crossing
32: sequence[0].rollback_boundary.reversible: found a text; write a list
33: sequence[0].rollback_boundary.crossed_when.surface: found "readines", which is not a surface of the plan; did you mean 'readiness'? the plan has: version_truth, readiness, versions_too
34: sequence[1].step: step "web" is used twice; keep one of them; the first is in line 24
37: sequence[1].to: found "2", the same as in `from`; a step moves its product to another version
38: sequence[1].owner: the key has no value; write one, or remove the key
39: sequence[1].outage: found the tag !budget; a plan is plain data: remove the tag
41: migrations[0].posture: found "nearly"; write one of: planned, staged, completed
43: waivers[0].accepts: found "**"; name the failure that was approved: this entry would accept any failure
43: waivers[0].approved_by: found 2026-01-01; YAML reads this as a date; write it in quotes
43: waivers[0].expires: found "soon"; write a day such as 2026-12-31
"""  # noqa: E501


def test_every_fault_of_a_plan_that_is_full_of_them() -> None:
    with pytest.raises(PlanError) as raised:
        load_plan(Path(__file__).with_name("faulty.yaml"), {}, shown_as="upgrade.yaml")
    told = [str(fault) for fault in raised.value.faults]
    assert told == [f"upgrade.yaml:{fault}" for fault in FAULTS.splitlines()]
    assert str(raised.value) == "\n  ".join(["the plan has 32 faults:", *told])
    assert "hunter-two" not in str(raised.value)


def test_all_mistakes_are_told_at_once_and_in_the_order_of_the_file(plan_file: PlanFile) -> None:
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


def test_a_part_of_the_wrong_type_does_not_drag_others_along(plan_file: PlanFile) -> None:
    plan_file.text = plan_file.text.replace("platform:", "platform: none\nx-platform:")
    faults = plan_file.faults()
    assert [fault.split(": ")[1] for fault in faults] == ["platform", "x-platform"]


@pytest.mark.parametrize(
    ("sequence", "found"),
    [("[]", "found an empty list; write at least one entry"), ("{}", "found keys and values; write")],
)
def test_a_sequence_has_steps(plan_file: PlanFile, sequence: str, found: str) -> None:
    plan_file.text = plan_file.text[: plan_file.text.index("sequence:")] + f"sequence: {sequence}\n"
    (fault,) = plan_file.faults()
    assert fault.startswith(f"upgrade.yaml:17: sequence: {found}")


def test_a_sequence_without_a_right_step_is_not_called_empty(plan_file: PlanFile) -> None:
    plan_file.edit("step: web", "step: ''").edit("step: db", "step: ''")
    assert [fault.split(": ")[1] for fault in plan_file.faults()] == ["sequence[0].step", "sequence[1].step"]


def test_what_a_check_of_the_plan_will_ask_for_is_no_fault(plan_file: PlanFile) -> None:
    plan_file.text = plan_file.text[: plan_file.text.index("    rollback_boundary:")]
    (step,) = plan_file.load().sequence
    assert (step.rollback_boundary, step.release_notes, step.owner, step.fails_when) == (None, None, None, None)


def test_pydantic_never_shows(plan_file: PlanFile) -> None:
    plan_file.text = (
        "upgrade: {}\nenvironment: 5\nchange_class: []\nplatform: 7\nsequence: {a: b}\nstrict: 2\nwaivers: 1\n"
    )
    told = "\n".join(plan_file.faults())
    assert told.count("\n") == 6
    for word in ("pydantic", "Input", "input", "Value error", "valid", "https://"):
        assert word not in told


@pytest.mark.parametrize(
    ("right", "wrong", "shown"),
    [
        ("environment: test", "environment: !%0Ared%1B x", 'found the tag "!\\nred\\u001b"; a plan'),
        ("environment: test", f"environment: !{'x' * 500} x", f"found the tag !{'x' * 56}...; a plan"),
        ("environment: test", 'environment: "a\\u202Eb\\x9Bc\\nd"', 'found "a\\u202eb\\u009bc\\nd"; write a name'),
        ("surface: readiness", 'surface: "none\\n\\e[31m"', 'found "none\\n\\u001b[31m", which is not a surface'),
    ],
)
def test_what_is_shown_of_the_file_fits_on_a_line_and_reaches_no_terminal(
    faults_after: Callable[[str, str], list[str]], right: str, wrong: str, shown: str
) -> None:
    faults = faults_after(right, wrong)
    assert shown in faults[0]
    assert all(fault.isprintable() for fault in faults)


def test_names_of_surfaces_fit_on_a_line_where_they_are_listed(plan_file: PlanFile) -> None:
    plan_file.edit("    readiness:", '    "a\\nb": {}\n    readiness:').edit("surface: readiness", "surface: zzz")
    *_, fault = plan_file.faults()
    assert fault.endswith('which is not a surface of the plan; the plan has: version_truth, "a\\nb", readiness')
