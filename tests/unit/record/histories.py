"""Records made up line by line, as runs would have written them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_upgradecheck.record import Attempt, History, Tail
from pytest_upgradecheck.times import written
from pytest_upgradecheck.vocabulary import BoundaryState, Phase

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

PLAN: Mapping[str, Any] = {
    "upgrade": "shop",
    "title": "Shop",
    "environment": "test",
    "sequence": [
        {"step": "web", "product": "web", "from": "1", "to": "2", "rollback_boundary": {"name": "web-release"}},
        {
            "step": "db",
            "product": "db",
            "from": "1",
            "to": "2",
            "rollback_boundary": {"name": "db-schema", "irreversible": ["schema 2"]},
        },
    ],
}


class Pen:
    """Writes one line after the other into a history; a minute passes with each."""

    def __init__(self) -> None:
        self.history = History(path=Path("record.jsonl"))
        self._at = START
        self._lines = 0
        self._runs = 0
        self.line("record", format=1, upgrade="shop", environment="test")

    def line(self, kind: str, **fields: Any) -> None:
        self._at += timedelta(minutes=1)
        self._lines += 1
        self.history.add({"at": written(self._at), "type": kind, **fields}, Tail(lines=self._lines))

    def run(
        self,
        phase: str,
        verdict: str | None = "proceed",
        *,
        step: str | None = None,
        versions: Mapping[str, str] | None = None,
        crossed: Mapping[str, bool] | None = None,
        captured: Mapping[str, Any] | None = None,
        deselected: Sequence[str] = (),
        kinds: Sequence[str] = (),
        selected: bool = True,
        broken: str | None = None,
        results: Mapping[str, str] | None = None,
        states: Mapping[str, str] | None = None,
        plan: Mapping[str, Any] = PLAN,
        exit_code: int | None = 0,
    ) -> str:
        """One run; ``verdict`` None leaves it without one, ``exit_code`` None without an end. Answers its id.

        ``broken`` is the step of its blockers and of its checks, ``states`` what its verdict says of boundaries.
        """
        self._runs += 1
        run = f"{phase}-{self._runs}"
        self.line("run", run=run, phase=phase, step=step, environment="test", plan_digest="d", plan=plan, tools={})
        if selected:
            self.line("selection", run=run, due=1, deselected=list(deselected), later=[])
        reading: dict[str, Any] = {"surface": "version_truth", "status": 200}
        if versions is not None:
            reading["versions"] = dict(versions)
        if crossed is not None:
            reading["crossed"] = dict(crossed)
        self.line("reading", run=run, **reading)
        if results is not None:
            self.line("planned", run=run, checks=[{"id": check, "step": broken} for check in results])
        for check, result in (results or {}).items():
            self.line("check", run=run, check=check, result=result, seconds=0.1)
        for key, value in (captured or {}).items():
            self.line("capture", run=run, check="test_it.py::test_it", file="test_it.py", key=key, value=value)
        if verdict is not None:
            failed = kinds or ([] if verdict == "proceed" else ["failed"])
            document = {
                "verdict": verdict, "reason": verdict, "steps": [], "counts": {},
                "boundaries": [{"name": name, "state": state} for name, state in (states or {}).items()],
                "blockers": [{"check": "test_it.py::test_it", "kind": kind, "step": broken} for kind in failed],
            }  # fmt: skip
            self.line("verdict", run=run, verdict=document)
            if exit_code is not None:
                self.line("end", run=run, exit_code=exit_code)
        return run

    def give_up(self) -> None:
        self.line("new-attempt", why="the window closed", by="A. Name")


OLD, NEW = {"web": "1", "db": "1"}, {"web": "2", "db": "2"}


WEB_DONE = {"web": "2", "db": "1"}


def ids(pen: Pen) -> list[str]:
    return [run.id for run in Attempt.of(pen.history).runs]


def seen(pen: Pen, phase: Phase = Phase.ROLLBACK) -> Mapping[str, BoundaryState]:
    return Attempt.of(pen.history).seen(PLAN, phase)


def captured(pen: Pen, key: str, step: str | None = None) -> object:
    capture = Attempt.of(pen.history).baseline(step).captures.get(("test_it.py", key))
    return capture.value if capture else None


def end(pen: Pen, how: str) -> None:
    pen.run("pre", versions=OLD)
    pen.run("post", "roll-back", versions=WEB_DONE)
    if how == "verified":
        pen.run("rollback", versions=OLD)
    else:
        pen.give_up()


def spoiled_by(pen: Pen, step: str | None = None) -> str | None:
    run = Attempt.of(pen.history).baseline(step).spoiled_by
    return run.id if run is not None else None


def counting(pen: Pen, step: str | None = None) -> list[str]:
    return [run.id for run in Attempt.of(pen.history).baseline(step).runs]
