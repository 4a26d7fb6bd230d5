"""Run PostgreSQL's programs as the user that owns the servers.

PostgreSQL refuses to run as root. If the caller is root, everything runs as an ordinary user: ``postgres`` if
it exists, else ``nobody``. Passwords are passed in the environment, never on a command line.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from operation.binaries import NEW, OLD
from operation.home import ClusterError, Home, State

RELEASES = {"old": OLD, "new": NEW}


def owner_for(asked: str | None) -> str | None:
    """The user to run servers as; None for the caller."""
    if os.getuid() != 0:
        if asked is not None:
            raise ClusterError(f"only root can run servers as another user: leave out --owner {asked}")
        return None
    for name in [asked] if asked else ["postgres", "nobody"]:
        try:
            if pwd.getpwnam(name).pw_uid != 0:
                return name
        except KeyError:
            pass
    raise ClusterError("PostgreSQL refuses to run as root: name an ordinary user of this machine with --owner")


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs, at work on the clusters of one home."""

    home: Home
    state: State

    def path(self, cluster: str, program: str) -> str:
        """A program of the release of ``old`` or ``new``."""
        return str(RELEASES[cluster].bin(Path(self.state.binaries)) / program)

    def run(self, cluster: str, program: str, *options: str, **settings: str | int) -> str:
        """Run a program to its end and answer what it printed; ClusterError with its last words where it fails."""
        outcome = self._outcome([self.path(cluster, program), *options], settings)
        if outcome.returncode != 0:
            raise ClusterError(f"{program} failed:\n{_last_words(outcome.stdout)}")
        return outcome.stdout

    def sql(self, cluster: str, statement: str, *, database: str = "postgres", port: int | None = None) -> str:
        """Run SQL and answer its rows, a line each, columns separated by tabs."""
        options = ["--no-psqlrc", "--tuples-only", "--no-align", "--field-separator=\t", "--quiet"]
        strict = ["--set", "ON_ERROR_STOP=1", "--dbname", database, "--command", statement]
        return self.run(cluster, "psql", *options, *strict, PGPORT=port or self.state.port).rstrip("\n")

    def sql_file(self, cluster: str, path: Path, *, database: str = "postgres", port: int | None = None) -> None:
        """Run a file of SQL; ClusterError at its first error."""
        options = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database]
        self.run(cluster, "psql", *options, "--file", str(path), PGPORT=port or self.state.port)

    def as_owner(self, *command: str) -> None:
        """Run any other command as the owner of the clusters."""
        outcome = self._outcome(list(command), {})
        if outcome.returncode != 0:
            raise ClusterError(f"{command[0]} failed: {_last_words(outcome.stdout, lines=1)}")

    def _outcome(self, command: list[str], settings: Mapping[str, str | int]) -> subprocess.CompletedProcess[str]:
        connection = {
            "PGHOST": self.state.sockets,
            "PGPORT": self.state.port,
            "PGUSER": "postgres",
            "PGPASSWORD": self.state.password,
            "SHOP_APP_PASSWORD": self.state.app_password,
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        env = inherited | {name: str(value) for name, value in {**connection, **settings}.items()}
        # Servers are children of these programs and keep what they inherit: a pipe of ours would never be closed.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            try:
                outcome = subprocess.run(
                    command,
                    cwd=self.home.clusters,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                    **_identity(self.state.owner),
                )
            except OSError as error:
                raise ClusterError(_cannot_run(command[0], self.state.owner, error)) from None
            output.seek(0)
            return subprocess.CompletedProcess(command, outcome.returncode, output.read())


def _identity(owner: str | None) -> dict[str, str | int | list[int]]:
    if owner is None:
        return {}
    return {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []}


def _cannot_run(program: str, owner: str | None, error: OSError) -> str:
    if isinstance(error, PermissionError) and owner is not None:
        return (
            f"user {owner} cannot run {program}: a folder above it is closed to other users; give --home and "
            "--binaries in a folder that everybody may enter, such as /var/tmp/postgresql"
        )
    return f"{program} cannot be run: {error.strerror}"


def _last_words(output: str, lines: int = 12) -> str:
    said = [line for line in output.splitlines() if line.strip()]
    return "\n".join(said[-lines:])
