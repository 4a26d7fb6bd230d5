"""Does every value that one side sends fit what the other side expects? Structural subtyping of two shapes.

In a request the client of before sends and the platform of after must accept; in a response the platform of after sends
and the client of before must understand. What differs comes as findings, and as pairs of schemas further down. Three
things are policy, not sets: a field that only one document names, a further value in a response, and what is read-only
or write-only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pytest_upgradecheck.comparison.openapi.conditions import Conditions
from pytest_upgradecheck.comparison.openapi.findings import Child, Finding, Pair, Sides, Way
from pytest_upgradecheck.comparison.openapi.kinds import Kind, Severity
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.objects import object_differences
from pytest_upgradecheck.comparison.openapi.scalars import scalar_differences, value_fits
from pytest_upgradecheck.comparison.openapi.shapes import NOTHING_ID, Atom, Handle, Shape
from pytest_upgradecheck.comparison.openapi.telling import both_names, described, described_atom
from pytest_upgradecheck.comparison.openapi.unchanged import Unchanged

Difference: TypeAlias = "Finding | Child"

#: Unions within unions that are followed; documents that people write have five.
_DEEPEST = 100
_GROUPS = (("boolean",), ("integer", "number"), ("string",), ("array",), ("object",))


class TooDeep(Exception):
    """Unions are nested too deep to decide whether one is part of the other."""


class Relation:
    """Compares the schemas of two documents."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        self.old = old
        self.new = new
        self.conditions = Conditions(self.holds)
        self._unchanged = Unchanged(old.document, new.document)
        self._same: dict[tuple[Handle, Handle], bool] = {}
        self._known: dict[Pair, bool] = {}
        self._assumed: list[Pair] = []
        self._depth = 0

    def holds(self, pair: Pair) -> bool:
        """Whether nothing breaks, and all can be judged.

        A pair that is met again while it is judged is assumed to hold. If the assumption fails, whatever was found true
        with it is forgotten.
        """
        known = self._known.get(pair)
        if known is not None:
            return known
        if self._depth > _DEEPEST:
            raise TooDeep
        self.old.document.budget.spend()
        mark = len(self._assumed)
        self._known[pair] = True
        self._assumed.append(pair)
        self._depth += 1
        try:
            fails = any(
                not self.holds(each.pair) if isinstance(each, Child) else each.severity is not Severity.COMPATIBLE
                for each in self.differences(pair)
            )
        except BaseException:
            self._forget(mark)
            raise
        finally:
            self._depth -= 1
        if fails:
            self._forget(mark)
            self._known[pair] = False
        elif not self._depth:
            self._assumed.clear()
        return not fails

    def is_same(self, old: Handle, new: Handle) -> bool:
        """Whether two schemas are written the same; quick, and False if that takes a closer look."""
        known = self._same.get((old, new))
        if known is None:
            if len(old) == len(new) == 1:
                known = self._unchanged.is_same(self.old.node(old), self.new.node(new))
            else:
                known = not old and not new
            self._same[old, new] = known
        return known

    def differences(self, pair: Pair) -> Iterator[Difference]:
        """The differences between two schemas, one level deep."""
        if self.is_same(pair.old, pair.new):
            return
        old, new = self.old.shape(pair.old), self.new.shape(pair.new)
        if old.unjudged or new.unjudged:
            for reason in dict.fromkeys((*old.unjudged, *new.unjudged)):
                yield Finding(Kind.NOT_JUDGED, reason)
            if old.unjudged != new.unjudged:
                return
        sides = Sides(pair, self.old, self.new, self.is_same)
        sent, expected = (old, new) if pair.way is Way.REQUEST else (new, old)
        if not old.atoms or expected.is_anything:
            if not new.atoms and old.atoms:
                yield Finding(Kind.TYPE_CHANGED, f"was {described(old)}, is never there now")
            return
        if not new.atoms:
            what = "accepts nothing now" if pair.way is Way.REQUEST else "is never there now"
            yield Finding(Kind.TYPE_CHANGED, f"was {described(old)}, {what}")
            return
        yield from self._types(old, new, sent, expected, pair)
        if sent.is_anything:
            return
        for group in _GROUPS:
            these, those = old.of_type(*group), new.of_type(*group)
            if these and those:
                yield from self._alternatives(these, those, sides)

    def _forget(self, mark: int) -> None:
        for pair in self._assumed[mark:]:
            self._known.pop(pair, None)
        del self._assumed[mark:]

    def _types(self, old: Shape, new: Shape, sent: Shape, expected: Shape, pair: Pair) -> Iterator[Difference]:
        lost = {atom.type for atom in sent.atoms} - expected.types
        if "number" in expected.types:
            lost.discard("integer")
        if pair.as_text and any(atom.is_free for atom in expected.of_type("string")):
            lost -= {"integer", "number", "boolean"}
        if "null" in lost and pair.as_text:
            lost.discard("null")  # there is no way to write it
        if "null" in lost and sent.types != {"null"} and not sent.is_anything:
            lost.discard("null")
            said = "no longer accepts null" if pair.way is Way.REQUEST else "may be null now"
            yield Finding(Kind.NULLABILITY, said)
        if lost:
            before, after = described(old), described(new)
            now = f"accepts only {after} now" if pair.way is Way.REQUEST else f"may be {after} now"
            yield Finding(Kind.TYPE_CHANGED, f"was {before}, {now}")

    def _alternatives(self, old: Sequence[Atom], new: Sequence[Atom], sides: Sides) -> Iterator[Difference]:
        """The alternatives of one type: each that is sent must fit one that is expected."""
        request = sides.pair.way is Way.REQUEST
        sent, expected = (old, new) if request else (new, old)
        if len(sent) == len(expected) == 1:
            yield from self._atoms(old[0], new[0], sides)
            return
        open_sent: list[Atom] = []
        taken: list[Atom] = []
        for atom in sent:
            fitting = next((other for other in _nearest_first(atom, expected) if self._fits(atom, other, sides)), None)
            if fitting is not None:
                taken.append(fitting)
                if request and len(sent) == 1 and fitting.exclusive:
                    yield from self._fits_twice(atom, fitting, expected, sides)
            elif not _values_fit(atom, expected):
                open_sent.append(atom)
        free = [atom for atom in expected if not any(atom is other for other in taken)]
        partners = _partners(
            open_sent, expected, free, *((sides.old, sides.new) if request else (sides.new, sides.old))
        )
        for atom, partner in zip(open_sent, partners, strict=True):
            if partner is None:
                kind = Kind.VARIANT_REMOVED if request else Kind.VARIANT_ADDED
                said = "is no longer accepted" if request else "may come now, but never did before"
                yield Finding(kind, f"{described_atom(atom)} {said}")
                continue
            pair = (atom, partner) if request else (partner, atom)
            name = both_names(pair[0].name, pair[1].name)
            for each in self._atoms(*pair, sides):
                yield each.of_variant(name)

    def _fits_twice(self, atom: Atom, fitting: Atom, expected: Sequence[Atom], sides: Sides) -> Iterator[Finding]:
        """Values that fit two members of `oneOf` are refused; a `oneOf` of before is trusted to separate them."""
        if any(other is not fitting and other.exclusive and self._fits(atom, other, sides) for other in expected):
            said = "fits several forms now, of which it must fit exactly one (`oneOf`)"
            yield Finding(Kind.VARIANT_REMOVED, f"{described_atom(atom)} {said}")

    def _fits(self, sent: Atom, expected: Atom, sides: Sides) -> bool:
        pair = (sent, expected) if sides.pair.way is Way.REQUEST else (expected, sent)
        return all(
            self.holds(each.pair) if isinstance(each, Child) else each.severity is Severity.COMPATIBLE
            for each in self._atoms(*pair, sides)
        )

    def _atoms(self, old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
        """Two alternatives of one type."""
        request = sides.pair.way is Way.REQUEST
        sent, expected = (old, new) if request else (new, old)
        if sent.type == "number" and expected.type == "integer":
            now = "accepts only integers now" if request else "may have a fraction now"
            yield Finding(Kind.TYPE_CHANGED, now)
        yield from scalar_differences(old, new, sides.pair)
        if old.values is not None or new.values is not None:
            return
        yield from self.conditions.differences(sent, expected, sides.pair)
        if old.type == "array":
            yield from _items(old, new, sides)
        elif old.type == "object":
            yield from object_differences(old, new, sides)


def _items(old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    for at in range(max(len(old.prefix), len(new.prefix))):
        before = old.prefix[at] if at < len(old.prefix) else old.items
        after = new.prefix[at] if at < len(new.prefix) else new.items
        if NOTHING_ID not in before and NOTHING_ID not in after:
            yield sides.child(f"[{at}]", before, after)
    # No further items at all is a bound of the size.
    if (old.items or new.items) and NOTHING_ID not in old.items and NOTHING_ID not in new.items:
        yield sides.child("[]", old.items, new.items)


def _nearest_first(atom: Atom, others: Sequence[Atom]) -> Iterator[Atom]:
    yield from (other for other in others if atom.name is not None and other.name == atom.name)
    yield from (other for other in others if atom.name is None or other.name != atom.name)


def _values_fit(atom: Atom, others: Sequence[Atom]) -> bool:
    """Whether an enumeration is shared out among several alternatives."""
    return atom.values is not None and all(
        any(value in other.values if other.values is not None else value_fits(value, other) for other in others)
        for value in atom.values
    )


def _partners(
    atoms: Sequence[Atom], others: Sequence[Atom], free: Sequence[Atom], of_atoms: Schemas, of_others: Schemas
) -> list[Atom | None]:
    """The alternative that each has become: by its name, its fields, its form, or as the only one that is left."""
    if len(atoms) == len(free) == len(others) == 1:
        return [free[0]]
    partners: list[Atom | None] = []
    for atom in atoms:
        named = next((other for other in others if atom.name is not None and other.name == atom.name), None)
        partners.append(named or _by_fields(atom, free))
    left = [other for other in free if not any(other is partner for partner in partners)]
    forms = [None if partner else _form(atom, of_atoms) for atom, partner in zip(atoms, partners, strict=True)]
    for at, form in enumerate(forms):
        same = [other for other in left if form is not None and _form(other, of_others) == form]
        if len(same) == 1 and forms.count(form) == 1:
            partners[at] = same[0]
    return partners


def _by_fields(atom: Atom, free: Sequence[Atom]) -> Atom | None:
    shared = [(len(atom.fields.keys() & other.fields.keys()), at) for at, other in enumerate(free)]
    most, at = max(shared, default=(0, 0))
    return free[at] if most and 2 * most > len(atom.fields.keys() | free[at].fields.keys()) else None


def _form(atom: Atom, schemas: Schemas) -> tuple[str, frozenset[str]] | None:
    """The components and types that a list or map of a union holds, which tell it from the others."""
    if atom.type == "array" and not atom.prefix:
        held = atom.items
    elif atom.type == "object" and not atom.fields and atom.additional:
        held = atom.additional
    else:
        return None
    return atom.type, frozenset(each.name or each.type for each in schemas.shape(held).atoms)
