"""Reading a surface over HTTP: one GET, politely, within limits, and never with the key to anybody else.

The whole of an attempt, from looking up the host to the last byte, has the plan's ``timeout``. httpx counts time for
each socket operation, so an answer that drips would never end; an attempt therefore runs in a thread that is given up
when its time is over.
"""

from __future__ import annotations

import email.utils
import queue
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pytest_upgradecheck.plan import Platform, Surface
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.answer import Answer, Failure, digest_of, utc_now
from pytest_upgradecheck.truth.body import BodyUnfit, decoded, parsed
from pytest_upgradecheck.truth.store import ReadingStore

if TYPE_CHECKING:
    import httpx

MOST_ATTEMPTS = 3
LONGEST_RETRY_AFTER = 60.0
_MOST_REDIRECTS = 5
_RETRIED = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BACKOFF = (0.2, 0.8)

_SAID = {
    400: "the platform does not understand the request",
    401: "the platform wants another key: check platform.auth and the environment variable behind it",
    403: "the key is known, but may not read this: ask the platform's owner for read access",
    404: "there is no such route: check the surface's path and platform.base_url",
    429: "the platform says too many requests: lower platform.rate_limit, or try later",
}


@dataclass(slots=True)
class _Attempt:
    """What one attempt came to: an answer, or why not and whether another one may help."""

    answer: Answer | None = None
    message: str = ""
    status: int | None = None
    retry: bool = False
    retry_after: float | None = None


@dataclass(slots=True)
class HttpSource:
    """Reads surfaces of one platform; ``transport`` replaces the network in tests."""

    platform: Platform
    store: ReadingStore
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    _client: httpx.Client | None = field(default=None, init=False)

    def read(self, surface: Surface) -> Answer | Failure:
        """Read a surface, with at most two more attempts where one may help."""
        if surface.path is None:
            message = "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"
            return Failure(surface=surface.name, message=message, read_at=utc_now(), attempts=0)
        url = (self.platform.base_url or "").rstrip("/") + surface.path
        for number in range(1, MOST_ATTEMPTS + 1):
            attempt = self._timed(surface, url)
            if not attempt.retry or number == MOST_ATTEMPTS:
                break
            wait = _BACKOFF[number - 1] if attempt.retry_after is None else attempt.retry_after
            if wait > LONGEST_RETRY_AFTER:
                attempt.message += (
                    f" (it asks to wait {wait:.0f} s, and at most {LONGEST_RETRY_AFTER:.0f} s are waited)"
                )
                break
            time.sleep(wait + random.uniform(0, 0.1))  # noqa: S311 - workers must not all come back at once
        if attempt.answer is not None:
            return replace(attempt.answer, attempts=number)
        tried = f" after {number} attempts" if number > 1 else ""
        message = self.redactor.text(f"GET {url}: {attempt.message}{tried}")
        return Failure(
            surface=surface.name, message=message, read_at=utc_now(), status=attempt.status, url=url, attempts=number
        )

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _timed(self, surface: Surface, url: str) -> _Attempt:
        if self.platform.rate_limit is not None:
            self.store.wait_for_turn(self.platform.rate_limit)
        client = self._open_client()
        limit = self.platform.timeout.total_seconds()
        done: queue.SimpleQueue[_Attempt] = queue.SimpleQueue()
        deadline = time.monotonic() + limit

        def work() -> None:
            done.put(self._attempt(client, surface, url, deadline))

        threading.Thread(target=work, daemon=True, name=f"upgradecheck-{surface.name}").start()
        try:
            return done.get(timeout=limit)
        except queue.Empty:
            self._client = None  # its connection is busy with the answer that does not end
            threading.Thread(target=client.close, daemon=True).start()
            return _Attempt(message=f"no complete answer within {limit:g} s (platform.timeout)", retry=True)

    def _attempt(self, client: httpx.Client, surface: Surface, url: str, deadline: float) -> _Attempt:
        import httpx

        try:
            return self._follow(client, surface, url, deadline)
        except BodyUnfit as error:
            return _Attempt(message=str(error))
        except httpx.TimeoutException:
            message = f"no complete answer within {self.platform.timeout.total_seconds():g} s (platform.timeout)"
            return _Attempt(message=message, retry=True)
        except httpx.TransportError as error:
            return _Attempt(message=f"the connection failed: {str(error) or type(error).__name__}", retry=True)
        except httpx.InvalidURL as error:
            return _Attempt(message=f"the URL cannot be used: {error}")
        except Exception as error:
            return _Attempt(message=f"the answer could not be read: {type(error).__name__}: {error}")

    def _follow(self, client: httpx.Client, surface: Surface, url: str, deadline: float) -> _Attempt:
        origin = _origin(url)
        for _ in range(_MOST_REDIRECTS + 1):
            with client.stream("GET", url) as response:
                if response.status_code not in _REDIRECTS:
                    return self._judge(response, surface, url, deadline)
                target = urljoin(url, response.headers.get("location", ""))
            if _origin(target) != origin:
                parts = urlsplit(target)
                return _Attempt(
                    status=response.status_code,
                    message=f"it redirects to another host, {parts.scheme}://{parts.netloc}: not followed, for the key "
                    "is for this platform only; set platform.base_url to where the platform really is",
                )
            url = target
        return _Attempt(message=f"it redirects more than {_MOST_REDIRECTS} times")

    def _judge(self, response: httpx.Response, surface: Surface, url: str, deadline: float) -> _Attempt:
        status = response.status_code
        told_by_status = surface.ready_status is not None and status not in _RETRIED
        if not (response.is_success or told_by_status):
            said = _SAID.get(status, "the platform failed" if status >= 500 else "the platform refused")
            attempt = _Attempt(message=f"status {status}: {said}", status=status, retry=status in _RETRIED)
            if attempt.retry:
                attempt.retry_after = _retry_after(response.headers.get("retry-after"))
            if surface.ready_status is not None:
                attempt.answer = self._answer(response, url, deadline)
            return attempt
        return _Attempt(answer=self._answer(response, url, deadline), status=status)

    def _answer(self, response: httpx.Response, url: str, deadline: float) -> Answer:
        def chunks() -> Iterator[bytes]:
            for chunk in response.iter_raw(65_536):
                if time.monotonic() > deadline:
                    raise BodyUnfit("the answer does not end in time (platform.timeout)")
                yield chunk

        raw = decoded(chunks(), response.headers.get("content-encoding", ""), self.platform.max_size)
        body = parsed(raw, response.headers.get("content-type", ""))
        body = self.redactor.value(body)
        return Answer(
            body=body,
            status=response.status_code,
            url=url,
            read_at=utc_now(),
            size=len(raw),
            digest=digest_of(body),
            source="http",
        )

    def _open_client(self) -> httpx.Client:
        if self._client is None:
            import httpx

            headers = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "pytest-upgradecheck"}
            auth = self.platform.auth
            if auth is not None:
                headers[auth.header] = auth.value.get_secret_value()
            self._client = httpx.Client(
                headers=headers,
                timeout=self.platform.timeout.total_seconds(),
                follow_redirects=False,
                transport=self.transport,
            )
        return self._client


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks to wait, given in seconds or as a date."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
