"""The document `verdict.json`: the verdict of one run, typed, to and from the plain data of the file.

Its JSON Schema, ``verdict.schema.json``, ships with the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.times import timestamp, written
from pytest_upgradecheck.verdict.decide import Blocker, CheckFact, Note, Verdict
from pytest_upgradecheck.vocabulary import Decision, Phase, Result, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedFailure:
    """A failure that a named person accepted until ``expires``, a UTC day: it does not block, and is not a pass."""

    check: str
    title: str
    message: str
    transition: Transition | None
    reason: str
    approved_by: str
    expires: str

    @classmethod
    def of(cls, check: CheckFact) -> Self:
        """The waived failure of a check that has a waiver."""
        assert check.waiver is not None
        return cls(
            check=check.check,
            title=check.title,
            message=check.message,
            transition=check.transition,
            reason=check.waiver.reason,
            approved_by=check.waiver.approved_by,
            expires=str(check.waiver.expires),
        )

    @property
    def failure(self) -> Blocker:
        """The failure, as a report shows it."""
        return Blocker(
            check=self.check, kind=Result.FAILED, message=self.message, title=self.title, transition=self.transition
        )

    @property
    def accepted(self) -> str:
        """The waiver in words: the person, the last day, and the reason."""
        return f"accepted by {self.approved_by} until {self.expires} (UTC): {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One step of the sequence, and the version of its product that version truth shows (None: none)."""

    step: str
    product: str
    from_version: str
    to_version: str
    shown: str | None

    def to_dict(self) -> dict[str, Any]:
        """As in `verdict.json`."""
        return {
            "step": self.step,
            "product": self.product,
            "from": self.from_version,
            "to": self.to_version,
            "shown": self.shown,
        }

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Self:
        """Read it from `verdict.json`."""
        return cls(
            step=entry["step"],
            product=entry["product"],
            from_version=entry["from"],
            to_version=entry["to"],
            shown=entry["shown"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Checks that are not the same before and after the change, by id; ``renamed`` pairs the ids before and after."""

    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.only_before or self.only_after or self.renamed)

    def to_dict(self) -> dict[str, Any]:
        """As in `verdict.json`."""
        return {
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "renamed": [{"before": before, "after": after} for before, after in self.renamed],
        }

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Self:
        """Read it from `verdict.json`."""
        return cls(
            only_before=tuple(entry["only_before"]),
            only_after=tuple(entry["only_after"]),
            renamed=tuple((pair["before"], pair["after"]) for pair in entry["renamed"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictDocument:
    """The verdict of one run with everything that `verdict.json` holds.

    Times are UTC; ``finished_at`` is None while the run has not ended. ``record_digest`` is the head of the record
    after the run, None while it is under way or without a record.
    """

    upgrade: str
    title: str
    environment: str
    phase: Phase
    step: str | None
    verdict: Decision
    reason: str
    exit_code: int
    blockers: tuple[Blocker, ...] = ()
    waived: tuple[WaivedFailure, ...] = ()
    notes: tuple[Note, ...] = ()
    identity: Identity = field(default_factory=Identity)
    boundaries: tuple[Boundary, ...] = ()
    steps: tuple[StepState, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    started_at: datetime
    finished_at: datetime | None
    plan_digest: str
    record_digest: str | None = None

    @property
    def notes_that_block_nothing(self) -> tuple[Note, ...]:
        """The notes that are not blockers as well, as those of checks that prove nothing are with ``strict``."""
        blocking = {(blocker.check, blocker.kind, blocker.message) for blocker in self.blockers}
        return tuple(note for note in self.notes if (note.check, note.kind, note.message) not in blocking)

    def with_verdict(self, verdict: Verdict, *, exit_code: int | None = None) -> Self:
        """The document of the same run with a verdict in it; ``exit_code`` if it is not that of the decision."""
        return replace(
            self,
            verdict=verdict.decision,
            reason=verdict.reason,
            exit_code=verdict.decision.exit_code if exit_code is None else exit_code,
            blockers=verdict.blockers,
            waived=tuple(map(WaivedFailure.of, verdict.waived)),
            notes=verdict.notes,
            boundaries=verdict.boundaries,
            counts=verdict.counts,
        )

    def degraded(self, blockers: Iterable[Blocker], *, reason: str | None = None) -> Self:
        """The document with more evidence missing than its verdict knew of: never better than `cannot-tell`.

        ``reason`` takes the place of the sentence if the verdict was `proceed`; by default it names the first blocker.
        """
        added = tuple(blockers)
        if not added:
            return self
        changed = replace(self, blockers=(*self.blockers, *added))
        if self.verdict is not Decision.PROCEED:
            return changed
        return replace(
            changed,
            verdict=Decision.CANNOT_TELL,
            exit_code=Decision.CANNOT_TELL.exit_code,
            reason=reason or f"Evidence is missing: {added[0].message}",
        )

    def to_dict(self) -> dict[str, Any]:
        """As in `verdict.json`."""
        return {
            "upgrade": self.upgrade,
            "title": self.title,
            "environment": self.environment,
            "phase": self.phase,
            "step": self.step,
            "verdict": self.verdict,
            "reason": self.reason,
            "exit_code": self.exit_code,
            "blockers": [blocker.to_dict() for blocker in self.blockers],
            "waived": [
                {name: getattr(failure, name) for name in WaivedFailure.__dataclass_fields__} for failure in self.waived
            ],
            "notes": [note.to_dict() for note in self.notes],
            "identity": self.identity.to_dict(),
            "boundaries": [boundary.to_dict() for boundary in self.boundaries],
            "steps": [step.to_dict() for step in self.steps],
            "counts": dict(self.counts),
            "started_at": written(self.started_at),
            "finished_at": written(self.finished_at) if self.finished_at else None,
            "plan_digest": self.plan_digest,
            "record_digest": self.record_digest,
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Read a document from `verdict.json` or the record; KeyError, TypeError or ValueError if it is not one."""
        return cls(
            **{
                **document,
                "phase": Phase(document["phase"]),
                "verdict": Decision(document["verdict"]),
                "blockers": tuple(map(Blocker.from_dict, document["blockers"])),
                "waived": tuple(
                    WaivedFailure(**{**entry, "transition": entry["transition"] and Transition(entry["transition"])})
                    for entry in document["waived"]
                ),
                "notes": tuple(Note(**note) for note in document["notes"]),
                "identity": Identity.from_dict(document["identity"]),
                "boundaries": tuple(map(Boundary.from_dict, document["boundaries"])),
                "steps": tuple(map(StepState.from_dict, document["steps"])),
                "started_at": timestamp(document["started_at"]),
                "finished_at": timestamp(document["finished_at"]) if document["finished_at"] else None,
            }
        )
