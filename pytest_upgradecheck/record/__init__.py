"""The record of an upgrade: an append-only, hash-chained journal of readings, captures, outcomes and verdicts.

``lines`` is the format, ``journal`` the one writer, ``blobs`` keeps what no line should hold, ``runs`` folds the lines
into what each run did, ``attempt`` says which runs belong together, ``baseline`` what the runs before the change
established for those after it, and ``verification`` whether a record can be believed.
"""

from pytest_upgradecheck.record.attempt import Attempt
from pytest_upgradecheck.record.baseline import Baseline, plan_changes
from pytest_upgradecheck.record.blobs import (
    ATTACHMENTS,
    CAPTURES,
    LARGEST_ATTACHMENT,
    Attachment,
    Stored,
    is_large,
    store,
)
from pytest_upgradecheck.record.journal import JOURNAL_FILE, RECORDS_FOLDER, Journal, PreparedLine
from pytest_upgradecheck.record.lines import Tail, find_tail
from pytest_upgradecheck.record.runs import (
    FORMAT,
    Capture,
    History,
    NewAttempt,
    Run,
    Signoff,
    read_as_far_as_possible,
    read_history,
)
from pytest_upgradecheck.record.verification import VerifiedRecord, find_record, head_at, verify_record

__all__ = [
    "ATTACHMENTS",
    "CAPTURES",
    "FORMAT",
    "JOURNAL_FILE",
    "LARGEST_ATTACHMENT",
    "RECORDS_FOLDER",
    "Attachment",
    "Attempt",
    "Baseline",
    "Capture",
    "History",
    "Journal",
    "NewAttempt",
    "PreparedLine",
    "Run",
    "Signoff",
    "Stored",
    "Tail",
    "VerifiedRecord",
    "find_record",
    "find_tail",
    "head_at",
    "is_large",
    "plan_changes",
    "read_as_far_as_possible",
    "read_history",
    "store",
    "verify_record",
]
