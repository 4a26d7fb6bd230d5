"""Paths, parameters, bodies, responses, security: everything around the schemas."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from pytest_upgradecheck.comparison.openapi import (
    Acceptance,
    ContractTerms,
    Severity,
    as_text,
    compare_documents,
    in_lines,
)
from tests.unit.comparison.openapi.small import INT, TEXT, array, document, kinds, lines, obj, read, sent

JSON = {"application/json": {"schema": obj(a=INT)}}
SCHEMES: dict[str, Any] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "/.well-known/openid-configuration"},
}


def query(name: str = "q", schema: Any = None, **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": TEXT if schema is None else schema, **more}


def responses(**each: Any) -> dict[str, Any]:
    return {"responses": {status.removeprefix("s"): {"description": "", **said} for status, said in each.items()}}


def hook(field: str = "a", **more: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": obj(**{field: INT})}}, **more}
    return {"post": {"requestBody": body, "responses": {"204": {"description": ""}}}}


def parts(kind: str) -> dict[str, Any]:
    return {"encoding": {"file": {"contentType": kind}}}


LIST = array(TEXT)

#: Name; the operation before and after; the kinds that are not compatible.
OPERATIONS: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("optional parameter comes", {}, {"parameters": [query()]}, set()),
    ("required parameter comes", {}, {"parameters": [query(required=True)]}, {"required-parameter-added"}),
    ("parameter is required", {"parameters": [query()]}, {"parameters": [query(required=True)]},
     {"parameter-required"}),
    ("parameter is optional", {"parameters": [query(required=True)]}, {"parameters": [query()]}, set()),
    ("parameter goes", {"parameters": [query()]}, {}, {"parameter-removed"}),
    ("parameter moves", {"parameters": [query()]}, {"parameters": [query() | {"in": "header"}]}, {"parameter-removed"}),
    ("header's case", {"parameters": [query("X-Q") | {"in": "header"}]},
     {"parameters": [query("x-q") | {"in": "header"}]}, set()),
    ("headers described elsewhere", {"parameters": [query("Authorization") | {"in": "header"}]}, {}, set()),
    ("default changes", {"parameters": [query(schema={"type": "integer", "default": 100})]},
     {"parameters": [query(schema={"type": "integer", "default": 10})]}, {"default-changed"}),
    ("default goes", {"parameters": [query(schema={"type": "integer", "default": 100})]},
     {"parameters": [query(schema=INT)]}, {"default-changed"}),
    ("default as a list of one", {"parameters": [query(schema=TEXT | {"default": "id"})]},
     {"parameters": [query(schema=LIST | {"default": ["id"]})]}, set()),
    ("text becomes a number", {"parameters": [query()]}, {"parameters": [query(schema=INT)]}, {"type-changed"}),
    ("number becomes text", {"parameters": [query(schema=INT)]}, {"parameters": [query()]}, set()),
    ("one becomes a list", {"parameters": [query()]}, {"parameters": [query(schema=LIST)]}, set()),
    ("null cannot travel", {"parameters": [query(schema={"type": ["string", "null"]})]},
     {"parameters": [query()]}, set()),
    ("explode", {"parameters": [query(schema=LIST)]}, {"parameters": [query(schema=LIST, explode=False)]},
     {"encoding-changed"}),
    ("explode as it is by default", {"parameters": [query(schema=LIST)]},
     {"parameters": [query(schema=LIST, style="form", explode=True)]}, set()),
    ("explode of single values", {"parameters": [query()]}, {"parameters": [query(explode=False)]}, set()),
    ("style", {"parameters": [query(schema=LIST)]},
     {"parameters": [query(schema=LIST, style="pipeDelimited", explode=False)]}, {"encoding-changed"}),
    ("content", {"parameters": [query()]}, {"parameters": [{"in": "query", "name": "q", "content": JSON}]},
     {"encoding-changed"}),
    ("optional body comes", {}, {"requestBody": {"content": JSON}}, set()),
    ("required body comes", {}, {"requestBody": {"content": JSON, "required": True}}, {"body-required"}),
    ("body is required", {"requestBody": {"content": JSON}}, {"requestBody": {"content": JSON, "required": True}},
     {"body-required"}),
    ("body goes", {"requestBody": {"content": JSON}}, {}, {"body-removed"}),
    ("request type goes", {"requestBody": {"content": {"a/b": {}, "a/c": {}}}},
     {"requestBody": {"content": {"a/b": {}}}}, {"media-type-removed"}),
    ("request range", {"requestBody": {"content": {"a/b": {}}}}, {"requestBody": {"content": {"a/*": {}}}}, set()),
    ("media type's spelling", {"requestBody": {"content": {"application/json; charset=UTF-8": {}}}},
     {"requestBody": {"content": {"Application/JSON": {}}}}, set()),
    ("media type's version", {"requestBody": {"content": {"application/json;v=1": {}}}},
     {"requestBody": {"content": {"application/json;v=2": {}}}}, {"media-type-removed"}),
    ("part's encoding", {"requestBody": {"content": {"multipart/form-data": parts("a/b")}}},
     {"requestBody": {"content": {"multipart/form-data": parts("a/c")}}}, {"encoding-changed"}),
    ("response goes", responses(s200={}, s404={}), responses(s404={}), {"response-removed"}),
    ("error goes", responses(s200={}, s404={}), responses(s200={}), set()),
    ("response comes", responses(s200={}), responses(s200={}, s201={}), set()),
    ("only default goes", {"responses": {"default": {}}}, {"responses": {}}, {"response-removed"}),
    ("range covers", {"responses": {"200": {"content": JSON}}}, {"responses": {"2XX": {"content": JSON}}}, set()),
    ("range covers another", {"responses": {"2XX": {"content": JSON}}},
     {"responses": {"200": {"content": {"application/json": {"schema": obj()}}}}}, {"field-removed"}),
    ("error that default promised", {"responses": {"200": {}, "default": {"content": JSON}}},
     {"responses": {"200": {}, "404": {"content": {"application/json": {"schema": obj()}}},
                    "default": {"content": JSON}}}, {"field-removed"}),
    ("content goes", responses(s200={"content": JSON}), responses(s200={}), {"body-removed"}),
    ("response type goes", responses(s200={"content": {"a/b": {}, "a/c": {}}}),
     responses(s200={"content": {"a/c": {}}}), {"media-type-removed"}),
    ("any response type", responses(s200={"content": {"a/b": {}}}), responses(s200={"content": {"*/*": {}}}),
     {"media-type-removed"}),
    ("schema given up", responses(s200={"content": JSON}), responses(s200={"content": {"application/json": {}}}),
     {"type-changed"}),
    ("header goes", responses(s200={"headers": {"ETag": {"schema": TEXT}}}), responses(s200={}), {"header-removed"}),
    ("header's spelling", responses(s200={"headers": {"ETag": {"schema": TEXT}}}),
     responses(s200={"headers": {"etag": {"schema": TEXT}}}), set()),
    ("header is optional", responses(s200={"headers": {"ETag": {"schema": TEXT, "required": True}}}),
     responses(s200={"headers": {"ETag": {"schema": TEXT}}}), {"header-optional"}),
    ("header's type", responses(s200={"headers": {"X-N": {"schema": INT}}}),
     responses(s200={"headers": {"X-N": {"schema": TEXT}}}), {"type-changed"}),
    ("callback goes", {"callbacks": {"done": {"{$url}": hook()}}}, {}, {"callback-removed"}),
    ("callback's field goes", {"callbacks": {"done": {"{$url}": hook("a")}}},
     {"callbacks": {"done": {"{$url}": hook("b")}}}, {"field-removed"}),
    ("callback comes", {}, {"callbacks": {"done": {"{$url}": hook()}}}, set()),
    ("anonymous", {"security": [{}, {"key": []}]}, {"security": [{"key": []}]}, {"security-changed"}),
    ("anonymous for all", {"security": [{"key": []}]}, {"security": []}, set()),
    ("one of two ways in", {"security": [{"key": []}, {"basic": []}]}, {"security": [{"key": []}]},
     {"security-changed"}),
    ("one way in more", {"security": [{"key": []}]}, {"security": [{"key": []}, {"basic": []}]}, set()),
    ("both at once", {"security": [{"key": []}]}, {"security": [{"key": [], "basic": []}]}, {"security-changed"}),
    ("one of both is enough", {"security": [{"key": [], "basic": []}]}, {"security": [{"key": []}]}, set()),
    ("scope more", {"security": [{"oauth": ["read"]}]}, {"security": [{"oauth": ["read", "write"]}]},
     {"security-changed"}),
    ("scope less", {"security": [{"oauth": ["read", "write"]}]}, {"security": [{"oauth": ["read"]}]}, set()),
    ("another scheme", {"security": [{"oauth": []}]}, {"security": [{"oidc": []}]}, {"security-changed"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after", "expected"), OPERATIONS, ids=[each[0] for each in OPERATIONS])
def test_operation(name: str, before: Any, after: Any, expected: set[str]) -> None:
    one, other = (document(**each) | {"components": {"securitySchemes": SCHEMES}} for each in (before, after))
    assert kinds(one, other) == expected
    assert kinds(one, one) == kinds(other, other) == set()


SCHEME_EDITS = [
    ("renamed", "key", {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The key"}, set()),
    ("another header", "key", {"type": "apiKey", "in": "header", "name": "X-Token"}, {"security-changed"}),
    ("into the query", "key", {"type": "apiKey", "in": "query", "name": "X-API-Key"}, {"security-changed"}),
    ("bearer", "basic", {"type": "http", "scheme": "bearer"}, {"security-changed"}),
    ("spelling", "basic", {"type": "http", "scheme": "Basic"}, set()),
    ("another flow", "oauth", {"type": "oauth2", "flows": {"password": {"tokenUrl": "/token"}}}, {"security-changed"}),
    ("another address", "oauth", {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token2"}}},
     {"security-changed"}),
    ("another provider", "oidc", {"type": "openIdConnect", "openIdConnectUrl": "/other"}, {"security-changed"}),
    ("another kind", "key", {"type": "oauth2", "flows": {}}, {"security-changed"}),
    ("unknown kind", "key", {"type": "magic"}, {"not-judged"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "scheme", "after", "expected"), SCHEME_EDITS, ids=[each[0] for each in SCHEME_EDITS])
def test_content_of_a_scheme_counts_and_not_its_name(name: str, scheme: str, after: Any, expected: set[str]) -> None:
    one = document(security=[{scheme: []}]) | {"components": {"securitySchemes": SCHEMES}}
    other = document(security=[{"other": []}]) | {"components": {"securitySchemes": {"other": after}}}
    assert kinds(one, other) == expected


def paths(*names: str, **root: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "paths": {name: {"get": {"responses": {"200": {}}}} for name in names}, **root}


def test_paths_and_methods() -> None:
    before = paths("/a", "/b/{id}")
    before["paths"]["/a"]["query"] = {"responses": {}}
    before["paths"]["/a"]["additionalOperations"] = {"COPY": {"responses": {}}}
    after = paths("/a", "/c")
    assert lines(before, after) == [
        "GET /b/{id}: the path is gone",
        "QUERY, COPY /a: the method is gone",
    ]
    assert lines(paths("/b/{id}/x/{n}"), paths("/b/{number}/x/{m}")) == []


def test_prefixes_of_servers() -> None:
    before = paths("/o", "/p", servers=[{"url": "https://one.example/v1"}])
    assert lines(before, paths("/v1/o", "/v1/p", servers=[{"url": "https://two.example/"}])) == []
    assert lines(before, paths("/o", "/p", servers=[{"url": "/v2"}])) == [
        "GET /o and 1 more operation: moved from `/v1` to `/v2`"
    ]
    variables = {"version": {"default": "v1"}}
    assert lines(before, paths("/o", "/p", servers=[{"url": "/{version}", "variables": variables}])) == []
    assert lines(paths("/o", servers=[{"url": "/v1"}, {"url": "/old"}]), paths("/o", servers=[{"url": "/v1"}])) == [
        "GET /o: is no longer served as `/old/o`"
    ]


def test_moved_prefix_is_one_move_and_what_changed_within_is_told() -> None:
    before = paths("/api/v1/orders", "/api/v1/orders/{id}", "/api/v1/stock", "/health")
    after = paths("/api/v2/orders", "/api/v2/orders/{id}", "/api/v2/stock", "/health")
    after["paths"]["/api/v2/stock"]["get"]["parameters"] = [query(required=True)]
    assert lines(before, after) == [
        "GET /api/v1/orders and 2 more operations: moved from `/api/v1` to `/api/v2`",
        "GET /api/v1/stock, query parameter `q`: is new, and required",
    ]


def test_webhooks() -> None:
    before = {"openapi": "3.1.0", "webhooks": {"created": hook("a"), "gone": hook()}}
    after = {"openapi": "3.1.0", "webhooks": {"created": hook("b"), "new": hook()}}
    assert lines(before, after) == [
        "webhook gone POST: is no longer called",
        "webhook created POST, request body, field `a`: is gone",
    ]
    required = {"openapi": "3.1.0", "webhooks": {"created": hook(required=True)}}
    assert kinds(required, {"openapi": "3.1.0", "webhooks": {"created": hook()}}) == {"body-optional"}
    assert lines(before, before) == []


def test_discriminators() -> None:
    def union(field: str = "k", **mapping: str) -> dict[str, Any]:
        references = {value: f"#/components/schemas/{name}" for value, name in mapping.items()}
        discriminator = {"propertyName": field, **({"mapping": references} if references else {})}
        return {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in "AB"], "discriminator": discriminator}

    schemas = {"A": obj("k", k=TEXT, a=INT), "B": obj("k", k=TEXT, b=INT)}
    before = union(a="A", b="B")
    for after in (union(alpha="A", b="B"), union(b="A", a="B"), union("type", a="A", b="B"), union()):
        for make in (sent, read):
            assert kinds(make(before, schemas=schemas), make(after, schemas=schemas)), after
    for make in (sent, read):
        assert kinds(make(union(A="A"), schemas=schemas), make(union(), schemas=schemas)) == set()


def test_subtypes_are_compared_where_only_their_base_is_named() -> None:
    def schemas(**fields: Any) -> dict[str, Any]:
        base = obj("kind", kind=TEXT) | {"discriminator": {"propertyName": "kind"}}
        return {"Pet": base, "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, obj(**fields)]}}

    pet = {"$ref": "#/components/schemas/Pet"}
    for make in (sent, read):
        assert kinds(make(pet, schemas=schemas(a=INT, b=INT)), make(pet, schemas=schemas(a=INT))) == {"field-removed"}


def test_shared_schema_is_told_once_with_those_who_meet_it() -> None:
    def api(**fields: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
        made = paths(*(f"/{number}" for number in range(42)))
        for item in made["paths"].values():
            item["get"]["responses"]["200"] = {"content": content}
        order = obj(parent={"anyOf": [{"$ref": "#/components/schemas/Order"}, {"type": "null"}]}, **fields)
        return made | {"components": {"schemas": {"Order": order}}}

    assert lines(api(total=INT), api()) == [
        "GET /0 and 41 more operations, responses, by schema `Order`, field `total`: is gone"
    ]
    many = {f"f{number}": INT for number in range(9)}
    told = in_lines(compare_documents(api(**many), api()).changes)
    where = "GET /0 and 41 more operations, responses, by schema `Order`, 9 fields"
    assert [str(line) for line in told] == [f"{where}: each is gone (`f0`, `f1`, `f2`, `f3` and 5 more)"]


def test_order_and_counts() -> None:
    before = sent(obj(a=INT))
    after = sent(obj("b", b=INT))
    before["paths"]["/z"] = {"get": {"responses": {}}}
    after["paths"]["/y"] = {"get": {"responses": {}, "security": [{"none": []}]}}
    text = as_text(compare_documents(before, after), whole=True)
    assert text.splitlines() == [
        "3 breaking changes, 1 compatible",
        "! GET /z: the path is gone",
        "! POST /orders/{id}, request body, field `a`: is no longer accepted",
        "! POST /orders/{id}, request body, field `b`: is new, and required",
        "+ GET /y: the path is new",
    ]


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("said", "breaks"),
    [
        ({"deprecated": True, "x-sunset": "2026-11-25"}, False),
        ({"deprecated": True, "x-sunset": "2026-11-26"}, True),
        ({"deprecated": True, "sunset": "2026-01-01T00:00:00Z"}, False),
        ({"deprecated": True, "x-sunset": "soon"}, True),
        ({"deprecated": True}, True),
        ({"x-sunset": "2026-01-01"}, True),
    ],
)
def test_operation_after_its_sunset_may_go(said: Any, breaks: bool) -> None:
    before = paths("/a", "/old")
    before["paths"]["/old"]["get"] |= said
    assert bool(lines(before, paths("/a"), ContractTerms(today=TODAY))) == breaks


@pytest.mark.parametrize(
    ("change", "at", "left"),
    [
        ("path-removed", "GET /old/a", ["GET /old/b: the path is gone"]),
        ("path-removed", "/old/*", []),
        ("path-removed", "GET *", []),
        ("operation-removed", "/old/*", ["GET /old/a: the path is gone", "GET /old/b: the path is gone"]),
        ("path-removed", "POST /old/*", ["GET /old/a: the path is gone", "GET /old/b: the path is gone"]),
    ],
)
def test_planned_break(change: str, at: str, left: list[str]) -> None:
    terms = ContractTerms(accept=(Acceptance(change=change, at=at, reason="announced", by="A. Name"),), today=TODAY)
    comparison = compare_documents(paths("/a", "/old/a", "/old/b"), paths("/a"), terms)
    assert [str(each) for each in comparison.of(Severity.BREAKING)] == left
    assert bool(comparison.unused) == (len(left) == 2)
    assert all("(accepted: announced, by A. Name)" in str(each) for each in comparison.accepted)


def test_acceptance_of_a_field_for_one_operation_leaves_the_others() -> None:
    def api(order: Any) -> dict[str, Any]:
        made = paths("/a", "/b", components={"schemas": {"Order": order}})
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
        for item in made["paths"].values():
            item["get"]["responses"]["200"] = {"content": content}
        return made

    before, after = api(obj(a=INT, b=INT)), api(obj(a=INT))

    def left(at: str, **more: Any) -> list[str]:
        accept = Acceptance(change="field-removed", at=at, **more)
        return lines(before, after, ContractTerms(accept=(accept,), today=TODAY))

    assert left("GET /a") == ["GET /b, responses, by schema `Order`, field `b`: is gone"]
    assert left("Order") == left("Order.b") == left("Order.*") == []
    assert len(left("Order.a")) == 1
    assert left("Order.b", expires=TODAY) == []
    assert len(left("Order.b", expires=date(2026, 11, 24))) == 1
    with pytest.raises(ValueError, match="not a kind of change"):
        Acceptance(change="field-added", at="*")


def test_null_can_be_left_out() -> None:
    before, after = read(obj(a=TEXT)), read(obj(a={"type": ["string", "null"]}))
    assert kinds(before, after) == {"nullability"}
    assert lines(before, after, ContractTerms(ignore_nullability=True)) == []


def test_parameters_of_the_path_are_overridden_by_those_of_the_operation() -> None:
    before = document()
    before["paths"]["/orders/{id}"]["parameters"] = [query(), query("shared")]
    before["paths"]["/orders/{id}"]["post"]["parameters"] = [query(schema=INT)]
    after = document(parameters=[query(schema=INT), query("shared")])
    assert lines(before, after) == []
    narrowed = copy.deepcopy(before)
    narrowed["paths"]["/orders/{id}"]["parameters"][1]["required"] = True
    assert lines(before, narrowed) == ["POST /orders/{id}, query parameter `shared`: is required now"]


@pytest.mark.parametrize("at", ["Cat.age", "Cat-Input.age", "Cat*", "Cat, now Cat-Input.age"])
def test_member_of_a_union_is_a_schema_of_its_own_by_either_name(at: str) -> None:
    """One cause is told once, however many unions list the schema."""

    def zoo(name: str, *required: str) -> dict[str, Any]:
        members = [{"$ref": f"#/components/schemas/{name}"}, {"$ref": "#/components/schemas/Dog"}]
        schemas = {
            name: obj("kind", *required, kind={"const": "cat"}, age=INT),
            "Dog": obj("kind", kind={"const": "dog"}),
        }
        return sent(obj(pet={"oneOf": members}, pets=array({"anyOf": members})), schemas=schemas)

    before, after = zoo("Cat"), zoo("Cat-Input", "age")
    where = "POST /orders/{id}, requests, by schema `Cat, now Cat-Input`, field `age`"
    assert lines(before, after) == [f"{where}: is required now"]
    accept = Acceptance(change="field-required", at=at)
    assert lines(before, after, ContractTerms(accept=(accept,))) == []


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("one or a map of it", lambda one: [one, {"type": "object", "additionalProperties": one}]),
        ("one, a list or a map of it", lambda one: [one, array(one), {"type": "object", "additionalProperties": one}]),
        ("two lists", lambda one: [array(one), array(TEXT)]),
    ],
)
def test_members_of_a_union_without_a_name_are_told_apart_by_what_they_hold(name: str, members: Any) -> None:
    """What changed inside of both is one cause; neither has gone or come."""

    def of(maximum: int) -> tuple[Any, dict[str, Any]]:
        schemas = {"Vector": obj("size", size=INT | {"maximum": maximum})}
        return {"anyOf": members({"$ref": "#/components/schemas/Vector"})}, schemas

    (before, schemas), (after, new_schemas) = of(9), of(8)
    for make, one, other in (
        (sent, (before, schemas), (after, new_schemas)),
        (read, (after, new_schemas), (before, schemas)),
    ):
        said = lines(make(one[0], schemas=one[1]), make(other[0], schemas=other[1]))
        assert len(said) == 1, said
        assert "by schema `Vector`, field `size`: maximum was" in said[0]
