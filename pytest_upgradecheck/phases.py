"""The phases of an upgrade, and which checks belong to which."""

from __future__ import annotations

from enum import Enum


class Phase(str, Enum):
    """When, around the change, a check runs."""

    PRE = "pre"
    DURING = "during"
    POST = "post"
    ROLLBACK = "rollback"

    def __str__(self) -> str:
        return self.value

    @property
    def after_change(self) -> bool:
        """Whether checks of this phase compare with a baseline instead of capturing one."""
        return self in (Phase.POST, Phase.ROLLBACK)


#: The phase each phase marker stands for.
MARKED_PHASE = {
    "pre_upgrade": Phase.PRE,
    "during_upgrade": Phase.DURING,
    "post_upgrade": Phase.POST,
    "post_rollback": Phase.ROLLBACK,
}

#: What a check without a phase marker belongs to: it must hold before, after, and after going back.
UNMARKED = frozenset({Phase.PRE, Phase.POST, Phase.ROLLBACK})


def phases_of(marker_names: frozenset[str]) -> frozenset[Phase]:
    """The phases a check with these markers runs in."""
    marked = frozenset(phase for name, phase in MARKED_PHASE.items() if name in marker_names)
    return marked or UNMARKED
