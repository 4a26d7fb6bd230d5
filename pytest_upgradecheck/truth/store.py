"""One request a surface and phase, and one pace for all of them, however many checks and processes ask."""

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

# The platform counts requests as they arrive, and the first of a window may have travelled longer than the last.
_TRAVEL_SECONDS = 0.1


class ReadingStore(Protocol):
    """Where what was read is kept for everybody else who asks."""

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """What was read of a surface; ``read`` is called by the first who asks, and the others wait for it."""

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """Keep a fresh reading in place of the one before."""

    def wait_for_turn(self, rate: Rate, *, until: float = math.inf) -> bool:
        """Wait until one more request keeps within the rate; False, at once, where that is after ``until``."""


class MemoryStore:
    """For one process, whatever its threads."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}
        self._reading: dict[str, threading.RLock] = {}
        self._pacing = threading.Lock()
        self._turns: list[float] = []

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """As `ReadingStore` says."""
        with self._reading.setdefault(surface, threading.RLock()):
            if surface not in self._kept:
                self.put(surface, read())
            return from_dict(json.loads(self._kept[surface]))

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """As `ReadingStore` says."""
        # As text, so that a check that changes the body it was given changes nobody else's.
        self._kept[surface] = json.dumps(answer.to_dict())

    def wait_for_turn(self, rate: Rate, *, until: float = math.inf) -> bool:
        """As `ReadingStore` says."""
        with self._pacing:
            turn = _next_turn(self._turns, rate)
            if turn <= until:
                self._turns = [*self._turns, turn][-rate.count :]
        return _waited(turn, until)


class FolderStore:
    """For several processes that share a folder (the workers of pytest-xdist); nobody else can read it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """As `ReadingStore` says."""
        path = self._path(surface)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                self.put(surface, read())
            return from_dict(json.loads(path.read_text("utf-8")))

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """As `ReadingStore` says."""
        _write(self._path(surface), json.dumps(answer.to_dict()))

    def wait_for_turn(self, rate: Rate, *, until: float = math.inf) -> bool:
        """As `ReadingStore` says."""
        path = self._folder / "turns.json"
        with FileLock(path.with_suffix(".lock")):
            turns = json.loads(path.read_text("utf-8")) if path.exists() else []
            turn = _next_turn(turns, rate)
            if turn <= until:
                _write(path, json.dumps([*turns, turn][-rate.count :]))
        return _waited(turn, until)

    def _path(self, surface: str) -> Path:
        # Names that differ only in case are two surfaces, and may be one file.
        return self._folder / f"surface-{hashlib.sha256(surface.encode()).hexdigest()[:32]}.json"


def _next_turn(turns: Sequence[float], rate: Rate) -> float:
    """When the next request may go out, given the turns taken so far: a sliding window, on the monotonic clock.

    That clock is the same for all processes of a machine, and nobody sets it.
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
