"""A platform without a network: what it answers is a function of the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pytest_upgradecheck.plan import Platform, Surface

KEY = "key-4711-secret"
BASE_URL = "http://platform.test:8000"


class FakePlatform:
    """Scripted answers; the last one is repeated. Keeps the requests it got and the pauses between them."""

    def __init__(self) -> None:
        self.script: list[httpx.Response | Exception] = []
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []
        self.transport = httpx.MockTransport(self._answer)

    def answers(self, *script: Any) -> None:
        """Responses, exceptions, or JSON values for a 200."""
        self.script = [
            each if isinstance(each, (httpx.Response, Exception)) else httpx.Response(200, json=each) for each in script
        ]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        # As it comes from a network: not read yet.
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))


@pytest.fixture
def fake() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def plan_platform() -> Callable[..., Platform]:
    """A plan's platform with one surface, ``truth``, and what else the test says of either."""

    def make(surface: dict[str, Any] | None = None, **settings: Any) -> Platform:
        auth = {"header": "X-API-Key", "value": KEY}
        surfaces = {"truth": {"path": "/truth", **(surface or {})}}
        return Platform.model_validate({"base_url": BASE_URL, "auth": auth, "surfaces": surfaces, **settings})

    return make


@pytest.fixture
def surface(plan_platform: Callable[..., Platform]) -> Callable[..., Surface]:
    """A surface named ``truth`` with these keys."""

    def make(**keys: Any) -> Surface:
        return plan_platform(keys).surfaces["truth"]

    return make
