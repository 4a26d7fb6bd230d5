"""``needs=``: a check after the change relies on checks that passed before it."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import EvidenceMissing, raised_on_purpose
from pytest_upgradecheck.record import Baseline, needed_checks
from pytest_upgradecheck.vocabulary import Result

__tracebackhide__ = raised_on_purpose


def require(check: Check, baseline: Baseline, by_nodeid: Mapping[str, str]) -> None:
    """Raise EvidenceMissing unless every check that ``check`` needs passed before the change.

    ``by_nodeid`` gives the ids of the checks before the change.
    """
    missing = []
    for need in check.needs:
        wanted = needed_checks(need, check.nodeid, by_nodeid)
        if not wanted:
            missing.append(f"{need}{check.parameters}, which was not part of the pre run")
        missing += [why for name in wanted if (why := _why_it_is_no_evidence(by_nodeid[name], baseline)) is not None]
    if missing:
        raise EvidenceMissing(f"not run: it depends on {'; and on '.join(missing)}")


def _why_it_is_no_evidence(check: str, baseline: Baseline) -> str | None:
    before = baseline.check(check)
    if before is None:
        return f"{check}, which did not run before the change"
    if before.result == Result.PASSED.value:
        return None
    first = before.message.partition("\n")[0]
    return f"{check}, which did not pass before the change ({before.result}{f': {first}' if first else ''})"
