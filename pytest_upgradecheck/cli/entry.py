"""Entries that a person adds to a record between two runs: signoffs and the end of an attempt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_upgradecheck.record import Journal
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.times import utc_now


@contextmanager
def entry_of(command: str, folder: Path, redactor: Redactor) -> Iterator[Journal]:
    """The journal of a record, locked against runs; what was appended is on disk at the end.

    RecordBusy while a run is writing, RecordDamaged if the record's chain is broken.
    """
    started_at = utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    with Journal(folder, run={"phase": command, "started_at": started_at}, redactor=redactor) as journal:
        yield journal
        journal.sync()
