"""The state of two clusters' data directories, read without a server, for the checklist and the operator.

A server may be running in them, so files and folders come and go while they are read.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_START_WITHIN = 1.0
_POLL_EVERY = 0.02


def started_for_use(data: Path) -> bool:
    """Return whether a server was ever started on this cluster other than by pg_upgrade, which starts it with ``-b``.

    OSError if that cannot be read.
    """
    try:
        return ' "-b"' not in _complete_line(data / "postmaster.opts")
    except FileNotFoundError:
        return False


def shared_files(one: Path, other: Path) -> int:
    """Count the files of tables and indexes that two clusters share, as they do after ``pg_upgrade --link``.

    OSError if a data directory cannot be read. A cluster that does not exist shares nothing.
    """
    return len(_linked(one) & _linked(other))


def _linked(data: Path) -> set[tuple[int, int]]:
    if not data.exists():
        return set()
    linked = set()
    for database in os.scandir(data / "base"):
        for file in _files(database):
            # A temporary file, or the file of a dropped table, is gone by now, so it is no longer shared.
            with suppress(FileNotFoundError):
                status = file.stat(follow_symlinks=False)
                if status.st_nlink > 1:
                    linked.add((status.st_dev, status.st_ino))
    return linked


def _files(database: os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(database))
    except (FileNotFoundError, NotADirectoryError):  # the database was dropped, or this is a file
        return []


def _complete_line(path: Path) -> str:
    """The line in a file that a server empties and writes again as it starts."""
    deadline = time.monotonic() + _START_WITHIN
    while not (line := path.read_text(encoding="utf-8")).endswith("\n"):
        if time.monotonic() > deadline:
            raise OSError(f"{path} is incomplete: the server did not finish starting")
        time.sleep(_POLL_EVERY)
    return line
