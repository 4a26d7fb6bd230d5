"""fabric: what the platform knows of itself. Each answer comes from asking the products and reading the database.

Release 2026.10 knows contracts by their documents, 2026.11 by digest and routes; 2026.11 also registers and checks the
contract of fabric itself.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, HTTPException

from products import contracts
from products.catalog import FABRIC, OLD, PRODUCTS, SEQUENCE, Product
from products.database import connect, migrations, reading, schemas, timestamp
from products.runtime import Runtime, new_app

Answer = dict[str, Any]

#: Recovery counts as ready only with a backup younger than this.
BACKUP_MAX_AGE_HOURS = 24


class Neighbours:
    """The other products, asked over HTTP."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._client = httpx.Client(timeout=2, trust_env=False, headers={"X-API-Key": runtime.api_key})

    def ask(self, product: Product, path: str) -> tuple[int, Answer] | None:
        """Status and answer of a route; None if there is none."""
        if product is FABRIC:
            return 200, self._runtime.version_answer()
        try:
            answer = self._client.get(self._runtime.urls[product.name] + path)
            return answer.status_code, answer.json()
        except (httpx.HTTPError, ValueError):
            return None

    def version(self, product: Product) -> Answer:
        """The release that a product says it runs, and its start time."""
        answer = self.ask(product, product.version)
        found = answer[1] if answer else {}
        return {"name": product.name, "version": found.get("version"), "started_at": found.get("started_at")}

    def readiness(self, product: Product) -> Answer:
        """Whether a product says it is ready."""
        answer = self.ask(product, product.ready)
        if answer is None:
            return {"name": product.name, "status": "unreachable", "detail": "it does not answer"}
        status, body = answer
        ready = status == 200
        return {"name": product.name, "status": "ready" if ready else "not-ready", "detail": body.get("detail", "")}


def create_app(runtime: Runtime) -> FastAPI:
    """The application of one release."""
    app, api = new_app(runtime)
    neighbours = Neighbours(runtime)
    served = itertools.count(1)  # answers of the registry since this process started
    registry = contracts.registered_documents if runtime.release == OLD else contracts.registered_digests

    def serves(name: str) -> contracts.Document | None:
        if name == FABRIC.name:
            return app.openapi()
        product = next(each for each in SEQUENCE if each.name == name)
        answer = neighbours.ask(product, "/api/v1/openapi.json")
        return answer[1] if answer and answer[0] == 200 else None

    def checked(subject: str, check: Callable[[], Answer]) -> Answer:
        """The answer of a readiness check, made now and kept, or the one last made where checks are off."""
        if runtime.settings.get("FABRIC_CHECKS") != "off":
            body = {**check(), "checked_at": timestamp()}
            with connect(runtime.database) as db:
                db.execute("REPLACE INTO readiness VALUES (?, ?)", (subject, json.dumps(body)))
        with reading(runtime.database) as db:
            row = db.execute("SELECT body FROM readiness WHERE subject = ?", (subject,)).fetchone()
        if row is None:
            raise HTTPException(503, f"{subject} was never checked")
        return dict(json.loads(row[0]))

    @app.get(FABRIC.live, include_in_schema=False)
    def health() -> Answer:
        return {"status": "ok", **runtime.version_answer()}

    @api.get("/platform/version-truth")
    def version_truth() -> Answer:
        products: list[Answer] = [neighbours.version(product) for product in SEQUENCE]
        return {"products": [*products, {"name": "sqlite", "version": sqlite3.sqlite_version}]}

    @api.get("/platform/services")
    def services() -> Answer:
        return {
            "services": [
                {"name": product.name, "url": runtime.urls[product.name], "health": product.live}
                for product in SEQUENCE
            ]
        }

    @api.get("/contracts/registry")
    def contract_registry() -> Answer:
        with reading(runtime.database) as db:
            published = registry(db, of_products=False)
        listed: list[Answer] = [
            {"name": each.name, "release": each.release, "routes": list(each.routes)} for each in published
        ]
        if runtime.release != OLD:
            for entry, each in zip(listed, published, strict=True):
                entry["digest"] = each.digest
        return {"generated_at": timestamp(), "served": next(served), "contracts": listed}

    @api.get("/contracts/documents/{name}")
    def contract_document(name: str) -> Answer:
        if name not in PRODUCTS:
            raise HTTPException(404, f"no product {name} runs here")
        document = serves(name)
        if document is None:
            raise HTTPException(502, f"{name} does not answer with its contract")
        return document

    @api.get("/contracts/drift")
    def contract_drift() -> Answer:
        with reading(runtime.database) as db:
            published = registry(db, of_products=True)
        return {"contracts": [contracts.drift_of(each, serves) for each in published]}

    @api.get("/observability/readiness")
    def observability_readiness() -> Answer:
        return checked("observability", lambda: _overall([neighbours.readiness(product) for product in SEQUENCE]))

    @api.get("/recovery/readiness")
    def recovery_readiness() -> Answer:
        return checked("recovery", lambda: _recovery(runtime.home / "backup.db"))

    @api.get("/database/schema")
    def database_schema() -> Answer:
        with reading(runtime.database) as db:
            return {"schemas": schemas(db), "migrations": migrations(db)}

    app.include_router(api)
    return app


def _overall(products: list[Answer]) -> Answer:
    waiting_for = [product for product in products if product["status"] != "ready"]
    return {
        "status": "not-ready" if waiting_for else "ready",
        "detail": "; ".join(f"{each['name']}: {each['detail'] or each['status']}" for each in waiting_for),
        "products": products,
    }


def _recovery(backup: Path) -> Answer:
    """Whether there is a backup that can be restored: present, sound, and young enough."""
    try:
        taken_at = datetime.fromtimestamp(backup.stat().st_mtime, tz=UTC)
        with reading(backup) as db:
            sound = db.execute("PRAGMA quick_check").fetchone() == ("ok",)
            holds = schemas(db)
    except (OSError, sqlite3.Error) as error:
        return {"status": "not-ready", "detail": f"the backup cannot be read: {error}"}
    age = (datetime.now(UTC) - taken_at).total_seconds()
    young = age < BACKUP_MAX_AGE_HOURS * 3600
    return {
        "status": "ready" if sound and young else "not-ready",
        "detail": "" if sound and young else "the backup is damaged" if not sound else "the backup is too old",
        "backup": {"taken_at": taken_at.isoformat(timespec="seconds"), "age_seconds": round(age), "schemas": holds},
    }
