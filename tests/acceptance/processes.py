"""The processes of this machine, as anyone on it can see them. They may end while they are looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that has ended and only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # it has just ended, or there is no /proc here
        return not Path("/proc/self").exists()


def command_lines() -> Iterator[str]:
    """The command line of every process."""
    if Path("/proc/self/cmdline").exists():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                yield path.read_bytes().decode(errors="replace")
    else:
        yield subprocess.run(["ps", "axww", "-o", "args="], capture_output=True, text=True).stdout


def files_that_hold(folder: Path, secret: str) -> set[Path]:
    """The files below a folder that contain a secret; other processes may be creating and deleting files there."""
    found = set()
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and secret.encode() in path.read_bytes():
                found.add(path)
    return found
