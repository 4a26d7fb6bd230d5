"""Small documents for the tests of the comparison."""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.comparison.openapi import ContractTerms, Severity, compare_documents

INT: Any = {"type": "integer"}
NUMBER: Any = {"type": "number"}
TEXT: Any = {"type": "string"}
NULL: Any = {"type": "null"}
ANY: Any = {}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    """An object with these fields."""
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def array(items: Any = None, **keywords: Any) -> dict[str, Any]:
    """An array of these items."""
    return {"type": "array", **({} if items is None else {"items": items}), **keywords}


def document(version: str = "3.1.0", schemas: Any = None, root: Any = None, **operation: Any) -> dict[str, Any]:
    """A document of one operation, `POST /orders/{id}`."""
    made: dict[str, Any] = {
        "openapi": version,
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders/{id}": {"post": {"responses": {"204": {"description": ""}}, **operation}}},
    }
    if schemas:
        made["components"] = {"schemas": schemas}
    return made | (root or {})


def sent(schema: Any, version: str = "3.1.0", schemas: Any = None) -> dict[str, Any]:
    """A document whose clients send this."""
    return document(version, schemas, requestBody={"content": {"application/json": {"schema": schema}}})


def read(schema: Any, version: str = "3.1.0", schemas: Any = None) -> dict[str, Any]:
    """A document whose clients read this."""
    content = {"application/json": {"schema": schema}}
    return document(version, schemas, responses={"200": {"description": "", "content": content}})


def lines(before: Any, after: Any, terms: ContractTerms | None = None) -> list[str]:
    """Everything that is not compatible, a line each; what cannot be judged is marked."""
    changes = compare_documents(before, after, terms).changes
    return [
        f"{'? ' if change.severity is Severity.NOT_JUDGED else ''}{change}"
        for change in changes
        if change.severity is not Severity.COMPATIBLE
    ]


def kinds(before: Any, after: Any) -> set[str]:
    """The kinds of everything that is not compatible."""
    changes = compare_documents(before, after).changes
    return {change.kind.value for change in changes if change.severity is not Severity.COMPATIBLE}
