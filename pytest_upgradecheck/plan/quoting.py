"""Text from elsewhere, written into a plan as data: nothing in it acts as YAML, a variable or a line break."""

from __future__ import annotations

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_writable(text: str) -> bool:
    """Whether a file can hold this text at all: half of a surrogate pair has no bytes in UTF-8."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def yaml_scalar(text: str) -> str:
    """The text as a YAML scalar that a plan reads back as it is; ``${NAME}`` in it is not a variable."""
    return f'"{"".join(map(_escaped, text.replace("${", "$${")))}"'


def comment(text: str) -> str:
    """The text on one line, for a comment."""
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
