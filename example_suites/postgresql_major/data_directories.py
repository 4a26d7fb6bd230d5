"""What the data directories of two clusters say, read without a server: for the checklist and for the operator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def started_for_use(data: Path) -> bool:
    """Whether a server was ever started on this cluster by anybody but pg_upgrade, which starts it with ``-b``."""
    try:
        return ' "-b"' not in (data / "postmaster.opts").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def shared_files(one: Path, other: Path) -> int:
    """How many files of tables and indexes two clusters have in common, as after ``pg_upgrade --link``."""
    return len(_linked(one) & _linked(other))


def _linked(data: Path) -> set[tuple[int, int]]:
    return {(status.st_dev, status.st_ino) for status in _statuses(data) if status.st_nlink > 1}


def _statuses(data: Path) -> Iterator[os.stat_result]:
    for folder in (data / "base").glob("*/"):
        for entry in os.scandir(folder):
            yield entry.stat()
