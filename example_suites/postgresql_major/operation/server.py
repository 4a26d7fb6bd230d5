"""The server of one cluster: initialise, start, stop, and see whether it runs."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operation.home import ClusterError
from operation.programs import Programs

#: The settings of both releases. Nothing is durable here: the clusters are made to be thrown away.
SETTINGS = """
shared_preload_libraries = 'pg_stat_statements'
wal_level = logical
max_connections = 50
work_mem = 8MB
effective_cache_size = 512MB
random_page_cost = 1.1
log_min_duration_statement = 500
fsync = off
"""


def require_free(port: int) -> None:
    """Refuse a port that is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ClusterError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None


def any_free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """The server of the ``old`` or ``new`` cluster."""

    programs: Programs
    cluster: str

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.programs.home.data(self.cluster)

    def initialise(self) -> None:
        """Create the cluster, replacing an older one, with the same encoding, locale and checksums in both releases."""
        if self.data.exists():
            self.programs.as_owner("rm", "-rf", str(self.data))
        with self._password_file() as password:
            self.programs.run(
                self.cluster,
                "initdb",
                *("--pgdata", str(self.data), "--username=postgres", "--pwfile", password, "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync"),
            )
        self.configure()

    def configure(self, settings: str = SETTINGS) -> None:
        """Replace all settings that differ from the defaults of the release."""
        self._write(self.data / "postgresql.auto.conf", "")
        self._write(self.data / "shop.conf", settings)
        configuration = self.data / "postgresql.conf"
        text = configuration.read_text(encoding="utf-8")
        if "shop.conf" not in text:
            self._write(configuration, text + "\ninclude = 'shop.conf'\n")

    def start(self, port: int | None = None) -> None:
        """Start the server; ClusterError with the end of its log if it does not come up."""
        state = self.programs.state
        require_free(port or state.port)
        # Left behind by a server that was killed. The port is free, and no other server uses this folder.
        for socket_file in Path(state.sockets).glob(f".s.PGSQL.{port or state.port}*"):
            socket_file.unlink(missing_ok=True)
        where = f"-c listen_addresses=127.0.0.1 -c port={port or state.port} -c unix_socket_directories={state.sockets}"
        log = self.programs.home.log(self.cluster)
        try:
            options = ("--pgdata", str(self.data), "--log", str(log), "--wait", "--timeout=60")
            self.programs.run(self.cluster, "pg_ctl", "start", *options, "--options", where)
        except ClusterError as error:
            raise ClusterError(f"{error}\n{log} ends with:\n{_end_of(log)}") from None

    def stop(self) -> None:
        """Stop the server and wait until it has ended; do nothing if it does not run."""
        if self.runs:
            self.programs.run(self.cluster, "pg_ctl", "stop", "--pgdata", str(self.data), "--mode=fast", "--wait")

    @property
    def runs(self) -> bool:
        """Whether the server runs: the process in postmaster.pid is alive, and was started on this data directory."""
        pid = self.process_id
        if pid is None:
            return False
        try:
            # Empty for a process that has ended but was not waited for; another program's if the id was used again.
            return str(self.data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False

    @property
    def process_id(self) -> int | None:
        """The process id in postmaster.pid, if there is one."""
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _write(self, path: Path, text: str) -> None:
        """Write a file of the cluster, owned by the cluster's owner."""
        path.write_text(text, encoding="utf-8")
        state = self.programs.state
        if state.owner is not None:
            os.chown(path, self.data.stat().st_uid, self.data.stat().st_gid)

    @contextmanager
    def _password_file(self) -> Iterator[str]:
        """A temporary file with the password, which only the owner of the clusters can read."""
        clusters = self.programs.home.clusters
        handle, path = tempfile.mkstemp(dir=clusters)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(self.programs.state.password)
            os.chown(path, clusters.stat().st_uid, clusters.stat().st_gid)
            yield path
        finally:
            Path(path).unlink()


def _end_of(log: Path, lines: int = 5) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(the log cannot be read)"
