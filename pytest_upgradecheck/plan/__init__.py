"""`upgrade.yaml`: ``model`` holds the plan, ``loader`` reads it and names every fault by file and line."""

from pytest_upgradecheck.plan.finding import PLAN_FILE, find_plan
from pytest_upgradecheck.plan.loader import load_plan
from pytest_upgradecheck.plan.model import (
    ChangeClass,
    CrossedWhen,
    Crossing,
    EvidenceSource,
    Migration,
    Plan,
    Platform,
    Posture,
    RollbackBoundary,
    Step,
    Surface,
    Waiver,
    digest_of_plan,
)
from pytest_upgradecheck.plan.quantities import Rate
from pytest_upgradecheck.plan.schema import plan_schema
from pytest_upgradecheck.plan.variables import fill_in

__all__ = [
    "PLAN_FILE",
    "ChangeClass",
    "CrossedWhen",
    "Crossing",
    "EvidenceSource",
    "Migration",
    "Plan",
    "Platform",
    "Posture",
    "Rate",
    "RollbackBoundary",
    "Step",
    "Surface",
    "Waiver",
    "digest_of_plan",
    "fill_in",
    "find_plan",
    "load_plan",
    "plan_schema",
]
