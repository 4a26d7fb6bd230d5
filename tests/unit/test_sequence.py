"""The sequence as a picture."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.report.sequence import picture, stops, where_we_are

PLAN = {"sequence": [{"step": "db", "product": "db", "from": "1", "to": "2"}]}


def document(state: str) -> dict[str, Any]:
    boundary = {"name": "schema", "step": "db", "state": state, "reversible": ["release"], "irreversible": ["schema 2"]}
    return {"boundaries": [boundary], "steps": [{"step": "db", "shown": "2"}]}


@pytest.mark.parametrize(
    ("state", "order"),
    [("crossed", ["boundary", "here"]), ("not-crossed", ["here", "boundary"]), ("unknown", ["here", "boundary"])],
)
def test_we_stand_behind_a_boundary_only_where_it_is_crossed(state: str, order: list[str]) -> None:
    found = stops(PLAN, document(state))
    marks = sorted(picture(found, where_we_are(found)).marks, key=lambda mark: mark.y)
    assert [mark.kind for mark in marks] == ["moved", *order]
