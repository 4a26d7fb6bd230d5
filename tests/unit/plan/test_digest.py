"""The plan's digest changes with what the plan says, and with nothing else."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.unit.plan.conftest import PlanFile


def test_it_is_a_sha256(plan_file: PlanFile) -> None:
    scheme, _, hexadecimal = plan_file.load().digest.partition(":")
    assert scheme == "sha256"
    assert len(bytes.fromhex(hexadecimal)) == 32


@pytest.mark.parametrize(
    ("right", "same"),
    [
        ("upgrade: shop-2\nenvironment: test\n", "# a comment\nenvironment: 'test'\n\nupgrade: shop-2\n"),
        ("upgrade: shop-2", "upgrade: shop-2\ntitle: shop-2"),
        ("[release]", "\n        - release"),
        ("max_age: 15m", "max_age: 900s"),
        ("rate_limit: 90/min", "rate_limit: 90 / min\n  timeout: 10s"),
        ("upgrade: shop-2", "upgrade: shop-2\nstrict: false\nbaseline: {max_age: 24h}"),
        ("environment: test", "environment: ${UPGRADE_ENV:-test}"),
        ("value: s3cr3t-key", "value: another-key"),
        ("reason: known", "reason: known for long"),
        ("waivers:\n", "waivers:\n  - {check: a, accepts: c, reason: b, approved_by: C, expires: 2027-01-01}\n"),
    ],
)
def test_what_does_not_change_the_plan_does_not_change_it(plan_file: PlanFile, right: str, same: str) -> None:
    before = plan_file.load().digest
    assert plan_file.edit(right, same).load().digest == before


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("upgrade: shop-2", "upgrade: shop-3\ntitle: shop-2"),
        ("upgrade: shop-2", "upgrade: shop-2\ntitle: The shop"),
        ("upgrade: shop-2", "upgrade: shop-2\nstrict: true"),
        ("upgrade: shop-2", "upgrade: shop-2\nsignoffs: [board]"),
        ("environment: test", "environment: production"),
        ("change_class: additive", "change_class: migration-heavy"),
        ("https://platform.example", "https://other.example"),
        ("header: X-API-Key", "header: Authorization"),
        ("max_age: 15m", "max_age: 16m"),
        ("ready: \"status == 'ready'\"", "ready: \"status == 'fine'\""),
        ('to: "2"', 'to: "3"'),
        ("[schema 2]", "[]"),
        ("posture: planned", "posture: staged"),
    ],
)
def test_what_changes_the_plan_changes_it(plan_file: PlanFile, right: str, other: str) -> None:
    before = plan_file.load().digest
    assert plan_file.edit(right, other).load().digest != before


def test_the_order_of_the_steps_counts(plan_file: PlanFile) -> None:
    before = plan_file.load().digest
    data = yaml.safe_load(plan_file.text)
    data["sequence"].reverse()
    data["waivers"][0]["expires"] = str(data["waivers"][0]["expires"])
    plan_file.text = yaml.safe_dump(data)
    assert plan_file.load().digest != before


def test_the_values_of_the_environment_count(plan_file: PlanFile) -> None:
    plan_file.edit("environment: test", "environment: ${UPGRADE_ENV:-test}")
    assert plan_file.load().digest != plan_file.load(UPGRADE_ENV="production").digest


def test_it_holds_from_process_to_process_and_release_to_release(plan_file: PlanFile) -> None:
    """Baselines in records carry it: whatever changes it makes every one of them foreign."""
    assert plan_file.load().digest == "sha256:1b80011f67f6e18aa1f9ed8d350cc672bb87e0f5a00bc77420348d79b7d96af9"


def test_the_public_plan_reads_back_as_the_same_plan(plan_file: PlanFile) -> None:
    plan = plan_file.load()
    public = json.loads(json.dumps(plan.public()))
    assert public["sequence"][0]["from"] == "1"
    assert public["platform"]["rate_limit"] == "90/min"
    assert public["platform"]["surfaces"]["readiness"]["max_age"] == "15m"
    assert public["waivers"][0]["expires"] == "2026-12-31"
    plan_file.text = yaml.safe_dump(public).replace("'***'", "another-key")
    again = plan_file.load()
    assert again.public() == public
    assert again.digest == plan.digest
