"""A comparison in words: at most a screenful, the same on the terminal, in Markdown and in HTML.

Counts come first, then the differences grouped by path, before and after side by side. A line starts with what
happened: ``-`` removed, ``+`` added, ``~`` changed, ``>`` moved, ``=`` not changed though it had to, ``!`` refused by a
rule in its own words, ``?`` not judged by it. Values are cut to fit, around what differs. Names are not: what was lost
is named, and a path can be copied into a rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pytest_upgradecheck.comparison.difference import Change, Comparison, Difference, counts
from pytest_upgradecheck.comparison.paths import At, Item, Step, group_of, label_of, path_text
from pytest_upgradecheck.comparison.quoting import printable
from pytest_upgradecheck.comparison.rendering import (
    INDENT,
    apart,
    elided,
    flow,
    height,
    rendered,
    shown,
    what_looks_alike,
)
from pytest_upgradecheck.comparison.rules import RuleName
from pytest_upgradecheck.wording import listed

__all__ = ["allowed_differences", "explain", "in_colour", "in_html", "in_markdown", "shown"]

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
_NARROWEST_VALUE = 16
_WHOLE = "the whole value"

#: Lines that a path, a name and a sentence may take at most.
_LONGEST_PATH, _LONGEST_NAME, _LONGEST_SENTENCE = 3, 2, 5
#: Lines for how items were paired, and for the names of what is not shown in full.
_PAIRINGS, _NAMES = 4, 6


def explain(comparison: Comparison, *, lines: int = LINES, width: int = WIDTH) -> str:
    """The differences that no rule allows, as at most ``lines`` lines of ``width``; empty if there are none."""
    refused = comparison.refused
    if not refused:
        return ""
    head = [_totals(comparison), *_pairing(comparison, width)]
    blocks = _blocks(refused, lines, width)
    room = lines - height(head, width)
    if sum(block.least for block in blocks) > room:
        room -= _NAMES + 1
    shown_blocks: list[_Block] = []
    for block in blocks:
        if block.least > room - sum(each.least for each in shown_blocks):
            break
        shown_blocks.append(block)
    spare = room - sum(block.least for block in shown_blocks)
    body: list[str] = []
    for number, block in enumerate(shown_blocks):
        written = block.lines(block.least + spare // (len(shown_blocks) - number))
        spare -= height(written, width) - block.least
        body += written
    return "\n".join([*head, *body, *_not_shown(blocks[len(shown_blocks) :], width)])


def _totals(comparison: Comparison) -> str:
    refused, allowed = comparison.refused, comparison.allowed
    if any(difference.rule != RuleName.OPENAPI_COMPATIBLE for difference in comparison.differences):
        return f"{counts(refused)}; {allowed_differences(len(allowed))}" if allowed else counts(refused)
    breaking = sum(difference.change is Change.REFUSED for difference in refused)
    unjudged = len(refused) - breaking
    fine = sum(difference.change is Change.ADDED for difference in allowed)  # not an acceptance that matched nothing
    said = [
        f"{breaking:,} breaking {'change' if breaking == 1 else 'changes'}" if breaking else "",
        f"{unjudged:,} not judged" if unjudged else "",
        f"{fine:,} compatible or accepted" if fine else "",
    ]
    return ", ".join(filter(None, said))


def allowed_differences(number: int) -> str:
    """The number of differences that a rule allows, in words."""
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
    """The same text with ANSI colours: removed in red, added in green, all else that differs in yellow."""
    return "\n".join(
        f"\x1b[{_COLOURS[line[0]]}m{line}\x1b[0m" if line[0] in _COLOURS else line for line in text.split("\n")
    )


@dataclass
class _Block:
    """The text for one group of differences: its heading, and as many of its rows as there is room for."""

    group: Sequence[Difference]
    heading: list[str]
    width: int
    rows: list[list[str]] = field(default_factory=list)
    #: The number of rows, and the names of what they are about if these are worth more than the values.
    of: int = 0
    names: Sequence[str] = ()

    @property
    def least(self) -> int:
        """The lines that it takes at least."""
        return height(self.heading, self.width)

    def lines(self, room: int) -> list[str]:
        """The heading and rows that fit into this many lines."""
        spare = room - self.least
        if sum(height(row, self.width) for row in self.rows) <= spare and len(self.rows) == self.of:
            return [*self.heading, *(line for row in self.rows for line in row)]
        if spare < 1:
            return self.heading
        if self.names:
            return [*self.heading, *flow(self.names, spare, self.width, self.of)]
        written: list[str] = []
        count = 0
        for row in self.rows:
            if height([*written, *row], self.width) > spare - 1:
                break
            written += row
            count += 1
        return [*self.heading, *written, f"{INDENT}... and {self.of - count:,} more"]


@dataclass(frozen=True)
class _Side:
    """A value that was added or removed, among the others that were in the same place."""

    text: str
    among: Sequence[str]
    note: str

    def cut(self, longest: int) -> str:
        """The text so short, and still different from the others."""
        if len(self.text) <= longest:
            return self.text + self.note
        return apart(self.among, longest)[self.among.index(self.text)] + self.note


def _blocks(refused: Sequence[Difference], lines: int, width: int) -> list[_Block]:
    groups = _grouped(refused)
    one_sided = _one_sided(groups, lines)
    return [_block(group, lines, width, one_sided) for group in groups]


def _grouped(differences: Sequence[Difference]) -> list[list[Difference]]:
    groups: dict[tuple[str, Change], list[Difference]] = {}
    for difference in differences:
        groups.setdefault((difference.group, difference.change), []).append(difference)
    order = list(Change)
    return sorted(groups.values(), key=lambda group: (order.index(group[0].change), len(group[0].steps)))


def _block(group: Sequence[Difference], lines: int, width: int, one_sided: dict[int, _Side]) -> _Block:
    first = group[0]
    sign = _SIGNS[first.change]
    if first.change in (Change.REFUSED, Change.UNJUDGED):
        sentences = [_sentence(difference, width) for difference in group[:lines]]
        return _Block(group, sentences[:1], width, [[line] for line in sentences[1:]], len(group) - 1)
    if len(group) == 1:
        return _Block(group, _line(f"{sign} {_place(first, width)}", first, width, one_sided), width)
    by_item = _by_item(group)
    of_items = f", of {len(by_item):,} items" if len(by_item) < len(group) else ""
    path = elided(group_of(first.steps) or _WHOLE, _LONGEST_PATH * width)
    heading = f"{sign} {path}: {len(group):,} {first.change}{of_items}"
    shown_rows = by_item[:lines]
    labels = apart([_label(row[0]) for row in by_item[: 10 * lines]], _LONGEST_NAME * width)
    rows = _rows(shown_rows, labels[: len(shown_rows)], width, one_sided)
    names = labels if first.change is Change.REMOVED and all(labels) else ()
    return _Block(group, [heading], width, rows, len(by_item), names)


def _rows(
    by_item: Sequence[Sequence[Difference]], labels: Sequence[str], width: int, one_sided: dict[int, _Side]
) -> list[list[str]]:
    """A row for each item, in columns; a label that leaves too little room has a line of its own."""
    two_sided = by_item[0][0].change is Change.CHANGED
    needed = 2 * _NARROWEST_VALUE + len(_ARROW) if two_sided else _NARROWEST_VALUE
    widest = max(map(len, labels), default=0)
    below = widest > width - len(INDENT) - 2 - needed
    if below:
        widest = 0
    room = width - len(INDENT) - widest - (2 if widest else 0)
    values = [_values(row, room, one_sided) for row in by_item]
    column = max((len(before) for before, _ in values), default=0)
    rows = []
    for label, (before, rest) in zip(labels, values, strict=True):
        said = f"{before:<{column}}{rest}" if rest.startswith(_ARROW) else before + rest
        start = INDENT if not widest else f"{INDENT}{label:<{widest}}  "
        row = [f"{start}{said}".rstrip()]
        rows.append([f"{INDENT}{label}", f"{INDENT}{row[0]}"] if below else row)
    return rows


def _by_item(group: Sequence[Difference]) -> list[list[Difference]]:
    """Values that were added to or removed from the same list of the same item belong in one row."""
    last = group[0].steps[-1] if group[0].steps else None
    if len(group[0].steps) < 2 or not isinstance(last, At) or last.position is not None:
        return [[difference] for difference in group]
    rows: dict[tuple[Step, ...], list[Difference]] = {}
    for difference in group:
        rows.setdefault(difference.steps[:-1], []).append(difference)
    return list(rows.values())


def _one_sided(groups: Sequence[Sequence[Difference]], lines: int) -> dict[int, _Side]:
    """The values that were added or removed, as texts: those in the same place, whichever side, stay different."""
    by_place: dict[str, list[Difference]] = {}
    for group in groups:
        if group[0].change in (Change.ADDED, Change.REMOVED):
            shown_rows = _by_item(group)[:lines]
            by_place.setdefault(group[0].group, []).extend(each for row in shown_rows for each in row[:lines])
    sides: dict[int, _Side] = {}
    for differences in by_place.values():
        in_full = [rendered(_only_side(difference)) for difference in differences]
        notes = _twins(differences, in_full)
        for difference, text in zip(differences, in_full, strict=True):
            sides[id(difference)] = _Side(text, in_full, notes.get(text, ""))
    return sides


def _twins(differences: Sequence[Difference], texts: Sequence[str]) -> dict[str, str]:
    """A note for values of which the other side has one that only differs in Unicode normal form."""
    sides: dict[Change, dict[str, str]] = {Change.ADDED: {}, Change.REMOVED: {}}
    for difference, text in zip(differences, texts, strict=True):
        plain = str(_only_side(difference))
        if not plain.isascii():
            sides[difference.change][unicodedata.normalize("NFC", plain)] = text
    both = sides[Change.ADDED].keys() & sides[Change.REMOVED].keys()
    note = " (these differ only in Unicode normal form)"
    return {side[plain]: note for plain in both for side in sides.values()}


def _only_side(difference: Difference) -> Any:
    return difference.after if difference.change is Change.ADDED else difference.before


def _values(row: Sequence[Difference], room: int, one_sided: dict[int, _Side]) -> tuple[str, str]:
    """The text in the left column, and the text that follows it."""
    first = row[0]
    if len(row) > 1:
        return _several(row, room, one_sided), ""
    why = f" ({printable(first.why)})" if first.why else ""
    if first.change is Change.MOVED:
        return f"from position {first.before} to {first.after}", ""
    if first.change is Change.CHANGED:
        side = max(_NARROWEST_VALUE, (room - len(_ARROW)) // 2)
        before, after = _both_sides(first, side, room)
        return before, f"{_ARROW}{after}{why}{what_looks_alike(first.before, first.after)}"
    if first.change in (Change.ADDED, Change.REMOVED):
        return one_sided[id(first)].cut(max(room, _NARROWEST_VALUE)) + why, ""
    return shown(first.before, max(room, _NARROWEST_VALUE)) + why, ""


def _several(row: Sequence[Difference], room: int, one_sided: dict[int, _Side]) -> str:
    """Values that were added to or removed from the same list, in one row."""
    known = [one_sided[id(each)] for each in row if id(each) in one_sided]
    most = max(1, (room - 20) // (_NARROWEST_VALUE + 2))
    side = room
    while sum(len(each.cut(side)) + 2 for each in known[:most]) > room and side > _NARROWEST_VALUE:
        side = max(_NARROWEST_VALUE, side // 2)
    return listed([each.cut(side) for each in known[:most]], most, len(row))


def _both_sides(difference: Difference, side: int, room: int) -> tuple[str, str]:
    before, after = rendered(difference.before), rendered(difference.after)
    if len(before) + len(after) + len(_ARROW) <= room:
        return before, after
    shorter = min(len(before), len(after))
    if shorter < side:  # the other one may have what this one leaves
        side = room - len(_ARROW) - shorter
    cut_before, cut_after = apart([before, after], side)
    return cut_before, cut_after


def _line(start: str, difference: Difference, width: int, one_sided: dict[int, _Side]) -> list[str]:
    """A single difference: on one line, or on a second one below its path."""
    item = _unnamed_item(difference)
    within = f" (in {shown(item, 3 * _NARROWEST_VALUE)})" if item is not None else ""
    two_sided = difference.change is Change.CHANGED
    needed = 2 * _NARROWEST_VALUE + len(_ARROW) if two_sided else _NARROWEST_VALUE
    room = width - len(start) - 2
    if room >= needed:
        before, rest = _values([difference], room, one_sided)
        return [f"{start}: {before}{rest}{within}"]
    before, rest = _values([difference], width - len(INDENT), one_sided)
    return [f"{start}:", f"{INDENT}{before}{rest}{within}"]


def _sentence(difference: Difference, width: int) -> str:
    """The words of a rule that has its own."""
    place = f"{_place(difference, width)}: " if difference.steps else ""
    return elided(f"{_SIGNS[difference.change]} {place}{printable(difference.why)}", _LONGEST_SENTENCE * width)


def _place(difference: Difference, width: int) -> str:
    """The path in full; of one that is too long, a pattern that fits the place, and the names that it leaves out."""
    steps = difference.steps
    path = path_text(steps) or _WHOLE
    if len(path) <= _LONGEST_PATH * width:
        return path
    names = [step for step in steps if len(path_text([step])) > width]
    short = [_wildcard(step) if step in names else path_text([step]) for step in steps]
    while len(short) > 1 and len(_joined(short)) > width:
        short = ["**", *short[2 if short[0] == "**" else 1 :]] if len(short) > 2 else short[1:]
    said = ", ".join(apart([label_of(each) if isinstance(each, Item) else str(each) for each in names[-2:]], width))
    return f"{_joined(short)} ({printable(said)})" if said else _joined(short)


def _wildcard(step: Step) -> str:
    return "*" if isinstance(step, str) else "[]"


def _joined(steps: Sequence[str]) -> str:
    return "".join(step if not number or step.startswith("[") else f".{step}" for number, step in enumerate(steps))


def _label(difference: Difference) -> str:
    labels = [label_of(step) for step in difference.steps if not isinstance(step, str)]
    item = _unnamed_item(difference)
    if item is not None:
        labels.append(shown(item, 3 * _NARROWEST_VALUE))
    return " / ".join(filter(None, labels))


def _unnamed_item(difference: Difference) -> Any:
    """The item that a difference lies in, if the path does not name it."""
    inner = [step for step in difference.steps[:-1] if isinstance(step, At) and step.position is None]
    return inner[-1].item.value if inner and inner[-1].item is not None else None


def _pairing(comparison: Comparison, width: int) -> Iterator[str]:
    """A line on how items were paired, for each list in which something is refused."""
    lists: dict[str, None] = {}
    for difference in comparison.refused:
        for at, step in enumerate(difference.steps):
            if not isinstance(step, str):
                group = group_of(difference.steps[:at])
                if group in comparison.pairing:
                    lists[group] = None
    for number, group in enumerate(lists):
        if number == _PAIRINGS - 1 and len(lists) > _PAIRINGS:
            yield f"... and {len(lists) - number:,} other lists"
            return
        before, after = comparison.sizes[group]
        line = f"{group or 'the list'}: {before:,} before, {after:,} after, paired {comparison.pairing[group]}"
        yield elided(line, 2 * width)


def _not_shown(blocks: Sequence[_Block], width: int) -> Iterator[str]:
    """Lines for the groups that have no room: the names of what was lost, and how much it is in all."""
    if not blocks:
        return
    lost = [_place(block.group[0], width) for block in blocks if block.group[0].change is Change.REMOVED]
    if lost:
        yield "- also removed:"
        yield from flow(lost, _NAMES - 1, width, len(lost))
    rest = sum(len(block.group) for block in blocks)
    yield f"... and {rest:,} more in {len(blocks):,} other places"
