"""``upgradecheck compare``: two JSON files, before against after, by the rules of a plan; to try them out by day."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_upgradecheck.comparison import Terms, captured, compare, explain
from pytest_upgradecheck.comparison.text import allowed_differences, in_colour, in_html, in_markdown
from pytest_upgradecheck.errors import CheckMisuse

FORMATS: dict[str, Callable[[str], str]] = {
    "text": str,
    "colour": in_colour,
    "markdown": in_markdown,
    "html": in_html,
}


def compare_files(before: Path, after: Path, *, rule: str, key: list[str], ignore: list[str], form: str) -> int:
    """Print what no rule allows; 0 where there is nothing, 1 where there is something. CheckMisuse, else."""
    try:
        terms = Terms.of(rule=rule, key=key or None, ignore=ignore)
    except ValueError as error:
        raise CheckMisuse(str(error)) from None
    comparison = compare(_read(before), _read(after), terms)
    for path in comparison.unmatched:
        print(f"{path} fits nothing in either file", file=sys.stderr)
    if not comparison.refused:
        print(f"as before: {allowed_differences(len(comparison.allowed))}")
        return 0
    print(FORMATS[form](explain(comparison)))
    return 1


def _read(path: Path) -> Any:
    try:
        return captured(json.loads(path.read_bytes()), path.name)
    except OSError as error:
        raise CheckMisuse(f"{path}: {error.strerror or error}") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise CheckMisuse(f"{path}: this cannot be compared: {error}") from None
