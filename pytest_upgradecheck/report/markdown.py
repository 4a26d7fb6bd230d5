"""A view as Markdown: a CI's job summary, short enough for the first page that people look at.

Every value is escaped, so that no answer of a platform becomes a link, a picture, a mention or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_upgradecheck.foreign_text import safe_line
from pytest_upgradecheck.report.blockers import Obstacle
from pytest_upgradecheck.report.page import SIGNS
from pytest_upgradecheck.report.view import View
from pytest_upgradecheck.verdict import VerdictDocument

_SHOWN = 10
_LONGEST_MESSAGE = 2_000
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]|^[-+]|:(?=//)|(?<=\bwww)\.|(?<=^\d)\.", re.IGNORECASE)


def markdown(view: View) -> str:
    """The summary, ending in a line break."""
    return "\n".join(_lines(view)) + "\n"


def markdown_under_way(document: VerdictDocument) -> str:
    """The summary of a run that has not ended."""
    return "\n".join([*_verdict(document), _subject(document, "not ended")]) + "\n"


def escaped(text: str) -> str:
    """A text on one line that Markdown shows as it is, in a cell of a table too."""
    line = safe_line(" ".join(text.split()))
    # GitHub and GitLab still read an escaped @ as a mention; a comment after it prevents this.
    return _SPECIAL.sub(r"\\\g<0>", line).replace("@", "@<!-- -->")


def _lines(view: View) -> Iterator[str]:
    document, complete = view.document, view.completeness
    yield from _verdict(document)
    ended = f"{document.finished_at:%Y-%m-%d %H:%M:%S} UTC" if document.finished_at else view.not_ended(view.last)
    yield _subject(document, ended)
    yield ""
    yield "| step | product | from | to | shown now | rollback boundary | state |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    boundaries = {each.step: each for each in document.boundaries}
    for each in document.steps:
        boundary = boundaries.get(each.step)
        cells = (
            each.step, each.product, each.from_version, each.to_version, each.shown or "not shown",
            boundary.name if boundary else "none", boundary.state.replace("-", " ") if boundary else "",
        )  # fmt: skip
        yield f"| {' | '.join(map(escaped, cells))} |"
    yield ""
    blockers = [each for each in view.obstacles if not each.waiver]
    waived = [each for each in view.obstacles if each.waiver]
    if blockers:
        yield f"### Action needed ({len(blockers)})"
        yield ""
    for number, blocker in enumerate(blockers[:_SHOWN], start=1):
        yield from _blocker(number, blocker)
    if len(blockers) > _SHOWN:
        yield f"... and {len(blockers) - _SHOWN} more, all in the verification report"
        yield ""
    if waived:
        yield f"### Waived failures ({len(waived)})"
        yield ""
        for failure in waived[:_SHOWN]:
            yield f"- {escaped(failure.heading)}: {escaped(failure.headline)}; {escaped(failure.waiver or '')}"
        yield ""
    if view.last.phase.after_change:
        said = [f"{number} {name.replace('-', ' ')}" for name, number in view.transitions.items()]
        changed = f"compared values that changed: {complete.changed_values}"
        yield f"Before and after: {', '.join(said) or 'no check changed'}; {changed}"
        yield ""
    counts = document.counts
    yield (
        f"Checks: {complete.planned} planned, {complete.run} run, {counts.get('passed', 0)} passed. "
        f"Evidence: {'complete' if complete.complete else 'not complete: ' + escaped('; '.join(complete.gaps))}. "
        f"Baseline: {escaped(complete.baseline)}."
    )


def _verdict(document: VerdictDocument) -> Iterator[str]:
    yield f"## {SIGNS[document.verdict]} Verdict: {document.verdict}"
    yield ""
    yield f"**{escaped(document.reason.rstrip('.'))}.**"
    yield ""


def _subject(document: VerdictDocument, ended: str) -> str:
    step = f", up to step {escaped(document.step)}" if document.step else ""
    title, environment = escaped(document.title), escaped(document.environment)
    return f"{title}, environment {environment}, phase {document.phase}{step}, {ended}"


def _blocker(number: int, blocker: Obstacle) -> Iterator[str]:
    yield f"{number}. **{escaped(blocker.heading)}**"
    yield ""
    message = blocker.message.strip()[:_LONGEST_MESSAGE]
    indent = " " * len(f"{number}. ")  # lines below an item belong to it only with this indent
    from pytest_upgradecheck.comparison.text import in_markdown  # only here: most runs write no summary

    yield "\n".join(f"{indent}{line}" for line in in_markdown(message).splitlines())
    yield ""
    about = [
        ("remedy", blocker.remedy),
        ("owner", blocker.owner),
        ("step", blocker.step),
        ("boundary", blocker.boundary and f"{blocker.boundary} ({(blocker.boundary_state or '').replace('-', ' ')})"),
        ("check", blocker.check),
    ]
    yield indent + "; ".join(f"{name}: {escaped(value)}" for name, value in about if value)
    yield ""
