"""Does a waiver accept a failure? Every part of the failure must be named by one of its ``accepts``.

=========================================  ===========================================================================
an entry                                   accepts
=========================================  ===========================================================================
``items[name=orders]``                     every difference at this place or inside it; wildcards as in rules
``NAME: items[name=orders]``               the same, in the comparison of this name only
``path-removed at GET /v1/old``            this kind of change of an OpenAPI document, at this place (a glob)
``item-1``                                 an item without a key that has this value
the line of a difference                   exactly this difference
words of the message                       the lines of the message with these words; in a line that lists several
                                           things, each must be named
=========================================  ===========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from pytest_upgradecheck.comparison import BadPath, parse
from pytest_upgradecheck.waivers.failure import CheckFailure, RefusedDifference

_SEPARATOR = re.compile(r"[,;]\s|\s(?:and|&)\s|(?<=['\"\])}]),")
_SIGN = re.compile(r"[-+~>=!] ")


def beyond(accepts: Sequence[str], failure: CheckFailure) -> tuple[str, ...]:
    """The parts of a failure that these entries do not accept, each in a few words; empty if they accept all of it."""
    words = [_SIGN.sub("", entry, count=1) if _SIGN.match(entry) else entry for entry in accepts]
    return tuple(_beyond([*accepts, *words], failure))


def _beyond(accepts: Sequence[str], failure: CheckFailure) -> Iterator[str]:
    yield from failure.also
    lines = failure.lines
    if lines and failure.hidden:
        yield failure.hidden
    for difference in failure.differences:
        if any(_accepts_difference(entry, difference) for entry in accepts):
            continue
        if not (difference.is_sentence and _says(accepts, difference.why)):
            yield str(difference)
    for line in lines:
        if not _says(accepts, line):
            yield line
    if not failure.differences and not lines:
        yield "it failed without a message"


def _accepts_difference(entry: str, difference: RefusedDifference) -> bool:
    place = entry.removeprefix(f"{difference.name}: ")
    if difference.path and _is_within(difference.path, place):
        return True
    if difference.kind:
        kind, _, at = place.partition(" at ")
        if kind == difference.kind and difference.operations:
            return all(fnmatchcase(operation, at) for operation in difference.operations)
    if not difference.has_place and difference.item is not None and place == _on_one_line(difference.item):
        return True
    line = _on_one_line(str(difference))
    return place == line.removeprefix(f"{difference.name}: ")


def _is_within(path: str, place: str) -> bool:
    """Whether a path is at a place or inside it."""
    if path == place:
        return True
    try:
        return _fits(parse(place).tokens, parse(path).tokens)
    except BadPath:  # words, or a value in brackets that no path can express
        return False


def _fits(pattern: Sequence[Any], path: Sequence[Any]) -> bool:
    if not pattern:
        return True
    first, rest = pattern[0], pattern[1:]
    wildcard = first.value if isinstance(first, Enum) else None
    if wildcard == "**":
        return any(_fits(rest, path[start:]) for start in range(len(path) + 1))
    if not path:
        return False
    here = first == path[0] if wildcard is None else isinstance(path[0], str) == (wildcard == "*")
    return here and _fits(rest, path[1:])


def _says(accepts: Sequence[str], line: str) -> bool:
    """Whether these words account for a line: for every item of it, if it lists several."""
    line = _on_one_line(line)
    covered = [match.span() for entry in accepts for match in _phrase(entry).finditer(line)]
    if not covered:
        return False
    start = 0
    for end, following in [*(match.span() for match in _SEPARATOR.finditer(line)), (len(line), len(line))]:
        overlaps = any(a < end and b > start for a, b in covered)
        if not overlaps and any(map(str.isalnum, line[start:end])):
            return False
        start = following
    return True


def _phrase(words: str) -> re.Pattern[str]:
    """These words as a whole: ``item-1`` is not in ``item-10``, and ``/orders`` is not in ``/orders/old``."""
    before = r"(?<![\w/-])" if words[0].isalnum() else ""
    after = r"(?![\w/-])(?!\.\w)" if words[-1].isalnum() else ""
    return re.compile(before + re.escape(words) + after)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
