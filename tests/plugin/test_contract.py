"""A surface that publishes an OpenAPI document, compared by `openapi-compatible`."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.small_upgrade import Suite

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "paths": {
        "/orders": {"get": {"responses": {"200": {"description": ""}}}},
        "/v1/old": {"get": {"responses": {"200": {"description": ""}}}},
    },
}
CHECK = "upgrade.yaml::compare[contract]"


def contract(suite: Suite, document: Any, more: str = "") -> None:
    """Give the plan a surface with this document."""
    line = "    readiness: {ready: \"status == 'ready'\"}\n"
    suite.edit_plan(line, f"{line}    contract: {{compare: {{rule: openapi-compatible{more}}}}}\n")
    suite.write_platform(contract=document)


def without_old() -> Any:
    after = copy.deepcopy(CONTRACT)
    del after["paths"]["/v1/old"]
    return after


def test_break_pauses(suite: Suite) -> None:
    contract(suite, CONTRACT)
    suite.pre()
    suite.upgrade(contract=without_old())
    assert suite.run("post").ret == 1
    message = suite.blocker(CHECK)["message"]
    assert message.splitlines()[0] == "contract is not as before: 1 breaking change"
    assert "! GET /v1/old: the path is gone" in message


def test_planned_break_is_accepted_and_one_that_meets_nothing_is_reported(suite: Suite) -> None:
    planned = "change: path-removed, reason: it was announced, by: A. Name"
    accept = f'[{{at: "GET /v1/*", {planned}}}, {{at: /v2, {planned}}}]'
    contract(suite, CONTRACT, f", accept: {accept}")
    suite.pre()
    suite.upgrade(contract=without_old())
    assert suite.run("post").ret == 0
    said = [line for line in suite.lines("comparison") if line["name"] == "contract"][-1]
    assert [entry["why"] for entry in said["value"]] == [
        "GET /v1/old: the path is gone (accepted: it was announced, by A. Name)",
        "the acceptance of path-removed at /v2 matched nothing, or has expired",
    ]


def test_what_cannot_be_judged_is_missing_evidence(suite: Suite) -> None:
    contract(suite, CONTRACT)
    suite.pre()
    after = copy.deepcopy(CONTRACT)
    after["paths"]["/orders"]["get"]["requestBody"] = {"$ref": "https://example.com/body.json"}
    suite.upgrade(contract=after)
    assert suite.run("post").ret == 12
    assert "? not judged: GET /orders, request body: the reference" in suite.blocker(CHECK)["message"]


@pytest.mark.parametrize(
    ("compare", "says"),
    [
        ("volatile: ['paths.\"/old\"']", "rule openapi-compatible judges the document as a whole"),
        ("rules: {paths: may-change}", "accept planned breaks by kind and place in `accept`"),
        ("key: name", "rule openapi-compatible judges the document as a whole"),
        ("accept: [{change: path-remove, at: /a, reason: r, by: b}]", "did you mean 'path-removed'?"),
    ],
)
def test_key_without_effect_is_a_fault_of_the_plan(suite: Suite, compare: str, says: str) -> None:
    contract(suite, CONTRACT, f", {compare}")
    result = suite.run("pre")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*{says.replace('[', '[[]')}*"])


def test_acceptance_needs_the_rule(suite: Suite) -> None:
    contract(suite, CONTRACT)
    suite.edit_plan("rule: openapi-compatible", "rule: unchanged, nullability: ignore")
    result = suite.run("pre")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*only rule openapi-compatible knows this key*"])
