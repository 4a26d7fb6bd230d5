"""Verification of a record: every line is as it was written, and in its place, and the runs are consistent.

Beyond the chain: the plan of each run has the digest that the run states, runs do not overlap, their lines are
between their first line and their verdict, time does not run backwards, and nothing after the change proceeds without
a run before it. Anyone who can write the file can also write a new chain, so this detects damage and carelessness, but
not forgery: to detect that, compare with a signed head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from glob import glob
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordDamaged, RecordError
from pytest_upgradecheck.files import open_regular
from pytest_upgradecheck.plan import digest_of_plan
from pytest_upgradecheck.record.blobs import Attachment, Stored
from pytest_upgradecheck.record.journal import JOURNAL_FILE, RECORDS_FOLDER
from pytest_upgradecheck.record.lines import digest_of_start, ends_unfinished, read_lines
from pytest_upgradecheck.record.runs import History, Run
from pytest_upgradecheck.times import MOST_SKEW, timestamp
from pytest_upgradecheck.vocabulary import Decision, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRecord:
    """A record with every line verified. ``stored`` counts the files next to it.

    ``sha256`` is that of the file's first ``history.tail.size`` bytes.
    """

    path: Path
    upgrade: str
    environment: str
    history: History
    stored: int
    sha256: str

    @property
    def last(self) -> Run | None:
        """The last run."""
        return self.history.runs[-1] if self.history.runs else None

    def sha256_of_first(self, size: int) -> str:
        """The SHA-256, in hex, of the file's first ``size`` bytes."""
        return _digest(self.path, size)


@dataclass(slots=True)
class _Order:
    """The run that is under way at a line of the record, and the lines before it."""

    run: Run | None = None
    last_at: datetime | None = None
    last_line: int = 0
    pre_ended: bool = False
    decided: bool = False
    ended: bool = False
    known: set[str] = field(default_factory=set)


def find_record(path: Path) -> Path:
    """The record's file, given that or a folder that holds one: that of the record, of all records, or of the suite.

    Raises RecordError if there is none, or several.
    """
    if not path.is_dir():
        if path.is_file():
            return path
        raise RecordError(f"{path}: there is no such record")
    if (path / JOURNAL_FILE).is_file():
        return path / JOURNAL_FILE
    below = ("*", "*/*", f"{RECORDS_FOLDER}/*/*")
    # Not Path.glob, which fails in Python 3.11 and 3.12 if a folder is deleted while it searches.
    patterns = [f"{pattern}/{JOURNAL_FILE}" for pattern in below]
    names = {name for each in patterns for name in glob(each, root_dir=path, include_hidden=True)}  # noqa: PTH207
    found = sorted(each for name in names if (each := path / name).is_file())
    if len(found) == 1:
        return found[0]
    if found:
        raise RecordError(f"{path}: there are {len(found)} records below it; name one: {', '.join(map(str, found))}")
    raise RecordError(f"{path}: there is no {JOURNAL_FILE} in this folder")


def verify_record(path: Path) -> VerifiedRecord:
    """Verify a record to its last line; RecordError names the first that is wrong."""
    history, order = History(path=path), _Order()
    stored: set[Stored | Attachment] = set()
    for entry, tail in read_lines(path):
        history.add(entry, tail)
        try:
            if "stored" in entry:
                stored.add(Stored(**entry["stored"]))
            if entry["type"] == "attachment":
                stored.add(Attachment.of(entry))
            fault = _out_of_order(entry, history, order) or _contradiction(entry, history)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RecordDamaged(str(path), tail.lines, f"this line cannot be understood ({error!r})") from None
        if fault:
            raise RecordDamaged(str(path), tail.lines, fault)
        order.last_line = tail.lines
    if ends_unfinished(path, history.tail):
        fault = "the last line was cut: a run was killed while writing (the next run accounts for it)"
        raise RecordDamaged(str(path), history.tail.lines + 1, fault)
    if not history.upgrade:
        raise RecordError(f"{path}: the record is empty")
    for each in stored:
        each.verify(path.parent)
    return VerifiedRecord(
        path=path,
        upgrade=history.upgrade,
        environment=history.environment,
        history=history,
        stored=len(stored),
        sha256=_digest(path, history.tail.size),
    )


def head_at(path: Path, lines: int) -> str | None:
    """The head of a record's chain after this many lines; None if it has fewer."""
    return next((tail.head for _, tail in read_lines(path) if tail.lines == lines), None)


def _out_of_order(entry: Mapping[str, Any], history: History, order: _Order) -> str:
    """The fault of a line's position; empty if there is none."""
    kind, at = entry["type"], timestamp(entry["at"])
    if order.last_at is not None and order.last_at - at > MOST_SKEW:
        return (
            f"it says {entry['at']}, and line {order.last_line} says {order.last_at:%Y-%m-%dT%H:%M:%S}Z: "
            "time ran backwards, so the order of its runs cannot be trusted"
        )
    order.last_at = at
    if kind == "run":
        if entry["run"] in order.known:
            return f"run {entry['run']} starts a second time"
        order.known.add(entry["run"])
        order.run, order.ended = history.by_id[entry["run"]], False
        order.decided = False
    elif "run" in entry:
        # After its verdict a run may only add another one, if the process got another exit code, and its end.
        late = order.decided and kind not in ("verdict", "end")
        if order.run is None or entry["run"] != order.run.id or late or order.ended:
            return f"it belongs to run {entry['run']}, which is not under way here"
        if kind == "verdict":
            proceeds = entry["verdict"]["verdict"] == Decision.PROCEED
            if order.run.phase.after_change and proceeds and not order.pre_ended:
                return f"{order.run.name} proceeds, and no pre run ended before it"
            order.pre_ended = order.pre_ended or order.run.phase is Phase.PRE
            order.decided = True
        order.ended = kind == "end"
    elif kind == "signoff" and entry["pre"] not in order.known:
        return f"it approves the run {entry['pre']}, which is not in this record"
    return ""


def _contradiction(entry: Mapping[str, Any], history: History) -> str:
    """The contradiction in a line's content; empty if there is none."""
    if entry["type"] == "run" and digest_of_plan(entry["plan"]) != entry["plan_digest"]:
        return f"its plan does not have the digest that it states, {entry['plan_digest']}"
    if entry["type"] == "verdict":
        run, said = history.by_id[entry["run"]], entry["verdict"]
        if (said["phase"], said["plan_digest"]) != (run.phase.value, run.plan_digest):
            return "its verdict is of another phase or plan than its run"
        if said["verdict"] == Decision.PROCEED and said["blockers"]:
            return f"its verdict is proceed, and it names {len(said['blockers'])} blockers"
    return ""


def _digest(path: Path, size: int) -> str:
    with open_regular(path) as file:
        return digest_of_start(file, size)
