"""A check over the phases of an upgrade, as a report shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_upgradecheck.vocabulary import Phase, Transition


@dataclass(slots=True, kw_only=True)
class CheckRow:
    """One check over the phases: ``results`` by phase, ``seconds`` of the last run it took part in.

    ``passed_by`` names the checks whose pass before the change counts for it, if it did not run then and needs them.
    """

    check: str
    anchor: str
    title: str = ""
    step: str | None = None
    owner: str | None = None
    boundary: str | None = None
    path: str | None = None
    results: dict[Phase, str] = field(default_factory=dict)
    passed_by: str = ""
    transition: Transition | None = None
    waived: bool = False
    is_obstacle: bool = False
    attachments: int = 0
    seconds: float | None = None

    @property
    def row_anchor(self) -> str:
        """The anchor of the row, if the check itself is among the blockers."""
        return self.anchor.replace("check-", "row-", 1)
