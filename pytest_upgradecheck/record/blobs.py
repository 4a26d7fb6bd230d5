"""Large captures and attachments: files next to the journal, named by their digest.

A large capture is JSON, packed with gzip, that can be written and read piece by piece: each line of it is the start or
the end of an object or list, or some of its members or items. The journal's line holds the SHA-256 of the JSON, so the
chain covers the file as well.

An attachment may be a page from the platform that contains a script. So that the script never runs when the file is
opened, file names have only safe endings: pictures that cannot hold a script keep theirs, every text is ``.txt``, and
the rest is ``.bin``. The original media type is in the journal's line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.files import open_regular, read_regular, unfinished
from pytest_upgradecheck.redaction import Redactor

#: The folder of attachments, next to the journal.
ATTACHMENTS = "attachments"

#: In bytes, because a record is passed between CI jobs.
LARGEST_ATTACHMENT = 50_000_000

_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_TEXTS = ("json", "xml", "yaml", "javascript", "ecmascript", "toml", "x-sh", "sql", "x-ndjson")


#: The folder of large captures, next to the journal.
CAPTURES = "captures"

#: The limits of a line of the journal: single values, and characters.
_MOST_VALUES = 2_000
_LONGEST_TEXT = 65_536

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A large value in its file: ``sha256`` of the JSON in it, ``size`` of that in bytes."""

    sha256: str
    size: int

    def path(self, folder: Path) -> Path:
        """The path of the file, below the record's folder."""
        return folder / CAPTURES / f"{self.sha256}.json.gz"

    def load(self, folder: Path) -> Any:
        """Read it back, a piece at a time. RecordError if the file is gone, cut, or not what was stored."""
        return _assembled(self._lines(folder))

    def verify(self, folder: Path) -> None:
        """Raise RecordError unless the file is what was stored; no value is built."""
        for _ in self._lines(folder):
            pass

    def _lines(self, folder: Path) -> Iterator[bytes]:
        path = self.path(folder)
        digest = hashlib.sha256()
        try:
            with open_regular(path) as packed, gzip.open(packed, "rb") as file:
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

    RecordError if the disk refuses it.
    """
    captures = folder / CAPTURES
    digest = hashlib.sha256()
    size = 0
    try:
        with unfinished(captures) as partial:
            with gzip.GzipFile(partial, "wb", compresslevel=3, mtime=0) as file:
                for text in _texts(value, redactor):
                    line = text.encode("ascii") + b"\n"
                    digest.update(line)
                    size += len(line)
                    file.write(line)
            stored = Stored(sha256=digest.hexdigest(), size=size)
            partial.replace(stored.path(folder))
    except OSError as error:
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
    """The number of values in this one, including itself; counting stops after ``most``."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attachment: ``name`` and ``media_type`` are what the check said, ``size`` is in bytes.

    ``digest`` is its SHA-256 in hex.
    """

    check: str
    name: str
    media_type: str
    digest: str
    size: int

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Attachment:
        """The attachment of a record's line."""
        return cls(**{field: entry[field] for field in cls.__dataclass_fields__})

    @classmethod
    def keep(cls, content: bytes, folder: Path, *, check: str, name: str, media_type: str) -> Attachment:
        """Write the content below the record's ``folder``, once; RecordError if the disk refuses it."""
        digest = hashlib.sha256(content).hexdigest()
        kept = cls(check=check, name=name, media_type=media_type, digest=digest, size=len(content))
        path = kept.path(folder)
        try:
            if not path.exists():
                with unfinished(path.parent) as partial:
                    partial.write_bytes(content)
                    partial.replace(path)
        except OSError as error:
            raise RecordError(f"{path.parent}: the attachment cannot be written: {error.strerror or error}") from None
        return kept

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it as a picture, and do nothing else with it."""
        return self.media_type in _PICTURES

    @property
    def is_text(self) -> bool:
        """Whether it is something to read."""
        kind, _, name = self.media_type.partition("/")
        return kind == "text" or any(each in name for each in _TEXTS)

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.digest}.{_PICTURES.get(self.media_type) or ('txt' if self.is_text else 'bin')}"

    def path(self, folder: Path) -> Path:
        """The path of the file, below the record's folder."""
        return folder / ATTACHMENTS / self.file_name

    def load(self, folder: Path) -> bytes:
        """Read it back; RecordError if the file is gone, or not what was attached."""
        path = self.path(folder)
        try:
            content = read_regular(path)
        except OSError as error:
            raise RecordError(f"{path}: this attachment cannot be read: {error.strerror or error}") from None
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise RecordError(f"{path}: this attachment was changed: it is not what the record names")
        return content

    def verify(self, folder: Path) -> None:
        """Raise RecordError unless the file is what was attached."""
        self.load(folder)

    def to_dict(self) -> dict[str, Any]:
        """As in the record's line."""
        return {field: getattr(self, field) for field in self.__dataclass_fields__}
