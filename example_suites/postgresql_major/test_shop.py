"""The purpose of the database: customers place orders, and find them again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.upgrade_step("server")

#: The customer that this checklist orders as. Its orders do not count as losses.
CUSTOMER = 1


@pytest.mark.user_path
@pytest.mark.pre_upgrade
def test_place_order(shop_as_application, baseline):
    """A customer places an order and finds it again."""
    order = place(shop_as_application)
    baseline["order"] = order
    assert read(shop_as_application, order["id"]) == order


@pytest.mark.user_path
@pytest.mark.post_upgrade(needs=test_place_order)
@pytest.mark.post_rollback(needs=test_place_order)
@pytest.mark.rollback_boundary("old-cluster")
@pytest.mark.remedy("close the shop, and compare with the old cluster or its backup")
def test_order_survives(shop_as_application, baseline):
    """The order from before is still there, unchanged, and another can be placed."""
    assert read(shop_as_application, baseline["order"]["id"]) == baseline["order"]
    assert place(shop_as_application)["id"] > baseline["order"]["id"]


@pytest.mark.post_upgrade(needs=test_place_order)
@pytest.mark.post_rollback(needs=test_place_order)
@pytest.mark.remedy("the new cluster is still in PG_NEW_DATA: recover the orders from it, and tell the customers")
def test_orders_taken_since_are_kept(shop, baseline, since_upgrade, upgrade, platform_truth):
    """Going back has not lost any order that customers placed since the upgrade."""
    if upgrade.phase == "rollback" and not platform_truth.read("clusters").body["new_server_started"]:
        assert shop.value("select current_setting('server_version_num')::int") < 160000
        return  # no order can have been placed since
    taken = "select id, customer_id, placed_at from shop.orders where id > %s and customer_id <> %s"
    orders = shop.records(taken, baseline["order"]["id"], CUSTOMER)
    # After going back, the old sequence hands out the same numbers again, so an order is identified by number and time.
    since_upgrade.additions_only("orders", orders, key=("id", "placed_at"))


def place(database):
    """Place an order, as the application does."""
    placed = "insert into shop.orders (customer_id, region, country) values (%s, 'region 1', 'country 1') returning id"
    number = database.value(placed, CUSTOMER)
    database.rows("insert into shop.order_lines values (%s, 5, 2)", number)
    return read(database, number)


def read(database, number):
    """An order with its line count and total, as the application reads it."""
    (order,) = database.records(
        "select o.id, o.status, o.placed_at, count(*) as lines, sum(l.quantity * p.price_with_tax) as total"
        "  from shop.orders o join shop.order_lines l on l.order_id = o.id join shop.products p on p.id = l.product_id"
        " where o.id = %s group by o.id",
        number,
    )
    return order
