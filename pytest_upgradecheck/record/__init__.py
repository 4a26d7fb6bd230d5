"""The record of an upgrade: an append-only, hash-chained journal of readings, captures, outcomes and verdicts.

``lines`` is the format, ``journal`` the one writer, ``large`` keeps what no line should hold, ``history`` is what all
runs so far did, and ``baseline`` what the runs before the change established for those after it.
"""

from pytest_upgradecheck.record.baseline import Baseline
from pytest_upgradecheck.record.history import Capture, CheckRecord, History, RunRecord, read_history
from pytest_upgradecheck.record.journal import FORMAT, JOURNAL_FILE, Journal
from pytest_upgradecheck.record.large import CAPTURES, Stored, is_large, store
from pytest_upgradecheck.record.lines import Tail, find_tail

__all__ = [
    "CAPTURES",
    "FORMAT",
    "JOURNAL_FILE",
    "Baseline",
    "Capture",
    "CheckRecord",
    "History",
    "Journal",
    "RunRecord",
    "Stored",
    "Tail",
    "find_tail",
    "is_large",
    "read_history",
    "store",
]
