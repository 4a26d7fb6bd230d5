"""Values too large for a line of the journal: compressed files beside it, named by their digest.

A file is JSON, packed with gzip, that can be written and read piece by piece: each line of it is the start or the end
of an object or list, or some of its members or items. The journal's line holds the SHA-256 of the JSON, so the chain
covers the file as well.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.redaction import Redactor

#: The folder beside the journal.
CAPTURES = "captures"

#: What a line of the journal holds at most: single values, and characters.
_MOST_VALUES = 2_000
_LONGEST_TEXT = 65_536

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A large value in its file: ``sha256`` of the JSON in it, ``size`` of that in bytes."""

    sha256: str
    size: int

    def path(self, folder: Path) -> Path:
        """Where it lies, below the record's folder."""
        return folder / CAPTURES / f"{self.sha256}.json.gz"

    def load(self, folder: Path) -> Any:
        """Read it back, a piece at a time. RecordError where the file is gone, cut, or not what was stored."""
        return _assembled(self._lines(folder))

    def verify(self, folder: Path) -> None:
        """Raise RecordError unless the file is what was stored; no value is built."""
        for _ in self._lines(folder):
            pass

    def _lines(self, folder: Path) -> Iterator[bytes]:
        path = self.path(folder)
        digest = hashlib.sha256()
        try:
            with gzip.open(path, "rb") as file:
                for line in file:
                    digest.update(line)
                    yield line
        except (OSError, EOFError, zlib.error) as error:
            why = getattr(error, "strerror", None) or "it was changed or cut"
            raise RecordError(f"{path}: this capture cannot be read: {why}") from None
        if digest.hexdigest() != self.sha256:
            raise RecordError(f"{path}: this capture was changed: it is not what the record names")


def is_large(value: Any) -> bool:
    """Whether a value is too large for a line of the journal."""
    if _count(value, _MOST_VALUES) > _MOST_VALUES:
        return True
    return len(_encode(value)) > _LONGEST_TEXT


def store(value: Any, folder: Path, redactor: Redactor) -> Stored:
    """Write a JSON value into a file of its own, a piece at a time and without secrets; the same value is written once.

    RecordError where the disk refuses it.
    """
    captures = folder / CAPTURES
    unfinished = captures / f".{os.getpid()}-{os.urandom(6).hex()}"
    digest = hashlib.sha256()
    size = 0
    try:
        captures.mkdir(parents=True, exist_ok=True)
        with gzip.GzipFile(unfinished, "wb", compresslevel=3, mtime=0) as file:
            for text in _texts(value, redactor):
                line = text.encode("ascii") + b"\n"
                digest.update(line)
                size += len(line)
                file.write(line)
        stored = Stored(sha256=digest.hexdigest(), size=size)
        unfinished.replace(stored.path(folder))
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise RecordError(f"{captures}: the capture cannot be written: {error.strerror or error}") from None
    return stored


def _texts(value: Any, redactor: Redactor, start: str = "", end: str = "") -> Iterator[str]:
    """The lines of a value; ``start`` is the key of a member, ``end`` the comma where something follows."""
    if not isinstance(value, (dict, list)) or _count(value, _MOST_VALUES) <= _MOST_VALUES:
        yield f"{start}{_safe(value, redactor)}{end}"
    elif isinstance(value, dict):
        yield start + "{"
        last = len(value) - 1
        for number, (name, item) in enumerate(value.items()):
            comma = "," if number < last else ""
            yield from _texts(item, redactor, f"{_safe(name, redactor)}:", comma)
        yield "}" + end
    else:
        yield start + "["
        yield from _items(value, redactor)
        yield "]" + end


def _items(items: list[Any], redactor: Redactor) -> Iterator[str]:
    """Small items share a line."""
    batch: list[Any] = []
    room = _MOST_VALUES
    last = len(items) - 1
    for number, item in enumerate(items):
        comma = "," if number < last else ""
        needed = _count(item, _MOST_VALUES)
        if batch and needed > room:
            yield f"{_safe(batch, redactor)[1:-1]},"
            batch, room = [], _MOST_VALUES
        if needed > _MOST_VALUES:
            yield from _texts(item, redactor, "", comma)
            continue
        batch.append(item)
        room -= needed
    if batch:
        yield _safe(batch, redactor)[1:-1]


def _assembled(lines: Iterable[bytes]) -> Any:
    open_containers: list[Any] = []
    root: Any = None
    for line in lines:
        text = line.rstrip(b"\n").removesuffix(b",")
        if text in (b"]", b"}"):
            root = open_containers.pop()
        elif text.endswith((b"[", b"{")):
            container: Any = [] if text.endswith(b"[") else {}
            if open_containers:
                _put(open_containers[-1], text[:-1].removesuffix(b":"), container)
            open_containers.append(container)
        elif not open_containers:
            root = json.loads(text)
        elif isinstance(open_containers[-1], list):
            open_containers[-1].extend(json.loads(b"[" + text + b"]"))
        else:
            open_containers[-1].update(json.loads(b"{" + text + b"}"))
    return root


def _put(parent: Any, name: bytes, container: Any) -> None:
    if isinstance(parent, list):
        parent.append(container)
    else:
        parent[json.loads(name)] = container


def _safe(value: Any, redactor: Redactor) -> str:
    text = _encode(value)
    return _encode(redactor.value(value)) if redactor.touches(text) else text


def _count(value: Any, most: int) -> int:
    """How many values there are in this one, itself among them; counting stops past ``most``."""
    if not isinstance(value, (dict, list)):
        return 1
    waiting = [value]
    number = 1
    while waiting and number <= most:
        inner = waiting.pop()
        number += len(inner)
        if number <= most:
            items = inner.values() if isinstance(inner, dict) else inner
            waiting.extend(item for item in items if isinstance(item, (dict, list)))
    return number
