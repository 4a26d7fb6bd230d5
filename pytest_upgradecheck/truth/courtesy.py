"""GET, politely: at the platform's pace, with few and bounded retries, and never with the key to anybody else."""

from __future__ import annotations

import email.utils
import math
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timezone
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.answer import Answer
from pytest_upgradecheck.truth.body import excerpt
from pytest_upgradecheck.truth.exchange import Exchange, NoResponse, OutOfTime, Response
from pytest_upgradecheck.truth.store import ReadingStore

if TYPE_CHECKING:
    import httpx

MOST_ATTEMPTS = 3
LONGEST_RETRY_AFTER = 60.0
_MOST_REDIRECTS = 5
_RETRIED = frozenset({429, 502, 503, 504})
_BACKOFF = (0.2, 0.8)
_LONGEST_ERROR = 300  # characters: the library's words may quote the platform's


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one attempt came to: an answer, or why not (``detail`` in the platform's own words); perhaps both."""

    answer: Answer | None = None
    message: str = ""
    detail: str = ""
    status: int | None = None
    retry: bool = False
    retry_after: float | None = None


@dataclass(slots=True)
class Courtesy:
    """The requests to one platform, or without its key to anybody; tests replace ``transport`` and ``sleep``."""

    platform: Platform
    store: ReadingStore
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    _exchange: Exchange = field(init=False)

    def __post_init__(self) -> None:
        self._exchange = Exchange(self.platform, self.redactor, self.transport)

    def get(self, url: str, judge: Callable[[Response], Attempt], *, until: float = math.inf) -> tuple[Attempt, int]:
        """The last attempt at a URL as ``judge`` sees its response, and how many there were: at most three.

        ``until``, on the monotonic clock, is when nobody waits for the answer any more.
        """
        for number in range(1, MOST_ATTEMPTS + 1):
            attempt = self._attempt(url, judge, until)
            if not attempt.retry or number == MOST_ATTEMPTS:
                break
            pause = _BACKOFF[number - 1] if attempt.retry_after is None else attempt.retry_after
            if pause > LONGEST_RETRY_AFTER:
                waited = f"(it asks to wait {pause:.0f} s, and at most {LONGEST_RETRY_AFTER:.0f} s are waited)"
                attempt = replace(attempt, message=f"{attempt.message} {waited}")
                break
            pause += random.uniform(0, 0.1)  # noqa: S311 - workers must not all come back at once
            if time.monotonic() + pause > until:
                break
            self.sleep(pause)
        return attempt, number

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _attempt(self, url: str, judge: Callable[[Response], Attempt], until: float) -> Attempt:
        """Get a URL, and where it redirects to; all of it within the time of one attempt."""
        left = self.platform.timeout.total_seconds()
        # Before a turn is taken: requests that go out long after their turns would come too close together.
        self._exchange.open(url)
        for _ in range(_MOST_REDIRECTS + 1):
            if self.platform.rate_limit and not self.store.wait_for_turn(self.platform.rate_limit, until=until):
                return Attempt(message="platform.rate_limit leaves no request in the time that is left")
            started = time.monotonic()
            try:
                response = self._exchange.get(url, seconds=min(left, until - started))
            except OutOfTime:
                limit = f"within {self.platform.timeout.total_seconds():g} s (platform.timeout)"
                when = limit if started + left <= until else "in the time that was left to wait"
                return Attempt(message=f"no complete answer {when}", retry=True)
            except NoResponse as error:
                message = excerpt(str(error), self.redactor, _LONGEST_ERROR)
                return Attempt(message=message, retry=error.passing)
            if response.redirect is None:
                return judge(response)
            if response.elsewhere and (refusal := self._refused(response, url)):
                return Attempt(message=refusal, status=response.status)
            if response.redirect == response.url:
                return Attempt(message="it redirects to itself", status=response.status)
            left -= time.monotonic() - started
            url = response.redirect
        return Attempt(status=response.status, message=f"it redirects more than {_MOST_REDIRECTS} times")

    def _refused(self, response: Response, url: str) -> str:
        """Why a redirect to another host is not followed; empty where it is."""
        host = excerpt(response.elsewhere, self.redactor)
        if self.platform.auth is not None or self.platform.base_url is not None:
            return (
                f"it redirects to another host, {host}: not followed, for the key is for "
                "this platform only; set platform.base_url to where the platform really is"
            )
        if urlsplit(url).scheme == "https" and urlsplit(response.redirect).scheme != "https":
            return f"it redirects to {host}, away from https: not followed"
        return ""


def may_pass(response: Response) -> tuple[bool, float | None]:
    """Whether another attempt may help, and how long the platform asks to wait before it."""
    retry = response.status in _RETRIED
    return retry, _retry_after(response.retry_after) if retry else None


def in_its_own_words(response: Response, redactor: Redactor) -> str:
    """What an error says of itself, where it is short of a page."""
    if "html" in response.content_type.lower():
        return ""
    said = excerpt(response.body.decode("utf-8", "replace"), redactor)
    return f"; it says: {said!r}" if said.strip("{}[] ") else ""


def _retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks to wait, given in seconds or as a date; None where it says neither."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]+", value.strip()):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
