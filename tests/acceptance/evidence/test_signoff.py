"""Approvals through the real commands: for exactly this plan, and the pre run that was approved."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.acceptance.evidence.conftest import Owners


@pytest.fixture
def asked(owners: Owners) -> Owners:
    """The owner's suite, whose plan asks for an approval."""
    edit(owners, "strict: true", "strict: true\nsignoffs: [change-board]")
    return owners


def edit(owners: Owners, old: str, new: str) -> None:
    plan = owners.deployment.folder / "upgrade.yaml"
    assert old in plan.read_text()
    plan.write_text(plan.read_text().replace(old, new, 1))


def sign(owners: Owners, *options: str, name: str = "change-board", by: str = "Ada Example") -> Any:
    return owners.command("signoff", name, "--by", by, *options, folder=owners.deployment.folder)


def why_open(owners: Owners, phase: str = "pre") -> str:
    run = owners.deployment.run(phase)
    assert run.blockers.get("upgrade.yaml::signoff[change-board]") == "no-evidence", run.output
    assert run.code == 12
    return next(str(each["message"]) for each in run.verdict["blockers"] if "signoff[" in each["check"])


def test_open_until_signed_then_proceeds_to_the_end(asked: Owners) -> None:
    assert "the signoff change-board is missing" in why_open(asked)
    signed = sign(asked, "--note", "window 02:00 to 04:00")
    assert signed.returncode == 0, signed.stderr
    assert "Ada Example has signed off the pre run of" in signed.stdout
    assert asked.migrate().code == 0
    lines = [json.loads(line) for line in asked.deployment.record.read_text().splitlines()]
    (line,) = [line for line in lines if line["type"] == "signoff"]
    assert (line["by"], line["note"]) == ("Ada Example", "window 02:00 to 04:00")
    shown = asked.command("plan", folder=asked.deployment.folder).stdout
    assert "change-board  by Ada Example at" in shown


def test_changed_plan_reopens_and_says_what_changed(asked: Owners) -> None:
    asked.deployment.run("pre")
    assert sign(asked).returncode == 0
    edit(asked, "reversible: [binary, pipeline]", "reversible: [binary]")
    why = why_open(asked)
    assert "the plan has changed since: sequence[0].rollback_boundary.reversible" in why
    assert "Ada Example signed off at" in why
    shown = asked.command("plan", folder=asked.deployment.folder).stdout
    assert "OPEN: Ada Example signed off at" in shown
    # The approval of the changed plan needs a pre run of it; that one now is.
    assert sign(asked).returncode == 0
    assert asked.deployment.run("pre").code == 0


def test_waiver_in_the_night_does_not_reopen(asked: Owners) -> None:
    asked.deployment.run("pre")
    assert sign(asked).returncode == 0
    edit(
        asked,
        "strict: true",
        'strict: true\nwaivers: [{check: "x.py::y", accepts: w, reason: r, approved_by: A. Name, expires: 2199-01-01}]',
    )
    run = asked.deployment.run("pre")
    assert "upgrade.yaml::signoff[change-board]" not in run.blockers


def test_new_check_reopens(asked: Owners) -> None:
    asked.deployment.run("pre")
    assert sign(asked).returncode == 0
    (asked.deployment.folder / "test_new.py").write_text("def test_new():\n    assert True\n")
    assert "test_new.py::test_new is new" in why_open(asked)


def test_later_pre_run_that_found_something_else_reopens(asked: Owners) -> None:
    asked.deployment.run("pre")
    assert sign(asked).returncode == 0
    lock = asked.state.with_name(f".{asked.state.name}.lock.info")
    lock.write_text("{}")
    assert asked.deployment.run("pre").code == 1
    lock.unlink()
    why = why_open(asked)
    assert "upgrade.yaml::ready[state_readiness] was passed, but failed in the pre run of" in why


def test_nothing_to_approve(asked: Owners) -> None:
    refused = sign(asked)
    assert refused.returncode == 2
    assert "there is no record of opentofu-program in staging yet" in refused.stderr
    lock = asked.state.with_name(f".{asked.state.name}.lock.info")
    lock.write_text("{}")
    asked.deployment.run("pre")
    refused = sign(asked)
    assert refused.returncode == 2
    assert "not only signoffs are open: upgrade.yaml::ready[state_readiness]" in refused.stderr
    assert '"type":"signoff"' not in asked.deployment.record.read_text()


def test_plan_changed_between_pre_and_signoff(asked: Owners) -> None:
    asked.deployment.run("pre")
    edit(asked, "fails_when: a plan", "fails_when: any plan")
    refused = sign(asked)
    assert refused.returncode == 2
    assert "the plan has changed since the pre run of" in refused.stderr
    assert "(sequence[0].fails_when)" in refused.stderr


def test_what_cannot_be_recorded(asked: Owners) -> None:
    asked.deployment.run("pre")
    unknown = sign(asked, name="change-bord")
    assert unknown.returncode == 2
    assert "the plan has no signoff 'change-bord'; did you mean 'change-board'?" in unknown.stderr
    nobody = sign(asked, by="  ")
    assert nobody.returncode == 2
    assert "--by: write a name or a sentence" in nobody.stderr


def test_signoff_of_another_record_does_not_count(asked: Owners) -> None:
    asked.deployment.run("pre")
    assert sign(asked).returncode == 0
    shutil.rmtree(asked.deployment.folder / ".upgradecheck")
    assert "the signoff change-board is missing" in why_open(asked)
