"""Threads that die: to Python and pytest no more than a warning, but what they were to verify is not verified."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest

from pytest_upgradecheck.plugin.checking.session import CHECK, UpgradeSession


class DeadThreads:
    """Notes each thread that ends with an exception, even if pytest's warning about it is filtered out."""

    def __init__(self, session: UpgradeSession) -> None:
        self._session = session
        self._check = ""
        self._previous: Callable[[Any], Any] = threading.excepthook

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Begin to watch, outside of pytest's own hook."""
        self._previous = threading.excepthook
        threading.excepthook = self._died

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Remember which check is running."""
        self._check = item.stash[CHECK].id
        return (yield)

    def pytest_unconfigure(self) -> None:
        """Stop watching."""
        if threading.excepthook == self._died:
            threading.excepthook = self._previous

    def _died(self, args: Any) -> None:
        raised = f"{args.exc_type.__name__}: {args.exc_value}" if args.exc_value is not None else args.exc_type.__name__
        message = self._session.redactor.text(f"a thread of this check died: {raised}")
        self._session.notes.died.append({"check": self._check, "message": message})
        self._previous(args)
