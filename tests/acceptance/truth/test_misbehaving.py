"""Whatever a platform does, a reading ends: in time, in little memory, with one sentence, and the key stays here."""

from __future__ import annotations

import json
import logging
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.errors import NotReady, SurfaceUnread
from tests.acceptance.truth.conftest import Server

KEY = "key-4711-secret"


def refusal(platform: Any, name: str = "truth") -> str:
    with pytest.raises(SurfaceUnread) as refused:
        platform.read(name)
    assert KEY not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("route", ["good", "packed", "moved"])
def test_good_answer(truth: Callable[..., Any], server: Server, route: str) -> None:
    reading = truth(route).read("truth")
    assert reading.body["ok"] is True
    assert all(request["headers"]["x-api-key"] == KEY for request in server.log)


@pytest.mark.parametrize("route", ["drip", "drip-of-headers", "drip-of-an-error", "silent"])
def test_answer_that_does_not_end_in_time(truth: Callable[..., Any], server: Server, route: str) -> None:
    started = time.monotonic()
    said = refusal(truth(route, timeout="200ms"))
    # Three attempts and the pauses between them take 2 s; a server that is waited for takes minutes.
    assert time.monotonic() - started < 20
    assert said.endswith("no complete answer within 0.2 s (platform.timeout) after 3 attempts")
    assert server.paths == [f"/{route}"] * 3
    for thread in threading.enumerate():
        if thread.name == "upgradecheck-get":
            thread.join(timeout=5)
            assert not thread.is_alive()


def test_redirects_take_of_the_time_of_the_attempt(truth: Callable[..., Any], server: Server) -> None:
    said = refusal(truth("slow-round", timeout="400ms"))
    assert said.endswith("no complete answer within 0.4 s (platform.timeout) after 3 attempts")
    assert 3 * 2 <= len(server.log) <= 3 * 3


def test_reading_after_one_that_did_not_end(truth: Callable[..., Any]) -> None:
    platform = truth("drip", timeout="200ms", surfaces={"drip": {"path": "/drip"}, "good": {"path": "/good"}})
    refusal(platform, "drip")
    assert platform.read("good").body["ok"] is True


@pytest.mark.parametrize(
    ("route", "says", "requests"),
    [
        ("endless", "the answer is larger than 10000000 bytes (platform.max_size)", 1),
        ("endless-error", "status 401: the API key was rejected", 1),
        ("bomb", "the answer is larger than 10000000 bytes (platform.max_size)", 1),
        ("endless-after-its-end", "the answer continues after the end of its gzip data", 1),
        ("truncated", "the connection failed: peer closed connection without sending complete message body", 3),
        ("reset", "the connection failed: [Errno 104] Connection reset by peer", 3),
        ("hang-up", "the connection failed: Server disconnected without sending a response. after 3 attempts", 3),
        ("no-http", "the connection failed: ", 3),
        ("unknown", """404: no such route: check the surface's path and platform.base_url; it says: """, 1),
        ("page", "it is text/html and starts with: '<!doctype html><title>Log in</title>'", 1),
        ("cut", 'the answer is cut off; it is application/json and starts with: \'{"products": [{"name"', 1),
        ("nan", "the answer contains NaN, which is not JSON", 1),
        (
            "forbidden",
            "status 403: the API key was rejected, or has no access: check platform.auth, or ask the platform's owner",
            1,
        ),
        ("page-of-an-error", "status 500: the platform failed", 1),
        ("deep", "the answer is nested more than 100 levels deep", 1),
        ("busy", "status 429: too many requests: lower platform.rate_limit", 3),
        ("round", "it redirects more than 5 times", 6),
    ],
)
def test_one_sentence_for_each_misdeed(
    truth: Callable[..., Any], server: Server, route: str, says: str, requests: int
) -> None:
    said = refusal(truth(route))
    assert said.startswith(f"truth: GET {server.url}/{route}: ")
    assert says in said
    assert len(server.log) == requests


def test_headers_without_end(truth: Callable[..., Any]) -> None:
    assert "the connection failed: " in refusal(truth("endless-headers"))


@pytest.mark.parametrize("route", ["busy-once", "down-twice"])
def test_platform_that_recovers_is_read(truth: Callable[..., Any], server: Server, route: str) -> None:
    platform = truth(route)
    assert platform.read("truth").body["ok"] is True
    at = [request["at"] for request in server.log]
    assert len(at) == (2 if route == "busy-once" else 3)
    if route == "busy-once":
        assert at[1] - at[0] >= 1.0  # as Retry-After asked


@pytest.mark.parametrize("route", ["elsewhere", "by-name"])
def test_key_goes_to_no_other_host(truth: Callable[..., Any], server: Server, route: str) -> None:
    assert "it redirects to another host, " in refusal(truth(route))
    assert server.paths == [f"/{route}"]


def test_key_that_the_platform_echoes_is_neither_shown_nor_logged(
    truth: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert 'it says: \'{"detail": "unknown key ***"}\'' in refusal(truth("echo-key"))
    assert "(b'x-echo', b'***')" in caplog.text
    assert KEY not in caplog.text


def test_key_in_a_path_is_not_logged(truth: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    truth(f"good?key={KEY}").read("truth")
    assert '/good?key=*** "HTTP/1.1 200 OK"' in caplog.text
    assert "send_request_headers" in caplog.text
    assert KEY not in caplog.text


def test_log_of_others_is_theirs_again_once_the_platform_is_closed(
    truth: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    platform = truth("good")
    platform.read("truth")
    logging.getLogger("httpx").info("%s of somebody else", "key-4711")
    platform.close()
    assert "key-4711 of somebody else" in caplog.text
    assert logging.getLogger("httpx").filters == []


def test_nobody_listens(truth: Callable[..., Any]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        said = refusal(truth("good", base_url=f"http://127.0.0.1:{port}"))
    assert said.endswith("the connection failed: [Errno 111] Connection refused after 3 attempts")


def test_tls_where_there_is_none(truth: Callable[..., Any], server: Server) -> None:
    said = refusal(truth("good", base_url=server.url.replace("http:", "https:")))
    assert "the connection failed: [SSL" in said


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_certificate_of_an_unknown_authority(
    truth: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with TlsServer(("127.0.0.1", 0), context) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"https://localhost:{server.server_address[1]}"
        said = refusal(truth("good", base_url=url))
        assert said.endswith(
            "its certificate is not trusted: self-signed certificate; set SSL_CERT_FILE to the CA's certificate"
        )
        assert server.requests == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert truth("good", base_url=url).read("truth").body == {"ok": True}
        server.shutdown()


class TlsServer(ThreadingHTTPServer):
    """Answers every GET; whoever does not trust the certificate is gone before."""

    requests = 0

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext) -> None:
        super().__init__(address, TlsHandler)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_: object) -> None:
        """A client that hangs up in the handshake is what the test is about."""


class TlsHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, TlsServer)
        self.server.requests += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": true}')

    def log_message(self, *_: object) -> None: ...


def test_proxy_of_the_environment_is_not_asked_for_this_machine(
    truth: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.other_port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.other_port}")
    truth("good").read("truth")
    assert [request["port"] for request in server.log] == [server.port]


def test_credentials_of_a_netrc_file_are_not_sent(
    truth: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    truth("good").read("truth")
    assert "authorization" not in server.log[0]["headers"]


def test_waiting_until_ready(truth: Callable[..., Any], server: Server) -> None:
    assert truth("starting", surface={"ready": "ok"}).wait_until_ready("truth", timeout=10).ready
    assert len(server.log) == 3


def test_waiting_ends_in_time_though_an_answer_does_not(truth: Callable[..., Any]) -> None:
    platform = truth("drip", surface={"ready": "ok"}, timeout="30s")
    started = time.monotonic()
    with pytest.raises(NotReady, match=r"not ready within 1 s; .* no complete answer in the time that was left"):
        platform.wait_until_ready("truth", timeout=1)
    assert time.monotonic() - started < 2


READER = """
import json, resource, sys
from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.truth import PlatformTruth
url, *routes = sys.argv[1:]
surfaces = {route: {"path": f"/{route}"} for route in routes}
truth = PlatformTruth(Platform.model_validate({"base_url": url, "surfaces": surfaces, "timeout": "30s"}))
for route in routes:
    try:
        truth.read(route)
    except SurfaceUnread as error:
        print(error, file=sys.stderr)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_is_bounded(server: Server) -> None:
    routes = ["good", "bomb", "endless", "endless-after-its-end", "endless-error", "endless-headers"]
    command = [sys.executable, "-c", READER, server.url, *routes]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stderr.count("larger than 10000000 bytes") == 2
    before, *after = map(int, run.stdout.split())
    assert max(after) - before < 60_000  # KB; a bomb of 300 MB, and answers without end


@pytest.mark.parametrize("route", ["endless", "bomb"])
def test_smaller_limit_is_kept(truth: Callable[..., Any], route: str) -> None:
    assert refusal(truth(route, max_size="500KB")).endswith("larger than 500000 bytes (platform.max_size)")


def test_answer_within_the_limit_is_read(truth: Callable[..., Any]) -> None:
    reading = truth("large").read("truth")
    assert len(reading.body) == 9
    assert reading.size == len(json.dumps(reading.body))
