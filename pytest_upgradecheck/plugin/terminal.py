"""The verdict on the terminal: the last thing on the screen, to be read in five seconds."""

from __future__ import annotations

import textwrap
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_upgradecheck.plugin.settings import shown

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.keeper import RunKeeper
    from pytest_upgradecheck.plugin.session import UpgradeSession

#: Blockers shown in full; the rest is counted, and stands in verdict.json.
_SHOWN_BLOCKERS = 8
_SHOWN_LINES = 6

_COLOURS = {
    "proceed": {"green": True},
    "pause": {"yellow": True},
    "cannot-tell": {"yellow": True},
    "roll-back": {"red": True},
    "fix-forward": {"red": True},
}


class VerdictOnTerminal:
    """Prints the verdict once everything else has been printed."""

    def __init__(self, session: UpgradeSession, keeper: RunKeeper) -> None:
        self.session = session
        self.keeper = keeper

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Outermost, so that pytest's own summary and last line come first."""
        result = yield
        reporter = self.session.config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None and self.keeper.document is not None and not reporter.no_summary:
            self._write(reporter, self.keeper.document)
        return result

    def _write(self, reporter: Any, document: dict[str, Any]) -> None:
        verdict, colour = document["verdict"], _COLOURS[document["verdict"]]
        reporter.ensure_newline()
        reporter.write_sep("=", f"verdict: {verdict.upper()}", bold=True, **colour)
        step = f", up to step {document['step']}" if document["step"] else ""
        reporter.write_line(f"{document['title']}, {document['environment']}, phase {document['phase']}{step}")
        self._wrapped(reporter, document["reason"][:1].upper() + document["reason"][1:] + ".")
        self._blockers(reporter, document["blockers"])
        self._boundaries(reporter, document["boundaries"])
        if document["counts"]:
            reporter.write_line(f"checks      {_counts(document['counts'])}")
        path = shown(self.keeper.verdict_file.path, self.session.config)
        reporter.write_line(f"evidence    {path} and record.jsonl beside it")
        reporter.write_sep("=", f"{verdict} (exit code {document['exit_code']})", bold=True, **colour)

    def _blockers(self, reporter: Any, blockers: list[dict[str, Any]]) -> None:
        if not blockers:
            return
        reporter.write_line("")
        reporter.write_line(f"In the way ({len(blockers)}):", bold=True)
        for blocker in blockers[:_SHOWN_BLOCKERS]:
            what = blocker["transition"] or blocker["kind"]
            subject = blocker["title"] or blocker["check"]
            reporter.write_line(f"  {what}: {subject}" if subject else f"  {what}")
            lines = blocker["message"].strip().splitlines()
            for line in lines[:_SHOWN_LINES]:
                self._wrapped(reporter, line, "      ")
            if len(lines) > _SHOWN_LINES:
                reporter.write_line(f"      ... {len(lines) - _SHOWN_LINES} more lines")
            if blocker["remedy"]:
                self._wrapped(reporter, f"remedy: {blocker['remedy']}", "      ")
            details = [
                blocker["check"] if blocker["title"] else "",
                f"step {blocker['step']}" if blocker["step"] else "",
                f"boundary {blocker['boundary']}" if blocker["boundary"] else "",
                f"owner {blocker['owner']}" if blocker["owner"] else "",
            ]
            if any(details):
                reporter.write_line(f"      [{', '.join(filter(None, details))}]", light=True)
        if len(blockers) > _SHOWN_BLOCKERS:
            reporter.write_line(f"  ... and {len(blockers) - _SHOWN_BLOCKERS} more, all in verdict.json")
        reporter.write_line("")

    def _boundaries(self, reporter: Any, boundaries: list[dict[str, Any]]) -> None:
        width = max((len(boundary["name"]) for boundary in boundaries), default=0)
        for boundary in boundaries:
            state = boundary["state"].replace("-", " ")
            colour = {"red": True} if state == "crossed" else {"yellow": True} if state == "unknown" else {}
            reporter.write(f"boundary    {boundary['name']:<{width}}  ")
            reporter.write(f"{state:<11}", **colour)
            irreversible = ", ".join(boundary["irreversible"])
            reporter.write_line(f"  {'irreversible: ' + irreversible if irreversible else 'all reversible'}")

    def _wrapped(self, reporter: Any, text: str, indent: str = "") -> None:
        width = max(60, min(120, reporter._tw.fullwidth))  # noqa: SLF001
        for line in textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent) or [""]:
            reporter.write_line(line)


def _counts(counts: dict[str, int]) -> str:
    planned = f"{counts['planned']} planned, {counts['passed']} passed"
    shown_when_there = (
        "failed", "error", "no-evidence", "skipped", "xfailed", "crashed", "interrupted", "deselected", "not-run",
        "missing-after", "retried",
    )  # fmt: skip
    others = [f"{counts[name]} {name}" for name in shown_when_there if counts[name]]
    return ", ".join([planned, *others])
