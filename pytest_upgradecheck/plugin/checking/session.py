"""The state that the checks of one process share: the plan, the platform's truth, the baseline, and their notes."""

from __future__ import annotations

import contextlib
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import EvidenceMissing, SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.evidence import Judgement, Standing, judge
from pytest_upgradecheck.plan import Plan, Surface
from pytest_upgradecheck.plugin.checking.notes import Notes
from pytest_upgradecheck.plugin.settings import Settings
from pytest_upgradecheck.record import JOURNAL_FILE, Attempt, Baseline, History, read_history
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.truth import Answer, Failure, FolderStore, MemoryStore, PlatformTruth, Reading
from pytest_upgradecheck.vocabulary import NoteKind, Phase
from pytest_upgradecheck.wording import raised

__tracebackhide__ = raised_on_purpose

#: Larger answers are recorded by digest, status and time only, in bytes.
_LARGEST_BODY_RECORDED = 256_000


class UpgradeSession:
    """The view that one process has of a run: all of it, or the share of one xdist worker."""

    def __init__(self, config: pytest.Config, settings: Settings, plan: Plan) -> None:
        self.config = config
        self.settings = settings
        self.phase: Phase = settings.phase
        self.plan = plan
        self.redactor = Redactor(plan.secrets, record=f"{plan.upgrade}/{plan.environment}")
        self.folder = settings.record / plan.upgrade / plan.environment
        self.checks: dict[str, Check] = {}
        self.exchange: Path | None = None
        self.history_size = 0
        self.notes = Notes()
        self._judgements: dict[str, Judgement] = {}
        if self.is_worker:
            handed: dict[str, Any] = config.workerinput["upgradecheck"]  # type: ignore[attr-defined]
            self.exchange = Path(handed["exchange"])
            self.history_size = handed["history_size"]

    @property
    def is_worker(self) -> bool:
        """Whether this process only runs checks for a controller."""
        return hasattr(self.config, "workerinput")

    @cached_property
    def truth(self) -> PlatformTruth:
        """The truth of the platform: one request per surface and phase, whichever process asks first."""
        store = FolderStore(self.exchange / "readings") if self.exchange else MemoryStore()
        return PlatformTruth(
            self.plan.platform,
            store=store,
            sources=[self._from_hook],
            on_reading=self._note_reading,
            redactor=self.redactor,
            version_readings=3 if self.phase.after_change else 1,
        )

    @property
    def record_path(self) -> Path:
        """The record's file."""
        return self.folder / JOURNAL_FILE

    @cached_property
    def history(self) -> History:
        """The runs before this one; the recorder, which has read the record when it opened it, sets it."""
        plan = self.plan
        return read_history(
            self.record_path, upgrade=plan.upgrade, environment=plan.environment, upto=self.history_size
        )

    @cached_property
    def attempt(self) -> Attempt:
        """The runs of this attempt at the upgrade, before this one."""
        return Attempt.of(self.history)

    @cached_property
    def baseline(self) -> Baseline:
        """The baseline that the pre runs of this attempt established for this run's step."""
        return self.attempt.baseline(self.settings.step)

    @cached_property
    def before(self) -> Before:
        """The checklist before the change; valid once collection has finished."""
        return self.baseline.before(self.checks.values()) if self.phase.after_change else Before()

    @property
    def captures_baseline(self) -> bool:
        """Whether values that are captured in this run are recorded: only before the change has begun."""
        return self.phase is Phase.PRE and (not self.attempt.begun or bool(self.attempt.ended))

    def judgement(self, migration: str) -> Judgement:
        """The judgement on a migration of the plan; its evidence is read and judged once per process."""
        if migration not in self._judgements:
            judged = judge(
                self.plan,
                self.plan.migration(migration),
                now=utc_now(),
                fetch=self.truth.document,
            )
            self._judgements[migration] = judged
            self.notes.evidence.append(judged.to_dict())
        return self._judgements[migration]

    def require_evidence(self, migration: str) -> None:
        """Raise EvidenceMissing unless the migration is proven at the posture that the plan states."""
        judgement = self.judgement(migration)
        if judgement.standing is not Standing.PROVEN:
            raise EvidenceMissing(judgement.message)

    def check_of(self, item: pytest.Item) -> Check:
        """The check of an item."""
        return item.stash[CHECK]

    def close(self) -> None:
        """Release the connection to the platform, if one was made."""
        if "truth" in self.__dict__:
            self.truth.close()

    def _from_hook(self, surface: Surface) -> Answer | None:
        """Ask the team's hook; if anything goes wrong in it, there is no answer."""
        hook = self.config.hook.pytest_upgradecheck_read
        try:
            answer = hook(surface=surface, plan=self.plan, phase=self.phase.value)
        except SurfaceUnread:
            raise
        except BaseException as error:  # includes pytest's outcomes: a hook that skips has not answered
            message = f"pytest_upgradecheck_read failed: {raised(error)}"
            raise SurfaceUnread(surface.name, message) from None
        if answer is None or isinstance(answer, Answer):
            return answer
        raise SurfaceUnread(
            surface.name,
            f"pytest_upgradecheck_read answered surface {surface.name} with a {type(answer).__name__}; "
            "return Answer.of(body, source=...) or None",
        )

    def _note_reading(self, answer: Answer | Failure, surface: Surface) -> None:
        entry = answer.to_dict()
        if isinstance(answer, Answer):
            entry |= self._seen_in(answer, surface)
            if answer.size > _LARGEST_BODY_RECORDED:
                del entry["body"]
        self.notes.readings.append({"surface": surface.name, **entry})
        if isinstance(answer, Answer) and answer.more_pages:
            message = f"{surface.name} has more pages than were read: {answer.more_pages}"
            check = next((name for name in self.checks if name.endswith(f"[{surface.name}]")), "")
            self.notes.remark(check, NoteKind.MORE_PAGES, message)

    def _seen_in(self, answer: Answer, surface: Surface) -> dict[str, Any]:
        """The versions and boundaries that an answer shows, recorded so that they count even if the run never ends."""
        reading = Reading.of(surface, answer)
        seen: dict[str, Any] = {}
        if surface.versions is not None:
            with contextlib.suppress(EvidenceMissing):
                seen["versions"] = dict(reading.versions)
        crossed = {}
        for boundary in self.plan.boundaries:
            if boundary.crossed_when is not None and boundary.crossed_when.surface == surface.name:
                with contextlib.suppress(EvidenceMissing):
                    crossed[boundary.name] = reading.judge(boundary.crossed_when.expression)
        shown = {name: said for name, said in crossed.items() if isinstance(said, bool)}
        return seen | ({"crossed": shown} if shown else {})


#: The code of a check's function as it was collected.
CODE = pytest.StashKey[CodeType]()
CHECK = pytest.StashKey[Check]()
SESSION = pytest.StashKey[UpgradeSession]()
