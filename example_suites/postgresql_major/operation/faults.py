"""Faults to switch on. Each is something that really goes wrong in an upgrade of PostgreSQL; none edits an answer."""

from __future__ import annotations

from operation.home import ClusterError

#: Faults at the start, for `up`.
AT_UP = {
    "removed-extension": "the shop uses adminpack, which PostgreSQL 17 removed",
    "invalid-index": "an index that was built concurrently failed half-way, and this went unnoticed",
}

#: Faults of the upgrade, for `upgrade`.
AT_UPGRADE = {
    "extension-missing": "hstore is dropped with CASCADE, because the new server seems to lack it",
    "table-lost": "the clean-up script of the release takes shop.price_history for a left-over, and drops it",
    "large-objects-lost": "the dump was taken schema by schema, and that leaves large objects out (--mode dump)",
    "extensions-forgotten": "update_extensions.sql is not run",
    "settings-forgotten": "the new server is started with the settings it came with",
    "slots-forgotten": "the replication slots are not created again",
    "statistics-missing": "pg_upgrade is run with --no-statistics, and vacuumdb is not run (--mode link or copy)",
}


def require_sense(faults: frozenset[str], mode: str) -> None:
    """Refuse a fault that would have no visible effect: asking for it is a mistake."""
    if "large-objects-lost" in faults and mode != "dump":
        raise ClusterError(
            "--fault large-objects-lost takes effect with --mode dump only: pg_upgrade carries them over"
        )
    if faults & {"statistics-missing", "extensions-forgotten"} and mode == "dump":
        raise ClusterError("--fault statistics-missing and extensions-forgotten take effect with pg_upgrade only")
