"""The results of a comparison, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from pytest_upgradecheck.comparison.paths import Step, group_of, path_text
from pytest_upgradecheck.comparison.values import to_json


class Change(StrEnum):
    """The ways in which one place in a value can differ."""

    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    #: It had to change and did not.
    KEPT = "not changed"
    #: A rule that judges a whole value says no; `Difference.why` is its sentence.
    REFUSED = "refused"
    #: A rule that judges a whole value cannot tell: missing evidence, not a pass; `Difference.why` says why.
    UNJUDGED = "not judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place that differs, or that a rule refuses.

    ``rule`` is the rule that governs the place; it ``allowed`` the difference or not. In an ordered list, ``position``
    is where an added or moved item is after, and for a moved one ``before`` and ``after`` are positions, too.
    """

    steps: tuple[Step, ...]
    change: Change
    rule: str
    allowed: bool = False
    before: Any = None
    after: Any = None
    position: int | None = None
    why: str = ""

    @property
    def path(self) -> str:
        """The path of the place (``orders[number=7].total``); empty for the whole value."""
        return path_text(self.steps)

    @property
    def group(self) -> str:
        """The path with every item as ``[]``."""
        return group_of(self.steps)

    def to_dict(self) -> dict[str, Any]:
        """As the record has it, without what would be empty."""
        entry: dict[str, Any] = {"path": self.path, "change": self.change.value, "rule": self.rule}
        if self.change in (Change.REMOVED, Change.CHANGED, Change.MOVED, Change.KEPT):
            entry["before"] = to_json(self.before)
        if self.change in (Change.ADDED, Change.CHANGED, Change.MOVED):
            entry["after"] = to_json(self.after)
        if self.why:
            entry["why"] = self.why
        return entry


@dataclass(frozen=True)
class Comparison:
    """Everything a comparison found.

    ``pairing`` says how the items of each list of objects (by its path, items as ``[]``) were paired; ``sizes`` how
    many it had before and after. ``unmatched`` are the patterns (of rules, keys, ignored paths) that match nothing,
    ``lost`` those of rules that match nothing after, but did before: they can no longer refuse anything.
    ``vacuous``, of a rehearsal: no change of what the value holds would be refused.
    """

    differences: Sequence[Difference] = ()
    pairing: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unmatched: Sequence[str] = ()
    lost: Sequence[str] = ()
    vacuous: bool = False

    @cached_property
    def refused(self) -> tuple[Difference, ...]:
        """The differences that no rule allows: none if the comparison passes."""
        return tuple(difference for difference in self.differences if not difference.allowed)

    @cached_property
    def allowed(self) -> tuple[Difference, ...]:
        """The differences that a rule allows."""
        return tuple(difference for difference in self.differences if difference.allowed)


def counts(differences: Sequence[Difference]) -> str:
    """``1 removed, 100 changed``; empty if there are none."""
    totals = Counter(difference.change for difference in differences)
    return ", ".join(f"{totals[change]:,} {change}" for change in Change if totals[change])
