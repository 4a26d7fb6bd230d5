"""The check of a pytest item, read from its markers: its identity, phases, step, boundary and needs."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import Check, ungrouped
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.plan import Plan
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.plugin.collecting.misspelt import meant
from pytest_upgradecheck.vocabulary import MARKED_PHASE, UNMARKED
from pytest_upgradecheck.wording import did_you_mean

MARKER_NAMES = frozenset(MARKED_PHASE) | {
    "upgrade_step", "rollback_boundary", "user_path", "operator_path", "requires_evidence", "remedy", "check_id",
    "journey",
}  # fmt: skip

#: All markers of one name that apply to an item, the closest first: of the function, its class, its module.
Marks = Mapping[str, Sequence[pytest.Mark]]


class MarkerReader:
    """Read the checks of items from their markers."""

    def __init__(self, config: pytest.Config, plan: Plan, suite: Suite) -> None:
        self._config = config
        self._root = config.rootpath
        self._plan = plan
        self._suite = suite
        self._real_folders: dict[Path, Path | None] = {}

    def read(self, item: pytest.Item) -> Check:
        """Read an item's markers; CheckMisuse names the marker, what is wrong with it, and the near miss."""
        plain = self._unmarked(item)
        marks = self._marks_of(item)
        if not marks:
            return plain
        if "journey" in marks:
            raise CheckMisuse("journey: journeys are not available yet; mark the checks of the class by phase instead")
        for name in ("pre_upgrade", "user_path", "operator_path"):
            for mark in marks.get(name, ()):
                _arguments(mark)
        step, boundary, owner = self._step_and_boundary(marks)
        migrations = self._migrations(marks)
        if owner is None and migrations:
            owner = self._plan.migration(migrations[0]).owner
        identity, since, renamed_from = _identity(item, plain, marks)
        return replace(
            plain,
            id=identity,
            since=since,
            renamed_from=renamed_from,
            phases=frozenset(phase for name, phase in MARKED_PHASE.items() if name in marks) or UNMARKED,
            step=step,
            owner=owner,
            boundary=boundary,
            needs=self._needs(item, plain.nodeid, marks),
            path="user" if "user_path" in marks else "operator" if "operator_path" in marks else None,
            remedy="; ".join(_texts(marks, "remedy")) or None,
            requires_evidence=migrations,
        )

    def faulty(self, item: pytest.Item, fault: str) -> Check:
        """The check of an item whose markers cannot be read."""
        return replace(self._unmarked(item), fault=fault)

    def _unmarked(self, item: pytest.Item) -> Check:
        nodeid = ungrouped(item.nodeid)
        function = getattr(item, "function", None)
        title, source = _first_line(function), self._suite.digest_of(inspect.unwrap(function) if function else None)
        real_file = self._real_file(item)
        if real_file is None:
            return Check(id=nodeid, nodeid=nodeid, title=title, source=source)
        _, separator, name = nodeid.partition("::")
        return Check(id=f"{real_file}{separator}{name}", nodeid=nodeid, title=title, real_file=real_file, source=source)

    @cached_property
    def _registered(self) -> frozenset[str]:
        """The names of all registered markers, once every plugin has registered its own."""
        lines = map(str, self._config.getini("markers"))
        return frozenset(line.partition(":")[0].partition("(")[0].strip() for line in lines)

    def _real_file(self, item: pytest.Item) -> str | None:
        """The file without symbolic links to its folder, if there are any below the root; so the id stays the same."""
        folder = item.path.parent
        if folder not in self._real_folders:
            real, root = Path(os.path.realpath(folder)), Path(os.path.realpath(self._root))
            below = real.relative_to(root) if real.is_relative_to(root) else None
            known = folder.relative_to(self._root) if folder.is_relative_to(self._root) else None
            self._real_folders[folder] = below if below != known and known is not None else None
        below = self._real_folders[folder]
        return None if below is None else (below / item.path.name).as_posix()

    def _marks_of(self, item: pytest.Item) -> dict[str, list[pytest.Mark]]:
        marks: dict[str, list[pytest.Mark]] = {}
        for mark in item.iter_markers():
            if mark.name in MARKER_NAMES:
                marks.setdefault(mark.name, []).append(mark)
            elif mark.name not in self._registered and (name := meant(mark.name, MARKER_NAMES)) is not None:
                raise CheckMisuse(
                    f"{mark.name}: there is no such marker; did you mean {name!r}? If the marker is your own, register "
                    "it under `markers` in the ini file"
                )
        return marks

    def _step_and_boundary(self, marks: Marks) -> tuple[str | None, str | None, str | None]:
        plan = self._plan
        step = _only(marks, "upgrade_step", "step")
        _require_known("upgrade_step", step, [each.step for each in plan.sequence], "step")
        boundary = _only(marks, "rollback_boundary", "rollback boundary")
        _require_known("rollback_boundary", boundary, [each.name for each in plan.boundaries], "rollback boundary")
        if boundary is not None:
            of_boundary = plan.step_of_boundary(boundary).step
            if step is not None and step != of_boundary:
                raise CheckMisuse(
                    f"rollback_boundary: {boundary!r} belongs to step {of_boundary!r}, but the check to {step!r}"
                )
            step = of_boundary
        return step, boundary, plan.step(step).owner if step else None

    def _migrations(self, marks: Marks) -> tuple[str, ...]:
        names = _texts(marks, "requires_evidence")
        for name in names:
            _require_known("requires_evidence", name, [each.name for each in self._plan.migrations], "migration")
        return names

    def _needs(self, item: pytest.Item, nodeid: str, marks: Marks) -> tuple[str, ...]:
        needs: list[str] = []
        for marker in ("post_upgrade", "post_rollback"):
            for mark in marks.get(marker, ()):
                value = _arguments(mark, "needs").get("needs")
                for each in value if isinstance(value, (list, tuple)) else [] if value is None else [value]:
                    needs.append(self._needed(item, nodeid, marker, each))
        return tuple(dict.fromkeys(needs))

    def _needed(self, item: pytest.Item, nodeid: str, marker: str, need: Any) -> str:
        """The node id, without parameters, that a ``needs=`` entry means."""
        own_file = nodeid.partition("::")[0]
        if isinstance(need, str) and need:
            return need if "::" in need and ".py" in need else f"{own_file}::{need}"
        code = getattr(inspect.unwrap(need), "__code__", None) if callable(need) else None
        if code is None:
            raise CheckMisuse(f"{marker}: needs= takes a check function, its name, or a list of them; found {need!r}")
        file = own_file
        if not _same_file(code.co_filename, item.path):
            for path, root in (
                (Path(code.co_filename), self._root),
                (Path(os.path.realpath(code.co_filename)), Path(os.path.realpath(self._root))),
            ):
                if path.is_relative_to(root):
                    file = path.relative_to(root).as_posix()
                    break
        return f"{file}::{need.__qualname__.replace('.', '::')}"


def _same_file(one: str, other: Path) -> bool:
    return one == str(other) or os.path.realpath(one) == os.path.realpath(other)


def _first_line(function: Any) -> str:
    doc = getattr(function, "__doc__", None)
    return inspect.cleandoc(doc).partition("\n")[0] if doc else ""


def _require_known(marker: str, name: str | None, known: Sequence[str], what: str) -> None:
    if name is None or name in known:
        return
    listed = f"it has: {', '.join(known)}" if known else f"it has no {what} at all"
    raise CheckMisuse(f"{marker}: the plan has no {what} {name!r}; {did_you_mean(name, known)}{listed}")


def _only(marks: Marks, marker: str, what: str) -> str | None:
    """The text of a marker of which a check has one: two that differ would leave one of them without effect."""
    texts = _texts(marks, marker)
    if len(texts) > 1:
        named = " and ".join(map(repr, texts))
        raise CheckMisuse(f"{marker}: this check is marked with {named}; a check belongs to one {what}, so keep one")
    return texts[0] if texts else None


def _texts(marks: Marks, marker: str) -> tuple[str, ...]:
    """The texts of all markers of this name, each once."""
    found: dict[str, None] = {}
    for mark in marks.get(marker, ()):
        if len(mark.args) != 1 or mark.kwargs or not isinstance(mark.args[0], str) or not mark.args[0].strip():
            raise CheckMisuse(f"{marker}: takes one text, as in @pytest.mark.{marker}('...'); found {_call(mark)}")
        found[mark.args[0]] = None
    return tuple(found)


def _arguments(mark: pytest.Mark, *allowed: str) -> dict[str, Any]:
    unknown = [name for name in mark.kwargs if name not in allowed]
    if mark.args or unknown:
        takes = f"takes only {', '.join(f'{name}=' for name in allowed)}" if allowed else "takes no arguments"
        raise CheckMisuse(f"{mark.name}: {takes}; found {_call(mark)}")
    return dict(mark.kwargs)


def _call(mark: pytest.Mark) -> str:
    inside = [*(repr(arg) for arg in mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())]
    return f"({', '.join(inside)})"


def _identity(item: pytest.Item, plain: Check, marks: Marks) -> tuple[str, str | None, tuple[str, ...]]:
    """The identity of a check, the version in which it was added, and the names it may have had before."""
    several = marks.get("check_id", ())
    if not several:
        return plain.id, None, ()
    if any(mark != several[0] for mark in several):
        raise CheckMisuse(
            f"check_id: this check is marked with {' and '.join(map(_call, several))}; it has one identity, so keep one"
        )
    mark = several[0]
    arguments = dict(mark.kwargs)
    since, earlier = arguments.pop("since", None), arguments.pop("renamed_from", ())
    named = [earlier] if isinstance(earlier, str) else earlier
    if (
        arguments
        or len(mark.args) != 1
        or not all(isinstance(each, str) and each.strip() for each in mark.args)
        or not isinstance(since, (str, type(None)))
        or not isinstance(named, (list, tuple))
        or not all(isinstance(each, str) and each.strip() for each in named)
    ):
        example = "@pytest.mark.check_id('orders-survive', since='2026.11', renamed_from='test_orders.py::test_old')"
        raise CheckMisuse(
            f"check_id: takes a text, and optionally since= and renamed_from=, as in {example}; found {_call(mark)}"
        )
    inside = _parameters(item)
    file = plain.file
    names = [name for each in named for name in (each, *([] if "::" in each else [f"{file}::{each}"]))]
    return f"{mark.args[0]}{inside}", since, tuple(dict.fromkeys(f"{name}{inside}" for name in names))


def _parameters(item: pytest.Item) -> str:
    """The part of a parametrized item's name in brackets, brackets included; empty for others."""
    callspec = getattr(item, "callspec", None)
    return f"[{callspec.id}]" if callspec is not None else ""
