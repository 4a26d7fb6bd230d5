"""Plain YAML files that are not plans, read as JSON would have them."""

from __future__ import annotations

from typing import Any, ClassVar

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
#: YAML 1.2, as OpenAPI has it: no dates, and `yes` and `on` are words.
_WORDS = ("true", "True", "TRUE", "false", "False", "FALSE")


class _JsonLoader(_LOADER):  # type: ignore[misc]
    """Reads only what JSON has."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{_TAG}timestamp"]
        for first, resolvers in _LOADER.yaml_implicit_resolvers.items()
    }


def _boolean(loader: Any, node: Any) -> Any:
    said = loader.construct_scalar(node)
    return said.lower() == "true" if said in _WORDS else said


_JsonLoader.add_constructor(f"{_TAG}bool", _boolean)


def read_yaml(content: bytes) -> Any:
    """The value of a YAML file, with all keys as text; ValueError if it cannot be read."""
    try:
        return _plain(yaml.load(content, Loader=_JsonLoader), {})  # noqa: S506 - a safe loader, made smaller
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(" ".join(str(error).split())) from None


def _plain(value: Any, known: dict[int, Any]) -> Any:
    """The same value as JSON has it; what an alias repeats is still one object, so that it cannot explode."""
    if isinstance(value, (dict, list)) and id(value) in known:
        return known[id(value)]
    if isinstance(value, dict):
        made: dict[str, Any] = {}
        known[id(value)] = made
        made.update((_key(key), _plain(member, known)) for key, member in value.items())
        return made
    if isinstance(value, list):
        items: list[Any] = []
        known[id(value)] = items
        items.extend(_plain(item, known) for item in value)
        return items
    return value if isinstance(value, (str, int, float, type(None))) else str(value)


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
