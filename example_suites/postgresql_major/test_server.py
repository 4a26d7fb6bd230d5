"""The server itself: can it be upgraded, and is it configured as before?"""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.upgrade_step("server")

#: Settings that PostgreSQL 16 to 18 removed or renamed, accepted here by name after reading the release notes.
REMOVED = {
    "db_user_namespace",
    "force_parallel_mode",
    "old_snapshot_threshold",
    "promote_trigger_file",
    "ssl_ecdh_curve",
    "trace_recovery_messages",
    "vacuum_defer_cleanup_age",
}

#: Settings with a different default in 18, accepted the same way.
NEW_DEFAULTS = {"effective_io_concurrency", "log_connections", "maintenance_io_concurrency"}


@pytest.mark.pre_upgrade
@pytest.mark.remedy("read what pg_upgrade says, fix it on the old server, and run pre again")
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
        pytest.fail(f"pg_upgrade would stop: {_complaint(outcome.stdout + outcome.stderr)}", pytrace=False)


def _complaint(output):
    """The complaints of pg_upgrade: first the contents of the files that it names, then the rest of its output."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.endswith(" ok")]
    contents = {line: _text_of(Path(line)) for line in lines if line.startswith("/")}
    details = [text for text in contents.values() if text]
    return "\n".join([*details, *(line for line in lines if not contents.get(line))])


def _text_of(path):
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def test_databases_are_made_as_they_were(shop, baseline):
    """Encoding, locale and checksums are unchanged."""
    locale = "select datname, encoding, datcollate, datctype from pg_database where datallowconn"
    baseline.unchanged("databases", shop.records(locale), key="datname", non_empty=True)
    baseline.unchanged("checksums", shop.value("select current_setting('data_checksums')"))


@pytest.mark.remedy("rebuild the indexes on text (REINDEX), then run ALTER DATABASE NAME REFRESH COLLATION VERSION")
def test_collations_are_those_the_indexes_were_built_with(databases):
    """Every collation has the version that its indexes were built with."""
    recorded = """
        select datname, datcollversion, pg_database_collation_actual_version(oid) from pg_database where datallowconn
        union all
        select collname, collversion, pg_collation_actual_version(oid) from pg_collation where collversion is not null
    """
    stale = [
        f"{database}: {name} was {before}, is {now}"
        for database, collations in databases.each(lambda database: database.rows(recorded)).items()
        for name, before, now in collations
        if before != now
    ]
    assert not stale, "\n".join(stale)


@pytest.mark.remedy("carry postgresql.conf over: settings of the old server must also be made on the new one")
def test_settings_that_were_made_are_kept(shop, baseline):
    """Settings that were changed on the old server are kept, and no other default has changed unnoticed."""
    found = shop.records(
        "select name, setting, boot_val, source in ('configuration file', 'database', 'user') as is_set"
        "  from pg_settings where context <> 'internal'"
    )
    after = {setting["name"]: setting for setting in found}
    baseline.compare("settings", after, _surprises, non_empty=True)


def _surprises(before, after):
    """The faults of the settings, one sentence each."""
    problems = []
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            if old["is_set"] or name not in REMOVED:
                problems.append(f"{name} is gone" + (f"; it was set to {old['setting']}" if old["is_set"] else ""))
        elif old["is_set"] and new["setting"] != old["setting"]:
            problems.append(f"{name} was set to {old['setting']}, is now {new['setting']}")
        elif new["boot_val"] != old["boot_val"] and name not in NEW_DEFAULTS and not new["is_set"]:
            problems.append(f"the default of {name} was {old['boot_val']}, is now {new['boot_val']}")
    return problems


def test_clients_are_let_in_as_they_were(shop, baseline):
    """pg_hba.conf has the same rules as before."""
    rules = shop.records(
        "select type, database, user_name, address, netmask, auth_method, error from pg_hba_file_rules"
    )
    assert not [rule["error"] for rule in rules if rule["error"]]
    baseline.unchanged("rules", rules, ordered=True, non_empty=True)
