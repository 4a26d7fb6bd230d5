"""Replace secrets in texts and in JSON values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Set
from typing import Any

from pytest_upgradecheck.redaction.decoding import Decoded, Span, decoded, hexadecimal_rows
from pytest_upgradecheck.redaction.traces import Traces

#: The replacement of a secret.
MASK = "***"

#: scrypt's cost: 32 MB and about a tenth of a second for each guess at a secret.
_COST, _BLOCK, _MEMORY = 2**15, 8, 2**26
_SEAL_LETTERS = 6
_SEAL = re.compile(rf"\*\*\*\[[0-9a-f]{{{_SEAL_LETTERS}}}\]")


class Redactor:
    """Replaces every trace of the secrets (see `traces`), whatever escapes it is written in (see `decoding`).

    `text` and `value` put a mask in its place, ``***``. `sealed` puts a seal there, ``***[3f1c2a]``, for values that
    are compared later: the same secret has the same seal, another one has another.

    A seal must not give the secret away to a reader of the record who tries words. It is the start of a scrypt
    digest, salted with the ``record`` (upgrade and environment). So each guess costs a tenth of a second and 32 MB, no
    table made for another record helps, and because a seal has only 24 bits, a guess that fits is one of many. That a
    changed secret gets the same seal happens once in 16 million changes. The salt needs no secret of its own, so a
    later run on another machine makes the same seals. Without a ``record``, `sealed` masks.
    """

    def __init__(self, secrets: Iterable[str] = (), *, record: str | None = None) -> None:
        secrets = tuple(secrets)
        self._traces = Traces(secrets)
        self._numbers = frozenset(secret for secret in secrets if secret.isdecimal())
        self._salt = None if record is None else f"pytest-upgradecheck {record}".encode()
        self._seals: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The text with masks."""
        return self._replaced(text, _mask)

    def touches(self, text: str) -> bool:
        """Whether the text has a trace of a secret."""
        return bool(self._spans(text))

    def value(self, value: Any) -> Any:
        """A copy of a JSON value with masks, in its keys and in its values."""
        return mapped(value, self.text, self._numbers)

    def sealed(self, value: Any) -> Any:
        """A copy of a JSON value with seals, in its keys and in its values."""
        return mapped(value, self.sealed_text, self._numbers)

    def sealed_text(self, text: str) -> str:
        """The text with seals."""
        return self._replaced(text, _mask if self._salt is None else self._seal)

    def _replaced(self, text: str, replacement: Callable[[str], str]) -> str:
        spans = self._spans(text)
        if not spans:
            return text
        parts, done = [], 0
        for start, end in spans:
            parts += [text[done:start], replacement(text[start:end])]
            done = end
        return "".join([*parts, text[done:]])

    def _spans(self, text: str) -> list[Span]:
        if len(text) < self._traces.shortest or not self._traces:
            return []
        spans = self._found(text)
        for gap in ("", " ") if self._traces.have_spaces else ("",):
            levels: list[Decoded] = []
            for level in decoded(text, gap):
                levels.insert(0, level)
                found = self._found(level.text)
                for outer in levels:
                    found = [origin for span in found for origin in outer.origins(*span)]
                spans += found
        return _merged(spans)

    def _found(self, text: str) -> list[Span]:
        found = list(self._traces.spans(text))
        for row in hexadecimal_rows(text):
            if any(any(self._traces.spans(reading)) for reading in row.readings()):
                level = row.decoded()
                for span in self._traces.spans(level.text):
                    origins = level.origins(*span)
                    found.append((origins[0][0], origins[-1][1]))
        return found

    def _seal(self, secret: str) -> str:
        if secret not in self._seals:
            assert self._salt is not None
            digest = hashlib.scrypt(
                secret.encode("utf-8", "surrogatepass"), salt=self._salt, n=_COST, r=_BLOCK, p=1, maxmem=_MEMORY
            )
            self._seals[secret] = f"{MASK}[{digest.hex()[:_SEAL_LETTERS]}]"
        return self._seals[secret]


def is_sealed(text: str) -> bool:
    """Whether a text of the record holds the seal of a secret."""
    return MASK in text and _SEAL.search(text) is not None


def mapped(value: Any, change: Callable[[str], str], numbers: Set[str] = frozenset()) -> Any:
    """A copy of a JSON value with all texts changed, in keys too, and these ``numbers`` as if they were texts.

    Keys that become the same by it are told apart by a count.
    """
    if isinstance(value, str):
        return change(value)
    if numbers and type(value) is int and str(value) in numbers:
        return change(str(value))
    if isinstance(value, dict):
        copy: dict[Any, Any] = {}
        for key, item in value.items():
            name = changed = change(key) if isinstance(key, str) else key
            number = 2
            while name in copy:
                name, number = f"{changed} ({number})", number + 1
            copy[name] = mapped(item, change, numbers)
        return copy
    if isinstance(value, (list, tuple)):
        return [mapped(item, change, numbers) for item in value]
    return value


def _mask(_: str) -> str:
    return MASK


def _merged(spans: list[Span]) -> list[Span]:
    """Spans in order; those that overlap become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
