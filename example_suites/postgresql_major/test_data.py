"""The data: every row, every sequence, every large object, and whether the files hold together."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.upgrade_step("server"),
    pytest.mark.rollback_boundary("old-cluster"),
    pytest.mark.remedy("stop all writes, and compare with the old cluster or its backup before anything else"),
]

#: Tables that customers write to while the checklist runs: their rows are compared up to the last one seen in pre.
GROWING = {"shop.orders": "id", "shop.order_lines": "order_id"}

TABLES = """
    select format('%s.%s', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname not in ('pg_catalog', 'information_schema')
     order by 1
"""

#: A digest of all rows, whatever their order: the sum of 60 bits of each row's MD5. One pass, no sorting.
DIGEST = "select count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text from only {} t"


def test_no_table_has_fewer_rows(databases, baseline):
    """Every table has at least the rows it had."""
    counts = {
        f"{name}: {table}": database.value(f"select count(*) from only {table}")
        for name, database in databases.items()
        for (table,) in database.rows(TABLES)
    }
    baseline.no_fewer("rows", counts, non_empty=True)


def test_rows_read_as_they_did(databases, baseline):
    """Every row that nobody writes to reads as it did."""
    digests = {
        f"{name}: {table}": list(database.rows(DIGEST.format(table))[0])
        for name, database in databases.items()
        for (table,) in database.rows(TABLES)
        if table not in GROWING
    }
    baseline.unchanged("digests", digests, non_empty=True)


@pytest.mark.parametrize("table", GROWING)
def test_rows_from_before_read_as_they_did(shop, baseline, upgrade, table):
    """Rows of a table that grows read as they did, as far as they were there before."""
    column = GROWING[table]
    if upgrade.phase == "pre":
        baseline[f"last of {table}"] = shop.value(f"select max({column}) from {table}")
    last = baseline[f"last of {table}"]
    digest = shop.rows(f"{DIGEST.format(table)} where {column} <= %s", last)[0]
    baseline.unchanged(f"rows of {table} up to {column} {last}", list(digest))


def test_materialized_views_are_filled(databases, baseline):
    """Every materialized view is there, and can be read."""
    views = "select format('%s.%s', schemaname, matviewname), ispopulated from pg_matviews"
    found = {name: database.mapping(views) for name, database in databases.items()}
    baseline.unchanged("materialized views", found, non_empty=True)


def test_no_sequence_is_behind(databases, baseline):
    """No sequence gives a number again that it gave before."""
    sequences = (
        "select format('%s.%s', schemaname, sequencename), last_value from pg_sequences where last_value is not null"
    )
    found = {name: database.mapping(sequences) for name, database in databases.items()}
    baseline.no_fewer("sequences", found, non_empty=True)


def test_large_objects_read_as_they_did(databases, baseline):
    """Every large object is there, and reads as it did."""
    digests = "select oid::text, md5(lo_get(oid)) from pg_largeobject_metadata"
    found = {name: database.mapping(digests) for name, database in databases.items()}
    baseline.additions_only("large objects", found, non_empty=True)


def test_tables_and_indexes_are_not_corrupt(shop):
    """Every row and every index entry is where it belongs (amcheck)."""
    trees = """
        select c.oid::regclass::text from pg_class c join pg_am a on a.oid = c.relam and a.amname = 'btree'
          join pg_index i on i.indexrelid = c.oid and i.indisvalid
         where c.relkind = 'i' and c.relpersistence = 'p'
    """
    heaps = "select c.oid::regclass::text from pg_class c where c.relkind in ('r', 'm', 't') and c.relpersistence = 'p'"
    for (index,) in shop.rows(trees):
        shop.rows("select public.bt_index_check(%s::regclass, heapallindexed => true)", index)
    damaged = [
        f"{table}: {message}"
        for (table,) in shop.rows(heaps)
        for (message,) in shop.rows("select msg from public.verify_heapam(%s::regclass)", table)
    ]
    assert not damaged, "\n".join(damaged)
