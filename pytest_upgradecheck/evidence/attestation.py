"""Evidence from a verified record: one team's post verdict, for another team."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_upgradecheck.errors import NotPossible, RecordError, SignatureError
from pytest_upgradecheck.evidence.envelope import read_envelope, verify
from pytest_upgradecheck.evidence.keys import read_public_key
from pytest_upgradecheck.evidence.statement import (
    RECORD_SUBJECT,
    STATEMENT_TYPE,
    TEST_RESULT,
    Subject,
    claim_of,
    name_digest,
    read_statement,
)
from pytest_upgradecheck.files import read_bytes
from pytest_upgradecheck.record import JOURNAL_FILE, VerifiedRecord, head_at
from pytest_upgradecheck.times import written
from pytest_upgradecheck.vocabulary import Decision, Phase, Result

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

_PLAN_DIGEST = "sha256:"
_LARGEST = 10_000_000  # bytes


def statement_about(
    record: VerifiedRecord, *, claim: str | None = None, posture: str | None = None, url: str | None = None
) -> dict[str, Any]:
    """The statement about a record's last run, as a JSON object.

    ``claim`` is the ``UPGRADE/ENVIRONMENT/MIGRATION`` it is evidence for, which only a post run over the whole plan can
    give, with the ``posture`` reached; without it, the statement is about the record's own upgrade. NotPossible if
    the record has nothing to state.
    """
    run = record.last
    verdict = run.document if run is not None else None
    if run is None:
        raise NotPossible(f"{record.path}: the record has no run, so there is nothing to attest")
    if verdict is None or run.finished_at is None:
        raise NotPossible(f"{record.path}: {run.name} never ended: run the phase again, and attest that run")
    if claim is not None and (run.phase is not Phase.POST or run.step is not None):
        what = f"of step {run.step} only" if run.step else f"of phase {run.phase}"
        raise NotPossible(
            f"{record.path}: its last run is {what}, but evidence of a migration comes from a post run over the whole "
            "plan: run `pytest --upgrade-phase=post` first"
        )
    finished = written(run.finished_at)
    waived = [entry["check"] for entry in verdict["waived"]]
    passed = [check for check, found in run.results.items() if found.result == Result.PASSED]
    blocking = dict.fromkeys(entry["check"] for entry in verdict["blockers"] if entry["check"])
    about = claim or claim_of(record.upgrade, record.environment)
    annotations = {"finishedOn": finished, **({"posture": posture} if posture else {})}
    subjects = [
        Subject(name=about, sha256=name_digest(about), annotations=annotations),
        Subject(name=RECORD_SUBJECT, sha256=record.sha256, annotations=_place_in(record)),
    ]
    plan = {
        "name": "plan",
        "digest": {"sha256": run.plan_digest.removeprefix(_PLAN_DIGEST)},
        "annotations": {
            "upgrade": record.upgrade,
            "environment": record.environment,
            "phase": run.phase.value,
            "step": run.step,
            "verdict": verdict["verdict"],
            "reason": verdict["reason"],
        },
    }
    return {
        "_type": STATEMENT_TYPE,
        "subject": [subject.to_dict() for subject in subjects],
        "predicateType": TEST_RESULT,
        "predicate": {
            "result": _result(verdict["verdict"], waived),
            "configuration": [plan],
            **({"url": url} if url else {}),
            "passedTests": passed,
            "warnedTests": waived,
            "failedTests": list(blocking),
        },
    }


def serialized(statement: dict[str, Any]) -> bytes:
    """The bytes of a statement that are signed."""
    return json.dumps(statement, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """An envelope as it was read, not verified, and the public key that it must verify with."""

    envelope: Path
    raw: bytes
    key: SSlibKey

    @classmethod
    def read(cls, envelope: Path, key: Path) -> Attested:
        """Read both files. SignatureError if one of them cannot be read, or is not a public key."""
        try:
            raw = read_bytes(envelope, _LARGEST + 1)
        except OSError as error:
            raise SignatureError(f"{envelope}: the envelope cannot be read: {error.strerror or error}") from None
        if len(raw) > _LARGEST:
            raise SignatureError(f"{envelope}: the file has more than {_LARGEST} bytes, too large for an envelope")
        return cls(envelope=envelope, raw=raw, key=read_public_key(key, str(key)))


def compare_with_envelope(record: VerifiedRecord, attested: Attested) -> str:
    """Check that a record still begins with the lines that were attested, and say what was attested.

    Raises SignatureError if the envelope is invalid, does not verify, or does not attest a record, and RecordError if
    the record is not the one that was attested.
    """
    envelope = attested.envelope
    try:
        signed = read_envelope(attested.raw)
        verify(signed, attested.key)
        subject = read_statement(signed.payload).subject(RECORD_SUBJECT)
        lines, size, head = _attested_place(subject)
    except SignatureError as error:
        raise SignatureError(f"{envelope}: this envelope cannot be used for a comparison: {error}") from None
    tail = record.history.tail
    if lines > tail.lines:
        raise RecordError(
            f"{record.path}: lines are missing: {envelope} attests {lines} lines, but the record has {tail.lines}"
        )
    assert subject is not None
    found = head_at(record.path, lines)
    if found != head or record.sha256_of_first(size) != subject.sha256:
        raise RecordError(
            f"{record.path}: this is not the record that {envelope} attests: its first {lines} lines are different "
            f"(head sha256:{found}, attested sha256:{head})"
        )
    since = tail.lines - lines
    return f"{lines} lines as attested in {envelope}" + (f", {since} written since" if since else "")


def _place_in(record: VerifiedRecord) -> dict[str, Any]:
    tail = record.history.tail
    return {"head": tail.head, "lines": tail.lines, "bytes": tail.size}


def _attested_place(subject: Subject | None) -> tuple[int, int, str]:
    if subject is None:
        raise SignatureError(f"it does not attest a record: it has no subject {JOURNAL_FILE!r}")
    lines, size, head = (subject.annotations.get(name) for name in ("lines", "bytes", "head"))
    # A bool is an int, but not a number of lines.
    if type(lines) is not int or type(size) is not int or not isinstance(head, str) or lines < 1 or size < 1:
        raise SignatureError("it does not say which lines of the record it attests")
    return lines, size, head


def _result(verdict: str, waived: list[str]) -> str:
    if verdict != Decision.PROCEED:
        return "FAILED"
    return "WARNED" if waived else "PASSED"
