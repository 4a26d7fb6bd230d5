"""`upgrade.yaml`: ``model`` is what a plan says, ``loader`` reads it, with every fault named by file and line."""

from pytest_upgradecheck.plan.finding import PLAN_FILE, find_plan
from pytest_upgradecheck.plan.loader import load_plan
from pytest_upgradecheck.plan.model import (
    ChangeClass,
    CrossedWhen,
    Plan,
    Platform,
    RollbackBoundary,
    Step,
    Surface,
    Waiver,
)
from pytest_upgradecheck.plan.quantities import Rate
from pytest_upgradecheck.plan.schema import plan_schema

__all__ = [
    "PLAN_FILE",
    "ChangeClass",
    "CrossedWhen",
    "Plan",
    "Platform",
    "Rate",
    "RollbackBoundary",
    "Step",
    "Surface",
    "Waiver",
    "find_plan",
    "load_plan",
    "plan_schema",
]
