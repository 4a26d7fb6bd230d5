"""Any input gives a plan, or faults that fit on lines, and nothing else."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import Plan, load_plan

ENVIRON = {"SET": "value", "EMPTY": "", "ODD": "\udcff"}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(min_value=date(1900, 1, 1)),
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(["10s", "90/min", "${SET}", "${EMPTY}", "${ODD}", "${UNSET}", "${", "$${", "a.b", "name", "/path"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
yamlish = st.text(st.sampled_from(list("ab1-:{}[]&*!|>'\"%@`#?,=<~ \n\t${}\\.")), max_size=60)


def load_or_faults(content: bytes) -> Plan | PlanError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upgrade.yaml"
        path.write_bytes(content)
        try:
            return load_plan(path, ENVIRON, shown_as="upgrade.yaml")
        except PlanError as faults:
            return faults


def assert_faults(outcome: Plan | PlanError) -> None:
    """The outcome is faults, each of which is a line that fits on a screen."""
    assert isinstance(outcome, PlanError)
    assert outcome.faults
    for fault in map(str, outcome.faults):
        assert fault.startswith("upgrade.yaml")
        assert "\n" not in fault
        assert len(fault) < 1000


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    assert_faults(load_or_faults(content))


@settings(deadline=None)
@given(yamlish)
@example("a: &a {b: *a}")
@example("? ? a")
@example("a: !!float x\nb: !!bool x\nc: !!null x\nd: !!merge x")
def test_any_text_that_looks_like_yaml(content: str) -> None:
    assert_faults(load_or_faults(content.encode()))


@settings(deadline=None)
@given(inside=yamlish)
def test_any_text_inside_a_plan(right_plan: str, inside: str) -> None:
    outcome = load_or_faults(right_plan.replace("environment: test", f"environment: {inside}").encode())
    if isinstance(outcome, PlanError):
        assert_faults(outcome)


@given(data=st.data())
def test_a_plan_with_anything_anywhere_in_it(right_plan: str, data: st.DataObject) -> None:
    plan: dict[str, Any] = yaml.safe_load(right_plan)
    for _ in range(data.draw(st.integers(1, 3))):
        _put(plan, data.draw(values), data)
    outcome = load_or_faults(yaml.safe_dump(plan, allow_unicode=True).encode("utf-8"))
    if isinstance(outcome, Plan):
        assert outcome.digest.startswith("sha256:")
        json.dumps(outcome.public(), allow_nan=False)
    else:
        assert_faults(outcome)


def _put(plan: dict[str, Any], value: Any, data: st.DataObject) -> None:
    """Put a value somewhere into the plan, in place of an entry or next to it."""
    at: Any = plan
    while True:
        if isinstance(at, dict):
            key: Any = data.draw(st.sampled_from([*map(str, at), "new"]))
        else:
            key = data.draw(st.integers(0, len(at) - 1))
        inside = at.get(key) if isinstance(at, dict) else at[key]
        if not isinstance(inside, (dict, list)) or not inside or data.draw(st.booleans()):
            at[key] = value
            return
        at = inside
