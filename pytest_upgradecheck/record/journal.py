"""The one writer of a record: it locks the folder, goes on where the last run stopped, and appends line by line."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple

from pytest_upgradecheck.errors import RecordBusy, RecordError
from pytest_upgradecheck.files import open_regular, read_regular, write_text
from pytest_upgradecheck.locking import FileLock
from pytest_upgradecheck.record.lines import (
    GENESIS,
    TORN,
    Tail,
    digest_if_whole,
    digest_of_start,
    encode,
    find_tail,
    seal,
    torn_digest,
)
from pytest_upgradecheck.redaction import Redactor

JOURNAL_FILE = "record.jsonl"

#: The folder of all records, next to a suite, unless another is named.
RECORDS_FOLDER = ".upgradecheck"
_LOCK_FILE = "record.lock"
_HOLDER_FILE = "record.holder.json"


class PreparedLine(NamedTuple):
    """A line of a record before it is written; ``after`` is the head that it is chained to, ``head`` its own digest."""

    line: bytes
    after: str
    head: str
    event: dict[str, Any]


class Journal:
    """Appends to ``folder/record.jsonl``, alone, until it is closed.

    ``run`` says who is writing, for the message another run gets (plain data: phase, started_at ...). No secret
    the ``redactor`` knows gets into a line. Each line reaches the operating system before `append`
    returns, so a killed process loses nothing that was appended.

    ``on_line`` is called with each line that is in the record already, and the tail after it: a record is read once.

    Raises RecordBusy while another run holds the folder, RecordDamaged when the chain does not hold. ``head`` is the
    digest of the last line, ``lines`` their number, ``size`` their length in bytes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run: dict[str, str],
        redactor: Redactor,
        on_line: Callable[[dict[str, Any], Tail], None] | None = None,
    ) -> None:
        self.path = folder / JOURNAL_FILE
        self.head, self.lines, self.size = GENESIS, 0, 0
        self._redactor = redactor
        # A lock file could be deleted during the run, the record's folder cannot; Windows cannot lock folders.
        self._lock = FileLock(folder / _LOCK_FILE if sys.platform == "win32" else folder)
        self._holder = folder / _HOLDER_FILE
        self._file: BinaryIO | None = None
        self._clock = _Clock()
        self._written, self._size_on_disk = hashlib.sha256(), 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not self._lock.acquire(blocking=False):
                raise RecordBusy(_busy(folder, self._holder))
        except OSError as error:
            raise RecordError(f"{folder}: the record cannot be written: {error.strerror or error}") from None
        try:
            if self.path.is_symlink():
                raise RecordError(
                    f"{self.path}: the record is a symbolic link, so two runs could write to it at once; link its "
                    "folder instead"
                )
            tail = find_tail(self.path, on_line, self._written.update)
            self.head, self.lines, self.size = tail.head, tail.lines, tail.size
            write_text(self._holder, [json.dumps({"pid": os.getpid(), "host": platform.node(), **run})])
            self._file = self.path.open("ab", buffering=0)
            self._size_on_disk = tail.size + len(tail.torn)
            if tail.torn:
                self._account_for(tail.torn)
        except OSError as error:
            self.close()
            raise RecordError(f"{self.path}: the record cannot be written: {error.strerror or error}") from None
        except BaseException:
            self.close()
            raise

    def append(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Write one line; ``fields`` must be what JSON knows. Returns the event as a reader will find it.

        Raises RecordError when the disk refuses it.
        """
        return self.append_prepared(self.prepare(kind, **fields))

    def prepare(self, kind: str, /, **fields: Any) -> PreparedLine:
        """The line that `append` would write now. It fits only until another line is written."""
        at = self._clock()
        start = f'{{"n":{self.lines + 1},"at":"{at}","type":"{kind}",'
        body = encode(fields)
        if self._redactor.touches(body):
            fields = {name: self._redactor.value(value) for name, value in fields.items()}
            body = encode(fields)
        line, head = seal(self.head, start + body[1:])
        return PreparedLine(line, self.head, head, {"at": at, "type": kind, **fields})

    def append_prepared(self, prepared: PreparedLine) -> dict[str, Any]:
        """Write a line that fits. Answers its event, and raises as `append` does."""
        self._write(prepared.line)
        self.head = prepared.head
        self.lines += 1
        self.size += len(prepared.line)
        return prepared.event

    def sync(self) -> None:
        """Make what was appended survive a loss of power, not only of the process."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def fault_on_disk(self) -> str:
        """The fault of the file as it is now; empty while it holds exactly what was written.

        Another process may have replaced, cut or changed it meanwhile.
        """
        try:
            if self._file is None or not os.path.samestat(self.path.stat(), os.fstat(self._file.fileno())):
                return f"{self.path}: the record was replaced by another file during the run"
            with open_regular(self.path) as file:
                digest = digest_of_start(file, self._size_on_disk)
                grown = file.read(1)
        except OSError as error:
            return f"{self.path}: the record cannot be read back: {error.strerror or error}"
        if grown or digest != self._written.hexdigest():
            return f"{self.path}: the record was changed during the run: it is not what this run wrote"
        return ""

    def close(self) -> None:
        """Let the next run write. Closing twice is harmless."""
        if self._file is not None:
            self._file.close()
            self._file = None
        with contextlib.suppress(OSError):
            self._holder.unlink(missing_ok=True)
        self._lock.release()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _account_for(self, torn: bytes) -> None:
        self._write(b"\n")
        self.lines += 1
        self.size += len(torn) + 1
        whole = digest_if_whole(self.head, torn)
        if whole is not None:
            self.head = whole
            return
        self.append(TORN, line=self.lines, torn=torn_digest(torn), bytes=len(torn))

    def _write(self, data: bytes) -> None:
        if self._file is None:
            raise RecordError(f"{self.path}: the record is closed")
        try:
            written = self._file.write(data)
            self._written.update(data)
            self._size_on_disk += len(data)
            fault = f"the disk took {written} of {len(data)} bytes" if written != len(data) else ""
        except OSError as error:
            fault = error.strerror or str(error)
        if fault:
            # Write nothing after half a line; the next run accounts for it.
            self._file.close()
            self._file = None
            raise RecordError(f"{self.path}: the record cannot be written: {fault}")


class _Clock:
    """The time in UTC as text, to the millisecond; most lines of a run share their second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = ""

    def __call__(self) -> str:
        nanoseconds = time.time_ns()
        second = nanoseconds // 1_000_000_000
        if second != self._second:
            self._second = second
            self._text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self._text}.{nanoseconds // 1_000_000 % 1000:03d}Z"


def _busy(folder: Path, holder: Path) -> str:
    try:
        run = json.loads(read_regular(holder))
        who = f"the {run['phase']} run that started at {run['started_at']} (process {run['pid']} on {run['host']})"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another run that does not say which it is"
    return f"{folder}: {who} is still writing this record; wait until it ends, or stop it, and run again"
