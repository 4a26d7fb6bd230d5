"""The runtime of a product: its settings at start, the API key, the database, and the version answer."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException

from products.database import timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One product's process: its release, where its data is, where the other products are, and its settings.

    ``settings`` is the environment of the process, ``urls`` maps each product to its address.
    """

    product: str
    release: str
    home: Path
    urls: dict[str, str] = field(default_factory=dict)
    api_key: str = field(default="", repr=False)
    settings: dict[str, str] = field(default_factory=dict, repr=False)
    started_at: str = field(default_factory=timestamp)

    @classmethod
    def load(cls, product: str, release: str, home: Path) -> Runtime:
        """The runtime of a process that the operator's command started."""
        stack = json.loads((home / "stack.json").read_text(encoding="utf-8"))
        return cls(
            product=product,
            release=release,
            home=home,
            urls={name: f"http://127.0.0.1:{port}" for name, port in stack["ports"].items()},
            api_key=stack["api_key"],
            settings=dict(os.environ),
        )

    @property
    def database(self) -> Path:
        """The one database of the stack."""
        return self.home / "platform.db"

    def version_answer(self) -> dict[str, str]:
        """The product's answer on its version route."""
        return {"product": self.product, "version": self.release, "started_at": self.started_at}


def new_app(runtime: Runtime) -> tuple[FastAPI, APIRouter]:
    """An application, and the router of its ``/api/v1``: nothing there answers without the API key."""
    app = FastAPI(title=runtime.product, version=runtime.release, openapi_url=None, docs_url=None, redoc_url=None)
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(_key_is(runtime.api_key))])

    @api.get("/openapi.json", include_in_schema=False)
    def contract() -> dict[str, Any]:
        return app.openapi()

    return app, api


def _key_is(expected: str) -> Callable[[str], None]:
    def check(x_api_key: str = Header(default="")) -> None:
        if not secrets.compare_digest(x_api_key.encode(), expected.encode()):
            raise HTTPException(401, "no valid API key: send it in the header X-API-Key")

    return check
