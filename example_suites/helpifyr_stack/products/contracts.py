"""Contracts: the OpenAPI document that each product has published, and whether the product serves exactly that.

The registry also holds the contracts of 10,000 partner integrations. They run elsewhere, so the stack cannot check
whether they serve what they registered.

Up to fabric schema 117 the registry keeps the whole document. From 118 on it keeps a digest and the routes, and the
documents are gone: that is what makes the migration irreversible.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

PARTNERS = 10_000
_RESOURCES = ("orders", "invoices", "shipments", "returns", "prices", "stock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A registered contract. ``digest`` is over the whole document, ``routes`` are ``GET /api/v1/orders`` and so on."""

    name: str
    release: str
    digest: str
    routes: tuple[str, ...]
    registered_at: str


def digest_of(document: Document) -> str:
    """A digest that does not depend on the order of keys."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def routes_of(document: Document) -> tuple[str, ...]:
    """The routes of an OpenAPI document, sorted."""
    return tuple(
        sorted(f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods)
    )


def register(db: sqlite3.Connection, name: str, release: str, document: Document, *, schema: int, at: str) -> None:
    """Put a product's contract in place of the one it had."""
    if schema < 118:
        db.execute("REPLACE INTO contracts VALUES (?, ?, ?, ?)", (name, release, json.dumps(document), at))
    else:
        routes = json.dumps(routes_of(document))
        db.execute("REPLACE INTO contracts VALUES (?, ?, ?, ?, ?)", (name, release, digest_of(document), routes, at))


def partner_contracts() -> Iterator[tuple[str, str, Document]]:
    """Name, release and document of each partner's contract; the same each time."""
    for number in range(PARTNERS):
        name = f"partner-{number:05}"
        used = [_RESOURCES[(number + at) % len(_RESOURCES)] for at in range(2 + number % 3)]
        paths = {f"/{name}/v{1 + number % 4}/{resource}": {"get": {"responses": {}}} for resource in used}
        yield name, f"{2020 + number % 7}.{1 + number % 12:02}", {"openapi": "3.1.0", "info": {}, "paths": paths}


def registered_documents(db: sqlite3.Connection, *, of_products: bool) -> list[Contract]:
    """The registry as release 2026.10 reads it: from whole documents, by name."""
    rows = db.execute(
        f"SELECT name, release, document, registered_at FROM contracts {_WHERE[of_products]} ORDER BY name"
    ).fetchall()
    return [_contract(name, release, json.loads(document), at) for name, release, document, at in rows]


def registered_digests(db: sqlite3.Connection, *, of_products: bool) -> list[Contract]:
    """The registry as release 2026.11 reads it, by digest."""
    rows = db.execute(
        f"SELECT name, release, digest, routes, registered_at FROM contracts {_WHERE[of_products]} ORDER BY digest"
    ).fetchall()
    return [
        Contract(name=name, release=release, digest=digest, routes=tuple(json.loads(routes)), registered_at=at)
        for name, release, digest, routes, at in rows
    ]


#: With the partners' contracts, or only those of products that run here.
_WHERE = {False: "", True: "WHERE name NOT LIKE 'partner-%'"}


def drift_of(contract: Contract, ask: Callable[[str], Document | None]) -> dict[str, Any]:
    """Compare a registered contract with what its product serves; ``ask`` returns None if it does not answer."""
    live = ask(contract.name)
    if live is None:
        return {"name": contract.name, "state": "unreachable", "added": [], "missing": []}
    added = sorted(set(routes_of(live)) - set(contract.routes))
    missing = sorted(set(contract.routes) - set(routes_of(live)))
    state = "aligned" if digest_of(live) == contract.digest else "drifted"
    return {"name": contract.name, "state": state, "added": added, "missing": missing}


def _contract(name: str, release: str, document: Document, at: str) -> Contract:
    return Contract(
        name=name, release=release, digest=digest_of(document), routes=routes_of(document), registered_at=at
    )
