"""Apply the waivers of a plan to the checks of a run.

=======================================================  ==================================================
a waiver of this environment and phase                   outcome
=======================================================  ==================================================
accepts everything that failed in its check              the failure does not block, and remains a failure
accepts only a part of what failed                       refused: the failure blocks
does not say what it accepts                             refused, in every phase: it accepts nothing
names a check that guards or states a boundary           refused: the failure blocks
names a check of a product's version                     refused: the product is not at its version
names a check without evidence                           refused: its outcome is not known
names a check that failed in setup or teardown           refused: what it verifies is not known
names a check that ended before all its comparisons      refused: what they would find is not known
names a check that passed                                reported: remove it
names a check that does not exist                        reported, with the near miss
has expired                                              blocks, whatever the result of its check
holds for more than a year from now                      reported, and blocks if the plan is strict
=======================================================  ==================================================

``expires`` is a UTC day, inclusive: the waiver counts until that day has ended in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import BlockerKind, NoteKind, Phase, PlanCheckKind, Result
from pytest_upgradecheck.waivers.acceptance import beyond
from pytest_upgradecheck.waivers.failure import CheckFailure
from pytest_upgradecheck.wording import headline, listed, near_miss

#: The longest time that a waiver may still hold.
LONGEST = timedelta(days=366)
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a check, for a waiver: its result, and what failed in it.

    ``about_boundary``: it guards or states a rollback boundary. ``kind`` is that of one of the plan's own checks.
    ``unread`` are the values it captured before the change that nothing has read since: it ended before it got there.
    """

    result: str
    about_boundary: bool = False
    kind: PlanCheckKind | None = None
    unread: tuple[str, ...] = ()
    failure: CheckFailure = field(default_factory=CheckFailure)


@dataclass(slots=True, kw_only=True)
class Judged:
    """The judged waivers: accepted ones by check id; the rest as (check, kind, message)."""

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
    """Apply waivers to the outcomes of a run's checks, by id. ``known`` gives the id for each id and node id."""
    judged = Judged()
    for waiver in waivers:
        if waiver.environment not in (None, environment) or waiver.phase not in (None, phase):
            continue
        check = known.get(waiver.check)
        if now.astimezone(UTC).date() > waiver.expires:
            message = f"the waiver by {waiver.approved_by} expired on {waiver.expires} UTC"
            advice = "fix the check, remove the waiver, or renew it"
            judged.blocking.append((check or waiver.check, BlockerKind.WAIVER_EXPIRED, f"{message}: {advice}"))
        elif check is None:
            message = f"a waiver names this check, but the suite has no such check{_near(waiver.check, known)}"
            judged.reported.append((waiver.check, NoteKind.WAIVER_UNMATCHED, message))
        elif not waiver.accepts:
            message = f"the waiver by {waiver.approved_by} does not say which failure it accepts, so it accepts none"
            advice = "add `accepts`; `upgradecheck waive CHECK` prints it for what failed last"
            judged.reported.append((check, NoteKind.WAIVER_REFUSED, f"{message}: {advice}"))
        else:
            if why := why_unlimited(waiver.expires, now):
                judged.reported.append((check, NoteKind.WAIVER_UNLIMITED, f"a waiver by {waiver.approved_by} {why}"))
            if check in outcomes:
                _judge(judged, waiver, check, outcomes[check])
    return judged


def why_unlimited(expires: date, now: datetime) -> str:
    """The reason why a waiver until this day is not limited in time, after the name of a waiver; empty if it is."""
    if expires - now.astimezone(UTC).date() <= LONGEST:
        return ""
    return f"holds until {expires}, more than {LONGEST.days} days from now, which is too late for a review: shorten it"


def accepted_by(waivers: Sequence[Waiver]) -> str:
    """``A. Name until 2026-12-31``, for each."""
    return ", ".join(dict.fromkeys(f"{waiver.approved_by} until {waiver.expires}" for waiver in waivers))


def never_waived(check: str, outcome: Outcome) -> str:
    """The reason why no waiver can accept a check's failure; empty if one can."""
    if outcome.about_boundary:
        return "a check of a rollback boundary is never waived"
    if outcome.kind is PlanCheckKind.VERSION:
        return "a product that is not at its version is never waived"
    if outcome.result == Result.ERROR:
        return "it failed outside its body, in setup or teardown for example, and that is never waived"
    if outcome.result != Result.FAILED:
        return f"its result is {outcome.result}, and missing evidence is never waived"
    if outcome.failure.also:
        return f"more than its body failed, and that is never waived: {headline(outcome.failure.also[0])}"
    if outcome.unread:
        values = listed([repr(key) for key in outcome.unread], _SHOWN)
        missing = f"the failure ended the check before it compared {values}, and missing evidence is never waived"
        return f"{missing}; compare that in a check of its own"
    return ""


def drifted(check: str, outcome: Outcome) -> tuple[str, ...] | None:
    """The contracts that a check of the plan found to drift; None for any other check.

    Each contract is accepted by its own name, or not at all.
    """
    if outcome.kind is PlanCheckKind.DRIFT:
        return tuple(outcome.failure.message.partition(": ")[2].split(", "))
    return None


def _judge(judged: Judged, waiver: Waiver, check: str, outcome: Outcome) -> None:
    refused = f"the waiver by {waiver.approved_by} does not count"
    if outcome.result == Result.PASSED:
        message = f"it passed, but a waiver by {waiver.approved_by} accepts its failure: remove the waiver"
        judged.reported.append((check, NoteKind.WAIVER_UNNEEDED, message))
    elif never := never_waived(check, outcome):
        judged.reported.append((check, NoteKind.WAIVER_REFUSED, f"{refused}: {never}"))
    elif rest := _beyond(waiver, check, outcome):
        shown = "; ".join(map(headline, rest[:_SHOWN]))
        more = f"; and {len(rest) - _SHOWN:,} more" if len(rest) > _SHOWN else ""
        message = f"{refused}: it accepts {_quoted(waiver.accepts)}, but this failed as well: {shown}{more}"
        judged.reported.append((check, NoteKind.WAIVER_REFUSED, message))
    else:
        judged.accepted[check] = waiver


def _beyond(waiver: Waiver, check: str, outcome: Outcome) -> tuple[str, ...]:
    contracts = drifted(check, outcome)
    if contracts is not None:
        return tuple(name for name in contracts if name not in waiver.accepts)
    return beyond(waiver.accepts, outcome.failure)


def _quoted(accepts: Sequence[str]) -> str:
    return listed([repr(entry) for entry in accepts], _SHOWN)


def _near(name: str, known: Iterable[str]) -> str:
    near = near_miss(name, known)
    return f"; did you mean {near!r}?" if near else ""
