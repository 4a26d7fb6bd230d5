"""The runs of a record: the only fold of its events.

The types of line a run writes, in order (all carry ``run``, the run's id):

==============  =======================================================================================================
``run``         the run starts: phase, step, plan (public form) and its digest, environment, versions of the tools
``planned``     checks found at collection, each with identity, step, boundaries ...; a run may write several such lines
``selection``   which of the phase's checks were deselected, and which wait for a ``later`` step
``reading``     one answer, or failure to answer, of a truth surface; with the ``versions`` it tells, and whether it
                shows a boundary ``crossed``, where it does
``capture``     one value that a check put into the baseline; a large one by its digest (see ``blobs``)
``comparison``  what a check found when it compared with the baseline: counts, and each difference
``evidence``    the state of a migration of the plan: its owner's evidence, whether it verified, or why not
``attachment``  something that a check attached, by its digest (see ``blobs``)
``check``       one attempt at one check: result, kind, message
``finding``     a reason, other than a check's result, why the verdict cannot be proceed
``note``        something a reader should know that does not block
``section``     what a team's hook adds to the report: title and text
``verdict``     everything in `verdict.json`
``end``         the run ends: the exit code, once no plugin can change it
==============  =======================================================================================================

The first line of a record is of type ``record`` and names format, upgrade and environment; ``torn`` lines account for
lines that a killed run left unfinished. Between runs there are lines of type ``signoff`` (who approved, the plan's
digest, and the pre run that was approved) and ``new-attempt`` (who decided to give the attempt up, and why).

The recorder feeds its events to the same `Run` that a reader of the file builds from its lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.errors import RecordDamaged, RecordError, RecordForeign
from pytest_upgradecheck.record.blobs import Attachment, Stored
from pytest_upgradecheck.record.lines import TORN, Tail, ends_unfinished, read_lines
from pytest_upgradecheck.times import timestamp
from pytest_upgradecheck.vocabulary import BlockerKind, BoundaryState, Decision, Phase, Result, RunState

#: The version of the record's format, in its first line.
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A value that a check captured under ``key``, which belongs to its test file.

    ``value`` is as the record's line holds it; a large one is ``stored`` next to the journal in ``folder``. ``terms``
    is the fingerprint of the terms by which it is to be compared, if there are any.
    """

    check: str
    file: str
    key: str
    value: Any = None
    stored: Stored | None = None
    terms: str | None = None
    folder: Path = Path()

    def load(self) -> Any:
        """The value in JSON. RecordError if its file cannot be read back."""
        return self.value if self.stored is None else self.stored.load(self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signoff:
    """One approval: of the plan with this digest, after the pre run ``pre`` (its id)."""

    name: str
    by: str
    at: datetime
    plan_digest: str
    pre: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttempt:
    """The recorded decision to give up an attempt at the upgrade; ``after`` counts the runs before it."""

    why: str
    by: str
    at: datetime
    after: int

    def __str__(self) -> str:
        return f"{self.by} gave it up on {self.at:%Y-%m-%d %H:%M}Z: {self.why}"


@dataclass(slots=True, kw_only=True)
class Run:
    """One run, as far as it got: opened, planned, running, concluded or refused (`state`).

    ``document`` is what `verdict.json` holds of it, None until it has a verdict; ``exit_code`` what its process ended
    with, None if it was killed before that; ``head`` the digest of its last line.
    ``results`` holds the last attempt at each check, ``attempts`` all attempts where there is more to say than that it
    passed. ``versions`` are those that version truth showed last, ``products_seen_at`` every product and version that
    it ever showed, ``boundaries_seen`` what readings showed of boundaries that the plan tells by an expression.
    """

    id: str
    phase: Phase
    step: str | None
    environment: str
    plan_digest: str
    plan: Mapping[str, Any]
    tools: Mapping[str, str]
    started_at: datetime
    folder: Path
    last_at: str = ""
    head: str = ""
    planned: dict[str, Check] = field(default_factory=dict)
    selected: bool = False
    deselected: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    results: dict[str, CheckResult] = field(default_factory=dict)
    attempts: dict[str, list[CheckResult]] = field(default_factory=dict)
    captures: dict[tuple[str, str], Capture] = field(default_factory=dict)
    readings: list[Mapping[str, Any]] = field(default_factory=list)
    versions: Mapping[str, str] = field(default_factory=dict)
    products_seen_at: set[tuple[str, str]] = field(default_factory=set)
    boundaries_seen: dict[str, set[BoundaryState]] = field(default_factory=dict)
    comparisons: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    evidence: list[Mapping[str, Any]] = field(default_factory=list)
    attachments: dict[str, list[Attachment]] = field(default_factory=dict)
    sections: list[Mapping[str, str]] = field(default_factory=list)
    findings: list[Mapping[str, Any]] = field(default_factory=list)
    notes: list[Mapping[str, str]] = field(default_factory=list)
    document: Mapping[str, Any] | None = None
    exit_code: int | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any], folder: Path) -> Run:
        """The run that a line of type ``run`` begins; ``folder`` is that of the record."""
        return cls(
            id=entry["run"],
            phase=Phase(entry["phase"]),
            step=entry["step"],
            environment=entry["environment"],
            plan_digest=entry["plan_digest"],
            plan=entry["plan"],
            tools=entry["tools"],
            started_at=timestamp(entry["at"]),
            last_at=entry["at"],
            folder=folder,
        )

    @property
    def name(self) -> str:
        """The name of this run in messages."""
        return f"the {self.phase} run of {self.started_at:%Y-%m-%d %H:%M:%S}Z"

    @property
    def state(self) -> RunState:
        """The state that the run reached."""
        if self.document is not None:
            refused = any(each["kind"] == BlockerKind.REFUSED for each in self.document["blockers"])
            return RunState.REFUSED if refused else RunState.CONCLUDED
        if self.results:
            return RunState.RUNNING
        return RunState.PLANNED if self.selected else RunState.OPENED

    @property
    def decision(self) -> Decision | None:
        """The verdict of the run; None until it has one. A run that did not exit with 0 has not proceeded."""
        if self.document is None:
            return None
        return Decision.CANNOT_TELL if self.contradiction else Decision(self.document["verdict"])

    @property
    def reason(self) -> str:
        """The reason of the verdict."""
        return self.contradiction or (str(self.document["reason"]) if self.document is not None else "")

    @property
    def contradiction(self) -> str:
        """The reason why its verdict proceed never became an exit code; empty if it did, or is another verdict."""
        if self.document is None or self.document["verdict"] != Decision.PROCEED or self.exit_code == 0:
            return ""
        if self.exit_code is None:
            return f"{self.name} was killed after its verdict, before it gave an exit code: run the phase again"
        return f"{self.name} ended with exit code {self.exit_code}, although its verdict was proceed: run it again"

    @property
    def finished_at(self) -> datetime | None:
        """The time at which the run ended."""
        return timestamp(self.last_at) if self.document is not None else None

    @property
    def due(self) -> Iterator[Check]:
        """The checks of this run's phase and step, deselected ones too."""
        for check in self.planned.values():
            if self.phase in check.phases and check.id not in self.later:
                yield check

    @property
    def blocking_checks(self) -> tuple[str, ...]:
        """The checks that its verdict names as blockers; an empty id means the whole run."""
        return tuple(each["check"] for each in self.document["blockers"]) if self.document is not None else ()

    @property
    def left_checks_out(self) -> bool:
        """Whether only a part of the checklist was run (``-k`` on one check), and nothing else blocked."""
        kinds = {each["kind"] for each in self.document["blockers"]} if self.document is not None else set()
        return kinds == {Result.DESELECTED}

    @property
    def products_at_target(self) -> frozenset[str]:
        """The products that version truth showed at their new version, at any time of the run."""
        return frozenset(
            step["product"] for step in self.plan["sequence"] if (step["product"], step["to"]) in self.products_seen_at
        )

    def seconds(self, check: str) -> float | None:
        """The duration of a check over all its attempts; None if it did not run."""
        if check in self.attempts:
            return sum(attempt.seconds for attempt in self.attempts[check])
        return self.results[check].seconds if check in self.results else None

    def add(self, entry: Mapping[str, Any]) -> None:
        """Fold in one event; KeyError, TypeError or ValueError if it cannot be understood."""
        if entry["type"] != "end":  # a run has ended at the time of its verdict
            self.last_at = entry["at"]
        match entry["type"]:
            case "check":
                self._add_check(entry)
            case "reading":
                self._add_reading(entry)
            case "capture":
                self._add_capture(entry)
            case "comparison":
                self.comparisons.setdefault(entry["check"], []).append(entry)
            case "planned":
                self.planned.update((check["id"], Check.from_dict(check)) for check in entry["checks"])
            case "selection":
                self.selected = True
                self.deselected, self.later = frozenset(entry["deselected"]), frozenset(entry["later"])
            case "attachment":
                self.attachments.setdefault(entry["check"], []).append(Attachment.of(entry))
            case "evidence":
                self.evidence.append(entry)
            case "finding":
                self.findings.append(entry)
            case "note":
                self.notes.append(entry)
            case "section":
                self.sections.append(entry)
            case "verdict":
                self._add_verdict(entry["verdict"])
            case "end":
                self.exit_code = int(entry["exit_code"])

    def _add_check(self, entry: Mapping[str, Any]) -> None:
        result = CheckResult.from_dict(entry)
        earlier = self.results.get(result.check)
        self.results[result.check] = result
        if earlier is not None or not result.simply_passed:
            attempts = self.attempts.setdefault(result.check, [earlier] if earlier is not None else [])
            attempts.append(result)
        if result.retried:
            self.comparisons.pop(result.check, None)  # only the last attempt counts

    def _add_reading(self, entry: Mapping[str, Any]) -> None:
        self.readings.append({name: value for name, value in entry.items() if name != "body"})
        if "versions" in entry:
            self.versions = entry["versions"]
            self.products_seen_at.update(self.versions.items())
        for boundary, crossed in entry.get("crossed", {}).items():
            state = BoundaryState.CROSSED if crossed else BoundaryState.NOT_CROSSED
            self.boundaries_seen.setdefault(boundary, set()).add(state)

    def _add_capture(self, entry: Mapping[str, Any]) -> None:
        self.captures[entry["file"], entry["key"]] = Capture(
            check=entry["check"],
            file=entry["file"],
            key=entry["key"],
            value=entry.get("value"),
            stored=Stored(**entry["stored"]) if "stored" in entry else None,
            terms=entry.get("terms"),
            folder=self.folder,
        )

    def _add_verdict(self, document: Mapping[str, Any]) -> None:
        Decision(document["verdict"])  # ValueError if it is not a decision
        for step in document["steps"]:
            if step["shown"] is not None:
                self.products_seen_at.add((step["product"], step["shown"]))
        for boundary in document["boundaries"]:
            self.boundaries_seen.setdefault(boundary["name"], set()).add(BoundaryState(boundary["state"]))
        self.document = document


@dataclass(slots=True, kw_only=True)
class History:
    """All runs of a record, oldest first, the decisions between them, and where the record ended when it was read.

    ``damage`` says where and why a record stops being believable, if it does; nothing after that is read.
    ``unfinished_line``: its last line was cut, because a run is writing it or was killed while writing.
    """

    path: Path = Path()
    upgrade: str = ""
    environment: str = ""
    by_id: dict[str, Run] = field(default_factory=dict)
    signoffs: list[Signoff] = field(default_factory=list)
    new_attempts: list[NewAttempt] = field(default_factory=list)
    tail: Tail = field(default_factory=Tail)
    damage: str | None = None
    damaged_line: int | None = None
    unfinished_line: bool = False

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, oldest first."""
        return tuple(self.by_id.values())

    @property
    def folder(self) -> Path:
        """The folder of the record and of the files next to it."""
        return self.path.parent

    def add(self, entry: Mapping[str, Any], tail: Tail) -> None:
        """Fold in one line; RecordDamaged if it cannot be understood."""
        try:
            self._add(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = f"this line cannot be understood: {error if isinstance(error, ValueError) else repr(error)}"
            raise RecordDamaged(str(self.path), tail.lines, why) from None
        if run := self.by_id.get(entry.get("run", "")):
            run.head = tail.head
        self.tail = tail

    def _add(self, entry: Mapping[str, Any]) -> None:
        kind = entry["type"]
        if not self.upgrade and kind not in ("record", TORN):
            raise ValueError("a record begins with a line that names its upgrade and environment")
        if kind == "run":
            self.by_id[entry["run"]] = Run.of(entry, self.folder)
        elif "run" in entry:
            self.by_id[entry["run"]].add(entry)
        elif kind == "record":
            if entry["format"] != FORMAT:
                raise ValueError(f"it is of format {entry['format']}, and this release reads format {FORMAT}")
            self.upgrade, self.environment = str(entry["upgrade"]), str(entry["environment"])
        elif kind == "signoff":
            fields = {name: entry[name] for name in ("name", "by", "plan_digest", "pre", "note")}
            self.signoffs.append(Signoff(**fields, at=timestamp(entry["at"])))
        elif kind == "new-attempt":
            decided = NewAttempt(why=entry["why"], by=entry["by"], at=timestamp(entry["at"]), after=len(self.by_id))
            self.new_attempts.append(decided)

    def require_owner(self, upgrade: str, environment: str) -> None:
        """Raise RecordForeign if the record was written for another upgrade or environment."""
        if self.tail.lines and (self.upgrade, self.environment) != (upgrade, environment):
            raise RecordForeign(
                f"{self.path}: this record was written for upgrade {self.upgrade!r} in environment "
                f"{self.environment!r}, and this run is for {upgrade!r} in {environment!r}; a baseline of one never "
                "counts for another"
            )


def read_history(path: Path, *, upgrade: str, environment: str, upto: int | None = None) -> History:
    """Read a record of this upgrade and environment; a record that does not exist yet holds no runs.

    Raises RecordDamaged if the chain breaks, RecordForeign if the record was written for something else.
    """
    history = History(path=path)
    if path.exists():
        for entry, tail in read_lines(path, upto=upto):
            history.add(entry, tail)
        history.require_owner(upgrade, environment)
    return history


def read_as_far_as_possible(path: Path) -> History:
    """Read a record up to the first damaged line, which the history then names.

    Raises RecordError if the record does not exist, has no run, or has another format.
    """
    history = History(path=path)
    try:
        for entry, tail in read_lines(path):
            history.add(entry, tail)
        history.unfinished_line = ends_unfinished(path, history.tail)
    except RecordDamaged as error:
        history.damage, history.damaged_line = str(error), error.line
    if not history.by_id:
        raise RecordError(history.damage or f"{path}: this record has no run yet, so there is nothing to report")
    return history
