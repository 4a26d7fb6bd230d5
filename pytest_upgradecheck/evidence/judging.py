"""Judge the owner's evidence of a migration against what the plan says.

=============  ==================================================================================  ==================
standing       when                                                                                built-in check
=============  ==================================================================================  ==================
`proven`       evidence verifies, is for this claim, passed, is young enough, and of this posture  passes
`not-assumed`  the plan says `planned`, and nothing is published                                   passes
`unproven`     evidence is missing, unreadable, not the owner's, for something else, too old       evidence is missing
`denied`       the owner's verified evidence says that it failed, or is of another posture         fails
=============  ==================================================================================  ==================

A check that requires evidence runs where it is `proven`, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import SignatureError
from pytest_upgradecheck.evidence.envelope import SignedEnvelope, read_envelope, verify
from pytest_upgradecheck.evidence.keys import read_public_key
from pytest_upgradecheck.evidence.statement import Statement, Subject, claim_of, finished_on, read_statement
from pytest_upgradecheck.files import read_bytes
from pytest_upgradecheck.plan import EvidenceSource, Migration, Plan, Posture
from pytest_upgradecheck.times import age, is_ahead, written
from pytest_upgradecheck.truth import Answer, Failure
from pytest_upgradecheck.wording import listed

#: Reads a text from an address.
Fetch = Callable[[str], "Answer | Failure"]

_NOT_PUBLISHED = frozenset({404, 410})
_SHOWN_TESTS = 3


class Standing(StrEnum):
    """The standing of a migration by its evidence; see this module's table."""

    PROVEN = "proven"
    NOT_ASSUMED = "not-assumed"
    UNPROVEN = "unproven"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The standing of a migration, and the reason, which names the owner and what to ask them.

    ``evidence`` is what the record keeps: source, digest of the envelope, key id, result, time, posture; as far as
    each was found.
    """

    migration: str
    owner: str
    posture: Posture
    standing: Standing
    message: str
    evidence: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As in the record."""
        return {
            "migration": self.migration,
            "owner": self.owner,
            "posture": self.posture.value,
            "standing": self.standing.value,
            "message": self.message,
            **self.evidence,
        }


def judge(plan: Plan, migration: Migration, *, now: datetime, fetch: Fetch) -> Judgement:
    """Judge a migration's evidence. ``fetch`` reads an address; paths are relative to the plan's folder."""
    case = _Case(plan, migration, now, fetch)
    try:
        standing, message = case.weigh()
    except _Refused as refused:
        standing, message = refused.standing, f"{migration.name}: {refused}"
    return Judgement(
        migration=migration.name,
        owner=migration.owner,
        posture=migration.posture,
        standing=standing,
        message=message,
        evidence=case.found,
    )


class _Refused(Exception):
    def __init__(self, message: str, standing: Standing = Standing.UNPROVEN) -> None:
        self.standing = standing
        super().__init__(message)


class _Case:
    """One migration's evidence, from its source to its content."""

    def __init__(self, plan: Plan, migration: Migration, now: datetime, fetch: Fetch) -> None:
        self.plan, self.migration, self.now, self.fetch = plan, migration, now, fetch
        self.claim = claim_of(plan.upgrade, plan.environment, migration.name)
        self.owner = migration.owner
        self.found: dict[str, Any] = {}

    def weigh(self) -> tuple[Standing, str]:
        named, posture = self.migration.evidence, self.migration.posture
        if named is None:
            return self._nothing_published("the plan has no `evidence` for it")
        self.found["source"] = named.source
        raw = self._read(named)
        if raw is None:
            return self._nothing_published(f"{named.source} does not exist")
        self.found["envelope_sha256"] = hashlib.sha256(raw).hexdigest()
        envelope = self._verified(raw, named)
        try:
            statement = read_statement(envelope.payload)
        except SignatureError as error:
            raise self._unfit(named, f"verifies with {named.signed_by}, and cannot be read: {error}") from None
        subject = self._subject(statement, named)
        self._require_passed(statement)
        when = self._require_young(subject, named)
        self._require_posture(subject)
        return Standing.PROVEN, (
            f"{self.migration.name} is {posture}: evidence of {self.owner} of {when:%Y-%m-%d %H:%M}Z "
            f"verifies with {named.signed_by}"
        )

    def _nothing_published(self, what: str) -> tuple[Standing, str]:
        if self.migration.posture is Posture.PLANNED:
            return Standing.NOT_ASSUMED, (
                f"{self.migration.name} is planned work of {self.owner}: {what}, and the plan assumes nothing about it"
            )
        raise _Refused(
            f"{self.owner} has published no evidence ({what}), and the plan says it is {self.migration.posture}: "
            f"until they do, set `posture: planned`; {self._ask('to publish it')}"
        )

    def _read(self, named: EvidenceSource) -> bytes | None:
        """The envelope's bytes; None if nothing is published."""
        largest = self.plan.platform.max_size
        if "://" in named.source:
            answer = self.fetch(named.source)
            if isinstance(answer, Failure):
                if answer.status in _NOT_PUBLISHED:
                    return None
                raise _Refused(f"the evidence of {self.owner} could not be read: {answer.message}; {self._ask_where()}")
            return str(answer.body).encode()
        path = self._next_to_the_plan(named.source)
        try:
            raw = read_bytes(path, largest + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _Refused(
                f"the evidence of {self.owner} could not be read: {named.source}: {error.strerror or error}; "
                f"{self._ask_where()}"
            ) from None
        if len(raw) > largest:
            raise self._unfit(named, f"is larger than {largest} bytes (platform.max_size)")
        return raw

    def _verified(self, raw: bytes, named: EvidenceSource) -> SignedEnvelope:
        try:
            key = read_public_key(self._next_to_the_plan(named.signed_by), named.signed_by)
        except SignatureError as error:
            whose = f"the evidence of {self.owner} cannot be verified: {error}"
            raise _Refused(f"{whose}; ask {self.owner} for their public key if it is missing") from None
        try:
            envelope = read_envelope(raw)
        except SignatureError as error:
            raise self._unfit(named, f"cannot be used: {error}") from None
        self.found["keyid"] = key.keyid
        try:
            verify(envelope, key)
        except SignatureError as error:
            raise _Refused(
                f"the evidence in {named.source} does not verify with {named.signed_by}, the key of {self.owner}: "
                f"{error}; ask {self.owner} which key they sign with, and {self._publish_again()}"
            ) from None
        return envelope

    def _subject(self, statement: Statement, named: EvidenceSource) -> Subject:
        subject = statement.subject(self.claim)
        if subject is not None and subject.is_claim:
            return subject
        if subject is not None:
            raise self._unfit(named, f"names {self.claim}, but with the digest of another name")
        claims = [each.name for each in statement.subjects if each.is_claim]
        if not claims:
            names = ", ".join(_quoted(each.name) for each in statement.subjects[:_SHOWN_TESTS])
            raise self._unfit(named, f"is about {names}, not about {self.claim}")
        raise self._unfit(named, f"is for {_quoted(claims[0])}, not for {self.claim}: {self._difference(claims[0])}")

    def _difference(self, claim: str) -> str:
        """The reason why evidence for another claim does not count."""
        upgrade, environment, migration = (*claim.split("/"), "", "", "")[:3]
        if upgrade != self.plan.upgrade:
            return "evidence of one upgrade never counts for another"
        if environment != self.plan.environment:
            return "evidence of one environment never counts for another"
        if not migration:
            return "it is about the upgrade, not about a migration"
        return "evidence of one migration never counts for another"

    def _require_passed(self, statement: Statement) -> None:
        self.found["result"] = statement.result
        if statement.result == "FAILED":
            raise _Refused(
                f"verified evidence of {self.owner} says that it failed{_tests(statement.failed)}; "
                f"ask {self.owner} what is wrong, and set `posture: planned` until they publish evidence that passed",
                Standing.DENIED,
            )
        if statement.result == "WARNED":
            raise _Refused(
                f"the evidence of {self.owner} passed with waived failures{_tests(statement.warned)}, and "
                f"their waivers do not count here; ask {self.owner} for evidence without waived failures"
            )

    def _require_young(self, subject: Subject, named: EvidenceSource) -> datetime:
        try:
            when = finished_on(subject)
        except ValueError as error:
            raise self._unfit(named, f"has no time: {error}") from None
        self.found["finished_on"] = written(when)
        if is_ahead(when, self.now):
            raise self._unfit(named, f"is dated {when:%Y-%m-%d %H:%M}Z, which is in the future: compare the clocks")
        if named.max_age is not None and self.now - when > named.max_age:
            raise _Refused(
                f"the evidence of {self.owner} has expired: it is {age(self.now - when)} old, and the plan's max_age "
                f"allows {age(named.max_age)}; {self._ask('to verify again and publish the result')}"
            )
        return when

    def _require_posture(self, subject: Subject) -> None:
        claimed, posture = subject.annotations.get("posture"), self.migration.posture
        if claimed not in (Posture.STAGED.value, Posture.COMPLETED.value):
            raise _Refused(
                f"the evidence of {self.owner} does not give the posture (annotation `posture` of its subject: "
                f"staged or completed); {self._ask('to add it')}"
            )
        self.found["posture_proven"] = claimed
        if claimed != posture.value:
            raise _Refused(
                f"the plan says it is {posture}, but verified evidence of {self.owner} says it is {claimed}: "
                f"set `posture: {claimed}` if that is what you rely on, or ask {self.owner} for evidence of {posture}",
                Standing.DENIED,
            )

    def _unfit(self, named: EvidenceSource, what: str) -> _Refused:
        return _Refused(f"the evidence of {self.owner} in {named.source} {what}; {self._ask('to publish it again')}")

    def _ask(self, to_do: str) -> str:
        posture = self.migration.posture
        posture = Posture.COMPLETED if posture is Posture.PLANNED else posture
        command = f"upgradecheck attest RECORD --key KEY --for {self.claim} --posture {posture}"
        return f"ask {self.owner} {to_do}: {command}"

    def _publish_again(self) -> str:
        return f"to publish it again for {self.claim}"

    def _ask_where(self) -> str:
        return f"ask {self.owner} where they publish it, or try again"

    def _next_to_the_plan(self, name: str) -> Path:
        return self.plan.path.parent / name


def _tests(names: tuple[str, ...]) -> str:
    return f" ({listed([_quoted(name) for name in names], _SHOWN_TESTS)})" if names else ""


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= 120 else f"{text[:117]}...", ensure_ascii=not text.isprintable())
