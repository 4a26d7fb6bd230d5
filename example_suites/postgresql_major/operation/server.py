"""One cluster's server: initialised, started, stopped, and what its files say of it."""

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

#: What both releases are run with. Nothing here is durable: the clusters are made to be thrown away.
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
    """Refuse a port that somebody else listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ClusterError(f"port {port} cannot be used: {error.strerror}; name another with --port") from None


def any_free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """The server of the cluster ``old`` or ``new``."""

    programs: Programs
    cluster: str

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.programs.home.data(self.cluster)

    def initialise(self) -> None:
        """Make the cluster anew, as the other release's is: encoding, locale and checksums have to be the same."""
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
        """Replace the settings that are not the release's own."""
        self._write(self.data / "postgresql.auto.conf", "")
        self._write(self.data / "shop.conf", settings)
        configuration = self.data / "postgresql.conf"
        said = configuration.read_text(encoding="utf-8")
        if "shop.conf" not in said:
            self._write(configuration, said + "\ninclude = 'shop.conf'\n")

    def start(self, port: int | None = None) -> None:
        """Start it; ClusterError with the last lines of its log where it does not come up."""
        state = self.programs.state
        require_free(port or state.port)
        # Left behind by a server that was killed. Nobody listens on the port, and the folder is these clusters' own.
        for socket_file in Path(state.sockets).glob(f".s.PGSQL.{port or state.port}*"):
            socket_file.unlink()
        where = f"-c listen_addresses=127.0.0.1 -c port={port or state.port} -c unix_socket_directories={state.sockets}"
        log = self.programs.home.log(self.cluster)
        try:
            options = ("--pgdata", str(self.data), "--log", str(log), "--wait", "--timeout=60")
            self.programs.run(self.cluster, "pg_ctl", "start", *options, "--options", where)
        except ClusterError as error:
            said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:] if log.exists() else []
            raise ClusterError("\n".join([str(error), f"its log, {log}, ends with:", *said])) from None

    def stop(self) -> None:
        """Stop it and wait for its end; nothing where it does not run."""
        if self.runs:
            self.programs.run(self.cluster, "pg_ctl", "stop", "--pgdata", str(self.data), "--mode=fast", "--wait")

    @property
    def runs(self) -> bool:
        """Whether its server runs: its process id is in the data directory, and alive."""
        pid = self.process_id
        if pid is None:
            return False
        try:
            # One that has ended and that nobody has taken note of yet has no command line any more.
            return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
        except OSError:
            return False

    @property
    def process_id(self) -> int | None:
        """The process id it noted, if it did."""
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _write(self, path: Path, text: str) -> None:
        """Write a file of the cluster, and leave it to the cluster's owner."""
        path.write_text(text, encoding="utf-8")
        state = self.programs.state
        if state.owner is not None:
            os.chown(path, self.data.stat().st_uid, self.data.stat().st_gid)

    @contextmanager
    def _password_file(self) -> Iterator[str]:
        """A file that only the owner of the clusters can read, for as long as it takes."""
        clusters = self.programs.home.clusters
        handle, path = tempfile.mkstemp(dir=clusters)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(self.programs.state.password)
            os.chown(path, clusters.stat().st_uid, clusters.stat().st_gid)
            yield path
        finally:
            Path(path).unlink()
