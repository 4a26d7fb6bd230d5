"""`verdict.json`: the verdict for machines, replaced as a whole, or taken away."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

VERDICT_FILE = "verdict.json"


class VerdictFile:
    """The verdict file of one upgrade in one environment."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / VERDICT_FILE

    def write(self, document: dict[str, Any]) -> None:
        """Replace the file; OSError where the disk refuses, and then there is none: an earlier run's is not ours."""
        from pytest_upgradecheck.report import write_text

        try:
            write_text(self.path, [json.dumps(document, ensure_ascii=False, indent=2) + "\n"])
        except OSError:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
            raise
