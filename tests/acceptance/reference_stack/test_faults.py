"""Each fault really happens, nothing else goes wrong with it, and the verdict is the one in the README's table.

It is verified without and with pytest-xdist, and must lead to the same verdict, exit code and sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.conftest import ReferenceStack
from tests.acceptance.reference_stack.platform_state import PRODUCTS, all_at, drifted, orders, search, versions

WORKERS = ("-n", "2")

READINESS = ("observability/readiness", "recovery/readiness")

FAULTS = {
    "breaking-contract": (
        "pause",
        1,
        "orders_contract is not as before: 4 breaking changes, 3 compatible or accepted",
    ),
    "contracts-lost": (
        "fix-forward",
        11,
        "rollback boundary fabric-schema-118 has been crossed",
    ),
    "contract-drift": ("pause", 1, '"no contract drifts" failed: 1 drifted: orders'),
    "docs-search-broken": (
        "roll-back",
        10,
        "rollback boundary docs-release has not been crossed: step docs can be rolled back",
    ),
    "left-on-old-release": (
        "pause",
        1,
        "shows docs at 2026.10, expected 2026.11: it was left on the old release",
    ),
    "order-lost": (
        "fix-forward",
        11,
        "orders-schema-42 has been crossed. Do not start the old release, database schema 42 cannot be reversed",
    ),
    "out-of-order": ("pause", 1, "planned: docs, fabric, orders; started: orders, fabric, docs"),
    "stale-readiness": ("cannot-tell", 12, "it says nothing about the platform since then"),
}

#: What the terminal shows of a comparison.
SHOWN = {
    "contracts-lost": (
        "contract_registry is not as before: 200 removed; 10,002 allowed differences",
        "contracts: 10,002 before, 10,002 after, paired by name",
        "- contracts[name=partner-04300]: ",
        "- contracts[].routes[]: 199 removed, of 100 items",
    ),
    "breaking-contract": (
        "GET /api/v1/stock, query parameter `item`: is required now",
        "GET /api/v1/stock, query parameter `limit`: maximum was 100, is 10 now",
        "field `quantity`: is gone",
    ),
}

#: Which checks find it, where that is asserted.
FOUND_BY = {
    "contracts-lost": {
        "upgrade.yaml::compare[contract_registry]": "failed",
        "test_fabric.py::test_contracts_are_still_published": "failed",
    },
    "breaking-contract": {"upgrade.yaml::compare[orders_contract]": "failed"},
}


def state_before(stack: ReferenceStack) -> dict[str, Any]:
    assert search(stack) == ["rollback-boundaries"]
    return {
        "orders": [order["number"] for order in orders(stack)],
        "checked at": [stack.surface(path)["checked_at"] for path in READINESS],
    }


def contract_drift(stack: ReferenceStack, before: dict[str, Any], output: str) -> None:
    contract = stack.get("/api/v1/openapi.json", product="orders")[1]
    assert "/api/v1/orders/preview/forecast" in contract["paths"]
    assert drifted(stack) == {"orders": "drifted"}


def docs_search_broken(stack: ReferenceStack, before: dict[str, Any], output: str) -> None:
    assert search(stack) == []
    assert drifted(stack) == {}


def left_on_old_release(stack: ReferenceStack, before: dict[str, Any], output: str) -> None:
    assert "docs    2026.10 -> 2026.11" in output
    assert versions(stack) == {**all_at("2026.11"), "docs": "2026.10"}
    assert drifted(stack) == {}


def order_lost(stack: ReferenceStack, before: dict[str, Any], output: str) -> None:
    assert [order["number"] for order in orders(stack)] == before["orders"][:-1]


def out_of_order(stack: ReferenceStack, before: dict[str, Any], output: str) -> None:
    truth = stack.surface("platform/version-truth")["products"]
    started = {product["name"]: product["started_at"] for product in truth if product["name"] in PRODUCTS}
    assert sorted(started, key=started.__getitem__) == ["orders", "fabric", "docs"]
    assert versions(stack) == all_at("2026.11")


def stale_readiness(stack: ReferenceStack, before: dict[str, Any], output: str) -> None:
    # The last answer of fabric is as old as its last check, on the old release: it does not check when it is asked.
    stack.wait_until_readiness_is_older_than(2)


EFFECTS: dict[str, Callable[[ReferenceStack, dict[str, Any], str], None]] = {
    "contract-drift": contract_drift,
    "docs-search-broken": docs_search_broken,
    "left-on-old-release": left_on_old_release,
    "order-lost": order_lost,
    "out-of-order": out_of_order,
    "stale-readiness": stale_readiness,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(movable_stack: ReferenceStack, checklist: Checklist, fault: str) -> None:
    before = state_before(movable_stack)
    if fault == "stale-readiness":  # fabric's last check is then one that this pre run asked for
        checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    output = movable_stack.upgrade(fault)
    if fault in EFFECTS:
        EFFECTS[fault](movable_stack, before, output)

    serial = checklist.run("post")
    serial.ends_in(*FAULTS[fault])
    for line in SHOWN.get(fault, ()):
        assert line in serial.output
    parallel = checklist.run("post", *WORKERS)
    parallel.ends_in(*FAULTS[fault])
    assert parallel.blockers == serial.blockers == FOUND_BY.get(fault, serial.blockers)


def test_restart_that_never_gets_ready(movable_stack: ReferenceStack, checklist: Checklist) -> None:
    complaint = movable_stack.upgrade_that_never_gets_ready()
    assert "orders is not ready after 1.5 s: migration.lock is held" in complaint
    assert versions(movable_stack) == all_at("2026.11")
    observability = movable_stack.surface("observability/readiness")
    assert observability["status"] == "not-ready"
    assert observability["detail"].startswith("orders: migration.lock is held")
    assert orders(movable_stack)

    checklist.run("post").ends_in("pause", 1, "observability_readiness is not ready: `status == 'ready'` is false")


def test_out_of_order_in_a_step(movable_stack: ReferenceStack) -> None:
    movable_stack.upgrade("out-of-order", step="docs")
    assert versions(movable_stack) == {**all_at("2026.10"), "orders": "2026.11"}


def test_fault_in_a_step_that_can_be_taken_back(movable_stack: ReferenceStack) -> None:
    movable_stack.upgrade("docs-search-broken", step="docs")
    assert (search(movable_stack), drifted(movable_stack)) == ([], {})
    movable_stack.rollback()
    assert search(movable_stack) == ["rollback-boundaries"]
