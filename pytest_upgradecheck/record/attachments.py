"""What checks attach as evidence: files beside the journal, named by their digest.

A platform's answer may be a page with a script in it. So that nothing of it runs where somebody opens it, a file's
ending tells only what is safe to know: pictures that cannot hold a script keep theirs, everything that is text is
``.txt``, and the rest is ``.bin``. What it was said to be stands in the journal's line.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordError

#: The folder beside the journal.
ATTACHMENTS = "attachments"

#: In bytes: a record travels between CI jobs.
LARGEST_ATTACHMENT = 50_000_000

_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_TEXTS = ("json", "xml", "yaml", "javascript", "ecmascript", "toml", "x-sh", "sql", "x-ndjson")


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
        """Write the content below the record's ``folder``, once; RecordError where the disk refuses it."""
        digest = hashlib.sha256(content).hexdigest()
        kept = cls(check=check, name=name, media_type=media_type, digest=digest, size=len(content))
        path = kept.path(folder)
        unfinished = path.with_name(f".{os.getpid()}-{os.urandom(6).hex()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                unfinished.write_bytes(content)
                unfinished.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink()
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
        """Where it lies, below the record's folder."""
        return folder / ATTACHMENTS / self.file_name

    def load(self, folder: Path) -> bytes:
        """Read it back; RecordError where the file is gone, or not what was attached."""
        path = self.path(folder)
        try:
            content = path.read_bytes()
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
