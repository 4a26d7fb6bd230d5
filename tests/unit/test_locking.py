"""The file lock: exclusive, and gone with the process that held it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pytest_upgradecheck.locking import FileLock

HOLDER = """
import sys, time
from pathlib import Path
from pytest_upgradecheck.locking import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.acquire(blocking=True)
print("held", flush=True)
time.sleep(60)
"""


def test_second_taker_is_refused_until_release(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire(blocking=False)
    assert not second.acquire(blocking=False)
    first.release()
    assert second.acquire(blocking=False)
    second.release()


def test_release_without_holding_is_harmless(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.release()
    with lock:
        pass
    lock.release()
    assert FileLock(tmp_path / "lock").acquire(blocking=False)


def test_context_manager_waits_for_its_turn(tmp_path: Path) -> None:
    held = FileLock(tmp_path / "lock")
    held.acquire(blocking=True)
    order: list[str] = []

    def wait() -> None:
        with FileLock(tmp_path / "lock"):
            order.append("waiter")

    waiter = threading.Thread(target=wait)
    waiter.start()
    waiter.join(timeout=0.1)
    order.append("holder")
    held.release()
    waiter.join(timeout=10)
    assert order == ["holder", "waiter"]


def test_lock_ends_with_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not FileLock(path).acquire(blocking=False)
        holder.kill()
    after = FileLock(path)
    assert after.acquire(blocking=False)
    after.release()


@pytest.mark.skipif(sys.platform == "win32", reason="file modes of POSIX")
def test_lock_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        assert (tmp_path / "lock").stat().st_mode & 0o077 == 0


def test_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "nowhere" / "lock").acquire(blocking=True)
