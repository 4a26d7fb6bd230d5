"""A check: one pytest item that takes part in an upgrade, as a value that the record can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.vocabulary import UNMARKED, Phase, PlanCheckKind

_ABOUT_BOUNDARIES = frozenset({PlanCheckKind.ROLLBACK_BOUNDARY, PlanCheckKind.NOT_CROSSED, PlanCheckKind.CROSSED})
_LISTS = ("needs", "renamed_from", "requires_evidence")

#: The demands of markers on a check.
DEMANDS = ("phases", "step", "boundary", "needs", "requires_evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One item that takes part in an upgrade.

    ``real_file`` is the test file without symbolic links, if its node id has some, ``source`` the digest of its source.
    ``needs`` names checks that must have passed in pre, ``requires_evidence`` migrations that must be proven. ``fault``
    says why the check cannot be used as it is written.
    """

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
    requires_evidence: tuple[str, ...] = ()
    kind: PlanCheckKind | None = None
    since: str | None = None
    renamed_from: tuple[str, ...] = ()
    real_file: str | None = None
    source: str | None = None
    fault: str | None = None

    @property
    def file(self) -> str:
        """The test file, as in the node id, without symbolic links."""
        return self.real_file or self.nodeid.partition("::")[0]

    @property
    def parameters(self) -> str:
        """The brackets at the end of the node id of a parametrized check, such as ``[eu]``; else empty."""
        return parameters_of(self.nodeid)

    @property
    def built_in(self) -> bool:
        """Whether it is one of the plan's own checks; its ``kind`` says which."""
        return self.kind is not None

    @property
    def is_about_boundary(self) -> bool:
        """Whether it guards a rollback boundary, or is the plan's own check of one."""
        return self.boundary is not None or self.kind in _ABOUT_BOUNDARIES

    def to_dict(self) -> dict[str, Any]:
        """The check as the record holds it, without empty fields."""
        entry: dict[str, Any] = {"id": self.id}
        if self.nodeid != self.id:
            entry["nodeid"] = self.nodeid
        if self.phases != UNMARKED:
            entry["phases"] = sorted(phase.value for phase in self.phases)
        for name in ("title", "step", "owner", "boundary", "path", "remedy", "kind", "since", "real_file", "source"):
            if value := getattr(self, name):
                entry[name] = value
        for name in _LISTS:
            if value := getattr(self, name):
                entry[name] = list(value)
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Check:
        """The check of an entry of the record."""
        fields = {"nodeid": entry["id"], **entry}
        if "phases" in fields:
            fields["phases"] = frozenset(map(Phase, fields["phases"]))
        if "kind" in fields:
            fields["kind"] = PlanCheckKind(fields["kind"])
        for name in _LISTS:
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
        """The id of this check among those ``planned`` before the change; its own id if it is new.

        ``ids`` gives the ids of those by node id.
        """
        if self.id in planned:
            return self.id
        found = (ids.get(name, name) for name in self.renamed_from)
        return next((name for name in found if name in planned), self.id)


def parameters_of(nodeid: str) -> str:
    """The brackets at the end of a node id, such as ``[eu]``; empty for a check without parameters."""
    name = nodeid.partition("::")[2]
    return name[name.index("[") :] if "[" in name else ""


def ungrouped(nodeid: str) -> str:
    """A node id without the ``@group`` that pytest-xdist appends with ``--dist loadgroup``."""
    if "@" not in nodeid:
        return nodeid
    file, separator, name = nodeid.partition("::")
    at = name.rfind("@")
    if at > name.rfind("]") and file.endswith(".py"):
        name = name[:at]
    return f"{file}{separator}{name}"
