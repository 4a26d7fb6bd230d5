"""The checklist's connection to PostgreSQL, and the plan's truth surfaces, answered with SQL.

The connection comes from libpq's environment: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from data_directories import shared_files, started_for_use
from psycopg.conninfo import make_conninfo

from pytest_upgradecheck.errors import EvidenceMissing, SurfaceUnread
from pytest_upgradecheck.truth import Answer

T = TypeVar("T")

#: Digests are computed over text, so the text must not depend on the server's settings.
_OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "TimeZone=UTC", "DateStyle=ISO", "IntervalStyle=postgres", "extra_float_digits=1", "bytea_output=hex",
        "search_path=pg_catalog", "statement_timeout=60s", "lock_timeout=5s", "application_name=upgradecheck",
    )
)  # fmt: skip


def look_at_each(
    listed: Callable[[], Sequence[str]], look: Callable[[str], T], *, gone: type[Exception]
) -> dict[str, T]:
    """Look at each of the names in a list that others change meanwhile, and leave out what was dropped since.

    ``gone`` is what ``look`` then raises. It counts only if the name is no longer listed: something that is listed but
    cannot be read is a failure.
    """
    seen = {}
    for name in listed():
        try:
            seen[name] = look(name)
        except gone:
            if name in listed():
                raise
    return seen


class Database:
    """One database, queried with SQL.

    EvidenceMissing if the server cannot be reached: that says nothing about its data.
    """

    def __init__(self, name: str | None = None, **login: str) -> None:
        named = "" if name is None else make_conninfo(dbname=name)

        def connect() -> psycopg.Connection[Any]:
            return psycopg.connect(named, autocommit=True, connect_timeout=5, options=_OPTIONS, **login)

        self._connection = _reached(connect)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a statement returns; an empty list if it returns none."""

        def ask() -> list[tuple[Any, ...]]:
            cursor = self._connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

        return _reached(ask)

    def records(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """The rows that a statement returns, each as a mapping."""

        def ask() -> list[dict[str, Any]]:
            cursor = self._connection.execute(statement, values or None)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

        return _reached(ask)

    def mapping(self, statement: str, *values: Any) -> dict[str, Any]:
        """The first column mapped to the second."""
        return {row[0]: row[1] for row in self.rows(statement, *values)}

    def value(self, statement: str, *values: Any) -> Any:
        """The single value of the single row."""
        ((value,),) = self.rows(statement, *values)
        return value

    def each(self, names: str, look: Callable[[str], T]) -> dict[str, T]:
        """Look at each of the names that a statement returns; leave out what was dropped meanwhile."""
        return look_at_each(lambda: [name for (name,) in self.rows(names)], look, gone=psycopg.Error)

    def close(self) -> None:
        self._connection.close()


def _reached(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except psycopg.OperationalError as error:
        raise EvidenceMissing(f"PostgreSQL could not be asked: {' '.join(str(error).split())}") from None


@pytest.fixture
def shop() -> Iterator[Database]:
    """The shop's database, as its administrator sees it."""
    shop = Database()
    yield shop
    shop.close()


class Databases:
    """Every database of the cluster, each connected to once."""

    def __init__(self, administration: Database) -> None:
        self._administration = administration
        self._open: dict[str, Database] = {}

    def each(self, look: Callable[[Database], T]) -> dict[str, T]:
        """Look at each database; leave out what was dropped meanwhile."""
        return look_at_each(self._names, lambda name: look(self._database(name)), gone=EvidenceMissing)

    def close(self) -> None:
        for database in self._open.values():
            database.close()

    def _names(self) -> list[str]:
        names = "select datname from pg_database where datallowconn and not datistemplate order by 1"
        return [name for (name,) in self._administration.rows(names)]

    def _database(self, name: str) -> Database:
        if name not in self._open:
            self._open[name] = Database(name)
        return self._open[name]


@pytest.fixture
def databases(shop: Database) -> Iterator[Databases]:
    """Every database of the cluster."""
    databases = Databases(shop)
    yield databases
    databases.close()


@pytest.fixture
def shop_as_application() -> Iterator[Database]:
    """The shop's database, as the application sees it: with its own role and password."""
    shop = Database(user="shop_app", password=os.environ["SHOP_APP_PASSWORD"])
    yield shop
    shop.close()


class Programs:
    """The programs of both releases, run as the user that owns the servers."""

    def run(self, release: str, program: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the ``old`` or ``new`` release and wait for it."""
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
        """The folder with a release's programs."""
        return Path(os.environ[f"PG_{release.upper()}_BIN"])

    def data(self, release: str) -> Path:
        """The data directory of a release's cluster."""
        return Path(os.environ[f"PG_{release.upper()}_DATA"])


@pytest.fixture(scope="session")
def programs() -> Programs:
    """pg_upgrade, pgbench and so on."""
    return Programs()


def pytest_upgradecheck_read(surface: Any, plan: Any, phase: str) -> Answer:
    """Answer the plan's surfaces, since PostgreSQL does not speak HTTP."""
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
    # Packagers add to the version: 15.19 (Debian 15.19-1.pgdg12+1)
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
        raise SurfaceUnread("clusters", f"{old} is not a data directory: PG_OLD_DATA must name the old cluster's")
    # pg_upgrade --link renames this file. The new cluster must then exist, because the old one has become a part of it.
    if (old / "global" / "pg_control.old").exists() and not (new / "PG_VERSION").is_file():
        raise SurfaceUnread("clusters", f"{new} is not a data directory: PG_NEW_DATA must name the new cluster's")
    try:
        return {"shared_files": shared_files(old, new), "new_server_started": started_for_use(new)}
    except OSError as error:
        raise SurfaceUnread("clusters", str(error)) from None
