"""``upgradecheck verify``: is every line of a record the one that was written, in its place?"""

from __future__ import annotations

import sys
from pathlib import Path

from pytest_upgradecheck.errors import CheckMisuse, RecordError, SignatureError
from pytest_upgradecheck.evidence.attestation import compare_with_envelope
from pytest_upgradecheck.record import find_record, verify_record


def verify(record: Path, *, against: Path | None = None, key: Path | None = None) -> int:
    """Say what was found; 0 where all of it holds to the last line, 1 where it does not."""
    if (against is None) != (key is None):
        raise CheckMisuse("--against and --key go together: an envelope, and the public key that it must verify with")
    path = find_record(record)
    compared = ""
    try:
        verified = verify_record(path)
        if against is not None and key is not None:
            compared = compare_with_envelope(verified, against, key)
    except (RecordError, SignatureError) as error:
        print(f"{'damaged' if isinstance(error, RecordError) else 'not verified'}: {error}", file=sys.stderr)
        return 1
    tail = verified.history.tail
    beside = f", files beside it: {verified.stored}" if verified.stored else ""
    print(f"intact: {path}: {tail.lines} lines{beside}, head sha256:{tail.head}")
    print(f"upgrade {verified.upgrade}, environment {verified.environment}")
    for run in verified.history.runs:
        step = f" {run.step}" if run.step else ""
        print(f"  {run.started_at:%Y-%m-%d %H:%M:%S}Z  {run.phase}{step}: {run.decision or 'never ended'}")
    for signoff in verified.history.signoffs:
        print(f"  {signoff.at:%Y-%m-%d %H:%M:%S}Z  signoff {signoff.name}: {signoff.by}")
    if compared:
        print(f"signed: {compared}")
    return 0
