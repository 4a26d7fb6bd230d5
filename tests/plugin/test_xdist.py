"""The same with pytest-xdist: same record, same verdict, and nothing lost with a worker."""

from __future__ import annotations

from typing import Any

import pytest

from tests.small_upgrade import Suite

pytestmark = pytest.mark.workers


def without_order(suite: Suite) -> dict[str, Any]:
    """What a run recorded, apart from order, times and ids."""
    return {
        "planned": sorted(check["id"] for line in suite.lines("planned") for check in line["checks"]),
        "checks": sorted((line["check"], line["result"]) for line in suite.lines("check")),
        "captures": sorted((line["file"], line["key"], str(line["value"])) for line in suite.lines("capture")),
        "readings": sorted((line["surface"], line["digest"]) for line in suite.lines("reading")),
        "counts": suite.verdict["counts"],
        "blockers": sorted(suite.blockers.items()),
        "reason": suite.verdict["reason"],
    }


def both_ways(suite: Suite, phase: str, *options: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same run without and with workers, each on a record as it is now."""
    before = (suite.folder / "record.jsonl").read_bytes() if suite.folder.exists() else None
    suite.run(phase, *options)
    serial = without_order(suite)
    record = suite.folder / "record.jsonl"
    record.write_bytes(before) if before is not None else record.unlink()
    suite.run(phase, "-n", "2", *options)
    return serial, without_order(suite)


def test_good_upgrade_gives_the_same_record_and_verdict(suite: Suite) -> None:
    serial, distributed = both_ways(suite, "pre")
    assert distributed == serial
    suite.upgrade()
    serial, distributed = both_ways(suite, "post")
    assert distributed == serial
    assert distributed["reason"].startswith("All 15 checks")


def test_bad_upgrade_gives_the_same_record_and_verdict(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        import pytest
        def test_skipped(): pytest.skip("no time")
        @pytest.fixture
        def broken(): 1 / 0
        def test_error(broken): pass
        @pytest.mark.xfail
        def test_xfail(): assert False
        """
    )
    suite.run("pre")
    suite.upgrade(orders=[], settings={})
    serial, distributed = both_ways(suite, "post", "-k", "not test_front_page")
    assert distributed == serial
    assert suite.verdict["verdict"] == "fix-forward"


def test_each_surface_is_asked_once_by_all_workers(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="\n".join(
            f"def test_{n}(platform_truth): assert platform_truth.read('readiness').ready" for n in range(12)
        )
    )
    assert suite.run("pre", "-n", "4").ret == 0
    assert sorted(suite.asked) == ["readiness", "version_truth"]


@pytest.mark.parametrize("restart", [[], ["--max-worker-restart=0"]], ids=["restarted", "not-restarted"])
def test_worker_that_dies(suite: Suite, restart: list[str]) -> None:
    suite.pytester.makepyfile(test_crash="import os\ndef test_crash():\n    os._exit(0)\n")
    result = suite.run("pre", "-n", "2", *restart)
    assert result.ret == 12
    assert suite.verdict["verdict"] == "cannot-tell"
    assert suite.blockers["test_crash.py::test_crash"] == "crashed"
    result.stdout.fnmatch_lines(["*crashed*test_crash.py::test_crash*"])


def test_report_that_cannot_be_sent(suite: Suite) -> None:
    conftest = suite.path / "conftest.py"
    conftest.write_text(
        conftest.read_text()
        + """
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    report.something = object()
    return report
"""
    )
    assert suite.run("pre", "-n", "2").ret != 0
    assert suite.verdict["verdict"] == "cannot-tell"


def test_key_captured_by_two_checks_on_two_workers(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        import time
        def test_one(baseline): baseline["k"] = 1; time.sleep(0.5)
        def test_two(baseline): baseline["k"] = 2; time.sleep(0.5)
        """
    )
    assert suite.run("pre", "-n", "2", "--dist=each").ret != 0
    assert suite.run("pre", "-n", "2").ret == 1
    assert any("is captured twice" in blocker["message"] for blocker in suite.verdict["blockers"])


def test_wrong_marker_is_told_once_and_plainly(suite: Suite) -> None:
    suite.pytester.makepyfile(test_wrong="import pytest\n@pytest.mark.upgrade_step('x')\ndef test_it(): pass\n")
    result = suite.run("pre", "-n", "2")
    assert result.ret not in (0, pytest.ExitCode.INTERNAL_ERROR)
    assert "upgrade_step: the plan has no step 'x'" in result.stdout.str()
    assert suite.verdict["verdict"] == "cannot-tell"


def test_faulty_plan_is_told_once(suite: Suite) -> None:
    suite.edit_plan("product: web", "produkt: web")
    result = suite.run("pre", "-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().count("unknown key") == 1


def test_nothing_stays_in_the_temporary_folder(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = suite.path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    assert suite.run("pre", "-n", "2").ret == 0
    assert list(temporary.glob("upgradecheck-*")) == []
