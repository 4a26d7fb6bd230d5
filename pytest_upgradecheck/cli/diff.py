"""``upgradecheck diff``: everything that a comparison in a record found, not only the screen that its check showed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_upgradecheck.cli.options import RECORD_HELP, choices, one_of
from pytest_upgradecheck.comparison.text import in_markdown
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.foreign_text import safe_line
from pytest_upgradecheck.record import find_record, read_as_far_as_possible
from pytest_upgradecheck.record.blobs import Stored
from pytest_upgradecheck.record.runs import Run
from pytest_upgradecheck.wording import did_you_mean

HELP = "print everything that a comparison in a record found"

_FORMATS = ("text", "json", "markdown")
_SIGNS = {
    "removed": "-",
    "added": "+",
    "changed": "~",
    "moved": ">",
    "not changed": "=",
    "refused": "!",
    "not judged": "?",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("record", type=Path, metavar="RECORD", help=RECORD_HELP)
    parser.add_argument("check", metavar="CHECK", help="the id of a check, or its end, such as compare[api]")
    parser.add_argument("--format", type=one_of(*_FORMATS), default="text", help=f"one of: {choices(_FORMATS)}")


def run(arguments: argparse.Namespace) -> int:
    """Print the comparisons of a check."""
    return diff(arguments.record, arguments.check, form=arguments.format)


def diff(record: Path, check: str, *, form: str) -> int:
    """Print the last comparisons of this check in the record. Returns 0, or 1 if the record is damaged."""
    path = find_record(record)
    history = read_as_far_as_possible(path)
    last, named = _last_with(history.runs, check)
    comparisons = [
        {
            "run": last.id,
            "phase": last.phase.value,
            "check": named,
            "name": comparison["name"],
            "rule": comparison["rule"],
            "refused": comparison["refused"],
            "allowed": comparison["allowed"],
            "differences": _differences(comparison, last.folder),
        }
        for comparison in last.comparisons[named]
    ]
    if form == "json":
        print(json.dumps(comparisons, indent=2, ensure_ascii=False))
    else:
        text = "\n".join(line for comparison in comparisons for line in _lines(comparison))
        print(in_markdown(text) if form == "markdown" else text)
    if history.damage:
        print(f"damaged: {history.damage}", file=sys.stderr)
        return 1
    return 0


def _last_with(runs: Sequence[Run], check: str) -> tuple[Run, str]:
    for each in reversed(runs):
        named = [name for name in each.comparisons if name == check] or [
            name for name in each.comparisons if name.endswith(f"::{check}")
        ]
        if len(named) > 1:
            raise CheckMisuse(f"{check!r} can be {' or '.join(named)}: write the whole id")
        if named:
            return each, named[0]
    known = sorted({name for each in runs for name in each.comparisons})
    if not known:
        raise CheckMisuse("no check of this record compared anything after the change")
    raise CheckMisuse(f"no comparison of {check!r}; {did_you_mean(check, known)}the record has: {', '.join(known)}")


def _differences(comparison: Mapping[str, Any], folder: Path) -> list[Mapping[str, Any]]:
    if "stored" in comparison:
        stored: list[Mapping[str, Any]] = Stored(**comparison["stored"]).load(folder)
        return stored
    return list(comparison.get("value") or ())


def _lines(comparison: Mapping[str, Any]) -> list[str]:
    refused, allowed = comparison["refused"] or "nothing refused", comparison["allowed"] or "nothing"
    lines = [
        f"{comparison['name']}, rule {comparison['rule']}, phase {comparison['phase']}: {refused}; allowed: {allowed}"
    ]
    for entry in comparison["differences"]:
        place = entry["path"] or ("" if "why" in entry else "value")
        values = [entry[side] for side in ("before", "after") if side in entry]
        is_told = "why" in entry and all(value is None for value in values)
        sides = [] if is_told else [json.dumps(value, ensure_ascii=False) for value in values]
        said = "  ->  ".join(sides) + (f" ({entry['why']})" if sides and "why" in entry else entry.get("why", ""))
        may = " (allowed)" if entry.get("allowed") else ""
        lines.append(safe_line(f"{_SIGNS.get(entry['change'], '*')} {f'{place}: ' if place else ''}{said}{may}"))
    return lines
