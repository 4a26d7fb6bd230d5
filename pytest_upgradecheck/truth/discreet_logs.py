"""Masks secrets in the logs of the HTTP library.

At DEBUG it logs all response headers, at INFO all URLs. A platform may echo the key in a header, a plan may have it in
a URL, and pytest shows and reports what was logged.
"""

from __future__ import annotations

import logging

from pytest_upgradecheck.redaction import Redactor

# By name: a filter on a parent logger does not see the records of its children.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")


class DiscreetLogs(logging.Filter):
    """Masks secrets in the log records of the HTTP library, from `begin` to `end`. Costs nothing without logging."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def begin(self) -> None:
        """Start masking; harmless if it has started."""
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self)

    def end(self) -> None:
        """Stop masking; harmless if it has not started."""
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked."""
        message = record.getMessage()
        if self._redactor.touches(message):
            record.msg, record.args = self._redactor.text(message), ()
        return True
