"""One GET and its response, in bounded time and memory.

The whole of it, from looking up the host to the last byte, has one time limit. httpx counts time for each socket
operation, so an answer that drips would never end; the exchange therefore runs in a thread that is left behind when
its time is over.
"""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.body import BodyUnfit, unpacked
from pytest_upgradecheck.truth.discreet_logs import DiscreetLogs

if TYPE_CHECKING:
    import httpx

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back.

    ``unfit`` says why ``body`` could not be read to its end. Of a redirect no body is read; ``redirect`` is where it
    leads, and ``elsewhere`` names the host, where that is not the one that was asked.
    """

    status: int
    url: str
    body: bytes = b""
    unfit: str = ""
    content_type: str = ""
    retry_after: str | None = None
    redirect: str | None = None
    elsewhere: str = ""


class OutOfTime(Exception):
    """No complete response came within the time given."""


class NoResponse(Exception):
    """Nothing usable came back; ``passing`` where another attempt may help."""

    def __init__(self, message: str, *, passing: bool) -> None:
        self.passing = passing
        super().__init__(message)


@dataclass(slots=True)
class Exchange:
    """The connections to one platform, or to several hosts without a key; tests replace ``transport``."""

    platform: Platform
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    _clients: dict[tuple[bool, bool], httpx.Client] = field(default_factory=dict, init=False)
    _logs: DiscreetLogs = field(init=False)

    def __post_init__(self) -> None:
        self._logs = DiscreetLogs(self.redactor)

    def open(self, url: str) -> httpx.Client:
        """Make the client for a URL, if there is none: what takes time before a first GET goes out."""
        kind = _kind(url)
        if kind not in self._clients:
            import ssl

            import httpx

            self._logs.begin()
            headers = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "pytest-upgradecheck"}
            auth = self.platform.auth
            if auth is not None:
                headers[auth.header] = auth.value.get_secret_value()
            # Loading the certificates of all authorities takes longer than a reading. Without TLS none is asked for,
            # and a context that trusts nobody refuses everybody.
            encrypted, to_this_machine = kind
            verify = True if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            # Proxies are the environment's to say (HTTPS_PROXY, NO_PROXY), but none leads to this machine itself.
            direct = httpx.HTTPTransport(verify=verify) if to_this_machine else None
            self._clients[kind] = httpx.Client(
                headers=headers,
                timeout=self.platform.timeout.total_seconds(),
                verify=verify,
                follow_redirects=False,
                transport=self.transport or direct,
            )
        return self._clients[kind]

    def get(self, url: str, *, seconds: float) -> Response:
        """GET a URL; OutOfTime where it took longer than ``seconds``, NoResponse where the connection failed."""
        client = self.open(url)
        outcome: Future[Response] = Future()

        def work() -> None:
            try:
                outcome.set_result(self._response(client, url))
            except BaseException as error:
                outcome.set_exception(error)

        threading.Thread(target=work, daemon=True, name="upgradecheck-get").start()
        try:
            return outcome.result(timeout=max(0.0, seconds))
        except (OutOfTime, FutureTimeoutError):
            # Its connection is busy with the answer that does not end. Closing it ends the thread, too.
            self._clients.pop(_kind(url), None)
            threading.Thread(target=_abandon, args=(client,), daemon=True).start()
            raise OutOfTime from None

    def close(self) -> None:
        """Close the connections."""
        while self._clients:
            self._clients.popitem()[1].close()
        self._logs.end()

    def _response(self, client: httpx.Client, url: str) -> Response:
        import httpx

        try:
            with client.stream("GET", url) as response:
                return self._read(response, url)
        except httpx.TimeoutException:
            raise OutOfTime from None
        except httpx.TransportError as error:
            distrust = _distrust(error)
            if distrust:
                message = f"its certificate is not trusted: {distrust}; let SSL_CERT_FILE name the CA's certificate"
                raise NoResponse(message, passing=False) from None
            raise NoResponse(f"the connection failed: {str(error) or type(error).__name__}", passing=True) from None
        except Exception as error:
            message = f"the answer could not be read: {type(error).__name__}: {error}"
            raise NoResponse(message, passing=False) from None

    def _read(self, response: httpx.Response, url: str) -> Response:
        headers, status = response.headers, response.status_code
        if status in _REDIRECTS:
            return _redirect(response)
        body, unfit = b"", ""
        try:
            body = unpacked(response.iter_raw(), headers.get("content-encoding", ""), self.platform.max_size)
        except BodyUnfit as error:
            unfit = str(error)
        return Response(
            status=status,
            url=url,
            body=body,
            unfit=unfit,
            content_type=headers.get("content-type", ""),
            retry_after=headers.get("retry-after"),
        )


def _redirect(response: httpx.Response) -> Response:
    # As httpx reads the target: another reading of the same text could name another host than the one it would ask.
    here = response.url
    there = response.next_request.url if response.next_request is not None else here
    same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
    port = f":{there.port}" if there.port else ""
    elsewhere = "" if same else f"{there.scheme}://{there.host}{port}"
    return Response(status=response.status_code, url=str(here), redirect=str(there), elsewhere=elsewhere)


def _abandon(client: httpx.Client) -> None:
    """Close what another thread may still be reading from: whatever that raises, nobody waits for it any more."""
    with contextlib.suppress(Exception):
        client.close()


def _distrust(error: BaseException | None) -> str:
    """Why a certificate was not trusted; empty where something else went wrong."""
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""


def _kind(url: str) -> tuple[bool, bool]:
    """What a client is made for: whether it speaks TLS, and whether it asks this machine itself."""
    return urlsplit(url).scheme == "https", _is_this_machine(url)


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
