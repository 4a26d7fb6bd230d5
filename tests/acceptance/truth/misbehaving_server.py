"""A platform that misbehaves in every way it can: `python misbehaving_server.py` prints its two ports as JSON.

The second port is another host as far as redirects go. ``GET /log`` of the first answers every request that either got:
port, path, headers, and when, on the monotonic clock.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

MEGABYTE = 1_000_000


def bomb(size: int) -> bytes:
    """``size`` bytes of blanks, packed to about a thousandth."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        for _ in range(size // MEGABYTE):
            file.write(b" " * MEGABYTE)
    return packed.getvalue()


class Misbehaving(BaseHTTPRequestHandler):
    """One route for each misdeed."""

    protocol_version = "HTTP/1.1"
    log: ClassVar[list[dict[str, Any]]] = []
    asked: ClassVar[Counter[str]] = Counter()
    other_port: ClassVar[int] = 0
    bomb: ClassVar[bytes] = b""
    lock: ClassVar[threading.Lock] = threading.Lock()

    def do_GET(self) -> None:
        if self.path == "/log":
            self.answer(self.log)
            return
        with self.lock:
            self.log.append(
                {
                    "port": self.connection.getsockname()[1],
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "at": time.monotonic(),
                }
            )
            self.asked[self.path] += 1
        route = self.path.partition("?")[0].strip("/").replace("-", "_")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"answer_{route}", self.answer_unknown)()

    def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.start(status, content_length=str(len(raw)), **{"content_type": "application/json", **headers})
        self.wfile.write(raw)

    def start(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def until_gone(self, piece: bytes, pause: float = 0.0) -> None:
        """Send without end; the client's leaving ends it."""
        self.close_connection = True
        while True:
            self.wfile.write(piece)
            time.sleep(pause)

    def answer_unknown(self) -> None:
        self.answer({"detail": "not found"}, 404)

    def answer_good(self) -> None:
        self.answer({"ok": True, "number": self.asked[self.path]})

    def answer_slow(self) -> None:
        time.sleep(0.5)
        self.answer_good()

    def answer_packed(self) -> None:
        self.answer(gzip.compress(b'{"ok": true}'), content_encoding="gzip")

    def answer_drip(self) -> None:
        self.start(content_length="1000000")
        self.until_gone(b" ", 0.05)

    def answer_drip_of_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.until_gone(b"X-More: and more\r\n", 0.05)

    def answer_drip_of_an_error(self) -> None:
        self.start(500, content_length="1000000")
        self.until_gone(b" ", 0.05)

    def answer_silent(self) -> None:
        self.close_connection = True
        self.rfile.read(1)  # until the client leaves

    def answer_endless(self) -> None:
        self.start(connection="close")
        self.until_gone(b" " * 65_536)

    def answer_endless_error(self) -> None:
        self.start(401, connection="close")
        self.until_gone(b" " * 65_536)

    def answer_endless_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.until_gone(b"X-More: and more\r\n" * 1000)

    def answer_bomb(self) -> None:
        self.answer(self.bomb, content_encoding="gzip")

    def answer_endless_after_its_end(self) -> None:
        self.start(content_encoding="gzip", connection="close")
        self.wfile.write(gzip.compress(b'{"ok": true}'))
        self.until_gone(b" " * 65_536)

    def answer_large(self) -> None:
        self.answer([" " * MEGABYTE] * 9)

    def answer_truncated(self) -> None:
        self.close_connection = True
        self.start(content_length="1000")
        self.wfile.write(b'{"products": [')

    def answer_reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.wfile = io.BytesIO()

    def answer_hang_up(self) -> None:
        self.close_connection = True

    def answer_no_http(self) -> None:
        self.close_connection = True
        self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")

    def answer_echo_key(self) -> None:
        self.answer({"detail": f"unknown key {self.headers['X-API-Key']}"}, 401, x_echo=self.headers["X-API-Key"])

    def answer_page(self) -> None:
        self.answer(b"<!doctype html><title>Log in</title>", content_type="text/html")

    def answer_page_of_an_error(self) -> None:
        self.answer(b"<!doctype html><title>Oops</title>", 500, content_type="text/html")

    def answer_forbidden(self) -> None:
        self.answer({"detail": f"{self.headers['X-API-Key']} may not"}, 403)

    def answer_cut(self) -> None:
        self.answer(b'{"products": [{"name": "web", "vers')

    def answer_nan(self) -> None:
        self.answer(b'{"load": NaN}')

    def answer_deep(self) -> None:
        self.answer(b"[" * 10_000 + b"]" * 10_000)

    def answer_elsewhere(self) -> None:
        self.start(307, location=f"http://127.0.0.1:{self.other_port}/stolen", content_length="0")

    def answer_by_name(self) -> None:
        self.start(302, location=f"http://localhost:{self.connection.getsockname()[1]}/stolen", content_length="0")

    def answer_moved(self) -> None:
        self.start(301, location="/good", content_length="0")

    def answer_round(self) -> None:
        self.start(302, location=f"/round?{self.asked.total()}", content_length="0")

    def answer_slow_round(self) -> None:
        time.sleep(0.15)
        self.start(302, location=f"/slow-round?{self.asked.total()}", content_length="0")

    def answer_busy(self) -> None:
        self.answer({}, 429, retry_after="0")

    def answer_busy_once(self) -> None:
        if self.asked[self.path] == 1:
            self.answer({}, 429, retry_after="1")
        else:
            self.answer_good()

    def answer_down_twice(self) -> None:
        if self.asked[self.path] <= 2:
            self.answer({}, 503)
        else:
            self.answer_good()

    def answer_starting(self) -> None:
        if self.asked[self.path] <= 2:
            self.answer({"ok": False})
        else:
            self.answer_good()

    def log_message(self, *_: Any) -> None:
        """The log is ``/log``."""


def main() -> None:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) for _ in range(2)]
    ports = [server.server_address[1] for server in servers]
    Misbehaving.other_port = ports[1]
    Misbehaving.bomb = bomb(300 * MEGABYTE)
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps(ports), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
