"""Planned breaks: changes that a person has accepted by kind and place, for a reason, until a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from pytest_upgradecheck.comparison.openapi.changes import ContractChange
from pytest_upgradecheck.comparison.openapi.kinds import ACCEPTABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """One planned break. ``at`` is a glob for an operation, its path, a shared schema, or a place in one of these."""

    change: str
    at: str
    reason: str = ""
    by: str = ""
    expires: date | None = None

    def __post_init__(self) -> None:
        if self.change not in ACCEPTABLE:
            raise ValueError(f"{self.change!r} is not a kind of change that can be accepted")

    def __str__(self) -> str:
        return f"{self.change} at {self.at}"

    def covers(self, change: ContractChange, operation: str) -> bool:
        """Whether it accepts the change for one operation."""
        if change.kind.value != self.change:
            return False
        field = f" {change.field}" if change.field else ""
        method, _, path = operation.partition(" ")
        places = {operation, path, method, f"{operation} {change.place}", f"{operation} {change.place}{field}"}
        for name in change.schemas:
            places |= {name, f"{name}{field}", f"{name}.{change.field}"}
        return any(fnmatchcase(place, self.at) for place in places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A change as far as it is accepted, and by what."""

    change: ContractChange
    acceptance: Acceptance

    def __str__(self) -> str:
        said = self.acceptance
        return f"{self.change} (accepted: {', by '.join(filter(None, [said.reason, said.by])) or said})"


def accepted(
    changes: Sequence[ContractChange], acceptances: Sequence[Acceptance], today: date
) -> tuple[list[ContractChange], list[Accepted], list[Acceptance]]:
    """The changes that are left, those that are accepted, and the acceptances that matched nothing or have expired."""
    if not acceptances:
        return list(changes), [], []
    left: list[ContractChange] = []
    taken: list[Accepted] = []
    unused = dict.fromkeys(acceptances)
    valid = [each for each in acceptances if each.expires is None or each.expires >= today]
    for change in changes:
        covered: dict[str, Acceptance] = {}
        for operation in change.operations or ("",):
            for each in valid:
                if each.covers(change, operation):
                    covered.setdefault(operation, each)
                    unused.pop(each, None)
        for by in dict.fromkeys(covered.values()):
            operations = tuple(operation for operation, each in covered.items() if each is by and operation)
            taken.append(Accepted(change=replace(change, operations=operations), acceptance=by))
        rest = tuple(each for each in change.operations or ("",) if each not in covered)
        if rest:
            left.append(replace(change, operations=tuple(filter(None, rest))))
    return left, taken, list(unused)
