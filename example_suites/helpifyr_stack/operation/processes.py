"""Processes of products: started detached, found again by the lock they hold, stopped for certain.

The process id alone is not enough, because it may have been reused. So each product holds a lock on a file for as long
as it lives (the kernel releases it when the process dies), and only a product whose lock is held is ever sent a signal.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from products.catalog import Product

from operation.home import Home, StackError

SUITE = Path(__file__).resolve().parent.parent
STOP_WITHIN = 3.0
POLL_EVERY = 0.02


def reserve(port: int = 0) -> socket.socket:
    """A socket bound to a loopback port, of the system's choice for 0.

    With SO_REUSEPORT the port of a running product can be held for its successor before it stops, so that no other
    process can take it in between.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise StackError(f"port {port} cannot be used: {error.strerror}; end what uses it, or run `down`") from None
    return listener


def start(home: Home, product: str, release: str, listener: socket.socket, settings: Mapping[str, str]) -> None:
    """Start a product on a reserved port and leave it running. It takes over socket and lock."""
    lock = _lock(home, product)
    if lock is None:
        raise StackError(f"{product} is running already")
    path = os.pathsep.join(filter(None, [str(SUITE), os.environ.get("PYTHONPATH")]))
    handed_over = ["--listen", str(listener.fileno()), "--lock", str(lock)]
    try:
        os.ftruncate(lock, 0)
        listener.listen(128)
        with home.log_of(product).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "products.serve", product, release, str(home.path), *handed_over],
                cwd=home.path,
                env={**os.environ, **settings, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=(listener.fileno(), lock),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # It is meant to outlive this command: tell Popen not to mind.
        process.returncode = 0
    finally:
        os.close(lock)
        listener.close()


def running(home: Home, product: str) -> bool:
    """Whether a product's process is alive."""
    if not home.lock_of(product).exists():
        return False
    lock = _lock(home, product)
    if lock is None:
        return True
    os.close(lock)
    return False


def process_id(home: Home, product: str) -> int | None:
    """The process id a running product noted; None if it has not come so far, or does not run."""
    if not running(home, product):
        return None
    noted = home.lock_of(product).read_text(encoding="ascii").strip()
    return int(noted) if noted else None


def stop(home: Home, product: str) -> None:
    """Ask a product to end, and make it end where it does not."""
    asked_at: float | None = None
    give_up_at = time.monotonic() + 2 * STOP_WITHIN
    sent = signal.SIGTERM
    while running(home, product):
        now = time.monotonic()
        if now > give_up_at:
            raise StackError(f"{product} does not end, not even by SIGKILL; its log is {home.log_of(product)}")
        if asked_at is None:
            asked_at = now if _send(home, product, sent) else None
        elif now > asked_at + STOP_WITHIN and sent is not signal.SIGKILL:
            sent = signal.SIGKILL
            _send(home, product, sent)
        time.sleep(POLL_EVERY)


def wait_until_ready(home: Home, product: Product, port: int, *, within: float) -> None:
    """Ask a product for its readiness until it says yes; StackError says what it said instead."""
    deadline = time.monotonic() + within
    last = "it does not answer"
    while time.monotonic() < deadline:
        if not running(home, product.name):
            raise StackError(f"{product.name} ended while starting:\n{_tail(home.log_of(product.name))}")
        answer = get(port, product.ready)
        if answer is not None:
            status, body = answer
            if status == 200:
                return
            last = str(body.get("detail") or body.get("status") or f"status {status}")
        time.sleep(POLL_EVERY)
    raise StackError(f"{product.name} is not ready after {within:g} s: {last}; it keeps running")


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, object]] | None:
    """Status and JSON object a local route answers; None if nothing usable comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return (response.status, body) if isinstance(body, dict) else None


def _lock(home: Home, product: str) -> int | None:
    """The product's lock, as a file descriptor to close; None if its process holds it."""
    handle = os.open(home.lock_of(product), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _send(home: Home, product: str, number: signal.Signals) -> bool:
    pid = process_id(home, product)
    if pid is None:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _tail(log: Path, lines: int = 5) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
