"""The folder a hub lives in: its database and backups, its state, its processes' locks and logs, and its secrets."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shlex
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


class HubError(Exception):
    """The command cannot do what it was asked to; the message says why, and what to do."""


@dataclass(slots=True, kw_only=True)
class State:
    """The operator's setup: permanent port and secrets, the release of the last start, and the settings."""

    port: int
    release: str
    api_token: str = field(repr=False)
    password: str = field(repr=False)
    allow_all: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Home:
    """The files of a hub. Only its owner can read them."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "jupyterhub.sqlite"

    @property
    def backup(self) -> Path:
        """The database as it was right before the migration."""
        return self.path / "backup.sqlite"

    @property
    def nightly(self) -> Path:
        """The database as the backup of last night has it."""
        return self.path / "nightly.sqlite"

    @property
    def environment(self) -> Path:
        return self.path / "hub.env"

    @property
    def log(self) -> Path:
        return self.path / "logs" / "hub.log"

    @property
    def lock(self) -> Path:
        return self.path / "run" / "hub.lock"

    @property
    def server_locks(self) -> list[Path]:
        """The locks of the users' servers, held by those that run."""
        return sorted((self.path / "run").glob("server-*.lock"))

    @property
    def exists(self) -> bool:
        """Whether a hub was set up here."""
        return self._state.is_file()

    @property
    def _state(self) -> Path:
        return self.path / "hub.json"

    def create(self, port: int, release: str) -> State:
        """Set up the folder for a new hub, with a new token and a new password."""
        for folder in ("run", "logs", "users"):
            (self.path / folder).mkdir()
        # A hub is nothing to commit, wherever its folder lies.
        (self.path / ".gitignore").write_text("*\n", encoding="ascii")
        token, password = secrets.token_hex(32), secrets.token_urlsafe(24)
        state = State(port=port, release=release, api_token=token, password=password)
        self.save(state)
        variables = {"URL": state.url, "API_TOKEN": token, "PASSWORD": password, "DATABASE": str(self.database)}
        exports = [f"export HUB_{name}={shlex.quote(value)}\n" for name, value in variables.items()]
        self._write(self.environment, "".join(exports))
        return state

    def load(self) -> State:
        """The state of the hub."""
        if not self.exists:
            raise HubError(f"there is no hub in {self.path}: start one with `up`, or name its folder with --home")
        try:
            return State(**json.loads(self._state.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise HubError(f"{self._state} can no longer be read: end the hub with `down`, and start again") from None

    def save(self, state: State) -> None:
        """Replace the state, so that a reader sees the old one or the new one."""
        self._write(self._state, json.dumps(asdict(state), indent=2) + "\n")

    def remove(self) -> None:
        """Delete everything; the hub must no longer be running."""
        shutil.rmtree(self.path)

    @contextmanager
    def one_command(self, *, new: bool = False) -> Iterator[None]:
        """Keep a second command from working on the same hub at the same time. ``new`` makes the folder."""
        if new:
            self._make()
        if not self.path.is_dir():
            yield
            return
        handle = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HubError(f"another command is at work on {self.path}: let it finish first") from None
            try:
                yield
            finally:
                if new and not self.exists:
                    # It was empty, and the hub never came to be: leave nothing half made behind.
                    self.remove()
        finally:
            os.close(handle)

    def revision(self) -> str:
        """The schema revision of the database, as JupyterHub's migrations note it there."""
        with closing(_reading(self.database)) as database:
            return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def copy_database(self, source: Path, target: Path) -> None:
        """Put a copy of a database where another is, whole or not at all. The hub must not be running."""
        partial = target.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with closing(_reading(source)) as before, closing(sqlite3.connect(partial)) as after:
            before.backup(after)
        partial.replace(target)

    def backed_up_at(self) -> str:
        """The time of the backup, for an operator to read."""
        if not self.backup.is_file():
            raise HubError(f"there is no backup in {self.path}: `upgrade` takes one before it migrates")
        return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(self.backup.stat().st_mtime))

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise HubError(f"{self.path} is no folder: give another one with --home") from None
        if not self.exists and any(self.path.iterdir()):
            raise HubError(f"{self.path} is not empty, and no hub either: give another folder with --home")

    def _write(self, path: Path, text: str) -> None:
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
