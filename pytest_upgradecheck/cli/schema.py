"""``upgradecheck schema``: the JSON Schemas of the plan, of `verdict.json` and of the gate's JSON, as shipped."""

from __future__ import annotations

from importlib.resources import files

_FILES = {"plan": "plan/upgrade.schema.json", "verdict": "verdict.schema.json", "gate": "gate.schema.json"}


def print_schema(of: str) -> int:
    """Print one of them."""
    print((files("pytest_upgradecheck") / _FILES[of]).read_text("utf-8").rstrip())
    return 0
