"""The plan's JSON Schema, for editors that complete and check `upgrade.yaml`."""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.plan.model import Plan


def plan_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a plan as it stands in the file, before ``${NAME}`` is filled in."""
    schema = Plan.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "upgrade.yaml"}
