"""What single keys of a plan cannot tell: whether they fit together.

These rules read the document as it stands, not the model, so that they speak even where the model refuses a key; what
has the wrong type is passed over here, for the model reports it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from pytest_upgradecheck.plan.document import Document, Place

_SURFACES = ("platform", "surfaces")


def check_consistency(document: Document) -> None:
    """Add a fault to the document for everything in it that contradicts itself."""
    surfaces = _mapping(document.data, *_SURFACES)
    steps = _entries(document.data, "sequence")
    _check_surfaces(surfaces, document)
    _check_base_url(_mapping(document.data, "platform").get("base_url"), surfaces, document)
    for key, what in (("step", "step"), ("product", "product")):
        _check_unique(document, what, ((("sequence", at, key), step.get(key)) for at, step in steps))
    names = ((at, _mapping(step, "rollback_boundary").get("name")) for at, step in steps)
    _check_unique(
        document, "rollback boundary", ((("sequence", at, "rollback_boundary", "name"), name) for at, name in names)
    )
    migrations = _entries(document.data, "migrations")
    _check_unique(document, "migration", ((("migrations", at, "name"), each.get("name")) for at, each in migrations))
    for at, step in steps:
        _check_step(step, ("sequence", at), surfaces, document)


def _check_surfaces(surfaces: dict[str, Any], document: Document) -> None:
    telling = [name for name in surfaces if _mapping(surfaces, name).get("versions")]
    if not telling:
        document.fault(
            _SURFACES,
            "no surface tells versions",
            'give one surface `versions`, such as "products[].[name, version]": '
            "steps and boundaries are judged by version truth",
        )
    for name in telling[1:]:
        hint = f"surface {telling[0]!r} already does; keep `versions` on one"
        document.fault((*_SURFACES, name, "versions"), "two surfaces tell versions", hint)
    for name in surfaces:
        surface = _mapping(surfaces, name)
        if surface.get("max_age") and not surface.get("observed_at"):
            hint = "set `observed_at`: the expression that finds the time of the answer"
            document.fault((*_SURFACES, name, "max_age"), "nothing says how old an answer is", hint)
        path = surface.get("path")
        if isinstance(path, str) and not path.startswith("/"):
            document.fault((*_SURFACES, name, "path"), f"found {path!r}", "write a path that starts with '/'")


def _check_base_url(base_url: Any, surfaces: dict[str, Any], document: Document) -> None:
    place: Place = ("platform", "base_url")
    if base_url is None:
        with_path = [name for name in surfaces if _mapping(surfaces, name).get("path")]
        if with_path:
            hint = "write the platform's URL, such as `base_url: ${PLATFORM_URL}`"
            document.fault(place, f"the key is missing, and surface {with_path[0]!r} has a path", hint)
        return
    if not isinstance(base_url, str) or place in document.unset:
        return
    try:
        url = urlsplit(base_url)
        valid = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        valid = False
    if not valid:
        document.fault(place, "this is no http or https URL", "write one such as https://platform.example.com")
    elif url.username or url.password:
        document.fault(place, "the URL holds credentials", "take them out; a key belongs into platform.auth")
    elif url.query or url.fragment:
        document.fault(place, "the URL holds a query or a fragment", "a base URL ends with its path")


def _check_step(step: dict[str, Any], place: Place, surfaces: dict[str, Any], document: Document) -> None:
    if isinstance(step.get("to"), str) and step.get("from") == step["to"]:
        document.fault((*place, "to"), f"`from` and `to` are both {step['to']!r}", "a step moves its product")
    surface = _mapping(step, "rollback_boundary", "crossed_when").get("surface")
    if isinstance(surface, str) and surface not in surfaces:
        near = difflib.get_close_matches(surface, surfaces, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        document.fault(
            (*place, "rollback_boundary", "crossed_when", "surface"),
            f"the plan has no surface {surface!r}",
            f"{hint}its surfaces are: {', '.join(surfaces) or 'none'}",
        )


def _check_unique(document: Document, what: str, places: Iterable[tuple[Place, Any]]) -> None:
    first: dict[str, Place] = {}
    for place, name in places:
        if not isinstance(name, str):
            continue
        if name in first:
            line = document.lines.get(first[name])
            document.fault(place, f"{what} {name!r} stands twice, first in line {line}", "each stands once")
        first.setdefault(name, place)


def _mapping(data: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _entries(data: Any, key: str) -> list[tuple[int, dict[str, Any]]]:
    listed = data.get(key) if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return []
    return [(at, entry) for at, entry in enumerate(listed) if isinstance(entry, dict)]
