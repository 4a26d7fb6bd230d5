"""Replication from this server. pg_upgrade does not carry slots over from releases before 17."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.upgrade_step("server"),
    pytest.mark.remedy(
        "create the slot again, and have its reader take a new copy: it missed what was written in between"
    ),
]


def test_replication_slots_are_there(shop, baseline):
    """Every replication slot still exists, so its reader can go on."""
    slots = "select slot_name, slot_type, plugin, database, two_phase from pg_replication_slots where not temporary"
    baseline.unchanged("slots", shop.records(slots), key="slot_name", non_empty=True)


def test_publications_publish_what_they_did(databases, baseline):
    """Every publication publishes the same tables as before."""
    published = "select pubname, format('%s.%s', schemaname, tablename) from pg_publication_tables"
    found = databases.each(lambda database: database.rows(published))
    baseline.unchanged("published", found, non_empty=True)
