"""The comparison itself: both values walked down together, each place judged by the rule that governs it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, TypeAlias

from pytest_upgradecheck.comparison import keyless, pairing
from pytest_upgradecheck.comparison.difference import Change, Comparison, Difference
from pytest_upgradecheck.comparison.forms import Forms
from pytest_upgradecheck.comparison.keyless import TooMuch, Trial
from pytest_upgradecheck.comparison.pairing import CannotPair, Pairs
from pytest_upgradecheck.comparison.paths import At, Item, Step, group_of
from pytest_upgradecheck.comparison.places import Place
from pytest_upgradecheck.comparison.quoting import printable
from pytest_upgradecheck.comparison.rules import ANYTHING, MAY_CHANGE, Rule, RuleName
from pytest_upgradecheck.comparison.terms import Governing, Setting, Terms
from pytest_upgradecheck.comparison.text import shown
from pytest_upgradecheck.comparison.unkeyed import ListItems, naming
from pytest_upgradecheck.comparison.vacuity import judges_anything, why_not_a_count
from pytest_upgradecheck.comparison.values import Unordered, identical, is_container, is_empty, items_of, same
from pytest_upgradecheck.comparison.whole_values import problems_of

#: A path while it is walked: the path to the parent, and one step; None for the whole value.
_Path: TypeAlias = "tuple[_Path, Step] | None"
_Where: TypeAlias = "Place[Setting] | None"

_PLAIN = (str, int, bool, type(None))

#: Levels at which whole values are compared at once; further down, each level would read all the rest once more.
_AT_ONCE = 6

#: Places that trial comparisons may visit in all, to find the best pairs.
_TRIAL_PLACES = 200_000


def compare(before: Any, after: Any, terms: Terms | None = None) -> Comparison:
    """Every place in which two captured values differ (see `captured`), judged by the terms' rules."""
    return _Walk(terms or Terms.of()).result(before, after)


def rehearse(value: Any, terms: Terms) -> Comparison:
    """Find what would hinder a comparison with this value: keys that pair no items, paths that match nothing.

    `Comparison.vacuous` says whether it could fail at all.
    """
    return _Walk(terms, rehearsing=True).result(value, value)


def fluctuations(first: Any, second: Any, terms: Terms) -> tuple[Difference, ...]:
    """The differences that these terms refuse between two readings with no change in between, in either order."""
    at_rest = terms.at_rest()
    both_ways = (*compare(first, second, at_rest).refused, *compare(second, first, at_rest).refused)
    return tuple({difference.path: difference for difference in reversed(both_ways)}.values())[::-1]


class _Walk:
    def __init__(self, terms: Terms, *, rehearsing: bool = False) -> None:
        self.terms = terms
        self.rehearsing = rehearsing
        self.places = terms.places()
        self.forms = Forms()
        self.differences: list[Difference] = []
        self.how_paired: dict[str, str] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.key_was_used = False
        self.trial: Trial | None = None
        self.trial_places = _TRIAL_PLACES
        self.found_pairs: dict[Hashable, Pairs] = {}

    def result(self, before: Any, after: Any) -> Comparison:
        base, root = Governing(self.terms.rule), self.places.root
        if base.rule.judges_whole_value and base.at(root) is base:
            self._judge(before, after, None, base.rule, root)
        self.value(before, after, None, base, root)
        unmatched = [pattern.text for pattern in self.places.unmatched() if pattern.text != "**"]
        if self.terms.key is not None and not self.key_was_used:
            unmatched.append(f"key {self.terms.key}")
        return Comparison(
            self.differences,
            self.how_paired,
            self.sizes,
            [printable(text) for text in unmatched],
            [] if self.rehearsing else [printable(text) for text in self._lost() if text not in unmatched],
            self.rehearsing and not judges_anything(before, self.terms),
        )

    def _lost(self) -> Iterator[str]:
        """Patterns of rules that could refuse something, but match nothing that is there after."""
        gone = set(self.places.unmatched(after=True))
        rules = ((pattern, setting.rule) for pattern, setting in self.terms.settings if setting.rule is not None)
        return (pattern.text for pattern, rule in rules if pattern in gone and rule is not MAY_CHANGE)

    def value(self, before: Any, after: Any, path: _Path, outer: Governing, place: _Where, level: int = 0) -> None:
        """Compare two values at the same place; ``outer`` governs the place around it."""
        if self.trial is not None:
            self.trial_places -= 1
            if self.trial_places < 0:
                raise TooMuch
        governing = outer
        if place is not None:
            place.seen_before = place.seen_after = True
            governing = outer.at(place)
            if governing is not outer and governing.rule.judges_whole_value:
                self._judge(before, after, path, governing.rule, place)
        if governing.rule.judges_whole_value:
            governing = Governing(MAY_CHANGE, governing.literals)
        if governing.rule is MAY_CHANGE and (place is None or not place.judges):
            self._visit(before, place, after=False)
            self._visit(after, place, after=True)
            return
        if place is None and not self.rehearsing and self._are_alike(before, after, governing, level):
            return
        if type(before) is dict and type(after) is dict:
            self._objects(before, after, path, governing, place, level + 1)
        elif type(before) is type(after) and type(before) in (list, Unordered):
            self._lists(before, after, path, governing, place, level + 1)
        elif is_container(before) or is_container(after):
            self._another_kind(before, after, path, governing, place)
        elif self.rehearsing:
            if why := why_not_a_count(before, governing, place, is_whole=path is None):
                self._found(path, Change.REFUSED, governing.rule, why=why)
        elif governing.rule is not MAY_CHANGE and not same(before, after):
            allowed = governing.rule.allows_change(before, after)
            self._found(path, Change.CHANGED, governing.rule, before, after, allowed=allowed)

    def _are_alike(self, before: Any, after: Any, governing: Governing, level: int) -> bool:
        """True if two values with no rule in them are certainly the same."""
        if level < _AT_ONCE or not is_container(before):
            return identical(before, after)
        return self.forms.of(before, governing, None) == self.forms.of(after, governing, None)

    def _another_kind(self, before: Any, after: Any, path: _Path, governing: Governing, place: _Where) -> None:
        """Compare values of two kinds: everything that was within is gone, everything within now is new."""
        if governing.rule is MAY_CHANGE:
            self._gone_within(before, path, governing, place)
            self._new_within(after, path, governing, place)
            return
        self._visit(before, place, after=False)
        self._visit(after, place, after=True)
        self._found(path, Change.CHANGED, governing.rule, before, after)

    def _objects(
        self, before: dict[str, Any], after: dict[str, Any], path: _Path, outer: Governing, place: _Where, level: int
    ) -> None:
        for name, old in before.items():
            inner = None if place is None else place.member(name)
            if name not in after:
                self.gone(old, (path, name), outer, inner)
                continue
            new = after[name]
            if inner is None and type(old) is type(new) and type(old) in _PLAIN and old == new:
                continue
            self.value(old, new, (path, name), outer, inner, level)
        if before.keys() != after.keys():
            for name, new in after.items():
                if name not in before:
                    self.new(new, (path, name), outer, None if place is None else place.member(name))

    def _lists(self, old: Any, new: Any, path: _Path, governing: Governing, place: _Where, level: int) -> None:
        before, after, rule = items_of(old), items_of(new), governing.rule
        ordered = type(old) is list and place is not None and place.here.ordered
        beyond = len(after) < len(before) if rule.name is RuleName.NO_FEWER else len(after) > len(before)
        within_bounds = rule.counts and not beyond
        if within_bounds and not self.rehearsing and (place is None or not place.judges):
            self._visit(old, place, after=False)
            self._visit(new, place, after=True)
            return
        outer = Governing(MAY_CHANGE, governing.literals) if rule.counts else governing
        # If only their number counts, single items matter once it is out of bounds.
        alone = outer if within_bounds else governing
        may_go = within_bounds and rule.name is RuleName.NO_MORE
        try:
            items = ListItems(self, before, after, outer, place, alone, may_go=may_go)
            pairs = self._pairs(items, ordered=ordered, all_of_them=rule.counts)
        except CannotPair as error:
            self._found(path, Change.REFUSED, rule, why=str(error))
            return
        if (before or after) and self.trial is None:
            self._note_pairing(path, pairs, before, after)
        for one, other in pairs.both:
            if place is None:
                if not self.rehearsing and self._are_alike(before[one], after[other], outer, level):
                    continue
                step, inner = pairs.step(before, one), None
            else:
                step = pairs.step(before, one)
                inner = place.item(_position(step, one, ordered), before[one], after[other])
            self.value(before[one], after[other], (path, step), outer, inner, level)
        for one in pairs.removed:
            step = pairs.step(before, one)
            inner = place and place.item(_position(step, one, ordered), before[one])
            if may_go:
                self._visit(before[one], inner, after=False)
            else:
                self.gone(before[one], (path, step), alone, inner)
        for other in pairs.added:
            step = pairs.step(after, other)
            inner = place and place.item(_position(step, other, ordered), after[other])
            self.new(after[other], (path, step), alone, inner, position=other if ordered else None)
        if ordered and rule is not MAY_CHANGE:
            for one, other in sorted(pairing.moved(pairs.both)):
                step = pairs.step(before, one)
                self._found((path, step), Change.MOVED, rule, one, other, allowed=rule.counts, position=other)

    def _pairs(self, items: ListItems, *, ordered: bool, all_of_them: bool) -> Pairs:
        (before, after), place, outer = items.sides, items.place, items.outer
        key = place.here.key if place is not None else None
        if key is None:
            key = self.terms.key
        if key is not None and pairing.is_key_of(key, before, after):
            self.key_was_used = self.key_was_used or key is self.terms.key
            return pairing.by_key(before, after, key)
        known = (id(before), id(after), id(place), id(outer.rule), outer.literals, all_of_them, items.room)
        if known not in self.found_pairs:
            found, note = pairing.by_found_key(before, after, items.may_be_key)
            if found is None:
                found = items.pairs(ordered=ordered, all_of_them=all_of_them)
            if note:
                found.how += f" ({note})"
            self.found_pairs[known] = found
        return self.found_pairs[known]

    def cost_of(self, work: Callable[[], None], limit: int) -> int | None:
        """The cost of a part of the comparison; None for more than ``limit``, or if there were too many trials."""
        outer, self.trial = self.trial, Trial(limit)
        try:
            work()
            return self.trial.cost
        except TooMuch:
            return None
        except Exception:  # a team's function was asked about items that do not belong together
            return None
        finally:
            self.trial = outer

    def _judge(self, before: Any, after: Any, path: _Path, rule: Rule, place: _Where) -> None:
        if self.rehearsing and rule.name is not RuleName.OPENAPI_COMPATIBLE:
            return
        if rule.name is RuleName.CHANGED:
            self._judge_changed(before, after, path, rule, place)
            return
        for problem, change in problems_of(rule, before, after):
            self._found(path, change, rule, allowed=change in (Change.ADDED, Change.KEPT), why=printable(problem))

    def _judge_changed(self, before: Any, after: Any, path: _Path, rule: Rule, place: _Where) -> None:
        old, new = (self.forms.of(side, Governing(rule), place) for side in (before, after))
        if old == new:
            self._found(path, Change.KEPT, rule, before, after, why="it had to change")
        elif not self._is_expected(after, rule, place):
            self._found(path, Change.CHANGED, rule, before, after, why=_had_to_become(rule))
        else:
            self._found(path, Change.CHANGED, rule, before, after, allowed=True)

    def _is_expected(self, after: Any, rule: Rule, place: _Where) -> bool:
        if rule.to is ANYTHING:
            return not is_empty(after)
        return self.forms.of(rule.to, Governing(rule), place) == self.forms.of(after, Governing(rule), place)

    def gone(self, before: Any, path: _Path, outer: Governing, place: _Where) -> None:
        """Judge a value that is there before only."""
        governing = outer.at(place)
        rule = governing.rule
        if rule is MAY_CHANGE:
            self._gone_within(before, path, governing, place)
            return
        self._visit(before, place, after=False)
        if rule.name is RuleName.OWN:
            self._judge(before, None, path, rule, place)
        else:
            self._found(path, Change.REMOVED, rule, before, allowed=rule.allows_removal)

    def _gone_within(self, before: Any, path: _Path, governing: Governing, place: _Where) -> None:
        """Ask the rules within a value that may go: what has no rule of its own goes with it."""
        if place is None:
            return
        place.seen_before = True
        for step, item, inner in self._inside(before, place):
            if inner is not None:
                self.gone(item, (path, step), governing, inner)

    def new(self, after: Any, path: _Path, outer: Governing, place: _Where, *, position: int | None = None) -> None:
        """Judge a value that is there after only."""
        governing = outer.at(place)
        rule = governing.rule
        if rule is MAY_CHANGE:
            self._new_within(after, path, governing, place)
        elif rule.judges_whole_value:
            self._judge_new(after, path, rule, place, position)
        else:
            if rule.allows_addition:
                self._new_within(after, path, governing, place)
            else:
                self._visit(after, place, after=True)
            self._found(path, Change.ADDED, rule, None, after, allowed=rule.allows_addition, position=position)

    def _new_within(self, after: Any, path: _Path, governing: Governing, place: _Where) -> None:
        """Within what is new, only rules for the new value have something to say."""
        if place is None:
            return
        place.seen_after = True
        for step, item, inner in self._inside(after, place):
            if inner is None:
                continue
            rule = governing.at(inner).rule
            if rule is not governing.rule and rule.judges_whole_value:
                self._judge_new(item, (path, step), rule, inner, None)
            else:
                self._new_within(item, (path, step), governing.at(inner), inner)

    def _judge_new(self, after: Any, path: _Path, rule: Rule, place: _Where, position: int | None) -> None:
        self._visit(after, place, after=True)
        if rule.name is RuleName.OWN:
            self._judge(None, after, path, rule, place)
            return
        allowed = self._is_expected(after, rule, place)
        why = "" if allowed else _had_to_become(rule)
        self._found(path, Change.ADDED, rule, None, after, allowed=allowed, position=position, why=why)

    def _inside(self, value: Any, place: Place[Setting]) -> Iterator[tuple[Step, Any, _Where]]:
        """The members or items of a value, each with its step and place."""
        if isinstance(value, dict):
            for name, item in value.items():
                yield name, item, place.member(name)
        elif is_container(value):
            items = items_of(value)
            step = naming(items, [], place)
            for position, item in enumerate(items):
                named = step(items, position)
                yield named, item, place.item(named, item)

    def _visit(self, value: Any, place: _Where, *, after: bool) -> None:
        """A pattern that fits what only one side has does fit something."""
        if place is None:
            return
        if after:
            place.seen_after = True
        else:
            place.seen_before = True
        if isinstance(value, dict):
            for name, item in value.items():
                self._visit(item, place.member(name), after=after)
        elif is_container(value):
            for item in items_of(value):
                self._visit(item, place.item(At(None), item), after=after)

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
        if self.trial is not None:
            # What had to change and did not is the same item, however much another pairing would please the rule.
            if change is not Change.KEPT:
                self.trial.cost += 1 if allowed else keyless.REFUSED
                if self.trial.cost > self.trial.limit:
                    raise TooMuch
            return
        steps, name = _steps(path), rule.name.value
        self.differences.append(
            Difference(
                steps=steps, change=change, rule=name, allowed=allowed, before=before, after=after, position=position,
                why=why,
            )
        )  # fmt: skip


def _had_to_become(rule: Rule) -> str:
    if rule.to is ANYTHING:
        return "it had to become another value, and there is none; if that is right, say so with `to`"
    return f"it had to become {shown(rule.to)}"


def _position(step: Item | At, position: int, ordered: bool) -> Item | At:
    """The step that patterns see: an item of an ordered list has its position even if it has a key."""
    return At(position) if ordered else step


def _steps(path: _Path) -> tuple[Step, ...]:
    steps: list[Step] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return tuple(reversed(steps))
