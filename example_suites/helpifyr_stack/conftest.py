"""Clients for the products under verification, at the addresses the platform itself publishes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest


@pytest.fixture(scope="session")
def addresses(platform_truth) -> dict[str, str]:
    """The address of each product, by name."""
    return {service["name"]: service["url"] for service in platform_truth.read("platform_services").body["services"]}


@pytest.fixture(scope="session")
def docs(addresses) -> Iterator[httpx.Client]:
    """A client of docs."""
    with client(addresses["docs"]) as docs:
        yield docs


@pytest.fixture(scope="session")
def orders(addresses) -> Iterator[httpx.Client]:
    """A client of orders."""
    with client(addresses["orders"]) as orders:
        yield orders


@contextmanager
def client(address: str) -> Iterator[httpx.Client]:
    """A client that sends the API key, and fails the check on every answer but a good one."""

    def refuse(response: httpx.Response) -> None:
        if not response.is_success:
            said = f"{response.status_code} {response.read().decode()}"
            pytest.fail(f"{response.request.method} {response.url}: {said}", pytrace=False)

    headers = {"X-API-Key": os.environ["PLATFORM_API_KEY"]}
    with httpx.Client(base_url=address, headers=headers, timeout=10, event_hooks={"response": [refuse]}) as each:
        yield each
