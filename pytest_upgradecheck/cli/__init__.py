"""``upgradecheck``: what an operator does beside pytest."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
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

    init = commands.add_parser("init", help="write a plan and a first suite to start from")
    init.add_argument("folder", type=Path, nargs="?", default=Path(), metavar="DIR", help="where (default: here)")
    init.add_argument(
        "--from", dest="url", metavar="URL", help="propose surfaces and steps from what this platform publishes (GET)"
    )
    init.add_argument(
        "--auth-header",
        metavar="NAME",
        help="with --from: send the key in PLATFORM_API_KEY in this header",
    )
    init.set_defaults(command=_init)

    plan = commands.add_parser("plan", help="check a plan, and show its sequence, its boundaries and what is open")
    plan.add_argument(
        "file", type=Path, nargs="?", default=None, metavar="FILE", help="default: the nearest upgrade.yaml"
    )
    _add_records_option(plan)
    plan.set_defaults(command=_plan)

    signoff = commands.add_parser("signoff", help="record a person's approval of this plan and its pre run")
    signoff.add_argument("name", metavar="NAME", help="as in the plan's signoffs")
    signoff.add_argument("--by", required=True, metavar="PERSON", help="who approves")
    signoff.add_argument("--note", default="", metavar="TEXT", help="what the person wants to be read with it")
    signoff.add_argument("--plan", type=Path, default=None, metavar="FILE", help="default: the nearest upgrade.yaml")
    _add_records_option(signoff)
    signoff.set_defaults(command=_signoff)

    report = commands.add_parser("report", help="write the verification report of a record, also of a killed run")
    report.add_argument("record", type=Path, metavar="RECORD", help="a record.jsonl, or a folder that holds it")
    report.add_argument(
        "--output", metavar="FILE", help="where to write it, - to print it (default: beside the record)"
    )
    report.add_argument("--format", choices=["html", "markdown", "ctrf"], default="html")
    report.set_defaults(command=_report)

    verify = commands.add_parser("verify", help="verify a record, offline: its chain, its plans, the order of its runs")
    verify.add_argument("record", type=Path, metavar="RECORD", help="a record.jsonl, or a folder that holds it")
    verify.add_argument("--against", type=Path, metavar="ENVELOPE", help="compare with what somebody attested")
    verify.add_argument("--key", type=Path, metavar="KEY", help="the public key of who attested it, in PEM form")
    verify.set_defaults(command=_verify)

    attest = commands.add_parser("attest", help="sign what a record's last run found, as evidence for others")
    attest.add_argument("record", type=Path, metavar="RECORD", help="a record.jsonl, or a folder that holds it")
    attest.add_argument("--key", type=Path, required=True, metavar="KEY", help="a private key in PEM form")
    attest.add_argument(
        "--for", dest="claim", metavar="CLAIM", help="the migration it proves: UPGRADE/ENVIRONMENT/MIGRATION"
    )
    attest.add_argument("--posture", choices=["staged", "completed"], help="how far that migration has come")
    attest.add_argument("--url", metavar="URL", help="where the run can be looked at, for who reads the evidence")
    attest.add_argument("--out", type=Path, metavar="FILE", help="where to write the envelope (default: print it)")
    attest.set_defaults(command=_attest)

    gate = commands.add_parser("gate", help="one verdict for a stack, over the records of its products' suites")
    gate.add_argument(
        "records", type=Path, nargs="+", metavar="RECORD", help="a record.jsonl, or a folder that holds it"
    )
    gate.add_argument(
        "--plan", type=Path, metavar="FILE", help="the stack's plan (default: the records' own, else the nearest)"
    )
    gate.add_argument(
        "--phase", required=True, choices=["pre", "post", "rollback"], help="the phase whose verdicts count"
    )
    gate.add_argument(
        "--max-age", type=_duration, default="24h", metavar="AGE", help="how old a verdict may be (default: 24h)"
    )
    gate.add_argument("--format", choices=["text", "json", "markdown"], default="text")
    gate.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: print it)")
    gate.set_defaults(command=_gate)

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
    schema.add_argument("of", choices=["plan", "verdict", "gate"], nargs="?", default="plan")
    schema.set_defaults(command=_schema)
    return parser


def _demo(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.demo import demo

    return demo(arguments.into, faults=arguments.fault, keep=arguments.keep)


def _init(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.init import init

    return init(arguments.folder, url=arguments.url, auth_header=arguments.auth_header)


def _plan(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.plan import show_plan

    return show_plan(arguments.file, arguments.record)


def _signoff(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.signoff import sign_off

    return sign_off(
        arguments.name,
        by=arguments.by,
        note=arguments.note,
        plan_file=arguments.plan,
        records=arguments.record,
    )


def _report(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.report import report

    return report(arguments.record, output=arguments.output, form=arguments.format)


def _verify(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.verify import verify

    return verify(arguments.record, against=arguments.against, key=arguments.key)


def _attest(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.attest import attest

    return attest(
        arguments.record,
        key=arguments.key,
        claim=arguments.claim,
        posture=arguments.posture,
        url=arguments.url,
        out=arguments.out,
    )


def _gate(arguments: argparse.Namespace) -> int:
    from pytest_upgradecheck.cli.gate import gate

    return gate(
        arguments.records,
        plan=arguments.plan,
        phase=arguments.phase,
        max_age=arguments.max_age,
        form=arguments.format,
        out=arguments.out,
    )


def _add_records_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--record",
        type=Path,
        default=None,
        metavar="DIR",
        help="the folder of records, as of --upgrade-record (default: the nearest .upgradecheck)",
    )


def _duration(text: str) -> timedelta:
    from pytest_upgradecheck.plan.quantities import duration

    try:
        return duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None


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
