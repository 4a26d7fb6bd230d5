"""Faults to switch on. Each is something that really goes wrong in an upgrade of a hub; none edits an answer."""

from __future__ import annotations

LEFT_ON_OLD_RELEASE = "left-on-old-release"
MIGRATION_FORGOTTEN = "migration-forgotten"
NOBODY_ALLOWED = "nobody-allowed"
SERVERS_KILLED = "servers-killed"
STALE_COPY = "stale-copy"

FAULTS = {
    LEFT_ON_OLD_RELEASE: "the commands come from the old release's environment: nothing is migrated, and it runs on",
    MIGRATION_FORGOTTEN: "the new release is started without `jupyterhub upgrade-db`, and refuses the old database",
    NOBODY_ALLOWED: "the configuration stays without allow_all, and release 5 then lets no user in",
    SERVERS_KILLED: "the service manager ends the hub together with the servers of its users",
    STALE_COPY: "last night's copy of the database is migrated and goes live, without what came since",
}
