"""What the checks of one process share: the plan, the truth of the platform, the baseline, and their notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import EvidenceMissing, SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.evidence import Judgement, Standing, judge
from pytest_upgradecheck.plan import Plan, Surface
from pytest_upgradecheck.plugin.checking.notes import Notes
from pytest_upgradecheck.plugin.settings import Settings
from pytest_upgradecheck.record import JOURNAL_FILE, Baseline, History, read_history
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth import Answer, Failure, FolderStore, MemoryStore, PlatformTruth
from pytest_upgradecheck.vocabulary import Phase

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
        self.redactor = Redactor(plan.secrets)
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
        )

    @cached_property
    def history(self) -> History:
        """The runs before this one."""
        path = self.folder / JOURNAL_FILE
        return read_history(path, upgrade=self.plan.upgrade, environment=self.plan.environment, upto=self.history_size)

    @cached_property
    def baseline(self) -> Baseline:
        """The baseline that the pre runs before this run captured for its step."""
        step = self.settings.step
        return Baseline.of(run for run in self.history.runs if run.step in (None, step) or step is None)

    @cached_property
    def planned_before(self) -> Mapping[str, Mapping[str, Any]]:
        """The checks that collection found before the change, by id; none in pre."""
        return self.baseline.planned() if self.phase.after_change else {}

    @cached_property
    def ids_before(self) -> Mapping[str, str]:
        """The ids of those checks by node id: by the one before the change, and by the one they have now."""
        planned = self.planned_before
        ids = {entry.get("nodeid", name): name for name, entry in planned.items()}
        now = ((check.nodeid, check.id_before(planned)) for check in self.checks.values())
        return ids | {nodeid: before for nodeid, before in now if before in planned}

    def judgement(self, migration: str) -> Judgement:
        """The judgement on a migration of the plan; its evidence is read and judged once per process."""
        if migration not in self._judgements:
            judged = judge(
                self.plan,
                self.plan.migration(migration),
                now=datetime.now(timezone.utc),
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
        except Exception as error:
            message = f"pytest_upgradecheck_read failed: {type(error).__name__}: {error}"
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
        if isinstance(answer, Answer) and answer.size > _LARGEST_BODY_RECORDED:
            del entry["body"]
        self.notes.readings.append({"surface": surface.name, **entry})


CHECK = pytest.StashKey[Check]()
SESSION = pytest.StashKey[UpgradeSession]()
