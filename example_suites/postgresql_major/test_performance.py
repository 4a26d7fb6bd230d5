"""Whether it is as fast as it was: statistics, plans of named queries, and pgbench."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.upgrade_step("server")

ANALYZE = "vacuumdb --all --analyze-in-stages --missing-stats-only, then vacuumdb --all --analyze-only"

#: Queries that the shop lives on. Their plans may become cheaper, not dearer.
QUERIES = {
    "orders of a customer": "select * from shop.orders where customer_id = 42 order by placed_at desc limit 10",
    "open orders": "select * from shop.orders where status = 'open' order by placed_at",
    "products by name": "select * from shop.products where name like '%%Lamp 42%%'",
    "lines of an order": "select * from shop.order_lines l join shop.products p on p.id = l.product_id"
    " where l.order_id = 4711",
    "orders of a country": "select count(*) from shop.orders where region = 'region 3' and country = 'country 3'",
}

#: How much dearer the planner may find a query.
DEARER = 1.5

#: How much slower pgbench may be: half as slow again, or 2 ms where that is more, for this runs on laptops as well.
SLOWER = {"rel": 0.5, "abs": 2.0}


@pytest.mark.remedy(ANALYZE)
def test_statistics_are_there(databases, baseline):
    """The planner knows of every table what it knew: without that, it guesses."""
    columns = (
        "select format('%s.%s', schemaname, tablename), count(*) from pg_stats"
        " where schemaname not in ('pg_catalog', 'information_schema') group by 1"
    )
    extended = "select format('%s.%s', schemaname, statistics_name), dependencies is not null from pg_stats_ext"
    found = {name: database.mapping(columns) for name, database in databases.items()}
    baseline.no_fewer("columns with statistics", found, non_empty=True)
    baseline.unchanged("extended statistics", {name: each.mapping(extended) for name, each in databases.items()})


@pytest.mark.remedy(ANALYZE)
def test_plans_are_not_worse(shop, baseline, attach):
    """The planner answers the shop's queries as cheaply as it did."""
    plans = {name: shop.value(f"explain (format json) {query}")[0]["Plan"] for name, query in QUERIES.items()}
    attach("plans", plans)
    baseline.compare("plans", {name: _in_short(plan) for name, plan in plans.items()}, _worse)


def _in_short(plan):
    """Cost, and which tables are read from end to end."""
    scans, nodes = [], [plan]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.get("Plans", ()))
        if node["Node Type"] == "Seq Scan":
            scans.append(node["Relation Name"])
    return {"cost": plan["Total Cost"], "read from end to end": sorted(scans)}


def _worse(before, after):
    said = []
    for name, old in before.items():
        new = after[name]
        more = sorted(set(new["read from end to end"]) - set(old["read from end to end"]))
        if more:
            said.append(f"{name}: {', '.join(more)} is read from end to end, and was not")
        if new["cost"] > DEARER * old["cost"]:
            said.append(f"{name}: costs {new['cost']}, and did {old['cost']}")
    return said


def test_lookups_are_as_quick(shop, programs, baseline, attach):
    """Lookups (pgbench) take no longer than they did, within what may be."""
    outcome = programs.run("new", "pgbench", "--select-only", "--client=2", "--transactions=5000", "bench")
    if outcome.returncode != 0:
        pytest.fail(f"pgbench: {outcome.stderr.strip()}", pytrace=False)
    attach("pgbench", outcome.stdout, "text/plain")
    found = re.search(r"latency average = ([0-9.]+) ms", outcome.stdout)
    assert found, outcome.stdout
    baseline.no_more("latency in ms", float(found[1]), **SLOWER)
