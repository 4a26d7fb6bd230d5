"""``upgradecheck attest``: signed evidence out of a record, for others to rely upon."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from pytest_upgradecheck.errors import CheckMisuse, NotPossible
from pytest_upgradecheck.evidence.attestation import serialized, statement_about
from pytest_upgradecheck.evidence.envelope import sign
from pytest_upgradecheck.evidence.keys import read_private_key
from pytest_upgradecheck.record import find_record, verify_record

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"


def attest(
    record: Path, *, key: Path, claim: str | None, posture: str | None, url: str | None, out: Path | None
) -> int:
    """Verify a record, and sign what its last run found. Always 0 where an envelope was made, whatever it says."""
    if claim is not None and not re.fullmatch(rf"{_NAME}/{_NAME}/{_NAME}", claim):
        raise CheckMisuse(
            f"--for {claim}: write UPGRADE/ENVIRONMENT/MIGRATION, as the plan has it that asks for evidence"
        )
    if (claim is None) != (posture is None):
        raise CheckMisuse("--for and --posture go together: which migration, and how far it has come")
    signer = read_private_key(key)
    verified = verify_record(find_record(record))
    statement = statement_about(verified, claim=claim, posture=posture, url=url)
    text = json.dumps(sign(serialized(statement), signer))
    result, about = statement["predicate"]["result"], statement["subject"][0]["name"]
    if out is None:
        print(text)
    else:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(f"{text}\n", "utf-8")
        except OSError as error:
            raise NotPossible(f"{out}: the envelope cannot be written: {error.strerror or error}") from None
    where = f"{out}: " if out else ""
    print(f"{where}{result} for {about}, signed by key {signer.public_key.keyid[:16]}", file=sys.stderr)
    if result != "PASSED":
        print("nobody can rely on this: only PASSED opens what requires evidence", file=sys.stderr)
    return 0
