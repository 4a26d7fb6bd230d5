"""The sequence as a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.report.sequence import picture, stops, where_we_are
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.verdict import VerdictDocument
from pytest_upgradecheck.verdict.facts import blank_document
from pytest_upgradecheck.vocabulary import BoundaryState, Phase

PLAN = {"sequence": [{"step": "db", "product": "db", "from": "1", "to": "2"}]}


def document(state: str) -> VerdictDocument:
    boundary = Boundary(
        name="schema",
        step="db",
        state=BoundaryState(state),
        why="",
        reversible=("release",),
        irreversible=("schema 2",),
    )
    blank = blank_document(
        {"upgrade": "shop", "environment": "test", **PLAN},
        phase=Phase.POST,
        step=None,
        plan_digest="",
        started_at=utc_now(),
        reason="",
        versions={"db": "2"},
    )
    return replace(blank, boundaries=(boundary,))


@pytest.mark.parametrize(
    ("state", "order"),
    [("crossed", ["boundary", "here"]), ("not-crossed", ["here", "boundary"]), ("unknown", ["here", "boundary"])],
)
def test_we_stand_behind_a_boundary_only_where_it_is_crossed(state: str, order: list[str]) -> None:
    found = stops(PLAN, document(state))
    marks = sorted(picture(found, where_we_are(found)).marks, key=lambda mark: mark.y)
    assert [mark.kind for mark in marks] == ["moved", *order]
