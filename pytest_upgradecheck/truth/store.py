"""One request a surface and phase, and one pace for all of them, however many checks and processes ask."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pytest_upgradecheck.locking import FileLock
from pytest_upgradecheck.plan import Rate
from pytest_upgradecheck.truth.answer import Answer, Failure, from_dict

Read = Callable[[], "Answer | Failure"]


class ReadingStore(Protocol):
    """Where what was read is kept for everybody else who asks."""

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """What was read of a surface; ``read`` is called by the first who asks, and the others wait for it."""

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """Keep a fresh reading in place of the one before."""

    def wait_for_turn(self, rate: Rate) -> None:
        """Wait until one more request keeps within the rate."""


class MemoryStore:
    """For one process, whatever its threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[str, Answer | Failure] = {}
        self._requests: list[float] = []

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """As `ReadingStore` says."""
        with self._lock:
            if surface not in self._kept:
                self._kept[surface] = read()
            return self._kept[surface]

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """As `ReadingStore` says."""
        self._kept[surface] = answer

    def wait_for_turn(self, rate: Rate) -> None:
        """As `ReadingStore` says."""
        with self._lock:
            self._requests = _take_turn(self._requests, rate)


class FolderStore:
    """For several processes that share a folder (the workers of pytest-xdist); nobody else can read it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def get_or_read(self, surface: str, read: Read) -> Answer | Failure:
        """As `ReadingStore` says."""
        with self._lock(surface):
            path = self._path(surface)
            if path.exists():
                return from_dict(json.loads(path.read_text("utf-8")))
            answer = read()
            self.put(surface, answer)
            return answer

    def put(self, surface: str, answer: Answer | Failure) -> None:
        """As `ReadingStore` says."""
        _write(self._path(surface), json.dumps(answer.to_dict()))

    def wait_for_turn(self, rate: Rate) -> None:
        """As `ReadingStore` says. The lock is held while waiting: turns are taken in the order of asking."""
        path = self._folder / "requests.json"
        with FileLock(self._folder / "requests.lock"):
            requests = json.loads(path.read_text("utf-8")) if path.exists() else []
            _write(path, json.dumps(_take_turn(requests, rate)))

    def _path(self, surface: str) -> Path:
        return self._folder / f"surface-{surface}.json"

    def _lock(self, surface: str) -> FileLock:
        return FileLock(self._folder / f"surface-{surface}.lock")


def _take_turn(requests: list[float], rate: Rate) -> list[float]:
    """Wait for a turn in a sliding window; the times of the requests that still count, this one included."""
    window = rate.per.total_seconds()
    # Monotonic time is the same clock for all processes of a machine, and nobody sets it.
    recent = [at for at in requests if at > time.monotonic() - window]
    if len(recent) >= rate.count:
        time.sleep(max(0.0, recent[-rate.count] + window - time.monotonic()))
    return [*recent[-rate.count :], time.monotonic()]


def _write(path: Path, text: str) -> None:
    partial = path.with_suffix(f".{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
