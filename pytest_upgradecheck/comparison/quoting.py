"""Writing names and texts from outside: on one line, with nothing in them that a terminal would obey."""

from __future__ import annotations

import json
import re
import unicodedata

#: A member's name that needs no quotes in a path.
WORD = r"[A-Za-z_][A-Za-z0-9_-]*"

_IS_WORD = re.compile(WORD)


def printable(text: str) -> str:
    r"""A text for a sentence: control, format and bidirectional characters and half characters as ``\x1b``.

    Combining marks are escaped as well where the text is not in normal form NFC: otherwise it would look exactly like
    the text that is.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape", "backslashreplace").decode("ascii") if hidden else char
        for char, hidden in _marked(text)
    )


def quoted(text: str) -> str:
    """A text in quotes, as JSON writes it; reading it as JSON gives the same text."""
    written = json.dumps(text, ensure_ascii=False)
    if written.isascii() and written.isprintable():
        return written
    return "".join(json.dumps(char)[1:-1] if hidden else char for char, hidden in _marked(written))


def member(name: str) -> str:
    """A member's name as a path has it: in quotes unless it is a plain word."""
    return name if _IS_WORD.fullmatch(name) else quoted(name)


def _marked(text: str) -> list[tuple[str, bool]]:
    """Each character, and whether it would not show."""
    decomposed = not unicodedata.is_normalized("NFC", text)
    return [(char, not char.isprintable() or (decomposed and unicodedata.combining(char) != 0)) for char in text]
