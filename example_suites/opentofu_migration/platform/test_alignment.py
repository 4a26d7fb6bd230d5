"""The shared alignment boundary: the platform says of its deployment what the deployment's owner has proved."""

import pytest

pytestmark = pytest.mark.upgrade_step("fabric")


@pytest.mark.operator_path
@pytest.mark.rollback_boundary("shared-alignment")
def test_platform_says_what_is_proved(upgrade, platform_truth):
    """The platform names OpenTofu once its owner has proved the migration, and Terraform until then."""
    named = platform_truth.read("alignment").body["deployment_tool"]
    assert named == ("opentofu" if upgrade.is_proven("opentofu") else "terraform")


@pytest.mark.requires_evidence("opentofu")
@pytest.mark.remedy("ask JaddaHelpifyr/jhf-deployment for their evidence; nothing here can replace it")
def test_runbooks_use_opentofu(platform_truth):
    """The runbook tells operators to use OpenTofu."""
    assert platform_truth.read("alignment").body["runbook"].startswith("tofu ")
