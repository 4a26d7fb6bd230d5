"""Threads and asyncio tasks that die: to Python and pytest no more than a warning or a line of a log.

What they were to verify is not verified.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest

from pytest_upgradecheck.plugin.checking.session import CHECK, UpgradeSession
from pytest_upgradecheck.wording import raised

_TASK_DIED = "Task exception was never retrieved"


class DeadThreads(logging.Handler):
    """Notes each thread that ends with an exception, even if pytest's warning about it is filtered out.

    As a handler of asyncio's log it notes tasks that end so, and that nothing awaits.
    """

    def __init__(self, session: UpgradeSession) -> None:
        super().__init__(logging.ERROR)
        self._session = session
        self._check = ""
        self._previous: Callable[[Any], Any] = threading.excepthook

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Begin to watch, outside of pytest's own hook."""
        self._previous = threading.excepthook
        threading.excepthook = self._died
        logging.getLogger("asyncio").addHandler(self)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Remember which check is running."""
        self._check = item.stash[CHECK].id
        return (yield)

    def pytest_unconfigure(self) -> None:
        """Stop watching."""
        if threading.excepthook == self._died:
            threading.excepthook = self._previous
        logging.getLogger("asyncio").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Note a task that died."""
        if record.exc_info and record.exc_info[1] is not None and record.getMessage().startswith(_TASK_DIED):
            self._note("an asyncio task", raised(record.exc_info[1]))

    def _died(self, args: Any) -> None:
        what = raised(args.exc_value) if args.exc_value is not None else args.exc_type.__name__
        self._note("a thread", what)
        self._previous(args)

    def _note(self, what: str, why: str) -> None:
        message = self._session.redactor.text(f"{what} of this check died: {why}")
        self._session.notes.died.append({"check": self._check, "message": message})
