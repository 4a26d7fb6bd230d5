"""The folder a stack lives in: its database, its state, its processes' locks and logs, and its API key."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


class StackError(Exception):
    """The command cannot do what it was asked to; the message says why, and what to do."""


@dataclass(slots=True, kw_only=True)
class State:
    """The operator's setup: permanent ports and API key, and the release and settings of each product."""

    api_key: str = field(repr=False)
    ports: dict[str, int]
    releases: dict[str, str]
    settings: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """The files of a stack. Only its owner can read them."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "platform.db"

    @property
    def backup(self) -> Path:
        return self.path / "backup.db"

    @property
    def migration_lock(self) -> Path:
        return self.path / "migration.lock"

    @property
    def environment(self) -> Path:
        return self.path / "stack.env"

    def lock_of(self, product: str) -> Path:
        return self.path / "run" / f"{product}.lock"

    def log_of(self, product: str) -> Path:
        return self.path / "logs" / f"{product}.log"

    @property
    def exists(self) -> bool:
        """Whether a stack was set up here."""
        return self._state.is_file()

    @property
    def _state(self) -> Path:
        return self.path / "stack.json"

    def create(self, ports: dict[str, int], release: str) -> State:
        """Set up the folder for a new stack, with a new API key."""
        if any(self.path.iterdir()):
            raise StackError(f"{self.path} is not empty, and no stack either: give another folder with --home")
        for folder in ("run", "logs"):
            (self.path / folder).mkdir()
        state = State(api_key=secrets.token_urlsafe(24), ports=ports, releases=dict.fromkeys(ports, release))
        self.save(state)
        url = f"http://127.0.0.1:{ports['fabric']}"
        self._write(self.environment, f"export PLATFORM_URL={url}\nexport PLATFORM_API_KEY={state.api_key}\n")
        return state

    def load(self) -> State:
        """The state of the stack."""
        if not self.exists:
            raise StackError(f"there is no stack in {self.path}: start one with `up`, or name its folder with --home")
        try:
            return State(**json.loads(self._state.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise StackError(f"{self._state} can no longer be read: delete {self.path} and start again") from None

    def save(self, state: State) -> None:
        """Replace the state, so that a reader sees the old one or the new one."""
        self._write(self._state, json.dumps(asdict(state), indent=2) + "\n")

    def remove(self) -> None:
        """Delete everything; the stack must no longer be running."""
        shutil.rmtree(self.path)

    @contextmanager
    def one_command(self, *, new: bool = False) -> Iterator[None]:
        """Keep a second command from working on the same stack at the same time. ``new`` makes the folder."""
        if new:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.path.is_dir():
            yield
            return
        handle = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StackError(f"another command is at work on {self.path}: let it finish first") from None
            yield
        finally:
            os.close(handle)

    def _write(self, path: Path, text: str) -> None:
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
