"""One request per surface and phase, at one pace, however many checks and processes ask."""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from pytest_upgradecheck.locking import FileLock
from pytest_upgradecheck.plan import Rate
from pytest_upgradecheck.truth.answer import Answer, Failure, from_dict

Read = Callable[[], "Answer | Failure"]

# The platform counts requests as they arrive, and the first of a window may have taken longer than the last.
_TRAVEL_SECONDS = 0.1


class ReadingStore(Protocol):
    """Keeps what was read for every check and process that asks."""

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """The reading of a surface. The first caller's ``read`` is called; the others wait for its result."""

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """Replace the reading of a surface."""

    def wait_for_turn(self, rate: Rate, *, until: float = math.inf) -> bool:
        """Wait until the rate allows one more request; False, at once, if that is after ``until``."""


class MemoryStore:
    """For one process and its threads."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}
        self._reading: dict[str, threading.RLock] = {}
        self._pacing = threading.Lock()
        self._turns: list[float] = []

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """See `ReadingStore`."""
        with self._reading.setdefault(surface, threading.RLock()):
            if surface not in self._kept:
                self.put(surface, read())
            return from_dict(json.loads(self._kept[surface]))

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """See `ReadingStore`."""
        # As text, so that a check that changes the body it was given does not change that of another check.
        self._kept[surface] = json.dumps(answer.to_dict())

    def wait_for_turn(self, rate: Rate, *, until: float = math.inf) -> bool:
        """See `ReadingStore`."""
        with self._pacing:
            turn = _next_turn(self._turns, rate)
            if turn <= until:
                self._turns = [*self._turns, turn][-rate.count :]
        return _waited(turn, until)


class FolderStore:
    """For several processes that share a folder (the workers of pytest-xdist); other users cannot read it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """See `ReadingStore`."""
        path = self._path(surface)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                self.put(surface, read())
            return from_dict(json.loads(path.read_text("utf-8")))

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """See `ReadingStore`."""
        _write(self._path(surface), json.dumps(answer.to_dict()))

    def wait_for_turn(self, rate: Rate, *, until: float = math.inf) -> bool:
        """See `ReadingStore`."""
        path = self._folder / "turns.json"
        with FileLock(path.with_suffix(".lock")):
            turns = json.loads(path.read_text("utf-8")) if path.exists() else []
            turn = _next_turn(turns, rate)
            if turn <= until:
                _write(path, json.dumps([*turns, turn][-rate.count :]))
        return _waited(turn, until)

    def _path(self, surface: str) -> Path:
        # Names that differ only in case are two surfaces, but may be one file.
        return self._folder / f"surface-{hashlib.sha256(surface.encode()).hexdigest()[:32]}.json"


def _next_turn(turns: Sequence[float], rate: Rate) -> float:
    """The time at which the next request may go out, after the turns taken so far: a sliding window.

    It is a time of the monotonic clock, which is the same for all processes of a machine, and cannot be set.
    """
    now = time.monotonic()
    if len(turns) < rate.count:
        return now
    return max(now, turns[-rate.count] + rate.per.total_seconds() + _TRAVEL_SECONDS)


def _waited(turn: float, until: float) -> bool:
    if turn > until:
        return False
    time.sleep(max(0.0, turn - time.monotonic()))
    return True


def _write(path: Path, text: str) -> None:
    partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
