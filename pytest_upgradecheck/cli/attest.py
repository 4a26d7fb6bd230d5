"""``upgradecheck attest``: signed evidence from a record, for others to rely on."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from pytest_upgradecheck.cli.options import RECORD_HELP, one_of
from pytest_upgradecheck.cli.output import require_writable, write_output
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.evidence.attestation import serialized, statement_about
from pytest_upgradecheck.evidence.envelope import sign
from pytest_upgradecheck.evidence.keys import read_private_key
from pytest_upgradecheck.files import Output
from pytest_upgradecheck.record import find_record, verify_record

HELP = "sign what the last run in a record found, as evidence for others"

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("record", type=Path, metavar="RECORD", help=RECORD_HELP)
    parser.add_argument("--key", type=Path, required=True, metavar="KEY", help="a private key in PEM form")
    parser.add_argument(
        "--for", dest="claim", metavar="CLAIM", help="the migration it proves: UPGRADE/ENVIRONMENT/MIGRATION"
    )
    parser.add_argument("--posture", type=one_of("staged", "completed"), help="how far that migration has come")
    parser.add_argument("--url", metavar="URL", help="where readers of the evidence can see the run")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write the envelope (default: print it)")


def run(arguments: argparse.Namespace) -> int:
    """Sign the evidence."""
    return attest(
        arguments.record,
        key=arguments.key,
        claim=arguments.claim,
        posture=arguments.posture,
        url=arguments.url,
        out=arguments.out,
    )


def attest(
    record: Path, *, key: Path, claim: str | None, posture: str | None, url: str | None, out: Path | None
) -> int:
    """Verify a record, and sign what its last run found. Returns 0 if an envelope was made, whatever it says."""
    if claim is not None and not re.fullmatch(rf"{_NAME}/{_NAME}/{_NAME}", claim):
        raise CheckMisuse(
            f"--for {claim}: write UPGRADE/ENVIRONMENT/MIGRATION, as in the plan that requires this evidence"
        )
    if (claim is None) != (posture is None):
        raise CheckMisuse("--for and --posture go together: which migration, and how far it has come")
    if out is not None:
        require_writable(out, Output.ENVELOPE, "--out")
    signer = read_private_key(key)
    verified = verify_record(find_record(record))
    statement = statement_about(verified, claim=claim, posture=posture, url=url)
    text = json.dumps(sign(serialized(statement), signer))
    result, about = statement["predicate"]["result"], statement["subject"][0]["name"]
    if out is None:
        print(text)
    else:
        write_output(out, [f"{text}\n"], Output.ENVELOPE, "--out")
    where = f"{out}: " if out else ""
    print(f"{where}{result} for {about}, signed by key {signer.public_key.keyid[:16]}", file=sys.stderr)
    if result != "PASSED":
        print("others cannot rely on this: only PASSED counts as evidence", file=sys.stderr)
    return 0
