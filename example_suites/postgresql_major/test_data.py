"""The data: every row, every sequence, every large object, and whether the files are intact."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.upgrade_step("server"),
    pytest.mark.rollback_boundary("old-cluster"),
    pytest.mark.remedy("stop all writes, and compare with the old cluster or its backup before anything else"),
]

#: Tables that customers write to while the checklist runs. Their rows are compared up to the last one seen in pre.
GROWING = {"shop.orders": "id", "shop.order_lines": "order_id"}

TABLES = """
    select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname not in ('pg_catalog', 'information_schema')
     order by 1
"""

#: A digest of all rows in any order: the sum of 60 bits of each row's MD5. It takes one pass and no sorting.
DIGEST = "select count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text from only {} t"


def test_no_table_has_fewer_rows(databases, baseline):
    """Every table still has at least as many rows as before."""
    counts = in_each_table(databases, lambda database, table: database.value(f"select count(*) from only {table}"))
    baseline.no_fewer("rows", counts, non_empty=True)


def test_rows_read_as_they_did(databases, baseline):
    """Rows that are not written to are unchanged."""
    digests = in_each_table(
        databases,
        lambda database, table: None if table in GROWING else list(database.rows(DIGEST.format(table))[0]),
    )
    still = {table: digest for table, digest in digests.items() if digest is not None}
    baseline.unchanged("digests", still, non_empty=True)


@pytest.mark.parametrize("table", GROWING)
def test_rows_from_before_read_as_they_did(shop, baseline, upgrade, table):
    """In a table that grows, the rows from before are unchanged."""
    column = GROWING[table]
    if upgrade.phase == "pre":
        baseline[f"last of {table}"] = shop.value(f"select max({column}) from {table}")
    last = baseline[f"last of {table}"]
    digest = shop.rows(f"{DIGEST.format(table)} where {column} <= %s", last)[0]
    baseline.unchanged(f"rows of {table} up to {column} {last}", list(digest))


def test_materialized_views_are_filled(databases, baseline):
    """Every materialized view still exists, and is populated."""
    views = "select format('%s.%s', schemaname, matviewname), ispopulated from pg_matviews"
    found = databases.each(lambda database: database.mapping(views))
    baseline.unchanged("materialized views", found, non_empty=True)


def test_no_sequence_is_behind(databases, baseline):
    """No sequence repeats a number."""
    sequences = (
        "select format('%s.%s', schemaname, sequencename), last_value from pg_sequences where last_value is not null"
    )
    found = databases.each(lambda database: database.mapping(sequences))
    baseline.no_fewer("sequences", found, non_empty=True)


def test_large_objects_read_as_they_did(databases, baseline):
    """Every large object still exists, and is unchanged."""
    digests = "select oid::text, md5(lo_get(oid)) from pg_largeobject_metadata"
    found = databases.each(lambda database: database.mapping(digests))
    baseline.additions_only("large objects", found, non_empty=True)


def test_tables_and_indexes_are_not_corrupt(shop):
    """No table and no index is corrupt (amcheck)."""
    trees = """
        select c.oid::regclass::text from pg_class c join pg_am a on a.oid = c.relam and a.amname = 'btree'
          join pg_index i on i.indexrelid = c.oid and i.indisvalid
         where c.relkind = 'i' and c.relpersistence = 'p'
    """
    heaps = "select c.oid::regclass::text from pg_class c where c.relkind in ('r', 'm', 't') and c.relpersistence = 'p'"
    shop.each(
        trees, lambda index: shop.rows("select public.bt_index_check(%s::regclass, heapallindexed => true)", index)
    )
    found = shop.each(heaps, lambda table: shop.rows("select msg from public.verify_heapam(%s::regclass)", table))
    damaged = [f"{table}: {message}" for table, messages in found.items() for (message,) in messages]
    assert not damaged, "\n".join(damaged)


def in_each_table(databases, look):
    """The results of ``look(database, table)``, by database and table."""
    found = databases.each(lambda database: database.each(TABLES, lambda table: look(database, table)))
    return {f"{name}: {table}": value for name, tables in found.items() for table, value in tables.items()}
