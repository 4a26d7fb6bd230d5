r"""Make text that a platform or a check wrote safe to show.

A control character in an answer can clear the screen and write another verdict on it; a bidi control can turn a line
around; a character without width can hide. All of them are shown as escapes: ``\x1b``, ``\u202e``. Text is made safe
where it leaves: on the terminal, in logs, in JUnit, in Markdown, in CTRF and on the page.
"""

from __future__ import annotations

import re
import unicodedata

_LAYOUT = "\n\t"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def safe(text: str) -> str:
    r"""A text that cannot move the cursor, hide anything or turn a line around; it keeps its lines and tabs.

    Escaped are control and format characters (C0, C1, bidi controls, zero width, byte order marks), line and paragraph
    separators, lone surrogates, and whatever else Unicode gives no shape. The line ends of Windows become ``\n``.
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in _LAYOUT else _shown(each) for each in text.replace("\r\n", "\n")
    )


def safe_line(text: str) -> str:
    r"""The same on one line, for names: line breaks and tabs are shown as escapes, too."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _shown(each) for each in text)


def name(text: str) -> str:
    """A name or version in its one spelling: no blanks or line breaks around it, Unicode's normal form NFC."""
    return unicodedata.normalize("NFC", text.strip())


def difference_of_spelling(one: str, other: str) -> str:
    """The difference of two names that look alike, as in "only in case"; empty if they are the same, or two names."""
    if one == other:
        return ""
    if one.casefold() == other.casefold():
        return "only in case"
    if spelling(one) == spelling(other):
        return "only in the form of their characters"
    return ""


def spelling(text: str) -> str:
    """The same text for all spellings of a name: case, width and form of the characters do not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name(text)).casefold())


def without_colours(text: str) -> str:
    """A text without ANSI colours; every other escape sequence stays."""
    return _COLOUR.sub("", text) if "\x1b" in text else text


def _shown(character: str) -> str:
    if unicodedata.category(character) == "Zs":  # a space, of whatever width
        return character
    return character.encode("unicode_escape").decode("ascii")
