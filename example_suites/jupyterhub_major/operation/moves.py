"""Moving the hub: up, upgrade, rollback, down."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from operation import faults, processes
from operation.home import Home, HubError, State
from operation.releases import NEW, OLD, SUITE, Releases

CONFIGURATION = SUITE / "jupyterhub_config.py"

#: The schema revision of the old release, and the only one it works with.
OLD_REVISION = "0eee8c825d24"

#: The initial content of the old release, request by request.
CONTENT: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("POST", "users", {"usernames": ["ada", "grace", "rosalind"]}),
    ("POST", "groups/research", {}),
    ("POST", "groups/research/users", {"users": ["ada", "grace"]}),
    ("PUT", "groups/research/properties", {"cost_centre": "4711"}),
    ("POST", "users/grace/tokens", {"note": "weekly export", "expires_in": 90 * 24 * 3600}),
    ("POST", "users/ada/server", {}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The operator at work on one hub. ``say`` is told each step; ``ready_within`` is in seconds."""

    home: Home
    releases: Releases
    say: Callable[[str], None]
    ready_within: float = 30.0

    def up(self, *, port: int | None = None) -> None:
        """Start a new hub on the old release, and fill it."""
        if self.home.exists:
            raise HubError(f"there is a hub in {self.home.path} already: take it down first with `down`")
        processes.free_port(port)
        self.releases.install(self.say)
        state = self.home.create(processes.free_port(port), OLD)
        self._start(OLD, state, f"JupyterHub {OLD}")
        for method, path, body in CONTENT:
            self._request(state, method, path, body)
        self.home.copy_database(self.home.database, self.home.nightly)
        self.say("filled: 3 users, a group, a token, and a server that runs")

    def upgrade(self, fault: str | None = None) -> None:
        """Move the hub to the new release: stop, back up, migrate, start."""
        state = self.home.load()
        if state.release == NEW and processes.running(self.home.lock):
            if fault:
                raise HubError(f"--fault {fault} takes effect in an upgrade, and the hub is at {NEW} already")
            self.say(f"nothing to do: the hub is at {NEW} already")
            return
        if fault and self._crossed():
            raise HubError(f"--fault {fault} takes effect in a migration, and the database is migrated already")
        self.releases.install(self.say)
        self._stop(with_servers=fault == faults.SERVERS_KILLED)
        if not self._crossed():
            # Never of a migrated database: that backup would be no way back.
            self.home.copy_database(self.home.database, self.home.backup)
            self.say(f"backup of {self.home.database.name} at revision {self.home.revision()}: {self.home.backup}")
        if fault == faults.STALE_COPY:
            self.home.copy_database(self.home.nightly, self.home.database)
        release = OLD if fault == faults.LEFT_ON_OLD_RELEASE else NEW
        migrated = "" if fault == faults.MIGRATION_FORGOTTEN else self._migrate(release, state)
        state.allow_all = fault != faults.NOBODY_ALLOWED
        # This says what was meant to happen; a check finds out what did.
        self._start(release, state, f"{_moved(state.release, NEW)}{migrated}")

    def rollback(self, *, restore_backup: bool = False) -> None:
        """Start the old release again, on the database as it is, or as it was backed up where that is asked for."""
        state = self.home.load()
        crossed = self._crossed()
        if state.release == OLD and processes.running(self.home.lock):
            self.say(f"nothing to do: the hub is at {OLD}")
            return
        taken = self.home.backed_up_at() if crossed else ""
        self._stop()
        if crossed and restore_backup:
            self.home.copy_database(self.home.backup, self.home.database)
            self.say(f"backup of {taken} restored: revision {self.home.revision()}")
        try:
            self._start(OLD, state, _moved(state.release, OLD))
        except HubError as error:
            if not crossed or restore_backup:
                raise
            raise HubError(
                f"{error}\nThe hub is down, and its database is past what {OLD} can work on. Go forward again with "
                f"`upgrade`, or give up everything since {taken}: `rollback --restore-backup`"
            ) from None

    def down(self) -> None:
        """End every process and delete the hub. The releases stay for the next one."""
        if not self.home.exists:
            self.say(f"no hub in {self.home.path}")
            return
        self._stop(with_servers=True)
        self.home.remove()
        self.say(f"the hub is down, and {self.home.path} is deleted")

    def status(self) -> Sequence[str]:
        """The status: the running processes, and the state of the database."""
        state = self.home.load()
        pid = processes.process_id(self.home.lock)
        servers = [path.stem.removeprefix("server-") for path in self.home.server_locks if processes.running(path)]
        return (
            f"hub: {f'JupyterHub {state.release}, pid {pid}' if pid else 'down'}, {state.url}",
            f"servers that run: {', '.join(servers) or 'none'}",
            f"database: revision {self.home.revision()}",
        )

    def _start(self, release: str, state: State, what: str) -> None:
        began = time.monotonic()
        state.release = release
        self.home.save(state)
        said_before = self.home.log.stat().st_size if self.home.log.exists() else 0
        try:
            processes.start(
                self._jupyterhub(release),
                lock=self.home.lock,
                log=self.home.log,
                folder=self.home.path,
                environment=self._environment(release, state),
            )
            processes.wait_until_healthy(state.url, lock=self.home.lock, within=self.ready_within)
        except HubError as error:
            last = self._last_words(said_before)
            raise HubError(f"JupyterHub {release} does not start: {error}: {last}\nIts log: {self.home.log}") from None
        self.say(f"{what} ... up in {time.monotonic() - began:.1f} s")

    def _stop(self, *, with_servers: bool = False) -> None:
        processes.stop(self.home.lock)
        for lock in self.home.server_locks if with_servers else ():
            processes.stop(lock)

    def _migrate(self, release: str, state: State) -> str:
        """Migrate with the product's own command; returns what was done, for the operator to read."""
        before = self.home.revision()
        command = self._jupyterhub(release, "upgrade-db")
        environment = self._environment(release, state)
        with self.home.log.open("ab") as log:
            code = subprocess.call(command, cwd=self.home.path, env=environment, stdout=log, stderr=subprocess.STDOUT)
        if code != 0:
            raise HubError(f"`jupyterhub upgrade-db` failed, and the hub is down; its log: {self.home.log}")
        after = self.home.revision()
        return "" if before == after else f", database {before} -> {after} (irreversible)"

    def _jupyterhub(self, release: str, *command: str) -> list[str]:
        return [self.releases.program(release, "jupyterhub"), *command, "-f", str(CONFIGURATION)]

    def _environment(self, release: str, state: State) -> dict[str, str]:
        """The environment of the hub. Secrets are passed in it, because every user can read a command line."""
        return {
            **self.releases.surroundings(release),
            "HUB_HOME": str(self.home.path),
            "HUB_PORT": str(state.port),
            "HUB_API_TOKEN": state.api_token,
            "HUB_PASSWORD": state.password,
            "HUB_ALLOW_ALL": "yes" if state.allow_all else "no",
        }

    def _request(self, state: State, method: str, path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"token {state.api_token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{state.url}/hub/api/{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.ready_within):
                pass
        except (OSError, urllib.error.URLError) as error:
            raise HubError(f"the hub cannot be filled: {method} {path}: {error}; its log: {self.home.log}") from None

    def _crossed(self) -> bool:
        return self.home.revision() != OLD_REVISION

    def _last_words(self, start: int) -> str:
        """The last line the hub logged since it was started."""
        with self.home.log.open("rb") as log:
            log.seek(start)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "it said nothing"


def _moved(before: str, after: str) -> str:
    return f"JupyterHub {before} -> {after}" if before != after else f"JupyterHub {after}, again"
