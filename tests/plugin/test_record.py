"""The record through pytest: chained, exclusive, and tamper-evident."""

from __future__ import annotations

import json
import os
import stat

import pytest

from pytest_upgradecheck.record import Journal, find_tail
from pytest_upgradecheck.redaction import Redactor
from tests.small_upgrade import Suite


def test_record_says_what_was_planned_read_captured_and_decided(suite: Suite) -> None:
    suite.pre()
    kinds = [json.loads(line)["type"] for line in (suite.folder / "record.jsonl").read_text().splitlines()]
    assert kinds[:2] == ["record", "run"]
    assert kinds[-2:] == ["verdict", "end"]
    assert {"planned", "selection", "reading", "capture", "check"} <= set(kinds)
    planned = {check["id"] for line in suite.lines("planned") for check in line["checks"]}
    assert {line["check"] for line in suite.lines("check")} < planned
    assert suite.verdict["record_digest"] == f"sha256:{find_tail(suite.folder / 'record.jsonl').head}"


def test_runs_follow_each_other_in_one_record(suite: Suite) -> None:
    suite.pre()
    suite.pre()
    suite.upgrade()
    suite.run("post")
    assert [line["phase"] for line in suite.lines("run")] == ["pre", "pre", "post"]
    assert len(suite.lines("verdict")) == 3


def test_edited_record_is_refused_and_the_line_named(suite: Suite) -> None:
    suite.pre()
    record = suite.folder / "record.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    number = next(index for index, line in enumerate(lines) if '"type":"capture"' in line)
    lines[number] = lines[number].replace("yarn", "wool")
    record.write_text("".join(lines))
    edited = record.read_text()
    suite.upgrade()
    result = suite.run("post")
    assert result.ret == 12
    assert f"record.jsonl:{number + 1}: this line was changed or cut" in result.stdout.str()
    assert f":{number + 1}: this line was changed" in suite.verdict["reason"]
    assert record.read_text() == edited


def test_removed_line_is_found(suite: Suite) -> None:
    suite.pre()
    record = suite.folder / "record.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    del lines[4]
    record.write_text("".join(lines))
    result = suite.run("pre")
    assert result.ret == 12
    assert "record.jsonl:5: this line was changed or cut, or lines before it were removed" in result.stdout.str()


def test_line_cut_by_a_killed_run_is_kept_and_accounted_for(suite: Suite) -> None:
    suite.pre()
    record = suite.folder / "record.jsonl"
    with record.open("ab") as file:
        file.write(b'{"n":99,"type":"che')
    suite.upgrade()
    assert suite.run("post").ret == 0
    (torn,) = suite.lines_that_can_be_read("torn")
    assert torn["bytes"] == len(b'{"n":99,"type":"che')


def test_second_run_at_once_is_refused_and_names_the_first(suite: Suite) -> None:
    run = {"phase": "pre", "started_at": "2026-11-24T01:02:03Z"}
    with Journal(suite.folder, run=run, redactor=Redactor()):
        result = suite.run("pre")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    named = f"*the pre run that started at 2026-11-24T01:02:03Z (process {os.getpid()} on *)"
    result.stderr.fnmatch_lines([f"{named} is still writing this record*"])
    assert suite.run("pre").ret == 0


def test_record_that_cannot_be_written(suite: Suite) -> None:
    (suite.path / ".upgradecheck").write_text("a file where the folder should be")
    result = suite.run("pre")
    assert result.ret == 12
    assert "the record cannot be written" in result.stdout.str()
    assert suite.asked == []


def test_disk_that_fills_up_while_checks_run(suite: Suite) -> None:
    conftest = suite.path / "conftest.py"
    good = conftest.read_text()
    conftest.write_text(
        good
        + """
import resource
def pytest_runtest_logstart(nodeid):
    if "test_place_order" in nodeid:
        size = (Path(__file__).parent / ".upgradecheck/shop/test/record.jsonl").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, resource.RLIM_INFINITY))
"""
    )
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert result.ret == 12
    assert "the record of this run is incomplete" in suite.verdict["reason"]
    said = " ".join(result.stdout.str().split())
    assert "RECORD INCOMPLETE" in said
    assert "the record cannot be written: the disk took 40 of" in said
    kept = [line["check"] for line in suite.lines_that_can_be_read("check")]
    assert "test_shop.py::test_front_page" in kept
    conftest.write_text(good)
    suite.pre()
    assert [line["check"] for line in suite.lines_that_can_be_read("check")][: len(kept)] == kept


def test_record_is_where_option_and_ini_say(suite: Suite) -> None:
    suite.pre("--upgrade-record=elsewhere")
    assert (suite.path / "elsewhere/shop/test/verdict.json").exists()
    suite.pytester.makeini("[pytest]\nupgrade_record = from_ini\n")
    suite.pre()
    assert (suite.path / "from_ini/shop/test/verdict.json").exists()


def test_ini_names_the_plan_and_the_header_says_so(suite: Suite) -> None:
    (suite.path / "upgrade.yaml").rename(suite.path / "plan.yaml")
    suite.pytester.makeini("[pytest]\nupgrade_plan = plan.yaml\n")
    result = suite.run("pre")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["upgrade plan: plan.yaml (ini upgrade_plan), record: .upgradecheck/shop/test (default)"]
    )


def test_secret_reaches_no_file_and_no_output(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = 'sesame-"quoted"/7f3a9c'
    monkeypatch.setenv("SHOP_KEY", secret)
    suite.edit_plan("platform:\n", 'platform:\n  auth: {header: X-API-Key, value: "${SHOP_KEY}"}\n')
    suite.pytester.makepyfile(
        test_leak="""
        import json, os
        def test_capture(baseline): baseline["leak"] = {os.environ["SHOP_KEY"]: os.environ["SHOP_KEY"]}
        def test_message(): assert False, "the key is " + os.environ["SHOP_KEY"]
        def test_reading(platform_truth): raise ValueError(json.dumps(platform_truth.read("readiness").body))
        def test_plan(upgrade): raise ValueError(repr(upgrade.plan))
        """
    )
    suite.write_platform(readiness={"status": "ready", "echo": secret})
    suite.run("pre")
    written = {path: path.read_text() for path in suite.folder.rglob("*") if path.is_file()}
    escaped = json.dumps(secret)[1:-1]
    for path, text in written.items():
        assert secret not in text, path
        assert escaped not in text, path
    assert "***" in written[suite.folder / "record.jsonl"]


def test_files_of_the_record_are_ordinary_files(suite: Suite) -> None:
    suite.pre()
    mode = stat.S_IMODE((suite.folder / "record.jsonl").stat().st_mode)
    assert mode & stat.S_IRUSR
    assert sorted(path.name for path in suite.folder.iterdir()) == [
        "record.jsonl",
        "upgrade-report.html",
        "verdict.json",
    ]
