"""A lock on a file that ends with the process holding it, however it ends.

The filelock package does this too, but its import costs a quarter of what a whole run may cost at start-up.
"""

from __future__ import annotations

import os
import sys
import time
import weakref
from pathlib import Path
from types import TracebackType

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_RETRY_SECONDS = 0.01

_held: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _let_go_in_child() -> None:
    """Release the lock in a forked child, which would otherwise hold it as long as it lives."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)


class FileLock:
    """An exclusive lock on a file or a folder; as a context manager it waits until it has it.

    Not for two threads of one process. A child that is forked while the lock is held does not hold it. (Where folders
    can be locked, that is the better choice: one that holds files cannot be deleted by mistake.)
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, *, blocking: bool) -> bool:
        """Take the lock, waiting if ``blocking``; return whether it was taken. Raises OSError if opening fails."""
        flags = os.O_RDONLY if self._path.is_dir() else os.O_RDWR | os.O_CREAT
        descriptor = os.open(self._path, flags, 0o600)
        try:
            while not _try_lock(descriptor):
                if not blocking:
                    os.close(descriptor)
                    return False
                time.sleep(_RETRY_SECONDS)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        _held.add(self)
        return True

    def release(self) -> None:
        """Release the lock; do nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        self.acquire(blocking=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()
