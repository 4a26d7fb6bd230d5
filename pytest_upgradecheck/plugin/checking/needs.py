"""``needs=``: a check after the change relies on checks that passed before it."""

from __future__ import annotations

from pytest_upgradecheck.checklist.before import Before
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import EvidenceMissing, raised_on_purpose

__tracebackhide__ = raised_on_purpose


def require(check: Check, before: Before) -> None:
    """Raise EvidenceMissing unless every check that ``check`` needs passed before the change."""
    if missing := before.why_needs_are_not_met(check):
        raise EvidenceMissing(f"not run: it depends on {'; and on '.join(missing)}")
