"""What a report tells, made of the account of a record: values that the page, the summary and the exports share.

The story is that of the last run, together with the runs since the last pre run over the whole plan: what came before
that is of an earlier attempt at the upgrade.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.record import Attachment, Baseline, CheckRecord
from pytest_upgradecheck.report.account import Account, RunAccount
from pytest_upgradecheck.report.blockers import Obstacle, obstacles
from pytest_upgradecheck.report.completeness import Completeness, completeness
from pytest_upgradecheck.report.doubts import doubt_of, doubted
from pytest_upgradecheck.report.naming import Before, passed_by, title_of
from pytest_upgradecheck.report.rows import CheckRow
from pytest_upgradecheck.report.unended import verdict_of_unended
from pytest_upgradecheck.verdict import Blocker, counted, transition_of
from pytest_upgradecheck.vocabulary import Decision, Phase, Result, Transition

#: How the phases are called where results stand beside each other.
PHASE_HEADINGS = {Phase.PRE: "Before", Phase.POST: "After", Phase.ROLLBACK: "Rolled back"}

#: Beside the results of `Result`: what became of the check stands where the record cannot be read.
NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The checks of one step and owner. ``open`` where something in it is in the way."""

    step: str | None
    owner: str | None
    rows: Sequence[CheckRow]
    tally: str
    open: bool


@dataclass(slots=True, kw_only=True)
class Story:
    """Everything a report shows. ``document`` is the verdict as in `verdict.json`, also of a run that has not ended.

    ``doubt`` is why the record's own verdict cannot be believed; None where it can. ``transitions`` counts how checks
    changed, and ``waived_of`` those of them that are waived.
    """

    account: Account
    last: RunAccount
    document: Mapping[str, Any]
    runs: Sequence[RunAccount]
    phases: Sequence[Phase]
    rows: dict[str, CheckRow]
    obstacles: Sequence[Obstacle]
    transitions: Mapping[str, int]
    waived_of: Mapping[str, int]
    completeness: Completeness
    doubt: Blocker | None

    @property
    def decision(self) -> Decision:
        """The verdict."""
        return Decision(self.document["verdict"])

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
        """Checks that fail, and of which nothing is known before the change to hold that against."""
        failures = (Result.FAILED.value, Result.ERROR.value)
        return [
            row for row in self.rows.values() if not row.transition and row.results.get(self.phases[-1]) in failures
        ]

    def not_ended(self, run: RunAccount) -> str:
        """What is to be said of a run whose end the record does not hold."""
        if run is not self.account.runs[-1]:
            return "never"
        line = self.account.damaged_line
        return "not ended" if line is None else f"not known: the record is damaged from line {line}"

    @property
    def unjudged(self) -> str | None:
        """Why nobody asked version truth where the sequence stands; None where somebody did."""
        if self.document["finished_at"] or any(step["shown"] for step in self.document["steps"]):
            return None
        return "the run has not ended" if self.account.damage is None else "the record is damaged"

    @property
    def plan(self) -> Mapping[str, Any]:
        """The plan of the last run, secrets masked."""
        return self.last.run.plan

    @property
    def attached(self) -> Iterator[tuple[CheckRow, RunAccount, Attachment]]:
        """Everything that checks attached, in all runs of the story."""
        for run in self.runs:
            for check, attachments in run.attachments.items():
                for attachment in attachments:
                    yield self.rows[check], run, attachment


_LONGEST_OPEN_GROUP = 50


def tell(account: Account) -> Story:
    """Make the story of an account."""
    last = account.runs[-1]
    runs = _this_attempt(account.runs)
    baseline = Baseline.of(each.run for each in runs if each.run.step in (None, last.run.step) or last.run.step is None)
    document = last.document or verdict_of_unended(last, baseline, damaged_line=account.damaged_line)
    doubt = doubt_of(account, last)
    if doubt is not None:
        document = doubted(document, doubt)
    phases = [phase for phase in PHASE_HEADINGS if any(each.run.phase is phase for each in runs)]
    rows = _rows(runs, phases, baseline, document)
    if account.damaged_line is not None and last.document is None:
        _forget_what_was_not_read(rows, last)
    found = obstacles(document, last, runs, rows, baseline)
    for obstacle in found:
        if obstacle.check in rows:
            rows[obstacle.check].is_obstacle = True
    return Story(
        account=account,
        last=last,
        document=document,
        runs=runs,
        phases=phases,
        rows=rows,
        obstacles=found,
        transitions=Counter(row.transition for row in rows.values() if row.transition),
        waived_of=Counter(row.transition for row in rows.values() if row.transition and row.waived),
        completeness=completeness(account, last, runs, document, baseline),
        doubt=doubt,
    )


def anchor_of(check: str) -> str:
    """The place of a check in the report, for links: the same in every report."""
    return f"check-{hashlib.sha256(check.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _this_attempt(runs: Sequence[RunAccount]) -> Sequence[RunAccount]:
    starts = [at for at, each in enumerate(runs) if each.run.phase is Phase.PRE and each.run.step is None]
    # A later pre that left checks out does not begin anew: the baseline goes on from the one before.
    whole = [at for at in starts if not runs[at].run.only_deselected]
    return runs[(whole or starts or [0])[-1] :]


def _rows(
    runs: Sequence[RunAccount], phases: Sequence[Phase], baseline: Baseline, document: Mapping[str, Any]
) -> dict[str, CheckRow]:
    names = {pair["before"]: pair["after"] for pair in document["identity"]["renamed"]}
    known_before = {names.get(check, check) for check in baseline.planned()}
    before = Before(baseline, document["identity"]["renamed"], runs[-1].run.planned)
    rows: dict[str, CheckRow] = {}
    needy: dict[str, list[CheckRecord]] = {}
    for each in runs:
        for check, entry in each.run.planned.items():
            name = names.get(check, check)
            row = rows.get(name)
            if row is None:
                row = rows[name] = CheckRow(check=name, anchor=anchor_of(name))
            row.title, row.step = title_of(name, entry.get("title", ""), entry), entry.get("step")
            row.owner = entry.get("owner")
            row.boundary, row.path = entry.get("boundary"), entry.get("path")
            if entry.get("needs"):
                needy[name] = before.needed(name, entry)
        _add_results(each, rows, names, baseline)
    for blocker in document["blockers"]:
        if blocker["kind"] == Result.MISSING_AFTER.value and blocker["check"] in rows:
            rows[blocker["check"]].results[phases[-1]] = blocker["kind"]
    for waived in document["waived"]:
        if waived["check"] in rows:
            rows[waived["check"]].waived = True
    for name, needed in needy.items():
        if Phase.PRE not in rows[name].results and all(each.result == Result.PASSED.value for each in needed):
            rows[name].passed_by = passed_by([each.check for each in needed])
    if phases and phases[-1].after_change:
        for row in rows.values():
            row.transition = _transition(row, phases[-1], known=row.check in known_before, needed=row.check in needy)
    return {name: row for name, row in rows.items() if row.results}


def _forget_what_was_not_read(rows: Mapping[str, CheckRow], last: RunAccount) -> None:
    for row in rows.values():
        if row.results.get(last.run.phase) == Result.NOT_RUN.value:
            row.results[last.run.phase], row.transition = NOT_KNOWN, None


def _add_results(each: RunAccount, rows: Mapping[str, CheckRow], names: Mapping[str, str], baseline: Baseline) -> None:
    run = each.run
    counts = run.phase is not Phase.PRE or run in baseline.runs or not baseline.runs
    for check, record in run.checks.items():
        row = rows.get(names.get(check, check))
        if row is not None and (counts or run.phase not in row.results):
            row.results[run.phase] = record.result
            row.seconds = each.seconds.get(check)
    for check in each.due if counts else ():
        row = rows.get(names.get(check, check))
        if row is not None and check not in run.checks:
            left_out = Result.DESELECTED if check in each.deselected else Result.NOT_RUN
            row.results[run.phase] = left_out.value
    for check, attachments in each.attachments.items():
        if (row := rows.get(names.get(check, check))) is not None:
            row.attachments += len(attachments)


def _transition(row: CheckRow, phase: Phase, *, known: bool, needed: bool) -> str | None:
    after = row.results.get(phase)
    if after is None:
        return None
    if after == Result.MISSING_AFTER.value:
        return Transition.MISSING_AFTER.value
    found = transition_of(row.results.get(Phase.PRE), Result(after), known=known, needed=needed)
    return found.value if found else None
