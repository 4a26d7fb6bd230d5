"""``needs=``: a check after the change stands on checks that passed before it."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_upgradecheck.errors import EvidenceMissing, raised_on_purpose
from pytest_upgradecheck.plugin.checks import Check
from pytest_upgradecheck.record import Baseline
from pytest_upgradecheck.verdict import Result

__tracebackhide__ = raised_on_purpose


def require(check: Check, baseline: Baseline, by_nodeid: Mapping[str, str]) -> None:
    """Raise EvidenceMissing unless every check that ``check`` needs passed before the change.

    A need names a check without its parameters: a parametrised check needs the one with its own parameters where there
    is one, else all that carry the name. ``by_nodeid`` gives the ids of the checks
    before the change.
    """
    missing = []
    for need in check.needs:
        parameters = check.nodeid[len(check.nodeid.partition("[")[0]) :]
        if parameters and need + parameters in by_nodeid:
            wanted = [need + parameters]
        else:
            wanted = [name for name in by_nodeid if name == need or name.startswith(need + "[")]
        if not wanted:
            missing.append(f"{need} is not among the checks of the pre run")
        missing.extend(
            fault for name in wanted if (fault := _why_it_is_no_evidence(by_nodeid[name], baseline)) is not None
        )
    if missing:
        raise EvidenceMissing(f"needs what did not pass before the change: {'; '.join(missing)}")


def _why_it_is_no_evidence(check: str, baseline: Baseline) -> str | None:
    before = baseline.check(check)
    if before is None:
        return f"{check} did not run"
    if before.result == Result.PASSED.value:
        return None
    first = before.message.partition("\n")[0]
    return f"{check} was {before.result}" + (f" ({first})" if first else "")
