"""Files that are written as a whole or not at all, and never in place of anything else."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from enum import Enum
from io import BufferedReader
from pathlib import Path

#: The verification report's name, next to the record.
REPORT_FILE = "upgrade-report.html"

#: Names and endings that no report may have: those of a plan, a record, its parts, and a suite's files.
_TAKEN = {"upgrade.yaml", "record.jsonl", "record.lock", "record.holder.json", "verdict.json"}
_TAKEN_ENDINGS = {".py", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".jsonl"}
_READ = 4_096  # bytes
_WRITER_SECONDS = 3.0  # for the writer of a pipe to open it


def is_taken(path: Path) -> bool:
    """Whether a path has the name of a plan, a record or a file of a suite: nothing else is ever written there."""
    return path.name in _TAKEN or path.suffix.lower() in _TAKEN_ENDINGS


class Output(Enum):
    """A kind of file that the package writes where a user asks for it. The value is how its content begins."""

    PAGE = rb'\s*<!DOCTYPE html>.*<meta name="generator" content="pytest-upgradecheck">'
    SUMMARY = rb"## (\S+ )?Verdict: "
    CTRF = rb'\s*\{.*"generatedBy": ?"pytest-upgradecheck'
    GATE = rb'## Verdict: |verdict: [A-Z-]+\s|\s*\{\s*"upgrade": '
    ENVELOPE = rb'\s*\{.*"payloadType": ?"application/vnd\.in-toto\+json"'

    def why_not_at(self, path: Path) -> str:
        """The reason why this output must not be written to a path, in a sentence; empty if it may be.

        A file is replaced only if it is an earlier output of the same kind, or empty.
        """
        if is_taken(path):
            return f"{path} is the name of a plan, a record or a file of a suite; name another file"
        if path.name == REPORT_FILE and self is not Output.PAGE:
            return f"{path} is the name of the verification report; name another file"
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return ""
        except NotADirectoryError:
            return f"{path} cannot be written: a part of its path is a file"
        except OSError as error:
            return f"{path} cannot be written: {error.strerror or error}"
        if stat.S_ISDIR(mode):
            return f"{path} is a folder; name the file to write"
        if not stat.S_ISREG(mode):
            return f"{path} is not a regular file; name another file"
        try:
            with open_regular(path) as file:
                begins = file.read(_READ)
        except OSError as error:
            return f"{path} exists, but cannot be read: {error.strerror or error}; name another file"
        if begins and not self.matches(begins):
            return f"{path} exists, and is not an earlier report of this kind; name another file, or remove it"
        return ""

    def matches(self, begins: bytes) -> bool:
        """Whether a file that begins so is an output of this kind."""
        return re.match(self.value, begins, re.DOTALL) is not None

    def is_at(self, path: Path) -> bool:
        """Whether there is an output of this kind at a path."""
        try:
            with open_regular(path) as file:
                return self.matches(file.read(_READ))
        except OSError:
            return False


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading. OSError if it is not a regular file: a pipe or device may never end, or never begin."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def read_regular(path: Path) -> bytes:
    """The content of a regular file. Raises OSError as `open_regular` does."""
    with open_regular(path) as file:
        return file.read()


def read_bytes(path: Path, most: int) -> bytes:
    """The first bytes of a file, at most so many. Raises OSError, also for a pipe that nothing is written to.

    A pipe may be an argument, as in ``--key <(print-the-key)``. Plain reading would wait forever for its writer.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            return file.read(most)
        first = _first_byte(file.fileno())
        os.set_blocking(file.fileno(), True)
        return first + file.read(most - len(first))


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _first_byte(pipe: int) -> bytes:
    """The first byte of a pipe, or none if it has a writer that has written nothing yet."""
    deadline = time.monotonic() + _WRITER_SECONDS
    while True:
        try:
            first = os.read(pipe, 1)
        except BlockingIOError:
            return b""
        if first:
            return first
        if time.monotonic() > deadline:
            raise OSError(errno.EPIPE, "nothing was written to this pipe")
        time.sleep(0.02)


def resolved(path: Path) -> Path:
    """The absolute path behind links. A loop of links, for which `Path.resolve` raises, stays as it is."""
    return Path(os.path.realpath(path))


def remove(path: Path) -> None:
    """Remove a file if it exists and can be removed."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A new path for a file that is being written, in a folder that is created if needed. Raises OSError.

    The block moves the finished file to where it belongs; what is left when the block ends is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{os.getpid()}-{os.urandom(6).hex()}.partial"
    try:
        yield path
    finally:
        remove(path)


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Replace the content of a file. Raises OSError if it cannot be written."""
    with unfinished(path.parent) as partial:
        with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
        partial.replace(path)


def write_text_or_remove(path: Path, pieces: Iterable[str]) -> None:
    """Replace a file, or remove it if that fails, so that no file of an earlier run remains. Raises the error."""
    try:
        write_text(path, pieces)
    except BaseException:
        remove(path)
        raise


def append_text(path: Path, text: str) -> None:
    """Append to a file that other programs write to as well. Raises OSError if it cannot be written."""
    if path.is_fifo():  # opening it would wait for a reader that may never come
        raise OSError(errno.EINVAL, "it is a pipe", str(path))
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
