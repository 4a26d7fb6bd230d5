"""Notes for the record besides the reports: readings, captures, comparisons, the end of each stage of a check."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.vocabulary import NoteKind, Result

_NOTHING: dict[str, Any] = {}

#: The end of a stage of a check. One object for all that passed keeps 10,000 checks cheap.
PASSED: dict[str, str] = {"ended": Result.PASSED}


class Notes:
    """The events since the last report that go into the record.

    In a run without workers the recorder takes it with the next report; a worker puts it on that report, as JSON text,
    which is all that crosses to the controller unchanged.

    ``observed`` says how a stage of a check ended, by node id and stage, as seen around the check itself: other plugins
    may report something else. ``said`` is what an exception of this package says.
    """

    _LISTS = ("readings", "captures", "comparisons", "remarks", "read_keys", "evidence", "attachments", "died")

    def __init__(self) -> None:
        self.readings: list[dict[str, Any]] = []
        self.captures: list[dict[str, Any]] = []
        self.comparisons: list[dict[str, Any]] = []
        self.remarks: list[dict[str, str]] = []
        self.read_keys: list[list[str]] = []
        self.evidence: list[dict[str, Any]] = []
        self.attachments: list[dict[str, Any]] = []
        self.died: list[dict[str, str]] = []
        self.captured: dict[tuple[str, str], str] = {}
        self.said: dict[tuple[str, str], dict[str, str]] = {}
        self.observed: dict[tuple[str, str], dict[str, str]] = {}

    def remark(self, check: str, kind: NoteKind, message: str) -> None:
        """Note something about a check that a reader should know."""
        self.remarks.append({"check": check, "kind": kind, "message": message})

    def take(self) -> dict[str, Any]:
        """Everything noted, which is then forgotten here."""
        taken = {name: noted for name in self._LISTS if (noted := getattr(self, name))}
        for name in taken:
            setattr(self, name, [])
        return taken

    def take_with(self, report: pytest.TestReport) -> dict[str, Any]:
        """The same, with what is known about the stage that this report is about."""
        if not (self.said or self.observed or any(getattr(self, name) for name in self._LISTS)):
            return _NOTHING
        taken = self.take()
        stage = (report.nodeid, str(report.when))
        taken.update(self.said.pop(stage, _NOTHING))
        taken.update(self.observed.pop(stage, _NOTHING))
        if report.when == "teardown":  # flaky never reports the attempts it repeats
            unreported = self.observed.pop((report.nodeid, "call"), None)
            if unreported is not None:
                taken["unreported"] = unreported | self.said.pop((report.nodeid, "call"), _NOTHING)
        return taken

    def forget_captures_of(self, check: str) -> None:
        """Allow a new attempt of a check to capture its keys again."""
        for place in [place for place, owner in self.captured.items() if owner == check]:
            del self.captured[place]
