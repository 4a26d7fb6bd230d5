"""``upgradecheck compare``: try out a rule of a plan on two files, before and after."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_upgradecheck.cli.options import choices, one_of
from pytest_upgradecheck.comparison import Comparison, RuleName, Terms, captured, compare, explain, rehearse
from pytest_upgradecheck.comparison.text import allowed_differences, in_colour, in_html, in_markdown
from pytest_upgradecheck.errors import CheckMisuse
from pytest_upgradecheck.files import read_bytes
from pytest_upgradecheck.foreign_text import safe
from pytest_upgradecheck.plan.yaml_values import read_yaml

FORMATS: dict[str, Callable[[str], str]] = {
    "text": str,
    "colour": in_colour,
    "markdown": in_markdown,
    "html": in_html,
}
_JSON = "json"
_EVERYTHING = 1_000_000
_LARGEST = 500_000_000  # bytes


HELP = "try out a comparison on two JSON or YAML files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("before", type=Path, metavar="BEFORE", help="the JSON or YAML file before")
    parser.add_argument("after", type=Path, metavar="AFTER", help="the JSON or YAML file after")
    parser.add_argument("--rule", default="unchanged", help="the rule for what may differ (default: unchanged)")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="MEMBER",
        help="pair the items of lists by this member; repeat for a key of several members",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="PATH",
        help="a place that may differ, such as contracts[].seen_at",
    )
    parser.add_argument("--all", action="store_true", help="print everything, not only the first screen")
    parser.add_argument(
        "--format", type=one_of(*FORMATS, _JSON), default="text", help=f"one of: {choices([*FORMATS, _JSON])}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare the files."""
    return compare_files(
        arguments.before,
        arguments.after,
        rule=arguments.rule,
        key=arguments.key,
        ignore=arguments.ignore,
        form=arguments.format,
        whole=arguments.all,
    )


def compare_files(
    before: Path, after: Path, *, rule: str, key: list[str], ignore: list[str], form: str, whole: bool = False
) -> int:
    """Print the differences that no rule allows, and return 0 if there are none, 1 if there are some."""
    if rule == RuleName.OPENAPI_COMPATIBLE.value:
        if key or ignore:
            raise CheckMisuse(
                "rule openapi-compatible judges documents as a whole: it takes neither --key nor --ignore"
            )
        return _compare_contracts(_read(before), _read(after), form=form, whole=whole)
    try:
        terms = Terms.of(rule=rule, key=key or None, ignore=ignore)
    except ValueError as error:
        raise CheckMisuse(str(error)) from None
    old = _captured(before)
    if rehearse(old, terms).vacuous:
        raise CheckMisuse(f"by these rules, everything in {before} may change, so the comparison could never fail")
    comparison = compare(old, _captured(after), terms)
    for path in comparison.unmatched:
        print(f"{path} matches nothing in either file", file=sys.stderr)
    if form == _JSON:
        print(json.dumps(_as_data(comparison), indent=2, ensure_ascii=False))
    elif not comparison.refused:
        print(f"as before: {allowed_differences(len(comparison.allowed))}")
    else:
        print(FORMATS[form](explain(comparison, lines=_EVERYTHING) if whole else explain(comparison)))
    return 1 if comparison.refused else 0


def _as_data(comparison: Comparison) -> dict[str, Any]:
    return {
        "refused": [difference.to_dict() for difference in comparison.refused],
        "allowed": [difference.to_dict() for difference in comparison.allowed],
    }


def _compare_contracts(before: Any, after: Any, *, form: str, whole: bool) -> int:
    from pytest_upgradecheck.comparison.openapi import (
        ContractChange,
        ContractComparison,
        Kind,
        NotOpenApi,
        Severity,
        as_data,
        as_text,
        compare_documents,
        in_words,
    )

    try:
        comparison = compare_documents(before, after)
    except NotOpenApi as error:
        comparison = ContractComparison(changes=(ContractChange(kind=Kind.NOT_JUDGED, message=str(error)),))
    passes = all(change.severity is Severity.COMPATIBLE for change in comparison.changes)
    if form == _JSON:
        print(json.dumps(as_data(comparison), indent=2, ensure_ascii=False))
    elif passes and not whole:
        print(f"as before: {in_words(comparison)}")
    else:
        print(FORMATS[form](safe(as_text(comparison, whole=whole))))
    return 0 if passes else 1


def _captured(path: Path) -> Any:
    try:
        return captured(_read(path), path.name)
    except (ValueError, TypeError, RecursionError) as error:
        raise CheckMisuse(f"{path}: this cannot be compared: {error}") from None


def _read(path: Path) -> Any:
    try:
        content = read_bytes(path, _LARGEST + 1)
    except OSError as error:
        raise CheckMisuse(f"{path}: {error.strerror or error}") from None
    if len(content) > _LARGEST:
        raise CheckMisuse(f"{path}: the file has more than {_LARGEST} bytes, which is too large to compare")
    try:
        return read_yaml(content) if path.suffix in (".yaml", ".yml") else json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CheckMisuse(f"{path}: this cannot be compared: {error}") from None
