"""The normal form of a schema: the set of values it allows, as alternatives of one JSON type each.

However a document writes it (`nullable`, lists of types, `allOf`, `anyOf` of one, `const`, an enumeration spelt as
`oneOf`), the same set of values has the same shape. Schemas inside of a shape are handles: they are read when a
comparison gets to them, so a schema that contains itself is no special case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

#: The schemas that must all hold for a value, by the identity of their nodes in the document; none: any value.
Handle: TypeAlias = "tuple[int, ...]"

ANYTHING: Handle = ()
#: The identity that stands for the schema `false`.
NOTHING_ID = 0
NOTHING: Handle = (NOTHING_ID,)

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
#: The types that a schema without any restriction allows; an integer is a number.
ALL_TYPES = frozenset(TYPES) - {"integer"}


@dataclass(frozen=True, slots=True, order=True)
class Bound:
    """The end of a range of numbers."""

    value: float
    exclusive: bool = False

    def __str__(self) -> str:
        return f"{number_text(self.value)}{' (exclusive)' if self.exclusive else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One alternative of a shape: the values of one type that meet all of these conditions.

    ``values`` are the only values allowed, as canonical JSON; ``sizes`` bound a length or count; ``fields``,
    ``pattern_fields`` and ``additional`` (None if the schema does not say) are the members of an object; ``items`` and
    ``prefix`` those of an array; ``further`` are the conditions that are compared as they are. ``name`` is the
    component the alternative comes from; an ``exclusive`` one accepts no value that fits another alternative, too.
    """

    type: str
    values: frozenset[str] | None = None
    low: Bound | None = None
    high: Bound | None = None
    smallest: int = 0
    largest: int | None = None
    multiples: frozenset[float] = frozenset()
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    items: Handle = ANYTHING
    prefix: tuple[Handle, ...] = ()
    unique: bool = False
    fields: Mapping[str, Handle] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    pattern_fields: Mapping[str, Handle] = field(default_factory=dict)
    additional: Handle | None = None
    further: tuple[tuple[str, Any], ...] = ()
    name: str | None = None
    exclusive: bool = False

    @property
    def is_free(self) -> bool:
        """Whether every value of the type is allowed."""
        return (
            self.values is None
            and self.low is None
            and self.high is None
            and not self.smallest
            and self.largest is None
            and not (self.multiples or self.patterns or self.formats or self.further)
            and self.items == ANYTHING
            and not (self.prefix or self.unique or self.fields or self.required or self.pattern_fields)
            and self.additional is None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The alternatives of a schema, and why parts of it cannot be judged."""

    atoms: tuple[Atom, ...]
    unjudged: tuple[str, ...] = ()

    @property
    def is_anything(self) -> bool:
        """Whether every JSON value is allowed."""
        return {atom.type for atom in self.atoms if atom.is_free} >= ALL_TYPES

    def of_type(self, *types: str) -> list[Atom]:
        """The alternatives of these types."""
        return [atom for atom in self.atoms if atom.type in types]

    @property
    def types(self) -> frozenset[str]:
        """The types that are allowed at all."""
        return frozenset(atom.type for atom in self.atoms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """Annotations of a schema, which do not restrict its values."""

    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    sunset: str | None = None
    #: As canonical JSON; None if there is no default, or if it is null.
    default: str | None = None


FREE_ATOMS = tuple(Atom(type=name) for name in TYPES if name in ALL_TYPES)
ANY_SHAPE = Shape(atoms=FREE_ATOMS)


def canonical(value: Any) -> str:
    """A JSON value as text, the same for the same value however it is written: 1.0 is 1, members in any order."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def type_of(text: str) -> str:
    """The JSON type of a value in canonical form."""
    first = text[:1]
    if first in "-0123456789NI":
        return "integer" if text.lstrip("-").isdigit() else "number"
    return {"{": "object", "[": "array", '"': "string", "t": "boolean", "f": "boolean"}.get(first, "null")


def number_text(value: float) -> str:
    """A number without a needless `.0`."""
    return str(value).removesuffix(".0")


def simplified(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
    """Alternatives without repetition: enumerations become one, and a free type leaves no room for less."""
    kept: list[Atom] = []
    for name in TYPES:
        here = [atom for atom in atoms if atom.type == name]
        if not here:
            continue
        # What a client sends of an object are the fields that are named: next to a free object, they still count.
        if name != "object" and any(atom.is_free for atom in here):
            kept.append(Atom(type=name))
            continue
        listed = [atom for atom in here if atom.values is not None]
        if len(listed) > 1:
            values = frozenset().union(*(atom.values or frozenset() for atom in listed))
            here = [atom for atom in here if atom.values is None]
            here.append(Atom(type=name, values=values))
        for atom in here:
            if name == "boolean" and atom.values is not None and len(atom.values) == 2:
                kept.append(Atom(type=name))
            elif atom not in kept:
                kept.append(atom)
    if any(atom.type == "number" and atom.is_free for atom in kept):
        kept = [atom for atom in kept if atom.type != "integer"]
    return tuple(kept)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
