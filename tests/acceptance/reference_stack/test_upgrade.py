"""The main job, on the reference stack: real processes, a real migration, the real command, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.conftest import SUITE, ReferenceStack
from tests.acceptance.reference_stack.conftest import Verified
from tests.acceptance.reference_stack.platform_state import drifted

PREPARED = ("serial", "xdist", "stale", "failed")


@dataclass(frozen=True)
class Upgraded:
    """A stack on the new release, and checklists whose pre runs came before: see `PREPARED`."""

    stack: ReferenceStack
    folder: Path

    def copy(self, prepared: str, to: Path) -> Checklist:
        """One of the checklists, in a folder of its own."""
        return Verified(self.stack, Checklist(self.folder / prepared, env=self.stack.env)).copy(to)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """One good upgrade, for all tests that look at what follows it."""
    folder = tmp_path_factory.mktemp("upgraded")
    stack = ReferenceStack(folder / "stack")
    try:
        stack.up()
        prepare(stack, folder)
        stack.upgrade()
        yield Upgraded(stack, folder)
    finally:
        stack.down()


def prepare(stack: ReferenceStack, folder: Path) -> None:
    """Run pre for each of the checklists."""
    checklists = {name: Checklist.copy_of(SUITE, folder / name, env=stack.env) for name in PREPARED}
    checklists["xdist"].options = ("-n", "2")
    plan = checklists["stale"].folder / "upgrade.yaml"
    plan.write_text(plan.read_text().replace("max_age: 24h", "max_age: 10ms"))
    (checklists["failed"].folder / "test_window.py").write_text(
        "from pathlib import Path\ndef test_window():\n    assert Path('window-open').exists(), 'no change window'\n"
    )
    for name, checklist in checklists.items():
        expected = ("pause", 1, "no change window") if name == "failed" else ("proceed", 0, PRE)
        checklist.run("pre").ends_in(*expected)


PRE = "All 32 checks of phase pre passed, no evidence is missing"


@pytest.mark.parametrize(("prepared", "options"), [("serial", ()), ("xdist", ("-n", "2"))], ids=["serial", "xdist"])
def test_good_upgrade(upgraded: Upgraded, tmp_path: Path, prepared: str, options: tuple[str, ...]) -> None:
    run = upgraded.copy(prepared, tmp_path / "suite").run("post", *options)
    run.ends_in("proceed", 0, "All 35 checks of phase post passed, no evidence is missing")
    states = {boundary["name"]: boundary["state"] for boundary in run.verdict["boundaries"]}
    assert states == {"docs-release": "not-crossed", "fabric-schema-118": "crossed", "orders-schema-42": "crossed"}


def test_pre_on_an_upgraded_stack_is_refused(upgraded: Upgraded, tmp_path: Path) -> None:
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=upgraded.stack.env)
    run = checklist.run("pre")
    run.ends_in("pause", 1, "it is already upgraded, so a baseline can no longer be captured")
    assert '"type":"capture"' not in checklist.record.read_text()


def test_post_without_pre(upgraded: Upgraded, tmp_path: Path) -> None:
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=upgraded.stack.env)
    checklist.run("post").ends_in("cannot-tell", 12, "this record has no pre run")


def test_post_with_the_baseline_of_another_environment(upgraded: Upgraded, tmp_path: Path) -> None:
    checklist = upgraded.copy("serial", tmp_path / "suite")
    checklist.env["UPGRADE_ENV"] = "production"
    staging = checklist.record.parent
    staging.rename(staging.with_name("production"))
    checklist.run("post").ends_in("cannot-tell", 12, "a baseline of one never counts for another")


def test_post_with_an_edited_record(upgraded: Upgraded, tmp_path: Path) -> None:
    checklist = upgraded.copy("serial", tmp_path / "suite")
    text = checklist.record.read_text()
    assert '"key":"order"' in text
    checklist.record.write_text(text.replace('"key":"order"', '"key":"other"'))
    checklist.run("post").ends_in("cannot-tell", 12, "this line was changed or cut")


def test_post_with_a_stale_record(upgraded: Upgraded, tmp_path: Path) -> None:
    checklist = upgraded.copy("stale", tmp_path / "suite")
    checklist.run("post").ends_in("cannot-tell", 12, "the baseline is stale")


def test_post_after_a_failed_pre(upgraded: Upgraded, tmp_path: Path) -> None:
    checklist = upgraded.copy("failed", tmp_path / "suite")
    (checklist.folder / "window-open").touch()
    checklist.run("post").ends_in("cannot-tell", 12, "the baseline does not come from a passing pre")


def test_contract_drift_before_the_change(reference_stack: ReferenceStack, tmp_path: Path) -> None:
    reference_stack.up("contract-drift")
    assert drifted(reference_stack) == {"orders": "drifted"}
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=reference_stack.env)
    checklist.run("pre").ends_in("pause", 1, "1 drifted: orders")


def test_step_by_step_and_back_before_the_boundary(movable_stack: ReferenceStack, checklist: Checklist) -> None:
    movable_stack.upgrade(step="docs")
    checklist.run("post", "--upgrade-step=docs").ends_in("proceed", 0, "no evidence is missing")
    movable_stack.rollback()
    checklist.run("rollback").ends_in("proceed", 0, "Rollback verified: all 21 checks passed")


def test_back_after_the_boundary(movable_stack: ReferenceStack, checklist: Checklist) -> None:
    movable_stack.upgrade()
    refused = movable_stack.run("rollback")
    assert refused.returncode == 1
    checklist.run("rollback").ends_in("fix-forward", 11, "rollback boundary fabric-schema-118 has been crossed")
    movable_stack.rollback(restore_backup=True)
    checklist.run("rollback").ends_in("proceed", 0, "no evidence is missing")


@pytest.fixture
def new_checklist(running_stack: ReferenceStack, tmp_path: Path) -> Checklist:
    """A checklist without a record, for the stack on the old release."""
    return Checklist.copy_of(SUITE, tmp_path / "new-suite", env=running_stack.env)


def test_what_differs_by_itself_is_found_before_the_change(new_checklist: Checklist) -> None:
    plan = new_checklist.folder / "upgrade.yaml"
    plan.write_text(plan.read_text().replace("volatile: [generated_at, served]", "volatile: [generated_at]"))
    new_checklist.run("pre").ends_in("pause", 1, "contract_registry differs by itself")


def test_one_check_alone(new_checklist: Checklist) -> None:
    run = new_checklist.run("pre", "-k", "test_place_order")
    run.ends_in("cannot-tell", 12, "31 deselected")


def test_check_that_is_skipped(new_checklist: Checklist) -> None:
    (new_checklist.folder / "test_skipped.py").write_text("import pytest\ndef test_it():\n    pytest.skip('no time')\n")
    run = new_checklist.run("pre")
    run.ends_in("cannot-tell", 12, "1 skipped; first: test_skipped.py::test_it: no time")


def test_key_is_in_no_file_no_output_and_no_process_list(new_checklist: Checklist) -> None:
    key = new_checklist.env["PLATFORM_API_KEY"]
    (new_checklist.folder / "test_leak.py").write_text(
        "def test_it(platform_truth, upgrade):\n"
        "    reading = platform_truth.read('version_truth', fresh=True)\n"
        "    assert False\n"
    )
    run = new_checklist.run("pre", "-l", "-vv", "--log-level=DEBUG", "--html=report.html", "--junitxml=junit.xml")
    assert run.code == 1
    assert key not in run.output
    for path in new_checklist.folder.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path
