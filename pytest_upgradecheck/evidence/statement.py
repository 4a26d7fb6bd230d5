"""The in-toto Statement of evidence: its subject, its result, and its time.

::

    {"_type": "https://in-toto.io/Statement/v1",
     "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
     "subject": [
       {"name": "2026-11-stack/staging/opentofu",          # UPGRADE/ENVIRONMENT/MIGRATION of the plan it is for
        "digest": {"sha256": "<of that name, in UTF-8>"},
        "annotations": {"posture": "completed", "finishedOn": "2026-11-24T01:02:03.456Z"}},
       {"name": "record.jsonl",                            # what it comes from, as far as it was written then
        "digest": {"sha256": "<of its first `bytes` bytes>"},
        "annotations": {"head": "<64 hex digits>", "lines": 118, "bytes": 40321}}],
     "predicate": {"result": "PASSED",                     # PASSED, WARNED (failures were waived) or FAILED
                   "configuration": [{"name": "plan", "digest": {"sha256": "<plan digest>"}, "annotations": {...}}],
                   "passedTests": [...], "warnedTests": [...], "failedTests": [...]}}

in-toto finds a statement's subject by digest; a claim has no bytes but its name, so the digest is the name's:
``printf '%s' 2026-11-stack/staging/opentofu | sha256sum``. Of evidence that other tools make, the first subject and
``result`` are read, and nothing else is asked for. The predicate has no field for a time or a posture; annotations are
where in-toto lets a producer say more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pytest_upgradecheck.errors import SignatureError
from pytest_upgradecheck.evidence.strict_json import strict_object
from pytest_upgradecheck.times import moment

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"

#: The name of the subject that is the record of the statement.
RECORD_SUBJECT = "record.jsonl"

RESULTS = ("PASSED", "WARNED", "FAILED")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The subject of a statement; ``sha256`` is None if it has only another digest."""

    name: str
    sha256: str | None
    annotations: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_claim(self) -> bool:
        """Whether it names a claim, and has the digest of that name."""
        return self.sha256 == name_digest(self.name)

    def to_dict(self) -> dict[str, Any]:
        """The subject as a statement holds it."""
        described = {"name": self.name, "digest": {"sha256": self.sha256}}
        return {**described, "annotations": dict(self.annotations)} if self.annotations else described


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A test result, as far as it is read."""

    subjects: tuple[Subject, ...]
    result: str
    failed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()

    def subject(self, name: str) -> Subject | None:
        """The subject of this name whose digest can be compared."""
        return next((each for each in self.subjects if each.name == name and each.sha256), None)


def claim_of(upgrade: str, environment: str, migration: str | None = None) -> str:
    """The name of the claim that evidence supports: ``UPGRADE/ENVIRONMENT/MIGRATION``, or the upgrade itself."""
    return "/".join(filter(None, (upgrade, environment, migration)))


def name_digest(name: str) -> str:
    """The SHA-256 of a claim's name, in hex."""
    return hashlib.sha256(name.encode()).hexdigest()


def read_statement(payload: bytes) -> Statement:
    """Read a verified payload; SignatureError says what is wrong with it, in words that begin with "it"."""
    try:
        document = strict_object(payload, "its payload")
        return _statement(document)
    except ValueError as error:
        raise SignatureError(str(error)) from None


def finished_on(subject: Subject) -> datetime:
    """The time of a statement's result, in UTC; ValueError says why there is none."""
    written = subject.annotations.get("finishedOn")
    if written is None:
        raise ValueError("it has no time (annotation `finishedOn` of its subject)")
    if not isinstance(written, str):
        raise ValueError("its time (annotation `finishedOn` of its subject) is not a text")
    try:
        return moment(written)
    except ValueError as error:
        raise ValueError(f"its time (annotation `finishedOn` of its subject) is {written[:40]!r}, {error}") from None


def _statement(document: Mapping[str, Any]) -> Statement:
    if document.get("_type") != STATEMENT_TYPE:
        raise ValueError(f"its payload is not an in-toto statement of type {STATEMENT_TYPE}")
    if document.get("predicateType") != TEST_RESULT:
        said = str(document.get("predicateType"))[:80]
        raise ValueError(f"expected a test result ({TEST_RESULT}), found a statement of {said!r}")
    predicate, subjects = document.get("predicate"), document.get("subject")
    if not isinstance(predicate, Mapping) or predicate.get("result") not in RESULTS:
        raise ValueError(f"its predicate has no result: one of {', '.join(RESULTS)}")
    if not isinstance(subjects, list) or not subjects:
        raise ValueError("it has no subject, so it does not say what it is about")
    return Statement(
        subjects=tuple(map(_subject, subjects)),
        result=predicate["result"],
        failed=_texts(predicate.get("failedTests")),
        warned=_texts(predicate.get("warnedTests")),
    )


def _subject(described: Any) -> Subject:
    if not isinstance(described, Mapping) or not isinstance(described.get("digest"), Mapping):
        raise ValueError("one of its subjects has no digest")
    name, sha256 = described.get("name", ""), described["digest"].get("sha256")
    annotations = described.get("annotations", {})
    if not isinstance(name, str) or not isinstance(annotations, Mapping):
        raise ValueError("one of its subjects has a name or annotations of the wrong type")
    if sha256 is not None and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        raise ValueError("one of its subjects has a sha256 that is not a SHA-256")
    return Subject(name=name, sha256=sha256, annotations=annotations)


def _texts(listed: Any) -> tuple[str, ...]:
    if listed is None:
        return ()
    if not isinstance(listed, Sequence) or not all(isinstance(each, str) for each in listed):
        raise ValueError("one of its lists of tests is not a list of texts")
    return tuple(listed)
