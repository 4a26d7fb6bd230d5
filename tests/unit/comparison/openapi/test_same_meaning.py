"""Documents that mean the same do not differ, however they are written; and none that is malformed raises."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.comparison.openapi import NotOpenApi, Severity, compare_documents
from tests.unit.comparison.openapi.small import INT, NULL, TEXT, array, document, lines, obj, read, sent

ORDER = "#/components/schemas/Order"

#: Two ways to write one schema; with components, if it needs any.
SAME: list[tuple[str, Any, Any, Any]] = [
    ("nullable", {"type": "string", "nullable": True}, {"type": ["string", "null"]}, {}),
    ("null in a union", {"type": ["string", "null"]}, {"anyOf": [TEXT, NULL]}, {}),
    ("nullable enumeration", {"type": "string", "nullable": True, "enum": ["x", None]},
     {"anyOf": [{"type": "string", "enum": ["x"]}, NULL]}, {}),
    ("nullable reference", {"allOf": [{"$ref": ORDER}], "nullable": True}, {"anyOf": [{"$ref": ORDER}, NULL]},
     {"Order": obj(a=INT)}),
    ("bare nullable as null", {"anyOf": [{"$ref": ORDER}, {"nullable": True}]}, {"anyOf": [{"$ref": ORDER}, NULL]},
     {"Order": obj(a=INT)}),
    ("list of one type", TEXT, {"type": ["string"]}, {}),
    ("list of types", {"type": ["string", "integer"]}, {"anyOf": [INT, TEXT]}, {}),
    ("union of one", obj(a=INT), {"oneOf": [obj(a=INT)]}, {}),
    ("allOf of one", obj(a=INT), {"allOf": [{"$ref": ORDER}]}, {"Order": obj(a=INT)}),
    ("allOf in parts", obj("b", a=INT, b=TEXT), {"allOf": [obj(a=INT), obj(b=TEXT), {"required": ["b"]}]}, {}),
    ("allOf that narrows", obj(a={"enum": ["x"]}), {"allOf": [obj(a=TEXT), obj(a={"enum": ["x", 1]})]}, {}),
    ("inlined", {"$ref": ORDER}, obj(a=INT), {"Order": obj(a=INT)}),
    ("constant", {"const": "x"}, {"type": "string", "enum": ["x"]}, {}),
    ("enumeration as oneOf", {"enum": ["x", "y"]}, {"oneOf": [{"const": "y", "title": "Why"}, {"const": "x"}]}, {}),
    ("numbers", {"enum": [1, 2]}, {"enum": [2.0, 1.0]}, {}),
    ("exclusive bound", {"type": "number", "minimum": 5, "exclusiveMinimum": True},
     {"type": "number", "exclusiveMinimum": 5}, {}),
    ("exclusive bound of integers", {"type": "integer", "exclusiveMinimum": 5}, {"type": "integer", "minimum": 6}, {}),
    ("integer by multiple", {"type": "integer", "multipleOf": 1}, INT, {}),
    ("both booleans", {"enum": [True, False]}, {"type": "boolean"}, {}),
    ("pattern that matches all", {"type": "string", "pattern": ".*"}, TEXT, {}),
    ("type left out", obj(a=INT), {"properties": {"a": INT}}, {}),
    ("further fields", obj(a=INT), obj(a=INT) | {"additionalProperties": True}, {}),
    ("empty schemas", array({}), array(True), {}),
    ("binary", {"type": "string", "format": "binary"},
     {"type": "string", "contentMediaType": "application/octet-stream"}, {}),
    ("base64", {"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}, {}),
    ("default of null", obj(a={"type": ["string", "null"], "default": None}), obj(a={"type": ["string", "null"]}), {}),
    ("union in another order", {"oneOf": [obj("a", a=INT), obj("b", b=INT)]},
     {"oneOf": [obj("b", b=INT), obj("a", a=INT)]}, {}),
    ("union of unions", {"anyOf": [TEXT, {"anyOf": [INT, NULL]}]}, {"anyOf": [{"anyOf": [TEXT, INT]}, NULL]}, {}),
    ("closed", obj(a=INT) | {"additionalProperties": False}, obj(a=INT) | {"unevaluatedProperties": False}, {}),
    ("hint", {"type": "string", "format": "password"}, TEXT, {}),
    ("double", {"type": "number", "format": "double"}, {"type": "number"}, {}),
    ("sibling of a reference", {"$ref": ORDER, "description": "An order"}, {"$ref": ORDER}, {"Order": obj(a=INT)}),
    ("anchor", {"$ref": "#order"}, {"$ref": ORDER}, {"Order": obj(a=INT) | {"$anchor": "order"}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other", "schemas"), SAME, ids=[each[0] for each in SAME])
@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: obj(x=s), array], ids=["whole", "field", "items"])
def test_two_spellings(name: str, one: Any, other: Any, schemas: Any, wrap: Callable[[Any], Any]) -> None:
    for make in (sent, read):
        for before, after in ((one, other), (other, one)):
            assert lines(make(wrap(before), schemas=schemas), make(wrap(after), schemas=schemas)) == []


def test_siblings_of_a_reference_count_since_3_1() -> None:
    schemas = {"Order": obj(a=INT)}
    narrowed = {"$ref": ORDER, "required": ["a"]}
    assert lines(sent({"$ref": ORDER}, "3.0.3", schemas), sent(narrowed, "3.0.3", schemas)) == []
    assert lines(sent({"$ref": ORDER}, "3.1.0", schemas), sent(narrowed, "3.1.0", schemas)) == [
        "POST /orders/{id}, requests, by schema `Order`, field `a`: is required now"
    ]


def _described(node: Any, chance: random.Random) -> Any:
    """The same document with other descriptions, examples and extensions everywhere, and members in another order."""
    if isinstance(node, list):
        return [_described(each, chance) for each in node]
    if not isinstance(node, dict):
        return node
    names = list(node)
    chance.shuffle(names)
    made = {name: _described(node[name], chance) for name in names}
    if isinstance(made.get("type"), str) and chance.random() < 0.5:
        made |= {"description": f"told anew {chance.random()}", "title": "T", "example": 7, "x-note": {"a": 1}}
    return made


def _renamed(node: Any) -> Any:
    """The same document with other names of components."""
    text = json.dumps(node)
    for name in node.get("components", {}).get("schemas", {}):
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{name}Renamed"')
    made = json.loads(text)
    schemas = made.get("components", {}).get("schemas", {})
    return made | {"components": {**made["components"], "schemas": {f"{key}Renamed": schemas[key] for key in schemas}}}


def _inlined(node: Any, root: Any, depth: int = 0) -> Any:
    """The same document with references replaced by what they lead to, as deep as is sensible."""
    if isinstance(node, list):
        return [_inlined(each, root, depth) for each in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str) and depth < 4:
        target = root
        for part in reference[2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        return _inlined(target, root, depth + 1)
    return {name: _inlined(each, root, depth) for name, each in node.items()}


def _newer(node: Any) -> Any:
    """An OpenAPI 3.0 document as 3.1 writes it."""
    if isinstance(node, list):
        return [_newer(each) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": node["$ref"]}
    made = {name: _newer(each) for name, each in node.items()}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        del made["nullable"]
        if made["type"] == "array" or "properties" in made:
            made = {"anyOf": [made, {"type": "null"}]}
        else:
            made["type"] = [made["type"], "null"]
            if isinstance(made.get("enum"), list) and None not in made["enum"]:
                made["enum"] = [*made["enum"], None]
    for bound in ("Minimum", "Maximum"):
        if made.get(f"exclusive{bound}") is True:
            made[f"exclusive{bound}"] = made.pop(bound.lower())
    return made | ({"openapi": "3.1.0"} if isinstance(made.get("openapi"), str) else {})


DOCUMENTS = Path(__file__).parent / "documents"


def airflow(version: str) -> Any:
    def plain(node: Any) -> Any:
        if isinstance(node, dict):
            return {str(name): plain(each) for name, each in node.items()}
        return [plain(each) for each in node] if isinstance(node, list) else node

    return plain(yaml.load((DOCUMENTS / f"airflow-{version}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader))


def _without_discriminators(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_discriminators(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _without_discriminators(each) for name, each in node.items() if name != "discriminator"}


@pytest.mark.parametrize("version", ["2.8.0", "2.10.0"])
def test_real_document_written_otherwise(version: str) -> None:
    # Without a mapping, the name of a component is the value of a discriminator: to rename it is a change.
    before = _without_discriminators(airflow(version))
    chance = random.Random(version)
    assert compare_documents(before, copy.deepcopy(before)).changes == ()
    for after in (_described(before, chance), _renamed(before), _inlined(before, before), _newer(before)):
        assert compare_documents(before, after).changes == ()
        assert compare_documents(after, before).changes == ()


SCHEMA = st.recursive(
    st.sampled_from([INT, TEXT, NULL, {}, {"enum": ["a", "b"]}, {"const": 1}, {"$ref": ORDER}, {"type": "boolean"},
                     {"type": "string", "nullable": True}, {"type": "string", "format": "date"},
                     {"type": "integer", "minimum": 1, "maximum": 9}, {"type": ["string", "null"]}]),
    lambda inner: st.builds(array, inner)
    | st.builds(lambda fields, names: obj(*sorted(names & fields.keys()), **fields),
                st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), st.sets(st.sampled_from("abcd")))
    | st.builds(lambda members, keyword: {keyword: members}, st.lists(inner, min_size=1, max_size=3),
                st.sampled_from(["allOf", "anyOf", "oneOf"]))
    | st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(SCHEMA, SCHEMA, st.randoms(use_true_random=False))
def test_schema_written_otherwise(schema: Any, order: Any, chance: Any) -> None:
    for make in (sent, read):
        before = make(schema, schemas={"Order": order})
        for after in (copy.deepcopy(before), _described(before, chance), _renamed(before)):
            # A reference that leads back to itself is all that cannot be judged.
            changes = compare_documents(before, after).changes
            assert [change for change in changes if change.severity is not Severity.NOT_JUDGED] == []
            assert changes == () or order == {"$ref": ORDER}


@settings(max_examples=200, deadline=None)
@given(SCHEMA, SCHEMA)
def test_additive_edits_pass(schema: Any, order: Any) -> None:
    fields = obj(x=schema)
    more = {**fields, "properties": {**fields["properties"], "zz": {"type": "string"}}}
    for make in (sent, read):
        before, after = (make(each, schemas={"Order": order}) for each in (fields, more))
        after["paths"]["/new"] = {"get": {"responses": {}}}
        after["paths"]["/orders/{id}"]["get"] = {"responses": {}}
        after["paths"]["/orders/{id}"]["post"]["parameters"] = [{"in": "query", "name": "q", "schema": TEXT}]
        after["paths"]["/orders/{id}"]["post"]["responses"]["404"] = {"description": ""}
        assert lines(before, after) == []
    wider = {"anyOf": [schema, array()]}
    assert lines(sent(schema, schemas={"Order": order}), sent(wider, schemas={"Order": order})) == []


SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Orders", "version": "1"},
    "host": "shop.example",
    "basePath": "/api/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "securityDefinitions": {
        "basic": {"type": "basic"},
        "oauth": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {}},
    },
    "security": [{"basic": []}, {"oauth": ["read"]}],
    "parameters": {"limit": {"in": "query", "name": "limit", "type": "integer", "default": 10, "maximum": 100}},
    "paths": {
        "/orders/{id}": {
            "parameters": [{"in": "path", "name": "id", "required": True, "type": "string"}],
            "get": {
                "parameters": [
                    {"$ref": "#/parameters/limit"},
                    {"in": "query", "name": "tag", "type": "array", "items": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "schema": {"$ref": "#/definitions/Order"},
                        "headers": {"X-Total": {"type": "integer"}},
                    }
                },
            },
            "post": {
                "consumes": ["multipart/form-data"],
                "parameters": [
                    {"in": "formData", "name": "file", "type": "file", "required": True},
                    {"in": "formData", "name": "note", "type": "string"},
                ],
                "responses": {"204": {"description": ""}},
            },
            "put": {
                "parameters": [
                    {"in": "body", "name": "b", "required": True, "schema": {"$ref": "#/definitions/Order"}}
                ],
                "responses": {"204": {"description": ""}},
            },
        }
    },
    "definitions": {"Order": {"type": "object", "properties": {"a": {"type": "string", "x-nullable": True}}}},
}

CONVERTED: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Orders", "version": "1"},
    "servers": [{"url": "https://shop.example/api/v1"}],
    "security": [{"basic": []}, {"oauth": ["read"]}],
    "paths": {
        "/orders/{number}": {
            "parameters": [{"in": "path", "name": "number", "required": True, "schema": {"type": "string"}}],
            "get": {
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "default": 10, "maximum": 100}},
                    {"in": "query", "name": "tag", "explode": False, "schema": array(TEXT)},
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"x-total": {"schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"$ref": ORDER}}},
                    }
                },
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": obj("file", file={"type": "string", "format": "binary"}, note=TEXT)
                        }
                    },
                },
                "responses": {"204": {"description": ""}},
            },
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {"Application/JSON; charset=UTF-8": {"schema": {"$ref": ORDER}}},
                },
                "responses": {"204": {"description": ""}},
            },
        }
    },
    "components": {
        "schemas": {"Order": {"type": "object", "properties": {"a": {"type": "string", "nullable": True}}}},
        "securitySchemes": {
            "basic": {"type": "http", "scheme": "Basic"},
            "oauth": {
                "type": "oauth2",
                "flows": {"authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {}}},
            },
        },
    },
}


def test_swagger_and_what_a_converter_makes_of_it() -> None:
    assert compare_documents(SWAGGER, CONVERTED).changes == ()
    assert compare_documents(CONVERTED, SWAGGER).changes == ()
    narrowed = copy.deepcopy(CONVERTED)
    narrowed["paths"]["/orders/{number}"]["get"]["parameters"][0]["schema"]["maximum"] = 50
    assert lines(SWAGGER, narrowed) == ["GET /orders/{id}, query parameter `limit`: maximum was 100, is 50 now"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["$ref", "type", "enum", "const", "properties", "required", "items", "allOf", "anyOf", "oneOf", "content",
             "schema", "parameters", "in", "name", "responses", "200", "requestBody", "headers", "get", "callbacks",
             "additionalProperties",
             "minimum", "exclusiveMinimum", "nullable", "security", "a/b", "discriminator",
             "propertyName", "mapping", "patternProperties", "prefixItems", "not", "if", "contains", "format",
             "pattern", "default", "readOnly", "multipleOf", "servers", "url", "style", "webhooks", "components",
             "schemas",
             "dependentRequired", "propertyNames", "maxLength", "x-extensible-enum", "encoding", "deprecated",
             "swagger"]
        ),
        inner | st.sampled_from(["#/paths", "#/paths/~1b", "#", "#x", "object", "array", "string", "a/b"]),
        max_size=4,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, st.sampled_from(["3.0.3", "3.1.0", "2.0"]))
def test_malformed_documents_never_raise(before: Any, after: Any, item: Any, version: str) -> None:
    stated = {"swagger": version} if version == "2.0" else {"openapi": version}
    one = {**stated, "paths": {"/a": before, "/b": {"get": item}, "/c": item}, "components": {"schemas": {"A": after}}}
    other = {**stated, "paths": {"/a": after, "/b": {"get": before}, "/c": item}, "components": before}
    for left, right in ((one, other), (other, one), (one, one)):
        try:
            comparison = compare_documents(left, right)
        except NotOpenApi:
            continue
        if left is right:
            assert comparison.of(Severity.BREAKING) == []


MALFORMED = [
    ("path item", {"paths": {"/a": 5}}),
    ("operation", {"paths": {"/a": {"get": []}}}),
    ("parameters", {"paths": {"/a": {"get": {"parameters": {"a": 1}, "responses": {}}}}}),
    ("parameter without a name", {"paths": {"/a": {"get": {"parameters": [{"in": "query"}], "responses": {}}}}}),
    ("responses", {"paths": {"/a": {"get": {"responses": [1]}}}}),
    ("content", {"paths": {"/a": {"get": {"responses": {"200": {"content": [1]}}}}}}),
    ("security", {"paths": {"/a": {"get": {"responses": {}, "security": "key"}}}}),
    ("undefined scheme", {"paths": {"/a": {"get": {"responses": {}, "security": [{"key": []}]}}}}),
    ("reference to a parameter", {"paths": {"/a": {"get": {"parameters": [{"$ref": "#/x"}], "responses": {}}}}}),
    ("no operations", {"paths": {}}),
]


@pytest.mark.parametrize(("name", "root"), MALFORMED, ids=[each[0] for each in MALFORMED])
def test_malformed_document_is_not_judged(name: str, root: Any) -> None:
    broken = {"openapi": "3.1.0", **root}
    assert {line[:2] for line in lines(broken, broken)} == {"? "}


@pytest.mark.parametrize(
    "schema",
    [5, [], "x", {"type": "text"}, {"type": 5}, {"enum": "x"}, {"type": "string", "maxLength": "5"}, {"allOf": {}},
     {"properties": []}, {"required": "a", "type": "object"}, {"type": "integer", "minimum": "1"}, {"anyOf": {"a": 1}},
     {"$ref": 5}, {"$ref": "https://example.com/schema.json"}, {"$ref": "#nowhere"}, {"items": 7, "type": "array"},
     {"oneOf": [TEXT, INT], "discriminator": {}}],
)  # fmt: skip
def test_malformed_schema_is_not_judged(schema: Any) -> None:
    for make in (sent, read):
        found = lines(make(obj(x=schema)), make(obj(x=schema)))
        assert found
        assert all(line.startswith("? ") for line in found)


def test_document_that_explodes_is_not_judged() -> None:
    many = {f"N{at}": {"allOf": [{"anyOf": [{"required": [f"f{at}{way}"]} for way in range(8)]}]} for at in range(8)}
    schema = {"type": "object", "allOf": [{"$ref": f"#/components/schemas/{name}"} for name in many]}
    more = {**many, "N0": {"allOf": [*many["N0"]["allOf"], {"anyOf": [{"required": ["x"]}, {"required": ["y"]}]}]}}
    assert lines(sent(schema, schemas=many), sent(schema, schemas=many)) == []
    found = lines(sent(schema, schemas=many), sent(schema, schemas=more))
    assert found == ["? POST /orders/{id}, request body: its unions give too many combinations"]


def test_branching_cycles_end() -> None:
    names = [f"N{at}" for at in range(30)]
    everyone = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    for keyword in ("allOf", "anyOf", "oneOf"):
        schemas = {name: {"type": "object", "properties": {name: TEXT}, keyword: everyone} for name in names}
        before = read(everyone[0], schemas=schemas)
        assert compare_documents(before, copy.deepcopy(before)).of(Severity.BREAKING) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([], "found a list, expected an object"),
        (None, "found null, expected an object"),
        ({"detail": "Not Found"}, "has neither `openapi` nor `swagger`, only `detail`"),
        ({"openapi": "4.0.0", "paths": {}}, "`openapi` is '4.0.0'"),
        ({"swagger": "1.2"}, "`swagger` is '1.2'"),
        ({"openapi": "3.1.0"}, "has no `paths`, only `openapi`"),
        ({"openapi": "3.1.0", "paths": []}, "`paths` is a list, expected an object"),
    ],
)
def test_what_is_not_openapi(answer: Any, says: str) -> None:
    for before, after, side in ((answer, document(), "before"), (document(), answer, "after")):
        with pytest.raises(NotOpenApi) as caught:
            compare_documents(before, after)
        assert says in str(caught.value)
        assert str(caught.value).startswith(f"{side} the change: ")
