"""Formats and patterns of strings and numbers: which of them is part of which."""

from __future__ import annotations

import json
import re

#: Formats that are hints for people, or say what JSON says anyway: a number is a double.
HINTS = frozenset(
    {"", "password", "markdown", "html", "text", "textarea", "multiline", "double", "int64", "string", "integer",
     "number", "boolean", "time-delta"}
)  # fmt: skip

#: Ranges of the integer formats. int64 is left out: it is how most languages read any integer.
RANGES = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "uint": (0, 2**64 - 1),
}

_WIDER = {
    "float": ("decimal",),
    "uri": ("uri-reference", "iri", "iri-reference", "url"),
    "url": ("uri", "uri-reference", "iri", "iri-reference"),
    "uri-reference": ("iri-reference",),
    "iri": ("iri-reference",),
    "email": ("idn-email",),
    "hostname": ("idn-hostname",),
    "uuid1": ("uuid",), "uuid3": ("uuid",), "uuid4": ("uuid",), "uuid5": ("uuid",), "uuid7": ("uuid",),
}  # fmt: skip

_SAME = {"datetime": "date-time", "dateTime": "date-time", "guid": "uuid", "base64": "byte", "ip": "ipv4"}

#: Formats with a meaning of their own; any other is a name that only its platform knows.
KNOWN = (
    {"date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6", "uri-template", "json-pointer", "binary", "byte",
     "relative-json-pointer", "regex", "base64url", "char", "decimal", "decimal128", "media-range"}
    | RANGES.keys() | _WIDER.keys() | {wider for names in _WIDER.values() for wider in names}
)  # fmt: skip

_MATCH_ALL = frozenset({"", "^", "$", "^$|.*", ".*", "^.*$", "^.*", ".*$", "^(.*)$", r"[\s\S]*", r"^[\s\S]*$"})
#: Patterns that are tried on values: no group that repeats, so that no text makes them slow.
_SIMPLE = re.compile(r"(?:[^()*+{}\\]|\\[^\d]|\((?!\?)|\)(?![*+?{])|[*+](?![*+])|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})*")
_LONGEST_TRIED = 200


def normal_format(name: str) -> str | None:
    """A format under its usual name; None if it does not restrict anything."""
    name = _SAME.get(name, name)
    return None if name in HINTS else name


def within(narrow: str, wide: str) -> bool:
    """Whether every value of one format is also of the other."""
    if narrow == wide or wide in _WIDER.get(narrow, ()):
        return True
    if narrow in RANGES and wide in RANGES:
        return RANGES[wide][0] <= RANGES[narrow][0] and RANGES[narrow][1] <= RANGES[wide][1]
    return False


def normal_pattern(pattern: str) -> str | None:
    """A pattern; None if it matches everything."""
    return None if pattern in _MATCH_ALL else pattern


def matches(pattern: str, text: str) -> bool | None:
    """Whether a text has the pattern; None if that cannot be told safely."""
    repeats = pattern.count("*") + pattern.count("+") + pattern.count("{")
    if len(pattern) > _LONGEST_TRIED or len(text) > _LONGEST_TRIED or repeats > 2 or not _SIMPLE.fullmatch(pattern):
        return None
    try:
        return re.search(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        return None


def value_matches(pattern: str, value: str) -> bool | None:
    """`matches`, for a string in canonical JSON."""
    return matches(pattern, json.loads(value)) if value.startswith('"') else True
