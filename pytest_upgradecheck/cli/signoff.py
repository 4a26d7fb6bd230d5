"""``upgradecheck signoff``: records a person's approval of exactly this plan and state."""

from __future__ import annotations

import argparse
import os

from pytest_upgradecheck.cli.entry import entry_of
from pytest_upgradecheck.cli.options import add_plan_option, add_records_option, line_of_text
from pytest_upgradecheck.cli.plan import nearest_plan
from pytest_upgradecheck.cli.record_folder import record_folder
from pytest_upgradecheck.errors import CheckMisuse, NotPossible
from pytest_upgradecheck.evidence.signoffs import approvable
from pytest_upgradecheck.plan import Plan, load_plan
from pytest_upgradecheck.record import JOURNAL_FILE, read_history
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.wording import did_you_mean

HELP = "record a person's approval of this plan and its last pre run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", metavar="NAME", help="one of the plan's signoffs")
    parser.add_argument("--by", type=line_of_text, required=True, metavar="PERSON", help="who approves")
    parser.add_argument("--note", type=line_of_text, metavar="TEXT", help="a remark to show with the signoff")
    add_plan_option(parser)
    add_records_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Record an approval."""
    path = nearest_plan(arguments.plan, "upgradecheck signoff NAME --by PERSON --plan FILE")
    plan = load_plan(path, os.environ, shown_as=str(arguments.plan or path))
    _require_asked_for(arguments.name, plan)
    folder = record_folder(plan, arguments.record)
    if folder is None:
        raise NotPossible(
            f"there is no record of {plan.upgrade} in {plan.environment} yet, so there is nothing to approve: run "
            "`pytest --upgrade-phase=pre` first, or name the folder of records with --record"
        )
    with entry_of("signoff", folder, Redactor(plan.secrets)) as journal:
        # Read under the lock: no run can add to what is being approved.
        history = read_history(folder / JOURNAL_FILE, upgrade=plan.upgrade, environment=plan.environment)
        approved = approvable(plan, history, now=utc_now())
        journal.append(
            "signoff",
            name=arguments.name,
            by=arguments.by,
            note=arguments.note or "",
            plan_digest=plan.digest,
            pre=approved.id,
        )
    print(f"{arguments.name}: {arguments.by} has signed off {approved.name} of {plan.title} in {plan.environment}")
    print(f"plan {plan.digest}")
    print("next: `pytest --upgrade-phase=pre`, which now says whether anything is open")
    return 0


def _require_asked_for(name: str, plan: Plan) -> None:
    if name not in plan.signoffs:
        asked = f"its signoffs are: {', '.join(plan.signoffs)}" if plan.signoffs else "it has no `signoffs`"
        raise CheckMisuse(f"the plan has no signoff {name!r}; {did_you_mean(name, plan.signoffs)}{asked}")
