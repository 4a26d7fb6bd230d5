"""The view of a record's history: values that the page, the summary and the exports share.

The view is that of the last run, together with the other runs of its attempt at the upgrade: what came before that is
of an earlier attempt.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.checklist.before import Before, passed_by_in_words
from pytest_upgradecheck.record import Attachment, Attempt, Baseline, History, Run
from pytest_upgradecheck.report.blockers import Obstacle, obstacles
from pytest_upgradecheck.report.completeness import Completeness, completeness
from pytest_upgradecheck.report.rows import CheckRow
from pytest_upgradecheck.verdict import Blocker, Decision, VerdictDocument, counted
from pytest_upgradecheck.verdict.facts import verdict_of
from pytest_upgradecheck.vocabulary import Phase, Result, Transition

#: The headings of the phases next to each other.
PHASE_HEADINGS = {Phase.PRE: "Before", Phase.POST: "After", Phase.ROLLBACK: "Rolled back"}

#: Shown instead of a result if the record cannot be read that far.
NOT_KNOWN = "not-known"

_LONGEST_OPEN_GROUP = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The checks of one step and owner; ``open`` if one of them blocks."""

    step: str | None
    owner: str | None
    rows: Sequence[CheckRow]
    tally: str
    open: bool


@dataclass(slots=True, kw_only=True)
class View:
    """Everything a report shows. ``document`` is the verdict, also of a run that has not ended.

    ``doubt`` is why the record's own verdict cannot be believed; None if it can. ``transitions`` counts how checks
    changed, and ``waived_of`` those of them that are waived.
    """

    history: History
    last: Run
    document: VerdictDocument
    runs: Sequence[Run]
    phases: Sequence[Phase]
    rows: dict[str, CheckRow]
    obstacles: Sequence[Obstacle]
    transitions: Mapping[Transition, int]
    waived_of: Mapping[Transition, int]
    completeness: Completeness
    doubt: Blocker | None

    @property
    def decision(self) -> Decision:
        """The verdict."""
        return self.document.verdict

    @property
    def groups(self) -> Iterator[Group]:
        """All checks by step, in the order of the plan, and owner; those of no step first."""
        order = [None, *(step["step"] for step in self.plan["sequence"])]
        places: dict[tuple[str | None, str | None], list[CheckRow]] = {}
        for row in self.rows.values():
            places.setdefault((row.step, row.owner), []).append(row)
        for (step, owner), rows in sorted(places.items(), key=lambda item: (order.index(item[0][0]), item[0][1] or "")):
            latest = Counter(row.results.get(self.phases[-1], "not due") for row in rows)
            tally = ", ".join(counted(number, result) for result, number in latest.most_common())
            is_open = any(row.is_obstacle for row in rows) and len(rows) <= _LONGEST_OPEN_GROUP
            yield Group(step=step, owner=owner, rows=rows, tally=tally, open=is_open)

    @property
    def failing_alone(self) -> Sequence[CheckRow]:
        """Failing checks without a known result before the change."""
        failures = (Result.FAILED, Result.ERROR)
        return [
            row for row in self.rows.values() if not row.transition and row.results.get(self.phases[-1]) in failures
        ]

    def not_ended(self, run: Run) -> str:
        """The words for a run whose end is not in the record."""
        if run is not self.history.runs[-1]:
            return "never"
        line = self.history.damaged_line
        return "not ended" if line is None else f"not known: the record is damaged from line {line}"

    @property
    def unjudged(self) -> str | None:
        """The reason why version truth was not asked for the position; None if it was."""
        if self.document.finished_at or any(step.shown for step in self.document.steps):
            return None
        return "the run has not ended" if self.history.damage is None else "the record is damaged"

    @property
    def plan(self) -> Mapping[str, Any]:
        """The plan of the last run, secrets masked."""
        return self.last.plan

    @property
    def attached(self) -> Iterator[tuple[CheckRow, Run, Attachment]]:
        """Everything that checks attached, in all runs of the view."""
        for run in self.runs:
            for check, attachments in run.attachments.items():
                for attachment in attachments:
                    yield self.rows[check], run, attachment


def view_of(history: History, document: VerdictDocument | None = None) -> View:
    """The view of a record's last run; ``document`` is its verdict if more is known than the record says."""
    last = history.runs[-1]
    attempt = Attempt.of(history)
    runs = attempt.runs if last in attempt.runs else (*attempt.runs, last)
    baseline = attempt.baseline(last.step)
    before = baseline.before(last.planned.values()) if last.phase.after_change else Before()
    doubt = None
    if document is None:
        document, doubt = verdict_of(history, last, before)
    phases = [phase for phase in PHASE_HEADINGS if any(run.phase is phase for run in runs)]
    rows = _rows(runs, phases, baseline, before, document)
    if history.damaged_line is not None and last.document is None:
        _forget_what_was_not_read(rows, last)
    found = obstacles(document, last, runs, rows, baseline, before)
    for obstacle in found:
        if obstacle.check in rows:
            rows[obstacle.check].is_obstacle = True
    return View(
        history=history,
        last=last,
        document=document,
        runs=runs,
        phases=phases,
        rows=rows,
        obstacles=found,
        transitions=Counter(row.transition for row in rows.values() if row.transition),
        waived_of=Counter(row.transition for row in rows.values() if row.transition and row.waived),
        completeness=completeness(history, last, runs, document, baseline),
        doubt=doubt,
    )


def anchor_of(check: str) -> str:
    """The place of a check in the report, for links: the same in every report."""
    return f"check-{hashlib.sha256(check.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _rows(
    runs: Sequence[Run], phases: Sequence[Phase], baseline: Baseline, before: Before, document: VerdictDocument
) -> dict[str, CheckRow]:
    names = dict(before.renamed())
    rows: dict[str, CheckRow] = {}
    for run in runs:
        for check in run.planned.values():
            name = names.get(check.id, check.id)
            row = rows.get(name)
            if row is None:
                row = rows[name] = CheckRow(check=name, anchor=anchor_of(name))
            row.title, row.step, row.owner = check.full_title, check.step, check.owner
            row.boundary, row.path = check.boundary, check.path
        _add_results(run, rows, names, baseline)
    for blocker in document.blockers:
        if blocker.kind == Result.MISSING_AFTER and blocker.check in rows:
            rows[blocker.check].results[phases[-1]] = Result.MISSING_AFTER
    for waived in document.waived:
        if waived.check in rows:
            rows[waived.check].waived = True
    for check in before.now:
        row = rows[check.id]
        if check.needs and Phase.PRE not in row.results:
            row.passed_by = passed_by_in_words(before.passed_by(check))
        if after := row.results.get(phases[-1]):
            row.transition = before.transition(check, Result(after))
    for row in rows.values():
        if row.results.get(phases[-1] if phases else Phase.PRE) == Result.MISSING_AFTER:
            row.transition = Transition.MISSING_AFTER
    return {name: row for name, row in rows.items() if row.results}


def _forget_what_was_not_read(rows: Mapping[str, CheckRow], last: Run) -> None:
    for row in rows.values():
        if row.results.get(last.phase) == Result.NOT_RUN:
            row.results[last.phase], row.transition = NOT_KNOWN, None


def _add_results(run: Run, rows: Mapping[str, CheckRow], names: Mapping[str, str], baseline: Baseline) -> None:
    counts = run.phase is not Phase.PRE or run in baseline.runs or not baseline.runs
    for check, found in run.results.items():
        row = rows.get(names.get(check, check))
        if row is not None and (counts or run.phase not in row.results):
            row.results[run.phase] = found.result
            row.seconds = run.seconds(check)
    for due in run.due if counts else ():
        row = rows.get(names.get(due.id, due.id))
        if row is not None and due.id not in run.results:
            row.results[run.phase] = Result.DESELECTED if due.id in run.deselected else Result.NOT_RUN
    for check, attachments in run.attachments.items():
        if (row := rows.get(names.get(check, check))) is not None:
            row.attachments += len(attachments)
