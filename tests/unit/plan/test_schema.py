"""The JSON Schema for editors: shipped as generated, and of one mind with the loader."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import plan_schema
from pytest_upgradecheck.plan.schema import SCHEMA_FILE, schema_text
from tests.unit.plan.conftest import PlanFile


class _AsEditorsRead(yaml.SafeLoader):
    """To an editor, a day is a text of that form."""


_AsEditorsRead.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: str(node.value))


def complaints(text: str) -> list[str]:
    found = Draft202012Validator(plan_schema()).iter_errors(yaml.load(text, _AsEditorsRead))
    return ["/".join(map(str, error.absolute_path)) for error in found]


def test_the_shipped_copy_is_current() -> None:
    write = 'python -c "from pytest_upgradecheck.plan.schema import *; SCHEMA_FILE.write_text(schema_text())"'
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), f"write it anew: {write}"


def test_it_is_a_schema() -> None:
    schema = plan_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == "upgrade.yaml"
    assert schema["required"] == ["upgrade", "environment", "change_class", "sequence"]
    assert '"null"' not in json.dumps(schema)


def test_a_plan_that_loads_is_right(plan_file: PlanFile) -> None:
    plan_file.load()
    assert complaints(plan_file.text) == []


def test_a_plan_with_every_key_is_right(plan_file: PlanFile, whole_text: str) -> None:
    plan_file.text = whole_text
    plan_file.load(PLATFORM_URL="https://platform.test", PLATFORM_API_KEY="any-key")
    assert complaints(whole_text) == []


def test_variables_may_stand_wherever_a_text_is_due(plan_file: PlanFile) -> None:
    plan_file.edit("environment: test", "environment: ${E}").edit("change_class: additive", "change_class: ${C}")
    plan_file.edit("max_age: 15m", "max_age: ${A:-15m}").edit("90/min", "${R}").edit("2026-12-31", '"${D}"')
    plan_file.load(E="test", C="additive", R="5/s", D="2026-12-31")
    assert complaints(plan_file.text) == []


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ("environment: test", "environment: ../prod", "environment"),
        ("environment: test", "environment: 5", "environment"),
        ("environment: test", f"environment: {'a' * 101}", "environment"),
        ("environment: test", "environment:", "environment"),
        ('from: "1"', "from: 2026.10", "sequence/0/from"),
        ("change_class: additive", "change_class: big", "change_class"),
        ("max_age: 15m", "max_age: 10 parsecs", "platform/surfaces/readiness/max_age"),
        ("path: /ready", "ready_status: 700", "platform/surfaces/readiness/ready_status"),
        ("path: /ready", "pth: /ready", "platform/surfaces/readiness"),
        ("rate_limit: 90/min", "rate_limit: often", "platform/rate_limit"),
        ("rate_limit: 90/min", "max_size: big", "platform/max_size"),
        ("2026-12-31", "soon", "waivers/0/expires"),
        ("posture: planned", "posture: done", "migrations/0/posture"),
    ],
)
def test_what_an_editor_marks_the_loader_refuses(plan_file: PlanFile, right: str, wrong: str, where: str) -> None:
    plan_file.edit(right, wrong)
    assert complaints(plan_file.text) == [where]
    with pytest.raises(PlanError):
        plan_file.load()


def test_every_key_says_something_to_the_reader_of_an_editor() -> None:
    definitions: dict[str, Any] = plan_schema()["$defs"]
    assert all(definition["description"] for definition in definitions.values())
