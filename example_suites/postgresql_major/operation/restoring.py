"""Dump and restore: the old way, which works between any releases and leaves the old cluster alone."""

from __future__ import annotations

from operation.programs import Programs
from operation.server import Server, any_free_port

DATABASES = ("shop", "bench")


def dump_and_restore(programs: Programs, new: Server, *, leave_out_large_objects: bool) -> None:
    """Fill the new cluster from the old one while that runs, on a port of its own; both run before, one after.

    The new release's programs do both, as its manual asks for.
    """
    clusters = programs.home.clusters
    roles = clusters / "roles.dump.sql"
    port = any_free_port()
    new.start(port)
    try:
        programs.run("new", "pg_dumpall", "--globals-only", "--file", str(roles))
        # The new cluster has its superuser already.
        kept = [line for line in roles.read_text().splitlines() if not line.startswith("CREATE ROLE postgres;")]
        programs.sql("new", "\n".join(line for line in kept if not line.startswith("\\")), port=port)
        for database in DATABASES:
            dump = clusters / f"{database}.dump"
            selected = ["--schema=shop", "--no-large-objects"] if leave_out_large_objects and database == "shop" else []
            programs.run("new", "pg_dump", "--format=custom", *selected, "--file", str(dump), database)
            _restore(programs, database, str(dump), port, with_extensions=bool(selected))
            dump.unlink()
    finally:
        roles.unlink(missing_ok=True)
        new.stop()


def _restore(programs: Programs, database: str, dump: str, port: int, *, with_extensions: bool) -> None:
    if with_extensions:
        # A dump of one schema holds no extensions, so they are created by hand.
        programs.sql("new", f"create database {database}", port=port)
        programs.sql("new", "alter database shop set work_mem = '16MB'", port=port)
        for name in ("hstore", "pg_trgm", "pg_stat_statements", "amcheck"):
            programs.sql("new", f"create extension {name}", database=database, port=port)
        programs.run("new", "pg_restore", "--exit-on-error", "--dbname", database, dump, PGPORT=port)
        programs.sql(
            "new", "create publication warehouse for table shop.orders, shop.order_lines", database="shop", port=port
        )
        return
    programs.run("new", "pg_restore", "--exit-on-error", "--create", "--dbname=postgres", dump, PGPORT=port)
