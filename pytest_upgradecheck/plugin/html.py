"""The verdict in pytest-html's page: its title, its heading, and the first thing in its summary."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.keeper import RunKeeper

#: Blockers shown in full; the rest is counted.
_SHOWN_BLOCKERS = 20

_SIGNS = {"proceed": "✔", "pause": "❚❚", "cannot-tell": "?", "roll-back": "↩", "fix-forward": "⚠"}
_COUNTED = (
    "planned", "selected", "run", "passed", "waived", "failed", "error", "no-evidence", "skipped", "xfailed", "crashed",
    "interrupted", "deselected", "not-run", "missing-after", "retried",
)  # fmt: skip


class VerdictInHtml:
    """Hooks of pytest-html.

    Everything shown comes from the verdict, and every value is escaped here: pytest-html inserts what it gets as it is,
    test ids included. Its style sheet prints everything but h1, h2 and p in a grey that is hard to read; inline styles
    would be refused under a strict Content-Security-Policy, so what matters stands in those.
    """

    def __init__(self, keeper: RunKeeper) -> None:
        self.keeper = keeper
        self._report: Any = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        """Title of a report that is looked at while the run goes on; the verdict replaces it."""
        self._report = report
        report.title = f"Upgrade check running, phase {self.keeper.session.phase}"

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Escape the test id."""
        for index, cell in enumerate(cells):
            if cell.startswith(_ID_CELL) and cell.endswith("</td>"):
                cells[index] = f"{_ID_CELL}{escape(cell[len(_ID_CELL) : -len('</td>')])}</td>"

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the verdict above everything else."""
        document = self.keeper.document
        if document is None:
            return
        if self._report is not None:
            self._report.title = (
                f"{document['verdict'].upper()}: {document['title']}, {document['environment']}, {document['phase']}"
            )
        prefix.insert(0, "\n".join(_blocks(document)))


_ID_CELL = '<td class="col-testId">'


def _blocks(document: dict[str, Any]) -> Iterator[str]:
    verdict = document["verdict"]
    yield '<section class="upgradecheck" aria-label="Upgrade verdict">'
    yield f"<h2>{_SIGNS[verdict]} Verdict: {escape(verdict)}</h2>"
    yield f"<p><strong>{escape(_sentence(document['reason']))}</strong></p>"
    step = f", up to step {document['step']}" if document["step"] else ""
    yield (
        f"<p>{escape(document['title'])}; environment {escape(document['environment'])}; "
        f"phase {escape(document['phase'])}{escape(step)}; {escape(document['started_at'])} to "
        f"{escape(document['finished_at'])} (UTC)</p>"
    )
    yield from _boundaries(document["boundaries"])
    yield from _blockers(document["blockers"])
    yield from _waived(document["waived"])
    yield from _notes(document["notes"])
    yield from _completeness(document["counts"])
    yield from _identity(document["identity"])
    yield (
        f"<p>plan {escape(document['plan_digest'])}<br>record {escape(document['record_digest'] or 'not written')}</p>"
    )
    yield "</section>"


def _boundaries(boundaries: list[dict[str, Any]]) -> Iterator[str]:
    if not boundaries:
        return
    yield "<h2>Rollback boundaries</h2>"
    yield (
        '<table border="1" cellpadding="4"><thead><tr><th scope="col">boundary</th><th scope="col">step</th>'
        '<th scope="col">state</th><th scope="col">judged by</th><th scope="col">reversible</th>'
        '<th scope="col">irreversible</th><th scope="col">to recover</th></tr></thead><tbody>'
    )
    for each in boundaries:
        cells = (
            each["name"], each["step"], each["state"], each["why"], ", ".join(each["reversible"]) or "nothing",
            ", ".join(each["irreversible"]) or "nothing", each["recover_by"] or "",
        )  # fmt: skip
        yield "<tr>" + "".join(f"<td><p>{escape(cell)}</p></td>" for cell in cells) + "</tr>"
    yield "</tbody></table>"


def _blockers(blockers: list[dict[str, Any]]) -> Iterator[str]:
    if not blockers:
        yield "<h2>Action needed</h2><p>None: nothing is in the way.</p>"
        return
    yield f"<h2>Action needed ({len(blockers)})</h2><ol>"
    for blocker in blockers[:_SHOWN_BLOCKERS]:
        what = blocker["transition"] or blocker["kind"]
        subject = blocker["title"] or blocker["check"] or "this run"
        message = _lines(blocker["message"])
        yield f"<li><p><strong>{escape(what)}: {escape(subject)}</strong><br>{message}</p>"
        details = [
            blocker["check"],
            f"step {blocker['step']}" if blocker["step"] else "",
            f"boundary {blocker['boundary']}" if blocker["boundary"] else "",
            f"owner {blocker['owner']}" if blocker["owner"] else "",
            f"remedy: {blocker['remedy']}" if blocker["remedy"] else "",
        ]
        yield f"<p>{escape('; '.join(filter(None, details)))}</p></li>"
    yield "</ol>"
    if len(blockers) > _SHOWN_BLOCKERS:
        yield f"<p>... and {len(blockers) - _SHOWN_BLOCKERS} more, all in verdict.json</p>"


def _lines(message: str) -> str:
    """A message, its columns kept: pytest-html's style sheet would print <pre> in a grey that is hard to read."""
    first, *rest = map(escape, message.splitlines() or [""])
    return "<br>".join([first, *(f"<code>{line.replace(' ', '&nbsp;')}</code>" for line in rest)])


def _waived(waived: list[dict[str, Any]]) -> Iterator[str]:
    if not waived:
        return
    yield f"<h2>Waived ({len(waived)}), and failing all the same</h2><ul>"
    for each in waived:
        accepted = f"accepted by {each['approved_by']} until {each['expires']} (UTC): {each['reason']}"
        yield (
            f"<li><p><strong>{escape(each['title'] or each['check'])}</strong><br>{_lines(each['message'])}"
            f"<br>{escape(accepted)}</p></li>"
        )
    yield "</ul>"


def _notes(notes: list[dict[str, Any]]) -> Iterator[str]:
    if not notes:
        return
    yield f"<h2>To be known ({len(notes)})</h2><ul>"
    for note in notes[:_SHOWN_BLOCKERS]:
        yield f"<li><p>{escape(note['kind'])}: {escape(note['check'])}: {escape(note['message'])}</p></li>"
    yield "</ul>"
    if len(notes) > _SHOWN_BLOCKERS:
        yield f"<p>... and {len(notes) - _SHOWN_BLOCKERS} more, all in verdict.json</p>"


def _completeness(counts: dict[str, int]) -> Iterator[str]:
    yield "<h2>Completeness</h2>"
    if not counts:
        yield "<p>Nothing ran.</p>"
        return
    shown = [f"{counts[name]} {name}" for name in _COUNTED if counts[name] or name in ("planned", "run", "passed")]
    yield f"<p>{escape(', '.join(shown))}</p>"


def _identity(identity: dict[str, Any]) -> Iterator[str]:
    if not any(identity.values()):
        return
    yield "<h2>Checks that are not the same before and after</h2><ul>"
    for pair in identity["renamed"][:_SHOWN_BLOCKERS]:
        yield f"<li><p>renamed: {escape(pair['before'])}, now {escape(pair['after'])}</p></li>"
    for name in ("only_before", "only_after"):
        for check in identity[name][:_SHOWN_BLOCKERS]:
            yield f"<li><p>{name.replace('_', ' ')}: {escape(check)}</p></li>"
    yield "</ul>"


def _sentence(reason: str) -> str:
    return reason.rstrip(".") + "."
