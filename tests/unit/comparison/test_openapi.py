"""Which changes of an OpenAPI document break the clients of the one before."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from fastapi import FastAPI, Query
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from pytest_upgradecheck.comparison import Terms, compare, explain
from pytest_upgradecheck.comparison.openapi import NotOpenApi, contract_changes

DOCUMENTS = Path(__file__).parent / "openapi_documents"


def document(**operation: Any) -> dict[str, Any]:
    """A document of one operation."""
    return {"openapi": "3.1.0", "info": {}, "paths": {"/orders/{id}": {"post": {"responses": {}, **operation}}}}


def of_request(schema: Any) -> dict[str, Any]:
    return document(requestBody={"content": {"application/json": {"schema": schema}}})


def of_response(schema: Any) -> dict[str, Any]:
    return document(responses={"200": {"content": {"application/json": {"schema": schema}}}})


def said(before: Any, after: Any) -> tuple[list[str], list[str]]:
    """What breaks and what does not, each as a line."""
    changes = contract_changes(before, after)
    return [str(each) for each in changes if each.breaking], [str(each) for each in changes if not each.breaking]


def obj(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


INT, TEXT, NULL = {"type": "integer"}, {"type": "string"}, {"type": "null"}

#: before, after, what it breaks where clients send it, what it breaks where they read it (part of the line, or nothing)
SCHEMAS = [
    ("same", INT, INT, "", ""),
    ("type", INT, TEXT, "was integer and must be string", "was integer and may be string"),
    ("wider type", INT, {"type": "number"}, "", "was integer and may be number"),
    ("narrower type", {"type": "number"}, INT, "was number and must be integer", ""),
    ("type list", {"type": ["string", "integer"]}, TEXT, "must be string", ""),
    ("any type", {}, TEXT, "was anything and must be string", ""),
    ("no type", TEXT, {}, "", "may be anything"),
    ("nullable", TEXT, {"anyOf": [TEXT, NULL]}, "", "may be null or string"),
    ("nullable 3.0", TEXT, {"type": "string", "nullable": True}, "", "may be null or string"),
    ("not nullable", {"type": ["string", "null"]}, TEXT, "was null or string and must be string", ""),
    ("field gone", obj(a=INT, b=INT), obj(a=INT), "`b` is not taken any more", "`b` is gone"),
    ("field new", obj(a=INT), obj(a=INT, b=INT), "", ""),
    ("required", obj(a=INT), obj(("a",), a=INT), "`a` is required now", ""),
    ("not required", obj(("a",), a=INT), obj(a=INT), "", "`a` is not always there any more"),
    ("field's type", obj(a=obj(b=INT)), obj(a=obj(b=TEXT)), "field `a.b` was integer", "field `a.b` was integer"),
    ("items", {"type": "array", "items": obj(a=INT)}, {"type": "array", "items": obj()}, "`[].a`", "`[].a` is gone"),
    ("enum narrowed", {"enum": ["a", "b"]}, {"enum": ["a"]}, 'takes "b" no more', ""),
    ("enum widened", {"enum": ["a"]}, {"enum": ["a", "b"]}, "", ""),
    ("enum given up", {"enum": ["a"]}, {}, "", "may be anything"),
    ("enum new", TEXT, {"type": "string", "enum": ["a"]}, "takes any value no more", ""),
    ("const", {"const": 1}, {"const": 2}, "takes 1 no more", ""),
    ("maximum", {"maximum": 9}, {"maximum": 8}, "maximum was 9, is 8", ""),
    ("minimum", {"minimum": 9}, {"minimum": 8}, "", ""),
    ("length", TEXT, {"type": "string", "maxLength": 5}, "maxLength was free, is 5", ""),
    ("pattern", TEXT, {"type": "string", "pattern": "^a"}, 'pattern was free, is "^a"', ""),
    ("allOf", obj(a=INT, b=INT), {"allOf": [obj(a=INT), {}]}, "`b`", "`b` is gone"),
    ("allOf same", obj(a=INT, b=INT), {"allOf": [obj(a=INT), obj(b=INT)]}, "", ""),
    ("oneOf more", {"oneOf": [INT, TEXT]}, {"oneOf": [INT, TEXT, NULL, {"type": "array"}]}, "", "1 variants it never"),
    ("oneOf fewer", {"oneOf": [INT, TEXT, {"type": "array"}]}, {"oneOf": [INT, TEXT]}, "takes 1 of its variants", ""),
    ("closed", obj(a=INT), obj(a=INT) | {"additionalProperties": False}, "takes no further fields", ""),
    ("map", {"additionalProperties": INT}, {"additionalProperties": TEXT}, "field `*` was", "field `*` was integer"),
    ("not", {}, {"not": TEXT}, "cannot be judged", "cannot be judged"),
    ("remote", {"$ref": "other.yaml#/a"}, {"$ref": "other.yaml#/b"}, "cannot be judged", "cannot be judged"),
    ("remote same", {"$ref": "other.yaml#/a"}, {"$ref": "other.yaml#/a"}, "", ""),
]


@pytest.mark.parametrize(
    ("before", "after", "sent", "read"), [each[1:] for each in SCHEMAS], ids=[s[0] for s in SCHEMAS]
)
def test_schemas(before: Any, after: Any, sent: str, read: str) -> None:
    for make, expected in ((of_request, sent), (of_response, read)):
        breaking, _ = said(make(before), make(after))
        assert [expected in line for line in breaking] == ([True] if expected else [])


OPERATIONS = [
    ("gone", {"x": 1}, None, "POST /orders/{id}: the method is gone"),
    ("response gone", {"responses": {"200": {}, "404": {}}}, {"responses": {}}, "200: the response is gone"),
    ("response new", {"responses": {"200": {}}}, {"responses": {"200": {}, "201": {}}}, ""),
    ("media type", {"responses": {"200": {"content": {"a/b": {}}}}}, {"responses": {"200": {}}}, "200: a/b is gone"),
    ("header", {"responses": {"200": {"headers": {"ETag": {}}}}}, {"responses": {"200": {}}}, "`ETag` is gone"),
    ("body required", {}, {"requestBody": {"required": True}}, "a request body is required now"),
    ("body gone", {"requestBody": {"content": {}}}, {}, "a request body is not taken any more"),
    ("optional parameter", {}, {"parameters": [{"in": "query", "name": "q"}]}, ""),
    ("security", {}, {"security": [{"key": []}]}, "it asks for key now"),
    ("security optional", {}, {"security": [{"key": []}, {}]}, ""),
    (
        "required parameter",
        {},
        {"parameters": [{"in": "query", "name": "q", "required": True}]},
        "query parameter `q` is required, and new",
    ),
    (
        "parameter required now",
        {"parameters": [{"in": "header", "name": "X-Q"}]},
        {"parameters": [{"in": "header", "name": "x-q", "required": True}]},
        "header parameter `X-Q` is required now",
    ),
    ("parameter gone", {"parameters": [{"in": "query", "name": "q"}]}, {}, "query parameter `q` is not taken any more"),
    (
        "parameter narrowed",
        {"parameters": [{"in": "query", "name": "q", "schema": TEXT}]},
        {"parameters": [{"in": "query", "name": "q", "schema": INT}]},
        "query parameter `q`: the request was string and must be integer",
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [each[1:] for each in OPERATIONS], ids=[each[0] for each in OPERATIONS]
)
def test_operations(before: Any, after: Any, expected: str) -> None:
    one = document(**before)
    other = document(**after) if after is not None else {**one, "paths": {"/orders/{id}": {}}}
    breaking, _ = said(one, other)
    assert [expected in line for line in breaking] == ([True] if expected else [])


def test_paths_and_their_parameters_are_matched_by_shape() -> None:
    before = document(parameters=[{"in": "path", "name": "id", "required": True, "schema": INT}])
    after = {"openapi": "3.0.0", "paths": {"/orders/{number}": copy.deepcopy(before["paths"]["/orders/{id}"])}}
    after["paths"]["/orders/{number}"]["post"]["parameters"][0]["name"] = "number"
    assert said(before, after) == ([], [])
    assert said(before, {"openapi": "3.0.0", "paths": {"/orders": {}}}) == (
        ["/orders/{id}: the path is gone"],
        ["/orders: the path is new"],
    )


def test_component_that_many_operations_use_breaks_once() -> None:
    def api(**properties: Any) -> dict[str, Any]:
        use = {"responses": {"200": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/Order"}}}}}}
        order = obj(parent={"$ref": "#/components/schemas/Order"}, **properties)
        paths = {f"/{number}": {"get": use} for number in range(200)}
        return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"Order": order}}}

    assert said(api(total=INT), api())[0] == ["schema Order in responses: response field `total` is gone"]


class Order(BaseModel):
    number: int
    total: float
    state: Literal["open", "paid"] = "open"
    note: str | None = None


class OrderWithCurrency(Order):
    currency: str = "EUR"


class Thinner(BaseModel):
    number: int
    state: Literal["open"] = "open"
    note: str | None = None


def fastapi_document(order: Any, *, required_query: bool = False) -> dict[str, Any]:
    app = FastAPI()

    def asked(region: Any) -> Any: ...

    def defaulted(region: Any = "eu") -> Any: ...

    listed: Any = asked if required_query else defaulted
    listed.__annotations__ = {"region": Annotated[str, Query()], "return": list[order]}
    app.get("/orders")(listed)

    def created(body: Any) -> Any: ...

    created.__annotations__ = {"body": order, "return": order}
    app.post("/orders")(created)
    return app.openapi()


def test_documents_of_fastapi() -> None:
    before = fastapi_document(Order)
    assert said(before, fastapi_document(Order)) == ([], [])
    breaking, additive = said(before, fastapi_document(OrderWithCurrency))
    assert breaking == []
    assert any("`currency` is new" in line for line in additive)
    breaking, _ = said(before, fastapi_document(Thinner, required_query=True))
    assert "GET /orders: query parameter `region` is required now" in breaking
    assert any("response field `total` is gone" in line for line in breaking)
    assert any('request field `state` takes "paid" no more' in line for line in breaking)


def airflow(version: str) -> Any:
    text = (DOCUMENTS / f"airflow-{version}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def test_real_document_against_itself_and_its_next_release() -> None:
    before, after = airflow("2.8.0"), airflow("2.10.0")
    assert said(before, before) == ([], [])
    breaking, additive = said(before, after)
    assert additive
    assert len(breaking) == len(set(breaking))
    without_dags = {**before, "paths": {path: item for path, item in before["paths"].items() if path != "/dags"}}
    assert said(before, without_dags)[0] == ["/dags: the path is gone"]


def test_rule_says_each_breaking_change_in_a_line() -> None:
    before, after = of_response(obj(a=INT, b=INT)), of_response(obj(c=INT))
    shown = explain(compare(before, after, Terms.of(rule="openapi-compatible")))
    assert shown.splitlines() == [
        "2 refused; 1 allowed difference",
        "! POST /orders/{id} 200: response field `a` is gone",
        "! POST /orders/{id} 200: response field `b` is gone",
    ]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([], "is no object"),
        ({"swagger": "2.0"}, "is Swagger 2.0; OpenAPI 3 is expected"),
        ({"detail": "Not Found"}, "`openapi` is None; it has: detail"),
        ({"openapi": "3.1.0"}, "without `paths`"),
    ],
)
def test_what_is_no_openapi_is_no_pass(answer: Any, says: str) -> None:
    for before, after in ((answer, document()), (document(), answer)):
        with pytest.raises(NotOpenApi, match=r"no OpenAPI|Swagger|without"):
            contract_changes(before, after)
        assert says in explain(compare(before, after, Terms.of(rule="openapi-compatible")))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["$ref", "type", "enum", "properties", "required", "items", "allOf", "anyOf", "content",
                         "schema", "parameters", "in", "name", "responses", "200", "requestBody", "headers", "get",
                         "additionalProperties", "minimum", "nullable", "security", "a/b"]), inner | st.just("#/paths"),
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300)
@given(ANY, ANY, ANY)
def test_document_that_is_malformed_never_raises(before: Any, after: Any, item: Any) -> None:
    one = {"openapi": "3.1.0", "paths": {"/a": before, "/b": {"get": item}, "/c": item}}
    other = {"openapi": "3.1.0", "paths": {"/a": after, "/b": {"get": before}, "/c": item}}
    contract_changes(one, other)
    assert [change for change in contract_changes(one, one) if change.breaking] == []
