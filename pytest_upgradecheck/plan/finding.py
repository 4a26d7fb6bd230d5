"""Where the plan of some tests is."""

from __future__ import annotations

from pathlib import Path

PLAN_FILE = "upgrade.yaml"


def find_plan(start: Path, root: Path) -> Path | None:
    """`upgrade.yaml` in the folder of ``start`` or above it, up to and including ``root``; None where there is none."""
    folder = start.resolve()
    if not folder.is_dir():
        folder = folder.parent
    root = root.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / PLAN_FILE).is_file():
            return candidate / PLAN_FILE
        if candidate == root:
            return None
    return None
