"""The operations of a document, read when a comparison gets to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pytest_upgradecheck.comparison.openapi.document import Document, NotOpenApi, Unresolved, kind_of, mapping
from pytest_upgradecheck.comparison.openapi.media import normal_media_type
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.security import WayIn, ways_in
from pytest_upgradecheck.comparison.openapi.shapes import ANYTHING, Handle
from pytest_upgradecheck.comparison.openapi.swagger import as_openapi

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
#: Headers that OpenAPI describes elsewhere.
_NOT_PARAMETERS = {"accept", "content-type", "authorization"}
_DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The content of one media type."""

    schema: Handle
    #: The encoding of the parts of a form, by field.
    encoding: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter or a response header; ``style`` says how it is written."""

    place: str
    name: str
    required: bool
    schema: Handle
    style: str = ""
    explode: bool = False
    allows_empty: bool = False
    content: str = ""

    def __str__(self) -> str:
        return f"{self.place} parameter `{self.name}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request body, or what a response carries."""

    required: bool = False
    content: dict[str, Media] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedResponse:
    """One answer of an operation; the names of headers are in lower case."""

    body: Body | None
    headers: dict[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation as it is written: ``prefixes`` are the paths of the servers that it is served under."""

    method: str
    path: str
    prefixes: tuple[str, ...]
    item: dict[str, Any]
    said: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}" if self.path else self.method.upper()


class Reader:
    """Reads one document; everything that cannot be read is a problem with a place."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.schemas = Schemas(document)
        self.root = as_openapi(document) if document.version < (3,) else document.root
        self.schemes = mapping(mapping(self.root.get("components")).get("securitySchemes"))
        if not isinstance(document.root.get("paths", {}), dict):
            raise NotOpenApi(f"`paths` is {kind_of(document.root['paths'])}, expected an object")
        if "paths" not in document.root and (document.version < (3, 1) or not self.root.get("webhooks")):
            members = ", ".join(f"`{name}`" for name in list(document.root)[:5])
            raise NotOpenApi(f"the document has no `paths`, only {members}")

    def paths(self, problems: list[tuple[str, str]]) -> Iterator[Operation]:
        """The operations of all paths."""
        for path, item in mapping(self.root.get("paths")).items():
            if not path.startswith("x-"):
                yield from self._operations(item, path, path, problems)

    def webhooks(self, problems: list[tuple[str, str]]) -> Iterator[tuple[str, Operation]]:
        """The operations of all webhooks, with the webhook's name."""
        for name, item in mapping(self.root.get("webhooks")).items():
            for operation in self._operations(item, "", f"webhook {name}", problems):
                yield name, operation

    def callbacks(self, operation: Operation, problems: list[tuple[str, str]]) -> Iterator[tuple[str, Operation]]:
        """The operations that the platform calls on the client's side."""
        for name, written in mapping(operation.said.get("callbacks")).items():
            try:
                callback = self.document.resolved(written)
            except Unresolved as error:
                problems.append((f"callback {name}", str(error)))
                continue
            for expression, item in callback.items():
                if not expression.startswith("x-"):
                    for each in self._operations(item, "", f"callback {name}", problems):
                        yield f"{name} {expression}", each

    def security(self, operation: Operation) -> list[WayIn]:
        """The ways in; UnknownSecurity if that cannot be told."""
        return ways_in(operation.said.get("security", self.root.get("security")), self.schemes, self.document)

    def parameters(self, operation: Operation, problems: list[tuple[str, str]]) -> dict[tuple[str, Any], Parameter]:
        """Parameters by place and name; those in the path by their position in it."""
        positions = {name: at for at, name in enumerate(re.findall(r"\{([^{}]*)\}", operation.path))}
        found: dict[tuple[str, Any], Parameter] = {}
        for listed in (operation.item.get("parameters") or [], operation.said.get("parameters") or []):
            if not isinstance(listed, list):
                problems.append(("parameters", f"found {kind_of(listed)}, expected a list"))
                continue
            for each in listed:
                try:
                    said = self.document.resolved(each)
                except Unresolved as error:
                    problems.append(("parameters", str(error)))
                    continue
                place, name = said.get("in"), said.get("name")
                if not isinstance(place, str) or not isinstance(name, str):
                    problems.append(("parameters", "a parameter does not say where it goes (`in`) and its `name`"))
                    continue
                if place == "header" and name.lower() in _NOT_PARAMETERS:
                    continue
                key = positions.get(name, name) if place == "path" else name.lower() if place == "header" else name
                found[place, key] = self._parameter(said, place, name)
        return found

    def body(self, operation: Operation, problems: list[tuple[str, str]]) -> Body | None:
        """The request body."""
        return self._body(operation.said.get("requestBody"), "request body", problems)

    def responses(self, operation: Operation, problems: list[tuple[str, str]]) -> dict[str, DocumentedResponse]:
        """Responses by status, such as `200`, `2XX` or `default`."""
        written = operation.said.get("responses") or {}
        if not isinstance(written, dict):
            problems.append(("responses", f"found {kind_of(written)}, expected an object"))
            return {}
        found = {}
        for status, each in written.items():
            if status.startswith("x-"):
                continue
            where = f"response {status}"
            try:
                said = self.document.resolved(each)
            except Unresolved as error:
                problems.append((where, str(error)))
                continue
            headers: dict[str, Parameter] = {}
            for name, header in mapping(said.get("headers")).items():
                try:
                    resolved = self.document.resolved(header)
                except Unresolved as error:
                    problems.append((f"{where} header `{name}`", str(error)))
                    continue
                if name.lower() != "content-type":
                    headers[name.lower()] = self._parameter(resolved, "header", name)
            body = self._body(said, where, problems) if "content" in said else None
            found[status.upper() if status[1:].upper() == "XX" else status] = DocumentedResponse(
                body=body, headers=headers
            )
        return found

    def _operations(self, written: Any, path: str, where: str, problems: list[tuple[str, str]]) -> Iterator[Operation]:
        try:
            item = self.document.resolved(written)
        except Unresolved as error:
            problems.append((where, str(error)))
            return
        further = item.get("additionalOperations")
        for method, said in [*item.items(), *mapping(further).items()]:
            if method not in _METHODS and method not in mapping(further):
                continue
            if not isinstance(said, dict):
                problems.append((f"{method.upper()} {where}", f"found {kind_of(said)}, expected an operation"))
                continue
            servers = said.get("servers", item.get("servers", self.root.get("servers")))
            prefixes = tuple(dict.fromkeys(_prefixes(servers)))
            yield Operation(method=method.lower(), path=path, prefixes=prefixes, item=item, said=said)

    def _parameter(self, said: dict[str, Any], place: str, name: str) -> Parameter:
        content = mapping(said.get("content"))
        media_type = next(iter(content), "")
        if media_type:
            schema = mapping(content[media_type]).get("schema", True)
            style, explode = "", False
        else:
            schema = said.get("schema", True)
            style = str(said.get("style", _DEFAULT_STYLES.get(place, "")))
            explode = said.get("explode", style == "form") is True
        return Parameter(
            place=place, name=name, required=said.get("required") is True or place == "path",
            schema=self.schemas.handle(schema), style=style, explode=explode,
            allows_empty=said.get("allowEmptyValue") is True, content=normal_media_type(media_type),
        )  # fmt: skip

    def _body(self, written: Any, where: str, problems: list[tuple[str, str]]) -> Body | None:
        if written is None:
            return None
        try:
            said = self.document.resolved(written)
        except Unresolved as error:
            problems.append((where, str(error)))
            return None
        content = said.get("content") or {}
        if not isinstance(content, dict):
            problems.append((where, f"`content` is {kind_of(content)}, expected an object"))
            return None
        media = {}
        for name, each in content.items():
            try:
                media[normal_media_type(name)] = self._media(self.document.resolved(each))
            except Unresolved as error:
                problems.append((f"{where} {name}", str(error)))
        return Body(required=said.get("required") is True, content=media)

    def _media(self, said: dict[str, Any]) -> Media:
        encoding = []
        for name, each in mapping(said.get("encoding")).items():
            kept = {key: value for key, value in mapping(each).items() if key in ("contentType", "style", "explode")}
            if kept:
                encoding.append((name, ", ".join(f"{key} {value}" for key, value in sorted(kept.items()))))
        if "schema" not in said and "itemSchema" in said:
            return Media(schema=self.schemas.handle(said["itemSchema"]), encoding=tuple(encoding))
        schema = said.get("schema", True)
        return Media(schema=self.schemas.handle(schema) if schema is not True else ANYTHING, encoding=tuple(encoding))


def _prefixes(servers: Any) -> Iterator[str]:
    """The paths of servers, without the slash at the end."""
    listed = [server for server in servers if isinstance(server, dict)] if isinstance(servers, list) else []
    for server in listed or [{}]:
        url = str(server.get("url", ""))
        variables = mapping(server.get("variables"))
        for name in re.findall(r"\{([^{}]*)\}", url):
            url = url.replace(f"{{{name}}}", str(mapping(variables.get(name)).get("default", f"{{{name}}}")))
        path = re.sub(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*", "", url)
        path = re.split(r"[?#]", path)[0].removeprefix(".").strip("/")
        yield f"/{path}" if path else ""
