"""Swagger 2.0 as OpenAPI 3 writes it: bodies and forms out of parameters, media types, servers, schemes.

Schemas stay the nodes they are, so references into the document lead where they did.
"""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.comparison.openapi.document import Document, Unresolved, mapping

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
#: Members of a parameter or header that are not part of its schema.
_NOT_SCHEMA = {"name", "in", "required", "description", "collectionFormat", "allowEmptyValue", "schema"}
_STYLES = {
    "csv": ("form", False), "multi": ("form", True), "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False), "tsv": ("tabDelimited", False),
}  # fmt: skip
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def as_openapi(document: Document) -> dict[str, Any]:
    """The paths, servers, security and schemes of a Swagger 2.0 document, in the form of OpenAPI 3."""
    root = document.root
    schemes = {name: _scheme(said) for name, said in mapping(root.get("securityDefinitions")).items()}
    made: dict[str, Any] = {
        "servers": _servers(root),
        "components": {"securitySchemes": schemes},
        "paths": {path: _path(item, document) for path, item in mapping(root.get("paths")).items()},
    }
    return made | ({"security": root["security"]} if "security" in root else {})


def _servers(root: dict[str, Any]) -> list[dict[str, Any]]:
    base, host = str(root.get("basePath", "")), root.get("host")
    if not host:
        return [{"url": base or "/"}]
    schemes = root.get("schemes")
    listed = schemes if isinstance(schemes, list) and schemes else ["https"]
    return [{"url": f"{scheme}://{host}{base}"} for scheme in listed]


def _path(written: Any, document: Document) -> Any:
    try:
        item = document.resolved(written)
    except Unresolved:
        return written
    made = {key: value for key, value in item.items() if key not in ("parameters", *_METHODS)}
    shared = item.get("parameters", [])
    for method in _METHODS:
        if method in item:
            operation = item[method]
            made[method] = _operation(operation, shared, document) if isinstance(operation, dict) else operation
    return made


def _operation(operation: dict[str, Any], shared: Any, document: Document) -> dict[str, Any]:
    made = {key: value for key, value in operation.items() if key not in ("parameters", "responses")}
    consumes = _types(operation, document.root, "consumes")
    parameters: dict[tuple[Any, Any], Any] = {}
    unread: list[Any] = []
    for listed in (shared, operation.get("parameters", [])):
        if not isinstance(listed, list):
            unread.append(listed)
            continue
        for each in listed:
            try:
                said = document.resolved(each)
            except Unresolved:
                unread.append(each)
                continue
            parameters[str(said.get("name")) if said.get("in") != "body" else None, said.get("in")] = said
    form = {str(said.get("name")): said for said in parameters.values() if said.get("in") == "formData"}
    body = next((said for said in parameters.values() if said.get("in") == "body"), None)
    plain = [said for said in parameters.values() if said.get("in") not in ("body", "formData")]
    made["parameters"] = [*map(_parameter, plain), *unread]
    if body is not None:
        media = {"schema": body["schema"]} if "schema" in body else {}
        made["requestBody"] = {
            "required": body.get("required") is True,
            "content": dict.fromkeys(consumes or ["application/json"], media),
        }
    elif form:
        made["requestBody"] = _form(form, consumes)
    responses = operation.get("responses")
    if isinstance(responses, dict):
        produces = _types(operation, document.root, "produces") or ["*/*"]
        made["responses"] = {status: _response(said, produces, document) for status, said in responses.items()}
    return made


def _types(operation: dict[str, Any], root: dict[str, Any], keyword: str) -> list[str]:
    said = operation.get(keyword, root.get(keyword))
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _parameter(said: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        key: said[key] for key in ("name", "in", "required", "allowEmptyValue", "deprecated") if key in said
    }
    made["schema"] = _schema(said)
    style, explode = _STYLES.get(str(said.get("collectionFormat", "csv")), ("form", False))
    if said.get("in") == "query":
        made |= {"style": style, "explode": explode}
    elif style not in ("form",):
        made["style"] = style
    return made


def _form(form: dict[str, Any], consumes: list[str]) -> dict[str, Any]:
    files = any(said.get("type") == "file" for said in form.values())
    types = [each for each in consumes if each in _FORMS] or [_FORMS[0] if files else _FORMS[1]]
    required = [name for name, said in form.items() if said.get("required") is True]
    schema = {"type": "object", "properties": {name: _schema(said) for name, said in form.items()}}
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {each: {"schema": schema} for each in types}}


def _response(written: Any, produces: list[str], document: Document) -> Any:
    try:
        said = document.resolved(written)
    except Unresolved:
        return written
    made: dict[str, Any] = {}
    if "schema" in said:
        made["content"] = {each: {"schema": said["schema"]} for each in produces}
    headers = mapping(said.get("headers"))
    if headers:
        made["headers"] = {name: {"schema": _schema(mapping(header))} for name, header in headers.items()}
    return made


def _schema(said: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in said.items() if (key not in _NOT_SCHEMA and key[:2] != "x-") or key == "x-nullable"
    }


def _scheme(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    if said.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if said.get("type") == "oauth2" and "flow" in said:
        flow = _FLOWS.get(str(said["flow"]), str(said["flow"]))
        return {
            "type": "oauth2",
            "flows": {flow: {key: said[key] for key in ("authorizationUrl", "tokenUrl") if key in said}},
        }
    return said
