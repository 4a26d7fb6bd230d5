"""One OpenAPI or Swagger document: its version, its references, and the work that reading it may take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

#: Steps of reading and comparing before a document counts as too entangled. 10 MB documents take a twentieth of it.
MOST_WORK = 20_000_000
_LONGEST_CHAIN = 100


class NotOpenApi(ValueError):
    """A value that is not an OpenAPI or Swagger document; the message says what was found instead."""


class Unresolved(Exception):
    """A reference that cannot be followed; the message says why."""


class TooMuchWork(Exception):
    """The documents are too entangled to be compared within the limit."""


class Budget:
    """The work that one comparison may take, in steps, so that no document can make it run forever."""

    def __init__(self, limit: int = MOST_WORK) -> None:
        self.limit = limit
        self.left = limit

    def spend(self, steps: int = 1) -> None:
        """Count some steps; TooMuchWork when none are left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWork(f"the comparison stopped after {self.limit:,} steps: the documents are too entangled")


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a reference, and its name if it is a component."""

    node: Any
    name: str | None


class Document:
    """A document and everything needed to follow its references. Other files are never read."""

    def __init__(self, root: dict[str, Any], budget: Budget | None = None) -> None:
        self.root = root
        self.budget = budget or Budget()
        self.version = version_of(root)
        #: Since 3.1, keywords next to `$ref` count; before, they are ignored.
        self.siblings_count = self.version >= (3, 1)
        self._targets: dict[str, Target | Unresolved] = {}
        self._anchors: dict[str, Any] | None = None
        self._names: dict[int, str] = {}
        for name, schema in self.schemas():
            self._names.setdefault(id(schema), name)
        self._subtypes: dict[int, list[str]] | None = None

    def schemas(self) -> Iterator[tuple[str, Any]]:
        """The named schemas of the document."""
        yield from mapping(mapping(self.root.get("components")).get("schemas")).items()
        yield from mapping(self.root.get("definitions")).items()

    def schema_reference(self, name: str) -> str:
        """The reference to the schema of a name, as a discriminator may give it; references stay as they are."""
        if name.startswith("#") or "/" in name or name.endswith((".json", ".yaml", ".yml")):
            return name
        place = "#/definitions/" if self.version < (3,) else "#/components/schemas/"
        return place + name.replace("~", "~0").replace("/", "~1")

    def name_of(self, node: Any) -> str | None:
        """The component's name if the node is one."""
        return self._names.get(id(node))

    def target(self, reference: Any) -> Target:
        """Follow a reference, and any reference that it leads to; Unresolved if it leads nowhere in this file."""
        if not isinstance(reference, str):
            raise Unresolved(f"a reference is {kind_of(reference)}, expected a string")
        found = self._targets.get(reference)
        if found is None:
            try:
                found = self._follow(reference)
            except Unresolved as error:
                found = error
            self._targets[reference] = found
        if isinstance(found, Unresolved):
            raise Unresolved(str(found))
        return found

    def resolved(self, node: Any) -> dict[str, Any]:
        """An object of the document (not a schema) behind any references; siblings of `$ref` override their target."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(node, dict):
                raise Unresolved(f"found {kind_of(node)}, expected an object")
            if "$ref" not in node:
                return node
            target = self.target(node["$ref"]).node
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**target, **beside} if beside and isinstance(target, dict) else target
        raise Unresolved("a reference leads back to itself")

    def subtypes(self, node: Any) -> list[str]:
        """References to the components whose `allOf` names this one: they inherit from it."""
        if self._subtypes is None:
            self._subtypes = {}
            for name, schema in self.schemas():
                members = schema.get("allOf") if isinstance(schema, dict) else None
                for member in members if isinstance(members, list) else ():
                    if isinstance(member, dict) and "$ref" in member:
                        try:
                            parent = self.target(member["$ref"]).node
                        except Unresolved:
                            continue
                        self._subtypes.setdefault(id(parent), []).append(self.schema_reference(name))
        return self._subtypes.get(id(node), [])

    def _follow(self, reference: str) -> Target:
        seen = [reference]
        while True:
            node = self._at(reference)
            if not (isinstance(node, dict) and "$ref" in node) or (self.siblings_count and _constrains(node)):
                return Target(node, self.name_of(node))
            reference = node["$ref"]
            if not isinstance(reference, str):
                raise Unresolved(f"a reference is {kind_of(reference)}, expected a string")
            if reference in seen or len(seen) > _LONGEST_CHAIN:
                raise Unresolved(f"the reference {shown_reference(seen[0])} leads back to itself")
            seen.append(reference)

    def _at(self, reference: str) -> Any:
        base, _, fragment = reference.partition("#")
        node: Any = self.root
        if base:
            own = self.root.get("$self", self.root.get("$id"))
            if base != own:
                node = self._anchored(base)
                if node is None:
                    raise Unresolved(f"the reference {shown_reference(reference)} leads to another file, not read")
        if not fragment:
            return node
        if not fragment.startswith("/"):
            found = self._anchored("#" + unquote(fragment))
            if found is None:
                raise Unresolved(f"the reference {shown_reference(reference)} leads nowhere")
            return found
        for part in fragment[1:].split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            else:
                raise Unresolved(f"the reference {shown_reference(reference)} leads nowhere")
        return node

    def _anchored(self, name: str) -> Any:
        if self._anchors is None:
            self._anchors = {}
            open_nodes: list[Any] = [self.root]
            while open_nodes:
                node = open_nodes.pop()
                self.budget.spend()
                if isinstance(node, dict):
                    for keyword, prefix in (("$anchor", "#"), ("$dynamicAnchor", "#"), ("$id", "")):
                        if isinstance(node.get(keyword), str):
                            self._anchors.setdefault(prefix + node[keyword], node)
                    open_nodes.extend(value for value in node.values() if isinstance(value, (dict, list)))
                else:
                    open_nodes.extend(value for value in node if isinstance(value, (dict, list)))
        return self._anchors.get(name)


def version_of(root: Any) -> tuple[int, ...]:
    """The version a document states, such as ``(3, 1)``; NotOpenApi if it is not one that can be compared."""
    if not isinstance(root, dict):
        raise NotOpenApi(f"not an OpenAPI document: found {kind_of(root)}, expected an object")
    stated = root.get("openapi", root.get("swagger"))
    text = str(stated) if isinstance(stated, (str, float, int)) and not isinstance(stated, bool) else ""
    numbers = [int(part) if part.isdecimal() else -1 for part in text.split(".")[:2]]
    if "openapi" in root and len(numbers) == 2 and numbers[0] == 3 and 0 <= numbers[1] <= 2:
        return tuple(numbers)
    if "openapi" not in root and numbers[:1] == [2]:
        return (2, 0)
    if stated is None:
        members = ", ".join(f"`{str(name)[:40]}`" for name in list(root)[:5]) or "no members"
        raise NotOpenApi(f"not an OpenAPI document: it has neither `openapi` nor `swagger`, only {members}")
    what = "openapi" if "openapi" in root else "swagger"
    raise NotOpenApi(f"`{what}` is {str(stated)[:40]!r}; expected OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0")


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def kind_of(value: Any) -> str:
    """The type of a JSON value, in words."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)


def shown_reference(reference: str) -> str:
    """A reference as messages show it: the end of a long one names what it leads to."""
    return f"`{reference}`" if len(reference) <= 100 else f"`...{reference[-97:]}`"


def _constrains(node: dict[str, Any]) -> bool:
    return any(key not in ("$ref", "description", "summary", "title") for key in node)
