"""State files of Terraform and OpenTofu, format version 4: what can be compared of them, without what is sensitive.

https://opentofu.org/docs/internals/json-format/ describes what tools print; the file itself is each tool's own, and
both write this version of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FORMAT = 4
REGISTRIES = {"registry.terraform.io": "registry.opentofu.org"}
HIDDEN = "(sensitive)"

_PROVIDER = re.compile(r'provider\["([^"/]+)/([^"]+)"\]')


def read_state(path: Path) -> dict[str, Any]:
    """The state in a file; ValueError if its format is not known here."""
    state = json.loads(path.read_text("utf-8"))
    if not isinstance(state, dict) or state.get("version") != FORMAT:
        raise ValueError(f"{path}: this is no state file of version {FORMAT}")
    return state


def by_address(state: dict[str, Any]) -> dict[str, Any]:
    """Every resource instance by its address, as the command line shows it: ``module.db["eu"].random_password.owner``.

    Providers are named by the registry that OpenTofu knows them by, so that both tools' files can be compared.
    """
    found: dict[str, Any] = {}
    for resource in state["resources"]:
        for instance in resource["instances"]:
            address = address_of(resource, instance)
            if address in found:
                raise ValueError(f"the state holds {address} twice")
            found[address] = {
                "provider": mapped(provider_of(resource)),
                "schema_version": instance["schema_version"],
                "attributes": shown(instance),
                "dependencies": sorted(instance.get("dependencies", [])),
            }
    return found


def address_of(resource: dict[str, Any], instance: dict[str, Any]) -> str:
    """The address of one instance."""
    parts = [resource.get("module"), "data" if resource["mode"] == "data" else None, resource["type"], resource["name"]]
    key = instance.get("index_key")
    return ".".join(part for part in parts if part) + ("" if key is None else f"[{json.dumps(key)}]")


def provider_of(resource: dict[str, Any]) -> str:
    """``HOST/NAMESPACE/TYPE`` of the provider a resource belongs to."""
    found = _PROVIDER.search(resource["provider"])
    if found is None:
        raise ValueError(f"this names no provider: {resource['provider']}")
    return f"{found[1]}/{found[2]}"


def mapped(provider: str) -> str:
    """A provider as OpenTofu's registry has it."""
    host, _, rest = provider.partition("/")
    return f"{REGISTRIES.get(host, host)}/{rest}"


def shown(instance: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an instance, with the sensitive ones hidden: captured values are written to the record."""
    attributes = json.loads(json.dumps(instance["attributes"]))
    for path in instance.get("sensitive_attributes", []):
        _hide(
            attributes, [step["value"]["value"] if isinstance(step["value"], dict) else step["value"] for step in path]
        )
    return attributes


def _hide(value: Any, path: list[Any]) -> None:
    *around, last = path
    for part in around:
        value = value[part]
    if value is not None:
        value[last] = HIDDEN
