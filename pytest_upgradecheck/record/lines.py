"""One line of a record: how it is written, chained and read back.

A record is JSON Lines in ASCII. Each line is one JSON object that ends in its own digest::

    {"n":7,"at":"2026-11-24T01:02:03.456Z","type":"check", ... ,"sha256":"<64 hex digits>"}

``sha256`` covers the digest of the line before and every byte of this line up to its own digest, so a changed, cut,
removed or reordered line breaks the chain at a place that can be named. ``n`` is the line's number, from 1.

A run that dies in the middle of a write leaves a torn last line. The next run keeps those bytes, ends the line, and
writes a line of type ``torn`` that names its digest; a torn line that is not followed by such a line is damage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pytest_upgradecheck.errors import RecordDamaged, RecordError
from pytest_upgradecheck.files import open_regular

#: The digest before the first line.
GENESIS = "0" * 64

#: The type of the line that accounts for a torn one.
TORN = "torn"

_CHANGED = "this line was changed or cut, or lines before it were removed"
_SEAL = b',"sha256":"%s"}'
_SEAL_LENGTH = len(_SEAL % GENESIS.encode())
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The end of a record: ``lines`` whole lines, ``size`` bytes, and ``head``, which the next line is chained to.

    ``torn`` holds the bytes of an unfinished last line, if the last writer died in the middle of one.
    """

    head: str = GENESIS
    lines: int = 0
    size: int = 0
    torn: bytes = b""


def seal(head: str, body: str) -> tuple[bytes, str]:
    """Turn the JSON text of an object into a chained line; return the line's bytes and its digest."""
    open_body = body.encode("ascii")[:-1]
    digest = _digest(head, open_body)
    return open_body + _SEAL % digest.encode() + b"\n", digest


def encode(fields: dict[str, Any]) -> str:
    """JSON text of a line's fields; NaN and infinities are refused."""
    return _encode(fields)


def digest_if_whole(head: str, torn: bytes) -> str | None:
    """The digest of a last line that only lacks its end of line; None if more of it is missing."""
    fields = _unseal(head, torn)
    return None if fields is None else str(fields["sha256"])


def torn_digest(torn: bytes) -> str:
    """The digest of the bytes that a ``torn`` line accounts for."""
    return hashlib.sha256(torn).hexdigest()


def digest_of_start(file: BinaryIO, size: int) -> str:
    """The SHA-256, in hex, of the next ``size`` bytes of a file, or of as many as it has."""
    digest = hashlib.sha256()
    while size > 0 and (chunk := file.read(min(size, 1 << 20))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()


def read_lines(
    path: Path, *, upto: int | None = None, on_bytes: Callable[[bytes], object] | None = None
) -> Iterator[tuple[dict[str, Any], Tail]]:
    """Read a record's lines in order, each with the tail after it, verifying the chain.

    ``upto`` stops after that many bytes, for a reader while a writer is running. A torn last line is not yielded: see
    ``Tail.torn`` from `find_tail`. ``on_bytes`` is called with the bytes of each line that has an end. Raises
    RecordDamaged at the first line that does not fit the chain.
    """
    try:
        with open_regular(path) as file:
            yield from _verified(file, path, upto, on_bytes)
    except OSError as error:
        raise RecordError(f"{path}: the record cannot be read: {error.strerror or error}") from None


def find_tail(
    path: Path,
    on_line: Callable[[dict[str, Any], Tail], None] | None = None,
    on_bytes: Callable[[bytes], object] | None = None,
) -> Tail:
    """Verify a whole record and return where its next line goes; a record that does not exist yet has an empty tail.

    ``on_line`` is called with each line and the tail after it, ``on_bytes`` with all bytes of the file, in order.
    """
    tail = Tail()
    if not path.exists():
        return tail
    for entry, tail in read_lines(path, on_bytes=on_bytes):
        if on_line is not None:
            on_line(entry, tail)
    with open_regular(path) as file:
        file.seek(tail.size)
        torn = file.read()
    if on_bytes is not None:
        on_bytes(torn)
    return Tail(head=tail.head, lines=tail.lines, size=tail.size, torn=torn)


def ends_unfinished(path: Path, tail: Tail) -> bool:
    """Return whether the record ends in a line that was cut. Lines that a writer has added since do not count."""
    try:
        with open_regular(path) as file:
            file.seek(tail.size)
            rest = file.read()
    except OSError as error:
        raise RecordError(f"{path}: the record cannot be read: {error.strerror or error}") from None
    return bool(rest) and b"\n" not in rest


def _verified(
    file: BinaryIO, path: Path, upto: int | None, on_bytes: Callable[[bytes], object] | None
) -> Iterator[tuple[dict[str, Any], Tail]]:
    head, size, number = GENESIS, 0, 0
    torn = b""
    for line in file:
        if upto is not None and size + len(torn) >= upto:
            return
        if not line.endswith(b"\n"):
            break  # a writer died before it ended this line; the next one accounts for it
        if on_bytes is not None:
            on_bytes(line)
        number += 1
        fields = _unseal(head, line)
        accounted = torn and fields is not None and fields.get("torn") == torn_digest(torn[:-1])
        if torn and not accounted:
            raise RecordDamaged(str(path), number - 1, _CHANGED)
        if fields is None:
            torn = line
            continue
        if fields["n"] != number:
            raise RecordDamaged(str(path), number, f"it says it is line {fields['n']}: lines were removed or added")
        head = fields.pop("sha256")
        size += len(torn) + len(line)
        torn = b""
        yield fields, Tail(head=head, lines=number, size=size)
    if torn:
        raise RecordDamaged(str(path), number, _CHANGED)


def _unseal(head: str, line: bytes) -> dict[str, Any] | None:
    line = line.rstrip(b"\n")
    open_body = line[:-_SEAL_LENGTH]
    if line[len(open_body) :] != _SEAL % _digest(head, open_body).encode():
        return None
    fields = json.loads(line)
    return fields if isinstance(fields, dict) and "n" in fields else None


def _digest(head: str, open_body: bytes) -> str:
    return hashlib.sha256(head.encode() + open_body).hexdigest()
