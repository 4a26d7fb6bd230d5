"""Which `upgrade.yaml` is that of a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_upgradecheck.plan import find_plan


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "root" / "suite" / "deep").mkdir(parents=True)
    (tmp_path / "root" / "suite" / "deep" / "test_a.py").touch()
    return tmp_path / "root"


def plan_in(folder: Path) -> Path:
    plan = folder / "upgrade.yaml"
    plan.touch()
    return plan.resolve()


def test_the_nearest_one_counts(tree: Path) -> None:
    above = plan_in(tree)
    assert find_plan(tree / "suite" / "deep" / "test_a.py", tree) == above
    nearer = plan_in(tree / "suite")
    assert find_plan(tree / "suite" / "deep" / "test_a.py", tree) == nearer
    beside = plan_in(tree / "suite" / "deep")
    assert find_plan(tree / "suite" / "deep" / "test_a.py", tree) == beside
    assert find_plan(tree / "suite" / "deep", tree) == beside
    assert find_plan(tree / "suite", tree) == nearer


def test_the_root_is_the_last_place_to_look(tree: Path) -> None:
    plan_in(tree.parent)
    assert find_plan(tree / "suite" / "deep", tree) is None
    assert find_plan(tree, tree) is None


def test_a_folder_of_that_name_is_no_plan(tree: Path) -> None:
    (tree / "suite" / "upgrade.yaml").mkdir()
    above = plan_in(tree)
    assert find_plan(tree / "suite" / "deep", tree) == above


def test_outside_of_the_root_only_the_folder_itself_counts(tree: Path) -> None:
    elsewhere = tree.parent / "elsewhere" / "suite"
    elsewhere.mkdir(parents=True)
    plan_in(tree.parent / "elsewhere")
    assert find_plan(elsewhere, tree) is None
    plan = plan_in(elsewhere)
    assert find_plan(elsewhere, tree) == plan


def test_the_plan_of_a_test_that_is_not_there(tree: Path) -> None:
    plan = plan_in(tree / "suite")
    assert find_plan(tree / "suite" / "test_gone.py", tree) == plan
