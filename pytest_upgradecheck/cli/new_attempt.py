"""``upgradecheck new-attempt``: ends this attempt at the upgrade by decision; the next pre run opens a new one."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from pytest_upgradecheck.cli.entry import entry_of
from pytest_upgradecheck.cli.options import RECORD_HELP, add_plan_option, line_of_text
from pytest_upgradecheck.cli.plan import nearest_plan
from pytest_upgradecheck.cli.record_folder import record_folder
from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.plan import load_plan
from pytest_upgradecheck.record import JOURNAL_FILE, find_record, verify_record
from pytest_upgradecheck.redaction import Redactor

HELP = "end this attempt at the upgrade; the next pre run opens a new one"

#: The type of the line in the record.
NEW_ATTEMPT = "new-attempt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "record", type=Path, nargs="?", metavar="RECORD", help=f"{RECORD_HELP} (default: that of the nearest plan)"
    )
    parser.add_argument("--why", type=line_of_text, required=True, metavar="TEXT", help="why this attempt ends here")
    parser.add_argument("--by", type=line_of_text, required=True, metavar="PERSON", help="who decides")
    add_plan_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Record the decision."""
    folder, redactor = _record(arguments)
    path = folder / JOURNAL_FILE
    with entry_of(NEW_ATTEMPT, folder, redactor) as journal:
        verified = verify_record(path)
        last = verified.last
        if last is None:
            raise NotPossible(f"{path}: this record has no run, so there is no attempt to end")
        decided = verified.history.new_attempts
        if decided and decided[-1].after == len(verified.history.runs):
            raise NotPossible(f"{path}: this attempt has ended already; next: `pytest --upgrade-phase=pre`")
        journal.append(NEW_ATTEMPT, why=arguments.why, by=arguments.by)
    print(f"{verified.upgrade}, {verified.environment}: {arguments.by} has ended the attempt after {last.name}")
    print("next: `pytest --upgrade-phase=pre`, which opens a new attempt and captures a new baseline")
    return 0


def _record(arguments: argparse.Namespace) -> tuple[Path, Redactor]:
    """The folder of the record, and the redactor of its plan if the plan is known."""
    if arguments.record is not None and arguments.plan is None:
        return find_record(arguments.record).parent, Redactor()
    path = nearest_plan(arguments.plan, "upgradecheck new-attempt --why TEXT --by PERSON --plan FILE")
    plan = load_plan(path, os.environ, shown_as=str(arguments.plan or path))
    if arguments.record is not None:
        return find_record(arguments.record).parent, Redactor(plan.secrets)
    folder = record_folder(plan, None)
    if folder is None:
        raise NotPossible(
            f"there is no record of {plan.upgrade} in {plan.environment}, so there is no attempt to end; if the record "
            "is elsewhere, name it: upgradecheck new-attempt RECORD --why TEXT --by PERSON"
        )
    return folder, Redactor(plan.secrets)
