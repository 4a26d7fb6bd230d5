"""The comparison in the plainest way: every pairing of items is tried, every pattern is matched with every path.

It shares no code with the engine, and is far too slow for anything but small values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any, NamedTuple

MAY_CHANGE = "may-change"


class Member(NamedTuple):
    name: str


class Item(NamedTuple):
    sides: tuple[Any, ...]


class Governing(NamedTuple):
    rule: Any
    literals: int = -1

    @property
    def name(self) -> str:
        return str(self.rule["rule"] if isinstance(self.rule, dict) else self.rule)

    @property
    def tolerance(self) -> float | None:
        return self.rule.get("abs") if isinstance(self.rule, dict) else None

    @property
    def counts(self) -> bool:
        return self.name in ("no-fewer", "no-more")

    @property
    def allows_removal(self) -> bool:
        return self.name in (MAY_CHANGE, "no-more")

    @property
    def allows_addition(self) -> bool:
        return self.name in (MAY_CHANGE, "no-fewer", "additions-only")

    def allows(self, before: Any, after: Any) -> bool:
        if self.name == MAY_CHANGE or same(before, after):
            return True
        numbers = is_number(before) and is_number(after)
        if self.counts and not numbers:
            return type(before) is type(after)
        if (self.name == "no-fewer" and after > before) or (self.name == "no-more" and after < before):
            return True
        return numbers and self.tolerance is not None and abs(after - before) <= self.tolerance


@dataclass
class Oracle:
    """``rules`` are tokens and a rule each: a name, ``*``, ``[]``, ``**``, or ``(member, text)`` for an item."""

    base: Any
    rules: Sequence[tuple[tuple[Any, ...], Any]]
    key: str = "id"
    ordered: bool = False

    def refused(self, before: Any, after: Any) -> int:
        """The least number of refused differences."""
        return self.value(before, after, (), Governing(self.base))

    def at(self, path: tuple[Any, ...], outer: Governing) -> Governing:
        best = None
        for number, (tokens, rule) in enumerate(self.rules):
            if any(not rest for rest in rests(tokens, path)):
                literals = sum(1 for token in tokens if token not in ("*", "[]", "**"))
                rank = (literals, -tokens.count("**"), -number)
                if best is None or rank > best[0]:
                    best = rank, tokens, rule
        if best is None:
            return outer
        (literals, _, _), tokens, rule = best
        if tokens and tokens[-1] in ("*", "[]", "**") and literals < outer.literals:
            return outer
        return Governing(rule, literals)

    def judges(self, path: tuple[Any, ...]) -> bool:
        return any(rule != MAY_CHANGE and any(True for _ in rests(tokens, path)) for tokens, rule in self.rules)

    def value(self, before: Any, after: Any, path: tuple[Any, ...], outer: Governing) -> int:
        governing = self.at(path, outer)
        if type(before) is dict and type(after) is dict:
            cost = 0
            for name in {**before, **after}:
                inner = (*path, Member(name))
                if name not in after:
                    cost += self.gone(before[name], inner, governing)
                elif name not in before:
                    cost += self.new(after[name], inner, governing)
                else:
                    cost += self.value(before[name], after[name], inner, governing)
            return cost
        if type(before) is list and type(after) is list:
            return self.lists(before, after, path, governing)
        if isinstance(before, (dict, list)) or isinstance(after, (dict, list)):
            return self.within(before, path, governing) if governing.name == MAY_CHANGE else 1
        return 0 if governing.allows(before, after) else 1

    def gone(self, before: Any, path: tuple[Any, ...], outer: Governing) -> int:
        governing = self.at(path, outer)
        if governing.name == MAY_CHANGE:
            return self.within(before, path, governing)
        return 0 if governing.allows_removal else 1

    def within(self, before: Any, path: tuple[Any, ...], governing: Governing) -> int:
        if isinstance(before, dict):
            return sum(self.gone(item, (*path, Member(name)), governing) for name, item in before.items())
        if isinstance(before, list):
            return sum(self.gone(item, (*path, Item((item,))), governing) for item in before)
        return 0

    def new(self, after: Any, path: tuple[Any, ...], outer: Governing) -> int:
        return 0 if self.at(path, outer).allows_addition else 1

    def lists(self, before: list[Any], after: list[Any], path: tuple[Any, ...], governing: Governing) -> int:
        judged = self.judges(path)
        if governing.name == MAY_CHANGE and not judged:
            return 0
        beyond = len(after) < len(before) if governing.name == "no-fewer" else len(after) > len(before)
        if governing.counts and not beyond and not judged:
            return 0
        outer = Governing(MAY_CHANGE, governing.literals) if governing.counts else governing
        alone = governing if beyond or not governing.counts else outer
        goes_freely = governing.name == "no-more" and not beyond

        def cost(pairs: tuple[tuple[int, int], ...]) -> int:
            taken = {old for old, _ in pairs}, {new for _, new in pairs}
            total = sum(self.pair(before[old], after[new], path, outer) for old, new in pairs)
            if not goes_freely:
                total += sum(
                    self.gone(item, (*path, Item((item,))), alone)
                    for old, item in enumerate(before) if old not in taken[0]
                )  # fmt: skip
            total += sum(
                self.new(item, (*path, Item((item,))), alone) for new, item in enumerate(after) if new not in taken[1]
            )
            if self.ordered and governing.name != MAY_CHANGE and not governing.counts:
                total += len(pairs) - longest_rise([new for _, new in sorted(pairs)])
            return total

        identities = [
            [item.get(self.key) if isinstance(item, dict) else None for item in side] for side in (before, after)
        ]
        if any(identity is not None for side in identities for identity in side):
            if any(None in side or len(set(side)) < len(side) for side in identities):
                return 1  # the key does not tell the items apart
            return cost(tuple((old, identities[1].index(identity)) for old, identity in enumerate(identities[0])
                              if identity in identities[1]))  # fmt: skip
        if governing.counts and not judged:
            return cost(equal_pairs(before, after))
        possible = [
            pairs
            for pairs in matchings(len(before), len(after))
            if all(self.makes_a_pair(before[old], after[new], path, outer) for old, new in pairs)
        ]
        largest = max(map(len, possible))

        def other_kinds(pairs: tuple[tuple[int, int], ...]) -> int:
            return sum(kind(before[old]) is not kind(after[new]) for old, new in pairs)

        return min((other_kinds(pairs), cost(pairs)) for pairs in possible
                   if not governing.counts or len(pairs) == largest)[1]  # fmt: skip

    def makes_a_pair(self, before: Any, after: Any, path: tuple[Any, ...], outer: Governing) -> bool:
        governing = self.at((*path, Item((before, after))), outer)
        if isinstance(before, (dict, list)) or isinstance(after, (dict, list)):
            return type(before) is type(after) or governing.name == MAY_CHANGE
        if governing.tolerance is not None and is_number(before) and is_number(after):
            return True
        return governing.allows(before, after)

    def pair(self, before: Any, after: Any, path: tuple[Any, ...], outer: Governing) -> int:
        return self.value(before, after, (*path, Item((before, after))), outer)


def rests(tokens: tuple[Any, ...], path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """What may be left of the tokens once the whole path is matched."""
    if not path:
        yield tokens
    if not tokens:
        return
    token, following = tokens[0], tokens[1:]
    if token == "**":
        yield from rests(following, path)
        if path:
            yield from rests(tokens, path[1:])
    elif path and token_fits(token, path[0]):
        yield from rests(following, path[1:])


def token_fits(token: Any, step: Any) -> bool:
    if isinstance(step, Member):
        return bool(token == "*" or token == step.name)
    if isinstance(token, tuple):
        return any(isinstance(side, dict) and str(side.get(token[0])) == token[1] for side in step.sides)
    return bool(token == "[]")


def matchings(before: int, after: int) -> Iterator[tuple[tuple[int, int], ...]]:
    for size in range(min(before, after) + 1):
        for old in combinations(range(before), size):
            for new in permutations(range(after), size):
                yield tuple(zip(old, new, strict=True))


def equal_pairs(before: Sequence[Any], after: Sequence[Any]) -> tuple[tuple[int, int], ...]:
    rest = list(range(len(after)))
    pairs = []
    for old, item in enumerate(before):
        new = next((new for new in rest if alike(item, after[new])), None)
        if new is not None:
            pairs.append((old, new))
            rest.remove(new)
    return tuple(pairs)


def longest_rise(numbers: Sequence[int]) -> int:
    best = [0] * (len(numbers) + 1)
    for at, number in enumerate(numbers):
        best[at] = 1 + max((best[before] for before in range(at) if numbers[before] < number), default=0)
    return max(best)


def kind(value: Any) -> type:
    """Objects and lists are kinds of their own; all single values are one."""
    return type(value) if isinstance(value, (dict, list)) else object


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(before: Any, after: Any) -> bool:
    return (type(before) is type(after) or (is_number(before) and is_number(after))) and bool(before == after)


def alike(before: Any, after: Any) -> bool:
    """Whether two values are the same, order aside."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(alike(before[name], after[name]) for name in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and any(
            all(alike(one, other) for one, other in zip(before, order, strict=True)) for order in permutations(after)
        )
    return not isinstance(before, (dict, list)) and not isinstance(after, (dict, list)) and same(before, after)
