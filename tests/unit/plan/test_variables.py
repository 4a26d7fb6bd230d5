"""What of a plan comes from the environment, and that it is never more than a text."""

from __future__ import annotations

import pytest

from tests.unit.plan.conftest import PlanFile


def test_a_variable_is_filled_in_wherever_a_value_stands(plan_file: PlanFile) -> None:
    plan_file.edit("https://platform.example", "https://${HOST}:${PORT}/base")
    plan_file.edit("[release]", '["${WHAT}", configuration]')
    plan = plan_file.load(HOST="platform.test", PORT="8443", WHAT="images")
    assert plan.platform.base_url == "https://platform.test:8443/base"
    assert plan.boundaries[0].reversible == ("images", "configuration")


@pytest.mark.parametrize(
    ("written", "environ", "environment"),
    [
        ("${ENV:-staging}", {}, "staging"),
        ("${ENV:-staging}", {"ENV": ""}, "staging"),
        ("${ENV:-staging}", {"ENV": "production"}, "production"),
        ("${ENV:-a:-b}", {"ENV": "production"}, "production"),
        ("${A}-${B:-b}", {"A": "a"}, "a-b"),
    ],
)
def test_a_default_stands_in(plan_file: PlanFile, written: str, environ: dict[str, str], environment: str) -> None:
    assert plan_file.edit("environment: test", f"environment: {written}").load(**environ).environment == environment


def test_a_doubled_dollar_is_a_plain_one(plan_file: PlanFile) -> None:
    plan_file.edit("known", '"costs $${PRICE} or $5"')
    assert plan_file.load(PRICE="none").waivers[0].reason == "costs ${PRICE} or $5"


def test_keys_and_comments_are_left_alone(plan_file: PlanFile) -> None:
    plan_file.edit("upgrade: shop-2", "upgrade: shop-2  # ${NOBODY}")
    plan_file.edit("shop-db", 'shop-db\n    requires: {"${PRODUCT}": ">=1"}')
    assert list(plan_file.load(PRODUCT="x").sequence[1].requires) == ["${PRODUCT}"]


@pytest.mark.parametrize(
    "value", ["{a: b}", "x\nstrict: true", "[1, 2]", "*alias", "!!int 5", "# gone", "yes", "2026.10"]
)
def test_a_value_is_a_text_whatever_it_holds(plan_file: PlanFile, value: str) -> None:
    plan = plan_file.edit("reason: known", 'reason: "${WHY}"').edit('from: "1"', "from: ${WHY}").load(WHY=value)
    assert plan.waivers[0].reason == value
    assert plan.sequence[0].from_version == value
    assert plan.strict is False


@pytest.mark.parametrize(
    ("written", "environ", "fault"),
    [
        ("${NAME}", {}, "the environment variable NAME is not set; set it, or write ${NAME:-default}"),
        ("${NAME}", {"NAME": ""}, "the environment variable NAME is empty; set it, or write ${NAME:-default}"),
        ("${NA-ME}", {}, "this `${` does not start a variable; write ${NAME} or ${NAME:-default}; $${ is a literal ${"),
        ("${}", {}, "this `${` does not start a variable; write ${NAME} or"),
        ("${NAME", {"NAME": "x"}, "this `${` does not start a variable; write ${NAME} or"),
        ("${NAME:-${OTHER}}", {"NAME": "x", "OTHER": "y"}, "this `${` does not start a variable; write ${NAME} or"),
    ],
)
def test_a_variable_that_cannot_be_filled_in(
    plan_file: PlanFile, written: str, environ: dict[str, str], fault: str
) -> None:
    (found,) = plan_file.edit("environment: test", f"environment: {written}").faults(**environ)
    assert found.startswith(f"upgrade.yaml:2: environment: {fault}")


def test_an_unset_variable_is_one_fault_wherever_it_stands(plan_file: PlanFile) -> None:
    plan_file.edit("https://platform.example", "${URL}")
    plan_file.edit("value: s3cr3t-key", 'value: "${KEY}"')
    plan_file.edit("max_age: 15m", "max_age: ${AGE}")
    plan_file.edit("versions: products", "versions: ${VERSIONS}")
    plan_file.edit("[release]", '["${WHAT}"]')
    plan_file.edit("surface: readiness", 'surface: "${SURFACE}"')
    plan_file.edit("step: web", "step: ${WEB}-x").edit("step: db", "step: ${DB}-x")
    names = ["URL", "KEY", "VERSIONS", "AGE", "WEB", "WHAT", "SURFACE", "DB"]
    faults = plan_file.faults()
    assert len(faults) == len(names)
    for name, fault in zip(names, faults, strict=True):
        assert f"the environment variable {name} is not set" in fault


def test_a_boolean_cannot_come_from_a_variable_and_the_fault_says_so(plan_file: PlanFile) -> None:
    (fault,) = plan_file.edit("upgrade: shop-2", "upgrade: shop-2\nstrict: ${STRICT}").faults(STRICT="true")
    assert fault.endswith("strict: found a value of 4 characters from the environment; "
                          "write true or false here; a variable always gives a text")  # fmt: skip


def test_bytes_that_are_no_text_are_refused(plan_file: PlanFile) -> None:
    (fault,) = plan_file.edit("A. Name", '"${WHO}"').faults(WHO="caf\udce9")
    assert fault.endswith("write a text; this one has bytes that are not UTF-8")
