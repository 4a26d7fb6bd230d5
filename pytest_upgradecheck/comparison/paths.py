"""Places in a value: how they are written, and how rules find them.

A path is written as a message shows it, and as JMESPath has it: ``contracts[].routes``. As a pattern it may hold

==================  ===============================================================
``name``            a member; ``"any.name"`` in quotes where it is no plain word
``*``               any member
``[]`` or ``[*]``   any item of a list
``[name=orders]``   the item paired by this key (``[zone=eu,name=orders]`` by two)
``[3]``             the item at this position
``**``              anything in between, also nothing: ``**.updated_at``
``@``               the whole value
==================  ===============================================================

The most specific of the patterns that match the same place wins: the one with the most members and keys spelled out,
then the one without ``**``, then the one that stands first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")


class Item(NamedTuple):
    """An item of a list, told from the others by the values of its key."""

    key: tuple[str, ...]
    identity: tuple[Any, ...]


class At(NamedTuple):
    """An item at a position of an ordered list; None where order does not count."""

    position: int | None


#: One step from a value to a value within: a member's name, or an item of a list.
Step: TypeAlias = "str | Item | At"


class _Any(Enum):
    MEMBER = "*"
    ITEM = "[]"
    DEEP = "**"


_Part: TypeAlias = "str | _Any | int | tuple[tuple[str, str], ...]"
_WORD = r"[A-Za-z_][A-Za-z0-9_-]*"
_PIECE = re.compile(
    rf"(?P<deep>\*\*)|(?P<any>\*)|(?P<member>{_WORD})|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<item>\[(?P<inside>[^\[\]]*)\])"
)


class BadPath(ValueError):
    """A text that is no path; the message says what is wrong with it, and how paths are written."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path as somebody wrote it."""

    text: str
    tokens: tuple[_Part, ...]

    @property
    def fits_the_whole(self) -> bool:
        """Whether the whole value is among what it fits."""
        return all(token is _Any.DEEP for token in self.tokens)

    @property
    def specificity(self) -> tuple[int, int]:
        """The larger, the more specific."""
        literal = sum(1 for token in self.tokens if not isinstance(token, _Any))
        return literal, -sum(1 for token in self.tokens if token is _Any.DEEP)


def parse(text: str) -> Pattern:
    """Read a pattern; BadPath says what is wrong with it."""
    if text == "@":
        return Pattern(text, ())
    tokens: list[_Part] = []
    at = 0
    while at < len(text):
        if tokens and text[at] == "." and at + 1 < len(text):
            at += 1
        elif tokens and text[at] != "[":
            break
        match = _PIECE.match(text, at)
        if match is None:
            break
        tokens.append(_token(match, text))
        at = match.end()
    if at < len(text) or not tokens:
        rest = f"at {text[at:]!r}" if tokens else "it is empty" if not text else f"at {text!r}"
        raise BadPath(
            f"{text!r} is no path: {rest}; write members with dots and items with brackets, such as "
            'contracts[].routes, items[name=orders].state, **.updated_at, or "a name with dots"'
        )
    return Pattern(text, tuple(tokens))


def shown(steps: Sequence[Step]) -> str:
    """A path as messages show it; empty for the whole value."""
    return _text(steps, _item_in_full)


def group_of(steps: Sequence[Step]) -> str:
    """The same with every item as ``[]``: what changes of many items have in common."""
    return _text(steps, lambda _: "[]")


def label_of(step: Item | At) -> str:
    """What stands within the brackets of an item."""
    if isinstance(step, At):
        return "" if step.position is None else str(step.position)
    names = zip(step.key, step.identity, strict=True)
    return ",".join(f"{name}={_value(value)}" for name, value in names)


class Places(Generic[T]):
    """Finds what somebody set for a place, while a value is walked down from ``root``.

    ``fold`` makes one setting of those whose patterns fit the same place; it gets the most specific first.
    """

    def __init__(self, settings: Iterable[tuple[Pattern, T]], fold: Callable[[Sequence[T]], T]) -> None:
        self._settings = tuple(settings)
        self._fold = fold
        self._matched: set[int] = set()
        self._places: dict[frozenset[tuple[int, int]], Place[T] | None] = {frozenset(): None}
        self.root = self.place({(number, 0) for number in range(len(self._settings))})

    @property
    def unmatched(self) -> tuple[Pattern, ...]:
        """Patterns that no place visited so far fits, in the order they were given."""
        return tuple(pattern for number, (pattern, _) in enumerate(self._settings) if number not in self._matched)

    def place(self, progress: set[tuple[int, int]]) -> Place[T] | None:
        """The place at which these patterns (by number) have got this far (in tokens)."""
        for number, at in tuple(progress):
            tokens = self._settings[number][0].tokens
            for further in range(at, len(tokens)):
                if tokens[further] is not _Any.DEEP:
                    break
                progress.add((number, further + 1))  # for ** may stand for nothing
        closed = frozenset(progress)
        if closed not in self._places:
            self._places[closed] = Place(self, closed, self._set_at(closed))
        return self._places[closed]

    def after(self, progress: frozenset[tuple[int, int]], step: Step) -> Place[T] | None:
        """The place one step further; None where no pattern fits there or below."""
        reached = set()
        for number, at in progress:
            tokens = self._settings[number][0].tokens
            if at < len(tokens):
                if tokens[at] is _Any.DEEP:
                    reached.add((number, at))
                elif _fits(tokens[at], step):
                    reached.add((number, at + 1))
        return self.place(reached)

    def spells_items_out(self, progress: frozenset[tuple[int, int]]) -> bool:
        """Whether a pattern that got this far goes on with one certain item."""
        following = (self._settings[number][0].tokens[at : at + 1] for number, at in progress)
        return any(isinstance(token, (tuple, int)) for each in following for token in each)

    def _set_at(self, progress: frozenset[tuple[int, int]]) -> T:
        here = [number for number, at in progress if at == len(self._settings[number][0].tokens)]
        self._matched.update(here)
        here.sort(key=lambda number: (self._settings[number][0].specificity, -number), reverse=True)
        return self._fold([self._settings[number][1] for number in here])


class Place(Generic[T]):
    """A place that patterns fit, or may fit further down; ``here`` is what is set for it."""

    __slots__ = ("_item", "_items_differ", "_items_known", "_members", "_places", "_progress", "here")

    def __init__(self, places: Places[T], progress: frozenset[tuple[int, int]], here: T) -> None:
        self._places = places
        self._progress = progress
        self.here = here
        self._members: dict[str, Place[T] | None] = {}
        self._item: Place[T] | None = None
        self._items_known = False
        self._items_differ = places.spells_items_out(progress)

    def member(self, name: str) -> Place[T] | None:
        """The place of a member; None where nothing is set there or below."""
        try:
            return self._members[name]
        except KeyError:
            found = self._members[name] = self._places.after(self._progress, name)
            return found

    def item(self, step: Item | At) -> Place[T] | None:
        """The place of an item."""
        if self._items_differ:
            return self._places.after(self._progress, step)
        if not self._items_known:
            self._item = self._places.after(self._progress, step)
            self._items_known = True
        return self._item


def _token(match: re.Match[str], text: str) -> _Part:
    if match["deep"]:
        return _Any.DEEP
    if match["any"]:
        return _Any.MEMBER
    if match["member"]:
        return match["member"]
    if match["quoted"]:
        return _unquoted(match["quoted"], text)
    inside = match["inside"].strip()
    if inside in ("", "*"):
        return _Any.ITEM
    if inside.isdigit():
        return int(inside)
    named = re.findall(r'\s*([^=,"]+)=("(?:[^"\\]|\\.)*"|[^,"]*)(?:,|$)', inside)
    if not named or ",".join(f"{name}={value}" for name, value in named) != inside:
        raise BadPath(f"{text!r} is no path: [{inside}] names no item; write [], [3], or [name=orders]")
    return tuple((name, _unquoted(value, text) if value.startswith('"') else value) for name, value in named)


def _unquoted(quoted: str, text: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        raise BadPath(f"{text!r} is no path: {quoted} is no text in quotes") from None


def _fits(token: _Part, step: Step) -> bool:
    if isinstance(step, str):
        return token is _Any.MEMBER or token == step
    if token is _Any.ITEM:
        return True
    if isinstance(step, At):
        return isinstance(token, int) and token == step.position
    return isinstance(token, tuple) and tuple((name, str(value)) for name, value in zip(*step, strict=True)) == token


def _text(steps: Sequence[Step], item: Any) -> str:
    text = ""
    for step in steps:
        if isinstance(step, str):
            name = step if re.fullmatch(_WORD, step) else json.dumps(step, ensure_ascii=False)
            text += f".{name}" if text else name
        else:
            text += item(step)
    return text


def _item_in_full(step: Item | At) -> str:
    return f"[{label_of(step)}]"


def _value(value: Any) -> str:
    text = str(value)
    return text if re.fullmatch(r"[^\[\]\",=]+", text) else json.dumps(text, ensure_ascii=False)
