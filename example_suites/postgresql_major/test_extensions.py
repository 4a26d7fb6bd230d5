"""The extensions: all installed, and as new as the server that runs them."""

from __future__ import annotations

import pytest


@pytest.mark.rollback_boundary("old-cluster")
@pytest.mark.remedy("install the extension on the new server; what was dropped with it is only left in the old cluster")
def test_extensions_are_all_there(databases, baseline):
    """No extension is missing."""
    found = databases.each(names)
    baseline.additions_only("extensions", found)


def names(database):
    return [name for (name,) in database.rows("select extname from pg_extension order by 1")]


@pytest.mark.upgrade_step("extensions")
@pytest.mark.post_upgrade
@pytest.mark.remedy("run update_extensions.sql, which pg_upgrade wrote")
def test_extensions_are_as_new_as_the_server(databases):
    """No extension is older than the version that ships with the server."""
    behind = (
        "select name, installed_version, default_version from pg_available_extensions"
        " where installed_version is not null and installed_version <> default_version"
    )
    old = [
        f"{database}: {name} is {installed}, the server ships {shipped}"
        for database, extensions in databases.each(lambda database: database.rows(behind)).items()
        for name, installed, shipped in extensions
    ]
    assert not old, "\n".join(old)


@pytest.mark.operator_path
@pytest.mark.rollback_boundary("extension-versions")
def test_statements_are_counted(shop):
    """The administrator can see in pg_stat_statements what the server is busy with."""
    calls = "select sum(calls) from public.pg_stat_statements where query like 'select count(*) from shop.products%'"
    shop.value("select count(*) from shop.products")
    before = shop.value(calls)
    shop.value("select count(*) from shop.products")
    assert shop.value(calls) > before  # others may run the same query
