"""What a pytest item says of itself as a check: its identity, phases, step, boundary, needs."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.phases import MARKED_PHASE, UNMARKED, Phase, phases_of
from pytest_upgradecheck.plan import Plan

_MARKERS = frozenset(MARKED_PHASE) | {
    "upgrade_step", "rollback_boundary", "user_path", "operator_path", "requires_evidence", "remedy", "check_id",
    "journey",
}  # fmt: skip


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
    def from_dict(cls, entry: dict[str, Any]) -> Check:
        """The check of a record's entry."""
        fields = {"nodeid": entry["id"], **entry}
        if "phases" in fields:
            fields["phases"] = frozenset(map(Phase, fields["phases"]))
        for name in ("needs", "renamed_from"):
            fields[name] = tuple(fields.get(name, ()))
        return cls(**fields)

    def id_before(self, planned: Mapping[str, Mapping[str, Any]]) -> str:
        """What this check was called among the checks ``planned`` before the change; its own id where it is new."""
        if self.id in planned or not self.renamed_from:
            return self.id
        by_nodeid = {entry.get("nodeid", name): name for name, entry in planned.items()}
        found = (by_nodeid.get(name, name) for name in self.renamed_from)
        return next((name for name in found if name in planned), self.id)


def read_check(item: pytest.Item, plan: Plan) -> Check:
    """Read an item's markers; CheckMisuse names the marker, what is wrong with it, and the near miss."""
    marks = _closest_marks(item)
    function = getattr(item, "function", None)
    title = _first_line(function)
    if not marks:
        return Check(id=item.nodeid, nodeid=item.nodeid, title=title)
    if "journey" in marks:
        raise CheckMisuse("journey: journeys are not available yet; mark the class's checks by phase instead")
    for name in ("pre_upgrade", "user_path", "operator_path"):
        if name in marks:
            _arguments(marks[name])
    step, boundary, owner = _step_and_boundary(marks, plan)
    needs = _needs(item, marks)
    migration = _migration(marks, plan)
    if owner is None and migration is not None:
        owner = plan.migration(migration).owner
    identity, since, renamed_from = _identity(item, marks)
    return Check(
        id=identity,
        since=since,
        renamed_from=renamed_from,
        nodeid=item.nodeid,
        title=title,
        phases=phases_of(frozenset(marks)),
        step=step,
        owner=owner,
        boundary=boundary,
        needs=needs,
        path="user" if "user_path" in marks else "operator" if "operator_path" in marks else None,
        remedy=_text(marks, "remedy"),
        requires_evidence=migration,
    )


def _closest_marks(item: pytest.Item) -> dict[str, pytest.Mark]:
    marks: dict[str, pytest.Mark] = {}
    for mark in item.iter_markers():
        if mark.name in _MARKERS:
            marks.setdefault(mark.name, mark)
    return marks


def _first_line(function: Any) -> str:
    doc = getattr(function, "__doc__", None)
    return inspect.cleandoc(doc).partition("\n")[0] if doc else ""


def _step_and_boundary(marks: dict[str, pytest.Mark], plan: Plan) -> tuple[str | None, str | None, str | None]:
    step = _named(marks, "upgrade_step", [step.step for step in plan.sequence], "step")
    boundary = _named(marks, "rollback_boundary", [each.name for each in plan.boundaries], "rollback boundary")
    if boundary is not None:
        of_boundary = plan.step_of_boundary(boundary).step
        if step is not None and step != of_boundary:
            raise CheckMisuse(
                f"rollback_boundary: {boundary!r} is of step {of_boundary!r}, and the check is of {step!r}"
            )
        step = of_boundary
    return step, boundary, plan.step(step).owner if step else None


def _migration(marks: dict[str, pytest.Mark], plan: Plan) -> str | None:
    return _named(marks, "requires_evidence", [each.name for each in plan.migrations], "migration")


def _named(marks: dict[str, pytest.Mark], marker: str, known: Sequence[str], what: str) -> str | None:
    name = _text(marks, marker)
    if name is None or name in known:
        return name
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = f"it has: {', '.join(known)}" if known else f"it has no {what} at all"
    raise CheckMisuse(f"{marker}: the plan has no {what} {name!r}; {hint}{listed}")


def _text(marks: dict[str, pytest.Mark], marker: str) -> str | None:
    mark = marks.get(marker)
    if mark is None:
        return None
    if len(mark.args) != 1 or mark.kwargs or not isinstance(mark.args[0], str) or not mark.args[0].strip():
        raise CheckMisuse(f"{marker}: takes one text, as in @pytest.mark.{marker}('...'), and got {_call(mark)}")
    return mark.args[0]


def _arguments(mark: pytest.Mark, *allowed: str) -> dict[str, Any]:
    unknown = [name for name in mark.kwargs if name not in allowed]
    if mark.args or unknown:
        takes = f"takes only {', '.join(f'{name}=' for name in allowed)}" if allowed else "takes no arguments"
        raise CheckMisuse(f"{mark.name}: {takes}, and got {_call(mark)}")
    return dict(mark.kwargs)


def _call(mark: pytest.Mark) -> str:
    inside = [*(repr(arg) for arg in mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())]
    return f"({', '.join(inside)})"


def _identity(item: pytest.Item, marks: dict[str, pytest.Mark]) -> tuple[str, str | None, tuple[str, ...]]:
    """Identity, the version since when there is such a check, and what it may have been called before."""
    mark = marks.get("check_id")
    if mark is None:
        return item.nodeid, None, ()
    said = dict(mark.kwargs)
    since, earlier = said.pop("since", None), said.pop("renamed_from", ())
    named = [earlier] if isinstance(earlier, str) else earlier
    if (
        said
        or len(mark.args) != 1
        or not all(isinstance(each, str) and each.strip() for each in mark.args)
        or not isinstance(since, (str, type(None)))
        or not isinstance(named, (list, tuple))
        or not all(isinstance(each, str) and each.strip() for each in named)
    ):
        example = "@pytest.mark.check_id('orders-survive', since='2026.11', renamed_from='test_orders.py::test_old')"
        raise CheckMisuse(
            f"check_id: takes a text, and may take since= and renamed_from=, as in {example}; got {_call(mark)}"
        )
    inside = parameters(item)
    file = item.nodeid.partition("::")[0]
    names = [name for each in named for name in (each, *([] if "::" in each else [f"{file}::{each}"]))]
    return f"{mark.args[0]}{inside}", since, tuple(dict.fromkeys(f"{name}{inside}" for name in names))


def parameters(item: pytest.Item) -> str:
    """The part of a parametrised item's name in brackets, brackets included; empty for others."""
    callspec = getattr(item, "callspec", None)
    return f"[{callspec.id}]" if callspec is not None else ""


def _needs(item: pytest.Item, marks: dict[str, pytest.Mark]) -> tuple[str, ...]:
    needs: list[str] = []
    for marker in ("post_upgrade", "post_rollback"):
        if marker in marks:
            value = _arguments(marks[marker], "needs").get("needs")
            for each in value if isinstance(value, (list, tuple)) else [] if value is None else [value]:
                needs.append(_needed(item, marker, each))
    return tuple(dict.fromkeys(needs))


def _needed(item: pytest.Item, marker: str, need: Any) -> str:
    """The node id, without parameters, that a ``needs=`` entry stands for."""
    if isinstance(need, str) and need:
        return need if "::" in need and ".py" in need else f"{item.nodeid.partition('::')[0]}::{need}"
    code = getattr(inspect.unwrap(need), "__code__", None) if callable(need) else None
    if code is None:
        raise CheckMisuse(f"{marker}: needs= takes a check function, its name, or a list of them, and got {need!r}")
    path = Path(code.co_filename)
    try:
        file = path.relative_to(item.config.rootpath).as_posix()
    except ValueError:
        file = item.nodeid.partition("::")[0]
    return f"{file}::{need.__qualname__.replace('.', '::')}"


CHECK = pytest.StashKey[Check]()
