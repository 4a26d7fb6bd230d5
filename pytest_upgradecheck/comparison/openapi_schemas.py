"""Schemas of an OpenAPI document, before against after, as the clients of before see them.

What a client sends must still be taken: a schema of requests may widen, never narrow. What a client reads must still be
what it knows: a schema of responses keeps its fields and types. A new value of an enumeration in a response is
additive, as a new field is. What cannot be judged and differs, breaks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

#: Bounds, and whether a larger value narrows.
_BOUNDS = {
    "minimum": True, "exclusiveMinimum": True, "minLength": True, "minItems": True, "minProperties": True,
    "maximum": False, "exclusiveMaximum": False, "maxLength": False, "maxItems": False, "maxProperties": False,
}  # fmt: skip
_UNJUDGED = ("not", "if", "then", "else", "patternProperties", "propertyNames", "contains", "dependentSchemas",
             "dependentRequired", "unevaluatedProperties", "prefixItems")  # fmt: skip
_DEEPEST = 100


class Direction(str, Enum):
    """Who writes a value of the schema: the client (request) or the platform (response)."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Document:
    """A document, for its references."""

    root: dict[str, Any]

    def resolved(self, node: Any) -> tuple[dict[str, Any] | None, str]:
        """What a node stands for, and the name of the last reference on the way; None where one leads nowhere."""
        name = ""
        for _ in range(_DEEPEST):
            node = mapping(node)
            if "$ref" not in node:
                return node, name
            name = str(node["$ref"])
            found = self._at(name)
            if found is None:
                return None, name
            node = found
        return None, name

    def _at(self, reference: str) -> dict[str, Any] | None:
        if not reference.startswith("#/"):
            return None
        node: Any = self.root
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                return None
            node = node[key]
        return node if isinstance(node, dict) else None


#: Told where, what, and whether it breaks clients.
Report = Callable[[str, str, bool], None]


class SchemaComparison:
    """Compares schemas of two documents; a component is looked at once for requests and once for responses."""

    def __init__(self, before: Document, after: Document, report: Report) -> None:
        self.before = before
        self.after = after
        self.report = report
        self._seen: set[tuple[str, str, Direction]] = set()

    def compare(self, old: Any, new: Any, where: str, field: str, way: Direction, depth: int = 0) -> None:
        """Report what differs. ``field`` is the path within the schema, empty for the whole."""
        before, old_name = self.before.resolved(old)
        after, new_name = self.after.resolved(new)
        if before is None or after is None or depth > _DEEPEST:
            if old != new:
                self.report(where, f"{_subject(field, way)} cannot be judged: {old_name or new_name}", True)
            return
        if old_name and new_name:
            if (old_name, new_name, way) in self._seen:
                return
            self._seen.add((old_name, new_name, way))
            where, field = f"schema {old_name.rpartition('/')[2]} in {way.value}s", ""
        before, after = self._flat(self.before, before), self._flat(self.after, after)
        subject = _subject(field, way)
        self._types(before, after, where, subject, way)
        self._enums(before, after, where, subject, way)
        if way is Direction.REQUEST:
            self._bounds(before, after, where, subject)
        for keyword in _UNJUDGED:
            if before.get(keyword) != after.get(keyword):
                self.report(where, f"{subject}: `{keyword}` differs, which cannot be judged", True)
        self._fields(before, after, where, field, way, depth)
        if "items" in before and "items" in after:
            self.compare(before["items"], after["items"], where, f"{field}[]", way, depth + 1)
        elif "items" in after and way is Direction.REQUEST:
            self.report(where, f"{subject} takes only certain items now", True)
        self._additional(before, after, where, field, way, depth)
        self._variants(before, after, where, field, way, depth)

    def _types(self, before: dict[str, Any], after: dict[str, Any], where: str, subject: str, way: Direction) -> None:
        old, new = _types(before), _types(after)
        if way is Direction.REQUEST:
            lost = (old or set()) - (new if new is not None else old or set())
            if "integer" in lost and new is not None and "number" in new:
                lost.discard("integer")
            if lost or (old is None and new is not None and not _variants_of(before)):
                self.report(where, f"{subject} was {_said(old)} and must be {_said(new)}", True)
        else:
            gained = (new or set()) - (old if old is not None else new or set())
            if "integer" in gained and old is not None and "number" in old:
                gained.discard("integer")
            if gained or (old is not None and new is None and not _variants_of(after)):
                self.report(where, f"{subject} was {_said(old)} and may be {_said(new)}", True)

    def _enums(self, before: dict[str, Any], after: dict[str, Any], where: str, subject: str, way: Direction) -> None:
        old, new = _enum(before), _enum(after)
        if way is Direction.REQUEST:
            lost = [] if new is None else ["any value"] if old is None else [each for each in old if each not in new]
            if lost:
                self.report(where, f"{subject} takes {', '.join(lost[:5])} no more", True)
        elif old is not None and new is None:
            self.report(where, f"{subject} was one of {', '.join(old[:5])} and may be anything", True)
        elif old is not None and new is not None:
            for added in [each for each in new if each not in old]:
                self.report(where, f"{subject} may be {added} as well", False)

    def _bounds(self, before: dict[str, Any], after: dict[str, Any], where: str, subject: str) -> None:
        for bound, larger_narrows in _BOUNDS.items():
            old, new = before.get(bound), after.get(bound)
            if new == old or not isinstance(new, (int, float)) or isinstance(new, bool):
                continue
            if not isinstance(old, (int, float)) or (new > old) is larger_narrows:
                self.report(
                    where, f"{subject}: {bound} was {_json(old) if old is not None else 'free'}, is {new}", True
                )
        for keyword in ("pattern", "format", "multipleOf"):
            old, new = before.get(keyword), after.get(keyword)
            if new is not None and new != old:
                self.report(where, f"{subject}: {keyword} was {_json(old) if old else 'free'}, is {_json(new)}", True)
        if after.get("uniqueItems") is True and before.get("uniqueItems") is not True:
            self.report(where, f"{subject}: its items must be unique now", True)

    def _fields(
        self, before: dict[str, Any], after: dict[str, Any], where: str, field: str, way: Direction, depth: int
    ) -> None:
        old, new = mapping(before.get("properties")), mapping(after.get("properties"))
        was_required, is_required = _names(before.get("required")), _names(after.get("required"))
        for name, schema in old.items():
            inner = f"{field}.{name}" if field else name
            if name not in new:
                gone = "is gone" if way is Direction.RESPONSE else "is not taken any more"
                self.report(where, f"{_subject(inner, way)} {gone}", True)
                continue
            if way is Direction.RESPONSE and name in was_required and name not in is_required:
                self.report(where, f"{_subject(inner, way)} is not always there any more", True)
            self.compare(schema, new[name], where, inner, way, depth + 1)
        for name in new:
            if name not in old:
                self.report(where, f"{_subject(f'{field}.{name}' if field else name, way)} is new", False)
        if way is Direction.REQUEST:
            for name in sorted(is_required - was_required):
                self.report(where, f"{_subject(f'{field}.{name}' if field else name, way)} is required now", True)

    def _additional(
        self, before: dict[str, Any], after: dict[str, Any], where: str, field: str, way: Direction, depth: int
    ) -> None:
        old, new = before.get("additionalProperties", True), after.get("additionalProperties", True)
        if isinstance(old, dict) and isinstance(new, dict):
            self.compare(old, new, where, f"{field}.*" if field else "*", way, depth + 1)
        elif way is Direction.REQUEST and old is not False and new is False and _is_object(before):
            self.report(where, f"{_subject(field, way)} takes no further fields any more", True)
        elif way is Direction.REQUEST and old is True and isinstance(new, dict) and new and _is_object(before):
            self.report(where, f"{_subject(field, way)} takes only certain further fields now", True)

    def _variants(
        self, before: dict[str, Any], after: dict[str, Any], where: str, field: str, way: Direction, depth: int
    ) -> None:
        old, new = _variants_of(before), _variants_of(after)
        if not old and not new:
            return
        subject = _subject(field, way)
        gone = [each for name, each in old.items() if name not in new]
        come = [each for name, each in new.items() if name not in old]
        for name in old:
            if name in new:
                self.compare(old[name], new[name], where, field, way, depth + 1)
        if len(gone) == len(come) == 1:
            self.compare(gone[0], come[0], where, field, way, depth + 1)
        elif way is Direction.REQUEST and gone:
            self.report(where, f"{subject} takes {len(gone)} of its variants no more", True)
        elif way is Direction.RESPONSE and come:
            self.report(where, f"{subject} may be of {len(come)} variants it never was", True)

    def _flat(self, document: Document, schema: dict[str, Any], depth: int = 0) -> dict[str, Any]:
        """The schema with what ``allOf`` says put into it, null told by type, and a single variant taken as it is."""
        flat = {key: value for key, value in schema.items() if key not in ("allOf", "anyOf", "oneOf")}
        for part in _list(schema.get("allOf")):
            resolved, _ = document.resolved(part)
            if resolved is not None and depth < _DEEPEST:
                flat = _merged(flat, self._flat(document, resolved, depth + 1))
        for union in ("anyOf", "oneOf"):
            variants = [each for each in _list(schema.get(union)) if isinstance(each, dict)]
            others = [each for each in variants if each.get("type") != "null"]
            if len(others) < len(variants):
                flat["nullable"] = True
            if len(others) == 1 and depth < _DEEPEST:
                resolved, _ = document.resolved(others[0])
                flat = _merged(flat, self._flat(document, resolved or {}, depth + 1))
            elif others:
                flat[union] = others
        return flat


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is an object; an empty one where a document has something else in its place."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(value: Any) -> set[str]:
    return {each for each in _list(value) if isinstance(each, str)}


def _types(schema: dict[str, Any]) -> set[str] | None:
    """The types a schema allows; None where it says nothing of types."""
    said = schema.get("type")
    types = {said} if isinstance(said, str) else _names(said)
    if not types:
        return None
    return types | {"null"} if schema.get("nullable") is True else types


def _enum(schema: dict[str, Any]) -> list[str] | None:
    if "const" in schema:
        return [_json(schema["const"])]
    return [_json(each) for each in schema["enum"]] if isinstance(schema.get("enum"), list) else None


def _variants_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Variants by what tells them apart: the component they name, else all they say."""
    variants = [each for union in ("anyOf", "oneOf") for each in _list(schema.get(union)) if isinstance(each, dict)]
    return {str(each.get("$ref") or _json(each)): each for each in variants}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = {**other, **one}
    merged["properties"] = {**mapping(other.get("properties")), **mapping(one.get("properties"))}
    merged["required"] = sorted(_names(one.get("required")) | _names(other.get("required")))
    if one.get("nullable") is True or other.get("nullable") is True:
        merged["nullable"] = True
    return merged


def _is_object(schema: dict[str, Any]) -> bool:
    return "properties" in schema or "object" in (_types(schema) or ())


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _said(types: set[str] | None) -> str:
    return " or ".join(sorted(types)) if types else "anything"


def _subject(field: str, way: Direction) -> str:
    return f"{way.value} field `{field}`" if field else f"the {way.value}"


def success(statuses: Iterator[str] | list[str]) -> list[str]:
    """Those statuses that clients build on: successes, redirects and the default."""
    return [status for status in statuses if status[:1] in ("1", "2", "3") or status == "default"]
