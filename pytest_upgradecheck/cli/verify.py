"""``upgradecheck verify``: is every line of a record the one that was written, in its place?"""

from __future__ import annotations

import sys
from pathlib import Path

from pytest_upgradecheck.errors import RecordDamaged, RecordError
from pytest_upgradecheck.record import JOURNAL_FILE, find_tail


def verify(record: Path) -> int:
    """Say what was found; 0 where the chain holds to the last line, 1 where it does not."""
    path = record / JOURNAL_FILE if record.is_dir() else record
    if not path.is_file():
        raise RecordError(f"{path}: there is no such record")
    try:
        tail = find_tail(path)
    except RecordDamaged as error:
        print(f"damaged: {error}", file=sys.stderr)
        return 1
    if tail.torn:
        print(
            f"damaged: {path}:{tail.lines + 1}: the last line was cut: a run was killed while writing", file=sys.stderr
        )
        return 1
    print(f"intact: {path}: {tail.lines} lines, head sha256:{tail.head}")
    return 0
