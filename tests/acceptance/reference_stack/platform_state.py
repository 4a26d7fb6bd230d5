"""What a running reference stack shows of itself: over HTTP, and in its database."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from contextlib import closing
from typing import Any

from tests.acceptance.conftest import ReferenceStack

PRODUCTS = ("docs", "fabric", "orders")


def all_at(release: str) -> dict[str, str]:
    return dict.fromkeys(PRODUCTS, release)


def versions(stack: ReferenceStack) -> dict[str, str | None]:
    truth = stack.surface("platform/version-truth")
    return {product["name"]: product["version"] for product in truth["products"] if product["name"] in PRODUCTS}


def drifted(stack: ReferenceStack) -> dict[str, str]:
    drift = stack.surface("contracts/drift")["contracts"]
    return {contract["name"]: contract["state"] for contract in drift if contract["state"] != "aligned"}


def schemas(stack: ReferenceStack) -> dict[str, int]:
    with closing(sqlite3.connect(stack.home / "platform.db")) as db:
        return dict(db.execute("SELECT component, MAX(version) FROM schema_migrations GROUP BY component").fetchall())


def columns(stack: ReferenceStack, table: str) -> set[str]:
    with closing(sqlite3.connect(stack.home / "platform.db")) as db:
        return {row[1] for row in db.execute(f"PRAGMA table_info({table})")}


def orders(stack: ReferenceStack) -> list[dict[str, Any]]:
    status, body = stack.get("/api/v1/orders", product="orders")
    assert status == 200, body
    found: list[dict[str, Any]] = body["orders"]
    return found


def search(stack: ReferenceStack) -> list[str]:
    """The pages that the search for "rollback" finds."""
    return [hit["slug"] for hit in stack.get("/api/v1/search?q=rollback", product="docs")[1]["hits"]]


def place_order(stack: ReferenceStack) -> dict[str, Any]:
    request = urllib.request.Request(
        stack.address("orders") + "/api/v1/orders",
        data=json.dumps({"customer": "Rosalind Franklin", "item": "linen", "quantity": 2}).encode(),
        headers={"X-API-Key": stack.env["PLATFORM_API_KEY"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        order: dict[str, Any] = json.load(answer)
        return order
