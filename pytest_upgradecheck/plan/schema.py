"""The plan's JSON Schema, for editors that complete and check `upgrade.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_upgradecheck.plan.model import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: The shipped copy, for editors.
SCHEMA_FILE = Path(__file__).with_name("upgrade.schema.json")

_MODEL_ONLY = ("title", "default")


def plan_schema() -> dict[str, Any]:
    """JSON Schema of a plan as it is in the file, before ``${NAME}`` is filled in.

    The package ships it as `upgrade.schema.json`. What only holds between keys is for `load_plan` to say.
    """
    schema = _as_in_the_file(Plan.model_json_schema(by_alias=True, mode="validation"))
    return {"$schema": DIALECT, **schema, "title": "upgrade.yaml"}


def schema_text() -> str:
    """The content of `SCHEMA_FILE`."""
    return json.dumps(plan_schema(), indent=2) + "\n"


def _as_in_the_file(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without what is of the model: its titles, its defaults in types a file does not have, and null.

    A key of the file has a value or is left out. The properties named here are dicts, and so kept.
    """
    plain = {key: _each(value) for key, value in schema.items() if key not in _MODEL_ONLY or isinstance(value, dict)}
    if isinstance(plain.get("description"), str):
        plain["description"] = plain["description"].replace("``", "`")
    if {"type": "null"} in plain.get("anyOf", ()):
        (only,) = (each for each in plain.pop("anyOf") if each != {"type": "null"})
        return {**only, **plain}
    return plain


def _each(value: Any) -> Any:
    if isinstance(value, dict):
        return _as_in_the_file(value)
    return [_each(item) for item in value] if isinstance(value, list) else value
