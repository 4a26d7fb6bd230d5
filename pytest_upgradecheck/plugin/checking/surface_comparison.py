"""The plan's ``compare``: a surface's answer after the change against the one before."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_upgradecheck.errors import BaselineMissing, EvidenceMissing, NotAsBefore
from pytest_upgradecheck.plan import Surface
from pytest_upgradecheck.plugin.checking.expected_versions import already_upgraded
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.vocabulary import Phase
from pytest_upgradecheck.wording import listed, raised

if TYPE_CHECKING:
    from pytest_upgradecheck.comparison import Terms
    from pytest_upgradecheck.plugin.checking.session import UpgradeSession

#: Captures of the plan's own checks have no test file.
_FILE = "plan"

#: The time between the readings of a calibration: over a second, because most timestamps have no fractions.
_CALIBRATION_GAP = timedelta(seconds=1.1)

#: Paths that a message names; the others are counted.
_NAMED_PATHS = 10


def comparison_name(surface: Surface) -> str:
    """The name of the check that compares a surface."""
    return f"compare[{surface.name}]"


def compare_surface(surface: Surface, session: UpgradeSession) -> list[str]:
    """Capture the surface in pre, and compare with the capture afterwards."""
    from pytest_upgradecheck.plugin.checking.comparing import judge, read_back

    name = comparison_name(surface)
    terms = terms_of(surface, session)
    reading = session.truth.read(surface.name)
    if session.phase is Phase.PRE:
        return _capture(surface, reading.body, session, terms)
    capture = session.baseline.captures.get((_FILE, name))
    if capture is None:
        raise BaselineMissing(
            f"what {surface.name} answered before the change is not in the baseline: {_why_missing(name, session)}"
        )
    before = read_back(capture)
    session.notes.read_keys.append([_FILE, name])
    try:
        judge(
            session, check=_check_id(name, session), name=surface.name, before=before, after=reading.body, terms=terms
        )
    except NotAsBefore as error:
        return [str(error)]
    return []


def terms_of(surface: Surface, session: UpgradeSession) -> Terms:
    """The terms of a surface's comparison, as the plan states them."""
    from pytest_upgradecheck.comparison import Terms

    said = surface.compare
    assert said is not None
    rule = said.rule
    if said.accept or said.nullability:
        rule = {
            "rule": "openapi-compatible",
            "accept": [dict(each) for each in said.accept],
            "nullability": said.nullability.value if said.nullability else "compare",
        }
    return Terms.of(
        rule=_rule(rule, surface, session),
        rules={path: _rule(rule, surface, session) for path, rule in said.rules.items()},
        key=said.key,
        ignore=said.volatile,
        ordered=said.ordered,
    )


def _rule(said: Any, surface: Surface, session: UpgradeSession) -> Any:
    return partial(_ask_hook, surface, session) if said == "own" else said


def _ask_hook(surface: Surface, session: UpgradeSession, before: Any, after: Any) -> list[str]:
    hook = session.config.hook.pytest_upgradecheck_compare
    try:
        problems = hook(surface=surface, before=before, after=after, plan=session.plan)
    except BaseException as error:  # a team's code: no exception of it may count as a pass
        raise EvidenceMissing(f"pytest_upgradecheck_compare failed: {raised(error)}") from None
    if problems is None:
        raise EvidenceMissing(
            f"the plan compares {surface.name} by `rule: own`, and no pytest_upgradecheck_compare hook judges it"
        )
    return list(problems)


def _capture(surface: Surface, body: Any, session: UpgradeSession, terms: Terms) -> list[str]:
    from pytest_upgradecheck.plugin.checking.comparing import require_comparable, write_down

    name = comparison_name(surface)
    if upgraded := already_upgraded(session):
        raise EvidenceMissing(f"no baseline is captured on a platform that is already upgraded: {upgraded}")
    check = _check_id(name, session)
    require_comparable(session, check=check, name=surface.name, value=body, terms=terms)
    if session.captures_baseline:
        write_down(session, check=check, file=_FILE, key=name, value=body)
    assert surface.compare is not None
    return _calibrate(surface, body, session) if surface.compare.calibrate else []


def _calibrate(surface: Surface, first: Any, session: UpgradeSession) -> list[str]:
    """Report differences between two readings without a change: they would be false alarms after it."""
    from pytest_upgradecheck.comparison import counts, fluctuations

    read_at = session.truth.read(surface.name).read_at
    passed = utc_now() - read_at
    time.sleep(max(0.0, (_CALIBRATION_GAP - passed).total_seconds()))
    second = session.truth.read(surface.name, fresh=True).body
    found = fluctuations(first, second, terms_of(surface, session))
    if not found:
        return []
    paths = dict.fromkeys(difference.group for difference in found)
    shown = listed(list(paths), _NAMED_PATHS)
    what = f"{surface.name} differs by itself: two readings without any change between them gave {counts(found)}"
    return [f"{what}; declare what changes by itself: add to `volatile` of its `compare`: {shown}"]


def _check_id(name: str, session: UpgradeSession) -> str:
    return next(
        (check.id for check in session.checks.values() if check.built_in and check.id.endswith(f"::{name}")), name
    )


def _why_missing(name: str, session: UpgradeSession) -> str:
    if not session.baseline.runs:
        return "this record has no pre run"
    before = session.baseline.results.get(_check_id(name, session))
    if before is None:
        return f"{session.baseline.runs[0].name} did not run this check"
    return f"this check was {before.result} in it" + (f" ({before.message.splitlines()[0]})" if before.message else "")
