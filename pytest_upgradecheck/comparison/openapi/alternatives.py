"""Schemas taken apart: `allOf`, `anyOf`, `oneOf` and references become alternatives, each a list of plain schemas.

A conjunction is gathered once, however many ways lead to a member (a schema twice is the schema once), so that `allOf`
that leads back to itself ends. A union in it that has a member which already holds says nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pytest_upgradecheck.comparison.openapi.document import Document, Unresolved, kind_of, mapping

#: Alternatives of one schema before it counts as too entangled: unions within unions multiply.
MOST_ALTERNATIVES = 1_000

#: Keywords that do not restrict values, or are taken apart here.
SILENT = frozenset(
    {"$ref", "allOf", "anyOf", "oneOf", "nullable", "x-nullable", "discriminator", "title", "description", "example",
     "examples", "default", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml", "$id", "$schema", "$anchor",
     "$comment", "$defs", "definitions", "$dynamicAnchor", "$dynamicRef", "collectionFormat", "allowEmptyValue", "name",
     "in", "summary", "$vocabulary"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """The values by which a discriminator tells this alternative; ``implied`` by a component's name."""

    field: str
    values: tuple[str, ...]
    implied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Schemas without unions or references that all hold."""

    leaves: tuple[dict[str, Any], ...] = ()
    tags: tuple[Tag, ...] = ()
    name: str | None = None
    unjudged: tuple[str, ...] = ()
    #: Whether a value must not fit another alternative, too: members of `oneOf`.
    exclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Union:
    members: list[Any]
    #: For each member, the value that tells it from the others.
    tags: list[Tag | None]
    #: Whether the schema it is in says nothing else.
    is_all: bool = False
    exclusive: bool = False


class TooManyAlternatives(Exception):
    """Unions within unions multiply to more alternatives than the limit."""


class Alternatives:
    """Takes the schemas of a document apart."""

    def __init__(self, document: Document) -> None:
        self.document = document
        # Schemas made here must live as long as their identities are used.
        self._nullable: dict[int, tuple[Any, dict[str, Any]]] = {}

    def of(self, nodes: list[Any]) -> list[Alternative]:
        """The alternatives of schemas that all hold; TooManyAlternatives."""
        return self._expanded(nodes, set())

    def plain_parts(self, nodes: list[Any]) -> Iterator[dict[str, Any]]:
        """Every schema that holds whatever the alternative, behind references and `allOf`; null is no alternative."""
        visited: set[int] = set()
        open_nodes = list(nodes)
        while open_nodes:
            unions: list[_Union] = []
            yield from self._gathered(open_nodes, visited, unions, [])[1]
            others = ([member for member in union.members if member != _NULL] for union in unions)
            open_nodes = [members[0] for members in others if len(members) == 1]

    def _expanded(self, nodes: list[Any], visited: set[int]) -> list[Alternative]:
        unions: list[_Union] = []
        unjudged: list[str] = []
        possible, parts = self._gathered(nodes, visited, unions, unjudged)
        if not possible:
            return []
        leaves = tuple(part for part in parts if any(key not in SILENT and key[:2] != "x-" for key in part))
        leaves += tuple(part for part in parts if "x-extensible-enum" in part and part not in leaves)
        result = [Alternative(leaves=leaves, unjudged=tuple(unjudged), name=self._name(nodes))]
        for union in unions:
            variants = self._variants(union, visited)
            if variants is None:
                continue
            if len(result) * len(variants) > MOST_ALTERNATIVES:
                raise TooManyAlternatives
            # A member of several is not the component that lists them.
            if sum(variant.leaves != _ONLY_NULL for variant in variants) > 1:
                result = [replace(one, name=None) for one in result]
            result = [_both(one, other) for one in result for other in variants]
        return result

    def _gathered(
        self, nodes: list[Any], visited: set[int], unions: list[_Union], unjudged: list[str]
    ) -> tuple[bool, list[dict[str, Any]]]:
        """The plain parts of a conjunction, and whether any value can meet them all."""
        parts: list[dict[str, Any]] = []
        open_nodes = list(reversed(nodes))
        while open_nodes:
            node = open_nodes.pop()
            self.document.budget.spend()
            if node is True or (isinstance(node, dict) and not node):
                continue
            if node is False:
                return False, []
            if not isinstance(node, dict):
                unjudged.append(f"found {kind_of(node)}, expected a schema")
                continue
            if id(node) in visited:
                continue
            visited.add(id(node))
            reference = node.get("$ref", node.get("$dynamicRef"))
            if reference is not None:
                try:
                    open_nodes.append(self.document.target(reference).node)
                except Unresolved as error:
                    unjudged.append(str(error))
                if not self.document.siblings_count:
                    continue
            if node.get("nullable") is True or node.get("x-nullable") is True:
                node = self._with_null(node)
            parts.append(node)
            members = node.get("allOf", [])
            if isinstance(members, list):
                open_nodes.extend(reversed(members))
            else:
                unjudged.append(f"`allOf` is {kind_of(members)}, expected a list")
            if not _UNIONS.isdisjoint(node):
                unions.extend(self._unions(node, unjudged))
        return True, parts

    def _with_null(self, node: dict[str, Any]) -> dict[str, Any]:
        """A schema that allows null next to what it allows otherwise, written without `nullable`."""
        known = self._nullable.get(id(node))
        if known is not None:
            return known[1]
        rest = {key: value for key, value in node.items() if key not in ("nullable", "x-nullable")}
        kind = rest.get("type")
        silent = {"allOf", "anyOf", "oneOf", "$ref"} & rest.keys()
        if isinstance(kind, str) and not silent:
            made = {**rest, "type": [kind, "null"]}
            if isinstance(rest.get("enum"), list):
                made["enum"] = [*rest["enum"], None]
        elif not silent and kind is None and not any(key not in SILENT for key in rest):
            made = rest
        else:
            beside: dict[str, Any] = {
                key: rest.pop(key) for key in ("default", "readOnly", "writeOnly", "deprecated") if key in rest
            }
            made = {**beside, "anyOf": [rest, {"type": "null"}]}
        self._nullable[id(node)] = (node, made)
        return made

    def _unions(self, node: dict[str, Any], unjudged: list[str]) -> Iterator[_Union]:
        field, targets = self._discriminator(node, unjudged)
        written = [keyword for keyword in ("anyOf", "oneOf") if keyword in node]
        plain = not any(key not in SILENT for key in node) and "allOf" not in node and len(written) == 1
        for keyword in written:
            members = node[keyword]
            if not isinstance(members, list):
                unjudged.append(f"`{keyword}` is {kind_of(members)}, expected a list")
            elif members:
                yield _Union(
                    members=[_null_if_bare(member) for member in members],
                    tags=[self._tag(member, field, targets) for member in members],
                    is_all=plain,
                    exclusive=keyword == "oneOf" and len(members) > 1,
                )
        if field and not written:
            references = dict.fromkeys(self.document.subtypes(node))
            for _, reference in targets:
                references.setdefault(reference)
            subtypes = [{"$ref": reference} for reference in references if self._leads_elsewhere(reference, node)]
            if subtypes:
                yield _Union(members=subtypes, tags=[self._tag(each, field, targets) for each in subtypes])

    def _leads_elsewhere(self, reference: str, node: dict[str, Any]) -> bool:
        try:
            return self.document.target(reference).node is not node
        except Unresolved:
            return True

    def _discriminator(self, node: dict[str, Any], unjudged: list[str]) -> tuple[str, list[tuple[str, str]]]:
        """The field of a discriminator, and its mapping of values to references."""
        said = node.get("discriminator")
        if isinstance(said, str):
            return said, []
        if not isinstance(said, dict):
            return "", []
        field = said.get("propertyName")
        if not isinstance(field, str):
            unjudged.append("a discriminator does not name its field")
            return "", []
        pairs = mapping(said.get("mapping")).items()
        return field, [(str(key), self.document.schema_reference(to)) for key, to in pairs if isinstance(to, str)]

    def _tag(self, member: Any, field: str, targets: list[tuple[str, str]]) -> Tag | None:
        if not field or not isinstance(member, dict) or not isinstance(member.get("$ref"), str):
            return None
        try:
            target = self.document.target(member["$ref"])
        except Unresolved:
            return None
        values = tuple(value for value, reference in targets if self._is(reference, target.node))
        if values:
            return Tag(field=field, values=values, implied=False)
        return Tag(field=field, values=(target.name,), implied=True) if target.name else None

    def _is(self, reference: str, node: Any) -> bool:
        try:
            return self.document.target(reference).node is node
        except Unresolved:
            return False

    def _variants(self, union: _Union, visited: set[int]) -> list[Alternative] | None:
        """The alternatives of a union's members; None if one of them holds already."""
        variants: list[Alternative] = []
        for member, tag in zip(union.members, union.tags, strict=True):
            if self._holds_already(member, visited):
                if union.is_all:
                    continue
                return None
            for variant in self._expanded([member], set(visited)):
                tags = (*variant.tags, tag) if tag else variant.tags
                variants.append(replace(variant, tags=tags, exclusive=variant.exclusive or union.exclusive))
            if len(variants) > MOST_ALTERNATIVES:
                raise TooManyAlternatives
        return variants

    def _holds_already(self, member: Any, visited: set[int]) -> bool:
        if id(member) in visited:
            return True
        if not isinstance(member, dict) or not isinstance(member.get("$ref"), str):
            return False
        try:
            return id(self.document.target(member["$ref"]).node) in visited
        except Unresolved:
            return False

    def _name(self, nodes: list[Any]) -> str | None:
        """The component that a conjunction is, also through `allOf` of nothing else."""
        if len(nodes) != 1 or not isinstance(nodes[0], dict):
            return None
        node = nodes[0]
        try:
            if "$ref" in node:
                return self.document.target(node["$ref"]).name
            name, members = self.document.name_of(node), node.get("allOf")
            if name is None and isinstance(members, list) and all(key in SILENT for key in node):
                return self._name(members)
            return name
        except Unresolved:
            return None


def _both(one: Alternative, other: Alternative) -> Alternative:
    return Alternative(
        leaves=(*one.leaves, *other.leaves),
        tags=(*one.tags, *other.tags),
        name=other.name or one.name,
        unjudged=(*one.unjudged, *other.unjudged),
        exclusive=one.exclusive or other.exclusive,
    )


def _null_if_bare(member: Any) -> Any:
    """`{nullable: true}` as a member of a union is how some generators write null in OpenAPI 3.0."""
    if isinstance(member, dict) and member.get("nullable") is True and not any(key not in SILENT for key in member):
        return member if {"allOf", "anyOf", "oneOf", "$ref"} & member.keys() else _NULL
    return member


_UNIONS = frozenset({"anyOf", "oneOf", "discriminator"})
_NULL = {"type": "null"}
_ONLY_NULL = (_NULL,)
