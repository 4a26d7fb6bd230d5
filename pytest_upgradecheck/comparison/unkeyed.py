"""Lists whose items have no key, as pairing and messages see them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from pytest_upgradecheck.comparison import keyless
from pytest_upgradecheck.comparison.forms import Forms
from pytest_upgradecheck.comparison.pairing import LIKELY_KEYS, Pairs
from pytest_upgradecheck.comparison.paths import At, Item, Unnamed, identity_of
from pytest_upgradecheck.comparison.places import Place, Trait
from pytest_upgradecheck.comparison.rules import MAY_CHANGE, Rule, RuleName, exact
from pytest_upgradecheck.comparison.terms import Governing, Setting
from pytest_upgradecheck.comparison.values import is_container, is_number, items_of, same

_Where: TypeAlias = "Place[Setting] | None"

UNCHANGED = Rule(name=RuleName.UNCHANGED)


class Walk(Protocol):
    """The comparison that the lists are part of."""

    forms: Forms
    rehearsing: bool
    trial: keyless.Trial | None

    def cost_of(self, work: Callable[[], None], limit: int) -> int | None:
        """The cost of what this part of the comparison would refuse; None for more than ``limit``."""

    def value(self, before: Any, after: Any, path: None, outer: Governing, place: _Where) -> None:
        """Compare two values."""

    def gone(self, before: Any, path: None, outer: Governing, place: _Where) -> None:
        """Judge a value that is there before only."""

    def new(self, after: Any, path: None, outer: Governing, place: _Where) -> None:
        """Judge a value that is there after only."""


class ListItems:
    """The items of two lists without a key, for `keyless`."""

    def __init__(
        self,
        walk: Walk,
        before: list[Any],
        after: list[Any],
        outer: Governing,
        place: _Where,
        alone: Governing,
        *,
        may_go: bool,
    ) -> None:
        self.walk = walk
        self.sides = before, after
        self.place = place
        #: The rules for items in pairs, and for those without a partner (which may go unasked if `may_go`).
        self.outer = outer
        self.alone = alone
        self.may_go = may_go
        self._forms: list[list[Hashable]] = []
        #: Only where each difference is refused, it is known what a difference costs before it is looked at.
        each_refused = place is None and outer.rule.name is RuleName.UNCHANGED and not outer.rule.tolerates
        self.least = keyless.REFUSED if each_refused else 0
        self.room = keyless.NEVER
        if each_refused:
            self.room = keyless.REFUSED * (len(before) + len(after))
            if walk.trial is not None:
                self.room = min(self.room, walk.trial.room)

    def may_be_key(self, member: str, numbers: bool) -> bool:
        """True if a member may tell items apart: what may differ itself cannot."""
        items = None if self.place is None else self.place.any_item
        inner = None if items is None else items.member(member)
        governing = self.outer.at(items).at(inner)
        if numbers and governing.rule.tolerates:
            return False
        setting = None if inner is None else inner.here
        if setting is None or setting.rule is None or setting.rule is not governing.rule:
            return True
        pattern = setting.pattern
        names_it = pattern is not None and pattern.names_its_place
        return not (names_it and (setting.rule is MAY_CHANGE or setting.rule.judges_whole_value))

    def pairs(self, *, ordered: bool, all_of_them: bool) -> Pairs:
        """The pairs that leave the least for the rules to refuse."""
        before, after = self.sides
        if self.walk.rehearsing:
            both = [(position, position) for position in range(len(before))]
        elif all_of_them and (self.place is None or not self.place.judges):
            both = keyless.equal_pairs([self.forms(0), self.forms(1)])  # the others only count
        elif ordered and self.outer.rule is not MAY_CHANGE:
            both = keyless.ordered_pairs(self)
        elif self._are_numbers_within():
            rule = self.outer.at(self.place and self.place.any_item).rule
            both = keyless.number_pairs([rule.bounds(each) for each in before], [exact(each) for each in after])
        else:
            tolerant = self.outer.rule.tolerates or (self.place is not None and Trait.TOLERATES in self.place.traits)
            both = keyless.best_pairs(self, tolerant=tolerant, all_of_them=all_of_them)
        removed, added = keyless.left_over(len(before), len(after), both)
        step = (lambda _items, position: At(position)) if ordered else naming(before, after, self.place)
        return Pairs("by what they hold", sorted(both), removed, added, step)

    def forms(self, side: int) -> Sequence[Hashable]:
        """The form of each item of a side."""
        if not self._forms:
            # Where items only count, what they hold still tells which of them is gone.
            outer = Governing(UNCHANGED, self.outer.literals) if self.outer.rule is MAY_CHANGE else self.outer
            self._forms = [
                [self.walk.forms.of(item, outer, self._place(item)) for item in items] for items in self.sides
            ]
        return self._forms[side]

    def features(self, side: int, position: int) -> Iterable[Hashable]:
        """The members of an item with what they hold, or the items in it."""
        item = self.sides[side][position]
        place = self._place(item)
        governing = self.outer.at(place)
        if isinstance(item, dict):
            for name, inner in item.items():
                yield name, self.walk.forms.of(inner, governing, None if place is None else place.member(name))
        elif is_container(item):
            for inner in items_of(item):
                yield self.walk.forms.of(inner, governing, None if place is None else place.item(At(None), inner))

    def cost(self, old: int, new: int, limit: int) -> int | None:
        """The cost of what the rules refuse between an item before and one after."""
        before, after = self.sides[0][old], self.sides[1][new]
        place = None if self.place is None else self.place.item(At(None), before, after)
        governing = self.outer.at(place)
        if not is_container(before) or type(before) is not type(after):
            rule = governing.rule
            numbers = rule.tolerates and is_number(before) and is_number(after)
            if not numbers and not rule.judges_whole_value and not self._may_become(before, after, rule):
                return None  # a single value that is another is another item
        cost = self.walk.cost_of(lambda: self.walk.value(before, after, None, self.outer, place), limit)
        if cost is not None and (is_container(before) or is_container(after)) and type(before) is not type(after):
            # Where items only count, an object may become a text; but it must not become one to escape its rules.
            cost += keyless.ANOTHER_KIND
        return None if cost is None or cost > limit else cost

    def cost_alone(self, side: int, position: int) -> int:
        """The cost of what the rules refuse about an item that is gone (0) or new (1)."""
        if self.may_go and side == 0:
            return 0
        item = self.sides[side][position]
        place = self._place(item)
        alone = self.walk.new if side else self.walk.gone
        cost = self.walk.cost_of(lambda: alone(item, None, self.alone, place), keyless.REFUSED * 10**6)
        return keyless.REFUSED if cost is None else cost

    def checksum(self, side: int, position: int) -> int:
        """A number that only depends on what the item holds."""
        return self.walk.forms.checksum(self.sides[side][position])

    def _may_become(self, before: Any, after: Any, rule: Rule) -> bool:
        if is_container(before) or is_container(after):
            return rule is MAY_CHANGE
        return same(before, after) or rule.allows_change(before, after)

    def _are_numbers_within(self) -> bool:
        if self.place is not None and self.place.spells_items_out:
            return False
        rule = self.outer.at(self.place and self.place.any_item).rule
        return rule.tolerates and not rule.counts and all(is_number(item) for items in self.sides for item in items)

    def _place(self, item: Any) -> _Where:
        return None if self.place is None else self.place.item(At(None), item)


def naming(before: Sequence[Any], after: Sequence[Any], place: _Where) -> Callable[[Sequence[Any], int], Item | At]:
    """Name items that have no key in messages: by a likely member, or by the one that rules name them by."""
    key = place.here.key if place is not None else None
    first = next(iter((*before[:1], *after[:1])), None)
    likely = [key.members] if key is not None else [*((name,) for name in LIKELY_KEYS), *_spelled_out(first, place)]
    common = next(
        (members for members in likely if all(_has_name(item, members) for items in (before, after) for item in items)),
        None,
    )

    def step(items: Sequence[Any], position: int) -> Item | At:
        item = items[position]
        for members in (common,) if common is not None else _spelled_out(item, place):
            if _has_name(item, members):
                return Item(members, identity_of(item, members) or ())
        return At(None, Unnamed(item) if isinstance(item, dict) else None)

    return step


def _spelled_out(item: Any, place: _Where) -> tuple[tuple[str, ...], ...]:
    return place.keys_of(item) if place is not None else ()


def _has_name(item: Any, members: tuple[str, ...]) -> bool:
    identity = identity_of(item, members)
    return identity is not None and all(type(value) in (str, int) for value in identity)
