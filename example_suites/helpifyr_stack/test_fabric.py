"""fabric: the step in which the new release takes over the platform's truth."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.upgrade_step("fabric")


@pytest.mark.pre_upgrade
def test_contracts_are_published(platform_truth, baseline):
    """The registry publishes the contracts that clients rely on."""
    published = contract_names(platform_truth)
    baseline["contracts"] = published

    assert {"docs", "orders"} <= set(published)


@pytest.mark.post_upgrade(needs=test_contracts_are_published)
@pytest.mark.rollback_boundary("fabric-schema-118")
def test_contracts_are_still_published(platform_truth, baseline):
    """Every contract published before is still published; new ones may be added."""
    gone = set(baseline["contracts"]) - set(contract_names(platform_truth))

    assert not gone, f"published before, and gone now: {', '.join(sorted(gone))}"


@pytest.mark.operator_path
@pytest.mark.post_upgrade
@pytest.mark.post_rollback
@pytest.mark.remedy("python stack.py status, then the log of the product that is not ready, in .stack/logs")
def test_every_product_gets_ready(platform_truth):
    """An operator who waits for the platform sees every product ready."""
    reading = platform_truth.wait_until_ready("observability_readiness", timeout=10)

    assert {product["name"] for product in reading.body["products"]} == {"docs", "fabric", "orders"}


@pytest.mark.post_upgrade
@pytest.mark.remedy("find out who moved them, and whether what was skipped in between matters")
def test_products_moved_in_the_planned_order(platform_truth, upgrade):
    """The products that moved were started in the order of the plan."""
    answers = {product["name"]: product for product in platform_truth.version_truth().body["products"]}
    moved = [step.product for step in upgrade.plan.sequence if answers[step.product]["version"] == step.to_version]
    started = sorted(moved, key=lambda name: answers[name]["started_at"])

    assert started == moved, f"planned: {', '.join(moved)}; started: {', '.join(started)}"


def contract_names(platform_truth) -> list[str]:
    registry = platform_truth.read("contract_registry").body
    return [contract["name"] for contract in registry["contracts"]]
