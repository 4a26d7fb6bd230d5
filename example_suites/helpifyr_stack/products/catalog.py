"""The stack: its products, their routes, and the database schemas that the two releases need."""

from __future__ import annotations

from dataclasses import dataclass

OLD, NEW = "2026.10", "2026.11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product and the routes, all different, that tell whether it lives, is ready, and which release it is."""

    name: str
    live: str
    ready: str
    version: str


FABRIC = Product(name="fabric", live="/health", ready="/health", version="/health")
DOCS = Product(name="docs", live="/healthz", ready="/readyz", version="/versionz")
ORDERS = Product(name="orders", live="/v1/health/live", ready="/v1/health/ready", version="/v1/health/info")

#: In the order in which an upgrade moves them. docs can always be rolled back, the two after it cannot.
SEQUENCE = (DOCS, FABRIC, ORDERS)
PRODUCTS = {product.name: product for product in SEQUENCE}

#: The schema each release works on. docs keeps its pages as they are.
SCHEMAS = {OLD: {"fabric": 117, "orders": 41}, NEW: {"fabric": 118, "orders": 42}}
