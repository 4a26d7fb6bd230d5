"""Paths to places in a value: how they are written and read.

A path is written as messages show it, and as JMESPath has it: ``contracts[].routes``. Every path that a message shows
can be used as a pattern. As a pattern it may hold

==================  =========================================================================
``name``            a member; ``"any.name"`` in quotes if it is not a plain word
``*``               any member
``[]`` or ``[*]``   any item of a list
``[name=orders]``   an item whose member ``name`` is ``orders`` (``[zone=eu,name=orders]`` by two)
``[3]``             the item at this position of an ordered list
``**``              anything in between, also nothing: ``**.updated_at``
``@``               the whole value
==================  =========================================================================

``[name=orders]`` fits the item whatever pairs the items of its list, and if the item is ``orders`` before or after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from pytest_upgradecheck.comparison.quoting import WORD, member, quoted
from pytest_upgradecheck.comparison.values import is_container


class Item(NamedTuple):
    """An item of a list, told from the others by the values of its key."""

    key: tuple[str, ...]
    identity: tuple[Any, ...]


class Unnamed:
    """An item that has no name, for a message that must describe it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class At(NamedTuple):
    """An item at a position of an ordered list; None if order does not count."""

    position: int | None
    item: Unnamed | None = None


#: One step from a value to a value within: a member's name, or an item of a list.
Step: TypeAlias = "str | Item | At"


class Wildcard(Enum):
    """Tokens that fit more than one step."""

    MEMBER = "*"
    ITEM = "[]"
    DEEP = "**"


class Named(NamedTuple):
    """An item by the texts of some of its members."""

    members: tuple[str, ...]
    texts: tuple[str, ...]


Token: TypeAlias = "str | Wildcard | int | Named"  # noqa: S105 - a part of a path

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PIECE = re.compile(
    rf"(?P<deep>\*\*)|(?P<any>\*)|(?P<member>{WORD})|(?P<quoted>{_QUOTED})|\[(?P<inside>(?:[^\[\]\"]|{_QUOTED})*)\]"
)
_PAIR = re.compile(rf"\s*(?P<name>{_QUOTED}|[^=,\"\s][^=,\"]*)=(?P<value>{_QUOTED}|[^,\"]*)(?P<end>,|$)")


class BadPath(ValueError):
    """A text that is not a path; the message says what is wrong with it, and how paths are written."""


@dataclass(frozen=True)
class Pattern:
    """A path as it was written."""

    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def literals(self) -> int:
        """The number of members and items that it spells out."""
        return sum(1 for token in self.tokens if not isinstance(token, Wildcard))

    @cached_property
    def specificity(self) -> tuple[int, int]:
        """The larger, the more specific."""
        return self.literals, -sum(1 for token in self.tokens if token is Wildcard.DEEP)

    @property
    def names_its_place(self) -> bool:
        """True if it ends in a name, not in a wildcard that takes whatever is there."""
        return not self.tokens or not isinstance(self.tokens[-1], Wildcard)


def parse(text: str) -> Pattern:
    """Read a pattern; BadPath says what is wrong with it."""
    if text == "@":
        return Pattern(text, ())
    tokens: list[Token] = []
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
        where = f"it is wrong from {text[at:]!r} on" if text else "it is empty"
        raise BadPath(
            f"{text!r} is not a path: {where}. Write members with dots and items with brackets, such as "
            'contracts[].routes, items[name=orders].state, **.updated_at, or "a name with dots"'
        )
    return Pattern(text, tuple(tokens))


def path_text(steps: Sequence[Step]) -> str:
    """A path as messages show it; empty for the whole value."""
    return _text(steps, lambda step: f"[{label_of(step)}]")


def group_of(steps: Sequence[Step]) -> str:
    """The same with every item as ``[]``: what changes of many items have in common."""
    return _text(steps, lambda _: "[]")


def label_of(step: Item | At) -> str:
    """The text within the brackets of an item."""
    if isinstance(step, At):
        return "" if step.position is None else str(step.position)
    names = zip(step.key, step.identity, strict=True)
    return ",".join(f"{_in_brackets(name, name=True)}={_in_brackets(text_of(value))}" for name, value in names)


def text_of(value: Any) -> str:
    """A key's value as a path has it."""
    return str(value)


def identity_of(item: Any, members: Sequence[str]) -> tuple[Any, ...] | None:
    """The values of these members (dots reach further in); None if one is missing or is not a single value."""
    values = []
    for name in members:
        value = item
        for part in (name,) if isinstance(item, dict) and name in item else name.split("."):
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        if is_container(value):
            return None
        values.append(value)
    return tuple(values)


def _token(match: re.Match[str], text: str) -> Token:
    if match["deep"]:
        return Wildcard.DEEP
    if match["any"]:
        return Wildcard.MEMBER
    if match["member"]:
        return match["member"]
    if match["quoted"]:
        return _unquoted(match["quoted"], text)
    inside = match["inside"].strip()
    if inside in ("", "*"):
        return Wildcard.ITEM
    if inside.isascii() and inside.isdigit():
        return int(inside)
    return _named(inside, text)


def _named(inside: str, text: str) -> Named:
    pairs: list[tuple[str, str]] = []
    at, ended = 0, ""
    while (pair := _PAIR.match(inside, at)) is not None:
        name, value = (
            _unquoted(part, text) if part.startswith('"') else part for part in (pair["name"], pair["value"])
        )
        pairs.append((name, value))
        at, ended = pair.end(), pair["end"]
        if not ended:
            break
    if not pairs or at < len(inside) or ended:
        raise BadPath(f"{text!r} is not a path: [{inside}] does not name an item. Write [], [3], or [name=orders]")
    return Named(tuple(name for name, _ in pairs), tuple(value for _, value in pairs))


def _unquoted(written: str, text: str) -> str:
    try:
        return str(json.loads(written))
    except ValueError:
        raise BadPath(f"{text!r} is not a path: {written} is not a text in quotes") from None


def _text(steps: Sequence[Step], item: Callable[[Item | At], str]) -> str:
    text = ""
    for step in steps:
        if isinstance(step, str):
            text += f".{member(step)}" if text else member(step)
        else:
            text += item(step)
    return text


def _in_brackets(text: str, *, name: bool = False) -> str:
    plain = r"[^\[\]\",=\s]+" if name else r"[^\[\]\",=\s](?:[^\[\]\",=]*[^\[\]\",=\s])?"
    written = quoted(text)
    return text if re.fullmatch(plain, text) and written == f'"{text}"' else written
