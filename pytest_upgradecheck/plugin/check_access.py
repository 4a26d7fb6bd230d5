"""What the ``baseline`` and ``upgrade`` fixtures hand to a check."""

from __future__ import annotations

import copy
from typing import Any

from pytest_upgradecheck.comparison import differences, explain, shown, to_json_value
from pytest_upgradecheck.errors import BaselineMissing, CheckMisuse, EvidenceMissing, NotUnchanged, raised_on_purpose
from pytest_upgradecheck.phases import Phase
from pytest_upgradecheck.plan import Plan, Step
from pytest_upgradecheck.plugin.checks import Check
from pytest_upgradecheck.plugin.plan_checks import already_upgraded
from pytest_upgradecheck.plugin.session import UpgradeSession

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


class BaselineAccess:
    """Values carried from before the change to after it. Keys are the test file's own.

    In pre, ``baseline["order"] = value`` captures; in post and rollback, ``baseline["order"]`` reads. Values are what
    JSON knows. `EvidenceMissing` where the baseline does not hold what is asked, `CheckMisuse` where a check asks for
    something that cannot be right: capturing a key twice, or capturing after the change.
    """

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check
        self._own: dict[str, Any] = {}

    def __setitem__(self, key: str, value: Any) -> None:
        place = self._place(key)
        if self._session.phase is not Phase.PRE:
            raise CheckMisuse(
                f"baseline[{key!r}] = ... in phase {self._session.phase}: the baseline is captured in pre only; "
                "mark the check with @pytest.mark.pre_upgrade, or use baseline.unchanged()"
            )
        notes = self._session.notes
        if place in notes.captured:
            raise CheckMisuse(
                f"baseline[{key!r}] is captured twice, by {notes.captured[place]} and by {self._check.id}: "
                "a key belongs to one check of a file; give each its own (for a parametrised check, put the "
                "parameter into the key)"
            )
        if upgraded := already_upgraded(self._session):
            raise EvidenceMissing(f"no baseline is captured on a platform that is already upgraded: {upgraded}")
        try:
            captured = to_json_value(value, key)
        except TypeError as error:
            raise CheckMisuse(f"baseline[{key!r}] cannot be captured: {error}") from None
        notes.captured[place] = self._check.id
        notes.captures.append({"check": self._check.id, "file": self._check.file, "key": key, "value": captured})
        self._own[key] = captured

    def __getitem__(self, key: str) -> Any:
        place = self._place(key)
        if self._session.phase is Phase.PRE:
            if key in self._own:
                return copy.deepcopy(self._own[key])
            raise CheckMisuse(
                f"baseline[{key!r}] is read in phase pre, where this check has not captured it: "
                "what is read after the change belongs into a check marked post_upgrade or post_rollback"
            )
        capture = self._session.baseline.capture(*place)
        if capture is None:
            raise BaselineMissing(self._why_missing(key))
        return copy.deepcopy(capture.value)

    def __contains__(self, key: object) -> bool:
        raise CheckMisuse(
            f"`{key!r} in baseline` would let a check pass because its baseline is missing; read the key, "
            "and the check fails closed where it is not there"
        )

    def unchanged(self, name: str, value: Any) -> None:
        """Capture ``value`` in pre; fail with the difference where it is another after the change."""
        if self._session.phase is Phase.PRE:
            self[name] = value
            return
        before = self[name]
        try:
            after = to_json_value(value, name)
        except TypeError as error:
            raise CheckMisuse(f"{name} cannot be compared: {error}") from None
        found = list(differences(before, after))
        if not found:
            return
        if len(found) == 1 and not found[0].path:
            raise NotUnchanged(f"{name} changed: before {shown(before)}, after {shown(after)}")
        raise NotUnchanged(f"{name} changed: {explain(found)}")

    def _place(self, key: object) -> tuple[str, str]:
        if not isinstance(key, str) or not key:
            raise CheckMisuse(f"a baseline key is a text such as 'order', and this is {key!r}")
        return self._check.file, key

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
        if before.result == "passed":
            return "it passed without capturing this key"
        first = before.message.partition("\n")[0]
        return f"it was {before.result}" + (f" ({first})" if first else "")
