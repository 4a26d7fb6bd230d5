"""Clients of the hub, and the truth that it does not publish itself."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.truth import Answer

XSRF_COOKIE = "_xsrf"


def pytest_upgradecheck_read(surface, plan, phase):
    """Read the schema revision where JupyterHub's migrations note it: in the database, opened for reading only."""
    if surface.name != "database_schema":
        return None
    named = os.environ.get("HUB_DATABASE")
    if not named:
        raise SurfaceUnread(surface.name, "HUB_DATABASE names no database: run `. .hub/hub.env` first")
    database = Path(named)
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as reading:
            revision = reading.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        raise SurfaceUnread(surface.name, f"no schema revision in {database}: {error}") from None
    return Answer.of({"revision": revision}, source=str(database))


class Hub:
    """The hub's API, as an operator uses it. Every answer but a good one fails the check."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str) -> Any:
        return self.ask("GET", path).json()

    def ask(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...] = ()) -> httpx.Response:
        """Send a request; ``accept`` names statuses that are accepted in addition to 2xx."""
        answer = ask(self._client, method, f"/hub/api{path}", json=body)
        if not answer.is_success and answer.status_code not in accept:
            pytest.fail(f"{method} {path}: {answer.status_code} {answer.text}", pytrace=False)
        return answer


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    """The hub's API, with the token of the verification."""
    headers = {"Authorization": f"token {os.environ['HUB_API_TOKEN']}"}
    with httpx.Client(base_url=os.environ["HUB_URL"], headers=headers, timeout=30) as client:
        yield Hub(client)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser that is not logged in."""
    with httpx.Client(base_url=os.environ["HUB_URL"], timeout=30) as client:
        yield Browser(client)


class Browser:
    """A user's browser on the hub's pages."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def log_in(self, user: str) -> str:
        """Log in by the form; returns what is wrong, or nothing."""
        ask(self._client, "GET", "/hub/login")
        # Read where it is sent, so that no variable that a failing check shows holds it.
        answer = ask(
            self._client,
            "POST",
            "/hub/login",
            data={
                "username": user,
                "password": os.environ["HUB_PASSWORD"],
                XSRF_COOKIE: self._client.cookies.get(XSRF_COOKIE, ""),
            },
        )
        if answer.is_redirect:
            return ""
        said = re.search(r'class="login_error">\s*(.*?)\s*<', answer.text, re.DOTALL)
        return f"{answer.status_code} {said[1] if said else answer.reason_phrase}"

    def home(self) -> str:
        """The page a user comes to who is logged in; nothing where the hub sends them to the login."""
        answer = ask(self._client, "GET", "/hub/home")
        return answer.text if answer.is_success else ""


def ask(client: httpx.Client, method: str, path: str, **content: Any) -> httpx.Response:
    """Send a request; where no answer comes, the check fails and says so."""
    __tracebackhide__ = True
    try:
        return client.request(method, path, **content)
    except httpx.TransportError as error:
        why = f"{method} {client.base_url.join(path)}: no answer: {error}"
    pytest.fail(why, pytrace=False)
