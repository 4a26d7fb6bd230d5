"""Names that were probably meant to be one of ours: close enough to be a typo, not merely alike."""

from __future__ import annotations

import functools


@functools.cache
def meant(name: str, known: frozenset[str]) -> str | None:
    """The known name that ``name`` is a typo of; None if it is not a typo of any.

    A team has markers of its own: ``upgrade`` is not a typo of ``pre_upgrade``, but ``pre_upgarde`` and ``upgrade_pre``
    are.
    """
    plain = _plain(name)
    best = min(((_distance(plain, _plain(each)), each) for each in known), default=None)
    if best is not None and best[0] <= _tolerated(_plain(best[1])):
        return best[1]
    words = sorted(_words(name))
    return next((each for each in sorted(known) if len(words) > 1 and sorted(_words(each)) == words), None)


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _words(name: str) -> list[str]:
    return [word for word in name.lower().split("_") if word]


def _tolerated(name: str) -> int:
    return 1 if len(name) < 8 else 2 if len(name) < 14 else 3


def _distance(one: str, other: str) -> int:
    """The number of letters to insert, remove, replace or swap with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
