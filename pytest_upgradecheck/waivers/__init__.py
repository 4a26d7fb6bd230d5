"""Waivers: a named person's time-limited acceptance of one failure of a check.

``failure`` takes a failure apart, ``acceptance`` says which parts a waiver accepts, ``judging`` applies the waivers of
a plan to the checks of a run, and ``proposal`` writes a waiver for what failed last.
"""

from pytest_upgradecheck.waivers.failure import CheckFailure, RefusedDifference, failure_of
from pytest_upgradecheck.waivers.judging import Judged, Outcome, accepted_by, judge_waivers, why_unlimited
from pytest_upgradecheck.waivers.proposal import as_yaml, waiver_for

__all__ = [
    "CheckFailure",
    "Judged",
    "Outcome",
    "RefusedDifference",
    "accepted_by",
    "as_yaml",
    "failure_of",
    "judge_waivers",
    "waiver_for",
    "why_unlimited",
]
