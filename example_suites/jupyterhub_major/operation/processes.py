"""Processes of the hub and of its users' servers: started detached, found again by the lock they hold, and ended.

The process id alone is not enough, because it may have been reused. So each process holds a lock on a file for as long
as it lives (the kernel releases it when the process dies), and only a process whose lock is held is ever sent a signal.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from operation.home import HubError

STOP_WITHIN = 5.0
POLL_EVERY = 0.05


def free_port(wanted: int | None) -> int:
    """The port, where it is free; one of the system's choice where none is wanted."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except OSError as error:
            why = error.strerror or "it cannot be used"
            raise HubError(
                f"port {wanted}: {why[0].lower()}{why[1:]}; give another one, or none, with --port"
            ) from None
        return int(probe.getsockname()[1])


def start(command: list[str], *, lock: Path, log: Path, folder: Path, environment: dict[str, str]) -> None:
    """Start a process and leave it running, with its lock."""
    handle = _lock(lock)
    if handle is None:
        raise HubError(f"{lock.stem} is running already")
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                pass_fds=(handle,),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        os.ftruncate(handle, 0)
        os.write(handle, str(process.pid).encode())
        # It is meant to outlive this command: tell Popen not to mind.
        process.returncode = 0
    finally:
        os.close(handle)


def running(lock: Path) -> bool:
    """Whether the process of this lock is alive."""
    if not lock.exists():
        return False
    handle = _lock(lock)
    if handle is None:
        return True
    os.close(handle)
    return False


def process_id(lock: Path) -> int | None:
    """The id of the process that holds the lock; None if none does, or it has not noted it yet."""
    if not running(lock):
        return None
    noted = lock.read_text(encoding="ascii")
    return int(noted) if noted else None


def stop(lock: Path) -> None:
    """Ask the process of this lock to end, and make it end where it does not."""
    asked_at: float | None = None
    give_up_at = time.monotonic() + 2 * STOP_WITHIN
    sent = signal.SIGTERM
    while running(lock):
        now = time.monotonic()
        if now > give_up_at:
            raise HubError(f"{lock.stem} does not end, not even by SIGKILL: look for process {process_id(lock)}")
        if asked_at is None:
            asked_at = now if _send(lock, sent) else None
        elif now > asked_at + STOP_WITHIN and sent is not signal.SIGKILL:
            sent = signal.SIGKILL
            _send(lock, sent)
        time.sleep(POLL_EVERY)


def wait_until_healthy(url: str, *, lock: Path, within: float) -> None:
    """Ask the hub for its health until it says well; HubError if it ended, or never does."""
    deadline = time.monotonic() + within
    while True:
        # First of all whether it runs: the answer could be that of another on the same port.
        if not running(lock):
            raise HubError("it ended while starting")
        if _is_healthy(url):
            return
        if time.monotonic() > deadline:
            raise HubError(f"it is not healthy after {within:g} s, and keeps running")
        time.sleep(POLL_EVERY)


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/hub/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _lock(path: Path) -> int | None:
    """The lock, as a file descriptor to close; None if a process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _send(lock: Path, number: signal.Signals) -> bool:
    pid = process_id(lock)
    if pid is None:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
