"""The record of an upgrade: an append-only, hash-chained journal of readings, captures, outcomes and verdicts.

``lines`` is the format, ``journal`` the one writer, ``large`` and ``attachments`` keep what no line should hold,
``history`` is what all runs so far did, ``baseline`` what the runs before the change established for those after it,
and ``verification`` says whether a record can be believed.
"""

from pytest_upgradecheck.record.attachments import ATTACHMENTS, LARGEST_ATTACHMENT, Attachment
from pytest_upgradecheck.record.baseline import Baseline, captured_since, changed, needed_checks
from pytest_upgradecheck.record.journal import FORMAT, JOURNAL_FILE, RECORDS_FOLDER, Journal
from pytest_upgradecheck.record.large import CAPTURES, Stored, is_large, store
from pytest_upgradecheck.record.lines import Tail, find_tail
from pytest_upgradecheck.record.runs import Capture, CheckRecord, History, RunRecord, Signoff, read_history
from pytest_upgradecheck.record.verification import VerifiedRecord, find_record, head_at, verify_record

__all__ = [
    "ATTACHMENTS",
    "CAPTURES",
    "FORMAT",
    "JOURNAL_FILE",
    "LARGEST_ATTACHMENT",
    "RECORDS_FOLDER",
    "Attachment",
    "Baseline",
    "Capture",
    "CheckRecord",
    "History",
    "Journal",
    "RunRecord",
    "Signoff",
    "Stored",
    "Tail",
    "VerifiedRecord",
    "captured_since",
    "changed",
    "find_record",
    "find_tail",
    "head_at",
    "is_large",
    "needed_checks",
    "read_history",
    "store",
    "verify_record",
]
