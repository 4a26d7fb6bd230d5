"""A misbehaving platform in a process of its own, and readers of it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.truth import PlatformTruth

KEY = "key-4711-secret"


class Server:
    """The running server; its log starts anew with each test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.port, self.other_port = json.loads(process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"
        self._seen = 0

    def forget(self) -> None:
        self._seen = len(self._log())

    @property
    def log(self) -> list[dict[str, Any]]:
        """Requests of this test."""
        return self._log()[self._seen :]

    @property
    def paths(self) -> list[str]:
        return [request["path"] for request in self.log]

    def _log(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/log", timeout=10) as answer:
            log: list[dict[str, Any]] = json.load(answer)
        return log


@pytest.fixture(autouse=True)
def key_in_no_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens in a test, and though everything is logged: the key is not."""
    assert logging.getLogger("httpx").filters == []  # or the mask of an earlier test would hide a leak of this one
    caplog.set_level(logging.DEBUG)
    yield
    said = "\n".join(record.getMessage() for record in caplog.get_records("call"))
    assert KEY not in said


@pytest.fixture(scope="module")
def running_server() -> Iterator[Server]:
    script = Path(__file__).with_name("misbehaving_server.py")
    with subprocess.Popen([sys.executable, "-B", str(script)], stdout=subprocess.PIPE, text=True) as process:
        yield Server(process)
        process.kill()


@pytest.fixture
def server(running_server: Server) -> Server:
    running_server.forget()
    return running_server


@pytest.fixture
def truth(server: Server) -> Iterator[Any]:
    """The truth of a platform whose surface ``truth`` is one of the server's routes."""
    made: list[PlatformTruth] = []

    def make(route: str, *, store: Any = None, surface: dict[str, Any] | None = None, **settings: Any) -> PlatformTruth:
        platform = Platform.model_validate(
            {
                "base_url": server.url,
                "auth": {"header": "X-API-Key", "value": KEY},
                "timeout": "2s",
                "surfaces": {"truth": {"path": f"/{route}", **(surface or {})}},
                **settings,
            }
        )
        made.append(PlatformTruth(platform, store=store))
        return made[-1]

    yield make
    for each in made:
        each.close()
