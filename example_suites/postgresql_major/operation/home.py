"""The folder the clusters live in: their data, their state, and the passwords."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class ClusterError(Exception):
    """The command cannot do what it was asked to; the message says why, and what to do."""


@dataclass(slots=True, kw_only=True)
class State:
    """The operator's setup, and the progress of the upgrade.

    ``sockets`` is a folder for Unix sockets outside the home, for their paths may not be longer than 107 bytes.
    ``serving`` is the cluster that was started last: ``old``, ``new`` or, between the two, ``none``.
    """

    port: int
    owner: str | None
    sockets: str
    binaries: str
    password: str = field(repr=False)
    app_password: str = field(repr=False)
    serving: str = "none"
    extensions_before: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """The files of the clusters. ``clusters`` belongs to the user whose servers they are."""

    path: Path

    @property
    def clusters(self) -> Path:
        return self.path / "clusters"

    @property
    def environment(self) -> Path:
        return self.path / "cluster.env"

    @property
    def exists(self) -> bool:
        """Whether clusters were set up here."""
        return self._state.is_file()

    @property
    def _state(self) -> Path:
        return self.path / "state.json"

    def data(self, cluster: str) -> Path:
        """The data directory of ``old``, ``new``, or the ``backup`` of old."""
        return self.clusters / cluster

    def log(self, cluster: str) -> Path:
        return self.clusters / f"{cluster}.log"

    def require_empty(self) -> None:
        """Refuse a folder that holds something."""
        if self.exists:
            raise ClusterError(f"there is a cluster in {self.path} already: take it down first with `down`")
        if any(self.path.iterdir()):
            raise ClusterError(f"{self.path} is not empty, and holds no clusters: give another folder with --home")

    def create(self, *, port: int, owner: str | None, binaries: Path) -> State:
        """Set up the folder for new clusters, with new passwords."""
        self.clusters.mkdir(mode=0o700)
        (self.path / ".gitignore").write_text("*\n", encoding="ascii")  # wherever it lies, it is nothing to commit
        sockets = Path(tempfile.mkdtemp(prefix="pg-"))
        for folder in (self.clusters, sockets):
            if owner is not None:
                shutil.chown(folder, owner)
        state = State(
            port=port,
            owner=owner,
            sockets=str(sockets),
            binaries=str(binaries),
            password=secrets.token_urlsafe(24),
            app_password=secrets.token_urlsafe(24),
        )
        self.save(state)
        return state

    def load(self) -> State:
        """The state of the clusters."""
        if not self.exists:
            raise ClusterError(
                f"there is no cluster in {self.path}: start one with `up`, or name its folder with --home"
            )
        try:
            return State(**json.loads(self._state.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise ClusterError(f"{self._state} can no longer be read: delete {self.path} and start again") from None

    def save(self, state: State) -> None:
        """Replace the state, so that a reader sees the old one or the new one."""
        self._write(self._state, json.dumps(asdict(state), indent=2) + "\n")

    def export(self, variables: Mapping[str, Any]) -> None:
        """Write the environment of the checklist, for a shell to read."""
        lines = [f"export {name}={shlex.quote(str(value))}\n" for name, value in variables.items()]
        self._write(self.environment, "".join(lines))

    def remove(self, state: State) -> None:
        """Delete everything; no server may still be running."""
        shutil.rmtree(state.sockets, ignore_errors=True)
        shutil.rmtree(self.path)

    @contextmanager
    def one_command(self, *, new: bool = False) -> Iterator[None]:
        """Keep a second command from working here at the same time. ``new`` makes the folder."""
        if new:
            self.path.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not self.path.is_dir():
            yield
            return
        handle = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ClusterError(f"another command is at work on {self.path}: let it finish first") from None
            yield
        finally:
            os.close(handle)

    def _write(self, path: Path, text: str) -> None:
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
