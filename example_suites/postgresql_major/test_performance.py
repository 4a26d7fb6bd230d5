"""Whether it is as fast as before: statistics, the plans of named queries, and pgbench."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.upgrade_step("server")

ANALYZE = "vacuumdb --all --analyze-in-stages --missing-stats-only, then vacuumdb --all --analyze-only"

#: Queries that the shop depends on. Their plans may become cheaper, but not more expensive.
QUERIES = {
    "orders of a customer": "select * from shop.orders where customer_id = 42 order by placed_at desc limit 10",
    "open orders": "select * from shop.orders where status = 'open' order by placed_at",
    "products by name": "select * from shop.products where name like '%%Lamp 42%%'",
    "lines of an order": "select * from shop.order_lines l join shop.products p on p.id = l.product_id"
    " where l.order_id = 4711",
    "orders of a country": "select count(*) from shop.orders where region = 'region 3' and country = 'country 3'",
}

#: By how much the estimated cost of a query may grow.
COSTLIER = 1.5

#: The allowed slowdown of pgbench: by half, or by 2 ms if that is more, because this also runs on laptops.
SLOWER = {"rel": 0.5, "abs": 2.0}


@pytest.mark.remedy(ANALYZE)
def test_statistics_are_there(databases, baseline):
    """The planner has statistics for every table that had them: without them it guesses."""
    columns = (
        "select format('%s.%s', schemaname, tablename), count(*) from pg_stats"
        " where schemaname not in ('pg_catalog', 'information_schema') group by 1"
    )
    extended = "select format('%s.%s', schemaname, statistics_name), dependencies is not null from pg_stats_ext"
    found = databases.each(lambda database: database.mapping(columns))
    baseline.no_fewer("columns with statistics", found, non_empty=True)
    baseline.unchanged("extended statistics", databases.each(lambda database: database.mapping(extended)))


@pytest.mark.remedy(ANALYZE)
def test_plans_are_not_worse(shop, baseline, attach):
    """The planner finds plans for the shop's queries that cost no more than before."""
    plans = {name: shop.value(f"explain (format json) {query}")[0]["Plan"] for name, query in QUERIES.items()}
    attach("plans", plans)
    baseline.compare("plans", {name: _summary(plan) for name, plan in plans.items()}, _worse)


def _summary(plan):
    """The cost of a plan, and the tables it reads from end to end."""
    scans, nodes = [], [plan]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.get("Plans", ()))
        if node["Node Type"] == "Seq Scan":
            scans.append(node["Relation Name"])
    return {"cost": plan["Total Cost"], "sequential scans": sorted(scans)}


def _worse(before, after):
    problems = []
    for name, old in before.items():
        new = after[name]
        more = sorted(set(new["sequential scans"]) - set(old["sequential scans"]))
        if more:
            problems.append(f"{name}: {', '.join(more)} is now read from end to end")
        if new["cost"] > COSTLIER * old["cost"]:
            problems.append(f"{name}: costs {new['cost']}, was {old['cost']}")
    return problems


def test_lookups_are_as_quick(shop, programs, baseline, attach):
    """Lookups (pgbench) take about as long as before."""
    outcome = programs.run("new", "pgbench", "--select-only", "--client=2", "--transactions=5000", "bench")
    if outcome.returncode != 0:
        pytest.fail(f"pgbench: {outcome.stderr.strip()}", pytrace=False)
    attach("pgbench", outcome.stdout, "text/plain")
    found = re.search(r"latency average = ([0-9.]+) ms", outcome.stdout)
    assert found, outcome.stdout
    baseline.no_more("latency in ms", float(found[1]), **SLOWER)
