"""The plan of the product's own contract, read whole, and what can be asked of a plan."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from pytest_upgradecheck.plan import ChangeClass, Plan, Rate, load_plan
from pytest_upgradecheck.vocabulary import Phase
from tests.unit.plan.conftest import PlanFile


@pytest.fixture
def whole(plan_file: PlanFile, whole_text: str) -> Plan:
    plan_file.text = whole_text
    return plan_file.load(PLATFORM_URL="https://platform.test", PLATFORM_API_KEY="the-key")


def test_what_it_is_about(whole: Plan, plan_file: PlanFile) -> None:
    assert whole.upgrade == "2026-11-stack"
    assert whole.title == "Helpifyr stack 2026.10 to 2026.11"
    assert whole.environment == "staging"
    assert whole.change_class is ChangeClass.MIGRATION_HEAVY
    assert str(whole.change_class) == "migration-heavy"
    assert whole.strict is True
    assert whole.baseline.max_age == timedelta(hours=24)
    assert whole.signoffs == ("change-advisory-board",)
    assert whole.path == plan_file.path


def test_the_platform_and_its_surfaces(whole: Plan) -> None:
    platform = whole.platform
    assert platform.base_url == "https://platform.test"
    assert platform.rate_limit == Rate(90, timedelta(minutes=1))
    assert platform.timeout == timedelta(seconds=10)
    assert platform.max_size == 10_000_000
    assert [surface.name for surface in platform.surfaces.values()] == list(platform.surfaces)
    assert whole.version_truth is whole.surface("version_truth")
    assert whole.surface("version_truth").versions == "products[].[name, version]"
    assert whole.surface("contract_drift").drifted == "contracts[?state != 'aligned'].name"
    assert whole.surface("observability_readiness").ready_status == (200,)
    assert whole.surface("recovery_readiness").max_age == timedelta(minutes=15)
    assert whole.surface("recovery_readiness").observed_at == "checked_at"
    compare = whole.surface("contract_registry").compare
    assert compare is not None
    assert (compare.key, compare.rule, compare.volatile, compare.calibrate) == (
        "name", "additions-only", ("generated_at",), True
    )  # fmt: skip
    assert whole.surface("database_schema").path is None
    assert [name for name, surface in platform.surfaces.items() if surface.tells_readiness] == [
        "observability_readiness",
        "recovery_readiness",
    ]


def test_the_sequence_and_its_boundaries(whole: Plan) -> None:
    fabric, docs = whole.sequence
    assert (fabric.from_version, fabric.to_version, fabric.publishes_truth) == ("2026.10", "2026.11", True)
    assert fabric.requires == {"postgres-oss": ">=15,<17"}
    assert fabric.release_notes is not None
    assert (fabric.release_notes.url, fabric.release_notes.read_by) == ("https://...", "A. Name")
    assert fabric.outage is not None
    assert (fabric.outage.longest, fabric.outage.total) == (timedelta(seconds=30), timedelta(seconds=60))
    (boundary,) = whole.boundaries
    assert boundary.name == "schema-118"
    assert boundary.reversible == ("container images", "configuration")
    assert boundary.irreversible == ("database schema 118",)
    assert boundary.recover_by == "restore the backup taken in pre"
    assert boundary.crossed_when is not None
    assert (boundary.crossed_when.surface, boundary.crossed_when.expression) == ("database_schema", "version >= `118`")
    assert whole.step_of_boundary("schema-118") is fabric
    assert whole.step("docs") is docs
    for lookup in (whole.step, whole.step_of_boundary, whole.surface):
        with pytest.raises(KeyError):
            lookup("nothing-of-this-name")


def test_migrations_and_waivers(whole: Plan) -> None:
    (migration,) = whole.migrations
    assert (migration.name, migration.owner, migration.posture) == (
        "opentofu",
        "JaddaHelpifyr/jhf-deployment",
        "planned",
    )
    assert migration.evidence is not None
    assert migration.evidence.max_age == timedelta(days=30)
    (waiver,) = whole.waivers
    assert (waiver.expires, waiver.environment, waiver.phase) == (date(2026, 12, 31), "staging", Phase.POST)


def test_a_plan_does_not_change_once_read(whole: Plan) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        whole.strict = False  # type: ignore[misc]


def test_defaults(plan_file: PlanFile) -> None:
    plan_file.edit("  rate_limit: 90/min\n", "")
    plan = plan_file.load()
    assert (plan.title, plan.strict, plan.signoffs) == ("shop-2", False, ())
    assert plan.platform.rate_limit is None
    assert plan.platform.timeout == timedelta(seconds=10)
    assert plan.baseline.max_age == timedelta(hours=24)
    assert plan.sequence[1].publishes_truth is False


def test_surfaces_without_a_path_need_no_address(plan_file: PlanFile) -> None:
    for line in ("  base_url: https://platform.example\n", "      path: /versions\n", "      path: /ready\n"):
        plan_file.edit(line, "")
    assert plan_file.load().platform.base_url is None


def test_the_plan_of_the_reference_stack_is_right() -> None:
    path = Path(__file__).parents[3] / "example_suites" / "helpifyr_stack" / "upgrade.yaml"
    plan = load_plan(path, {"PLATFORM_URL": "http://127.0.0.1:8000", "PLATFORM_API_KEY": "any-key"})
    assert len(plan.boundaries) == len(plan.sequence)
