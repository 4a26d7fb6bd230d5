"""The server that the hub starts for a user. A real hub starts a notebook, which the upgrade leaves as it is."""

from __future__ import annotations

import fcntl
import http.server
import os
from pathlib import Path
from urllib.parse import urlsplit


class Page(http.server.BaseHTTPRequestHandler):
    """One page, wherever one looks."""

    def do_GET(self) -> None:
        page = b"ready\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


def main() -> None:
    # Held for as long as the process lives: the operator's command ends only what still holds its lock.
    with Path(os.environ["SERVER_LOCK"]).open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
        http.server.ThreadingHTTPServer((address.hostname or "127.0.0.1", address.port or 0), Page).serve_forever()


if __name__ == "__main__":
    main()
