"""A comparison in words: at most a screenful, the same on the terminal, in Markdown and in HTML.

Counts come first, then the differences grouped by path, before and after side by side. A line starts with what
happened: ``-`` removed, ``+`` added, ``~`` changed, ``>`` moved, ``=`` not changed though it had to, ``!`` refused by a
rule in its own words, ``?`` not judged by it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from pytest_upgradecheck.comparison.difference import Change, Comparison, Difference, counts
from pytest_upgradecheck.comparison.paths import At, Step, label_of
from pytest_upgradecheck.comparison.values import BytesDigest, Unordered

#: A screenful: lines, and characters of a line.
LINES = 30
WIDTH = 110

_SIGNS = {
    Change.REMOVED: "-",
    Change.ADDED: "+",
    Change.CHANGED: "~",
    Change.MOVED: ">",
    Change.KEPT: "=",
    Change.REFUSED: "!",
    Change.UNJUDGED: "?",
}
_COLOURS = {"-": 31, "+": 32, "~": 33, ">": 33, "=": 33, "!": 31, "?": 33}
_ARROW = "  ->  "
_LONGEST_LABEL = 40
_NARROWEST_VALUE = 16


def explain(comparison: Comparison, *, lines: int = LINES, width: int = WIDTH) -> str:
    """What no rule allows, as text of at most ``lines`` lines; empty where there is nothing."""
    refused = comparison.refused
    if not refused:
        return ""
    allowed = f"; {allowed_differences(len(comparison.allowed))}" if comparison.allowed else ""
    head = [f"{counts(refused)}{allowed}", *_pairing(comparison)]
    groups = _grouped(refused)
    room = lines - len(head)
    shown_groups = groups if len(groups) <= room else groups[: room - 1]
    spare = room - len(shown_groups) - (len(groups) > len(shown_groups))
    body: list[str] = []
    for number, group in enumerate(shown_groups):
        block = list(_block(group, spare // (len(shown_groups) - number), width))
        spare -= len(block) - 1
        body += block
    if len(groups) > len(shown_groups):
        rest = sum(map(len, groups[len(shown_groups) :]))
        body.append(f"... and {rest:,} more in {len(groups) - len(shown_groups):,} other places")
    return "\n".join([*head, *body])


def allowed_differences(number: int) -> str:
    """How many differences a rule allows, in words."""
    return f"{number:,} allowed {'difference' if number == 1 else 'differences'}"


def in_markdown(text: str) -> str:
    """The same text as a block of Markdown; nothing in it can end the block."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}diff\n{text}\n{fence}"


def in_html(text: str) -> str:
    """The same text as a block of HTML."""
    return f"<pre>{escape(text)}</pre>"


def in_colour(text: str) -> str:
    """The same text with ANSI colours: what went in red, what came in green, all else that differs in yellow."""
    return "\n".join(
        f"\x1b[{_COLOURS[line[0]]}m{line}\x1b[0m" if line[0] in _COLOURS else line for line in text.split("\n")
    )


def shown(value: Any, longest: int = 200) -> str:
    """A captured value on one line, long ones elided in the middle; nothing in it can move a cursor."""
    return elided(_printable(_on_one_line(value)), longest)


def elided(text: str, longest: int) -> str:
    """A text with its middle left out where it is too long."""
    if len(text) <= longest:
        return text
    head = (longest - 3 + 1) // 2
    tail = longest - 3 - head
    return f"{text[:head]}...{text[len(text) - tail :]}"


def _pairing(comparison: Comparison) -> Iterator[str]:
    """How items were paired, of the lists that something refused lies in."""
    places = {difference.group for difference in comparison.refused}
    for group, how in comparison.pairing.items():
        if any(place.startswith(f"{group}[]") for place in places):
            before, after = comparison.sizes[group]
            yield f"{group or 'the list'}: {before:,} before, {after:,} after, paired {how}"


def _grouped(differences: Sequence[Difference]) -> list[list[Difference]]:
    groups: dict[tuple[str, Change], list[Difference]] = {}
    for difference in differences:
        groups.setdefault((difference.group, difference.change), []).append(difference)
    order = list(Change)
    return sorted(groups.values(), key=lambda group: (order.index(group[0].change), len(group[0].steps)))


def _block(group: Sequence[Difference], spare: int, width: int) -> Iterator[str]:
    """A group in one line, or in a line of its own and as many below it as there is room for."""
    first = group[0]
    sign = _SIGNS[first.change]
    if first.change in (Change.REFUSED, Change.UNJUDGED):
        yield from _sentences(group, spare, width)
        return
    if len(group) == 1:
        yield _line(f"{sign} {first.path or 'value'}", first, width)
        return
    by_item = _by_item(group)
    of_items = f", of {len(by_item):,} items" if len(by_item) < len(group) else ""
    yield f"{sign} {first.group or 'value'}: {len(group):,} {first.change}{of_items}"
    if spare < 1:
        return
    rows = by_item if len(by_item) <= spare else by_item[: spare - 1]
    labels = [_label(row[0]) for row in rows]
    widest = min(_LONGEST_LABEL, max(map(len, labels), default=0))
    room = width - widest - 6
    befores = [_before(row[0], room) for row in rows]
    column = max(map(len, befores), default=0)
    for label, before, row in zip(labels, befores, rows, strict=True):
        start = f"    {elided(label, widest):<{widest}}" + ("  " if widest else "")
        said = _sides(row[0], before, column, room) if len(row) == 1 else _values(row, room)
        yield (start + said).rstrip()
    if len(rows) < len(by_item):
        yield f"    ... and {len(by_item) - len(rows):,} more"


def _sentences(group: Sequence[Difference], spare: int, width: int) -> Iterator[str]:
    """What rules say in words of their own, a line each."""
    rows = group if len(group) <= spare + 1 else group[:spare]
    for difference in rows:
        place = f"{_printable(difference.path)}: " if difference.path else ""
        yield elided(f"{_SIGNS[difference.change]} {place}{_printable(difference.why)}", max(width, 2 * WIDTH))
    if len(rows) < len(group):
        yield f"  ... and {len(group) - len(rows):,} more"


def _by_item(group: Sequence[Difference]) -> list[list[Difference]]:
    """Values that came to or went from the same list of the same item belong in one row."""
    if len(group[0].steps) < 2 or group[0].steps[-1] != At(None):
        return [[difference] for difference in group]
    rows: dict[tuple[Step, ...], list[Difference]] = {}
    for difference in group:
        rows.setdefault(difference.steps, []).append(difference)
    return list(rows.values())


def _values(row: Sequence[Difference], room: int) -> str:
    return elided(", ".join(shown(each.after if each.change is Change.ADDED else each.before) for each in row), room)


def _label(difference: Difference) -> str:
    items = (label_of(step) for step in difference.steps if not isinstance(step, str))
    return _printable(" / ".join(filter(None, items)))


def _line(start: str, difference: Difference, width: int) -> str:
    start = elided(_printable(start), width - 2 * _NARROWEST_VALUE)
    room = width - len(start) - 2
    return f"{start}: {_sides(difference, _before(difference, room), 0, room)}"


def _before(difference: Difference, room: int) -> str:
    """What stands in the left column."""
    if difference.change is Change.ADDED:
        return ""
    two = difference.change is Change.CHANGED
    return shown(difference.before, max(_NARROWEST_VALUE, (room - len(_ARROW)) // 2 if two else room))


def _sides(difference: Difference, before: str, column: int, room: int) -> str:
    why = f" ({difference.why})" if difference.why else ""
    if difference.change is Change.MOVED:
        return f"from position {difference.before} to {difference.after}"
    if difference.change is Change.ADDED:
        return shown(difference.after, room) + why
    if difference.change is not Change.CHANGED:
        return before + why
    after = shown(difference.after, max(_NARROWEST_VALUE, room - max(column, len(before)) - len(_ARROW)))
    return f"{before:<{column}}{_ARROW}{after}{why}{_what_looks_alike(difference.before, difference.after)}"


def _what_looks_alike(before: Any, after: Any) -> str:
    """Names the characters where two texts differ in a way that nobody can see."""
    if type(before) is not type(after):
        return f" ({type(before).__name__}, {type(after).__name__})" if shown(before) == shown(after) else ""
    if not isinstance(before, str) or before == after:
        return ""
    at = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    forms = [unicodedata.normalize("NFKC", text) for text in (before, after)]
    if at is None or (forms[0] != forms[1] and (len(before) != len(after) or (before[at] + after[at]).isascii())):
        return ""
    named = " and ".join(f"U+{ord(text[at]):04X} {unicodedata.name(text[at], '')}".rstrip() for text in (before, after))
    return f" (they differ at character {at + 1}: {named})"


def _on_one_line(value: Any) -> str:
    if isinstance(value, Unordered):
        return "{" + ", ".join(map(_on_one_line, value.items)) + "}"
    if isinstance(value, BytesDigest):
        return f"{value.size:,} bytes, sha256 {value.sha256[:16]}..."
    if value is None or isinstance(value, (str, bool, int, float, dict, list)):
        return json.dumps(value, ensure_ascii=False, default=_on_one_line)
    return str(value)


def _printable(text: str) -> str:
    """Characters that do not show, or turn the line around, as escapes."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "backslashreplace").decode("ascii")
        for each in text
    )
