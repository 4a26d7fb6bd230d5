"""The comparison itself: both values walked down together, each place judged by the rule that governs it."""

from __future__ import annotations

import marshal
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from pytest_upgradecheck.comparison import pairing
from pytest_upgradecheck.comparison.difference import Change, Comparison, Difference
from pytest_upgradecheck.comparison.pairing import CannotPair, Pairs
from pytest_upgradecheck.comparison.paths import At, Place, Step, group_of
from pytest_upgradecheck.comparison.rules import ANYTHING, MAY_CHANGE, Rule, RuleName
from pytest_upgradecheck.comparison.terms import Setting, Terms
from pytest_upgradecheck.comparison.text import shown
from pytest_upgradecheck.comparison.values import Unordered, is_number, same
from pytest_upgradecheck.comparison.whole_values import problems_of

#: A path while it is walked: the path to the parent, and one step; None for the whole value.
_Path: TypeAlias = "tuple[_Path, Step] | None"
_Where: TypeAlias = "Place[Setting] | None"

_PLAIN = (str, int, bool, type(None))


def compare(before: Any, after: Any, terms: Terms | None = None) -> Comparison:
    """Every place in which two captured values differ (see `captured`), judged by the terms' rules."""
    return _Walk(terms or Terms.of()).result(before, after)


def rehearse(value: Any, terms: Terms) -> Comparison:
    """What a comparison with this value would stumble on: keys that pair no items, paths that fit nothing."""
    return _Walk(terms, rehearsing=True).result(value, value)


class _Walk:
    def __init__(self, terms: Terms, *, rehearsing: bool = False) -> None:
        self.terms = terms
        self.rehearsing = rehearsing
        self.places = terms.places()
        self.differences: list[Difference] = []
        self.how_paired: dict[str, str] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.key_was_used = False

    def result(self, before: Any, after: Any) -> Comparison:
        self.value(before, after, None, self.terms.rule, self.places.root)
        if self.terms.rule.judges_whole_value and not self._set_rule(self.places.root):
            self._judge(before, after, None, self.terms.rule, self.places.root)
        unmatched = [pattern.text for pattern in self.places.unmatched if pattern.text != "**"]
        if self.terms.key is not None and not self.key_was_used:
            unmatched.append(f"key {self.terms.key}")
        return Comparison(self.differences, self.how_paired, self.sizes, unmatched)

    def value(self, before: Any, after: Any, path: _Path, rule: Rule, place: _Where) -> None:
        """Compare two values at the same place; ``rule`` is the one that governs the place it is in."""
        if place is not None and place.here.rule is not None:
            rule = place.here.rule
            if rule.judges_whole_value:
                self._judge(before, after, path, rule, place)
        if rule.judges_whole_value:
            rule = MAY_CHANGE
        if place is None and (rule is MAY_CHANGE or (not self.rehearsing and _identical(before, after))):
            return
        if type(before) is dict and type(after) is dict:
            self._objects(before, after, path, rule, place)
        elif type(before) is list and type(after) is list:
            self._lists(before, after, path, rule, place, ordered=place is not None and place.here.ordered)
        elif type(before) is Unordered and type(after) is Unordered:
            self._lists(before.items, after.items, path, rule, place, ordered=False)
        elif rule is not MAY_CHANGE and not _same(before, after):
            self._found(path, Change.CHANGED, rule, before, after, allowed=rule.allows_change(before, after))

    def _objects(self, before: dict[str, Any], after: dict[str, Any], path: _Path, rule: Rule, place: _Where) -> None:
        for name, old in before.items():
            inner = None if place is None else place.member(name)
            if name not in after:
                self._gone(old, (path, name), rule, inner)
                continue
            new = after[name]
            if inner is None and type(old) is type(new) and type(old) in _PLAIN and old == new:
                continue
            self.value(old, new, (path, name), rule, inner)
        if before.keys() != after.keys():
            for name, new in after.items():
                if name not in before:
                    self._come(new, (path, name), rule, None if place is None else place.member(name))

    def _lists(
        self, before: list[Any], after: list[Any], path: _Path, rule: Rule, place: _Where, *, ordered: bool
    ) -> None:
        beyond = len(after) < len(before) if rule.name is RuleName.NO_FEWER else len(after) > len(before)
        if rule.counts and not beyond and place is None and not self.rehearsing:
            return
        try:
            pairs = self._pairs(before, after, rule, place, ordered=ordered)
        except CannotPair as error:
            self._found(path, Change.REFUSED, rule, why=str(error))
            return
        if before or after:
            self._note_pairing(path, pairs, before, after)
        inner_rule = MAY_CHANGE if rule.counts else rule
        for old, new in pairs.both:
            if place is None:
                if not self.rehearsing and _identical(before[old], after[new]):
                    continue
                inner = None
                step = pairs.step(before, old)
            else:
                step = pairs.step(before, old)
                inner = place.item(step)
            self.value(before[old], after[new], (path, step), inner_rule, inner)
        for old in pairs.removed:
            step = pairs.step(before, old)
            self._gone(before[old], (path, step), _for_items(rule, beyond), place and place.item(step))
        for new in pairs.added:
            step = pairs.step(after, new)
            where = new if ordered else None
            self._come(after[new], (path, step), _for_items(rule, beyond), place and place.item(step), position=where)
        if ordered and rule is not MAY_CHANGE:
            for old, new in sorted(pairing.moved(pairs.both)):
                self._found(
                    (path, pairs.step(before, old)), Change.MOVED, rule, old, new, allowed=rule.counts, position=new
                )

    def _pairs(self, before: list[Any], after: list[Any], rule: Rule, place: _Where, *, ordered: bool) -> Pairs:
        key = place.here.key if place is not None else None
        if key is None:
            key = self.terms.key
        if key is not None:
            named = pairing.by_key(before, after, key)
            if named is not None:
                self.key_was_used = self.key_was_used or key is self.terms.key
                return named
        tolerant = rule.rel is not None or rule.abs is not None
        if tolerant and all(is_number(item) for items in (before, after) for item in items):
            return pairing.by_position(before, after)
        found = pairing.by_found_key(before, after)
        if found is not None:
            return found
        inner = None if place is None else place.item(At(None))
        pairs = pairing.by_value(before, after, lambda item: self.form(item, inner))
        if ordered:
            pairs.step = lambda _items, position: At(position)
        return pairs

    def form(self, value: Any, place: _Where) -> Hashable:
        """The same for values that are the same, what may differ aside; different for others."""
        kind = type(value)
        if kind is str or value is None:
            return value  # type: ignore[no-any-return]
        if kind is bool:
            return kind, value
        if is_number(value):
            return float, value
        if kind is dict:
            return dict, frozenset(
                (name, self.form(item, inner))
                for name, item in value.items()
                if (inner := None if place is None else place.member(name)) is None or inner.here.rule is not MAY_CHANGE
            )
        if kind is list or kind is Unordered:
            inner = None if place is None else place.item(At(None))
            items = [self.form(item, inner) for item in (value if kind is list else value.items)]
            if kind is list and place is not None and place.here.ordered:
                return tuple, tuple(items)
            return kind, frozenset(Counter(items).items())
        return kind, value

    def _judge(self, before: Any, after: Any, path: _Path, rule: Rule, place: _Where) -> None:
        if self.rehearsing and rule.name is not RuleName.OPENAPI_COMPATIBLE:
            return
        if rule.name is RuleName.CHANGED:
            self._judge_changed(before, after, path, rule, place)
            return
        for problem, change in problems_of(rule, before, after):
            self._found(path, change, rule, allowed=change in (Change.ADDED, Change.KEPT), why=problem)

    def _judge_changed(self, before: Any, after: Any, path: _Path, rule: Rule, place: _Where) -> None:
        form = self.form(after, place)
        if self.form(before, place) == form:
            self._found(path, Change.KEPT, rule, before, after, why="it had to change")
        elif rule.to is not ANYTHING and self.form(rule.to, place) != form:
            self._found(path, Change.CHANGED, rule, before, after, why=f"it had to become {shown(rule.to)}")
        else:
            self._found(path, Change.CHANGED, rule, before, after, allowed=True)

    def _gone(self, before: Any, path: _Path, rule: Rule, place: _Where) -> None:
        rule = self._set_rule(place) or rule
        self._visit(before, place)
        if rule.name is RuleName.OWN and place is not None and place.here.rule is rule:
            self._judge(before, None, path, rule, place)
        elif rule is not MAY_CHANGE and rule.name is not RuleName.OWN:
            self._found(path, Change.REMOVED, rule, before, allowed=rule.allows_removal)

    def _come(self, after: Any, path: _Path, rule: Rule, place: _Where, *, position: int | None = None) -> None:
        rule = self._set_rule(place) or rule
        self._visit(after, place)
        if rule.name is RuleName.OWN and place is not None and place.here.rule is rule:
            self._judge(None, after, path, rule, place)
        elif rule is not MAY_CHANGE and rule.name is not RuleName.OWN:
            fits = rule.to is ANYTHING or self.form(rule.to, place) == self.form(after, place)
            allowed = rule.allows_addition or (rule.judges_whole_value and fits)
            why = "" if fits else f"it had to become {shown(rule.to)}"
            self._found(path, Change.ADDED, rule, None, after, allowed=allowed, position=position, why=why)

    def _visit(self, value: Any, place: _Where) -> None:
        """A pattern that fits what only one side has is not unmatched."""
        if place is None:
            return
        if isinstance(value, dict):
            for name, item in value.items():
                self._visit(item, place.member(name))
        elif isinstance(value, (list, Unordered)):
            for item in value if isinstance(value, list) else value.items:
                self._visit(item, place.item(At(None)))

    def _set_rule(self, place: _Where) -> Rule | None:
        return None if place is None else place.here.rule

    def _note_pairing(self, path: _Path, pairs: Pairs, before: Sequence[Any], after: Sequence[Any]) -> None:
        group = group_of(_steps(path))
        known = self.sizes.get(group, (0, 0))
        self.sizes[group] = known[0] + len(before), known[1] + len(after)
        if any(type(item) is dict for items in (before, after) for item in items[:1]):
            self.how_paired.setdefault(group, pairs.how)

    def _found(
        self,
        path: _Path,
        change: Change,
        rule: Rule,
        before: Any = None,
        after: Any = None,
        *,
        allowed: bool = False,
        position: int | None = None,
        why: str = "",
    ) -> None:
        self.differences.append(
            Difference(
                steps=_steps(path),
                change=change,
                rule=rule.name.value,
                allowed=allowed,
                before=before,
                after=after,
                position=position,
                why=why,
            )
        )


def _for_items(rule: Rule, beyond: bool) -> Rule:
    """The rule for items that came or went: where only their number counts, they matter once it is out of bounds."""
    return MAY_CHANGE if rule.counts and not beyond else rule


def _identical(before: Any, after: Any) -> bool:
    """Whether two values are surely the same: said quickly, for most of what is compared is."""
    if before is after:
        return True
    if type(before) is not type(after):
        return False
    if not _is_container(before):
        return same(before, after)
    try:
        # Unlike ==, this tells True from 1, and -0.0 from 0 (which are then looked at one by one).
        return marshal.dumps(before, 2) == marshal.dumps(after, 2)
    except ValueError:  # types of Python's that marshal does not know
        return False


def _same(before: Any, after: Any) -> bool:
    return not _is_container(before) and not _is_container(after) and same(before, after)


def _is_container(value: Any) -> bool:
    return isinstance(value, (dict, list, Unordered))


def _steps(path: _Path) -> tuple[Step, ...]:
    steps: list[Step] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return tuple(reversed(steps))
