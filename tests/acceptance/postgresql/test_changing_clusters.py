"""The checklist looks at clusters in use: files, tables and databases that vanish meanwhile are not a finding."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.acceptance.postgresql.conftest import SUITE, Clusters, checklist_of


@pytest.fixture
def data_directories(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SUITE))
    return import_module("data_directories")


@contextmanager
def meanwhile(change: Callable[[int], None]) -> Iterator[None]:
    """Make a change again and again, with a number that grows, until the block ends."""
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            change(number)
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def cluster(path: Path, *, databases: int = 3, files: int = 20) -> Path:
    for database in range(databases):
        folder = path / "base" / str(database)
        folder.mkdir(parents=True)
        for file in range(files):
            (folder / str(file)).touch()
    return path


def link(old: Path, new: Path) -> None:
    for path in (old / "base").rglob("*"):
        target = new / path.relative_to(old)
        target.mkdir(parents=True) if path.is_dir() else target.hardlink_to(path)


def temporary_file(data: Path, number: int) -> None:
    path = data / "base" / "0" / f"pg_internal.init.{number}"
    path.touch()
    path.unlink()


def replaced_file(data: Path, number: int) -> None:
    path = data / "base" / "0" / "pg_internal.init"
    partial = path.with_name(f"{path.name}.{number}")
    partial.touch()
    partial.rename(path)
    path.unlink()


def database_that_is_dropped(data: Path, number: int) -> None:
    folder = data / "base" / str(1000 + number)
    folder.mkdir()
    for file in range(5):
        (folder / str(file)).touch()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def folder_of_temporary_files(data: Path, number: int) -> None:
    folder = data / "base" / "pgsql_tmp"
    folder.mkdir()
    (folder / str(number)).touch()
    (folder / str(number)).unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    "change",
    [temporary_file, replaced_file, database_that_is_dropped, folder_of_temporary_files],
    ids=lambda change: change.__name__,
)
def test_files_come_and_go_while_they_are_counted(
    tmp_path: Path, data_directories: ModuleType, change: Callable[[Path, int], None]
) -> None:
    old, new = cluster(tmp_path / "old"), tmp_path / "new"
    link(old, new)
    with meanwhile(lambda number: change(new, number)):
        assert {data_directories.shared_files(old, new) for _ in range(300)} == {60}


def test_file_that_vanishes_between_the_list_and_the_look(
    tmp_path: Path, data_directories: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = cluster(tmp_path / "old"), tmp_path / "new"
    link(old, new)
    listing = os.scandir

    def listed_and_gone(folder: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
        entries = list(listing(folder))
        for entry in entries:
            if entry.name.startswith("1") and entry.is_file():
                Path(entry).unlink()
        return iter(entries)

    monkeypatch.setattr(os, "scandir", listed_and_gone)
    assert data_directories.shared_files(old, new) == 3 * 9  # 0 and 2 to 9 are left


def test_cluster_whose_files_cannot_be_listed_is_an_error(tmp_path: Path, data_directories: ModuleType) -> None:
    old = cluster(tmp_path / "old")
    (tmp_path / "new").mkdir()
    with pytest.raises(FileNotFoundError):
        data_directories.shared_files(old, tmp_path / "new")
    assert data_directories.shared_files(old, tmp_path / "removed") == 0


def test_options_file_that_is_being_written(
    tmp_path: Path, data_directories: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = tmp_path / "postmaster.opts"
    options.touch()
    monkeypatch.setattr(time, "sleep", lambda seconds: options.write_text('/usr/bin/postgres "-b"\n'))
    assert not data_directories.started_for_use(tmp_path)


def test_options_file_that_stays_empty_is_an_error(tmp_path: Path, data_directories: ModuleType) -> None:
    (tmp_path / "postmaster.opts").touch()
    with pytest.raises(OSError, match="the server did not finish starting"):
        data_directories.started_for_use(tmp_path)


class TestLookAtEach:
    @pytest.fixture
    def look_at_each(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, int]]:
        monkeypatch.syspath_prepend(str(SUITE))
        look_at_each: Callable[..., dict[str, int]] = import_module("conftest").look_at_each
        monkeypatch.delitem(sys.modules, "conftest")
        return look_at_each

    def test_what_was_dropped_meanwhile_is_left_out(self, look_at_each: Callable[..., dict[str, int]]) -> None:
        tables = {"a": 1, "b": 2, "c": 3}

        def look(name: str) -> int:
            tables.pop("b", None)
            return tables[name]

        assert look_at_each(lambda: list(tables), look, gone=KeyError) == {"a": 1, "c": 3}

    def test_what_is_listed_and_cannot_be_read_is_a_failure(self, look_at_each: Callable[..., dict[str, int]]) -> None:
        with pytest.raises(KeyError):
            look_at_each(lambda: ["a"], {}.__getitem__, gone=KeyError)

    def test_another_error_is_a_failure(self, look_at_each: Callable[..., dict[str, int]]) -> None:
        listed = iter([["a"], []])
        with pytest.raises(ZeroDivisionError):
            look_at_each(lambda: next(listed), lambda name: 1 // 0, gone=KeyError)


#: DDL as it goes on in a cluster in use, each of which makes something vanish that the checklist has listed.
CHANGES = (
    'create table public."New Table" as select generate_series(1, 100) as id; drop table public."New Table"',
    "create schema staging; create table staging.loaded (id serial primary key); drop schema staging cascade",
    "create sequence public.numbers; select nextval('public.numbers'); drop sequence public.numbers",
    "create materialized view public.totals as select 1 as total; drop materialized view public.totals",
    "select lo_unlink(lo_create(0))",
    "create index once on shop.orders (status); drop index shop.once",
    "create extension citext; drop extension citext",
    "reindex table pg_class",
    "create database scratch",
    "drop database scratch with (force)",
)


@pytest.mark.slow
def test_checklist_runs_while_the_cluster_changes(clusters: Clusters, tmp_path: Path) -> None:
    clusters.up()
    checklist = checklist_of(clusters, tmp_path / "suite")
    env = {**os.environ, **clusters.env}
    psql = [str(Path(clusters.env["PG_OLD_BIN"]) / "psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]
    made: list[int] = []

    def change(number: int) -> None:
        command = [option for statement in CHANGES for option in ("--command", statement)]
        made.append(subprocess.run([*psql, *command], env=env, capture_output=True).returncode)

    # Not pg_upgrade: it connects to each database that it has listed, too.
    with meanwhile(change):
        runs = [checklist.run("pre", "-k", "not pg_upgrade") for _ in range(3)]
    assert made
    assert not any(made), made
    for run in runs:
        assert run.blockers == {"test_server.py::test_pg_upgrade_accepts_the_old_cluster": "deselected"}, run.output
