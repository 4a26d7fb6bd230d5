"""What keeps a report from telling the verdict that stands in the record: damage, a cut line, numbers that differ.

Then it says no more than that it cannot tell, and why: a green page over a record that `verify` refuses would be green
for the wrong reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_upgradecheck.report.account import Account, RunAccount
from pytest_upgradecheck.verdict import Blocker
from pytest_upgradecheck.vocabulary import BlockerKind, Decision


def doubt_of(account: Account, last: RunAccount) -> Blocker | None:
    """Why the record's last verdict cannot be believed; None where it can."""
    if account.damage is not None:
        return Blocker(check="", kind=BlockerKind.RECORD_DAMAGED, message=account.damage)
    if account.unfinished_line:
        message = "the record's last line was cut: a later run was killed while writing"
        if last.document is None:
            message = "the record's last line is not finished: the run is writing it, or was killed while writing"
        return Blocker(check="", kind=BlockerKind.RECORD_CUT, message=message)
    faults = unreconciled(last)
    if last.run.verdict == Decision.PROCEED.value and faults:
        message = f"the record's lines do not add up to the verdict's numbers: {faults}"
        return Blocker(check="", kind=BlockerKind.NOT_RECONCILED, message=message)
    return None


def doubted(document: Mapping[str, Any], doubt: Blocker) -> Mapping[str, Any]:
    """The verdict as it is told where it is in doubt."""
    reason = f"{doubt.message[0].upper()}{doubt.message[1:]}"
    if doubt.kind == BlockerKind.RECORD_DAMAGED:
        reason = f"The record is damaged, and what follows cannot be believed: {doubt.message}"
    elif document["finished_at"] is None:
        reason = document["reason"]  # that it has not ended comes first
    return {
        **document,
        "verdict": Decision.CANNOT_TELL.value,
        "exit_code": Decision.CANNOT_TELL.exit_code,
        "reason": reason,
        "blockers": [doubt.to_dict(), *document["blockers"]],
    }


def unreconciled(last: RunAccount) -> str:
    """What does not add up between the record's lines and the verdict's numbers; empty where all does."""
    if last.document is None or not (counts := last.document["counts"]):
        return ""
    due = len(list(last.due)) + counts["missing-after"]
    reported = len(last.run.checks)
    faults = []
    if due != counts["planned"]:
        faults.append(f"the verdict says {counts['planned']} planned, the record's lines say {due}")
    if reported != counts["run"]:
        faults.append(f"the verdict says {counts['run']} run, and the record holds the results of {reported}")
    if last.run.verdict == Decision.PROCEED.value and last.document["blockers"]:
        faults.append(f"the verdict says proceed, and names {len(last.document['blockers'])} in the way")
    return "; ".join(faults)
