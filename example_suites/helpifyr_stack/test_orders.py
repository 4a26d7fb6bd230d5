"""orders: what users come for, and what must not be lost."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.upgrade_step("orders")

#: The fields that a client of either release relies on. 2026.11 adds a priority.
FIELDS = ("number", "customer", "item", "quantity", "placed_at")


@pytest.mark.user_path
@pytest.mark.pre_upgrade
def test_place_order(orders, baseline):
    """A user places an order and finds it again."""
    order = place(orders)
    baseline["order"] = order

    assert read(orders, order["number"]) == order


@pytest.mark.user_path
@pytest.mark.post_upgrade(needs=test_place_order)
@pytest.mark.post_rollback(needs=test_place_order)
@pytest.mark.rollback_boundary("orders-schema-42")
@pytest.mark.remedy("stop taking orders, and compare with the backup before anything else")
def test_order_survives(orders, baseline):
    """The order placed before is still there, unchanged."""
    before = baseline["order"]

    assert read(orders, before["number"]) == before


@pytest.mark.pre_upgrade
def test_list_orders(orders, baseline):
    """The orders can be listed."""
    listed = read_all(orders)
    baseline["orders"] = listed

    assert listed


@pytest.mark.post_upgrade(needs=test_list_orders)
@pytest.mark.post_rollback(needs=test_list_orders)
@pytest.mark.rollback_boundary("orders-schema-42")
def test_every_order_survives(orders, baseline):
    """Each order listed before is still listed, unchanged; new ones may be added."""
    before, after = baseline["orders"], read_all(orders)
    lost = [order["number"] for order in before if order not in after]

    assert not lost, f"of {len(before)} orders, these are gone or another: {lost}"


@pytest.mark.user_path
@pytest.mark.post_upgrade
def test_place_order_after_the_upgrade(orders):
    """A user of the new release places an order and finds it again."""
    order = place(orders)

    assert read(orders, order["number"]) == order


def place(orders) -> dict:
    new = {"customer": "Rosalind Franklin", "item": "linen yarn", "quantity": 4}
    return known(orders.post("/api/v1/orders", json=new).json())


def read(orders, number: int) -> dict:
    return known(orders.get(f"/api/v1/orders/{number}").json())


def read_all(orders) -> list[dict]:
    return [known(order) for order in orders.get("/api/v1/orders").json()["orders"]]


def known(order: dict) -> dict:
    return {field: order[field] for field in FIELDS}
