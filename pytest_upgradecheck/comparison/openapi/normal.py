"""From a schema as it is written to its normal form: see `shapes`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from pytest_upgradecheck.comparison.openapi.alternatives import Alternative, Alternatives, Tag, TooManyAlternatives
from pytest_upgradecheck.comparison.openapi.document import Document, Unresolved, kind_of
from pytest_upgradecheck.comparison.openapi.formats import normal_pattern, value_matches
from pytest_upgradecheck.comparison.openapi.keywords import (
    Malformed,
    NotASchema,
    fits,
    formats_of,
    is_of,
    members,
    names_in,
    number,
    range_of,
    sizes_of,
    strings,
    text,
    types_of,
    values_of,
)
from pytest_upgradecheck.comparison.openapi.media import normal_media_type
from pytest_upgradecheck.comparison.openapi.shapes import (
    ANY_SHAPE,
    NOTHING_ID,
    Annotations,
    Atom,
    Handle,
    Shape,
    canonical,
    simplified,
)

#: Conditions that are compared as they are, and the type they are about (none: all).
_FURTHER = {"not": "", "propertyNames": "object", "dependentSchemas": "object", "dependentRequired": "object",
            "contains": "array"}  # fmt: skip

#: Content of a string that says nothing more: none, and bytes, which is a format.
_PLAIN_CONTENT = ("", "application/octet-stream")

_ASIDE = frozenset({"$ref", "description", "summary", "title", "example", "examples", "$comment", "externalDocs"})

_COMPOSED = frozenset({"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "nullable", "x-nullable"})


class Schemas:
    """The schemas of one document in normal form. A handle is read once, when it is first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.alternatives = Alternatives(document)
        self._nodes: dict[int, Any] = {NOTHING_ID: False}
        self._shapes: dict[Handle, Shape] = {(): ANY_SHAPE}
        self._annotations: dict[Handle, Annotations] = {}
        self._made: dict[tuple[str, ...], dict[str, Any]] = {}
        self._in_progress: set[Handle] = set()

    def handle(self, *nodes: Any) -> Handle:
        """The handle of schemas that all hold; references lead to the same handle as their target."""
        if len(nodes) == 1 and type(nodes[0]) is dict and nodes[0] and "$ref" not in nodes[0]:
            self._nodes[id(nodes[0])] = nodes[0]
            return (id(nodes[0]),)
        identities: dict[int, None] = {}
        for written in nodes:
            node = self._straight(written)
            if node is True or (isinstance(node, dict) and not node):
                continue
            if node is False:
                return (NOTHING_ID,)
            identities[self._keep(node)] = None
        return tuple(identities) if len(identities) < 2 else tuple(sorted(identities))

    def name(self, handle: Handle) -> str | None:
        """The component that a handle stands for, if it does."""
        return self.document.name_of(self._nodes[handle[0]]) if len(handle) == 1 else None

    def node(self, handle: Handle) -> Any:
        """The schema that a handle stands for, if it is a single one."""
        return self._nodes[handle[0]] if len(handle) == 1 else None

    def wrapped_name(self, handle: Handle) -> str | None:
        """The component that a handle stands for next to null."""
        atoms = [atom for atom in self.shape(handle).atoms if atom.type != "null"]
        return atoms[0].name if len(atoms) == 1 else None

    def shape(self, handle: Handle) -> Shape:
        """The normal form."""
        shape = self._shapes.get(handle)
        if shape is None:
            self._in_progress.add(handle)
            shape = self._shapes[handle] = self._read(handle)
            self._in_progress.discard(handle)
        return shape

    def annotations(self, handle: Handle) -> Annotations:
        """Annotations of the schema, its own or those behind references and `allOf`."""
        found = self._annotations.get(handle)
        if found is None:
            nodes = [self._nodes[each] for each in handle]
            plain = all(type(node) is dict and _COMPOSED.isdisjoint(node) for node in nodes)
            parts = nodes if plain else list(self.alternatives.plain_parts(nodes))
            default = next((part["default"] for part in parts if part.get("default") is not None), None)
            sunset = next((part["x-sunset"] for part in parts if isinstance(part.get("x-sunset"), str)), None)
            found = self._annotations[handle] = Annotations(
                read_only=any(part.get("readOnly") is True for part in parts),
                write_only=any(part.get("writeOnly") is True for part in parts),
                deprecated=any(part.get("deprecated") is True for part in parts),
                sunset=sunset,
                default=None if default is None else canonical(default),
            )
        return found

    def joined(self, one: Handle, other: Handle) -> Handle:
        """The handle of both."""
        return tuple(sorted({*one, *other}))

    def _straight(self, node: Any) -> Any:
        """The target of a node that is only a reference; any other node itself."""
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            if self.document.siblings_count and any(key not in _ASIDE for key in node):
                return node
            try:
                return self.document.target(node["$ref"]).node
            except Unresolved:  # stays a node, and is reported when it is read
                return node
        return node

    def _keep(self, node: Any) -> int:
        if not isinstance(node, dict):
            node = self._made.setdefault(("malformed", kind_of(node)), {"type": NotASchema(kind_of(node))})
        self._nodes[id(node)] = node
        return id(node)

    def _read(self, handle: Handle) -> Shape:
        if NOTHING_ID in handle:
            return Shape(atoms=())
        try:
            alternatives = self.alternatives.of([self._nodes[each] for each in handle])
        except TooManyAlternatives:
            return Shape(atoms=ANY_SHAPE.atoms, unjudged=("its unions give too many combinations",))
        atoms: list[Atom] = []
        unjudged: dict[str, None] = {}
        for alternative in alternatives:
            unjudged.update(dict.fromkeys(alternative.unjudged))
            try:
                atoms.extend(self._atoms(alternative))
            except Malformed as error:
                unjudged[str(error)] = None
        return Shape(atoms=simplified(atoms), unjudged=tuple(unjudged))

    def _atoms(self, alternative: Alternative) -> Iterator[Atom]:
        leaves = alternative.leaves
        values = values_of(leaves)
        for name in types_of(leaves, values):
            if values is not None:
                mine = frozenset(value for value in values if is_of(value, name))
                mine = frozenset(value for value in mine if fits(value, leaves))
                if mine:
                    yield Atom(type=name, values=mine, name=alternative.name)
            elif name in ("number", "integer"):
                low, high = range_of(leaves, whole=name == "integer")
                multiples = frozenset(abs(number(leaf, "multipleOf")) for leaf in leaves if "multipleOf" in leaf)
                yield Atom(
                    type=name, low=low, high=high, multiples=multiples - ({1} if name == "integer" else set()),
                    formats=formats_of(leaves), further=self._further(leaves, name), name=alternative.name,
                )  # fmt: skip
            elif name == "string":
                smallest, largest = sizes_of(leaves, name)
                patterns = (normal_pattern(text(leaf, "pattern")) for leaf in leaves if "pattern" in leaf)
                yield Atom(
                    type=name, smallest=smallest, largest=largest, patterns=frozenset(filter(None, patterns)),
                    formats=formats_of(leaves), further=self._further(leaves, name), name=alternative.name,
                )  # fmt: skip
            elif name == "array":
                yield self._array(alternative)
            elif name == "object":
                yield self._object(alternative)
            else:
                yield Atom(type=name, further=self._further(leaves, name), name=alternative.name)

    def _array(self, alternative: Alternative) -> Atom:
        leaves = alternative.leaves
        smallest, largest = sizes_of(leaves, "array")
        tuples = [leaf.get("prefixItems", leaf.get("items")) for leaf in leaves]
        prefixes = [each for each in tuples if isinstance(each, list)]
        longest = max(map(len, prefixes), default=0)
        prefix = tuple(self.handle(*(each[at] for each in prefixes if at < len(each))) for at in range(longest))
        rest: list[Any] = []
        for leaf in leaves:
            if "items" in leaf and not isinstance(leaf["items"], list):
                rest.append(leaf["items"])
            elif isinstance(leaf.get("items"), list) and "additionalItems" in leaf:
                rest.append(leaf["additionalItems"])
            if "unevaluatedItems" in leaf:
                rest.append(leaf["unevaluatedItems"])
        items = self.handle(*rest)
        if items == (NOTHING_ID,):
            largest = longest if largest is None else min(largest, longest)
        return Atom(
            type="array", smallest=smallest, largest=largest, items=items, prefix=prefix,
            unique=any(leaf.get("uniqueItems") is True for leaf in leaves),
            further=self._further(leaves, "array"), name=alternative.name,
        )  # fmt: skip

    def _object(self, alternative: Alternative) -> Atom:
        leaves = alternative.leaves
        smallest, largest = sizes_of(leaves, "object")
        declared = [members(leaf, "properties") for leaf in leaves]
        by_pattern = [members(leaf, "patternProperties") for leaf in leaves]
        rest = [leaf.get("additionalProperties", leaf.get("unevaluatedProperties")) for leaf in leaves]
        fields: dict[str, Handle] = {}
        if len(leaves) == 1 and not by_pattern[0]:
            fields = {name: self.handle(node) for name, node in declared[0].items()}
        else:
            for name in dict.fromkeys(name for each in declared for name in each):
                nodes: list[Any] = []
                for own, patterns, other in zip(declared, by_pattern, rest, strict=True):
                    matched = [node for pattern, node in patterns.items() if value_matches(pattern, canonical(name))]
                    nodes += [own[name]] if name in own else []
                    nodes += matched
                    # A member that another part of allOf names is meant to come, even if this part is closed.
                    if name not in own and not matched and isinstance(other, dict):
                        nodes.append(other)
                fields[name] = self.handle(*nodes)
        required = frozenset().union(*(names_in(leaf, "required") for leaf in leaves))
        for tag in alternative.tags:
            fields[tag.field] = self._tagged(fields.get(tag.field, ()), tag)
            required |= {tag.field}
        said = [each for each in rest if each is not None]
        pattern_names = dict.fromkeys(pattern for each in by_pattern for pattern in each)
        return Atom(
            type="object", smallest=smallest, largest=largest, fields=fields, required=required,
            pattern_fields={
                name: self.handle(*(each[name] for each in by_pattern if name in each)) for name in pattern_names
            },
            additional=self.handle(*said) if said else None,
            further=self._further(leaves, "object"), name=alternative.name, exclusive=alternative.exclusive,
        )  # fmt: skip

    def _tagged(self, handle: Handle, tag: Tag) -> Handle:
        """The schema of a discriminator's field: what it says of itself, with the values of the discriminator."""
        if handle in self._in_progress:
            return handle
        declared = self.shape(handle).atoms if handle else ()
        listed = [atom.values for atom in declared if atom.type == "string" and atom.values is not None]
        values = {canonical(value) for value in tag.values}
        if listed and (tag.implied or not values & frozenset().union(*listed)):
            return handle
        node = self._made.setdefault(("tag", *tag.values), {"type": "string", "enum": list(tag.values)})
        return self.joined(handle, self.handle(node))

    def _further(self, leaves: tuple[dict[str, Any], ...], kind: str) -> tuple[tuple[str, Any], ...]:
        found: dict[str, list[Any]] = {}
        for leaf in leaves:
            for keyword, about in _FURTHER.items():
                if keyword in leaf and about in ("", kind):
                    found.setdefault(keyword, []).append(self._condition(keyword, leaf))
            if "if" in leaf and ("then" in leaf or "else" in leaf):
                branches = tuple(self.handle(leaf.get(branch, True)) for branch in ("if", "then", "else"))
                found.setdefault("if", []).append(branches)
            if "x-extensible-enum" in leaf and isinstance(leaf["x-extensible-enum"], list):
                values = frozenset(canonical(value) for value in leaf["x-extensible-enum"])
                found.setdefault("x-extensible-enum", []).append(values)
            if kind == "string" and normal_media_type(text(leaf, "contentMediaType", "")) not in _PLAIN_CONTENT:
                found.setdefault("contentMediaType", []).append(normal_media_type(leaf["contentMediaType"]))
            if "contentSchema" in leaf and kind == "string":
                found.setdefault("contentSchema", []).append(self.handle(leaf["contentSchema"]))
        return tuple((keyword, condition) for keyword, each in found.items() for condition in each)

    def _condition(self, keyword: str, leaf: dict[str, Any]) -> Any:
        value = leaf[keyword]
        if keyword == "dependentRequired":
            pairs = members(leaf, keyword).items()
            return {name: frozenset(strings(names, f"{keyword}.{name}")) for name, names in pairs}
        if keyword == "dependentSchemas":
            return {name: self.handle(node) for name, node in members(leaf, keyword).items()}
        if keyword == "contains":
            fewest, most = (number(leaf, key) if key in leaf else None for key in ("minContains", "maxContains"))
            return self.handle(value), 1 if fewest is None else fewest, math.inf if most is None else most
        return self.handle(value)
