"""What the HTTP library logs, without secrets.

At DEBUG it logs all headers that come back, at INFO all URLs; a platform may echo the key in the one, a plan may hold
it in the other, and pytest shows and reports what was logged.
"""

from __future__ import annotations

import logging

from pytest_upgradecheck.redaction import Redactor

# By name: a filter on a parent is not asked about what its children log.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")


class DiscreetLogs(logging.Filter):
    """Masks secrets in the library's log records, from `begin` to `end`. Where nothing is logged, it is never asked."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def begin(self) -> None:
        """Start masking; harmless where it has begun."""
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self)

    def end(self) -> None:
        """Stop masking; harmless where it has not begun."""
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked."""
        said = record.getMessage()
        if self._redactor.touches(said):
            record.msg, record.args = self._redactor.text(said), ()
        return True
