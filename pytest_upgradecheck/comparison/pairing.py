"""Which item of a list before is which item after.

Items are paired by the key somebody named; else by a key found by itself: a member of every item, unique on both
sides, by which most items meet again; else as a multiset, where equal items are the same item.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pytest_upgradecheck.comparison.paths import At, Item

#: Members that name a thing more likely than others, the likeliest first.
_LIKELY_KEYS = ("id", "name", "key", "uid", "uuid", "slug", "identifier", "path", "address", "number", "code", "title")

_KEY_TYPES = {str, int, UUID, Decimal, date, datetime}


class CannotPair(ValueError):
    """The key that somebody named does not tell the items apart; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Key:
    """Members whose values tell an item from the others; dots reach into members (``metadata.name``).

    A key named for one path must be there; one named for lists in general is used where items have it.
    """

    members: tuple[str, ...]
    everywhere: bool = False

    def __str__(self) -> str:
        return " and ".join(self.members)

    def of(self, item: Any) -> tuple[Any, ...] | None:
        """The item's identity; None where it lacks a member, or has no single value there."""
        values = []
        for member in self.members:
            value = item
            for part in (member,) if isinstance(item, dict) and member in item else member.split("."):
                if not isinstance(value, dict) or part not in value:
                    return None
                value = value[part]
            if isinstance(value, (dict, list)) or not isinstance(value, Hashable):
                return None
            values.append(value)
        return tuple(values)


@dataclass(slots=True)
class Pairs:
    """How the items of two lists belong together: by their positions in ``before`` and ``after``."""

    how: str
    both: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    #: Tells an item apart for whoever reads of it, given its list and position.
    step: Callable[[Sequence[Any], int], Item | At] = lambda _items, _position: At(None)


def by_key(before: Sequence[Any], after: Sequence[Any], key: Key) -> Pairs | None:
    """Pair by a key that was named; None where it is a general one that no item here has. CannotPair, else."""
    if key.everywhere and not any(key.of(item) is not None for items in (before, after) for item in items):
        return None
    where = {
        side: _positions(side, [key.of(item) for item in items], key)
        for side, items in (("before", before), ("after", after))
    }
    return _matched(where["before"], where["after"], key, f"by {key}")


def by_found_key(before: Sequence[Any], after: Sequence[Any]) -> Pairs | None:
    """Pair by a key found in the items themselves; None where there is none."""
    if not all(type(item) is dict for items in (before, after) for item in items):
        return None
    best: tuple[tuple[int, int, str], str] | None = None
    for member in set(before[0] if before else {}) | set(after[0] if after else {}):
        shared = _shared(before, after, member)
        if shared is not None:
            rank = _LIKELY_KEYS.index(member) if member in _LIKELY_KEYS else len(_LIKELY_KEYS)
            candidate = ((-shared, rank, member), member)
            best = candidate if best is None else min(best, candidate)
    if best is None:
        return None
    key = Key((best[1],))
    where = [{(item[best[1]],): position for position, item in enumerate(items)} for items in (before, after)]
    return _matched(where[0], where[1], key, f"by {key}, found by itself")


def by_value(before: Sequence[Any], after: Sequence[Any], form: Callable[[Any], Hashable]) -> Pairs:
    """Pair equal items, each with one of the other side; ``form`` gives items that are the same the same hash."""
    forms = [list(map(form, items)) for items in (before, after)]
    pairs = Pairs("as a multiset")
    surplus = Counter(forms[0])
    surplus.subtract(Counter(forms[1]))
    if not any(surplus.values()) and forms[0] == forms[1]:
        pairs.both = [(position, position) for position in range(len(before))]
        return pairs
    waiting: dict[Hashable, list[int]] = {}
    for position in range(len(after) - 1, -1, -1):
        waiting.setdefault(forms[1][position], []).append(position)
    for position, each in enumerate(forms[0]):
        if waiting.get(each):
            pairs.both.append((position, waiting[each].pop()))
        else:
            pairs.removed.append(position)
    pairs.added = sorted(position for positions in waiting.values() for position in positions)
    if len(pairs.removed) == len(pairs.added) == 1:
        one, other = pairs.removed[0], pairs.added[0]
        if isinstance(before[one], (dict, list)) and type(before[one]) is type(after[other]):
            pairs.both.append((one, other))  # what is left over on both sides is one item that changed
            pairs.removed, pairs.added = [], []
    return pairs


def by_position(before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    """Pair the first with the first, and so on."""
    shorter = min(len(before), len(after))
    return Pairs(
        "by position",
        both=[(position, position) for position in range(shorter)],
        removed=list(range(shorter, len(before))),
        added=list(range(shorter, len(after))),
        step=lambda _items, position: At(position),
    )


def moved(both: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The fewest pairs that must have moved for the others to keep their order."""
    in_order = sorted(both)
    ends: list[int] = []  # of the increasing sequences found so far, by their length
    last: list[int] = []
    previous: list[int] = []
    for at, (_, after) in enumerate(in_order):
        length = bisect_left(ends, after)
        if length == len(ends):
            ends.append(after)
            last.append(at)
        else:
            ends[length] = after
            last[length] = at
        previous.append(last[length - 1] if length else -1)
    kept = set()
    at = last[-1] if last else -1
    while at >= 0:
        kept.add(in_order[at])
        at = previous[at]
    return set(both) - kept


def _shared(before: Sequence[Any], after: Sequence[Any], member: str) -> int | None:
    """How many items meet again by this member; None where it is no key."""
    sides = []
    for items in (before, after):
        values = [item.get(member) for item in items]
        distinct = set(values) if set(map(type, values)) <= _KEY_TYPES else set()
        if len(distinct) != len(items):
            return None
        sides.append(distinct)
    if len({type(value) for side in sides for value in side}) != 1:
        return None
    shared = len(sides[0] & sides[1])
    return shared if 2 * shared >= min(len(before), len(after)) else None


def _positions(side: str, identities: list[tuple[Any, ...] | None], key: Key) -> dict[tuple[Any, ...], int]:
    positions: dict[tuple[Any, ...], int] = {}
    for position, identity in enumerate(identities):
        if identity is None:
            raise CannotPair(
                f"its items are paired by {key}, and item {position} {side} has no such member with a single value; "
                "name a key that every item has"
            )
        told_apart = tuple((isinstance(value, bool), value) for value in identity)
        if told_apart in positions:
            named = ", ".join(map(str, identity))
            raise CannotPair(
                f"its items are paired by {key}, and {named!r} stands twice {side}, "
                f"as items {positions[told_apart]} and {position}; name a key that tells them apart"
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
