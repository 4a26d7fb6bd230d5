"""Operations of before matched with those of after: by path and method, or moved with others to another prefix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pytest_upgradecheck.comparison.openapi.reading import Operation

#: So many paths must have gone the same way for that to be a move, and this share of those that are gone.
_FEWEST_MOVED = 3
_SHARE_MOVED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An operation that is served under another prefix."""

    old: Operation
    new: Operation
    before: str
    after: str


@dataclass(slots=True)
class Matching:
    """All operations of two documents."""

    both: list[tuple[Operation, Operation]] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    #: Operations that stay, but are no longer served under one of their prefixes.
    narrowed: list[tuple[Operation, str]] = field(default_factory=list)
    gone: list[Operation] = field(default_factory=list)
    #: Whether other methods of the path are left, of those that are gone.
    path_stays: set[int] = field(default_factory=set)
    added: list[Operation] = field(default_factory=list)


def matched(old: Sequence[Operation], new: Sequence[Operation]) -> Matching:
    """Match operations by full path, with parameters by position, and method."""
    by_place: dict[tuple[str, str], Operation] = {}
    for operation in new:
        for full in full_paths(operation):
            by_place.setdefault((operation.method, shape(full)), operation)
    result = Matching()
    used: set[int] = set()
    left: list[Operation] = []
    for operation in old:
        partners = [(full, by_place.get((operation.method, shape(full)))) for full in full_paths(operation)]
        partner = next((each for _, each in partners if each is not None), None)
        if partner is None:
            left.append(operation)
            continue
        result.both.append((operation, partner))
        used.add(id(partner))
        result.narrowed += [(operation, full) for full, each in partners if each is None]
    come = [operation for operation in new if id(operation) not in used]
    result.moved = _moved(left, come)
    moved_from, moved_to = {id(move.old) for move in result.moved}, {id(move.new) for move in result.moved}
    result.gone = [operation for operation in left if id(operation) not in moved_from]
    result.added = [operation for operation in come if id(operation) not in moved_to]
    places = {place for _, place in by_place}
    result.path_stays = {
        id(operation) for operation in result.gone if any(shape(full) in places for full in full_paths(operation))
    }
    return result


def full_paths(operation: Operation) -> list[str]:
    """The paths that an operation is served under, with the prefixes of its servers."""
    return [prefix + operation.path for prefix in operation.prefixes]


def shape(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^{}]*\}", "{}", path) if "{" in path else path


def _moved(left: Sequence[Operation], come: Sequence[Operation]) -> list[Move]:
    by_path = {(operation.method, shape(operation.path)): operation for operation in come}
    moves = []
    for operation in left:
        same = by_path.get((operation.method, shape(operation.path)))
        if same is not None:
            moves.append(_move(operation, same, operation.prefixes[0], same.prefixes[0]))
    if moves or not come:
        return moves
    candidates = [(operation, list(_by_suffix(operation, come))) for operation in left]
    votes = Counter((before, after) for _, found in candidates for _, before, after in found)
    if not votes:
        return []
    (before, after), number = votes.most_common(1)[0]
    if number < _FEWEST_MOVED or number < _SHARE_MOVED * len(left):
        return []
    for operation, found in candidates:
        other = next((new for new, was, now in found if (was, now) == (before, after)), None)
        if other is not None:
            moves.append(_move(operation, other, before, after))
    return moves


def _move(old: Operation, new: Operation, before: str, after: str) -> Move:
    return Move(old=old, new=new, before=before or "/", after=after or "/")


def _by_suffix(operation: Operation, come: Iterable[Operation]) -> Iterable[tuple[Operation, str, str]]:
    """New operations that end as this one does, and the prefixes that differ."""
    mine = shape(full_paths(operation)[0]).split("/")
    for other in come:
        if other.method != operation.method:
            continue
        theirs = shape(full_paths(other)[0]).split("/")
        common = 0
        while common < min(len(mine), len(theirs)) - 1 and mine[-1 - common] == theirs[-1 - common]:
            common += 1
        if common and any(part and part != "{}" for part in mine[len(mine) - common :]):
            yield other, "/".join(mine[: len(mine) - common]), "/".join(theirs[: len(theirs) - common])
