"""The state after the migration is the state before it, told by another tool."""

import pytest
from state_file import by_address, provider_of

pytestmark = pytest.mark.upgrade_step("state")


@pytest.mark.operator_path
@pytest.mark.rollback_boundary("state-written")
@pytest.mark.remedy("stop the pipeline, and put back the state as it was backed up in pre")
def test_resources_are_the_same(state, baseline):
    """Every resource is there, by its address, with what it had."""
    baseline.unchanged("resources", by_address(state), non_empty=True)


@pytest.mark.rollback_boundary("state-written")
def test_lineage_is_the_same(state, baseline):
    """It is the same state, and not a new one."""
    baseline.unchanged("lineage", state["lineage"], non_empty=True)


@pytest.mark.pre_upgrade
def test_serial_before(state, baseline):
    """The serial is captured."""
    baseline["serial"] = state["serial"]
    assert state["serial"] > 0


@pytest.mark.post_upgrade(needs=test_serial_before)
def test_serial_went_up(state, baseline):
    """OpenTofu has written the state: it is not a copy of the old one."""
    assert state["serial"] > baseline["serial"]


@pytest.mark.post_upgrade
def test_providers_come_from_opentofus_registry(state):
    """Providers are no longer fetched from Terraform's registry."""
    providers = {provider_of(resource) for resource in state["resources"]}
    assert providers
    assert not {each for each in providers if not each.startswith("registry.opentofu.org/")}
