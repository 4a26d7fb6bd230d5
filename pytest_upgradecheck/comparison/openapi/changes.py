"""Changes as people read and accept them: one line for one cause, however many operations meet it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_upgradecheck.comparison.openapi.kinds import Kind, Severity
from pytest_upgradecheck.wording import listed

_ORDER = {kind: at for at, kind in enumerate(Kind)}
_SEVERITIES = {severity: at for at, severity in enumerate(Severity)}
#: Removed operations come first: nothing else that is said of an API matters as much.
_NAMED = 4
_FEWEST_TOGETHER = 3
_OF_PATHS = {
    Kind.PATH_REMOVED, Kind.OPERATION_REMOVED, Kind.PATH_RETIRED, Kind.PATH_ADDED, Kind.OPERATION_ADDED,
    Kind.WEBHOOK_REMOVED, Kind.WEBHOOK_ADDED,
}  # fmt: skip
_FIRST = {Kind.PATH_REMOVED, Kind.OPERATION_REMOVED, Kind.PATH_MOVED, Kind.WEBHOOK_REMOVED, Kind.CALLBACK_REMOVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChange:
    """One change. ``place`` is where it is in each of the operations, or in the shared schema ``component``."""

    kind: Kind
    message: str
    place: str = ""
    field: str = ""
    component: str | None = None
    operations: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity of its kind."""
        return self.kind.severity

    @property
    def breaking(self) -> bool:
        """Whether it breaks clients."""
        return self.severity is Severity.BREAKING

    @property
    def schemas(self) -> tuple[str, ...]:
        """All that the shared schema is called: as it is told, and before and after if it was renamed."""
        names = (self.component, *self.component.split(", now ")) if self.component else ()
        return tuple(dict.fromkeys(names))

    @property
    def where(self) -> str:
        """The operations, and the place in them."""
        return ", ".join(filter(None, [self.who, self.inside]))

    @property
    def who(self) -> str:
        """The operations in a few words."""
        first, more = "".join(self.operations[:1]), len(self.operations) - 1
        if more and self.kind in _OF_PATHS:
            methods = ", ".join(operation.partition(" ")[0] for operation in self.operations)
            return f"{methods} {first.partition(' ')[2]}"
        if more < 1:
            return first
        return f"{first} and {more:,} more {'operation' if more == 1 else 'operations'}"

    @property
    def inside(self) -> str:
        """The place in an operation: `request body, field a.b`, or `response, by schema Order, field total`."""
        shared = f"by schema `{self.component}`" if self.component else ""
        return ", ".join(filter(None, [self.place, shared, f"field `{self.field}`" if self.field else ""]))

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def to_dict(self) -> dict[str, Any]:
        """For JSON; what says nothing is left out."""
        entry: dict[str, Any] = {"change": self.kind.value, "severity": self.severity.value, "message": self.message}
        entry |= {"operations": list(self.operations)} if self.operations else {}
        entry |= {"place": self.place} if self.place else {}
        entry |= {"schema": self.component} if self.component else {}
        return entry | ({"field": self.field} if self.field else {})


def gathered(changes: Iterable[ContractChange]) -> list[ContractChange]:
    """Equal changes as one, in the order in which people read them."""
    groups: dict[tuple[Any, ...], list[ContractChange]] = {}
    for change in changes:
        # Which paths are gone, or new, is what a reader wants to know: only the methods of one path are put together.
        path = change.operations[0].partition(" ")[2] if change.kind in _OF_PATHS and change.operations else ""
        key = (change.kind, change.place, change.field, change.message, change.component, path)
        groups.setdefault(key, []).append(change)
    return sorted(map(_merged, groups.values()), key=_rank)


def _merged(group: list[ContractChange]) -> ContractChange:
    if len(group) == 1:
        return group[0]
    # Changes of one schema share the tuple of their operations: thousands of names are put together once.
    lists = {id(change.operations): change.operations for change in group}
    return replace(group[0], operations=tuple(dict.fromkeys(name for names in lists.values() for name in names)))


@dataclass(frozen=True, slots=True)
class Line:
    """Changes that are told in one line: the same of several fields of one schema."""

    changes: tuple[ContractChange, ...]

    @property
    def severity(self) -> Severity:
        """The severity that they share."""
        return self.changes[0].severity

    def __str__(self) -> str:
        first = self.changes[0]
        marked = "not judged: " if self.severity is Severity.NOT_JUDGED else ""
        if len(self.changes) == 1:
            return f"{marked}{first}"
        names = [f"`{_split(change.field)[1]}`" for change in self.changes]
        parent = _split(first.field)[0]
        where = replace(first, field=parent).where
        return f"{marked}{where}, {len(names):,} fields: each {first.message} ({listed(names, _NAMED)})"


def in_lines(changes: Sequence[ContractChange]) -> list[Line]:
    """The lines of a report; a change that befalls many fields of one schema is told once."""
    groups: dict[tuple[Any, ...], list[ContractChange]] = {}
    for change in changes:
        key = (change.kind, change.place, change.component, _split(change.field)[0], change.message, change.operations)
        groups.setdefault(key, []).append(change)
    lines: list[Line] = []
    for group in groups.values():
        if len(group) >= _FEWEST_TOGETHER and group[0].field:
            lines.append(Line(tuple(group)))
        else:
            lines += [Line((change,)) for change in group]
    return lines


def _split(field: str) -> tuple[str, str]:
    """A field's parent, and its own name."""
    start, dot, name = field.rpartition(".")
    return (start, name) if dot else ("", field)


def _rank(change: ContractChange) -> tuple[int, int, int]:
    return (_SEVERITIES[change.severity], 0 if change.kind in _FIRST else 1, _ORDER[change.kind])
