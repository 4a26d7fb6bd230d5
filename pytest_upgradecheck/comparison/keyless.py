"""Pairing of items without a key: the pairs between which the rules refuse the least.

Equal items belong together. Of the others, those pairs are chosen that cost the least in all, where leaving an item
before or after alone has its cost, too. This is exact for lists with a few dozen items left over. For longer ones each
item is tried only with those that it has most in common with: every item with every other would take hours.

Lists in lists are paired again in each trial. Where each difference is refused, a trial ends as soon as it must cost
more than it may: items without an equal cost at least one refused difference each, however they are paired. Otherwise
a tree of lists would compare each list of a level with every other, at every level: rules that allow something, or
that are set within the lists, still do so, until there have been too many trials.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from typing import Protocol, TypeAlias
from zlib import crc32

from pytest_upgradecheck.comparison.pairing import longest_rise

#: Tries that are worth it for an exact answer, and how many of the most alike an item is tried with otherwise.
EXACT = 4_096
_MOST_ALIKE = 5
#: Items that share a feature, beyond which it says nothing about which of them belong together.
_TELLING = 50

_Pair: TypeAlias = "tuple[int, int]"
_Fits: TypeAlias = Callable[[int, int], bool]
#: More than anything costs.
NEVER = 10**48
#: Room below the unit of cost to decide ties: by the order of the items, and then by what they hold, so that the same
#: items make pairs whichever side comes first.
_FINE = 1_000
_FINEST = 2**40

#: The cost of one refused difference; allowed ones, a unit each, only decide between pairings that refuse as many.
REFUSED = 10**9
#: The cost if an item becomes one of another kind: so high that it happens only if there is no other partner.
ANOTHER_KIND = 10**6 * REFUSED


class TooMuch(Exception):
    """A trial has found more than it may, or there have been too many trials."""


class Trial:
    """Counts what a comparison would refuse, up to a limit, instead of writing it down."""

    __slots__ = ("cost", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.cost = 0

    @property
    def room(self) -> int:
        """The most that the rest may still cost."""
        return self.limit - self.cost


class Items(Protocol):
    """Two lists of items, as pairing sees them: by their positions before and after."""

    @property
    def least(self) -> int:
        """The least that it costs if an item has no equal, whether it has a partner or not."""

    @property
    def room(self) -> int:
        """The most that all pairs and items may cost on their own; without enough of it, the pairs do not matter."""

    def forms(self, side: int) -> Sequence[Hashable]:
        """The form of each item before (0) or after (1): equal forms cost nothing."""

    def features(self, side: int, position: int) -> Iterable[Hashable]:
        """The parts of an item that it may have in common with others."""

    def cost(self, old: int, new: int, limit: int) -> int | None:
        """The cost of pairing these two; None if they do not make a pair, or for more than ``limit``."""

    def cost_alone(self, side: int, position: int) -> int:
        """The cost of leaving an item without a partner."""

    def checksum(self, side: int, position: int) -> int:
        """A number of 32 bits that only depends on what the item holds."""


def equal_pairs(forms: Sequence[Sequence[Hashable]]) -> list[_Pair]:
    """Pairs of items with equal forms: the first before with the first after, and so on."""
    if forms[0] == forms[1]:
        return [(position, position) for position in range(len(forms[0]))]
    waiting: dict[Hashable, list[int]] = {}
    for position in range(len(forms[1]) - 1, -1, -1):
        waiting.setdefault(forms[1][position], []).append(position)
    return [(position, waiting[form].pop()) for position, form in enumerate(forms[0]) if waiting.get(form)]


def best_pairs(items: Items, *, tolerant: bool, all_of_them: bool) -> list[_Pair]:
    """The pairs that cost least, order aside.

    ``tolerant``: equal items need not be the best pairs. ``all_of_them``: only surplus items may stay alone.
    """
    forms = items.forms(0), items.forms(1)
    pairs = equal_pairs(forms)
    if len(pairs) == min(map(len, forms)) and (all_of_them or not tolerant or len(forms[0]) == len(forms[1])):
        return pairs
    if tolerant and len(forms[0]) * len(forms[1]) <= EXACT:
        pairs = []  # all at once, because an equal item may be the only one that another can do with
    old, new = left_over(len(forms[0]), len(forms[1]), pairs)
    if not old or not new or items.least * max(len(old), len(new)) > items.room:
        return pairs
    chosen = _cheapest if len(old) * len(new) <= EXACT else _likeliest
    return pairs + chosen(items, old, new, all_of_them)


def left_over(before: int, after: int, pairs: Iterable[_Pair]) -> tuple[list[int], list[int]]:
    """The positions that are in no pair."""
    taken = [set(side) for side in zip(*pairs, strict=True)] or [set(), set()]
    return (
        [position for position in range(before) if position not in taken[0]],
        [position for position in range(after) if position not in taken[1]],
    )


def number_pairs(ranges: Sequence[tuple[Decimal, Decimal]], numbers: Sequence[Decimal]) -> list[_Pair]:
    """As many pairs as possible of a range and a number in it; what is left over is paired by size."""
    by_start = sorted(range(len(ranges)), key=lambda old: ranges[old])
    pairs: list[_Pair] = []
    open_ranges: list[tuple[Decimal, int]] = []
    started = 0
    by_size = sorted(range(len(numbers)), key=lambda new: numbers[new])
    for new in by_size:
        while started < len(by_start) and ranges[by_start[started]][0] <= numbers[new]:
            heappush(open_ranges, (ranges[by_start[started]][1], by_start[started]))
            started += 1
        while open_ranges and open_ranges[0][0] < numbers[new]:
            heappop(open_ranges)
        if open_ranges:
            pairs.append((heappop(open_ranges)[1], new))
    paired = {old for old, _ in pairs}, {new for _, new in pairs}
    rest = ([old for old in by_start if old not in paired[0]], [new for new in by_size if new not in paired[1]])
    return pairs + list(zip(*rest, strict=False))


def ordered_pairs(items: Items) -> list[_Pair]:
    """The pairs for a list whose order counts: as many in order as possible, then those that moved."""
    forms = items.forms(0), items.forms(1)
    sizes = len(forms[0]), len(forms[1])

    def fits(old: int, new: int) -> bool:
        if forms[0][old] == forms[1][new]:
            return True
        cost = items.cost(old, new, REFUSED - 1)
        return cost is not None and cost < REFUSED

    start = 0
    while start < min(sizes) and fits(start, start):
        start += 1
    end = 0
    while end < min(sizes) - start and fits(sizes[0] - 1 - end, sizes[1] - 1 - end):
        end += 1
    kept = [(at, at) for at in range(start)] + [(sizes[0] - 1 - at, sizes[1] - 1 - at) for at in range(end)]
    old, new = left_over(*sizes, kept)
    if len(old) * len(new) <= EXACT:
        kept += _longest_common(old, new, fits)
    else:
        kept += _longest_equal(old, new, forms) if len(inner := _in_passing(old, new, fits)) < len(old) else inner
    anchors = [sorted(side) for side in zip(*kept, strict=True)] or [[], []]
    old, new = left_over(*sizes, kept)
    equal = equal_pairs([[forms[0][at] for at in old], [forms[1][at] for at in new]])
    moves = [(old[one], new[other]) for one, other in equal]
    # What may come and go need not have moved.
    kept += [pair for pair in moves if items.cost_alone(0, pair[0]) + items.cost_alone(1, pair[1]) >= REFUSED]
    old, new = left_over(*sizes, kept)
    if old and new and len(old) * len(new) <= EXACT:
        kept += _cheapest(
            items, old, new, False, lambda one, other: bisect(anchors[0], one) != bisect(anchors[1], other)
        )
    return kept


def _cheapest(
    items: Items,
    old: Sequence[int],
    new: Sequence[int],
    all_of_them: bool,
    is_move: Callable[[int, int], bool] = lambda _old, _new: False,
) -> list[_Pair]:
    """The assignment that costs least in all (the Hungarian method); what stays alone has its cost as well.

    On a tie a pair is better than two items alone, since it says more, and so are items that keep their order.
    """
    alone = [items.cost_alone(0, position) for position in old], [items.cost_alone(1, position) for position in new]
    checksums = [items.checksum(0, position) for position in old], [items.checksum(1, position) for position in new]
    surplus = NEVER // 10**6 // _FINEST if all_of_them else 0
    room = items.room - items.least * (max(len(old), len(new)) - 1)
    costs = []
    for row, one in enumerate(old):
        line = []
        for column, other in enumerate(new):
            limit = NEVER if all_of_them else alone[0][row] + alone[1][column]
            cost = items.cost(one, other, min(limit, room))
            if cost is None:
                line.append(NEVER)
                continue
            if is_move(one, other):
                cost += REFUSED
            coarse = _FINE * (cost - alone[1][column]) - _FINE // 2 + min(abs(row - column), _FINE // 2 - 1)
            line.append(_FINEST * coarse + _mixed(checksums[0][row], checksums[1][column]))
        costs.append(line + [_FINEST * (_FINE * alone[0][row] + surplus)] * len(old))
    return [
        (old[row], new[column])
        for row, column in enumerate(_assigned(costs))
        if column < len(new) and costs[row][column] < NEVER
    ]


def _mixed(one: int, other: int) -> int:
    """A number for two checksums, in either order, that looks random: sums of such numbers are hardly ever the same."""
    return crc32(b"%d %d" % (min(one, other), max(one, other)))


def _assigned(costs: Sequence[Sequence[int]]) -> list[int]:
    """The column of each row, each at most once, with the least sum; there must be at least as many columns."""
    rows, columns = len(costs), len(costs[0])
    for_row, for_column = [0] * (rows + 1), [0] * (columns + 1)
    row_of, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        row_of[0] = row
        column = 0
        least = [NEVER * 4] * (columns + 1)
        used = [False] * (columns + 1)
        while True:
            used[column] = True
            line, potential = costs[row_of[column] - 1], for_row[row_of[column]]
            step, following = NEVER * 4, 0
            for candidate in range(1, columns + 1):
                if used[candidate]:
                    continue
                reduced = line[candidate - 1] - potential - for_column[candidate]
                if reduced < least[candidate]:
                    least[candidate] = reduced
                    way[candidate] = column
                if least[candidate] < step:
                    step, following = least[candidate], candidate
            for candidate in range(columns + 1):
                if used[candidate]:
                    for_row[row_of[candidate]] += step
                    for_column[candidate] -= step
                else:
                    least[candidate] -= step
            column = following
            if row_of[column] == 0:
                break
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    assigned = [0] * rows
    for column in range(1, columns + 1):
        if row_of[column]:
            assigned[row_of[column] - 1] = column - 1
    return assigned


def _likeliest(items: Items, old: Sequence[int], new: Sequence[int], all_of_them: bool) -> list[_Pair]:
    """Good pairs of many items: each with the ones it has most in common with, the cheapest pairs first."""
    having: dict[Hashable, list[int]] = {}
    for other in new:
        for feature in items.features(1, other):
            having.setdefault(feature, []).append(other)
    tried = []
    for at, one in enumerate(old):
        alike: Counter[int] = Counter()
        for feature in items.features(0, one):
            others = having.get(feature, ())
            if len(others) <= _TELLING:
                alike.update(others)
        candidates = [other for other, _ in alike.most_common(_MOST_ALIKE)]
        if at < len(new) and new[at] not in candidates:
            candidates.append(new[at])
        for other in candidates:
            limit = NEVER if all_of_them else items.cost_alone(0, one) + items.cost_alone(1, other)
            cost = items.cost(one, other, limit)
            if cost is not None:
                tried.append((cost, one, other))
    pairs: list[_Pair] = []
    taken: tuple[set[int], set[int]] = set(), set()
    for _, one, other in sorted(tried):
        if one not in taken[0] and other not in taken[1]:
            pairs.append((one, other))
            taken[0].add(one)
            taken[1].add(other)
    rest = [one for one in old if one not in taken[0]], [other for other in new if other not in taken[1]]
    for one, other in zip(*rest, strict=False):
        limit = NEVER if all_of_them else items.cost_alone(0, one) + items.cost_alone(1, other)
        if items.cost(one, other, limit) is not None:
            pairs.append((one, other))
    return pairs


def _in_passing(old: Sequence[int], new: Sequence[int], fits: _Fits) -> list[_Pair]:
    """Each item before with the first one that fits and follows its forerunner's partner: all of them, if possible."""
    pairs: list[_Pair] = []
    for other in new:
        if len(pairs) == len(old):
            break
        if fits(old[len(pairs)], other):
            pairs.append((old[len(pairs)], other))
    return pairs


def _longest_common(old: Sequence[int], new: Sequence[int], fits: _Fits) -> list[_Pair]:
    """The most pairs that fit and keep their order."""
    fitting = [[fits(one, other) for other in new] for one in old]
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        for column in range(len(new) - 1, -1, -1):
            lengths[row][column] = max(
                lengths[row + 1][column], lengths[row][column + 1], fitting[row][column] + lengths[row + 1][column + 1]
            )
    pairs = []
    row = column = 0
    while row < len(old) and column < len(new):
        if fitting[row][column] and lengths[row][column] == 1 + lengths[row + 1][column + 1]:
            pairs.append((old[row], new[column]))
            row, column = row + 1, column + 1
        elif lengths[row + 1][column] >= lengths[row][column + 1]:
            row += 1
        else:
            column += 1
    return pairs


def _longest_equal(old: Sequence[int], new: Sequence[int], forms: Sequence[Sequence[Hashable]]) -> list[_Pair]:
    """Equal pairs that keep their order, the most of those that pair an item with its like by their turn."""
    equal = equal_pairs([[forms[0][at] for at in old], [forms[1][at] for at in new]])
    return [(old[equal[at][0]], new[equal[at][1]]) for at in longest_rise([other for _, other in equal])]
