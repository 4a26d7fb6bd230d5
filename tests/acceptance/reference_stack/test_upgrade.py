"""The main job, on the reference stack: real processes, a real migration, the real command, and the verdict.

The good upgrade and each fault are verified without and with pytest-xdist, and must lead to the same verdict, exit code
and sentence.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.conftest import SUITE, ReferenceStack

WORKERS = ("-n", "2")


@pytest.fixture
def checklist(reference_stack: ReferenceStack, tmp_path: Path) -> Checklist:
    """The checklist, with its stack up on the old release."""
    reference_stack.up()
    return Checklist.copy_of(SUITE, tmp_path / "suite", env=reference_stack.env)


@pytest.mark.parametrize("options", [(), WORKERS], ids=["serial", "xdist"])
def test_good_upgrade(reference_stack: ReferenceStack, checklist: Checklist, options: tuple[str, ...]) -> None:
    checklist.options = options
    checklist.run("pre").ends_in("proceed", 0, "All 32 checks of phase pre passed, no evidence is missing")
    reference_stack.upgrade()
    run = checklist.run("post")
    run.ends_in("proceed", 0, "All 33 checks of phase post passed, no evidence is missing")
    states = {boundary["name"]: boundary["state"] for boundary in run.verdict["boundaries"]}
    assert states == {"docs-release": "not-crossed", "fabric-schema-118": "crossed", "orders-schema-42": "crossed"}


FAULTS = {
    "breaking-contract": (
        "pause",
        1,
        "orders_contract is not as before: 4 refused",
    ),
    "contracts-lost": (
        "fix-forward",
        11,
        "rollback boundary fabric-schema-118 has been crossed",
    ),
    "contract-drift": ("pause", 1, '"no contract drifts" failed: 1 drifted: orders'),
    "docs-search-broken": (
        "roll-back",
        10,
        "rollback boundary docs-release has not been crossed: step docs can be rolled back",
    ),
    "left-on-old-release": (
        "pause",
        1,
        "shows docs at 2026.10, and 2026.11 is expected: it was left on the old release",
    ),
    "order-lost": (
        "fix-forward",
        11,
        "orders-schema-42 has been crossed. Do not start the old release, database schema 42 cannot be reversed. "
        "Fix step orders on the new release. Last resort, loses what was written since:",
    ),
    "out-of-order": ("pause", 1, "planned: docs, fabric, orders; started: orders, fabric, docs"),
    "stale-readiness": ("cannot-tell", 12, "it says nothing about the platform since then"),
}


#: What the terminal shows of a comparison.
SHOWN = {
    "contracts-lost": (
        "contract_registry is not as before: 200 removed; 10,002 allowed differences",
        "contracts: 10,002 before, 10,002 after, paired by name",
        "- contracts[name=partner-04300]: ",
        "- contracts[].routes[]: 199 removed, of 100 items",
    ),
    "breaking-contract": (
        "GET /api/v1/stock: query parameter `item` is required now",
        "GET /api/v1/stock, query parameter `limit`: the request: maximum was 100, is 10",
        "response field `quantity` is gone",
    ),
}

#: Which checks find it, where that is told.
FOUND_BY = {
    "contracts-lost": {
        "upgrade.yaml::compare[contract_registry]": "failed",
        "test_fabric.py::test_contracts_are_still_published": "failed",
    },
    "breaking-contract": {"upgrade.yaml::compare[orders_contract]": "failed"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(reference_stack: ReferenceStack, checklist: Checklist, fault: str) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade(fault)
    serial = checklist.run("post")
    serial.ends_in(*FAULTS[fault])
    for line in SHOWN.get(fault, ()):
        assert line in serial.output
    parallel = checklist.run("post", *WORKERS)
    parallel.ends_in(*FAULTS[fault])
    assert parallel.blockers == serial.blockers == FOUND_BY.get(fault, serial.blockers)


def test_what_differs_by_itself_is_found_before_the_change(checklist: Checklist) -> None:
    plan = checklist.folder / "upgrade.yaml"
    plan.write_text(plan.read_text().replace("volatile: [generated_at, served]", "volatile: [generated_at]"))
    checklist.run("pre").ends_in("pause", 1, "contract_registry differs by itself")


def test_restart_that_never_gets_ready(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade_that_never_gets_ready()
    checklist.run("post").ends_in("pause", 1, "observability_readiness is not ready: `status == 'ready'` is false")


def test_contract_drift_before_the_change(reference_stack: ReferenceStack, tmp_path: Path) -> None:
    reference_stack.up("contract-drift")
    checklist = Checklist.copy_of(SUITE, tmp_path / "suite", env=reference_stack.env)
    checklist.run("pre").ends_in("pause", 1, "1 drifted: orders")


def test_step_by_step_and_back_before_the_boundary(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade(step="docs")
    checklist.run("post", "--upgrade-step=docs").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.rollback()
    checklist.run("rollback").ends_in("proceed", 0, "Rollback verified: all 21 checks passed")


def test_back_after_the_boundary(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade()
    refused = reference_stack.run("rollback")
    assert refused.returncode == 1
    checklist.run("rollback").ends_in("fix-forward", 11, "rollback boundary fabric-schema-118 has been crossed")
    reference_stack.rollback(restore_backup=True)
    checklist.run("rollback").ends_in("proceed", 0, "no evidence is missing")


def test_pre_on_an_upgraded_stack_is_refused(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    reference_stack.upgrade()
    run = checklist.run("pre")
    run.ends_in("pause", 1, "it is already upgraded, so nothing true before the change can be captured any more")
    assert '"type":"capture"' not in checklist.record.read_text()


def test_post_without_pre(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    reference_stack.upgrade()
    checklist.run("post").ends_in("cannot-tell", 12, "no baseline: this record has no pre run")


def test_post_with_the_baseline_of_another_environment(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade()
    checklist.env["UPGRADE_ENV"] = "production"
    staging = checklist.record.parent
    staging.rename(staging.with_name("production"))
    run = checklist.run("post")
    run.ends_in("cannot-tell", 12, "a baseline of one never serves another")


def test_post_with_an_edited_record(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade("order-lost")
    text = checklist.record.read_text()
    checklist.record.write_text(text.replace('"key":"order"', '"key":"other"'))
    checklist.run("post").ends_in("cannot-tell", 12, "this line was changed or cut")


def test_post_with_a_stale_record(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    plan = checklist.folder / "upgrade.yaml"
    plan.write_text(plan.read_text().replace("max_age: 24h", "max_age: 10ms"))
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    reference_stack.upgrade()
    checklist.run("post").ends_in("cannot-tell", 12, "the baseline is stale")


def test_post_after_a_failed_pre(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    (checklist.folder / "test_window.py").write_text(
        "from pathlib import Path\ndef test_window():\n    assert Path('window-open').exists(), 'no change window'\n"
    )
    checklist.run("pre").ends_in("pause", 1, "no change window")
    (checklist.folder / "window-open").touch()
    reference_stack.upgrade()
    checklist.run("post").ends_in("cannot-tell", 12, "the baseline does not come from a passing pre")


def test_one_check_alone(checklist: Checklist) -> None:
    run = checklist.run("pre", "-k", "test_place_order")
    run.ends_in("cannot-tell", 12, "31 deselected")


def test_check_that_is_skipped(checklist: Checklist) -> None:
    (checklist.folder / "test_skipped.py").write_text("import pytest\ndef test_it():\n    pytest.skip('no time')\n")
    run = checklist.run("pre")
    run.ends_in("cannot-tell", 12, "1 skipped; first: test_skipped.py::test_it: no time")


def test_key_is_in_no_file_no_output_and_no_process_list(reference_stack: ReferenceStack, checklist: Checklist) -> None:
    key = checklist.env["PLATFORM_API_KEY"]
    (checklist.folder / "test_leak.py").write_text(
        "def test_it(platform_truth, upgrade):\n"
        "    reading = platform_truth.read('version_truth', fresh=True)\n"
        "    assert False\n"
    )
    run = checklist.run("pre", "-l", "-vv", "--log-level=DEBUG", "--html=report.html", "--junitxml=junit.xml")
    assert run.code == 1
    assert key not in run.output
    for path in checklist.folder.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path
