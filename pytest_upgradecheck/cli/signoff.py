"""``upgradecheck signoff``: a person's approval into the record, for exactly this plan and state."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pytest_upgradecheck.cli.plan import nearest_plan
from pytest_upgradecheck.cli.record_folder import record_folder
from pytest_upgradecheck.errors import CheckMisuse, NotPossible
from pytest_upgradecheck.evidence.signoffs import approvable
from pytest_upgradecheck.plan import load_plan
from pytest_upgradecheck.plan.wording import near_miss
from pytest_upgradecheck.record import JOURNAL_FILE, Journal, read_history
from pytest_upgradecheck.redaction import Redactor

_LONGEST = 2_000


def sign_off(name: str, *, by: str, note: str, plan_file: Path | None, records: Path | None) -> int:
    """Record an approval; 0 where it stands."""
    path = nearest_plan(plan_file, "upgradecheck signoff NAME --by PERSON --plan FILE")
    plan = load_plan(path, os.environ, shown_as=str(plan_file or path))
    person = _one_line("--by", by)
    if name not in plan.signoffs:
        listed = f"it asks for: {', '.join(plan.signoffs)}" if plan.signoffs else "it asks for none (`signoffs`)"
        raise CheckMisuse(f"the plan asks for no signoff {name!r}; {near_miss(name, plan.signoffs)}{listed}")
    folder = record_folder(plan, records)
    if folder is None:
        raise NotPossible(
            f"there is no record of {plan.upgrade} in {plan.environment} yet, so there is nothing to approve: run "
            "pytest --upgrade-phase=pre first, or name the folder of records with --record"
        )
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with Journal(folder, run={"phase": "signoff", "started_at": started}, redactor=Redactor(plan.secrets)) as journal:
        # Read under the lock: what is approved is what stands there, and no run adds to it meanwhile.
        history = read_history(folder / JOURNAL_FILE, upgrade=plan.upgrade, environment=plan.environment)
        run = approvable(plan, history)
        journal.append(
            "signoff", name=name, by=person, note=_one_line("--note", note) if note else "",
            plan_digest=plan.digest, pre=run.id,
        )  # fmt: skip
        journal.sync()
    print(f"{name}: {person} has signed off {run.name} of {plan.title} in {plan.environment}")
    print(f"plan {plan.digest}")
    print("next: pytest --upgrade-phase=pre, which now says whether anything is open")
    return 0


def _one_line(option: str, text: str) -> str:
    line = " ".join(text.split())
    if not line or not line.isprintable() or len(line) > _LONGEST:
        raise CheckMisuse(f"{option}: write a name or a sentence, in one line of at most {_LONGEST} characters")
    return line
