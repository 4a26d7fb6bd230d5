"""The state of a rollback boundary, by what the platform shows and by what was seen before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from pytest_upgradecheck.boundaries import Boundary, observe, versions_shown
from pytest_upgradecheck.plan import Plan
from pytest_upgradecheck.truth import PlatformTruth
from pytest_upgradecheck.vocabulary import BoundaryState
from tests.unit.plan.conftest import PlanFile

PLAN = """\
upgrade: shop-2
environment: test
change_class: additive
platform:
  base_url: https://platform.example
  rate_limit: 10000/min
  surfaces:
    version_truth: {path: /versions, versions: products}
    schema: {path: /schema}
sequence:
  - {step: cache, product: cache, from: "1", to: "2"}
  - {step: db, product: db, from: "1", to: "2", rollback_boundary: BOUNDARY}
"""
BY_VERSION = "{name: b, irreversible: [schema 2], reversible: [images], recover_by: restore it}"
BY_EXPRESSION = "{name: b, irreversible: [schema 2], crossed_when: {surface: schema, expression: 'version >= `2`'}}"
CROSSED, NOT_CROSSED, UNKNOWN = BoundaryState.CROSSED, BoundaryState.NOT_CROSSED, BoundaryState.UNKNOWN

Ask = Callable[..., Boundary]


@pytest.fixture
def truths() -> Iterator[list[PlatformTruth]]:
    made: list[PlatformTruth] = []
    yield made
    for truth in made:
        truth.close()


def platform(plan: Plan, answers: Mapping[str, Any], truths: list[PlatformTruth], readings: int = 1) -> PlatformTruth:
    left = {path: list(bodies) if isinstance(bodies, list) else [bodies] * 9 for path, bodies in answers.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        bodies = left.get(request.url.path)
        content = json.dumps(bodies.pop(0) if bodies else None).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(200 if bodies is not None else 404, headers=headers, stream=httpx.ByteStream(content))

    truths.append(PlatformTruth(plan.platform, transport=httpx.MockTransport(answer), version_readings=readings))
    return truths[-1]


@pytest.fixture
def ask(tmp_path: Path, truths: list[PlatformTruth]) -> Ask:
    """The boundary of step db, of a platform that gives these answers."""

    def observed(
        boundary: str, answers: Mapping[str, Any], seen: BoundaryState = NOT_CROSSED, readings: int = 1
    ) -> Boundary:
        plan_file = PlanFile(tmp_path)
        plan_file.text = PLAN.replace("BOUNDARY", boundary)
        plan = plan_file.load()
        (found,) = observe(plan, platform(plan, answers, truths, readings), {"b": seen})
        return found

    return observed


def versions(**products: str) -> dict[str, Any]:
    return {"/versions": {"products": products}}


RAN_BACK = "The version alone does not show that what is irreversible was restored"
NEVER_LOOKED = "no run looked at it between pre and the rollback"


@pytest.mark.parametrize(
    ("shown", "seen", "state", "why"),
    [
        *(({"db": "2"}, seen, CROSSED, "version truth shows db at 2") for seen in BoundaryState),
        ({"db": "1"}, NOT_CROSSED, NOT_CROSSED, "version truth shows db at 1"),
        ({"db": "1"}, CROSSED, UNKNOWN, RAN_BACK),
        ({"db": "1"}, UNKNOWN, UNKNOWN, NEVER_LOOKED),
        *(({"db": "3"}, seen, UNKNOWN, "db at 3, which is neither 1 nor 2") for seen in BoundaryState),
        *(({"cache": "1"}, seen, UNKNOWN, "version truth shows db nowhere") for seen in BoundaryState),
    ],
)
def test_by_version(ask: Ask, shown: dict[str, str], seen: BoundaryState, state: BoundaryState, why: str) -> None:
    found = ask(BY_VERSION, versions(**shown), seen)
    assert found.state is state
    assert why in found.why
    if state is UNKNOWN and shown.get("db") == "1":
        assert "set `crossed_when`" in found.why


@pytest.mark.parametrize("seen", list(BoundaryState))
@pytest.mark.parametrize(
    ("schema", "state", "why"),
    [
        ({"version": 2}, CROSSED, "schema: version >= `2` is true"),
        ({"version": 1}, NOT_CROSSED, "schema: version >= `2` is false"),
        ({"version": "2"}, UNKNOWN, "version"),
        ({}, UNKNOWN, "version"),
        ([], UNKNOWN, "schema"),
    ],
)
def test_by_expression_whatever_was_seen_before(
    ask: Ask, seen: BoundaryState, schema: Any, state: BoundaryState, why: str
) -> None:
    found = ask(BY_EXPRESSION, {**versions(db="2"), "/schema": [schema]}, seen)
    assert found.state is state
    assert why in found.why


def test_an_expression_must_give_true_or_false(ask: Ask) -> None:
    found = ask(BY_EXPRESSION.replace("version >= `2`", "version"), {"/schema": {"version": 2}})
    assert found.state is UNKNOWN
    assert "`crossed_when: version` must give true or false, but gave 2" in found.why


@pytest.mark.parametrize("boundary", [BY_VERSION, BY_EXPRESSION])
def test_what_cannot_be_read_is_unknown(ask: Ask, boundary: str) -> None:
    found = ask(boundary, {})
    assert found.state is UNKNOWN
    assert "404" in found.why


def test_replicas_that_disagree_leave_it_unknown(ask: Ask) -> None:
    mixed = {"/versions": [{"products": {"db": version}} for version in ("1", "2", "1")]}
    found = ask(BY_VERSION, mixed, readings=3)
    assert found.state is UNKNOWN
    assert "db" in found.why


@pytest.mark.parametrize("seen", list(BoundaryState))
def test_nothing_irreversible_is_never_crossed(ask: Ask, seen: BoundaryState) -> None:
    found = ask("{name: b, reversible: [images]}", versions(db="2"), seen)
    assert (found.state, found.why) == (NOT_CROSSED, "nothing beyond it is irreversible")


def test_a_boundary_says_all_that_the_plan_says_and_is_read_back(ask: Ask) -> None:
    found = ask(BY_VERSION, versions(db="2"))
    assert found == Boundary(
        name="b",
        step="db",
        state=CROSSED,
        why="version truth shows db at 2",
        reversible=("images",),
        irreversible=("schema 2",),
        recover_by="restore it",
    )
    entry = json.loads(json.dumps(found.to_dict()))
    assert sorted(entry) == ["irreversible", "name", "recover_by", "reversible", "state", "step", "why"]
    assert Boundary.from_dict(entry) == found
    assert Boundary.from_dict(entry).state is CROSSED


def test_versions_shown(tmp_path: Path, truths: list[PlatformTruth]) -> None:
    plan_file = PlanFile(tmp_path)
    plan_file.text = PLAN.replace("BOUNDARY", BY_VERSION)
    plan = plan_file.load()
    assert versions_shown(plan, platform(plan, versions(db="2", cache="1"), truths)) == {"db": "2", "cache": "1"}
    assert versions_shown(plan, platform(plan, {}, truths)) == {}
    mixed = {"/versions": [{"products": {"db": version}} for version in ("1", "2", "1")]}
    assert versions_shown(plan, platform(plan, mixed, truths, readings=3)) == {}
