"""Waivers: a named person's time-limited acceptance of one failing check.

=====================================================  ====================================================
a waiver of this environment and phase                 what becomes of it
=====================================================  ====================================================
names a check that failed                              accepted: the failure does not block, and stays a failure
names a check that decides on or states a boundary     refused: the failure stands
names a check without evidence, or that broke          refused: nobody can accept what nobody knows
names a check that passed                              reported: it can go
names no check at all                                  reported, with the near miss
is past its day                                        blocks, whatever became of its check
=====================================================  ====================================================

``expires`` is a UTC day, inclusive: the waiver counts until that day has ended in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import BlockerKind, NoteKind, Phase, Result
from pytest_upgradecheck.wording import near_miss


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a waiver needs to know of a check: its result in words, whether it is about a rollback boundary."""

    result: str
    about_boundary: bool = False


@dataclass(slots=True, kw_only=True)
class Judged:
    """What became of the waivers: accepted ones by check id; the rest as (check, kind, message)."""

    accepted: dict[str, Waiver] = field(default_factory=dict)
    blocking: list[tuple[str, str, str]] = field(default_factory=list)
    reported: list[tuple[str, str, str]] = field(default_factory=list)


def judge_waivers(
    waivers: Iterable[Waiver],
    outcomes: Mapping[str, Outcome],
    *,
    known: Mapping[str, str],
    environment: str,
    phase: Phase,
    now: datetime,
) -> Judged:
    """Put waivers to the outcomes of a run's checks, by id. ``known``: the id of each id and node id there is."""
    judged = Judged()
    for waiver in waivers:
        if waiver.environment not in (None, environment) or waiver.phase not in (None, phase):
            continue
        check = known.get(waiver.check)
        if now.astimezone(timezone.utc).date() > waiver.expires:
            message = f"the waiver for it, approved by {waiver.approved_by}, ended with {waiver.expires} (UTC)"
            advice = "mend the check, take the waiver out, or have it approved anew"
            judged.blocking.append((check or waiver.check, BlockerKind.WAIVER_EXPIRED, f"{message}; {advice}"))
        elif check is None:
            message = f"a waiver names it, and no check of this suite goes by that name{_near(waiver.check, known)}"
            judged.reported.append((waiver.check, NoteKind.WAIVER_UNMATCHED, message))
        elif check in outcomes:
            _judge(judged, waiver, check, outcomes[check])
    return judged


def accepted_by(waivers: Sequence[Waiver]) -> str:
    """``A. Name until 2026-12-31``, for each."""
    return ", ".join(dict.fromkeys(f"{waiver.approved_by} until {waiver.expires}" for waiver in waivers))


def _judge(judged: Judged, waiver: Waiver, check: str, outcome: Outcome) -> None:
    if outcome.result == Result.PASSED:
        judged.reported.append(
            (check, NoteKind.WAIVER_UNNEEDED, "it passed, and a waiver accepts its failure: take that out")
        )
    elif outcome.about_boundary:
        message = (
            f"the waiver of {waiver.approved_by} does not count: what is about a rollback boundary is never waived"
        )
        judged.reported.append((check, NoteKind.WAIVER_REFUSED, message))
    elif outcome.result != Result.FAILED:
        message = f"the waiver of {waiver.approved_by} does not count: the check is {outcome.result}"
        judged.reported.append((check, NoteKind.WAIVER_REFUSED, f"{message}, and missing evidence is never waived"))
    else:
        judged.accepted[check] = waiver


def _near(name: str, known: Iterable[str]) -> str:
    near = near_miss(name, known)
    return f"; did you mean {near!r}?" if near else ""
