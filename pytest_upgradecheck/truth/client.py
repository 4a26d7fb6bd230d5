"""GET requests to a platform: at its pace, with few retries, in bounded time and memory, each on a new connection.

One GET, from looking up the host to the last byte, has one time limit. httpx counts time for each socket operation, so
an answer that drips would never end; the GET therefore runs in a thread that is left behind when its time is over.

Connections are not kept: behind a load balancer, a kept connection sees the same replica again and again.
"""

from __future__ import annotations

import contextlib
import email.utils
import math
import random
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.truth.body import BodyUnfit, unpacked
from pytest_upgradecheck.truth.discreet_logs import DiscreetLogs
from pytest_upgradecheck.truth.excerpts import excerpt
from pytest_upgradecheck.truth.store import ReadingStore
from pytest_upgradecheck.wording import raised

if TYPE_CHECKING:
    import httpx

MOST_ATTEMPTS = 3
LONGEST_RETRY_AFTER = 60.0
TOO_MANY_REQUESTS = 429
_RETRIED = frozenset({TOO_MANY_REQUESTS, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_BACKOFF = (0.2, 0.8)
_LONGEST_ERROR = 300  # characters: the library's words may quote the platform's

_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip",
    "user-agent": "pytest-upgradecheck",
    # For caches of HTTP/1.1 and of HTTP/1.0: ask the platform, do not answer for it.
    "cache-control": "no-cache",
    "pragma": "no-cache",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response, after ``attempts``.

    ``headers`` have lower-case names. ``unfit`` says why ``body`` could not be read to its end. ``retry_after`` says
    that no retry was made because the platform asks for a longer wait than we allow. ``asked_at`` and ``answered_at``
    are when the last request went out and when its headers had come.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    asked_at: datetime
    answered_at: datetime
    body: bytes = b""
    unfit: str = ""
    retry_after: str = ""
    attempts: int = 1

    @property
    def content_type(self) -> str:
        """The header Content-Type, empty if there is none."""
        return self.headers.get("content-type", "")

    @property
    def is_temporary(self) -> bool:
        """Whether its status may go away by itself, and not only if we ask less often."""
        return self.status in _RETRIED and self.status != TOO_MANY_REQUESTS


@dataclass(frozen=True, slots=True, kw_only=True)
class NoResponse:
    """No usable response, after ``attempts``; ``is_temporary`` if the cause may go away by itself."""

    message: str
    is_temporary: bool = False
    status: int | None = None
    attempts: int = 1


class _OutOfTime(Exception):
    """No complete response came within the time given."""


class _Broken(Exception):
    """The connection failed, or what came is not HTTP."""

    def __init__(self, message: str, *, is_temporary: bool) -> None:
        self.is_temporary = is_temporary
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Redirect:
    """``elsewhere`` names the host that a redirect leads to, if it is not the one that was asked."""

    status: int
    url: str
    to: str
    elsewhere: str


@dataclass(slots=True)
class Client:
    """All requests to one platform, and to others without its key. Tests replace ``transport`` and ``sleep``."""

    platform: Platform
    store: ReadingStore
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    _clients: dict[tuple[bool, bool, bool], httpx.Client] = field(default_factory=dict, init=False)
    _logs: DiscreetLogs = field(init=False)

    def __post_init__(self) -> None:
        self._logs = DiscreetLogs(self.redactor)

    def get(
        self, url: str, *, with_key: bool, accepted: Collection[int] = (), until: float = math.inf
    ) -> Response | NoResponse:
        """GET a URL, with at most two retries if one may help.

        ``with_key`` sends the platform's key, and then no redirect to another host is followed. A status in
        ``accepted`` is not retried. ``until``, on the monotonic clock, is when the caller stops waiting.
        """
        for number in range(1, MOST_ATTEMPTS + 1):
            outcome = replace(self._attempt(url, with_key, until), attempts=number)
            pause = _BACKOFF[min(number, len(_BACKOFF)) - 1]
            if isinstance(outcome, Response):
                if outcome.status not in _RETRIED or outcome.status in accepted:
                    return outcome
                asked = _seconds_asked(outcome.headers.get("retry-after"))
                pause = pause if asked is None else asked
            elif not outcome.is_temporary:
                return outcome
            if number == MOST_ATTEMPTS:
                return outcome
            if isinstance(outcome, Response) and pause > LONGEST_RETRY_AFTER:
                limit = f"the limit is {LONGEST_RETRY_AFTER:.0f} s"
                return replace(outcome, retry_after=f"Retry-After asks for {pause:.0f} s; {limit}")
            pause += random.uniform(0, 0.1)  # noqa: S311 - workers must not all come back at once
            if time.monotonic() + pause > until:
                return outcome
            self.sleep(pause)
        raise AssertionError(number)

    def close(self) -> None:
        """Close what is open; a later request opens it again."""
        while self._clients:
            self._clients.popitem()[1].close()
        self._logs.end()

    def _attempt(self, url: str, with_key: bool, until: float) -> Response | NoResponse:
        """GET a URL, and what it redirects to, within the time of one attempt."""
        left = self.platform.timeout.total_seconds()
        # Before a turn is taken: requests that go out long after their turns would come too close together.
        self._open(url, with_key)
        for _ in range(_MOST_REDIRECTS + 1):
            if self.platform.rate_limit and not self.store.wait_for_turn(self.platform.rate_limit, until=until):
                return NoResponse(message="platform.rate_limit allows no request in the time that is left")
            started = time.monotonic()
            try:
                response = self._get(url, with_key, seconds=min(left, until - started))
            except _OutOfTime:
                limit = f"within {self.platform.timeout.total_seconds():g} s (platform.timeout)"
                when = limit if started + left <= until else "in the time that was left"
                return NoResponse(message=f"no complete answer {when}", is_temporary=True)
            except _Broken as error:
                message = excerpt(str(error), self.redactor, longest=_LONGEST_ERROR)
                return NoResponse(message=message, is_temporary=error.is_temporary)
            if isinstance(response, Response):
                return response
            if refusal := self._refusal(response, url, with_key):
                return NoResponse(message=refusal, status=response.status)
            left -= time.monotonic() - started
            url = response.to
        return NoResponse(message=f"it redirects more than {_MOST_REDIRECTS} times", status=response.status)

    def _refusal(self, redirect: _Redirect, asked: str, with_key: bool) -> str:
        """The reason why a redirect is not followed; empty if it is followed."""
        if redirect.to == redirect.url:
            return "it redirects to itself"
        host = excerpt(redirect.elsewhere, self.redactor, longest=80)
        if redirect.elsewhere and with_key:
            return (
                f"it redirects to another host, {host}: not followed, because the API key is for this platform only; "
                "set platform.base_url to the address of the platform"
            )
        if urlsplit(asked).scheme == "https" and urlsplit(redirect.to).scheme != "https":
            return f"it redirects to {host}, away from https: not followed"
        return ""

    def _open(self, url: str, with_key: bool) -> httpx.Client:
        """The httpx client for a URL. Making it takes time, so it is made before the first GET goes out."""
        kind = _kind(url, with_key)
        if kind not in self._clients:
            import ssl

            import httpx

            self._logs.begin()
            headers = dict(_HEADERS)
            if with_key and self.platform.auth is not None:
                headers[self.platform.auth.header] = self.platform.auth.value.get_secret_value()
            # Loading all root certificates takes longer than a reading. Without TLS they are not needed, and a context
            # that trusts no authority refuses every server.
            encrypted, to_this_machine, _ = kind
            verify = True if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            limits = httpx.Limits(max_keepalive_connections=0)
            # The environment may name proxies (HTTPS_PROXY, NO_PROXY), but none is needed for this machine itself.
            direct = httpx.HTTPTransport(verify=verify, limits=limits) if to_this_machine else None
            self._clients[kind] = httpx.Client(
                headers=headers,
                timeout=self.platform.timeout.total_seconds(),
                verify=verify,
                limits=limits,
                follow_redirects=False,
                transport=self.transport or direct,
            )
        return self._clients[kind]

    def _get(self, url: str, with_key: bool, *, seconds: float) -> Response | _Redirect:
        """One GET. Raises _OutOfTime if it took longer than ``seconds``, _Broken if the connection failed."""
        client = self._open(url, with_key)
        outcome: Future[Response | _Redirect] = Future()

        def work() -> None:
            try:
                outcome.set_result(_exchanged(client, url, self.platform.max_size))
            except BaseException as error:
                outcome.set_exception(error)

        threading.Thread(target=work, daemon=True, name="upgradecheck-get").start()
        try:
            return outcome.result(timeout=max(0.0, seconds))
        except (_OutOfTime, FutureTimeoutError):
            # Its connection is busy with the answer that does not end. Closing it ends the thread, too.
            self._clients.pop(_kind(url, with_key), None)
            threading.Thread(target=_abandon, args=(client,), daemon=True).start()
            raise _OutOfTime from None


def _exchanged(client: httpx.Client, url: str, max_size: int) -> Response | _Redirect:
    import httpx

    asked_at = utc_now()
    try:
        with client.stream("GET", url) as response:
            if response.status_code in _REDIRECTS:
                return _redirected(response)
            return _read(response, url, max_size, asked_at)
    except httpx.TimeoutException:
        raise _OutOfTime from None
    except httpx.TransportError as error:
        if distrust := _distrust(error):
            message = f"its certificate is not trusted: {distrust}; set SSL_CERT_FILE to the CA's certificate"
            raise _Broken(message, is_temporary=False) from None
        raise _Broken(f"the connection failed: {str(error) or type(error).__name__}", is_temporary=True) from None
    except Exception as error:
        message = f"the answer could not be read: {raised(error)}"
        raise _Broken(message, is_temporary=False) from None


def _read(response: httpx.Response, url: str, max_size: int, asked_at: datetime) -> Response:
    answered_at = utc_now()
    headers = {name.lower(): value for name, value in response.headers.items()}
    body, unfit = b"", ""
    try:
        body = unpacked(response.iter_raw(), headers.get("content-encoding", ""), max_size)
    except BodyUnfit as error:
        unfit = str(error)
    return Response(
        status=response.status_code,
        url=url,
        headers=headers,
        asked_at=asked_at,
        answered_at=answered_at,
        body=body,
        unfit=unfit,
    )


def _redirected(response: httpx.Response) -> _Redirect:
    # As httpx reads the target: another reading of the same text could name another host than the one it would ask.
    here = response.url
    there = response.next_request.url if response.next_request is not None else here
    same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
    port = f":{there.port}" if there.port else ""
    elsewhere = "" if same else f"{there.scheme}://{there.host}{port}"
    return _Redirect(response.status_code, str(here), str(there), elsewhere)


def _abandon(client: httpx.Client) -> None:
    """Close a client that another thread may still be reading from: by now, an error concerns no one."""
    with contextlib.suppress(Exception):
        client.close()


def _distrust(error: BaseException | None) -> str:
    """The reason why a certificate was not trusted; empty if something else went wrong."""
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""


def _kind(url: str, with_key: bool) -> tuple[bool, bool, bool]:
    """The kind of httpx client that a URL needs: TLS or not, this machine itself or not, with the key or without."""
    return urlsplit(url).scheme == "https", _is_this_machine(url), with_key


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _seconds_asked(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, given in seconds or as a date; None if it gives neither."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]+", value.strip()):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
