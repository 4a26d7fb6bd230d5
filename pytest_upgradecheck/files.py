"""Files that are written as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A path of its own in a folder (which is made) for a file that is being written; OSError where that fails.

    The block moves the finished file to where it belongs; what is left when the block ends is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{os.getpid()}-{os.urandom(6).hex()}.partial"
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Replace a file by these pieces of text; OSError where the disk refuses."""
    with unfinished(path.parent) as partial:
        with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
        partial.replace(path)


def write_text_or_remove(path: Path, pieces: Iterable[str]) -> None:
    """Replace a file; where that fails there is no file, rather than the one of an earlier run. Raises what failed."""
    try:
        write_text(path, pieces)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def append_text(path: Path, text: str) -> None:
    """Add to a file that others write to as well; OSError where the disk refuses."""
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
