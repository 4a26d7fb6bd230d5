"""The plan's small languages: durations, rates, sizes, names, versions, expressions.

Each parser takes what YAML gave and answers a value, or raises ValueError with a hint that says what to write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import ParseError
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import BeforeValidator, WithJsonSchema

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_BYTES = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)")
_RATE = re.compile(r"(\d+)\s*/\s*(s|min|h)")
_SIZE = re.compile(r"(\d+)\s*(B|KB|MB|GB)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` requests in any window of ``per``."""

    count: int
    per: timedelta

    def __str__(self) -> str:
        unit = {1: "s", 60: "min", 3600: "h"}[int(self.per.total_seconds())]
        return f"{self.count}/{unit}"


def duration(value: Any) -> timedelta:
    """``10s``, ``15m``, ``24h``, ``30d``."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or float(match[1]) == 0:
        raise ValueError("write a duration such as 10s, 15m, 24h or 30d")
    try:
        return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
    except OverflowError:
        raise ValueError("write a duration such as 10s, 15m, 24h or 30d; this one is too long") from None


def rate(value: Any) -> Rate:
    """``90/min``, ``5/s``, ``1000/h``."""
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("write a rate such as 90/min, 5/s or 1000/h")
    return Rate(int(match[1]), timedelta(seconds=_SECONDS[match[2]]))


def size(value: Any) -> int:
    """A number of bytes, or ``10MB``."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("write a size such as 500KB or 10MB")
    return int(match[1]) * _BYTES[match[2].upper()]


def text(value: Any) -> str:
    """A text that says something; what YAML took for a number, date or boolean wants quotes."""
    if isinstance(value, str):
        if value.strip():
            return value
        raise ValueError("write a text that is not empty")
    if isinstance(value, (bool, int, float, date)):
        raise ValueError(f"YAML reads this as a {_yaml_type(value)}; write it in quotes")
    raise ValueError("write a text")


def name(value: Any) -> str:
    """A name that can stand in a path and on a command line."""
    if not _NAME.fullmatch(text(value)):
        raise ValueError("write a name of letters, digits, '.', '_' and '-' that starts with a letter or digit")
    return str(value)


def header(value: Any) -> str:
    """The name of an HTTP header."""
    if not _HEADER.fullmatch(text(value)):
        raise ValueError("write the name of an HTTP header, such as X-API-Key")
    return str(value)


def expression(value: Any) -> str:
    """A JMESPath expression that can be parsed."""
    try:
        jmespath.compile(text(value))
    except ParseError as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"write a JMESPath expression; this one cannot be parsed: {reason}") from None
    return str(value)


def requirement(value: Any) -> str:
    """Version bounds as Python packages state them: ``>=15,<17``."""
    try:
        SpecifierSet(text(value))
    except InvalidSpecifier:
        raise ValueError("write version bounds such as '>=15,<17' or '==2.1.*'") from None
    return str(value)


def statuses(value: Any) -> tuple[int, ...]:
    """One HTTP status or a list of them."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    if not listed or not all(
        isinstance(each, int) and not isinstance(each, bool) and 200 <= each < 600 for each in listed
    ):
        raise ValueError("write one HTTP status such as 200, or a list of them")
    return tuple(listed)


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, (list, tuple)):
        raise ValueError("write a list of texts")
    return tuple(map(text, value))


def day(value: Any) -> date:
    """A day, as YAML reads ``2026-12-31``."""
    if isinstance(value, date) and not hasattr(value, "hour"):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write a day such as 2026-12-31") from None


def _yaml_type(value: Any) -> str:
    return {bool: "boolean", int: "number", float: "number"}.get(type(value), "date")


def _string(description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "description": description})


Duration = Annotated[timedelta, BeforeValidator(duration), _string("a duration: 10s, 15m, 24h, 30d")]
RateLimit = Annotated[Rate, BeforeValidator(rate), _string("a rate: 90/min, 5/s, 1000/h")]
Size = Annotated[int, BeforeValidator(size), WithJsonSchema({"type": ["integer", "string"], "description": "10MB"})]
Text = Annotated[str, BeforeValidator(text), WithJsonSchema({"type": "string", "minLength": 1})]
Texts = Annotated[
    tuple[str, ...], BeforeValidator(texts), WithJsonSchema({"type": "array", "items": {"type": "string"}})
]
Name = Annotated[str, BeforeValidator(name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})]
Header = Annotated[str, BeforeValidator(header), _string("the name of an HTTP header")]
Expression = Annotated[str, BeforeValidator(expression), _string("a JMESPath expression")]
Requirement = Annotated[str, BeforeValidator(requirement), _string("version bounds: >=15,<17")]
Statuses = Annotated[
    tuple[int, ...],
    BeforeValidator(statuses),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}),
]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
