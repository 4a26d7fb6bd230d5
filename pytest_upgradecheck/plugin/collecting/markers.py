"""What a pytest item says of itself as a check: its identity, phases, step, boundary, needs."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.plan import Plan
from pytest_upgradecheck.vocabulary import MARKED_PHASE, UNMARKED
from pytest_upgradecheck.wording import did_you_mean

_MARKERS = frozenset(MARKED_PHASE) | {
    "upgrade_step", "rollback_boundary", "user_path", "operator_path", "requires_evidence", "remedy", "check_id",
    "journey",
}  # fmt: skip


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
        phases=frozenset(phase for name, phase in MARKED_PHASE.items() if name in marks) or UNMARKED,
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
    listed = f"it has: {', '.join(known)}" if known else f"it has no {what} at all"
    raise CheckMisuse(f"{marker}: the plan has no {what} {name!r}; {did_you_mean(name, known)}{listed}")


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
