"""What the runs in a record did, read back from its lines.

The types of line a run writes, in order (all carry ``run``, the run's id):

=============  ========================================================================================================
``run``        the run starts: phase, step, plan (public form) and its digest, environment, versions of the tools
``planned``    checks found at collection, each with identity, step, boundaries ...; a run may write several such lines
``selection``  which of the phase's checks were deselected, and which wait for a ``later`` step
``reading``    one answer, or failure to answer, of a truth surface
``capture``    one value a check put into the baseline; a large one by its digest (see ``large``)
``comparison`` what a check found when it compared with the baseline: counts, and each difference
``evidence``   how a migration of the plan stands: its owner's evidence, whether it verified, or why not
``attachment`` something a check attached, by its digest (see ``attachments``)
``check``      one attempt of one check: result, kind, message
``section``    what a team's hook adds to the report: title and text
``verdict``    the run ends: everything `verdict.json` holds
=============  ========================================================================================================

The first line of a record is of type ``record`` and names format, upgrade and environment; ``torn`` lines account for
lines a killed run left unfinished. A ``signoff`` line is written between runs: who approved, the plan's digest, and the
pre run (``pre``) that was approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordDamaged, RecordForeign
from pytest_upgradecheck.record.large import Stored
from pytest_upgradecheck.record.lines import TORN, Tail, read_lines
from pytest_upgradecheck.times import timestamp
from pytest_upgradecheck.vocabulary import Phase, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A value a check captured: under ``key``, which is its test file's own.

    ``value`` is as the record's line holds it; a large one is ``stored`` beside the journal in ``folder``.
    """

    check: str
    file: str
    key: str
    value: Any = None
    stored: Stored | None = None
    folder: Path = Path()

    def load(self) -> Any:
        """The value in JSON. RecordError where it was stored, and cannot be read back."""
        return self.value if self.stored is None else self.stored.load(self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """The last attempt of one check in one run."""

    check: str
    result: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signoff:
    """One approval: of the plan with this digest, after the pre run ``pre`` (its id)."""

    name: str
    by: str
    at: datetime
    plan_digest: str
    pre: str
    note: str = ""


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """One run, as far as it got. ``verdict`` is None for a run that never ended; ``blockers`` are ids of checks."""

    id: str
    phase: Phase
    step: str | None
    plan_digest: str
    plan: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None = None
    verdict: str | None = None
    reason: str = ""
    only_deselected: bool = False
    blockers: tuple[str, ...] = ()
    planned: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: dict[str, CheckRecord] = field(default_factory=dict)
    captures: dict[tuple[str, str], Capture] = field(default_factory=dict)
    boundaries: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How messages call this run."""
        return f"the {self.phase} run of {self.started_at:%Y-%m-%d %H:%M:%S}Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All runs of a record, oldest first, and where the record ended when it was read."""

    runs: tuple[RunRecord, ...] = ()
    signoffs: tuple[Signoff, ...] = ()
    tail: Tail = field(default_factory=Tail)

    def run(self, id: str) -> RunRecord | None:  # noqa: A002 - as the record calls it
        """The run of this id."""
        return next((run for run in self.runs if run.id == id), None)


class Folding:
    """Lines in, runs and signoffs out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.runs: dict[str, RunRecord] = {}
        self.signoffs: list[Signoff] = []

    def add(self, entry: Mapping[str, Any]) -> None:
        """Fold one line in; KeyError, TypeError or ValueError where it cannot be understood."""
        if entry["type"] == "signoff":
            fields = {name: entry[name] for name in ("name", "by", "plan_digest", "pre", "note")}
            self.signoffs.append(Signoff(**fields, at=timestamp(entry["at"])))
        else:
            _fold(self.runs, entry, self._folder)

    def history(self, tail: Tail) -> History:
        """What has been folded in."""
        return History(runs=tuple(self.runs.values()), signoffs=tuple(self.signoffs), tail=tail)


def read_history(path: Path, *, upgrade: str, environment: str, upto: int | None = None) -> History:
    """Read a record of this upgrade and environment; a record that does not exist yet holds no runs.

    Raises RecordDamaged where the chain breaks, RecordForeign where the record was written for something else.
    """
    if not path.exists():
        return History()
    folding, tail = Folding(path.parent), Tail()
    for entry, tail in read_lines(path, upto=upto):
        if tail.lines == 1:
            _check_owner(path, entry, upgrade, environment)
        try:
            folding.add(entry)
        except (KeyError, TypeError, ValueError) as error:
            raise RecordDamaged(str(path), tail.lines, f"this line cannot be understood ({error!r})") from None
    return folding.history(tail)


def _check_owner(path: Path, entry: Mapping[str, Any], upgrade: str, environment: str) -> None:
    if entry.get("type") == TORN:
        return
    written_for = (entry.get("upgrade"), entry.get("environment"))
    if written_for != (upgrade, environment):
        raise RecordForeign(
            f"{path}: this record was written for upgrade {written_for[0]!r} in environment {written_for[1]!r}, "
            f"and this run is for {upgrade!r} in {environment!r}; a baseline of one never serves another"
        )


def _fold(runs: dict[str, RunRecord], entry: Mapping[str, Any], folder: Path) -> None:
    kind = entry["type"]
    if kind == "run":
        runs[entry["run"]] = RunRecord(
            id=entry["run"],
            phase=Phase(entry["phase"]),
            step=entry["step"],
            plan_digest=entry["plan_digest"],
            plan=entry["plan"],
            started_at=timestamp(entry["at"]),
        )
        return
    if "run" not in entry:
        return
    run = runs[entry["run"]]
    if kind == "planned":
        run.planned.update((check["id"], check) for check in entry["checks"])
    elif kind == "check":
        run.checks[entry["check"]] = CheckRecord(
            check=entry["check"], result=entry["result"], message=entry.get("message", "")
        )
    elif kind == "capture":
        capture = Capture(
            check=entry["check"],
            file=entry["file"],
            key=entry["key"],
            value=entry.get("value"),
            stored=Stored(**entry["stored"]) if "stored" in entry else None,
            folder=folder,
        )
        run.captures[capture.file, capture.key] = capture
    elif kind == "verdict":
        run.verdict = entry["verdict"]["verdict"]
        run.reason = entry["verdict"]["reason"]
        run.finished_at = timestamp(entry["at"])
        run.boundaries = {boundary["name"]: boundary["state"] for boundary in entry["verdict"]["boundaries"]}
        blockers = entry["verdict"]["blockers"]
        run.blockers = tuple(blocker["check"] for blocker in blockers)
        run.only_deselected = bool(blockers) and all(blocker["kind"] == Result.DESELECTED for blocker in blockers)
