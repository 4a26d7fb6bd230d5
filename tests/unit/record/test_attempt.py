"""Which runs belong to one attempt at an upgrade, and that no later run takes away what an earlier one found."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.record import Attempt
from pytest_upgradecheck.vocabulary import BoundaryState, Phase

from .histories import PLAN, Pen

OLD, NEW = {"web": "1", "db": "1"}, {"web": "2", "db": "2"}
WEB_DONE = {"web": "2", "db": "1"}


def ids(pen: Pen) -> list[str]:
    return [run.id for run in Attempt.of(pen.history).runs]


def seen(pen: Pen, phase: Phase = Phase.ROLLBACK) -> Mapping[str, BoundaryState]:
    return Attempt.of(pen.history).seen(PLAN, phase)


def captured(pen: Pen, key: str, step: str | None = None) -> object:
    capture = Attempt.of(pen.history).baseline(step).captures.get(("test_it.py", key))
    return capture.value if capture else None


def test_full_pre_opens_an_attempt_and_another_one_refreshes_it() -> None:
    pen = Pen()
    pen.run("pre", "pause", versions=OLD, captured={"orders": 1})
    pen.run("pre", versions=OLD, captured={"orders": 2})
    assert ids(pen) == ["pre-2"]
    assert captured(pen, "orders") == 2
    assert not Attempt.of(pen.history).begun


@pytest.mark.parametrize("phase", ["post", "rollback", "during"])
@pytest.mark.parametrize("verdict", ["proceed", "pause", None])
def test_a_run_after_the_change_begins_it_whatever_becomes_of_it(phase: str, verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run(phase, None if phase == "rollback" else verdict, versions=OLD)
    attempt = Attempt.of(pen.history)
    assert "started" in attempt.begun
    assert "new-attempt" in attempt.refuses_baseline()


@pytest.mark.parametrize("what", [{"versions": WEB_DONE}, {"versions": OLD, "crossed": {"db-schema": True}}])
@pytest.mark.parametrize("verdict", ["pause", None])
def test_what_a_pre_run_saw_begins_the_change_too(what: dict[str, dict[str, str]], verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", verdict, **what)  # type: ignore[arg-type]
    attempt = Attempt.of(pen.history)
    assert attempt.begun
    assert captured(pen, "orders") == 1
    assert attempt.baseline().faults(plan_digest="d", plan=PLAN, now=pen._at, max_age=pen._at - pen._at) != []
    assert attempt.baseline().spoiled_by is None


def test_part_of_the_checklist_refreshes_nothing() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", "cannot-tell", versions=OLD, captured={"orders": 2}, deselected=["a"], kinds=["deselected"])
    assert captured(pen, "orders") == 1
    assert Attempt.of(pen.history).baseline().spoiled_by is None
    pen.run("pre", "pause", versions=OLD, deselected=["a"], kinds=["deselected", "failed"])
    assert Attempt.of(pen.history).baseline().spoiled_by is not None


def test_pre_of_a_step_replaces_values_only_before_the_change() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD, captured={"orders": 1})
    pen.run("pre", step="web", versions=OLD, captured={"orders": 2})
    assert captured(pen, "orders") == 2
    pen.run("post", step="web", versions=WEB_DONE)
    pen.run("pre", step="db", versions=WEB_DONE, captured={"orders": 3})
    assert captured(pen, "orders") == 2
    assert captured(pen, "orders", step="db") == 1


def test_pre_of_a_step_that_said_no_spoils_the_baseline_of_that_step() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", step="web", versions=WEB_DONE)
    pen.run("pre", "pause", step="db", versions=WEB_DONE)
    assert Attempt.of(pen.history).baseline("db").spoiled_by is not None
    assert Attempt.of(pen.history).baseline("web").spoiled_by is None
    pen.run("pre", step="db", versions=WEB_DONE)
    assert Attempt.of(pen.history).baseline("db").spoiled_by is None


def test_pre_of_a_step_that_had_moved_already_spoils_nothing() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", versions=NEW)
    pen.run("pre", "pause", step="db", versions=NEW)
    assert Attempt.of(pen.history).baseline().spoiled_by is None


def test_refused_run_is_no_part_of_an_attempt() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "pause", versions=NEW)
    pen.run("pre", "cannot-tell", kinds=["refused"])
    assert ids(pen) == ["pre-1", "post-2"]


def test_verified_rollback_ends_an_attempt_and_the_next_pre_opens_another() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "roll-back", versions=WEB_DONE)
    pen.run("rollback", versions=OLD)
    attempt = Attempt.of(pen.history)
    assert "verified" in attempt.ended
    assert attempt.refuses_baseline() == ""
    pen.run("pre", versions=OLD)
    assert ids(pen) == ["pre-4"]


@pytest.mark.parametrize("verdict", ["cannot-tell", "pause", "fix-forward", None])
def test_rollback_that_is_not_verified_ends_nothing(verdict: str | None) -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "fix-forward", versions=NEW)
    pen.run("rollback", verdict, versions=OLD)
    assert Attempt.of(pen.history).refuses_baseline()


def test_recorded_decision_ends_an_attempt() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", "fix-forward", versions=NEW)
    pen.give_up()
    assert "A. Name gave it up" in Attempt.of(pen.history).ended
    pen.run("pre", versions=OLD, captured={"orders": 9})
    assert ids(pen) == ["pre-3"]
    assert captured(pen, "orders") == 9


def test_crossing_is_never_forgotten() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", None, versions=NEW)
    pen.run("pre", "pause", versions=OLD)
    pen.run("post", versions=OLD)
    assert seen(pen)["db-schema"] is BoundaryState.CROSSED
    assert seen(pen, Phase.POST)["db-schema"] is BoundaryState.CROSSED


def test_nothing_seen_is_not_seen_not_to_be() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    assert seen(pen)["db-schema"] is BoundaryState.UNKNOWN
    assert seen(pen, Phase.POST)["db-schema"] is BoundaryState.NOT_CROSSED


def test_values_since_the_upgrade_come_from_the_upgraded_platform() -> None:
    pen = Pen()
    pen.run("pre", versions=OLD)
    pen.run("post", versions=NEW, captured={"orders": [1, 2]})
    pen.run("post", None, versions=NEW, captured={"orders": [1, 2, 3]})
    pen.run("rollback", "pause", versions=OLD)
    pen.run("post", "pause", versions=OLD, captured={"orders": [1]})
    found = Attempt.of(pen.history).captured_since("test_it.py", "orders")
    assert [capture.value for capture in found] == [[1, 2], [1, 2, 3]]


class Platform:
    """A platform and what an attempt's runs would find of it, told by hand, to compare the window with.

    ``damage`` is what the latest look at the upgraded platform found: it stands until a look finds it repaired, the
    platform is verified to be back, or a person decides to start again.
    """

    def __init__(self) -> None:
        self.pen = Pen()
        self.versions = dict(OLD)
        self.orders = 3
        self.schema_crossed = False
        self.crossing_seen = False
        self.baseline: int | None = None
        self.begun = False

    def upgrade(self, lose: bool) -> None:
        self.versions, self.schema_crossed = dict(NEW), True
        self.orders -= lose

    def go_back(self) -> None:
        self.versions = dict(OLD)

    def repair(self) -> None:
        self.orders = 3

    def start_again(self) -> None:
        self.pen.give_up()
        self.baseline, self.begun, self.crossing_seen = None, False, False

    def look(self, phase: str, *, killed: bool, part: bool) -> str | None:
        """A run of a phase, decided as the plugin decides; answers its verdict."""
        attempt = Attempt.of(self.pen.history)
        if phase == "pre" and attempt.refuses_baseline():
            self.pen.run("pre", "cannot-tell", kinds=["refused"])
            return "cannot-tell"
        kinds: list[str] = []
        held = attempt.baseline().captures.get(("test_it.py", "orders"))
        if self.versions != (NEW if phase == "post" else OLD):
            kinds.append("failed")
        if phase != "pre":
            if not attempt.baseline().runs or attempt.baseline().spoiled_by or (phase == "post" and attempt.ended):
                kinds.append("no-evidence")
            if held is not None and held.value != self.orders:
                kinds.append("failed")
        by_version = self.versions == NEW
        if phase == "rollback" and not by_version:
            state = attempt.seen(PLAN, Phase.ROLLBACK)["db-schema"]
            if state is not BoundaryState.NOT_CROSSED:
                kinds.append("boundary-unknown")
        if part:
            kinds.append("deselected")
        verdict = "proceed" if not kinds else "pause" if "failed" in kinds else "cannot-tell"
        capture = {"orders": self.orders} if phase == "pre" and self.versions == OLD and not part else {}
        self.pen.run(
            phase,
            None if killed else verdict,
            versions=self.versions,
            captured=capture,
            deselected=["a"] if part else (),
            kinds=kinds,
        )
        return None if killed else verdict


MOVES = st.one_of(
    st.tuples(st.just("upgrade"), st.booleans()),
    st.tuples(st.sampled_from(["go_back", "repair", "start_again"]), st.just(None)),
    st.tuples(st.sampled_from(["pre", "post", "rollback"]), st.tuples(st.booleans(), st.booleans())),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(MOVES, max_size=14))
def test_no_history_in_which_damage_was_seen_and_never_repaired_ends_in_proceed(
    moves: list[tuple[str, object]],
) -> None:
    platform = Platform()
    damage = crossed = False
    for move, how in moves:
        if move == "upgrade":
            platform.upgrade(bool(how))
        elif move in ("go_back", "repair", "start_again"):
            getattr(platform, move)()
            if move == "start_again":
                damage = crossed = False
        else:
            assert isinstance(how, tuple)
            killed, part = how
            verdict = platform.look(move, killed=killed, part=part)
            held = Attempt.of(platform.pen.history)
            if move == "post" and platform.orders < 3 and held.baseline().captures:
                damage = True
            if move != "pre" and platform.orders == 3:
                damage = False
            crossed = crossed or (platform.versions == NEW)
            if verdict == "proceed" and move != "pre":
                assert platform.orders == 3 or not damage
                # Beyond the boundary, going back by version alone is never verified.
                assert move == "post" or not crossed
            if verdict == "proceed" and move == "pre":
                assert not damage, "a pre run laundered damage that was seen"
                assert not crossed, "a pre run laundered a boundary that was seen crossed"
                damage = False
