"""Phases, markers, steps: which checks run when."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite


def test_good_upgrade_proceeds_in_every_phase(suite: Suite) -> None:
    assert suite.run("pre").ret == 0
    assert suite.verdict["verdict"] == "proceed"
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert suite.verdict["reason"] == "All 15 checks of phase post passed, no evidence is missing"


def test_going_back_before_the_boundary_proceeds(suite: Suite) -> None:
    suite.edit_plan("      irreversible: [schema 2]\n      recover_by: restore the backup\n", "")
    suite.pre()
    assert suite.run("rollback").ret == 0
    assert suite.verdict["phase"] == "rollback"


@pytest.mark.parametrize(
    ("phase", "runs"),
    [
        ("pre", ["test_front_page", "test_place_order", "test_settings"]),
        ("post", ["test_front_page", "test_order_survives", "test_settings"]),
        ("rollback", ["test_front_page", "test_settings"]),
    ],
)
def test_markers_say_in_which_phase_a_check_runs(suite: Suite, phase: str, runs: list[str]) -> None:
    if phase != "pre":
        suite.pre()
    if phase == "post":
        suite.upgrade()
    result = suite.run(phase, "-v", "test_shop.py")
    ran = [line.split("::")[1].split()[0] for line in result.outlines if line.startswith("test_shop.py::")]
    assert ran == runs


def test_without_a_phase_checks_of_a_phase_are_skipped_and_nothing_else_changes(suite: Suite) -> None:
    suite.pytester.makepyfile(test_other="def test_plain():\n    pass\n")
    result = suite.run(None, "-rs")
    result.assert_outcomes(passed=2, skipped=3)
    result.stdout.fnmatch_lines(["*runs only in a phase of an upgrade: pass --upgrade-phase*"])
    assert not (suite.path / ".upgradecheck").exists()


def test_during_says_that_it_is_not_available_yet(suite: Suite) -> None:
    result = suite.run("during")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--upgrade-phase=during is not available yet*"])


def test_step_without_a_phase_is_refused(suite: Suite) -> None:
    result = suite.run(None, "--upgrade-step=web")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--upgrade-step needs --upgrade-phase*"])


def test_unknown_step_names_the_near_miss(suite: Suite) -> None:
    result = suite.run("post", "--upgrade-step=wbe")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*the plan has no step 'wbe'; did you mean 'web'? its steps are: web, db"])


def test_up_to_a_step_later_products_must_still_be_at_from(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "1"}})
    assert suite.run("post", "--upgrade-step=web").ret == 0
    assert suite.run("post").ret == 1
    assert "it was left on the old release" in suite.blocker("upgrade.yaml::version[db]")["message"]


def test_product_that_moved_out_of_sequence_fails(suite: Suite) -> None:
    suite.pre()
    suite.upgrade()
    assert suite.run("post", "--upgrade-step=web").ret == 1
    assert "moved out of sequence" in suite.blocker("upgrade.yaml::version[db]")["message"]


def test_a_plan_alone_is_a_suite(suite: Suite) -> None:
    (suite.path / "test_shop.py").unlink()
    result = suite.run("pre")
    assert result.ret == 1
    assert (
        "no check after the change guards boundary web-release"
        in (suite.blocker("upgrade.yaml::rollback-boundary[web]")["message"])
    )
    assert suite.blockers["upgrade.yaml::representative-path"] == "failed"


def test_the_plans_checks_run_whatever_path_was_given(suite: Suite) -> None:
    result = suite.run("pre", "test_shop.py::test_front_page", "-v")
    assert "upgrade.yaml::sequence PASSED" in result.stdout.str()


def test_one_of_the_plans_checks_by_node_id_leaves_the_others_deselected(suite: Suite) -> None:
    result = suite.run("pre", "upgrade.yaml::sequence", "test_shop.py")
    assert result.ret == 12
    assert suite.blockers["upgrade.yaml::version[web]"] == "deselected"
    assert "upgrade.yaml::sequence" not in suite.blockers


@pytest.mark.parametrize(("option", "code"), [("--help", 0), ("--version", 0), ("--markers", 12), ("--fixtures", 12)])
def test_asking_for_help_reads_no_plan(suite: Suite, option: str, code: int) -> None:
    (suite.path / "upgrade.yaml").unlink()
    assert suite.run("pre", option).ret == code  # a phase whose run lists something has verified nothing


def test_listing_checks_asks_nobody_writes_nothing_and_verifies_nothing(suite: Suite) -> None:
    result = suite.run("pre", "--collect-only", "-q")
    assert result.ret == 12
    assert "--collect-only runs no check, so it verifies nothing" in result.stdout.str()
    assert "upgrade.yaml::version[web]" in result.stdout.str()
    assert not (suite.path / ".upgradecheck").exists()
    assert suite.asked == []
