"""Each edit of a schema is found, or passes, in requests and responses, wherever it is planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.comparison.openapi.small import ANY, INT, NULL, NUMBER, TEXT, array, kinds, obj, read, sent

CAT, DOG = obj("kind", kind={"const": "cat"}, lives=INT), obj("kind", kind={"const": "dog"}, tricks=INT)
CLOSED = {"additionalProperties": False}

#: What it is; before; after; the kinds that break where clients send it, and where they read it.
EDITS: list[tuple[str, Any, Any, set[str], set[str]]] = [
    ("another type", TEXT, INT, {"type-changed"}, {"type-changed"}),
    ("wider type", INT, NUMBER, set(), {"type-changed"}),
    ("narrower type", NUMBER, INT, {"type-changed"}, set()),
    ("one type fewer", {"type": ["string", "integer"]}, TEXT, {"type-changed"}, set()),
    ("one type more", TEXT, {"type": ["string", "integer"]}, set(), {"type-changed"}),
    ("any type becomes one", ANY, TEXT, {"type-changed"}, set()),
    ("one type becomes any", TEXT, ANY, set(), {"type-changed"}),
    ("object becomes array", obj(a=INT), array(obj(a=INT)), {"type-changed"}, {"type-changed"}),
    ("null comes", TEXT, {"type": ["string", "null"]}, set(), {"nullability"}),
    ("null goes", {"anyOf": [TEXT, NULL]}, TEXT, {"nullability"}, set()),
    ("null comes in 3.0", TEXT, {"type": "string", "nullable": True}, set(), {"nullability"}),
    ("field goes", obj(a=INT, b=INT), obj(a=INT), {"field-removed"}, {"field-removed"}),
    ("required field goes", obj("b", a=INT, b=INT), obj(a=INT), {"field-removed"}, {"field-removed"}),
    ("field comes", obj(a=INT), obj(a=INT, b=INT), set(), set()),
    ("required field comes", obj(a=INT), obj("b", a=INT, b=INT), {"required-field-added"}, set()),
    ("field is required", obj(a=INT), obj("a", a=INT), {"field-required"}, set()),
    ("field is optional", obj("a", a=INT), obj(a=INT), set(), {"field-optional"}),
    ("field that is not named is required", obj(a=INT), obj("z", a=INT), {"field-required"}, set()),
    ("field's type", obj(a=obj(b=INT)), obj(a=obj(b=TEXT)), {"type-changed"}, {"type-changed"}),
    ("field is read-only", obj(a=INT), obj(a=INT | {"readOnly": True}), {"field-read-only"}, set()),
    ("field is write-only", obj(a=INT), obj(a=INT | {"writeOnly": True}), set(), {"field-write-only"}),
    ("read-only field goes", obj(a=INT, b={"readOnly": True}), obj(a=INT), set(), {"field-removed"}),
    ("write-only field goes", obj(a=INT, b={"writeOnly": True}), obj(a=INT), {"field-removed"}, set()),
    ("read-only field comes, required", obj(a=INT), obj("b", a=INT, b={"readOnly": True}), set(), set()),
    ("object is closed", obj(a=INT), obj(a=INT) | CLOSED, {"further-fields"}, set()),
    ("object is opened", obj(a=INT) | CLOSED, obj(a=INT), set(), set()),
    ("closed without the field", obj(a=INT, b=INT), obj(a=INT) | CLOSED, {"field-removed", "further-fields"},
     {"field-removed"}),
    ("map's values", {"additionalProperties": INT}, {"additionalProperties": TEXT}, {"type-changed"}, {"type-changed"}),
    ("map's values given up", {"additionalProperties": INT}, {"type": "object"}, set(), {"further-fields"}),
    ("map is closed", {"additionalProperties": INT}, {"type": "object"} | CLOSED, {"further-fields"},
     {"further-fields"}),
    ("further fields limited", obj(a=INT), obj(a=INT) | {"additionalProperties": INT}, {"further-fields"}, set()),
    ("field of a map is named otherwise", {"additionalProperties": INT},
     {"additionalProperties": INT, "properties": {"a": TEXT}}, {"type-changed"}, {"type-changed"}),
    ("pattern fields' values", {"patternProperties": {"^x": INT}}, {"patternProperties": {"^x": TEXT}},
     {"type-changed"}, {"type-changed"}),
    ("pattern fields come", obj(a=INT), obj(a=INT) | {"patternProperties": {"^x": INT}}, {"further-fields"}, set()),
    ("pattern fields go", obj(a=INT) | {"patternProperties": {"^x": INT}}, obj(a=INT), set(), {"further-fields"}),
    ("fewest fields", {"type": "object"}, {"type": "object", "minProperties": 1}, {"size-changed"}, set()),
    ("items", array(INT), array(TEXT), {"type-changed"}, {"type-changed"}),
    ("items given up", array(INT), array(), set(), {"type-changed"}),
    ("items limited", array(), array(INT), {"type-changed"}, set()),
    ("fewest items", array(INT), array(INT, minItems=1), {"size-changed"}, set()),
    ("most items", array(INT, maxItems=5), array(INT, maxItems=9), set(), {"size-changed"}),
    ("unique items", array(INT), array(INT, uniqueItems=True), {"condition-changed"}, set()),
    ("first items", array(prefixItems=[INT, TEXT]), array(prefixItems=[INT, INT]), {"type-changed"},
     {"type-changed"}),
    ("contains", array(INT), array(INT, contains={"const": 1}), {"condition-changed"}, set()),
    ("contains at most", array(INT, contains={"const": 1}, maxContains=4),
     array(INT, contains={"const": 1}, maxContains=3), {"condition-changed"}, set()),
    ("contains fewer", array(INT, contains={"const": 1}, minContains=2), array(INT, contains={"const": 1}),
     set(), {"condition-changed"}),
    ("longer prefix", array(prefixItems=[INT]), array(prefixItems=[INT, INT]), {"type-changed"}, set()),
    ("no items after the prefix", array(prefixItems=[INT]), array(prefixItems=[INT], unevaluatedItems=False),
     {"size-changed"}, set()),
    ("value goes", {"enum": ["a", "b"]}, {"enum": ["a"]}, {"value-removed"}, set()),
    ("value comes", {"enum": ["a"]}, {"enum": ["a", "b"]}, set(), set()),
    ("constant", {"const": 1}, {"const": 2}, {"value-removed"}, {"values-replaced"}),
    ("values are listed", TEXT, {"type": "string", "enum": ["a"]}, {"values-limited"}, set()),
    ("values are free", {"type": "string", "enum": ["a"]}, TEXT, set(), {"values-opened"}),
    ("values beyond a bound", {"enum": [1, 9]}, {"type": "integer", "maximum": 5}, {"value-removed"},
     {"values-opened"}),
    ("maximum falls", {"type": "integer", "maximum": 9}, {"type": "integer", "maximum": 8}, {"range-changed"}, set()),
    ("minimum falls", {"type": "number", "minimum": 9}, {"type": "number", "minimum": 8}, set(), {"range-changed"}),
    ("minimum is exclusive", {"type": "number", "minimum": 5}, {"type": "number", "exclusiveMinimum": 5},
     {"range-changed"}, set()),
    ("multiple", {"type": "number"}, {"type": "number", "multipleOf": 0.5}, {"condition-changed"}, set()),
    ("longest", TEXT, {"type": "string", "maxLength": 5}, {"size-changed"}, set()),
    ("shortest", {"type": "string", "minLength": 5}, {"type": "string", "minLength": 2}, set(), {"size-changed"}),
    ("pattern comes", TEXT, {"type": "string", "pattern": "^a"}, {"pattern-changed"}, set()),
    ("another pattern", {"type": "string", "pattern": "^b"}, {"type": "string", "pattern": "^a"}, {"not-judged"},
     {"not-judged"}),
    ("format comes", TEXT, {"type": "string", "format": "uuid"}, {"format-changed"}, set()),
    ("another format", {"type": "string", "format": "date-time"}, {"type": "string", "format": "date"},
     {"format-changed"}, {"format-changed"}),
    ("wider format", {"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}, set(),
     {"format-changed"}),
    ("format of the platform's own", {"type": "string", "format": "sku-1"}, {"type": "string", "format": "sku"},
     {"not-judged"}, {"not-judged"}),
    ("another encoding", TEXT | {"contentEncoding": "base64"}, TEXT | {"contentEncoding": "base32"}, {"not-judged"},
     {"not-judged"}),
    ("another content", TEXT | {"contentMediaType": "image/png"}, TEXT | {"contentMediaType": "text/csv"},
     {"condition-changed"}, {"condition-changed"}),
    ("content comes", TEXT, TEXT | {"contentMediaType": "image/png"}, {"condition-changed"}, set()),
    ("content's schema", TEXT | {"contentSchema": obj(a=INT)}, TEXT | {"contentSchema": obj(a=TEXT)},
     {"condition-changed"}, {"condition-changed"}),
    ("extensible values", TEXT | {"x-extensible-enum": ["a", "b"]}, TEXT | {"x-extensible-enum": ["a"]},
     {"condition-changed"}, set()),
    ("allOf adds a bound", {"allOf": [TEXT]}, {"allOf": [TEXT, {"maxLength": 5}]}, {"size-changed"}, set()),
    ("allOf adds values", {"allOf": [TEXT]}, {"allOf": [TEXT, {"enum": ["a"]}]}, {"values-limited"}, set()),
    ("second of allOf", {"allOf": [obj(a=TEXT), obj(a={"enum": ["x", "y"]})]},
     {"allOf": [obj(a=TEXT), obj(a={"enum": ["x"]})]}, {"value-removed"}, set()),
    ("variant comes", {"oneOf": [CAT]}, {"oneOf": [CAT, DOG]}, set(), {"variant-added"}),
    ("variant goes", {"oneOf": [CAT, DOG]}, {"oneOf": [DOG]}, {"variant-removed"}, set()),
    ("one becomes it or a list of it", CAT, {"anyOf": [CAT, array(CAT)]}, set(), {"type-changed"}),
    ("fits two of oneOf", obj("a", "b", a=INT, b=INT), {"oneOf": [obj("a", a=INT, b=INT), obj("b", a=INT, b=INT)]},
     {"variant-removed"}, {"field-optional"}),
    ("not", TEXT, {"type": "string", "not": {"const": "x"}}, {"condition-changed"}, set()),
    ("not less", {"not": {"enum": ["x", "y"]}}, {"not": {"enum": ["x"]}}, set(), {"not-judged"}),
    ("condition", obj(a=INT), obj(a=INT) | {"if": obj("a"), "then": obj("b")}, {"condition-changed"}, set()),
    ("condition gets a consequence", obj(a=INT) | {"if": obj("a")}, obj(a=INT) | {"if": obj("a"), "else": obj("b")},
     {"condition-changed"}, set()),
    ("condition without consequence", obj(a=INT), obj(a=INT) | {"if": obj("a")}, set(), set()),
    ("names of fields", obj(a=INT), obj(a=INT) | {"propertyNames": {"maxLength": 3}}, {"condition-changed"}, set()),
    ("dependent fields", obj(a=INT), obj(a=INT) | {"dependentRequired": {"a": ["b"]}}, {"condition-changed"}, set()),
    ("more dependent fields", obj(a=INT) | {"dependentRequired": {"a": ["b"]}},
     obj(a=INT) | {"dependentRequired": {"a": ["b", "c"]}}, {"condition-changed"}, set()),
    ("dependent schema", obj(a=INT), obj(a=INT) | {"dependentSchemas": {"a": obj("b")}}, {"condition-changed"}, set()),
    ("default", obj(a=INT | {"default": 1}), obj(a=INT | {"default": 2}), {"default-changed"}, set()),
    ("field is required, with a default", obj(a=INT), obj("a", a=INT | {"default": 1}), {"field-required"}, set()),
    ("field is not read-only any more", obj("a", a=INT | {"readOnly": True}), obj("a", a=INT), {"field-required"},
     set()),
    ("deprecated", obj(a=INT), obj(a=INT | {"deprecated": True}), set(), set()),
    ("reference to a file", {"$ref": "other.yaml#/a"}, {"$ref": "other.yaml#/a"}, {"not-judged"}, {"not-judged"}),
    ("reference to nowhere", {"$ref": "#/none"}, {"$ref": "#/none"}, {"not-judged"}, {"not-judged"}),
]  # fmt: skip

TREE = "#/components/schemas/Tree"


def _in_union(schema: Any) -> tuple[Any, Any]:
    other = obj("tag", tag={"const": "other"}, b=INT)
    return {"oneOf": [obj("tag", "x", tag={"const": "it"}, x=schema), other]}, {}


#: Where a schema is planted: the schema around it, and components.
PLACES: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "whole": lambda schema: (schema, {}),
    "field": lambda schema: (obj("x", x=schema), {}),
    "allOf": lambda schema: ({"allOf": [obj(y=INT), obj("x", x=schema)]}, {}),
    "allOf behind a reference": lambda schema: (
        {"allOf": [{"$ref": "#/components/schemas/Base"}, obj(y=INT)]}, {"Base": obj("x", x=schema)}
    ),
    "reference": lambda schema: ({"$ref": "#/components/schemas/Page%5BX~1Y%5D"}, {"Page[X/Y]": schema}),
    "reference to a reference": lambda schema: (
        {"$ref": "#/components/schemas/A"}, {"A": {"$ref": "#/components/schemas/B"}, "B": obj(x=schema)}
    ),
    "array": lambda schema: (array(schema), {}),
    "map": lambda schema: ({"type": "object", "additionalProperties": schema}, {}),
    "cycle": lambda schema: ({"$ref": TREE}, {"Tree": obj(left={"$ref": TREE}, all=array({"$ref": TREE}), x=schema)}),
    "deep in a cycle": lambda schema: (
        {"$ref": TREE}, {"Tree": obj(child=obj(nodes=array({"$ref": TREE})), rest=obj(x=schema))}
    ),
    "union": _in_union,
    "nullable": lambda schema: (obj(x={"anyOf": [obj(y=schema), NULL]}), {}),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("name", "before", "after", "request_", "response"), EDITS, ids=[edit[0] for edit in EDITS])
def test_edit(name: str, before: Any, after: Any, request_: set[str], response: set[str], place: str) -> None:
    (one, schemas), (other, new_schemas) = PLACES[place](before), PLACES[place](after)
    for make, expected in ((sent, request_), (read, response)):
        found = kinds(make(one, schemas=schemas), make(other, schemas=new_schemas))
        assert found == expected or (place == "whole" and found - {"nullability"} == expected), (make.__name__, name)


@pytest.mark.parametrize(("name", "before", "after", "request_", "response"), EDITS, ids=[edit[0] for edit in EDITS])
def test_same_schema(name: str, before: Any, after: Any, request_: set[str], response: set[str]) -> None:
    for schema in (before, after):
        for make in (sent, read):
            assert kinds(make(schema), make(schema)) <= ({"not-judged"} if name.startswith("reference to") else set())


BREAKING = [
    (name, before, after, make)
    for name, before, after, request, response in EDITS
    for make, found in ((sent, request), (read, response))
    if found
]
HARMLESS = [
    (name, before, after, make)
    for name, before, after, request, response in EDITS
    for make, found in ((sent, request), (read, response))
    if not found
]


def planted(schema: Any, places: list[str]) -> tuple[Any, dict[str, Any]]:
    """A schema in places within places, and the components that they need."""
    components: dict[str, Any] = {}
    for place in places:
        schema, more = PLACES[place](schema)
        components |= more
    return schema, components


def places(shortest: int) -> st.SearchStrategy[list[str]]:
    # Two cycles would need two components of one name.
    each = st.sampled_from(sorted(PLACES.keys() - {"whole", "deep in a cycle"}))
    return st.lists(each, min_size=shortest, max_size=4, unique=True)


@settings(max_examples=300, deadline=None)
@given(edit=st.sampled_from(BREAKING), within=places(2))
def test_breaking_edit_is_found_in_places_within_places(edit: Any, within: list[str]) -> None:
    _, before, after, make = edit
    (one, schemas), (other, new_schemas) = planted(before, within), planted(after, within)
    assert kinds(make(one, schemas=schemas), make(other, schemas=new_schemas))


@settings(max_examples=150, deadline=None)
@given(edit=st.sampled_from(HARMLESS), within=places(2))
def test_harmless_edit_passes_in_places_within_places(edit: Any, within: list[str]) -> None:
    _, before, after, make = edit
    (one, schemas), (other, new_schemas) = planted(before, within), planted(after, within)
    assert not kinds(make(one, schemas=schemas), make(other, schemas=new_schemas))


def test_there_are_enough_breaking_edits() -> None:
    assert sum(bool(request) for _, _, _, request, _ in EDITS) >= 60
    assert len(BREAKING) >= 90


@settings(max_examples=100, deadline=None)
@given(edit=st.sampled_from(EDITS), within=places(1), is_request=st.booleans())
def test_reflexive_in_places_within_places(edit: Any, within: list[str], is_request: bool) -> None:
    make = sent if is_request else read
    for schema in edit[1:3]:
        whole, components = planted(schema, within)
        document = make(whole, schemas=components)
        copy = json.loads(json.dumps(document))
        assert kinds(document, copy) <= ({"not-judged"} if edit[0].startswith("reference to") else set())
