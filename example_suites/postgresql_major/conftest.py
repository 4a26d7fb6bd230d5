"""What the checklist knows of PostgreSQL: how to ask it, and the truth surfaces of the plan, answered by SQL.

The connection is libpq's environment: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from data_directories import shared_files, started_for_use
from psycopg.conninfo import make_conninfo

from pytest_upgradecheck.errors import EvidenceMissing, SurfaceUnread
from pytest_upgradecheck.truth import Answer

#: How values are turned into text must not depend on a server's settings: digests are taken of it.
_OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "TimeZone=UTC", "DateStyle=ISO", "IntervalStyle=postgres", "extra_float_digits=1", "bytea_output=hex",
        "search_path=pg_catalog", "statement_timeout=60s", "lock_timeout=5s", "application_name=upgradecheck",
    )
)  # fmt: skip


class Database:
    """One database, asked by SQL.

    EvidenceMissing where the server cannot be asked: that says nothing about its data.
    """

    def __init__(self, name: str | None = None, **login: str) -> None:
        named = "" if name is None else make_conninfo(dbname=name)

        def connect() -> psycopg.Connection[Any]:
            return psycopg.connect(named, autocommit=True, connect_timeout=5, options=_OPTIONS, **login)

        self._connection = _reached(connect)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a statement answers; an empty list for one that answers no rows."""

        def ask() -> list[tuple[Any, ...]]:
            cursor = self._connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

        return _reached(ask)

    def records(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """The same, a mapping a row."""

        def ask() -> list[dict[str, Any]]:
            cursor = self._connection.execute(statement, values or None)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

        return _reached(ask)

    def mapping(self, statement: str, *values: Any) -> dict[str, Any]:
        """The first column to the second."""
        return {row[0]: row[1] for row in self.rows(statement, *values)}

    def value(self, statement: str, *values: Any) -> Any:
        """The one value of the one row."""
        ((value,),) = self.rows(statement, *values)
        return value

    def close(self) -> None:
        self._connection.close()


def _reached(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except psycopg.OperationalError as error:
        raise EvidenceMissing(f"PostgreSQL could not be asked: {' '.join(str(error).split())}") from None


@pytest.fixture
def shop() -> Iterator[Database]:
    """The database of the shop, as its administrator sees it."""
    shop = Database()
    yield shop
    shop.close()


@pytest.fixture
def databases(shop: Database) -> Iterator[Mapping[str, Database]]:
    """Every database of the cluster, by name."""
    names = shop.rows("select datname from pg_database where datallowconn and not datistemplate order by 1")
    databases = {name: Database(name) for (name,) in names}
    yield databases
    for database in databases.values():
        database.close()


@pytest.fixture
def shop_as_application() -> Iterator[Database]:
    """The database of the shop, as the application sees it: with its own role and password."""
    shop = Database(user="shop_app", password=os.environ["SHOP_APP_PASSWORD"])
    yield shop
    shop.close()


class Programs:
    """The programs of both releases, run as the user whose servers they are."""

    def run(self, release: str, program: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the ``old`` or ``new`` release to its end."""
        identity: dict[str, Any] = {}
        if user := os.environ.get("PG_SERVER_USER"):
            identity = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        return subprocess.run(
            [str(self.folder(release) / program), *options],
            cwd=self.data("new").parent,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **identity,
        )

    def folder(self, release: str) -> Path:
        """Where the programs of a release are."""
        return Path(os.environ[f"PG_{release.upper()}_BIN"])

    def data(self, release: str) -> Path:
        """The data directory of a release's cluster."""
        return Path(os.environ[f"PG_{release.upper()}_DATA"])


@pytest.fixture(scope="session")
def programs() -> Programs:
    """pg_upgrade, pgbench and the like."""
    return Programs()


def pytest_upgradecheck_read(surface: Any, plan: Any, phase: str) -> Answer:
    """Answer the plan's surfaces: there is no HTTP here."""
    if surface.name == "clusters":
        return Answer.of(_clusters(), source="data directories")
    try:
        database = Database()
        try:
            body = {"version_truth": _versions, "readiness": _readiness}[surface.name](database)
        finally:
            database.close()
    except EvidenceMissing as error:
        raise SurfaceUnread(surface.name, str(error)) from None
    return Answer.of(body, source="sql")


def _versions(database: Database) -> dict[str, Any]:
    # Packagers add to it: 15.19 (Debian 15.19-1.pgdg12+1)
    server = database.value("select split_part(current_setting('server_version'), ' ', 1)")
    return {"products": {"postgresql": server} | database.mapping("select extname, extversion from pg_extension")}


def _readiness(database: Database) -> dict[str, Any]:
    (record,) = database.records(
        "select pg_is_in_recovery() as in_recovery,"
        " current_setting('default_transaction_read_only')::boolean as read_only,"
        " pg_postmaster_start_time()::text as started_at"
    )
    return record


def _clusters() -> dict[str, Any]:
    old, new = (Path(os.environ[f"PG_{which}_DATA"]) for which in ("OLD", "NEW"))
    if not (old / "PG_VERSION").is_file():
        raise SurfaceUnread("clusters", f"{old} is no data directory: PG_OLD_DATA must name the old cluster's")
    return {"shared_files": shared_files(old, new), "new_server_started": started_for_use(new)}
