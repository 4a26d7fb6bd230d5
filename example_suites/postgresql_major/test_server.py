"""The server itself: can it be upgraded, and is it set up as it was?"""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.upgrade_step("server")

#: Settings that PostgreSQL 16 to 18 removed or renamed. Whoever read the release notes accepts them here by name.
REMOVED = {
    "db_user_namespace",
    "force_parallel_mode",
    "old_snapshot_threshold",
    "promote_trigger_file",
    "ssl_ecdh_curve",
    "trace_recovery_messages",
    "vacuum_defer_cleanup_age",
}

#: Settings whose default is another in 18, accepted the same way.
NEW_DEFAULTS = {"effective_io_concurrency", "log_connections", "maintenance_io_concurrency"}


@pytest.mark.pre_upgrade
@pytest.mark.remedy("read what pg_upgrade says, mend it on the old server, and run pre again")
def test_pg_upgrade_accepts_the_old_cluster(programs, shop, attach):
    """pg_upgrade --check finds nothing that would stop the upgrade."""
    sockets = shop.value("select split_part(current_setting('unix_socket_directories'), ',', 1)")
    outcome = programs.run(
        "new",
        "pg_upgrade",
        *("--check", "--username=postgres", "--socketdir", sockets),
        *("--old-port", str(shop.value("select current_setting('port')"))),
        *("--old-bindir", str(programs.folder("old")), "--new-bindir", str(programs.folder("new"))),
        *("--old-datadir", str(programs.data("old")), "--new-datadir", str(programs.data("new"))),
    )
    attach("pg_upgrade --check", outcome.stdout + outcome.stderr, "text/plain")
    if outcome.returncode != 0:
        pytest.fail(f"pg_upgrade would stop: {_in_the_way(outcome.stdout + outcome.stderr)}", pytrace=False)


def _in_the_way(said):
    """What pg_upgrade complains of, and what stands in the files that it names: those first."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.endswith(" ok")]
    files = [Path(line) for line in lines if line.startswith("/") and Path(line).is_file()]
    found = [line for file in files for line in file.read_text().splitlines()]
    return "\n".join([*found, *(line for line in lines if Path(line) not in files)])


def test_databases_are_made_as_they_were(shop, baseline):
    """Encoding, locale and checksums are what they were."""
    locale = "select datname, encoding, datcollate, datctype from pg_database where datallowconn"
    baseline.unchanged("databases", shop.records(locale), key="datname", non_empty=True)
    baseline.unchanged("checksums", shop.value("select current_setting('data_checksums')"))


@pytest.mark.remedy("rebuild what sorts text (REINDEX), then ALTER DATABASE ... REFRESH COLLATION VERSION")
def test_collations_are_those_the_indexes_were_built_with(databases):
    """No collation has another version than the one its indexes were built with."""
    recorded = """
        select datname, datcollversion, pg_database_collation_actual_version(oid) from pg_database where datallowconn
        union all
        select collname, collversion, pg_collation_actual_version(oid) from pg_collation where collversion is not null
    """
    stale = [
        f"{database}: {name} was {before}, is {now}"
        for database, connection in databases.items()
        for name, before, now in connection.rows(recorded)
        if before != now
    ]
    assert not stale, "\n".join(stale)


@pytest.mark.remedy("carry postgresql.conf over: what was set on the old server has to be set on the new one")
def test_settings_that_were_made_are_kept(shop, baseline):
    """What somebody set is still set, and no default changed that nobody has read about."""
    found = shop.records(
        "select name, setting, boot_val, source in ('configuration file', 'database', 'user') as is_set"
        "  from pg_settings where context <> 'internal'"
    )
    after = {setting["name"]: setting for setting in found}
    baseline.compare("settings", after, _surprises, non_empty=True)


def _surprises(before, after):
    """What is wrong with the settings, a sentence each."""
    said = []
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            if old["is_set"] or name not in REMOVED:
                said.append(f"{name} is gone" + (f", and was set to {old['setting']}" if old["is_set"] else ""))
        elif old["is_set"] and new["setting"] != old["setting"]:
            said.append(f"{name} was set to {old['setting']}, and is {new['setting']}")
        elif new["boot_val"] != old["boot_val"] and name not in NEW_DEFAULTS and not new["is_set"]:
            said.append(f"{name} has another default: {old['boot_val']} before, {new['boot_val']} now")
    return said


def test_clients_are_let_in_as_they_were(shop, baseline):
    """pg_hba.conf lets in whom it let in."""
    rules = shop.records(
        "select type, database, user_name, address, netmask, auth_method, error from pg_hba_file_rules"
    )
    assert not [rule["error"] for rule in rules if rule["error"]]
    baseline.unchanged("rules", rules, ordered=True, non_empty=True)
