"""Finding the rules for a place while a value is walked down.

The patterns run side by side, as an automaton does. Its states are `Place`; they are made when they are first reached,
and what a step leads to is looked up by the step's name: the time a step takes does not grow with the number of
patterns.

The most specific of the patterns that fit the same place wins: the one that spells out the most members and items, then
the one with fewer ``**``, then the one that comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Flag, auto
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from pytest_upgradecheck.comparison.paths import At, Item, Named, Pattern, Token, Wildcard, identity_of, text_of

T = TypeVar("T")

#: The progress of a pattern (by its number), in tokens.
_Progress: TypeAlias = "tuple[int, int]"


class Trait(Flag):
    """The meaning of a setting for the places around its own."""

    NOTHING = 0
    #: It can refuse something.
    JUDGES = auto()
    #: It allows single values to differ, so what pairs best need not be what is equal.
    TOLERATES = auto()


class _Index:
    """The patterns that go on with each step."""

    __slots__ = ("_by_first", "by_position", "items", "keyed", "literal", "members")

    def __init__(self, waiting: Iterable[tuple[Token, _Progress]]) -> None:
        self.literal: dict[str, list[_Progress]] = {}
        self.members: list[_Progress] = []
        self.items: list[_Progress] = []
        self.by_position: dict[int, list[_Progress]] = {}
        self.keyed: dict[tuple[str, ...], dict[tuple[str, ...], list[_Progress]]] = {}
        for token, progress in waiting:
            if isinstance(token, str):
                self.literal.setdefault(token, []).append(progress)
            elif isinstance(token, Named):
                self.keyed.setdefault(token.members, {}).setdefault(token.texts, []).append(progress)
            elif isinstance(token, int):
                self.by_position.setdefault(token, []).append(progress)
            elif token is Wildcard.MEMBER:
                self.members.append(progress)
            else:
                self.items.append(progress)
        self._by_first: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for rank, members in enumerate(self.keyed):
            for name in {members[0], members[0].partition(".")[0]}:
                self._by_first.setdefault(name, []).append((rank, members))

    def keys_of(self, item: Any) -> Iterable[tuple[str, ...]]:
        """The members by which patterns name items, without those that this item cannot have."""
        if not isinstance(item, dict):
            return ()
        if len(self.keyed) <= len(item):
            return self.keyed
        # Another loop over all patterns for each item would take long.
        fitting = {ranked for name in item for ranked in self._by_first.get(name, ())}
        return [members for _, members in sorted(fitting)]

    @property
    def spells_items_out(self) -> bool:
        return bool(self.by_position or self.keyed)

    def after_member(self, name: str) -> Iterable[_Progress]:
        yield from self.members
        yield from self.literal.get(name, ())

    def after_item(self, step: Item | At, sides: Sequence[Any]) -> Iterable[_Progress]:
        yield from self.items
        if isinstance(step, At) and step.position is not None:
            yield from self.by_position.get(step.position, ())
        for side in sides:
            for members in self.keys_of(side):
                identity = identity_of(side, members)
                if identity is not None:
                    yield from self.keyed[members].get(tuple(map(text_of, identity)), ())


class Places(Generic[T]):
    """Finds the setting for a place, while a value is walked down from ``root``.

    ``fold`` makes one setting of those whose patterns fit the same place; it gets the most specific first. ``traits``
    are those of a setting that must be known further out: see `Trait`.
    """

    def __init__(
        self,
        settings: Iterable[tuple[Pattern, T]],
        fold: Callable[[Sequence[tuple[Pattern, T]]], T],
        traits: Callable[[T], Trait],
    ) -> None:
        self.settings = tuple(settings)
        self.fold = fold
        self.traits = [traits(setting) for _, setting in self.settings]
        self._standing: dict[tuple[int, frozenset[_Progress]], _Standing] = {}
        self._places: dict[tuple[int, frozenset[_Progress]], Place[T]] = {}
        self.root = self.place(None, [(number, 0) for number in range(len(self.settings))])

    def unmatched(self, *, after: bool = False) -> tuple[Pattern, ...]:
        """Patterns that fit no place visited so far (``after``: none that is there after), as they were given."""
        seen: set[int] = set()
        for place in self._places.values():
            if place.seen_after or (place.seen_before and not after):
                seen.update(place.fitting)
        return tuple(pattern for number, (pattern, _) in enumerate(self.settings) if number not in seen)

    def tokens(self, number: int) -> tuple[Token, ...]:
        """The tokens of a pattern, by its number."""
        return self.settings[number][0].tokens

    def place(self, standing: _Standing | None, reached: Iterable[_Progress]) -> Place[T] | None:
        """The place where patterns have got this far; None if none fits there or below."""
        moving: set[_Progress] = set()
        deep: set[_Progress] = set()
        for number, at in reached:
            tokens = self.tokens(number)
            if at < len(tokens) and tokens[at] is Wildcard.DEEP:
                deep.add((number, at))
            else:
                moving.add((number, at))
        new = frozenset(deep if standing is None else (each for each in deep if not standing.has(each)))
        if standing is None or new:
            standing = self._stand(standing, new)
        if not moving and not standing.layers:
            return None
        key = (id(standing), frozenset(moving))
        if key not in self._places:
            self._places[key] = Place(self, standing, key[1])
        return self._places[key]

    def _stand(self, outer: _Standing | None, deep: frozenset[_Progress]) -> _Standing:
        key = (id(outer), deep)
        if key not in self._standing:
            self._standing[key] = _Standing(self, outer, deep)
        return self._standing[key]


class _Standing:
    """Patterns that have reached a ``**``: there they stay, and may go on from any place below.

    It holds those that were reached last, and refers to those from further out. Otherwise each place that one of 1,000
    patterns leads to would go through the other 999 again.
    """

    def __init__(self, places: Places[Any], outer: _Standing | None, deep: frozenset[_Progress]) -> None:
        self.layers: tuple[frozenset[_Progress], ...] = (deep,) if deep else ()
        fitting = []
        waiting = []
        for number, at in deep:
            tokens = places.tokens(number)
            further = at
            while further < len(tokens) and tokens[further] is Wildcard.DEEP:
                further += 1  # ** may stand for nothing
            if further == len(tokens):
                fitting.append(number)
            else:
                waiting.append((tokens[further], (number, further + 1)))
        index = _Index(waiting)
        self.fitting: tuple[int, ...] = tuple(fitting)
        self.indexes: tuple[_Index, ...] = (index,) if waiting else ()
        self.traits = _joined(places.traits[number] for number, _ in deep)
        if outer is not None:
            self.layers += outer.layers
            self.fitting += outer.fitting
            self.indexes += outer.indexes
            self.traits |= outer.traits

    def has(self, progress: _Progress) -> bool:
        """True if this pattern stands here, having got this far."""
        return any(progress in layer for layer in self.layers)


class Place(Generic[T]):
    """A place that patterns fit, or may fit further down."""

    def __init__(self, places: Places[T], standing: _Standing, moving: frozenset[_Progress]) -> None:
        self._places = places
        self._standing = standing
        self._moving = moving
        self._members: dict[str, Place[T] | None] = {}
        self.seen_before = False
        self.seen_after = False

    @cached_property
    def fitting(self) -> list[int]:
        """The patterns that fit this very place, by their numbers."""
        ended = [number for number, at in self._moving if at == len(self._places.tokens(number))]
        return [*ended, *self._standing.fitting]

    @cached_property
    def here(self) -> T:
        """The setting for this place."""
        settings = self._places.settings
        order = sorted(set(self.fitting), key=lambda number: (settings[number][0].specificity, -number), reverse=True)
        return self._places.fold([settings[number] for number in order])

    @cached_property
    def traits(self) -> Trait:
        """The traits of all settings that fit here or may fit below."""
        return self._standing.traits | _joined(self._places.traits[number] for number, _ in self._moving)

    @property
    def judges(self) -> bool:
        """True if something here or below may be refused by a rule that is set for it."""
        return Trait.JUDGES in self.traits

    @cached_property
    def spells_items_out(self) -> bool:
        """True if a pattern goes on with one certain item."""
        return any(index.spells_items_out for index in self._indexes)

    def keys_of(self, item: Any) -> tuple[tuple[str, ...], ...]:
        """The members by which patterns name items of this list, without those that this item cannot have."""
        return tuple(members for index in self._indexes for members in index.keys_of(item))

    def member(self, name: str) -> Place[T] | None:
        """The place of a member; None if nothing is set there or below."""
        try:
            return self._members[name]
        except KeyError:
            pass
        if any(name in index.literal for index in self._indexes):
            found = self._after(progress for index in self._indexes for progress in index.after_member(name))
        else:
            found = self.other_member
        self._members[name] = found
        return found

    def item(self, step: Item | At, *sides: Any) -> Place[T] | None:
        """The place of an item, given what it is before, after, or both."""
        if not self.spells_items_out:
            return self.any_item
        return self._after(progress for index in self._indexes for progress in index.after_item(step, sides))

    @cached_property
    def _indexes(self) -> tuple[_Index, ...]:
        tokens = self._places.tokens
        own = [(tokens(number)[at], (number, at + 1)) for number, at in self._moving if at < len(tokens(number))]
        return (_Index(own), *self._standing.indexes) if own else self._standing.indexes

    def _after(self, reached: Iterable[_Progress]) -> Place[T] | None:
        return self._places.place(self._standing, reached)

    def item_at_any_position(self, *sides: Any) -> Place[T] | None:
        """The place of an item whose position does not matter."""
        return self.item(At(None), *sides)

    @cached_property
    def other_member(self) -> Place[T] | None:
        """The place of a member whose name no pattern spells out."""
        return self._after(progress for index in self._indexes for progress in index.members)

    @cached_property
    def any_item(self) -> Place[T] | None:
        """The place of an item that no pattern spells out."""
        return self._after(progress for index in self._indexes for progress in index.items)


def _joined(traits: Iterable[Trait]) -> Trait:
    joined = Trait.NOTHING
    for trait in traits:
        joined |= trait
    return joined
