"""Find the plan that belongs to some tests."""

from __future__ import annotations

from pathlib import Path

PLAN_FILE = "upgrade.yaml"


def find_plan(start: Path, root: Path) -> Path | None:
    """`upgrade.yaml` in the folder of ``start`` or above it, up to and including ``root``; None if there is none.

    A ``start`` outside of ``root`` is searched alone: the folders above it belong to others.
    """
    start, root = start.resolve(), root.resolve()
    folder = start if start.is_dir() else start.parent
    above = [each for each in folder.parents if each.is_relative_to(root)]
    return next((each / PLAN_FILE for each in (folder, *above) if (each / PLAN_FILE).is_file()), None)
