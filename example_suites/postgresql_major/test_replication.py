"""What reads changes from here. pg_upgrade carries no slot over from a release before 17."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.upgrade_step("server"),
    pytest.mark.remedy(
        "create the slot anew, and let its reader take a new copy: it missed what was written in between"
    ),
]


def test_replication_slots_are_there(shop, baseline):
    """Whoever reads changes from here still can: every slot is there."""
    slots = "select slot_name, slot_type, plugin, database, two_phase from pg_replication_slots where not temporary"
    baseline.unchanged("slots", shop.records(slots), key="slot_name", non_empty=True)


def test_publications_publish_what_they_did(databases, baseline):
    """Every publication publishes the tables it did."""
    published = "select pubname, format('%s.%s', schemaname, tablename) from pg_publication_tables"
    found = {name: database.rows(published) for name, database in databases.items()}
    baseline.unchanged("published", found, non_empty=True)
