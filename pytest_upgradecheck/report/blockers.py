"""What stands in the way, written for people: in the check's own words, with what was before and what is now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_upgradecheck.comparison import shown
from pytest_upgradecheck.comparison.values import from_json
from pytest_upgradecheck.record import Attachment, Baseline
from pytest_upgradecheck.report.account import Attempt, RunAccount
from pytest_upgradecheck.report.naming import Before
from pytest_upgradecheck.report.rows import CheckRow
from pytest_upgradecheck.verdict import in_words
from pytest_upgradecheck.vocabulary import Phase, Result

#: Differences that stand side by side; the check's message shows a screenful of them.
_SIDE_BY_SIDE = 5

#: Where pytest-xdist says which worker a traceback is of.
_WORKER = re.compile(r"\[gw\d+\] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One place that differs, ``before`` and ``after`` the change; None on the side where it is not."""

    where: str
    before: str | None
    after: str | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One blocker of the verdict (or a waived failure), with what a reader needs to act on it.

    ``what`` is its transition or kind in words, ``earlier`` the attempts before the last one, of this run and of
    earlier runs of the phase, ``attachments`` what was attached and in which phase, ``row`` the place of the check in
    the table of all checks.
    """

    check: str
    anchor: str
    what: str
    is_failure: bool
    title: str
    message: str
    expected: str
    before: str
    after: str
    sides: Sequence[Side]
    step: str | None
    owner: str | None
    boundary: str | None
    boundary_state: str | None
    remedy: str | None
    detail: str
    earlier: Sequence[tuple[str, Attempt]]
    attachments: Sequence[tuple[Attachment, str]]
    row: str
    waiver: str | None = None

    @property
    def headline(self) -> str:
        """The first line of what it says."""
        return self.message.strip().partition("\n")[0]

    @property
    def remedy_link(self) -> str | None:
        """The remedy where it is the address of a page, and nothing a browser would run."""
        remedy = (self.remedy or "").strip()
        return remedy if remedy.startswith(("https://", "http://")) and " " not in remedy else None


def obstacles(
    document: Mapping[str, Any],
    last: RunAccount,
    runs: Sequence[RunAccount],
    rows: Mapping[str, CheckRow],
    baseline: Baseline,
) -> list[Obstacle]:
    """The verdict's blockers, in its order, and after them what is waived."""
    states = {boundary["name"]: boundary["state"] for boundary in document["boundaries"]}
    waived = [{"kind": "waived", "remedy": None, "boundary": None, **each} for each in document["waived"]]
    before = Before(baseline, document["identity"]["renamed"], last.run.planned)
    found: list[Obstacle] = []
    taken: set[str] = set()
    for number, each in enumerate((*document["blockers"], *waived), start=1):
        obstacle = _obstacle(each, last, runs, rows, baseline, before, states)
        if obstacle.anchor in taken or not obstacle.anchor:
            obstacle = replace(obstacle, anchor=f"blocker-{number}")
        taken.add(obstacle.anchor)
        found.append(obstacle)
    return found


def _obstacle(
    blocker: Mapping[str, Any],
    last: RunAccount,
    runs: Sequence[RunAccount],
    rows: Mapping[str, CheckRow],
    baseline: Baseline,
    before: Before,
    states: Mapping[str, str],
) -> Obstacle:
    check = blocker["check"]
    row = rows.get(check)
    attempts = last.attempts.get(check, [])
    failed = [attempt for attempt in attempts if attempt.result != "passed"]
    sides = list(_sides(last.comparisons.get(check, ())))
    waiver = None
    if "approved_by" in blocker:
        waiver = f"accepted by {blocker['approved_by']} until {blocker['expires']} (UTC): {blocker['reason']}"
    return Obstacle(
        check=check,
        anchor=row.anchor if row else "",
        what=in_words(blocker["kind"], blocker["transition"]),
        is_failure=blocker["kind"] in (Result.FAILED.value, Result.ERROR.value),
        title=(row.title if row else blocker["title"]) or blocker["title"] or check or "This run",
        message=blocker["message"],
        expected=_expected(sides),
        before=_before(check, last, baseline, before, row),
        after=_after(check, last, blocker),
        sides=sides,
        step=blocker.get("step") or (row.step if row else None),
        owner=blocker.get("owner") or (row.owner if row else None),
        boundary=blocker["boundary"],
        boundary_state=states.get(blocker["boundary"] or ""),
        remedy=blocker["remedy"],
        detail=_detail(failed[-1], blocker) if failed else "",
        earlier=list(_earlier(check, last, runs)),
        attachments=list(_attachments(check, last, runs)),
        row=row.row_anchor if row else "",
        waiver=waiver,
    )


def _expected(sides: Sequence[Side]) -> str:
    """What a rule asks for; what else is expected, the title says."""
    rules = list(dict.fromkeys(side.rule for side in sides))
    return f"as before, by the rule {' and '.join(rules)}" if rules else ""


def _detail(attempt: Attempt, blocker: Mapping[str, Any]) -> str:
    """The traceback; empty where it says nothing that title and message do not."""
    said = {line.strip() for text in (blocker["title"], blocker["message"]) for line in text.splitlines()}
    lines = [line.strip() for line in attempt.detail.splitlines()]
    if all(line in said or not line or _WORKER.match(line) for line in lines):
        return ""
    return attempt.detail


def _attachments(check: str, last: RunAccount, runs: Sequence[RunAccount]) -> Iterator[tuple[Attachment, str]]:
    """Each thing that was attached once, those of this run first, with the phases it was the same in."""
    phases: dict[tuple[str, str], list[str]] = {}
    found: dict[tuple[str, str], Attachment] = {}
    for each in sorted(runs, key=lambda run: run is not last):
        for attachment in each.attachments.get(check, ()):
            name = (attachment.name, attachment.digest)
            found.setdefault(name, attachment)
            earlier = each is not last and each.run.phase is last.run.phase
            phases.setdefault(name, []).append(f"an earlier {each.run.phase}" if earlier else each.run.phase.value)
    order = [*(phase.value for phase in Phase), f"an earlier {last.run.phase}"]
    for name, attachment in found.items():
        those = sorted(set(phases[name]), key=order.index)
        yield attachment, those[0] if len(those) == 1 else f"the same in {' and '.join(those)}"


def _before(check: str, last: RunAccount, baseline: Baseline, before: Before, row: CheckRow | None) -> str:
    if not last.run.phase.after_change or not check:
        return ""
    found = row.results.get(Phase.PRE) if row else None
    if found is None and (needed := before.needed(check, last.run.planned.get(check, {}))):
        return before.said_of(needed)
    if found is None:
        return "it did not run before the change" if baseline.runs else "nothing is known: there is no baseline"
    when = f" in {baseline.runs[-1].name}" if baseline.runs else ""
    return f"{found.replace('-', ' ')}{when}"


def _after(check: str, last: RunAccount, blocker: Mapping[str, Any]) -> str:
    if not check:
        return ""
    found = last.run.checks.get(check)
    result = found.result if found else blocker["kind"]
    return f"{result.replace('-', ' ')} in {last.run.name}"


def _earlier(check: str, last: RunAccount, runs: Sequence[RunAccount]) -> Iterator[tuple[str, Attempt]]:
    for each in runs:
        if each.run.phase is last.run.phase:
            attempts = each.attempts.get(check, [])
            for attempt in attempts[:-1] if each is last else attempts:
                yield each.run.name, attempt


def _sides(comparisons: Sequence[Mapping[str, Any]]) -> Iterator[Side]:
    """The differences that a rule refused, where they are few enough to stand side by side.

    Where a rule judges a whole value in words of its own, there is nothing to stand side by side.
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
    for name, entry in refused:
        where = f"{name}: {entry['path']}" if entry["path"] else name
        before = shown(from_json(entry["before"])) if "before" in entry else None
        after = shown(from_json(entry["after"])) if "after" in entry else None
        if entry["change"] == "not changed":
            after = before
        yield Side(where=where, before=before, after=after, rule=str(entry["rule"]))
