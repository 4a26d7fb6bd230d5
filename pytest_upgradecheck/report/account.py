"""Everything a record says of its runs: what `record.history` folds, and what only a report shows.

A record is read as far as it can be believed. What follows a damaged line is not read, and the account says so
(``damage``): a report of such a record never says more than that it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_upgradecheck.errors import RecordDamaged, RecordError
from pytest_upgradecheck.record import FORMAT, Attachment, RunRecord, Signoff, Tail
from pytest_upgradecheck.record.lines import TORN, read_lines
from pytest_upgradecheck.record.runs import Folding
from pytest_upgradecheck.vocabulary import UNMARKED

_EVERY_PHASE = tuple(phase.value for phase in UNMARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of a check that did not simply pass; ``detail`` is the traceback."""

    result: str
    at: str
    message: str
    detail: str
    retried: bool


@dataclass(slots=True, kw_only=True)
class RunAccount:
    """One run: its folded ``run``, its verdict as ``document`` (None where it has not ended), and its other lines.

    ``head`` is the chain's digest at its last line, ``seconds`` what each check took over all its attempts,
    ``version_truth`` the last answer of the surface that tells versions.
    """

    run: RunRecord
    environment: str
    tools: Mapping[str, str]
    document: Mapping[str, Any] | None = None
    head: str = ""
    last_at: str
    selected: bool = False
    deselected: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    seconds: dict[str, float] = field(default_factory=dict)
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)
    readings: list[Mapping[str, Any]] = field(default_factory=list)
    comparisons: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    evidence: list[Mapping[str, Any]] = field(default_factory=list)
    attachments: dict[str, list[Attachment]] = field(default_factory=dict)
    sections: list[Mapping[str, Any]] = field(default_factory=list)
    version_truth: Any = None

    @property
    def due(self) -> Iterator[str]:
        """The checks of this run's phase and step, deselected ones too."""
        phase = self.run.phase.value
        for check, entry in self.run.planned.items():
            if phase in entry.get("phases", _EVERY_PHASE) and check not in self.later:
                yield check


@dataclass(slots=True, kw_only=True)
class Account:
    """A record as far as it can be believed; ``damage`` says where and why that ends, if it does.

    ``damaged_line`` is the number of that line.
    """

    path: Path
    upgrade: str = ""
    environment: str = ""
    runs: list[RunAccount] = field(default_factory=list)
    signoffs: list[Signoff] = field(default_factory=list)
    tail: Tail = field(default_factory=Tail)
    damage: str | None = None
    damaged_line: int | None = None
    unfinished_line: bool = False

    @property
    def folder(self) -> Path:
        """Where the record and what lies beside it are."""
        return self.path.parent


def read_account(path: Path) -> Account:
    """Read a record. RecordError where there is none, it holds no run, or it is of another format."""
    account, folding, runs = Account(path=path), Folding(path.parent), dict[str, RunAccount]()
    try:
        for entry, account.tail in read_lines(path):
            if account.tail.lines == 1 or (not account.upgrade and entry["type"] == "record"):
                _begin(account, entry)
            try:
                folding.add(entry)
                _add(entry, folding, runs, account.tail.head)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                why = f"this line cannot be understood ({error!r})"
                raise RecordDamaged(str(path), account.tail.lines, why) from None
    except RecordDamaged as error:
        account.damage, account.damaged_line = str(error), error.line
    account.runs, account.signoffs = list(runs.values()), folding.signoffs
    if not account.runs:
        raise RecordError(account.damage or f"{path}: this record holds no run yet, so there is nothing to report")
    account.unfinished_line = account.damage is None and path.stat().st_size > account.tail.size
    return account


def _begin(account: Account, entry: Mapping[str, Any]) -> None:
    if entry["type"] == TORN:
        return
    if entry["type"] != "record" or entry.get("format") != FORMAT:
        raise RecordError(
            f"{account.path}: this is no record of format {FORMAT}: its first line is of type {entry['type']!r}, "
            f"format {entry.get('format')!r}"
        )
    account.upgrade, account.environment = str(entry.get("upgrade")), str(entry.get("environment"))


def _add(entry: Mapping[str, Any], folding: Folding, runs: dict[str, RunAccount], head: str) -> None:
    kind = entry["type"]
    if "run" not in entry:
        return
    if kind == "run":
        runs[entry["run"]] = RunAccount(
            run=folding.runs[entry["run"]],
            environment=entry["environment"],
            tools=entry["tools"],
            last_at=entry["at"],
        )
        return
    own = runs[entry["run"]]
    own.last_at = entry["at"]
    if kind == "check":
        _add_attempt(own, entry)
    elif kind == "selection":
        own.selected = True
        own.deselected, own.later = frozenset(entry["deselected"]), frozenset(entry["later"])
    elif kind == "reading":
        own.readings.append({name: value for name, value in entry.items() if name != "body"})
        surfaces = own.run.plan.get("platform", {}).get("surfaces", {})
        if "versions" in surfaces.get(entry["surface"], {}):
            own.version_truth = entry.get("body")
    elif kind == "comparison":
        own.comparisons.setdefault(entry["check"], []).append(entry)
    elif kind == "evidence":
        own.evidence.append(entry)
    elif kind == "attachment":
        own.attachments.setdefault(entry["check"], []).append(Attachment.of(entry))
    elif kind == "section":
        own.sections.append(entry)
    elif kind == "verdict":
        own.document = entry["verdict"]
        own.head = head


def _add_attempt(own: RunAccount, entry: Mapping[str, Any]) -> None:
    check = entry["check"]
    own.seconds[check] = own.seconds.get(check, 0.0) + entry["seconds"]
    if entry["result"] != "passed" or entry.get("attempt", 1) > 1:
        attempt = Attempt(
            result=entry["result"],
            at=entry["at"],
            message=entry.get("message", ""),
            detail=entry.get("detail", ""),
            retried=entry.get("retried", False),
        )
        own.attempts.setdefault(check, []).append(attempt)
