"""``upgradecheck compare``: two JSON files, before against after, by the rules of a plan; to try them out by day."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_upgradecheck.cli.options import listed, one_of
from pytest_upgradecheck.comparison import Terms, captured, compare, explain
from pytest_upgradecheck.comparison.text import allowed_differences, in_colour, in_html, in_markdown
from pytest_upgradecheck.errors import CheckMisuse

FORMATS: dict[str, Callable[[str], str]] = {
    "text": str,
    "colour": in_colour,
    "markdown": in_markdown,
    "html": in_html,
}


HELP = "compare two JSON files by a rule, to try it out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("before", type=Path, metavar="BEFORE")
    parser.add_argument("after", type=Path, metavar="AFTER")
    parser.add_argument("--rule", default="unchanged", help="what may differ (default: unchanged)")
    parser.add_argument(
        "--key", action="append", default=[], metavar="MEMBER", help="pairs the items of lists; several make one key"
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="PATH", help="may differ: contracts[].seen_at")
    parser.add_argument("--format", type=one_of(*FORMATS), default="text", help=f"one of: {listed(FORMATS)}")


def run(arguments: argparse.Namespace) -> int:
    """Compare."""
    return compare_files(
        arguments.before,
        arguments.after,
        rule=arguments.rule,
        key=arguments.key,
        ignore=arguments.ignore,
        form=arguments.format,
    )


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
