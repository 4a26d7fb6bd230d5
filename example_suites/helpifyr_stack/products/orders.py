"""orders: place an order, read it, list them all, see what is in stock.

Release 2026.10 keeps first and last name of the customer apart (schema 41); 2026.11 keeps one name and gives each order
a priority (schema 42). To a client that is one more field.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Response
from pydantic import BaseModel, Field

from products.catalog import OLD, ORDERS
from products.database import connect, reading, timestamp
from products.runtime import Runtime, new_app

#: The stock of each item before the first order.
_IN_STOCK = 1_000


class NewOrder(BaseModel):
    customer: str = Field(min_length=1, examples=["Ada Lovelace"])
    item: str = Field(min_length=1)
    quantity: int = Field(gt=0)


class NewOrderWithPriority(NewOrder):
    priority: str = "normal"


class Order(NewOrder):
    number: int
    placed_at: str


class OrderWithPriority(Order):
    priority: str


class Orders(BaseModel):
    orders: list[Order]


class OrdersWithPriority(BaseModel):
    orders: list[OrderWithPriority]


class Stock(BaseModel):
    item: str
    quantity: int


class StockLevel(BaseModel):
    item: str
    level: str


class NamesApart:
    """Orders in schema 41."""

    columns = "number, trim(first_name || ' ' || last_name) AS customer, item, quantity, placed_at"

    @staticmethod
    def insert(db: sqlite3.Connection, new: NewOrder) -> int | None:
        first, _, last = new.customer.partition(" ")
        return db.execute(
            "INSERT INTO orders (first_name, last_name, item, quantity, placed_at) VALUES (?, ?, ?, ?, ?)",
            (first, last, new.item, new.quantity, timestamp()),
        ).lastrowid


class OneName:
    """Orders in schema 42."""

    columns = "number, customer, item, quantity, placed_at, priority"

    @staticmethod
    def insert(db: sqlite3.Connection, new: NewOrderWithPriority) -> int | None:
        return db.execute(
            "INSERT INTO orders (customer, item, quantity, placed_at, priority) VALUES (?, ?, ?, ?, ?)",
            (new.customer, new.item, new.quantity, timestamp(), new.priority),
        ).lastrowid


def create_app(runtime: Runtime) -> FastAPI:
    """The application of one release."""
    app, api = new_app(runtime)
    columns = (NamesApart if runtime.release == OLD else OneName).columns

    def select(where: str = "", *values: object) -> list[dict[str, Any]]:
        with reading(runtime.database) as db:
            rows = db.execute(f"SELECT {columns} FROM orders {where} ORDER BY number", values)
            names = [column[0] for column in rows.description]
            return [dict(zip(names, row, strict=True)) for row in rows]

    def one(number: int | None) -> dict[str, Any]:
        found = select("WHERE number = ?", number)
        if not found:
            raise HTTPException(404, f"no order {number}")
        return found[0]

    @app.get(ORDERS.live, include_in_schema=False)
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get(ORDERS.ready, include_in_schema=False)
    def ready(response: Response) -> dict[str, str]:
        lock = runtime.home / "migration.lock"
        if lock.exists():
            response.status_code = 503
            return {"status": "starting", "detail": f"{lock.name} is held: a migration seems to be at work"}
        select("WHERE number = ?", 0)
        return {"status": "ready"}

    @app.get(ORDERS.version, include_in_schema=False)
    def version() -> dict[str, str]:
        return runtime.version_answer()

    if runtime.release == OLD:

        @api.post("/orders", status_code=201)
        def place(new: NewOrder) -> Order:
            with connect(runtime.database) as db:
                number = NamesApart.insert(db, new)
            return Order(**one(number))

        @api.get("/orders")
        def listed() -> Orders:
            return Orders(orders=[Order(**order) for order in select()])

        @api.get("/orders/{number}")
        def read(number: int) -> Order:
            return Order(**one(number))

    else:

        @api.post("/orders", status_code=201)
        def place_with_priority(new: NewOrderWithPriority) -> OrderWithPriority:
            with connect(runtime.database) as db:
                number = OneName.insert(db, new)
            return OrderWithPriority(**one(number))

        @api.get("/orders")
        def listed_with_priority() -> OrdersWithPriority:
            return OrdersWithPriority(orders=[OrderWithPriority(**order) for order in select()])

        @api.get("/orders/{number}")
        def read_with_priority(number: int) -> OrderWithPriority:
            return OrderWithPriority(**one(number))

    if runtime.settings.get("ORDERS_STOCK") == "levels":

        @api.get("/stock")
        def stock_levels(item: str, limit: Annotated[int, Query(le=10)] = 10) -> list[StockLevel]:
            sold = sum(order["quantity"] for order in select() if order["item"] == item)
            return [StockLevel(item=item, level="low" if sold > _IN_STOCK // 2 else "high")][:limit]

    else:

        @api.get("/stock")
        def stock(item: str | None = None, limit: Annotated[int, Query(le=100)] = 100) -> list[Stock]:
            sold = Counter[str]()
            for order in select():
                sold[order["item"]] += order["quantity"]
            listed = [
                Stock(item=each, quantity=_IN_STOCK - sold[each]) for each in sorted(sold) if item in (None, each)
            ]
            return listed[:limit]

    if runtime.settings.get("ORDERS_PREVIEW") == "on":

        @api.get("/orders/preview/forecast")
        def forecast() -> dict[str, int]:
            return {"expected_orders": len(select())}

    app.include_router(api)
    return app
