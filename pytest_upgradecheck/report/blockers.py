"""Blockers, written for people: in the check's own words, with the state before and now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_upgradecheck.checklist.before import Before, named
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.record import Attachment, Baseline, Run
from pytest_upgradecheck.report.rows import CheckRow
from pytest_upgradecheck.verdict import Blocker, VerdictDocument, WaivedFailure, in_words
from pytest_upgradecheck.vocabulary import BoundaryState, Phase, Result

#: Differences that are shown side by side; the check's message shows a screenful of them.
_SIDE_BY_SIDE = 5

#: The worker of a traceback, as pytest-xdist marks it.
_WORKER = re.compile(r"\[gw\d+\] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One place that differs, ``before`` and ``after`` the change; None on the side where it does not exist."""

    where: str
    before: str | None
    after: str | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One blocker of the verdict (or a waived failure), with what a reader needs to act on it.

    ``heading`` is one line: ``what`` happened, the ``name`` of the check (its title in quotes), and the ``comparison``
    with the time before the upgrade. ``earlier`` are the attempts before the last one, of this run and of earlier runs
    of the phase, ``attachments`` the attached files with their phases, ``row`` the check's place in the table of all
    checks.
    """

    check: str
    anchor: str
    what: str
    is_failure: bool
    heading: str
    name: str
    comparison: str
    message: str
    expected: str
    before: str
    after: str
    sides: Sequence[Side]
    step: str | None
    owner: str | None
    boundary: str | None
    boundary_state: BoundaryState | None
    remedy: str | None
    detail: str
    earlier: Sequence[tuple[str, CheckResult]]
    attachments: Sequence[tuple[Attachment, str]]
    row: str
    waiver: str | None = None

    @property
    def headline(self) -> str:
        """The first line of its message."""
        return self.message.strip().partition("\n")[0]

    @property
    def remedy_link(self) -> str | None:
        """The remedy if it is the address of a page, and not something that a browser would run."""
        remedy = (self.remedy or "").strip()
        return remedy if remedy.startswith(("https://", "http://")) and " " not in remedy else None


def obstacles(
    document: VerdictDocument,
    last: Run,
    runs: Sequence[Run],
    rows: Mapping[str, CheckRow],
    baseline: Baseline,
    before: Before,
) -> list[Obstacle]:
    """The verdict's blockers, in its order, and after them what is waived."""
    states = {boundary.name: boundary.state for boundary in document.boundaries}
    teller = _Teller(states=states, last=last, runs=runs, rows=rows, baseline=baseline, before=before)
    found: list[Obstacle] = []
    taken: set[str] = set()
    each: list[Blocker | WaivedFailure] = [*document.blockers, *document.waived]
    for number, blocker in enumerate(each, start=1):
        obstacle = teller.obstacle(blocker)
        if obstacle.anchor in taken or not obstacle.anchor:
            obstacle = replace(obstacle, anchor=f"blocker-{number}")
        taken.add(obstacle.anchor)
        found.append(obstacle)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Describe the blockers, one after the other. ``states`` are those of the boundaries, by name."""

    states: Mapping[str, BoundaryState]
    last: Run
    runs: Sequence[Run]
    rows: Mapping[str, CheckRow]
    baseline: Baseline
    before: Before

    def obstacle(self, blocker: Blocker | WaivedFailure) -> Obstacle:
        """A blocker, or a waived failure, with what a reader needs to act on it."""
        if isinstance(blocker, WaivedFailure):
            waiver = blocker.accepted
            blocker = blocker.failure
        else:
            waiver = None
        check, last = blocker.check, self.last
        row = self.rows.get(check)
        failed = [attempt for attempt in last.attempts.get(check, []) if attempt.result is not Result.PASSED]
        sides = list(_sides(last.comparisons.get(check, ())))
        if row and row.title:
            blocker = replace(blocker, title=row.title)
        return Obstacle(
            check=check,
            anchor=row.anchor if row else "",
            what=in_words(blocker.kind, blocker.transition),
            is_failure=blocker.is_failure,
            heading=blocker.heading,
            name=blocker.name or "This run",
            comparison=blocker.comparison,
            message=blocker.message,
            expected=_expected(sides),
            before=self._before(check, row),
            after=self._after(check, blocker),
            sides=sides,
            step=blocker.step or (row.step if row else None),
            owner=blocker.owner or (row.owner if row else None),
            boundary=blocker.boundary,
            boundary_state=self.states.get(blocker.boundary or ""),
            remedy=blocker.remedy,
            detail=_detail(failed[-1], blocker) if failed else "",
            earlier=list(self._earlier(check)),
            attachments=list(_attachments(check, last, self.runs)),
            row=row.row_anchor if row else "",
            waiver=waiver,
        )

    def _before(self, check: str, row: CheckRow | None) -> str:
        if not self.last.phase.after_change or not check:
            return ""
        found = row.results.get(Phase.PRE) if row else None
        if found is None and check in self.last.planned and (said := self._said_of_needed(check)):
            return said
        if found is None:
            return "it did not run before the change" if self.baseline.runs else "not known: there is no baseline"
        when = f" in {self.baseline.runs[-1].name}" if self.baseline.runs else ""
        return f"{found.replace('-', ' ')}{when}"

    def _said_of_needed(self, check: str) -> str:
        """``passed before: 'An order can be placed', which this check builds on``; empty where one did not run."""
        found = [(each, self.before.results.get(each)) for each in self.before.needed(self.last.planned[check]) or ()]
        by_result: dict[Result, list[str]] = {}
        for each, result in found:
            if result is None:
                return ""
            by_result.setdefault(result.result, []).append(each)
        return "; ".join(
            f"{result} before: {named(list(self.before.titles(checks)))}, which this check builds on"
            for result, checks in by_result.items()
        )

    def _after(self, check: str, blocker: Blocker) -> str:
        if not check:
            return ""
        found = self.last.results.get(check)
        result = found.result if found else blocker.kind
        return f"{result.replace('-', ' ')} in {self.last.name}"

    def _earlier(self, check: str) -> Iterator[tuple[str, CheckResult]]:
        for run in self.runs:
            if run.phase is self.last.phase:
                attempts = run.attempts.get(check, [])
                for attempt in attempts[:-1] if run is self.last else attempts:
                    yield run.name, attempt


def _expected(sides: Sequence[Side]) -> str:
    """The expectation of the rules; any other expectation is in the title."""
    rules = list(dict.fromkeys(side.rule for side in sides))
    return f"as before, by the rule {' and '.join(rules)}" if rules else ""


def _detail(attempt: CheckResult, blocker: Blocker) -> str:
    """The traceback; empty if it adds nothing to title and message."""
    said = {line.strip() for text in (blocker.title, blocker.message) for line in text.splitlines()}
    lines = [line.strip() for line in attempt.detail.splitlines()]
    heading = f"{blocker.name} " if blocker.title else None  # that of one of the plan's checks
    if all(line in said or not line or _WORKER.match(line) or (heading and line.startswith(heading)) for line in lines):
        return ""
    return attempt.detail


def _attachments(check: str, last: Run, runs: Sequence[Run]) -> Iterator[tuple[Attachment, str]]:
    """Each attachment once, those of this run first, with the phases in which it was the same."""
    phases: dict[tuple[str, str], list[str]] = {}
    found: dict[tuple[str, str], Attachment] = {}
    for each in sorted(runs, key=lambda run: run is not last):
        for attachment in each.attachments.get(check, ()):
            name = (attachment.name, attachment.digest)
            found.setdefault(name, attachment)
            earlier = each is not last and each.phase is last.phase
            phases.setdefault(name, []).append(f"an earlier {each.phase}" if earlier else each.phase.value)
    order = [*(phase.value for phase in Phase), f"an earlier {last.phase}"]
    for name, attachment in found.items():
        those = sorted(set(phases[name]), key=order.index)
        yield attachment, those[0] if len(those) == 1 else f"the same in {' and '.join(those)}"


def _sides(comparisons: Sequence[Mapping[str, Any]]) -> Iterator[Side]:
    """The differences that a rule refused, if they are few enough to show side by side.

    If a rule judges a whole value in its own words, there is nothing to show side by side.
    """
    refused = [
        (comparison["name"], entry)
        for comparison in comparisons
        if comparison["refused"]
        for entry in comparison.get("value") or ()
        if not entry.get("allowed") and entry["change"] != "refused"
    ]
    if len(refused) > _SIDE_BY_SIDE or any("value" not in each for each in comparisons if each["refused"]):
        return
    if not refused:
        return
    from pytest_upgradecheck.comparison import shown  # only here: a comparison is seldom refused
    from pytest_upgradecheck.comparison.values import from_json

    for name, entry in refused:
        where = f"{name}: {entry['path']}" if entry["path"] else name
        before = shown(from_json(entry["before"])) if "before" in entry else None
        after = shown(from_json(entry["after"])) if "after" in entry else None
        if entry["change"] == "not changed":
            after = before
        yield Side(where=where, before=before, after=after, rule=str(entry["rule"]))
