"""Whether a comparison with a captured value could fail at all, and whether a path that fits nothing is misspelt."""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.comparison import Rule, RuleName, Terms, parse
from pytest_upgradecheck.comparison.paths import At, Pattern, Place
from pytest_upgradecheck.comparison.terms import Setting
from pytest_upgradecheck.comparison.values import Unordered, is_empty

#: Rules by which an empty list or object can never fail: whatever comes is allowed.
_GROWING = frozenset({RuleName.ADDITIONS_ONLY, RuleName.NO_FEWER})


def holds_nothing(value: Any, terms: Terms) -> bool:
    """Whether the comparison can never fail only because the value is empty, at whatever depth."""
    if is_empty(value):
        return terms.rule.name in _GROWING
    fails_if_full = _can_fail(value, terms.rule, terms.places().root, empty_counts=False)
    return not fails_if_full and not judges_nothing(value, terms)


def judges_nothing(value: Any, terms: Terms) -> bool:
    """Whether everything in the value may change by these terms."""
    return terms.judge_nothing or not _can_fail(value, terms.rule, terms.places().root, empty_counts=True)


def may_be_misspelt(path: str, value: Any) -> bool:
    """Whether a path that fits nothing in the value is likely misspelt, not one of something that is empty now.

    ``key NAME`` stands for the key of the items of all lists.
    """
    if path.startswith("key "):
        return _has_items(value)
    pattern: Pattern = parse(path)
    return not _ends_in_emptiness(value, pattern.tokens)


def _can_fail(value: Any, rule: Rule, place: Place[Setting] | None, *, empty_counts: bool) -> bool:
    if place is not None and place.here.rule is not None:
        rule = place.here.rule
    if rule.judges_whole_value:
        return True
    free = rule.name is RuleName.MAY_CHANGE
    items = value.items if isinstance(value, Unordered) else value
    if isinstance(items, dict):
        inner = [(item, None if place is None else place.member(name)) for name, item in items.items()]
    elif isinstance(items, list):
        at = None if place is None else place.item(At(None))
        if items and rule.counts and (at is None or at.here.rule is None):
            return True
        inner = [(item, at) for item in items]
    else:
        return not free
    if not inner:
        return not free and (empty_counts or rule.name not in _GROWING)
    if free and place is None:
        return False
    return any(_can_fail(item, rule, where, empty_counts=empty_counts) for item, where in inner)


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
