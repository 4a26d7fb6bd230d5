"""Do to a state file what OpenTofu does when it takes one over: ``python migrate.py STATE [--fault NAME]``."""

from __future__ import annotations

import argparse
import json
import uuid
from pathlib import Path
from typing import Any

OPENTOFU = "1.10.6"


def migrated(state: dict[str, Any]) -> dict[str, Any]:
    """The state as OpenTofu writes it: its own version and registry, one serial on, the same lineage."""
    text = json.dumps(state).replace("registry.terraform.io/", "registry.opentofu.org/")
    return {**json.loads(text), "terraform_version": OPENTOFU, "serial": state["serial"] + 1}


def resource_lost(state: dict[str, Any]) -> None:
    state["resources"][0]["instances"].pop()


def attribute_changed(state: dict[str, Any]) -> None:
    state["resources"][0]["instances"][0]["attributes"]["size"] = "large"


def other_lineage(state: dict[str, Any]) -> None:
    state["lineage"] = str(uuid.uuid4())


def old_serial(state: dict[str, Any]) -> None:
    state["serial"] -= 1


def old_registry(state: dict[str, Any]) -> None:
    resource = state["resources"][-1]
    resource["provider"] = resource["provider"].replace("registry.opentofu.org/", "registry.terraform.io/")


FAULTS = {
    fault.__name__.replace("_", "-"): fault
    for fault in (resource_lost, attribute_changed, other_lineage, old_serial, old_registry)
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("--fault", choices=sorted(FAULTS))
    arguments = parser.parse_args()
    state = migrated(json.loads(arguments.state.read_text("utf-8")))
    if arguments.fault:
        FAULTS[arguments.fault](state)
    arguments.state.write_text(json.dumps(state, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
