"""Files that a command was asked to write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.files import Output, write_text


def require_writable(path: Path, output: Output, option: str) -> None:
    """NotPossible if this output must not be written there: find out before the work, not after it."""
    if why := output.why_not_at(path):
        raise NotPossible(f"{option}: {why}")


def write_output(path: Path, pieces: Iterable[str], output: Output, option: str) -> None:
    """Write the file as a whole; NotPossible if the disk refuses, or if the path is taken by something else."""
    require_writable(path, output, option)
    try:
        write_text(path, pieces)
    except OSError as error:
        raise NotPossible(f"{option}: {path} cannot be written: {error.strerror or error}") from None
