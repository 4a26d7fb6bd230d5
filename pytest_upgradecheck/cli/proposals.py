"""Proposals for a plan, from a platform's OpenAPI document and the answers of its routes.

These are only proposals: the team decides which field means "ready", so each is written to be confirmed. They come from
what a surface answered when it was asked, not from what its schema promises. Whatever a platform says is data: nothing
of it becomes a name, a variable or a line of the plan as it is.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pytest_upgradecheck.errors import NotPossible, SurfaceUnread
from pytest_upgradecheck.foreign_text import name as in_one_spelling
from pytest_upgradecheck.plan import Platform, Surface, texts
from pytest_upgradecheck.plan.document import PLACEHOLDERS
from pytest_upgradecheck.plan.model import Auth
from pytest_upgradecheck.plan.quoting import is_writable
from pytest_upgradecheck.plan.texts import web_address
from pytest_upgradecheck.times import moment
from pytest_upgradecheck.truth import PlatformTruth
from pytest_upgradecheck.truth.excerpts import excerpt

KEY_VARIABLE = "PLATFORM_API_KEY"
_DOCUMENTS = ("/api/v1/openapi.json", "/openapi.json")
_MOST_ROUTES = 40
_MOST_PRODUCTS = 100
#: A plan is for people to read; what is longer is left for them to write.
_LONGEST_TEXT = 200
_LONGEST_PATH = 500
_LONGEST_NAME = 60
_TELLING = re.compile(r"version|drift|contract|read[iy]|health|registry|truth|status|schema", re.IGNORECASE)
_NAMES = ("product", "name", "component", "service", "application", "app", "id")
_VERSIONS = ("version", "release", "running_version", "current_version", "tag")
_TIMES = ("checked_at", "observed_at", "as_of", "timestamp", "updated_at", "generated_at", "time")
_BOOLEANS = ("ready", "healthy", "ok", "available")
_STATES = ("status", "state", "readiness", "health")


@dataclass(slots=True)
class Route:
    """A surface to propose: for each key its value, and the reason."""

    name: str
    path: str
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    remark: str = ""


@dataclass(slots=True)
class Proposals:
    """Everything that was found. ``versions`` has the products and their versions now."""

    source: str
    base_url: str
    auth_header: str | None = None
    routes: list[Route] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def propose(url: str, auth_header: str | None) -> Proposals:
    """Ask a platform for its OpenAPI document, and promising routes for their answers.

    NotPossible if there is no such document.
    """
    base_url, documents = _addresses(url)
    auth = None
    if auth_header:
        key = os.environ.get(KEY_VARIABLE)
        if not key:
            raise NotPossible(f"--auth-header: the environment variable {KEY_VARIABLE} is not set; set it to the key")
        try:
            auth = Auth.model_validate({"header": texts.header(auth_header), "value": texts.header_key(key)})
        except ValueError as error:
            raise NotPossible(f"--auth-header {auth_header}, key in {KEY_VARIABLE}: {error}") from None
    tried = []
    for path in documents:
        body, why = _ask(base_url, auth, path)
        if isinstance(body, dict) and isinstance(body.get("paths"), dict):
            found = Proposals(source=base_url + path, base_url=base_url, auth_header=auth_header or _key_header(body))
            _read_routes(found, body["paths"], auth)
            return found
        tried.append(why or f"{base_url}{path}: this is not an OpenAPI document: it has no `paths`")
    raise NotPossible("the platform publishes no OpenAPI document; tried:\n  " + "\n  ".join(tried))


def _addresses(url: str) -> tuple[str, tuple[str, ...]]:
    """The platform's address, and where its OpenAPI document may be."""
    parts = web_address(url)
    if parts is None or parts.username is not None or parts.query or parts.fragment:
        raise NotPossible("--from: write the platform's http or https URL, without credentials or a query")
    if not re.fullmatch(r"[A-Za-z0-9:/._~%@!&+,;=\[\]-]+", url):
        raise NotPossible("--from: the URL has a character that must be percent-encoded, such as %7B for {")
    if parts.path.endswith(".json"):
        return f"{parts.scheme}://{parts.netloc}", (parts.path,)
    return url.rstrip("/"), _DOCUMENTS


def _ask(base_url: str, auth: Auth | None, path: str) -> tuple[Any, str]:
    """The answer of a route, or the reason why there is none."""
    platform = Platform(base_url=base_url, auth=auth, surfaces={"asked": Surface(path=path)})
    truth = PlatformTruth(platform)
    try:
        return truth.read("asked").body, ""
    except SurfaceUnread as error:
        return None, str(error).removeprefix("asked: ")
    finally:
        truth.close()


def _key_header(document: Mapping[str, Any]) -> str | None:
    """The header for the key, as the document names it."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        if isinstance(scheme, dict) and (scheme.get("type"), scheme.get("in")) == ("apiKey", "header"):
            name = scheme.get("name")
            return name if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9-]+", name) else None
    return None


def _read_routes(found: Proposals, paths: Mapping[str, Any], auth: Auth | None) -> None:
    promising = [path for path, methods in paths.items() if _can_be_read(path, methods) and _TELLING.search(path)]
    if len(promising) > _MOST_ROUTES:
        found.remarks.append(f"{len(promising)} routes look promising; only the first {_MOST_ROUTES} were read")
    names: set[str] = set()
    for path in promising[:_MOST_ROUTES]:
        if path == urlsplit(found.source).path:
            continue
        route = Route(name=_name_of(path, names), path=path)
        body, why = _ask(found.base_url, auth, path)
        if why:
            found.remarks.append(f"{path} is left out: {excerpt(why)}")
            continue
        propose_keys(route, body, found)
        found.routes.append(route)
    if not found.versions:
        found.remarks.append("no route was recognized as version truth: one surface must have `versions`")
    if not any("ready" in route.keys for route in found.routes):
        found.remarks.append("no route was recognized as readiness: one surface should have `ready`")


def _can_be_read(path: str, methods: Any) -> bool:
    """Whether a path is a route that a plan can name, and GET has an answer."""
    return (
        isinstance(methods, dict)
        and "get" in methods
        and path.startswith("/")
        and not path.startswith("//")
        and not set(path) & set("{}#\\")
        and len(path) <= _LONGEST_PATH
        and texts.can_stand_in_an_address(path)
    )


def unique(name: str, separator: str, taken: set[str]) -> str:
    """The name, with a number if another has it; names that differ in case only count as the same."""
    number, candidate = 1, name
    while candidate.lower() in taken:
        number += 1
        candidate = f"{name}{separator}{number}"
    taken.add(candidate.lower())
    return candidate


def _name_of(path: str, taken: set[str]) -> str:
    parts = [part for part in path.split("/") if part and not re.fullmatch(r"api|v\d+", part)]
    name = re.sub(r"[^A-Za-z0-9]+", "_", "_".join(parts[-2:])).strip("_")[:_LONGEST_NAME].strip("_")
    return unique(name or "surface", "_", taken)


def propose_keys(route: Route, body: Any, found: Proposals) -> None:
    """Fill in what a route seems to show; a remark if it seems to show nothing."""
    if not found.versions and (versions := _versions(body)) is not None:
        expression, pairs = versions
        named = {in_one_spelling(product): in_one_spelling(version) for product, version in pairs.items()}
        usable = {product: version for product, version in named.items() if _can_be_written(product, version)}
        if usable and _is_expression(expression):
            found.versions = dict(list(usable.items())[:_MOST_PRODUCTS])
            route.keys["versions"] = (expression, f"pairs of product and version; {len(pairs)} found")
            if len(found.versions) < len(pairs):
                found.remarks.append(f"{len(pairs)} products were found, and {len(found.versions)} were made steps")
            return
    if re.search("drift", route.path, re.IGNORECASE) and (drift := _drift(body)) and _is_expression(drift[0]):
        route.keys["drifted"] = drift
        return
    if (
        re.search("read[iy]|health|status", route.path, re.IGNORECASE)
        and (ready := _ready(body))
        and _is_expression(ready[0])
    ):
        route.keys["ready"] = ready
        for name in _TIMES:
            if isinstance(body, dict) and name in body and _is_moment(body[name]):
                route.keys["observed_at"] = (_identifier(name), f"it was {excerpt(body[name])}")
                route.keys["max_age"] = ("15m", "a stale answer does not count; how old may it be?")
                break
        return
    route.remark = f"only that it answers is checked; the answer was {excerpt(body, longest=60)}"


def _versions(body: Any) -> tuple[str, dict[str, str]] | None:
    for path, items in _lists(body):
        for name in _NAMES:
            for version in _VERSIONS:
                pairs = {
                    item[name]: item[version]
                    for item in items
                    if isinstance(item.get(name), str) and isinstance(item.get(version), str) and item[version]
                }
                if len(pairs) == len(items):
                    return f"{path}[].[{name}, {version}]", pairs
    if isinstance(body, dict):
        for key, value in body.items():
            texts = isinstance(value, dict) and len(value) > 0 and all(isinstance(each, str) for each in value.values())
            if texts and re.search("version|release", key, re.IGNORECASE):
                return _identifier(key), dict(value)
    return None


def _drift(body: Any) -> tuple[str, str] | None:
    for path, items in _lists(body):
        name = next((name for name in _NAMES if all(name in item for item in items)), None)
        if name is None:
            continue
        for key in ("drift", "drifted", "drifting"):
            if all(isinstance(item.get(key), bool) for item in items):
                return f"{path}[?{key}].{name}", "must be an empty list"
        for key in ("aligned", "in_sync"):
            if all(isinstance(item.get(key), bool) for item in items):
                return f"{path}[?!{key}].{name}", "must be an empty list"
        for key in _STATES:
            if all(isinstance(item.get(key), str) for item in items):
                usual, times = Counter(item[key] for item in items).most_common(1)[0]
                return f"{path}[?{key} != {_literal(usual)}].{name}", f"{times} of {len(items)} were {excerpt(usual)}"
    return None


def _ready(body: Any) -> tuple[str, str] | None:
    if not isinstance(body, dict):
        return None
    for name in _BOOLEANS:
        if isinstance(body.get(name), bool):
            return name, f"it was {str(body[name]).lower()}; must be true"
    for name in _STATES:
        if isinstance(body.get(name), str):
            return f"{name} == {_literal(body[name])}", "the answer when it was asked; does that mean ready?"
    return None


def _lists(value: Any, path: str = "", depth: int = 3) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of objects near the top, with the expression that finds it; empty for the answer itself."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield path, value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            name = _identifier(key)
            yield from _lists(inner, f"{path}.{name}" if path else name, depth - 1)


def _identifier(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else json.dumps(name)


def _literal(text: str) -> str:
    if text.isprintable() and not set(text) & set("'\\"):
        return f"'{text}'"
    return "`" + json.dumps(text).replace("`", "\\`") + "`"


def _is_expression(text: str) -> bool:
    """Whether a plan can hold this expression."""
    try:
        return len(texts.expression(text)) <= _LONGEST_PATH and is_writable(text)
    except ValueError:
        return False


def _can_be_written(product: str, version: str) -> bool:
    """Whether a plan can name this product and version as they are."""
    return all(
        text.strip() and len(text) <= _LONGEST_TEXT and is_writable(text) and not text.startswith(tuple(PLACEHOLDERS))
        for text in (product, version)
    )


def _is_moment(value: Any) -> bool:
    try:
        moment(value)
    except ValueError:
        return False
    return True
