"""``upgradecheck schema``: the JSON Schemas of the plan, of `verdict.json` and of the gate's JSON, as shipped."""

from __future__ import annotations

import argparse
from importlib.resources import files

from pytest_upgradecheck.cli.options import choices, one_of

HELP = "print a JSON Schema, for editors and other tools"

_FILES = {"plan": "plan/upgrade.schema.json", "verdict": "verdict.schema.json", "gate": "gate.schema.json"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "of", type=one_of(*_FILES), nargs="?", default="plan", metavar="OF", help=f"one of: {choices(_FILES)}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    print((files("pytest_upgradecheck") / _FILES[arguments.of]).read_text("utf-8").rstrip())
    return 0
