"""Undo the escapes of a text, and remember where each character came from.

A secret reaches a report through all kinds of encoders: JSON inside a repr inside HTML, a percent-encoded URL, a
diff that breaks lines. `decoded` undoes all of them at once, however deeply they are nested, and closes the gaps that
line breaks leave. Applied to the secret as well, it makes both sides comparable. Backslashes are dropped on both sides:
how many there are only tells how often a text was escaped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

_BREAK = "\n\r\x0b\x0c\x85\u2028\u2029"

#: Every alternative begins with one of a few characters, which keeps the search fast in text that has none of them.
_ESCAPE = re.compile(
    rf"""
    [\\%&\x1b{_BREAK}](?:
        (?<=\\)\\*(?:
            u(?P<high>[dD][89abAB][0-9a-fA-F]{{2}})\\+u(?P<low>[dD][c-fC-F][0-9a-fA-F]{{2}})
          | u(?P<code>[0-9a-fA-F]{{4}}) | U(?P<long>[0-9a-fA-F]{{8}}) | u\{{(?P<braced>[0-9a-fA-F]{{1,6}})\}}
          | x(?P<byte>[0-9a-fA-F]{{2}})
          | (?P<short>[nrt"'/])
          | (?P<backslash>)
        )
      | (?<=%)(?:25)*(?P<percent>[0-9a-fA-F]{{2}})
      | (?<=&)(?:amp;)*(?P<entity>\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,30}});
      | (?<=\x1b)(?P<colour>\[[0-9;]*m)
      # A line break, and what pytest, pprint and diffs put in front of the next line.
      | (?<=[{_BREAK}])(?P<break>(?:[ \t]*[E>](?=[ \t]))?[ \t]*(?:[-+?][ \t]+)?(?:[bru]{{0,2}}['"])?)
    )""",
    re.VERBOSE,
)
#: Bytes as hexadecimal digits, as in ``6875``, ``68:75`` and ``68 75``, and how many the shortest secret has.
_HEX = re.compile(r"(?=[0-9a-fA-F :-]{12})[0-9a-fA-F]{2,}(?:[ :-][0-9a-fA-F]{2,})*")
_FEWEST_DIGITS = 12
_SEPARATORS = " :-"
_NO_SEPARATORS = str.maketrans("", "", _SEPARATORS)
_NO_BREAKS = str.maketrans("", "", _BREAK)
_LINE_END = re.compile(r"""['"]?[ \t]*$""")
_DROPPED = frozenset(_BREAK)
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

_LEVELS = 3

Span = tuple[int, int]
#: Characters, and where they begin and end in the text.
_Piece = tuple[str, int, int]


class Decoded:
    """A decoded text; `origins` gives the parts of the original that a part of it comes from."""

    def __init__(self, pieces: Iterable[_Piece]) -> None:
        self._pieces = list(pieces)
        self._starts: list[int] = []
        length = 0
        for characters, _, _ in self._pieces:
            self._starts.append(length)
            length += len(characters)
        self.text = "".join(characters for characters, _, _ in self._pieces)

    def origins(self, start: int, end: int) -> list[Span]:
        """The parts of the original, in order. Line breaks and colours between them belong to none."""
        parts: list[Span] = []
        at = bisect_right(self._starts, start) - 1
        while at < len(self._pieces) and self._starts[at] < end:
            characters, first, last = self._pieces[at]
            offset = self._starts[at]
            if last - first == len(characters):  # as written: one for one
                first, last = first + max(0, start - offset), first + min(len(characters), end - offset)
            if parts and parts[-1][1] == first:
                parts[-1] = (parts[-1][0], last)
            else:
                parts.append((first, last))
            at += 1
        return parts


def decoded(text: str, gap: str = "") -> Iterator[Decoded]:
    """The text without escapes, level by level; a line break counts as ``gap``.

    One level takes most nestings apart. The next ones are for escapes that only come to light when others are undone.
    """
    for _ in range(_LEVELS):
        if _ESCAPE.search(text) is None:
            return
        level = Decoded(_pieces(text, gap))
        yield level
        text = level.text


class HexadecimalRow:
    """Bytes that a text shows as hexadecimal digits; ``skipped`` digits come before the first byte."""

    def __init__(self, row: re.Match[str], digits: str, skipped: int) -> None:
        self._row = row
        self._skipped = skipped
        self._bytes = bytes.fromhex(digits[skipped : skipped + (len(digits) - skipped) // 2 * 2])

    def readings(self) -> Iterator[str]:
        """The texts that the bytes may mean: quick to make, without the places that they come from."""
        yield self._bytes.decode("utf-8", "replace").translate(_NO_BREAKS)
        if not self._bytes.isascii():
            yield self._bytes.decode("latin-1").translate(_NO_BREAKS)

    def decoded(self) -> Decoded:
        """The text of the bytes, with its origins."""
        text, start = self._row[0], self._row.start()
        places = [start + at for at, character in enumerate(text) if character not in _SEPARATORS][self._skipped :]
        pairs = zip(self._bytes, places[::2], places[1::2], strict=False)
        return Decoded(_of_bytes([(byte, first, last + 1) for byte, first, last in pairs]))


def hexadecimal_rows(text: str) -> Iterator[HexadecimalRow]:
    """The rows of hexadecimal digits, each with the first digit as the first of a byte, and as the last."""
    for row in _HEX.finditer(text):
        digits = row[0].translate(_NO_SEPARATORS)
        for skipped in range(min(2, max(0, len(digits) - _FEWEST_DIGITS + 1))):
            yield HexadecimalRow(row, digits, skipped)


def canonical(text: str) -> str:
    """The decoded text of the last level."""
    for level in decoded(text):
        text = level.text
    return text


def _pieces(text: str, gap: str) -> Iterator[_Piece]:
    done = 0
    run: list[tuple[int, int, int]] = []
    for match in _ESCAPE.finditer(text):
        start, end = match.span()
        if run and run[-1][2] != start:
            yield from _of_bytes(run)
            run = []
        if start > done:
            literal = text[done:start]
            if match["break"] is not None:
                literal = _LINE_END.sub("", literal)
            if literal:
                yield literal, done, done + len(literal)
        done = end
        byte = match["byte"] or match["percent"]
        if byte is not None:
            run.append((int(byte, 16), start, end))
            continue
        yield from _of_bytes(run)
        run = []
        if match["backslash"] is not None:
            yield "", start, end
        elif match["break"] is not None or match["short"] in ("n", "r"):
            if gap:
                yield gap, end, end
        elif (characters := _characters(match)) and characters not in _DROPPED:
            yield characters, start, end
    yield from _of_bytes(run)
    if done < len(text):
        yield text[done:], done, len(text)


def _characters(match: re.Match[str]) -> str:
    """The text of an escape; empty for a mere separator."""
    kind = match.lastgroup
    if kind == "low":
        pair = bytes.fromhex(match["high"] + match["low"])
        return pair.decode("utf-16-be")
    if kind in ("code", "long", "braced"):
        number = int(match[kind], 16)
        return chr(number) if number <= 0x10FFFF else match[0]
    if kind == "short":
        return "\t" if match["short"] == "t" else match["short"]
    if kind == "entity":
        return _entity(match)
    return ""


def _entity(match: re.Match[str]) -> str:
    name = match["entity"]
    if name in _ENTITIES:
        return _ENTITIES[name]
    import html  # only here: its tables cost more to import than everything else in this package

    character = html.unescape(f"&{name};")
    return match[0] if character == f"&{name};" else character


def _of_bytes(run: list[tuple[int, int, int]]) -> Iterator[_Piece]:
    """Bytes as UTF-8; what is not UTF-8 as the characters of these numbers, as Python's repr writes them."""
    at = 0
    while at < len(run):
        lead = run[at][0]
        size = 4 if lead >= 0xF0 else 3 if lead >= 0xE0 else 2 if lead >= 0xC0 else 1
        try:
            character = bytes(byte for byte, _, _ in run[at : at + size]).decode("utf-8")
        except UnicodeDecodeError:
            size, character = 1, chr(lead)
        end = run[min(at + size, len(run)) - 1][2]
        if character not in _DROPPED:
            yield character, run[at][1], end
        at += size
