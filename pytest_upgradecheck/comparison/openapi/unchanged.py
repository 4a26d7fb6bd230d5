"""Schemas that are written the same in both documents, found quickly: most of a real document.

Only what is plain is recognised: well-formed, with references that lead to schemas which are the same, too. Everything
else is compared in full.
"""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.comparison.openapi.document import Document, Unresolved, mapping

_SILENT = frozenset(
    {"title", "description", "example", "examples", "externalDocs", "xml", "$comment", "summary", "$schema"}
)
#: Next to `$ref`, these never restrict values.
_ASIDE = _SILENT | {"$ref"}
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SINGLE = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "additionalItems",
     "unevaluatedProperties", "unevaluatedItems", "contentSchema"}
)  # fmt: skip
_PLAIN: dict[str, tuple[type, ...]] = {
    "required": (list,), "enum": (list,), "format": (str,), "pattern": (str,), "nullable": (bool,), "readOnly": (bool,),
    "writeOnly": (bool,), "deprecated": (bool,), "uniqueItems": (bool,), "minimum": (int, float),
    "maximum": (int, float), "exclusiveMinimum": (int, float, bool), "exclusiveMaximum": (int, float, bool),
    "multipleOf": (int, float), "minLength": (int,), "maxLength": (int,), "minItems": (int,), "maxItems": (int,),
    "minProperties": (int,), "maxProperties": (int,), "contentMediaType": (str,),
    "x-nullable": (bool,), "x-extensible-enum": (list,),
}  # fmt: skip
_ANY_VALUE = frozenset({"default", "const"})
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_MISSING = object()


class Unchanged:
    """The schemas that are certainly the same in two documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        #: Whether a keyword next to `$ref` means the same in both: since 3.1 it counts.
        self._siblings_agree = old.siblings_count == new.siblings_count
        self._affected: set[str] = set()
        self._refs: set[str] = set()
        self._names: dict[tuple[str, str], Any] = {}
        self._find_affected()

    def is_same(self, old: Any, new: Any) -> bool:
        """Whether two schemas are the same, and whatever they lead to. False means: compare them."""
        name = self._old.name_of(old)
        if name is not None and name == self._new.name_of(new):
            return name not in self._affected
        self._refs = set()
        return self._same(old, new) and self._affected.isdisjoint(self._refs)

    def _find_affected(self) -> None:
        """Components that differ, or lead to one that does."""
        olds, news = dict(self._old.schemas()), dict(self._new.schemas())
        users: dict[str, list[str]] = {}
        for name, old in olds.items():
            self._refs = set()
            if not self._same(old, news.get(name, _MISSING)):
                self._affected.add(name)
                continue
            for used in self._refs:
                users.setdefault(used, []).append(name)
        open_names = list(self._affected)
        while open_names:
            for user in users.get(open_names.pop(), ()):
                if user not in self._affected:
                    self._affected.add(user)
                    open_names.append(user)

    def _uses(self, reference: Any, other: Any) -> bool:
        """Note two references to a component that both documents have under one name; False if they lead elsewhere."""
        if type(reference) is not str or type(other) is not str:
            return False
        name = self._names.get((reference, other), _MISSING)
        if name is _MISSING:
            try:
                old, new = self._old.target(reference), self._new.target(other)
                name = old.name if old.name == new.name else None
            except Unresolved:
                name = None
            self._names[reference, other] = name
        if name is None:
            return False
        self._refs.add(name)
        return True

    def _same(self, old: Any, new: Any) -> bool:
        """Whether two schemas are written the same, but for descriptions; collects what they refer to."""
        if type(old) is not dict or type(new) is not dict:
            return type(old) is bool and old is new
        number = 0
        for key, value in old.items():
            if key in _SILENT or (key[:2] == "x-" and key not in _PLAIN):
                continue
            number += 1
            other = new.get(key, _MISSING)
            if other is _MISSING:
                return False
            if key == "type":
                if value != other or not (value in _TYPES if type(value) is str else self._are_types(value)):
                    return False
            elif key in _MAPS:
                if type(value) is not dict or type(other) is not dict or value.keys() != other.keys():
                    return False
                if not all(self._same(each, other[name]) for name, each in value.items()):
                    return False
            elif key == "$ref":
                if not self._uses(value, other):
                    return False
                if not self._siblings_agree and not (_ASIDE.issuperset(old) and _ASIDE.issuperset(new)):
                    return False
            elif key in _LISTS:
                if type(value) is not list or type(other) is not list or len(value) != len(other) or not value:
                    return False
                if not all(map(self._same, value, other)):
                    return False
            elif key in _SINGLE:
                if not self._same(value, other):
                    return False
            elif key == "discriminator":
                if value != other or not self._is_plain_discriminator(old):
                    return False
            elif value != other or type(value) not in _PLAIN.get(key, (type(value),) if key in _ANY_VALUE else ()):
                return False
        if old.keys() == new.keys():
            return True
        return number == sum(1 for key in new if not (key in _SILENT or (key[:2] == "x-" and key not in _PLAIN)))

    def _are_types(self, value: Any) -> bool:
        return type(value) is list and all(type(each) is str and each in _TYPES for each in value)

    def _is_plain_discriminator(self, schema: dict[str, Any]) -> bool:
        """A discriminator of listed members; without a list, all components that inherit count, too."""
        said = schema["discriminator"]
        if type(said) is not dict or not isinstance(said.get("propertyName"), str):
            return False
        pairs = mapping(said.get("mapping")).values()
        names = [each for each in pairs if isinstance(each, str)]
        return ("oneOf" in schema or "anyOf" in schema) and all(
            self._uses(self._old.schema_reference(name), self._new.schema_reference(name)) for name in names
        )
