"""Waivers in a run: the verdict, the counts, and what everybody reads of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

CHECK = "test_shop.py::test_settings"


def waive(suite: Any, check: str = CHECK, *, accepts: str = "[currency, limit]", days: int = 1, more: str = "") -> None:
    last_day = (datetime.now(timezone.utc) + timedelta(days=days)).date()
    plan = suite.path / "upgrade.yaml"
    entry = f"{{check: '{check}', accepts: {accepts}, reason: known bug 7, approved_by: A. Name, expires: {last_day}{more}}}"
    text = plan.read_text()
    plan.write_text(text + f"  - {entry}\n" if "waivers:" in text else f"{text}waivers:\n  - {entry}\n")


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serial", "xdist"])
def test_waived_failure_does_not_block_and_never_counts_as_passed(suite, options: tuple[str, ...]) -> None:
    if options:
        pytest.importorskip("xdist")
    suite.pre()
    suite.upgrade(settings={})
    waive(suite)
    result = suite.run("post", *options, "--html=page.html")
    assert result.ret == 0
    verdict = suite.verdict
    assert verdict["verdict"] == "proceed"
    assert "passed, 1 failure is waived (by A. Name until " in verdict["reason"]
    assert (verdict["counts"]["waived"], verdict["counts"]["failed"]) == (1, 0)
    assert verdict["counts"]["passed"] == verdict["counts"]["planned"] - 1
    (waived,) = verdict["waived"]
    assert (waived["check"], waived["reason"], waived["approved_by"]) == (CHECK, "known bug 7", "A. Name")
    assert "settings is not as before" in waived["message"]
    assert suite.blockers == {}
    result.stdout.fnmatch_lines(["Waived (1), and failing all the same:", "*accepted by A. Name until *known bug 7*"])
    assert "Waived (1)" in (suite.path / "page.html").read_text()
    (recorded,) = [line for line in suite.lines("check") if line["check"] == CHECK and line["run"].startswith("post")]
    assert recorded["result"] == "failed"


def test_waived_in_pre_makes_a_baseline_and_stays_a_failure_from_before(suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): assert False, 'broken'\n")
    waive(suite, "test_it.py::test_it")
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert suite.verdict["waived"][0]["transition"] == "failing-since-before"


def test_expired_waiver(suite) -> None:
    suite.pre()
    suite.upgrade(settings={})
    waive(suite, days=-1)
    assert suite.run("post").ret == 1
    kinds = sorted(blocker["kind"] for blocker in suite.verdict["blockers"])
    assert kinds == ["failed", "waiver-expired"]
    suite.write_platform(settings={"currency": "EUR", "limit": 100})
    assert suite.run("post").ret == 12
    assert suite.blockers == {CHECK: "waiver-expired"}


def test_waiver_that_does_not_count_is_told(suite) -> None:
    suite.pre()
    suite.upgrade(front_page="oops")
    waive(suite, "test_shop.py::test_front_page")
    waive(suite, "test_shop.py::test_setting")
    waive(suite)
    assert suite.run("post").ret == 10
    kinds = {note["check"]: note["kind"] for note in suite.verdict["notes"]}
    assert kinds == {
        "test_shop.py::test_front_page": "waiver-refused",
        "test_shop.py::test_setting": "waiver-unmatched",
        CHECK: "waiver-unneeded",
    }


def test_missing_evidence_is_never_waived(suite) -> None:
    suite.pytester.makepyfile(test_it="import pytest\ndef test_it(): pytest.skip('no time')\n")
    waive(suite, "test_it.py::test_it")
    assert suite.run("pre").ret == 12
    assert suite.blockers == {"test_it.py::test_it": "skipped"}
    assert "missing evidence is never waived" in suite.verdict["notes"][0]["message"]


def test_check_of_the_plan_that_states_a_boundary_is_never_waived(suite) -> None:
    suite.edit_plan("    rollback_boundary: {name: web-release, reversible: [release]}\n", "")
    suite.edit_plan("recover_by: restore the backup", "recover_by: restore")
    suite.pytester.makepyfile(test_shop="import pytest\n@pytest.mark.user_path\ndef test_it(): assert True\n")
    waive(suite, "upgrade.yaml::rollback-boundary[web]")
    assert suite.run("pre").ret == 1
    assert suite.blockers["upgrade.yaml::rollback-boundary[web]"] == "failed"


def test_same_failure_waived_twice_is_a_fault_of_the_plan(suite) -> None:
    waive(suite, more=", phase: pre")
    waive(suite, more=", phase: post")
    assert suite.run("pre").ret == 0
    waive(suite)
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*waivers[[]2[]].check: check*is waived twice; keep one, *; the first is in line *"])
