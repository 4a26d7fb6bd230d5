"""``upgradecheck verify``: is every line of a record the one that was written, in its place?"""

from __future__ import annotations

import sys
from pathlib import Path

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.record import JOURNAL_FILE, Stored, find_tail
from pytest_upgradecheck.record.lines import read_lines


def verify(record: Path) -> int:
    """Say what was found; 0 where the chain and what it names hold to the last line, 1 where they do not."""
    path = record / JOURNAL_FILE if record.is_dir() else record
    if not path.is_file():
        raise RecordError(f"{path}: there is no such record")
    try:
        tail = find_tail(path)
        stored = _verify_stored(path)
    except RecordError as error:
        print(f"damaged: {error}", file=sys.stderr)
        return 1
    if tail.torn:
        print(
            f"damaged: {path}:{tail.lines + 1}: the last line was cut: a run was killed while writing", file=sys.stderr
        )
        return 1
    beside = f", large values beside it: {stored}" if stored else ""
    print(f"intact: {path}: {tail.lines} lines{beside}, head sha256:{tail.head}")
    return 0


def _verify_stored(path: Path) -> int:
    """How many files the record's lines name; RecordError names the first that is not what was stored."""
    named = {Stored(**entry["stored"]) for entry, _ in read_lines(path) if "stored" in entry}
    for stored in named:
        stored.verify(path.parent)
    return len(named)
