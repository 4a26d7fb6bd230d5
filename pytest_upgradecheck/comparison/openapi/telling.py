"""Schemas and values in a few words."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_upgradecheck import wording
from pytest_upgradecheck.comparison.openapi.shapes import Atom, Shape

#: Values, names or types that one line lists before it counts the rest.
_MOST = 5
_LONGEST = 60


def described(shape: Shape) -> str:
    """The types that a schema allows: `string (date-time) or null`."""
    if shape.is_anything:
        return "anything"
    words = dict.fromkeys(described_atom(atom) for atom in shape.atoms if atom.type != "null")
    if any(atom.type == "null" for atom in shape.atoms):
        words["null"] = None
    return joined(list(words), "or") or "nothing"


def described_atom(atom: Atom) -> str:
    """One alternative: the component it comes from, else its type."""
    if atom.values is not None:
        return f"one of {listed(atom.values)}" if len(atom.values) > 1 else listed(atom.values)
    if atom.name:
        return f"`{atom.name}`"
    if atom.type == "object" and atom.fields:
        return f"object with {joined([f'`{name}`' for name in atom.fields], 'and')}"
    return f"{atom.type} ({', '.join(sorted(atom.formats))})" if atom.formats else atom.type


def both_names(old: str | None, new: str | None) -> str | None:
    """The name of a schema that both documents share."""
    if old is None or new is None:
        return None
    return old if old == new else f"{old}, now {new}"


def listed(values: Iterable[str]) -> str:
    """Values in a fixed order, long lists counted."""
    return joined([told_value(value) for value in sorted(values)], "and")


def told_value(value: str | None) -> str:
    """A value in canonical JSON, on one line and not too long."""
    if value is None:
        return "none"
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 20]}... ({len(value):,} characters)"


def joined(words: list[str], by: str) -> str:
    """`a, b and c`; `a, b, c and 4 more` if there are many."""
    if len(words) > _MOST:
        return wording.listed(words, _MOST)
    return f" {by} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
