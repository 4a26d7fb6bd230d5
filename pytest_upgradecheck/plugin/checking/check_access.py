"""What the ``upgrade``, ``baseline`` and ``since_upgrade`` fixtures hand to a check."""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import BaselineMissing, CheckMisuse, EvidenceMissing, raised_on_purpose
from pytest_upgradecheck.evidence import Standing
from pytest_upgradecheck.plan import Plan, Step
from pytest_upgradecheck.plugin.checking.captured_values import CapturedValues
from pytest_upgradecheck.plugin.checking.comparing import read_back
from pytest_upgradecheck.plugin.checking.expected_versions import already_upgraded
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.record import Capture, captured_since
from pytest_upgradecheck.vocabulary import Phase, Result

__tracebackhide__ = raised_on_purpose


class Upgrade:
    """The upgrade a check takes part in."""

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check

    @property
    def phase(self) -> str:
        """``pre``, ``post`` or ``rollback``."""
        return self._session.phase.value

    @property
    def plan(self) -> Plan:
        """The plan, secrets masked."""
        return self._session.plan

    @property
    def step(self) -> Step | None:
        """The step this check belongs to, None where it belongs to none."""
        return self.plan.step(self._check.step) if self._check.step else None

    def is_proven(self, migration: str) -> bool:
        """Whether the owner's evidence proves a migration of the plan, at the posture that the plan states.

        False where the plan says ``planned`` and nothing is published: then nothing may be assumed of it, and a check
        can assert that nothing is. EvidenceMissing where that cannot be told; CheckMisuse for an unknown migration.
        """
        known = [each.name for each in self.plan.migrations]
        if migration not in known:
            raise CheckMisuse(f"the plan has no migration {migration!r}; it has: {', '.join(known) or 'none at all'}")
        judgement = self._session.judgement(migration)
        if judgement.standing in (Standing.UNPROVEN, Standing.DENIED):
            raise EvidenceMissing(judgement.message)
        return judgement.standing is Standing.PROVEN


class BaselineValues(CapturedValues):
    """Values carried from before the change to after it: captured in pre, compared in post and rollback."""

    fixture = "baseline"

    @property
    def _captures(self) -> bool:
        return self._session.phase is Phase.PRE

    def _require_capturing(self, key: str) -> None:
        if not self._captures:
            raise CheckMisuse(
                f"baseline[{key!r}] = ... in phase {self._session.phase}: the baseline is captured in pre only; "
                "mark the check with @pytest.mark.pre_upgrade, or use baseline.unchanged()"
            )
        if upgraded := already_upgraded(self._session):
            raise EvidenceMissing(f"no baseline is captured on a platform that is already upgraded: {upgraded}")

    def _before(self, key: str) -> Any:
        place = self._place(key)
        if self._captures:
            if key in self._own:
                return self._own[key]
            raise CheckMisuse(
                f"baseline[{key!r}] is read in phase pre, where this check has not captured it: "
                "what is read after the change belongs into a check marked post_upgrade or post_rollback"
            )
        capture = self._session.baseline.capture(*place) or self._captured_by_earlier_self(key)
        if capture is None:
            raise BaselineMissing(self._why_missing(key))
        self._session.notes.read_keys.append([capture.file, key])
        return read_back(capture)

    def _captured_by_earlier_self(self, key: str) -> Capture | None:
        """Keys are a test file's own, and a check may have moved to another file since."""
        planned = self._session.planned_before
        entry = planned.get(self._check.id_before(planned))
        file = Check.from_dict(dict(entry)).file if entry else self._check.file
        return self._session.baseline.capture(file, key)

    def _why_missing(self, key: str) -> str:
        baseline, file = self._session.baseline, self._check.file
        if not baseline.runs:
            return f"baseline[{key!r}]: the record holds no pre run, so nothing was captured before the change"
        run = baseline.runs[0].name
        author = next(
            (capture.check for each in self._session.history.runs for capture in each.captures.values()
             if (capture.file, capture.key) == (file, key)),
            None,
        )  # fmt: skip
        candidates = [author] if author else [*self._check.needs, *([self._check.id] if self._runs_in_pre() else [])]
        if candidates:
            became = "; ".join(f"{check}: {self._fate(check)}" for check in candidates)
            return f"baseline[{key!r}] was not captured in {run}. It should come from {became}"
        keys = ", ".join(map(repr, baseline.keys(file))) or "none"
        return (
            f"baseline[{key!r}] was not captured in {run}, and no check of {file} ever captured it "
            f"(keys captured by this file: {keys}); name the check that does with post_upgrade(needs=...)"
        )

    def _runs_in_pre(self) -> bool:
        return Phase.PRE in self._check.phases

    def _fate(self, check: str) -> str:
        before = self._session.baseline.check(check)
        if before is None:
            return "it did not run"
        if before.result == Result.PASSED:
            return "it passed without capturing this key"
        first = before.message.partition("\n")[0]
        return f"it was {before.result}" + (f" ({first})" if first else "")


class SinceUpgradeValues(CapturedValues):
    """Values carried over a rollback: captured in post, on the upgraded platform, compared in rollback.

    What was written since the upgrade is in no baseline, and going back may lose it. Each post run captures anew; the
    last value seen counts.
    """

    fixture = "since_upgrade"
    may_be_empty = True

    @property
    def _captures(self) -> bool:
        return self._session.phase is Phase.POST

    def _require_capturing(self, key: str) -> None:
        if not self._captures:
            raise CheckMisuse(
                f"since_upgrade[{key!r}] = ... in phase {self._session.phase}: it is captured in post only; mark the "
                "check with @pytest.mark.post_upgrade and @pytest.mark.post_rollback"
            )

    def _before(self, key: str) -> Any:
        place = self._place(key)
        if self._captures and key in self._own:
            return self._own[key]
        if self._session.phase is not Phase.ROLLBACK:
            raise CheckMisuse(
                f"since_upgrade[{key!r}] is read in phase {self._session.phase}: what was captured in post is there to "
                "be compared in rollback; mark the check with @pytest.mark.post_upgrade and @pytest.mark.post_rollback"
            )
        capture = captured_since(self._session.history.runs, *place)
        if capture is None:
            raise EvidenceMissing(
                f"since_upgrade[{key!r}]: no post run since the upgrade captured it, so nobody knows what was there: "
                "whether going back lost anything of it cannot be told"
            )
        return read_back(capture)
