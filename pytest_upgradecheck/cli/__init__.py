"""``upgradecheck``: what an operator does beside pytest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pytest_upgradecheck.errors import UpgradecheckError


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for; the exit code is that of the command, 2 where it was used wrongly."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.command(arguments)
    except UpgradecheckError as error:
        print(f"upgradecheck: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="upgradecheck", description="Verify upgrades; see also pytest --upgrade-phase."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="upgrade the reference stack before your eyes, from pre to post")
    demo.add_argument(
        "--into", type=Path, default=Path("upgradecheck-demo"), metavar="DIR", help="where (default: upgradecheck-demo)"
    )
    demo.add_argument("--fault", action="append", default=[], metavar="NAME", help="let the upgrade go wrong like this")
    demo.add_argument("--keep", action="store_true", help="leave the stack running at the end")
    demo.set_defaults(command=_demo)

    plan = commands.add_parser("plan", help="check a plan, and show its sequence and rollback boundaries")
    plan.add_argument(
        "file", type=Path, nargs="?", default=None, metavar="FILE", help="default: the nearest upgrade.yaml"
    )
    plan.set_defaults(command=_plan)

    verify = commands.add_parser("verify", help="verify the chain of a record, offline")
    verify.add_argument("record", type=Path, metavar="RECORD", help="a record.jsonl, or the folder that holds it")
    verify.set_defaults(command=_verify)

    compare = commands.add_parser("compare", help="compare two JSON files by a rule, to try it out")
    compare.add_argument("before", type=Path, metavar="BEFORE")
    compare.add_argument("after", type=Path, metavar="AFTER")
    compare.add_argument("--rule", default="unchanged", help="what may differ (default: unchanged)")
    compare.add_argument(
        "--key", action="append", default=[], metavar="MEMBER", help="pairs the items of lists; several make one key"
    )
    compare.add_argument(
        "--ignore", action="append", default=[], metavar="PATH", help="may differ: contracts[].seen_at"
    )
    compare.add_argument("--format", choices=["text", "colour", "markdown", "html"], default="text")
    compare.set_defaults(command=_compare)

    schema = commands.add_parser("schema", help="print a JSON Schema, for editors and other tools")
    schema.add_argument("of", choices=["plan", "verdict"], nargs="?", default="plan")
    schema.set_defaults(command=_schema)
    return parser


def _demo(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.demo import demo

    return demo(arguments.into, faults=arguments.fault, keep=arguments.keep)


def _plan(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.plan import show_plan

    return show_plan(arguments.file)


def _verify(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.verify import verify

    return verify(arguments.record)


def _compare(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.compare import compare_files

    return compare_files(
        arguments.before,
        arguments.after,
        rule=arguments.rule,
        key=arguments.key,
        ignore=arguments.ignore,
        form=arguments.format,
    )


def _schema(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.schema import print_schema

    return print_schema(arguments.of)
