"""The rule ``openapi-compatible``: does an OpenAPI document still hold for the clients of the one before?

Additive changes pass: new paths, methods, responses, fields, optional parameters. Breaking ones are a line each: what
is gone, what is required now, what is narrower in requests or another type in responses (see ``openapi_schemas``). A
path parameter may be renamed, for its place in the path is what counts. A parameter or request field that is not taken
any more breaks: a client that sends it relies on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.comparison.openapi_schemas import Direction, Document, SchemaComparison, mapping, success

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class NotOpenApi(ValueError):
    """What is no OpenAPI 3 document; the message says which of the two, and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChange:
    """One change of a contract: ``where`` is an operation or a component's schema."""

    where: str
    what: str
    breaking: bool

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def contract_changes(before: Any, after: Any) -> list[ContractChange]:
    """What changed between two OpenAPI 3 documents, breaking changes first. NotOpenApi where one of them is none."""
    for side, document in (("before", before), ("after", after)):
        _require_openapi(document, side)
    comparison = _Comparison(before, after)
    comparison.paths()
    return sorted(comparison.changes, key=lambda change: not change.breaking)


def _require_openapi(document: Any, side: str) -> None:
    if not isinstance(document, dict):
        raise NotOpenApi(f"what was answered {side} is no OpenAPI document: it is no object")
    version = document.get("openapi")
    if "swagger" in document:
        raise NotOpenApi(f"what was answered {side} is Swagger {document['swagger']}; OpenAPI 3 is expected")
    if not isinstance(version, str) or not version.startswith("3."):
        has = ", ".join(list(document)[:5]) or "nothing"
        raise NotOpenApi(f"what was answered {side} is no OpenAPI 3 document: `openapi` is {version!r}; it has: {has}")
    if not isinstance(document.get("paths"), dict):
        raise NotOpenApi(f"what was answered {side} is an OpenAPI document without `paths`")


class _Comparison:
    def __init__(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.before = Document(before)
        self.after = Document(after)
        self.changes: list[ContractChange] = []
        self.schemas = SchemaComparison(self.before, self.after, self.report)

    def report(self, where: str, what: str, breaking: bool) -> None:
        change = ContractChange(where=where, what=what, breaking=breaking)
        if change not in self.changes[-50:]:
            self.changes.append(change)

    def paths(self) -> None:
        old, new = self.before.root["paths"], self.after.root["paths"]
        by_shape = {_shape(path): path for path in new}
        for path in old:
            if _shape(path) not in by_shape:
                self.report(path, "the path is gone", True)
                continue
            self._operations(path, by_shape[_shape(path)])
        known = set(map(_shape, old))
        for path in new:
            if _shape(path) not in known:
                self.report(path, "the path is new", False)

    def _operations(self, old_path: str, new_path: str) -> None:
        old, _ = self.before.resolved(self.before.root["paths"][old_path])
        new, _ = self.after.resolved(self.after.root["paths"][new_path])
        if old is None or new is None:
            if self.before.root["paths"][old_path] != self.after.root["paths"][new_path]:
                self.report(old_path, "the path is a reference that cannot be judged", True)
            return
        for method in _METHODS:
            where = f"{method.upper()} {old_path}"
            if method in old and method not in new:
                self.report(where, "the method is gone", True)
            elif method in new and method not in old:
                self.report(where, "the method is new", False)
            elif method in old:
                one, other = mapping(old[method]), mapping(new[method])
                self._parameters(
                    _parameters(self.before, old, one, old_path), _parameters(self.after, new, other, new_path), where
                )
                self._request_body(one.get("requestBody"), other.get("requestBody"), where)
                self._responses(mapping(one.get("responses")), mapping(other.get("responses")), where)
                self._security(one, other, where)

    def _parameters(self, old: dict[Any, Any], new: dict[Any, Any], where: str) -> None:
        for key, parameter in old.items():
            name = f"{key[0]} parameter `{parameter.get('name')}`"
            if key not in new:
                self.report(where, f"{name} is not taken any more", True)
                continue
            if new[key].get("required") is True and parameter.get("required") is not True:
                self.report(where, f"{name} is required now", True)
            inside = f"{where}, {name}"
            if "schema" in parameter and "schema" in new[key]:
                self.schemas.compare(parameter["schema"], new[key]["schema"], inside, "", Direction.REQUEST)
            self._media(mapping(parameter.get("content")), mapping(new[key].get("content")), inside, Direction.REQUEST)
        for key, parameter in new.items():
            if key not in old:
                required = parameter.get("required") is True
                name = f"{key[0]} parameter `{parameter.get('name')}`"
                self.report(where, f"{name} is {'required, and new' if required else 'new'}", required)

    def _request_body(self, old: Any, new: Any, where: str) -> None:
        one, _ = self.before.resolved(old)
        other, _ = self.after.resolved(new)
        if one is None or other is None:
            if old != new:
                self.report(where, "the request body is a reference that cannot be judged", True)
            return
        if one and not other:
            self.report(where, "a request body is not taken any more", True)
        elif other.get("required") is True and one.get("required") is not True:
            self.report(where, "a request body is required now", True)
        self._media(mapping(one.get("content")), mapping(other.get("content")), where, Direction.REQUEST)

    def _responses(self, old: dict[str, Any], new: dict[str, Any], where: str) -> None:
        for status in map(str, old):
            if status in new:
                one, _ = self.before.resolved(old[status])
                other, _ = self.after.resolved(new[status])
                inside = f"{where} {status}"
                if one is None or other is None:
                    if old[status] != new[status]:
                        self.report(inside, "the response is a reference that cannot be judged", True)
                    continue
                self._media(mapping(one.get("content")), mapping(other.get("content")), inside, Direction.RESPONSE)
                for header in mapping(one.get("headers")):
                    if header not in mapping(other.get("headers")):
                        self.report(inside, f"response header `{header}` is gone", True)
            elif success([status]):
                self.report(f"{where} {status}", "the response is gone", True)
        for status in new:
            if status not in old:
                self.report(f"{where} {status}", "the response is new", False)

    def _media(self, old: dict[str, Any], new: dict[str, Any], where: str, way: Direction) -> None:
        for kind, media in old.items():
            if kind not in new:
                if new or way is Direction.RESPONSE:
                    self.report(where, f"{kind} is gone", True)
                continue
            one, other = mapping(media), mapping(new[kind])
            if "schema" in one or "schema" in other:
                self.schemas.compare(one.get("schema", {}), other.get("schema", {}), where, "", way)

    def _security(self, old: dict[str, Any], new: dict[str, Any], where: str) -> None:
        was = _ways_in(old.get("security", self.before.root.get("security")))
        now = _ways_in(new.get("security", self.after.root.get("security")))
        if now and frozenset() not in now and not was & now:
            names = " or ".join(sorted("+".join(sorted(way)) for way in now))
            self.report(where, f"it asks for {names} now", True)


def _shape(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _parameters(document: Document, path_item: dict[str, Any], operation: dict[str, Any], path: str) -> dict[Any, Any]:
    """Parameters by place and name; those in the path by their position in it."""
    positions = {name: at for at, name in enumerate(re.findall(r"\{([^{}]*)\}", path))}
    parameters = {}
    for listed in (path_item.get("parameters"), operation.get("parameters")):
        for each in listed if isinstance(listed, list) else ():
            parameter, name_of_reference = document.resolved(each)
            if parameter is None:
                parameter = {"in": "unknown", "name": name_of_reference}
            place, name = str(parameter.get("in")), str(parameter.get("name"))
            key = positions.get(name, name) if place == "path" else name.lower() if place == "header" else name
            parameters[place, key] = parameter
    return parameters


def _ways_in(security: Any) -> set[frozenset[str]]:
    """The alternatives of a security requirement; none where nothing is asked for."""
    if not isinstance(security, list):
        return {frozenset()}
    return {frozenset(map(str, mapping(each))) for each in security} or {frozenset()}
