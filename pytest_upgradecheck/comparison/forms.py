"""Forms: values without everything that may differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any
from zlib import crc32

from pytest_upgradecheck.comparison.places import Place
from pytest_upgradecheck.comparison.rendering import rendered
from pytest_upgradecheck.comparison.rules import MAY_CHANGE
from pytest_upgradecheck.comparison.terms import Governing, Setting
from pytest_upgradecheck.comparison.values import Unordered, is_container, is_number, items_of


class _Form:
    """The form of a container: the same object for all that are the same."""

    __slots__ = ()


#: The form of what may be anything.
ANY_FORM = _Form()


class Forms:
    """The forms of the values of one comparison: equal for values between which no rule refuses a difference.

    Each container is looked at once, and its form is one small object: neither depth nor repetition costs more.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int, int], _Form] = {}
        self._made: dict[Hashable, _Form] = {}
        self._checksums: dict[int, int] = {}
        # An id means its object only as long as that lives; places and values of the walk do, these need to be kept.
        self._kept: list[Any] = []

    def of(self, value: Any, governing: Governing, place: Place[Setting] | None) -> Hashable:
        """The form of a value at a place, within something that this rule governs."""
        if place is not None:
            governing = governing.at(place)
        rule = governing.rule
        if rule is MAY_CHANGE and (place is None or not place.judges):
            return ANY_FORM
        kind = type(value)
        if kind is str or value is None:
            return value if rule is not MAY_CHANGE else ANY_FORM
        if kind is not dict and kind is not list and kind is not Unordered:
            if rule is MAY_CHANGE:
                return ANY_FORM
            return (float, value) if is_number(value) else (kind, value)
        known = (id(value), id(place), id(rule), governing.literals)
        form = self._known.get(known)
        if form is None:
            content = self._content(value, governing, place)
            form = self._known[known] = self._made.setdefault(content, _Form())
            self._kept.append((value, rule))
        return form

    def checksum(self, value: Any) -> int:
        """A number of 32 bits that only depends on what a value of the walk holds."""
        if not is_container(value):
            return _checksum(rendered(value))
        known = self._checksums.get(id(value))
        if known is None:
            if isinstance(value, dict):
                parts = [f"{name} {self.checksum(item)}" for name, item in value.items()]
            else:
                parts = [str(self.checksum(item)) for item in items_of(value)]
            known = self._checksums[id(value)] = _checksum(f"{type(value).__name__} {sorted(parts)}")
        return known

    def _content(self, value: Any, governing: Governing, place: Place[Setting] | None) -> Hashable:
        kind = type(value)
        if kind is dict:
            members = []
            for name, item in value.items():
                form = self.of(item, governing, None if place is None else place.member(name))
                if form is not ANY_FORM:
                    members.append((name, form))
            return dict, frozenset(members)
        forms = (
            self.of(item, governing, None if place is None else place.item_at_any_position(item))
            for item in items_of(value)
        )
        items = [form for form in forms if form is not ANY_FORM]
        if kind is list and place is not None and place.here.ordered:
            return list, tuple(items)
        return kind, frozenset(Counter(items).items())


def _checksum(text: str) -> int:
    return crc32(text.encode("utf-8", "backslashreplace"))
