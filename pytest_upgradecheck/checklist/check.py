"""A check: one pytest item that takes part in an upgrade, as a value that the record can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.vocabulary import UNMARKED, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One item that takes part in an upgrade. ``needs`` holds ids of checks that must have passed in pre."""

    id: str
    nodeid: str
    title: str = ""
    phases: frozenset[Phase] = UNMARKED
    step: str | None = None
    owner: str | None = None
    boundary: str | None = None
    needs: tuple[str, ...] = ()
    path: str | None = None
    remedy: str | None = None
    requires_evidence: str | None = None
    built_in: bool = False
    since: str | None = None
    renamed_from: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def file(self) -> str:
        """The test file, as in the node id."""
        return self.nodeid.partition("::")[0]

    @property
    def is_about_boundary(self) -> bool:
        """Whether it decides on a rollback boundary, or is the plan's own check that one is stated or not crossed."""
        name = self.nodeid.partition("::")[2]
        return self.boundary is not None or (self.built_in and name.startswith(("rollback-boundary[", "not-crossed[")))

    def to_dict(self) -> dict[str, Any]:
        """As in the record: what says nothing is left out."""
        entry: dict[str, Any] = {"id": self.id}
        if self.nodeid != self.id:
            entry["nodeid"] = self.nodeid
        if self.phases != UNMARKED:
            entry["phases"] = sorted(phase.value for phase in self.phases)
        for name in ("title", "step", "owner", "boundary", "path", "remedy", "built_in", "since"):
            if value := getattr(self, name):
                entry[name] = value
        if self.needs:
            entry["needs"] = list(self.needs)
        if self.renamed_from:
            entry["renamed_from"] = list(self.renamed_from)
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Check:
        """The check of a record's entry."""
        fields = {"nodeid": entry["id"], **entry}
        if "phases" in fields:
            fields["phases"] = frozenset(map(Phase, fields["phases"]))
        for name in ("needs", "renamed_from"):
            fields[name] = tuple(fields.get(name, ()))
        return cls(**fields)

    @property
    def full_title(self) -> str:
        """The title with the check's parameters: one title for many values would look the same for each of them.

        The plan's own checks say in their titles what they are about.
        """
        parameters = self.nodeid[len(self.nodeid.partition("[")[0]) :]
        if not self.title or not parameters or self.built_in:
            return self.title
        return f"{self.title.rstrip('.')} {parameters}"

    def id_before(self, planned: Mapping[str, Check], ids: Mapping[str, str]) -> str:
        """The id of this check among those ``planned`` before the change; its own id where it is new.

        ``ids`` gives the ids of those by node id.
        """
        if self.id in planned or not self.renamed_from:
            return self.id
        found = (ids.get(name, name) for name in self.renamed_from)
        return next((name for name in found if name in planned), self.id)
