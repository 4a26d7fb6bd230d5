"""Random histories of one upgrade: damage that a run found is never forgotten while it is there.

A made-up platform is upgraded, damaged, rolled back, restored and repaired, and runs of every phase look at it: in any
order, over the whole plan or one step, over a part of the checks, killed early or late. Each run decides as the plugin
does, by what `Attempt` tells it. What the runs found and what was repaired is kept by hand, without `Attempt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.record import Attempt
from pytest_upgradecheck.vocabulary import BoundaryState, Decision, Phase, Result

from .histories import PLAN, Pen

ORDERS = "test_it.py::test_orders"
STEPS = ("web", "db")
BOUNDARY = "db-schema"
BY_EXPRESSION = {
    **PLAN,
    "sequence": [
        PLAN["sequence"][0],
        {**PLAN["sequence"][1], "rollback_boundary": {"name": BOUNDARY, "irreversible": ["s"], "crossed_when": "..."}},
    ],
}

#: Before it looked, before its verdict, or after its verdict and before its exit code.
Killed = Literal["", "early", "late", "decided"]


@dataclass(frozen=True)
class Look:
    """A run as a person starts it, and how it ends."""

    phase: Phase
    step: str | None = None
    left_out: Literal["", "orders", "other"] = ""
    killed: Killed = ""


@dataclass
class Platform:
    """The platform as it is, and what was found of it."""

    by_expression: bool
    pen: Pen = field(default_factory=Pen)
    new: set[str] = field(default_factory=set)
    orders: int = 3
    migrated: bool = False
    #: Found by a run, and neither repaired nor given up since.
    damage: bool = False
    crossed: bool = False
    #: Steps, None for the whole plan, whose last pre run before the change said no.
    refused: set[str | None] = field(default_factory=set)
    begun: bool = False

    @property
    def plan(self) -> Mapping[str, Any]:
        return BY_EXPRESSION if self.by_expression else PLAN

    @property
    def versions(self) -> dict[str, str]:
        return {product: "2" if product in self.new else "1" for product in STEPS}

    def upgrade(self, upto: str, loses: bool) -> None:
        self.new.add("web")
        if upto == "db":
            self.new.add("db")
            self.migrated = True
        self.orders -= loses

    def go_back(self) -> None:
        """Start the old release again: what was migrated and lost stays so."""
        self.new.clear()

    def repair(self) -> None:
        self.orders, self.damage = 3, False

    def restore(self) -> None:
        self.go_back()
        self.repair()
        self.migrated = False

    def give_up(self) -> None:
        self.pen.give_up()
        self.damage = self.crossed = False

    def look(self, look: Look) -> Decision | None:
        """A run, decided as the plugin decides; its verdict, None if it was killed."""
        attempt = Attempt.of(self.pen.history)
        if look.killed == "early":
            self._judged_before(look, attempt, None, [])
            self.pen.run(look.phase, None, step=look.step, selected=False, plan=self.plan)
            return None
        if look.phase is Phase.PRE and look.step is None and attempt.refuses_baseline():
            self.pen.run(look.phase, "cannot-tell", kinds=["refused"], plan=self.plan)
            return Decision.CANNOT_TELL
        state = self._boundary(attempt, look.phase)
        kinds = list(self._kinds(attempt, look, state))
        lost = look.left_out != "orders" and self._lost(attempt, look)
        if lost:
            kinds.append(Result.FAILED)
        verdict = Decision.PROCEED if not kinds else Decision.PAUSE if Result.FAILED in kinds else Decision.CANNOT_TELL
        captures = look.phase is Phase.PRE and (not attempt.begun or bool(attempt.ended)) and look.left_out != "orders"
        self.pen.run(
            look.phase,
            None if look.killed == "late" else verdict,
            step=look.step,
            versions=self.versions,
            crossed={BOUNDARY: self.migrated} if self.by_expression else None,
            captured={"orders": self.orders} if captures else None,
            deselected=[look.left_out] if look.left_out else (),
            kinds=kinds,
            broken="web",
            results={} if look.left_out == "orders" else {ORDERS: "failed" if lost else "passed"},
            states={BOUNDARY: state},
            plan=self.plan,
            exit_code=None if look.killed else verdict.exit_code,
        )
        self._judged_before(look, attempt, None if look.killed else verdict, kinds)
        self.damage |= lost
        self.crossed |= self.migrated if self.by_expression else "db" in self.new
        return None if look.killed else verdict

    def _judged_before(self, look: Look, attempt: Attempt, verdict: Decision | None, kinds: list[str]) -> None:
        """Keep what a pre run before the change said."""
        # A run that was killed before it said which checks it leaves out counts as one that leaves out none.
        if look.phase is Phase.PRE and look.step is None and (not look.left_out or look.killed == "early"):
            if attempt.refuses_baseline():
                return
            self.refused, self.begun = set(), False
        saw_change = look.killed != "early" and (bool(self.new) or (self.by_expression and self.migrated))
        self.begun = self.begun or look.phase is not Phase.PRE or (saw_change and bool(attempt.runs))
        if self.begun or (kinds == [Result.DESELECTED] and look.killed in ("", "decided")):
            return
        self.refused.discard(look.step)
        if verdict is not Decision.PROCEED:
            self.refused.add(look.step)

    def _expected(self, look: Look) -> set[str]:
        if look.phase is Phase.ROLLBACK:
            return set()
        if look.step is None:
            return set(STEPS) if look.phase is Phase.POST else set()
        return set(STEPS[: STEPS.index(look.step) + (look.phase is Phase.POST)])

    def _lost(self, attempt: Attempt, look: Look) -> bool:
        held = attempt.baseline(look.step).captures.get(("test_it.py", "orders"))
        return look.phase is not Phase.PRE and held is not None and self.orders < held.value

    def _kinds(self, attempt: Attempt, look: Look, state: BoundaryState) -> Any:
        if self.new != self._expected(look):
            yield Result.FAILED
        if look.left_out:
            yield Result.DESELECTED
        if look.phase is Phase.PRE:
            if state is BoundaryState.CROSSED:
                yield Result.FAILED
            if look.step == "db":
                yield from self._earlier_step(attempt)
            return
        baseline = attempt.baseline(look.step)
        if not baseline.runs or baseline.spoiled_by or (look.phase is Phase.POST and attempt.ended):
            yield Result.NO_EVIDENCE
        if look.left_out != "orders" and ("test_it.py", "orders") not in baseline.captures:
            yield Result.NO_EVIDENCE
        if state is BoundaryState.UNKNOWN:
            yield "boundary-unknown"
        if look.phase is Phase.ROLLBACK and state is BoundaryState.CROSSED:
            yield Result.FAILED

    def _earlier_step(self, attempt: Attempt) -> Any:
        run = attempt.last_of(Phase.POST, "web")
        if run is None or run.decision is None:
            yield Result.NO_EVIDENCE
        elif run.decision is not Decision.PROCEED or attempt.found_broken_after(run, "web"):
            yield Result.FAILED

    def _boundary(self, attempt: Attempt, phase: Phase) -> BoundaryState:
        """As in `boundaries`, which has tests of its own."""
        if self.by_expression:
            return BoundaryState.CROSSED if self.migrated else BoundaryState.NOT_CROSSED
        if "db" in self.new:
            return BoundaryState.CROSSED
        seen = attempt.seen(self.plan, phase)[BOUNDARY]
        return BoundaryState.NOT_CROSSED if seen is BoundaryState.NOT_CROSSED else BoundaryState.UNKNOWN


FULL = {phase: Look(phase) for phase in (Phase.PRE, Phase.POST, Phase.ROLLBACK)}
LOOKS = st.one_of(
    st.sampled_from(list(FULL.values())),
    st.builds(
        Look,
        phase=st.sampled_from(list(FULL)),
        step=st.sampled_from([None, *STEPS]),
        left_out=st.sampled_from(["", "", "orders", "other"]),
        killed=st.sampled_from(["", "", "early", "late", "decided"]),
    ),
)
MOVES = st.one_of(
    LOOKS,
    LOOKS,
    st.tuples(st.just("upgrade"), st.sampled_from(STEPS), st.booleans()),
    st.sampled_from([("go_back",), ("go_back",), ("repair",), ("restore",), ("give_up",)]),
)
BEFORE, AFTER, BACK = FULL.values()
# A history begins as an upgrade usually goes, up to some point: else few would get as far as a verified rollback.
USUAL = [
    [],
    [BEFORE],
    [BEFORE, ("upgrade", "web", False), Look(Phase.POST, "web")],
    [BEFORE, ("upgrade", "db", True), AFTER],
    [BEFORE, AFTER, BACK],
    [BEFORE, AFTER, BACK, ("upgrade", "db", True)],
    [BEFORE, ("upgrade", "db", True), AFTER, ("restore",), BACK],
    [BEFORE, ("upgrade", "db", False), AFTER, ("give_up",)],
]


def allowed(platform: Platform, look: Look, verdict: Decision | None) -> bool:
    """Whether a verdict is one that such a run may give of this platform."""
    if verdict is not Decision.PROCEED:
        return True
    if look.phase is Phase.PRE and look.step == "web":
        # It says that the platform is at the old release, and compares nothing: the next post run does.
        return True
    if platform.damage or look.left_out or look.killed:
        return False
    if look.phase is Phase.PRE and look.step is None:
        return not platform.crossed
    if look.phase is not Phase.PRE and platform.refused & {None, *([look.step] if look.step else STEPS)}:
        return False
    # Beyond the boundary, going back by version alone is never verified.
    return look.phase is not Phase.ROLLBACK or not (platform.migrated if platform.by_expression else platform.crossed)


@settings(max_examples=300, deadline=None)
@given(by_expression=st.booleans(), start=st.sampled_from(USUAL), moves=st.lists(MOVES, max_size=12))
def test_no_history_in_which_damage_was_found_and_never_repaired_ends_in_proceed(
    by_expression: bool, start: list[Any], moves: list[Any]
) -> None:
    platform = Platform(by_expression)
    for move in [*start, *moves]:
        if isinstance(move, Look):
            verdict = platform.look(move)
            assert allowed(platform, move, verdict), f"{verdict} by {move}"
            if verdict is Decision.PROCEED and move.phase is Phase.ROLLBACK and move.step is None:
                platform.crossed = False
        else:
            getattr(platform, move[0])(*move[1:])


@pytest.mark.parametrize("by_expression", [True, False])
def test_the_model_can_proceed_in_every_phase(by_expression: bool) -> None:
    """Else the histories above would prove nothing."""
    platform = Platform(by_expression)
    assert platform.look(Look(Phase.PRE)) is Decision.PROCEED
    assert platform.look(Look(Phase.PRE, "web")) is Decision.PROCEED
    platform.upgrade("web", loses=False)
    assert platform.look(Look(Phase.POST, "web")) is Decision.PROCEED
    assert platform.look(Look(Phase.PRE, "db")) is Decision.PROCEED
    assert platform.look(Look(Phase.ROLLBACK)) is Decision.PAUSE
    platform.go_back()
    assert platform.look(Look(Phase.ROLLBACK)) is Decision.PROCEED
    assert platform.look(Look(Phase.PRE)) is Decision.PROCEED
    platform.upgrade("db", loses=True)
    assert platform.look(Look(Phase.POST)) is Decision.PAUSE
    assert platform.damage
    platform.repair()
    assert platform.look(Look(Phase.POST)) is Decision.PROCEED
    platform.restore()
    assert platform.look(Look(Phase.ROLLBACK)) is (Decision.PROCEED if by_expression else Decision.CANNOT_TELL)
    platform.give_up()
    assert platform.look(Look(Phase.PRE)) is Decision.PROCEED
