"""``upgradecheck verify``: does a record hold every line that was written, unchanged and in its place?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pytest_upgradecheck.cli.options import RECORD_HELP
from pytest_upgradecheck.errors import CheckMisuse, RecordError, SignatureError
from pytest_upgradecheck.evidence.attestation import Attested, compare_with_envelope
from pytest_upgradecheck.record import find_record, verify_record

HELP = "verify a record offline: its chain, its plans, the order of its runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("record", type=Path, metavar="RECORD", help=RECORD_HELP)
    parser.add_argument("--against", type=Path, metavar="ENVELOPE", help="compare the record with this signed envelope")
    parser.add_argument("--key", type=Path, metavar="KEY", help="the public key that the envelope must verify with")


def run(arguments: argparse.Namespace) -> int:
    """Verify."""
    return verify(arguments.record, against=arguments.against, key=arguments.key)


def verify(record: Path, *, against: Path | None = None, key: Path | None = None) -> int:
    """Verify the record and print the result. Returns 0 if it is intact to its last line, else 1.

    Raises SignatureError if there is nothing to compare with: the envelope or the key cannot be read.
    """
    if (against is None) != (key is None):
        raise CheckMisuse(
            "--against and --key go together: name an envelope, and the public key that it must verify with"
        )
    path = find_record(record)
    attested = Attested.read(against, key) if against is not None and key is not None else None
    compared = ""
    try:
        verified = verify_record(path)
        if attested is not None:
            compared = compare_with_envelope(verified, attested)
    except (RecordError, SignatureError) as error:
        print(f"{'damaged' if isinstance(error, RecordError) else 'not verified'}: {error}", file=sys.stderr)
        return 1
    tail = verified.history.tail
    stored = f", files next to it: {verified.stored}" if verified.stored else ""
    print(f"intact: {path}: {tail.lines} lines{stored}, head sha256:{tail.head}")
    print(f"upgrade {verified.upgrade}, environment {verified.environment}")
    for run in verified.history.runs:
        step = f" {run.step}" if run.step else ""
        print(f"  {run.started_at:%Y-%m-%d %H:%M:%S}Z  {run.phase}{step}: {run.decision or 'never ended'}")
    for signoff in verified.history.signoffs:
        print(f"  {signoff.at:%Y-%m-%d %H:%M:%S}Z  signoff {signoff.name}: {signoff.by}")
    if compared:
        print(f"signed: {compared}")
    return 0
