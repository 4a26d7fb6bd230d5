"""Find each item of a list again after the change, by a key that was named or by one found in the items.

Items without a key are paired by what they hold: see `keyless`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pytest_upgradecheck.comparison.paths import At, Item, identity_of, text_of
from pytest_upgradecheck.comparison.quoting import printable

#: Members that are more likely to name a thing than others, the likeliest first.
LIKELY_KEYS = ("id", "name", "key", "uid", "uuid", "slug", "identifier", "path", "address", "number", "code", "title")

_KEY_TYPES = {str, int, UUID, Decimal, date, datetime}


class CannotPair(ValueError):
    """The key that was named does not tell the items apart; the message says which items and where."""


@dataclass(frozen=True, slots=True)
class Key:
    """Members whose values tell an item from the others; dots reach into members (``metadata.name``).

    Every item must have a key that was named for one path. A key for lists in general is used where items have it.
    """

    members: tuple[str, ...]
    everywhere: bool = False

    def __str__(self) -> str:
        return " and ".join(map(printable, self.members))

    def of(self, item: Any) -> tuple[Any, ...] | None:
        """The item's identity; None if it lacks a member, or has no single value there."""
        return identity_of(item, self.members)


@dataclass(slots=True)
class Pairs:
    """The items of two lists that belong together, by their positions in ``before`` and ``after``."""

    how: str
    both: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    #: Names an item for the reader, given its list and position.
    step: Callable[[Sequence[Any], int], Item | At] = lambda _items, _position: At(None)


def is_key_of(key: Key, before: Sequence[Any], after: Sequence[Any]) -> bool:
    """True if a key that was named is meant for these lists; one for lists in general is if an item has it."""
    return not key.everywhere or any(key.of(item) is not None for items in (before, after) for item in items)


def by_key(before: Sequence[Any], after: Sequence[Any], key: Key) -> Pairs:
    """Pair by a key that was named. CannotPair if it does not tell the items apart."""
    where = {
        side: _positions(side, [key.of(item) for item in items], key)
        for side, items in (("before", before), ("after", after))
    }
    return _matched(where["before"], where["after"], key, f"by {key}")


def by_found_key(
    before: Sequence[Any], after: Sequence[Any], may_be_key: Callable[[str, bool], bool]
) -> tuple[Pairs | None, str]:
    """Pair by a key found in the items themselves, if there is one; and what a reader should know of the choice.

    A key is a member of every item that tells them apart on both sides, and by which at least half of the items are
    found again. ``may_be_key`` says of a member, and of whether it holds numbers, that it may be one. A member that
    only counts the items is taken last: it says where an item is, not which one it is.
    """
    if not all(type(item) is dict for items in (before, after) for item in items):
        return None, ""
    ranked = []
    for member in _members_of_all([*before, *after]):
        sides = [_values(items, member, may_be_key) for items in (before, after)]
        if sides[0] is None or sides[1] is None:
            continue
        shared = len(set(sides[0]) & set(sides[1]))
        if 2 * shared >= min(len(before), len(after)):
            counts_items = all(map(_counts_items, sides))
            ranked.append((counts_items, -shared, _rank(member), member))
    chosen = min(ranked)[-1] if ranked else None
    if chosen is None:
        return None, _why_not_as_before(before, after, None, may_be_key)
    key = Key((chosen,))
    where = [{(item[chosen],): position for position, item in enumerate(items)} for items in (before, after)]
    note = _why_not_as_before(before, after, chosen, may_be_key)
    return _matched(where[0], where[1], key, f"by {key}, found by itself"), note


def moved(both: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The fewest pairs that must have moved for the others to keep their order."""
    in_order = sorted(both)
    return set(both) - {in_order[at] for at in longest_rise([after for _, after in in_order])}


def longest_rise(numbers: Sequence[int]) -> list[int]:
    """The positions of the longest run of numbers, with gaps, in which each is larger than the one before it."""
    ends: list[int] = []  # of the increasing sequences found so far, by their length
    last: list[int] = []
    previous: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number)
        if length == len(ends):
            ends.append(number)
            last.append(at)
        else:
            ends[length] = number
            last[length] = at
        previous.append(last[length - 1] if length else -1)
    rise = []
    at = last[-1] if last else -1
    while at >= 0:
        rise.append(at)
        at = previous[at]
    return rise[::-1]


def _members_of_all(items: Sequence[dict[str, Any]]) -> list[str]:
    """The members that every item has, in the order of the first item."""
    members = list(items[0]) if items else []
    for item in items:
        members = [name for name in members if name in item]
        if not members:
            break
    return members


def _values(items: Sequence[dict[str, Any]], member: str, may_be_key: Callable[[str, bool], bool]) -> list[Any] | None:
    """Each item's value of this member; None if that is not a key."""
    values = [item.get(member) for item in items]
    kinds = set(map(type, values))
    if not kinds <= _KEY_TYPES or len(set(values)) != len(values):
        return None
    # A path shows values as texts: if types are mixed, 2 and "2" must not name the same item.
    if len(kinds) > 1 and len(set(map(text_of, values))) != len(values):
        return None
    return values if may_be_key(member, bool(kinds & {int, Decimal})) else None


def _rank(member: str) -> int:
    return LIKELY_KEYS.index(member) if member in LIKELY_KEYS else len(LIKELY_KEYS)


def _counts_items(values: Sequence[Any] | None) -> bool:
    """True if the values are 0, 1, 2... or 1, 2, 3..., in the order of the items."""
    if not values or type(values[0]) is not int or values[0] not in (0, 1):
        return False
    return all(value == values[0] + position for position, value in enumerate(values))


def _why_not_as_before(
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    chosen: str | None,
    may_be_key: Callable[[str, bool], bool],
) -> str:
    """The reason why items are not paired by the key they would have had before; empty if they are."""
    for member in LIKELY_KEYS if before else ():
        values = _values(before, member, may_be_key)
        if values is None or _counts_items(values):
            continue
        if member == chosen:
            return ""
        known, found = set(values), [item[member] for item in after if member in item]
        if len(found) < len(after):
            return f"not by {member}: not every item after has it"
        if not set(map(type, found)) <= _KEY_TYPES or len(set(found)) < len(found):
            return f"not by {member}: it does not tell the items after apart"
        if 2 * (shared := len(known & set(found))) < min(len(before), len(after)):
            return f"not by {member}: only {shared:,} of {len(found):,} items after have a value that was there before"
        return ""
    return ""


def _positions(side: str, identities: list[tuple[Any, ...] | None], key: Key) -> dict[tuple[Any, ...], int]:
    positions: dict[tuple[Any, ...], int] = {}
    for position, identity in enumerate(identities):
        if identity is None:
            raise CannotPair(
                f"its items are paired by {key}, and item {position} {side} has no such member with a single value. "
                "Name a key that every item has"
            )
        told_apart = tuple((isinstance(value, bool), value) for value in identity)
        if told_apart in positions:
            named = ", ".join(map(text_of, identity))
            raise CannotPair(
                f"its items are paired by {key}, and {printable(repr(named))} occurs twice {side}, "
                f"as items {positions[told_apart]} and {position}. Name a key that tells them apart"
            )
        positions[told_apart] = position
    return positions


def _matched(before: dict[tuple[Any, ...], int], after: dict[tuple[Any, ...], int], key: Key, how: str) -> Pairs:
    def step(items: Sequence[Any], position: int) -> Item | At:
        return Item(key.members, key.of(items[position]) or ())

    pairs = Pairs(how, step=step)
    for identity, position in before.items():
        if identity in after:
            pairs.both.append((position, after[identity]))
        else:
            pairs.removed.append(position)
    pairs.added = [position for identity, position in after.items() if identity not in before]
    return pairs
