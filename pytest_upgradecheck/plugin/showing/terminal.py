"""The verdict on the terminal: the last thing on the screen, to be read in five seconds."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_upgradecheck.plugin.settings import shown_path
from pytest_upgradecheck.verdict import counted
from pytest_upgradecheck.vocabulary import BoundaryState, Decision
from pytest_upgradecheck.wording import listed

if TYPE_CHECKING:
    from pytest_upgradecheck.boundaries import Boundary
    from pytest_upgradecheck.plugin.recording.outputs import Outputs
    from pytest_upgradecheck.verdict import Blocker, Identity, Note, VerdictDocument, WaivedFailure

#: The number of causes shown in full, and of checks named for one; the rest is counted, and is in verdict.json.
_SHOWN_CAUSES = 8
_SHOWN_OF_A_CAUSE = 3
_SHOWN_LINES = 12
_SHOWN_NOTES = 6
_SIGNS = ("- ", "+ ", "~ ", "> ", "= ", "! ")

_COLOURS = {
    Decision.PROCEED: {"green": True},
    Decision.PAUSE: {"yellow": True},
    Decision.CANNOT_TELL: {"yellow": True},
    Decision.ROLL_BACK: {"red": True},
    Decision.FIX_FORWARD: {"red": True},
}
_STATE_COLOURS: dict[BoundaryState, dict[str, bool]] = {
    BoundaryState.CROSSED: {"red": True},
    BoundaryState.UNKNOWN: {"yellow": True},
    BoundaryState.NOT_CROSSED: {},
}


class VerdictOnTerminal:
    """Prints the verdict once everything else has been printed."""

    def __init__(
        self, config: pytest.Config, *, verdict: Callable[[], VerdictDocument | None], outputs: Outputs
    ) -> None:
        self._config, self._verdict, self._outputs = config, verdict, outputs
        self._written = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Outermost, so that pytest's own summary and last line come first."""
        result = yield
        self._write_once()
        return result

    def pytest_unconfigure(self) -> None:
        """A run that was refused before it started ends without pytest_sessionfinish."""
        self._write_once()

    def _write_once(self) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        document = self._verdict()
        if reporter is not None and document is not None and not reporter.no_summary and not self._written:
            self._written = True
            self._write(reporter, document)

    def _write(self, reporter: Any, document: VerdictDocument) -> None:
        verdict, colour = document.verdict, _COLOURS[document.verdict]
        reporter.ensure_newline()
        reporter.write_sep("=", f"verdict: {verdict.upper()}", bold=True, **colour)
        step = f", up to step {document.step}" if document.step else ""
        reporter.write_line(f"{document.title}, {document.environment}, phase {document.phase}{step}")
        self._wrapped(reporter, document.reason.rstrip(".") + ".")
        self._blockers(reporter, document.blockers)
        self._waived(reporter, document.waived)
        self._notes(reporter, document.notes_that_block_nothing)
        self._boundaries(reporter, document.boundaries)
        self._identity(reporter, document.identity)
        if document.counts:
            reporter.write_line(f"checks      {_counts(document.counts)}")
        evidence, report = self._outputs.verdict_path, self._outputs.report_path
        reporter.write_line(f"evidence    {self._file(evidence)} and record.jsonl next to it")
        reporter.write_line(f"report      {self._file(report)}")
        for remark in self._outputs.remarks:
            reporter.write_line(f"            {remark}", yellow=True)
        reporter.write_sep("=", f"{verdict} (exit code {document.exit_code})", bold=True, **colour)

    def _file(self, path: Path) -> str:
        return f"{shown_path(path, self._config)}{'' if path.exists() else ' (could not be written)'}"

    def _blockers(self, reporter: Any, blockers: Sequence[Blocker]) -> None:
        if not blockers:
            return
        reporter.write_line("")
        reporter.write_line(f"Blockers ({len(blockers)}):", bold=True)
        causes = _by_cause(blockers)
        for same in causes[:_SHOWN_CAUSES]:
            self._cause(reporter, same)
        rest = sum(map(len, causes[_SHOWN_CAUSES:]))
        if rest:
            reporter.write_line(f"  ... and {rest} more, all in verdict.json")
        reporter.write_line("")

    def _cause(self, reporter: Any, same: Sequence[Blocker]) -> None:
        first = same[0]
        reporter.write_line(f"  {first.heading}")
        lines = first.message.strip().splitlines()
        for number, line in enumerate(lines[:_SHOWN_LINES]):
            if number and line.startswith((" ", *_SIGNS)):
                reporter.write_line(f"      {line}")  # a line of a comparison keeps its columns
            else:
                self._wrapped(reporter, line, "      ")
        if len(lines) > _SHOWN_LINES:
            reporter.write_line(f"      ... {len(lines) - _SHOWN_LINES} more lines")
        if first.remedy:
            self._wrapped(reporter, f"remedy: {first.remedy}", "      ")
        details = [
            first.check if first.title else "",
            f"step {first.step}" if first.step else "",
            f"boundary {first.boundary}" if first.boundary else "",
            f"owner {first.owner}" if first.owner else "",
        ]
        if any(details):
            reporter.write_line(f"      [{', '.join(filter(None, details))}]", light=True)
        if len(same) > 1:
            others = listed([each.check for each in same[1:]], _SHOWN_OF_A_CAUSE)
            self._wrapped(reporter, f"the same for {len(same) - 1} more: {others}", "      ")

    def _waived(self, reporter: Any, waived: Sequence[WaivedFailure]) -> None:
        if not waived:
            return
        reporter.write_line(f"Waived failures ({len(waived)}):", bold=True)
        for each in waived:
            reporter.write_line(f"  {each.failure.heading}", yellow=True)
            self._wrapped(reporter, each.message.partition("\n")[0], "      ")
            self._wrapped(reporter, each.accepted, "      ")
        reporter.write_line("")

    def _notes(self, reporter: Any, notes: Sequence[Note]) -> None:
        if not notes:
            return
        reporter.write_line(f"Notes ({len(notes)}):", bold=True)
        for note in notes[:_SHOWN_NOTES]:
            self._wrapped(reporter, f"{note.kind}: {note.check}: {note.message}", "  ")
        if len(notes) > _SHOWN_NOTES:
            reporter.write_line(f"  ... and {len(notes) - _SHOWN_NOTES} more, all in verdict.json")
        reporter.write_line("")

    def _identity(self, reporter: Any, identity: Identity) -> None:
        said = [
            f"{len(checks)} {what}"
            for what, checks in (
                ("only before", identity.only_before),
                ("only after", identity.only_after),
                ("renamed", identity.renamed),
            )
            if checks
        ]
        if said:
            reporter.write_line(f"since pre   {', '.join(said)} (checks; see verdict.json)")

    def _boundaries(self, reporter: Any, boundaries: Sequence[Boundary]) -> None:
        width = max((len(boundary.name) for boundary in boundaries), default=0)
        for boundary in boundaries:
            reporter.write(f"boundary    {boundary.name:<{width}}  ")
            reporter.write(f"{boundary.state.replace('-', ' '):<11}", **_STATE_COLOURS[boundary.state])
            irreversible = ", ".join(boundary.irreversible)
            reporter.write_line(f"  {'irreversible: ' + irreversible if irreversible else 'all reversible'}")

    def _wrapped(self, reporter: Any, text: str, indent: str = "") -> None:
        width = max(60, min(120, reporter._tw.fullwidth))  # noqa: SLF001
        for line in textwrap.wrap(
            text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        ) or [""]:
            reporter.write_line(line)


def _by_cause(blockers: Sequence[Blocker]) -> list[list[Blocker]]:
    """Blockers that say the same, together: one unreachable host is one thing to fix, not seventeen."""
    causes: dict[tuple[str, str], list[Blocker]] = {}
    for blocker in blockers:
        causes.setdefault((blocker.kind, blocker.message), []).append(blocker)
    return list(causes.values())


def _counts(counts: Mapping[str, int]) -> str:
    planned = f"{counts['planned']} planned, {counts['passed']} passed"
    shown_when_there = (
        "waived", "failed", "error", "no-evidence", "skipped", "xfailed", "crashed", "interrupted", "deselected",
        "not-run", "missing-after", "retried",
    )  # fmt: skip
    others = [counted(counts[name], name) for name in shown_when_there if counts[name]]
    return ", ".join([planned, *others])
