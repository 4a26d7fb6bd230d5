"""Faults to switch on. Each is something that really goes wrong in an upgrade of PostgreSQL; none edits an answer."""

from __future__ import annotations

from operation.home import ClusterError

#: What `up` can begin with.
AT_UP = {
    "removed-extension": "the shop uses adminpack, which PostgreSQL 17 removed",
    "invalid-index": "an index that was built concurrently failed half-way, and nobody noticed",
}

#: What can go wrong in `upgrade`.
AT_UPGRADE = {
    "extension-missing": "somebody thinks that the new server has no hstore, and drops it with CASCADE to get on",
    "table-lost": "the clean-up script of the release takes shop.price_history for a left-over, and drops it",
    "large-objects-lost": "the dump was taken schema by schema, and that leaves large objects out (--mode dump)",
    "extensions-forgotten": "update_extensions.sql is not run",
    "settings-forgotten": "the new server is started with the settings it came with",
    "slots-forgotten": "nobody creates the replication slots anew",
    "statistics-missing": "pg_upgrade is run with --no-statistics, and nobody runs vacuumdb (--mode link or copy)",
}


def require_sense(faults: frozenset[str], mode: str) -> None:
    """A fault that nobody would see is a mistake of whoever asked for it."""
    if "large-objects-lost" in faults and mode != "dump":
        raise ClusterError(
            "--fault large-objects-lost takes effect with --mode dump only: pg_upgrade carries them over"
        )
    if faults & {"statistics-missing", "extensions-forgotten"} and mode == "dump":
        raise ClusterError("--fault statistics-missing and extensions-forgotten take effect with pg_upgrade only")
