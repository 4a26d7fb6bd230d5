"""The plan's own checks as pytest items: ``upgrade.yaml::version[fabric]``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import EvidenceMissing, UpgradecheckError
from pytest_upgradecheck.plugin.checking.session import CHECK
from pytest_upgradecheck.plugin.collecting.plan_checks import PlanCheck, plan_checks
from pytest_upgradecheck.vocabulary import Phase

if TYPE_CHECKING:
    import os

    from pytest_upgradecheck.plugin.checking.session import UpgradeSession


class PlanCheckFailed(UpgradecheckError):
    """A check made from the plan found problems; the message holds them, one a line."""


class PlanItem(pytest.Item):
    """One check made from the plan."""

    def __init__(self, *, plan_check: PlanCheck, session_of_upgrade: UpgradeSession, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan_check = plan_check
        self.session_of_upgrade = session_of_upgrade
        step = plan_check.step
        self.stash[CHECK] = Check(
            id=self.nodeid,
            nodeid=self.nodeid,
            title=plan_check.title,
            phases=plan_check.phases,
            step=step.step if step else None,
            owner=plan_check.owner,
            boundary=plan_check.boundary,
            kind=plan_check.kind,
        )

    def runtest(self) -> None:
        """Ask the question, and fail with every problem found."""
        problems = self.plan_check.ask(self.session_of_upgrade)
        if problems:
            raise PlanCheckFailed("\n".join(problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what was found, not where in this package."""
        if isinstance(excinfo.value, UpgradecheckError):
            outcome = "cannot be verified" if isinstance(excinfo.value, EvidenceMissing) else "failed"
            return f'"{self.plan_check.title}" {outcome}:\n{excinfo.value}'.replace("\n", "\n  ")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The location of this check for pytest: the plan."""
        return self.path, None, f"{self.path.name}: {self.name}"


class PlanFile(pytest.File):
    """The plan as a test file."""

    def collect(self) -> Iterator[PlanItem]:
        """One item for each check of the plan, those of other phases too."""
        from pytest_upgradecheck.plugin.checking.session import SESSION

        session = self.config.stash[SESSION]
        settings = session.settings
        starts = settings.step if settings.phase is Phase.PRE else None
        for check in plan_checks(session.plan, starts=starts):
            yield PlanItem.from_parent(self, name=check.name, plan_check=check, session_of_upgrade=session)
