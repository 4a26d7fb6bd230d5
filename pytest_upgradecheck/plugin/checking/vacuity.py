"""Detection of captured values with nothing to compare, and of paths that are misspelt."""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.comparison import Terms, parse
from pytest_upgradecheck.comparison.places import Place
from pytest_upgradecheck.comparison.rules import MAY_CHANGE
from pytest_upgradecheck.comparison.terms import Governing, Setting
from pytest_upgradecheck.comparison.values import Unordered


def holds_nothing(value: Any) -> bool:
    """Whether there is no value in it at whatever depth, only empty lists and objects."""
    items = value.items if isinstance(value, Unordered) else value
    if isinstance(items, dict):
        return all(map(holds_nothing, items.values()))
    return isinstance(items, list) and all(map(holds_nothing, items))


def judges_a_value(value: Any, terms: Terms) -> bool:
    """Whether a rule judges a value in it, at whatever depth, and not only that empty lists and objects remain."""
    return _judges(value, Governing(terms.rule), terms.places().root)


def may_be_misspelt(path: str, value: Any) -> bool:
    """Whether a path that matches nothing in the value is likely misspelt, not one of something that is empty now.

    ``key NAME`` is the key of the items of all lists.
    """
    if path.startswith("key "):
        return _has_items(value)
    pattern = parse(path)
    return not _ends_in_emptiness(value, pattern.tokens)


def _judges(value: Any, outer: Governing, place: Place[Setting] | None) -> bool:
    governing = outer.at(place)
    rule = governing.rule
    if rule.judges_whole_value:
        return True
    items = value.items if isinstance(value, Unordered) else value
    if not isinstance(items, (dict, list)):
        return rule.can_refuse(items)
    if not items:  # what comes into it later is refused by some rules, and allowed by others
        return rule is not MAY_CHANGE and not rule.allows_addition
    if isinstance(items, dict):
        return any(_judges(item, governing, place and place.member(name)) for name, item in items.items())
    inner = [(item, place and place.item_at_any_position(item)) for item in items]
    return (rule.counts and not any(governing.is_set_at(where) for _, where in inner)) or any(
        _judges(item, governing, where) for item, where in inner
    )


def _has_items(value: Any) -> bool:
    items = value.items if isinstance(value, Unordered) else value
    if isinstance(items, list):
        return bool(items)
    return isinstance(items, dict) and any(map(_has_items, items.values()))


def _ends_in_emptiness(value: Any, tokens: tuple[Any, ...]) -> bool:
    """Whether a path leads into something that is empty, so that nothing can be said about the rest of it."""
    if not tokens:
        return False
    items = value.items if isinstance(value, Unordered) else value
    if items is None or (isinstance(items, (dict, list)) and not items):
        return True
    token, rest = tokens[0], tokens[1:]
    if isinstance(items, dict):
        inner = [items[token]] if isinstance(token, str) and token in items else []
        if not isinstance(token, (str, int, tuple)):  # a wildcard
            inner = list(items.values())
    elif isinstance(items, list):
        inner = [] if isinstance(token, str) else items
    else:
        return False
    deep = getattr(token, "value", None) == "**"
    return any(_ends_in_emptiness(item, tokens if deep else rest) for item in inner)
