"""``upgradecheck waive``: prints a waiver for exactly what failed in a check of the last run."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.cli.options import RECORD_HELP, add_plan_option, day, line_of_text
from pytest_upgradecheck.cli.plan import nearest_plan
from pytest_upgradecheck.cli.record_folder import record_folder
from pytest_upgradecheck.errors import CheckMisuse, NotPossible
from pytest_upgradecheck.plan import load_plan
from pytest_upgradecheck.record import JOURNAL_FILE, Run, find_record, verify_record
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.waivers import CheckFailure, Outcome, as_yaml, failure_of, waiver_for, why_unlimited
from pytest_upgradecheck.wording import did_you_mean

HELP = "print a waiver for exactly what failed in one check of the last run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("check", metavar="CHECK", help="the check's id, as the verdict shows it")
    parser.add_argument("--by", type=line_of_text, required=True, metavar="PERSON", help="who approves the waiver")
    parser.add_argument(
        "--reason", type=line_of_text, required=True, metavar="TEXT", help="why the failure is accepted"
    )
    parser.add_argument("--expires", type=day, required=True, metavar="DAY", help="the last day it counts, in UTC")
    parser.add_argument(
        "--record", type=Path, metavar="RECORD", help=f"{RECORD_HELP} (default: the record of the nearest plan)"
    )
    add_plan_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the waiver on stdout, ready to paste into the plan."""
    if arguments.expires < utc_now().date():
        raise CheckMisuse(
            f"--expires {arguments.expires}: this day has passed; a waiver counts until its last day ends"
        )
    record = _record(arguments)
    verified = verify_record(record)
    last = verified.last
    if last is None:
        raise NotPossible(f"{record}: this record has no run, so nothing has failed")
    check = _check(arguments.check, last)
    result = last.results.get(check.id)
    if result is None:
        raise NotPossible(f"{check.id} was not run in {last.name}, and missing evidence is never waived")
    failure = failure_of(last, check.id) or CheckFailure(message=result.message)
    waiver = waiver_for(
        check.id,
        Outcome(result=result.result, about_boundary=check.is_about_boundary, kind=check.kind, failure=failure),
        reason=arguments.reason,
        approved_by=arguments.by,
        expires=arguments.expires,
        environment=verified.environment,
        phase=last.phase,
    )
    print(as_yaml(waiver))
    print("add this to the plan; if it has `waivers` already, leave out the first line", file=sys.stderr)
    if why := why_unlimited(arguments.expires, utc_now()):
        print(f"this waiver {why}; in a strict plan it blocks", file=sys.stderr)
    return 0


def _record(arguments: argparse.Namespace) -> Path:
    if arguments.record is not None:
        return find_record(arguments.record)
    path = nearest_plan(arguments.plan, "upgradecheck waive CHECK ... --plan FILE")
    plan = load_plan(path, os.environ, shown_as=str(arguments.plan or path))
    folder = record_folder(plan, None)
    if folder is None:
        raise NotPossible(
            f"there is no record of {plan.upgrade} in {plan.environment}; if it is elsewhere, name it with --record"
        )
    return folder / JOURNAL_FILE


def _check(name: str, run: Run) -> Check:
    checks = run.planned
    by_nodeid = {check.nodeid: check for check in checks.values()}
    found = checks.get(name) or by_nodeid.get(name)
    if found is None:
        raise CheckMisuse(
            f"{run.name} has no check {name!r}; {did_you_mean(name, checks)}the verdict lists those that failed"
        )
    return found
