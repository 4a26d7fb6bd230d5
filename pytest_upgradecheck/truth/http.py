"""Reading a surface over HTTP: politely, with few and bounded retries, and never with the key to anybody else."""

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

from pytest_upgradecheck.plan import Platform, Surface
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.answer import Answer, Failure, digest_of, utc_now
from pytest_upgradecheck.truth.body import BodyUnfit, excerpt, parsed
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

_SAID = {
    400: "the platform does not understand the request",
    401: "the platform wants another key: check platform.auth and the environment variable behind it",
    403: "the key is known, but may not read this: ask the platform's owner for read access",
    404: "there is no such route: check the surface's path and platform.base_url",
    429: "the platform says too many requests: lower platform.rate_limit, or try later",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What one attempt came to: an answer, or why not (``detail`` in the platform's own words); perhaps both."""

    answer: Answer | None = None
    message: str = ""
    detail: str = ""
    status: int | None = None
    retry: bool = False
    retry_after: float | None = None


@dataclass(slots=True)
class HttpSource:
    """Reads surfaces of one platform; in tests, ``transport`` replaces the network and ``sleep`` the waiting."""

    platform: Platform
    store: ReadingStore
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    _exchange: Exchange = field(init=False)

    def __post_init__(self) -> None:
        self._exchange = Exchange(self.platform, self.redactor, self.transport)

    def read(self, surface: Surface, *, until: float = math.inf) -> Answer | Failure:
        """Read a surface, with at most two more attempts where one may help.

        ``until``, on the monotonic clock, is when nobody waits for the answer any more.
        """
        if surface.path is None:
            message = "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"
            return Failure(surface=surface.name, message=message, read_at=utc_now(), attempts=0)
        url = (self.platform.base_url or "").rstrip("/") + surface.path
        for number in range(1, MOST_ATTEMPTS + 1):
            attempt = self._attempt(surface, url, until)
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
        if attempt.answer is not None:
            return replace(attempt.answer, attempts=number)
        tried = f" after {number} attempts" if number > 1 else ""
        return Failure(
            surface=surface.name,
            message=self.redactor.text(f"GET {url}: {attempt.message}{tried}{attempt.detail}"),
            read_at=utc_now(),
            status=attempt.status,
            url=self.redactor.text(url),
            attempts=number,
        )

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _attempt(self, surface: Surface, url: str, until: float) -> _Attempt:
        """Get a URL, and where the same platform redirects to; all of it within the time of one attempt."""
        left = self.platform.timeout.total_seconds()
        # Before a turn is taken: requests that go out long after their turns would come too close together.
        self._exchange.open(url)
        for _ in range(_MOST_REDIRECTS + 1):
            if self.platform.rate_limit and not self.store.wait_for_turn(self.platform.rate_limit, until=until):
                return _Attempt(message="platform.rate_limit leaves no request in the time that is left")
            started = time.monotonic()
            try:
                response = self._exchange.get(url, seconds=min(left, until - started))
            except OutOfTime:
                limit = f"within {self.platform.timeout.total_seconds():g} s (platform.timeout)"
                when = limit if started + left <= until else "in the time that was left to wait"
                return _Attempt(message=f"no complete answer {when}", retry=True)
            except NoResponse as error:
                message = excerpt(str(error), self.redactor, _LONGEST_ERROR)
                return _Attempt(message=message, retry=error.passing)
            if response.redirect is None:
                return self._judge(response, surface)
            if response.elsewhere:
                host = excerpt(response.elsewhere, self.redactor)
                return _Attempt(
                    message=f"it redirects to another host, {host}: not followed, for the key is for "
                    "this platform only; set platform.base_url to where the platform really is",
                    status=response.status,
                )
            if response.redirect == response.url:
                return _Attempt(message="it redirects to itself", status=response.status)
            left -= time.monotonic() - started
            url = response.redirect
        return _Attempt(status=response.status, message=f"it redirects more than {_MOST_REDIRECTS} times")

    def _judge(self, response: Response, surface: Surface) -> _Attempt:
        status, ready_status = response.status, surface.ready_status
        if 200 <= status < 300 or (ready_status is not None and status in ready_status):
            return self._answered(response, surface)
        retry = status in _RETRIED
        retry_after = _retry_after(response.retry_after) if retry else None
        if ready_status is not None:
            return replace(self._answered(response, surface), retry=retry, retry_after=retry_after)
        said = _SAID.get(status, "the platform failed" if status >= 500 else "the platform refused")
        return _Attempt(
            message=f"status {status}: {said}",
            detail=self._in_its_own_words(response),
            status=status,
            retry=retry,
            retry_after=retry_after,
        )

    def _answered(self, response: Response, surface: Surface) -> _Attempt:
        if response.unfit:
            return _Attempt(message=response.unfit, status=response.status)
        try:
            body = parsed(response.body, response.content_type, self.redactor)
        except BodyUnfit as error:
            if _needs_body(surface, response.status):
                return _Attempt(message=str(error), status=response.status)
            body = None
        answer = Answer(
            body=body,
            status=response.status,
            url=self.redactor.text(response.url),
            read_at=utc_now(),
            size=len(response.body),
            digest=digest_of(body),
            source="http",
        )
        return _Attempt(answer=answer, status=response.status)

    def _in_its_own_words(self, response: Response) -> str:
        """What an error says of itself, where it is short of a page."""
        if "html" in response.content_type.lower():
            return ""
        said = excerpt(response.body.decode("utf-8", "replace"), self.redactor)
        return f"; it says: {said!r}" if said.strip("{}[] ") else ""


def _needs_body(surface: Surface, status: int) -> bool:
    """Whether the plan asks for more than the status. What is not ready by its status needs to say no more."""
    if surface.ready_status is None:
        return True
    if status not in surface.ready_status:
        return False
    asked = (surface.ready, surface.versions, surface.drifted, surface.observed_at, surface.compare)
    return any(each is not None for each in asked)


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
