"""Comparisons that cannot fail: what they may refuse is nowhere in the value, or cannot be counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from pytest_upgradecheck.comparison.places import Place
from pytest_upgradecheck.comparison.rendering import shown
from pytest_upgradecheck.comparison.rules import MAY_CHANGE, RuleName
from pytest_upgradecheck.comparison.terms import Governing, Setting, Terms
from pytest_upgradecheck.comparison.values import is_container, is_number, items_of

_Where: TypeAlias = "Place[Setting] | None"

#: Characters of a value in a sentence.
_LONGEST = 60


def judges_anything(value: Any, terms: Terms) -> bool:
    """True if these terms can refuse a change of anything that the value holds.

    That something may be added counts only if the rule is about that (``no-more``), or if there is nothing else yet.
    """
    return _can_fail(value, Governing(terms.rule), terms.places().root)


def why_not_a_count(value: Any, governing: Governing, place: _Where, *, is_whole: bool) -> str:
    """The reason why a rule that counts cannot tell fewer or more of this single value; empty if it can."""
    rule = governing.rule
    if not rule.counts or value is None or is_number(value):
        return ""
    pattern = place.here.pattern if place is not None and governing.is_set_at(place) else None
    if not is_whole and (pattern is None or not pattern.names_its_place):
        return ""
    return f"{rule} needs a number, a list or an object, and this is {shown(value, _LONGEST)}"


def _can_fail(value: Any, outer: Governing, place: _Where) -> bool:
    governing = outer.at(place)
    rule = governing.rule
    if rule.judges_whole_value:
        return True
    if rule is MAY_CHANGE and (place is None or not place.judges):
        return False
    if not is_container(value):
        return rule.can_refuse(value)
    if not value if isinstance(value, dict) else not items_of(value):
        return _refuses_additions(value, governing, place)
    counted = rule.counts and not isinstance(value, dict)
    within = Governing(MAY_CHANGE, governing.literals) if counted else governing
    for item, inner in _inside(value, place):
        itself = governing.at(inner).rule
        if itself is not MAY_CHANGE and not itself.allows_removal:
            return True
        if _can_fail(item, within, inner):
            return True
    return rule.name is RuleName.NO_MORE and _refuses_additions(value, governing, place)


def _inside(value: Any, place: _Where) -> Iterator[tuple[Any, _Where]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield item, None if place is None else place.member(name)
    else:
        for item in items_of(value):
            yield item, None if place is None else place.item_at_any_position(item)


def _refuses_additions(value: Any, governing: Governing, place: _Where) -> bool:
    new = None if place is None else place.other_member if isinstance(value, dict) else place.any_item
    rule = governing.at(new).rule
    return rule is not MAY_CHANGE and not rule.allows_addition
