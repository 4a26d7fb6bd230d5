"""Where reports are written: replaced as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

#: The verification report's name, beside the record.
REPORT_FILE = "upgrade-report.html"


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Replace a file by these pieces of text; OSError where the disk refuses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def append_text(path: Path, text: str) -> None:
    """Add to a file that others write to as well; OSError where the disk refuses."""
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
