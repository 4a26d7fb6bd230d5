"""What is written at the end of a phase: the report, the summary, CTRF, and properties in JUnit's XML."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import SERIAL_AND_WORKERS, Suite

CTRF_SCHEMA = json.loads((Path(__file__).with_name("ctrf-schema.json")).read_text())


def text_of(page: Path) -> str:
    import html

    body = page.read_text().partition("</style>")[2] or page.read_text()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def bad(suite: Suite) -> Suite:
    """After a post that ended in fix-forward."""
    suite.pre()
    suite.upgrade(orders=[])
    assert suite.run("post").ret == 11
    return suite


def test_report_is_written_at_the_end_of_each_phase(suite: Suite) -> None:
    suite.pre()
    assert "PROCEED: Shop 1 to 2, test, pre" in (suite.folder / "upgrade-report.html").read_text()
    suite.upgrade(orders=[])
    suite.run("post")
    said = text_of(suite.folder / "upgrade-report.html")
    assert "fix forward" in said
    assert "15 planned, 15 run, 14 passed" in said


def test_it_says_that_the_run_has_not_ended_while_it_runs(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_last="""
        from pathlib import Path
        def test_it():
            page = Path(".upgradecheck/shop/test/upgrade-report.html").read_text()
            assert "CANNOT-TELL" in page
            assert "The run has not ended" in page
            assert "<pre>upgradecheck report .upgradecheck/shop/test/record.jsonl</pre>" in page
        """
    )
    suite.pre()


def test_report_from_a_record_is_the_same(bad: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    written = (bad.folder / "upgrade-report.html").read_bytes()
    (bad.folder / "upgrade-report.html").unlink()
    assert main(["report", str(bad.path)]) == 0
    assert (bad.folder / "upgrade-report.html").read_bytes() == written
    capsys.readouterr()
    assert main(["report", str(bad.folder / "record.jsonl"), "--output", "-"]) == 0
    assert capsys.readouterr().out.encode() == written


def test_option_and_ini_say_where(suite: Suite) -> None:
    suite.pytester.makeini("[pytest]\nupgrade_report = pages/ini.html\n")
    suite.pre()
    assert (suite.path / "pages" / "ini.html").exists()
    result = suite.run("pre", "--upgrade-report=pages/option.html")
    result.stdout.fnmatch_lines(["report      pages/option.html"])
    assert (suite.path / "pages" / "option.html").exists()


@pytest.mark.parametrize("option", ["--upgrade-report=.", "--upgrade-summary=.", "--upgrade-ctrf=."])
def test_folder_is_refused(suite: Suite, option: str) -> None:
    result = suite.run("pre", option)
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*{option.partition('=')[0]}: * is a folder; name the file to write*"])


def test_one_file_for_two_is_refused(suite: Suite) -> None:
    result = suite.run("pre", "--upgrade-summary=x", "--upgrade-ctrf=x")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--upgrade-ctrf names */x, and so does --upgrade-summary*"])


def test_report_that_cannot_be_written_is_not_green(suite: Suite) -> None:
    # The folder becomes a file while the checks run.
    suite.pytester.makepyfile(test_it="def test_it(): assert open('folder', 'w').close() is None\n")
    assert suite.run("pre", "--upgrade-summary=folder/summary.md").ret == 12
    assert "folder/summary.md: it cannot be written" in suite.verdict["reason"]
    assert len(suite.lines("verdict")) == 1


def test_report_of_a_run_that_never_ended(bad: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (bad.folder / "record.jsonl").read_text().splitlines(keepends=True)
    (bad.folder / "record.jsonl").write_text("".join(lines[:-4]) + lines[-4][:20])
    assert main(["report", str(bad.path)]) == 1
    said = text_of(bad.folder / "upgrade-report.html")
    assert "cannot tell The post run of" in said
    assert "has not ended: if it is no longer running, it was killed after" in said
    assert "the run has not come to it" in said
    assert "db-schema (step db) : unknown" in said
    assert "the record ends in an unfinished line" in said


def test_report_of_what_is_no_record(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    for content, says in (("", "has no run yet"), ("{}\n", "record.jsonl:1: ")):
        (suite.path / "record.jsonl").write_text(content)
        assert main(["report", str(suite.path / "record.jsonl")]) == 2
        assert says in capsys.readouterr().err
    assert main(["report", str(suite.path / "none")]) == 2


def test_steps_one_by_one_make_one_story(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "1"}})
    assert suite.run("post", "--upgrade-step=web").ret == 0
    said = text_of(suite.folder / "upgrade-report.html")
    assert "We are past step web; not moved: db" in said
    assert "Phase post, up to step web" in said
    assert "Evidence: complete" in said
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert "We are past step db, the last one" in text_of(suite.folder / "upgrade-report.html")


def test_rollback_stands_beside_before_and_after(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "1"}}, front_page="oops")
    suite.run("post", "--upgrade-step=web")
    suite.write_platform(version_truth={"products": {"web": "1", "db": "1"}}, front_page="hello")
    suite.run("rollback")
    page = (suite.folder / "upgrade-report.html").read_text()
    assert '<th scope="col">Before</th><th scope="col">After</th><th scope="col">Rolled back</th>' in page
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*test_front_page.*?</tr>", page, re.DOTALL)[0]  # type: ignore[index]
    assert re.findall(r'class="s-([\w-]+)"', row) == ["passed", "failed", "passed"]


def test_more_than_twenty_blockers_are_folded(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_many="import pytest\n@pytest.mark.parametrize('n', range(30))\ndef test_it(n):\n    assert False\n"
    )
    suite.run("pre")
    page = (suite.folder / "upgrade-report.html").read_text()
    opened, _, folded = page.partition("<summary>10 more blockers</summary>")
    assert opened.count('<article class="blocker') == 20
    assert folded.count('<article class="blocker') == 10


def test_waived_failure_names_who_and_until_when(suite: Suite) -> None:
    suite.pre()
    plan = suite.path / "upgrade.yaml"
    plan.write_text(
        plan.read_text() + "waivers:\n  - {check: 'test_shop.py::test_settings', accepts: [currency, limit], "
        "reason: known, approved_by: B. Name, expires: 2099-12-31}\n"
    )
    suite.upgrade(settings={"currency": "USD"})
    suite.run("post")
    said = text_of(suite.folder / "upgrade-report.html")
    assert "accepted by B. Name until 2099-12-31 (UTC): known" in said
    assert "Waived failures (1)" in said
    assert "by B. Name, until 2099-12-31 (UTC): known" in said[said.index("Reconciled") :]


def test_every_attempt_is_shown(suite: Suite) -> None:
    pytest.importorskip("pytest_rerunfailures")
    suite.pytester.makepyfile(
        test_flaky="""
        from pathlib import Path
        def test_it():
            tries = Path("tries")
            tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
            assert False, f"attempt {len(tries.read_text())}"
        """
    )
    suite.run("pre", "--reruns=2")
    said = text_of(suite.folder / "upgrade-report.html")
    assert "2 earlier attempts" in said
    for attempt in (1, 2, 3):
        assert f"attempt {attempt}" in said


def test_summary(bad: Suite) -> None:
    bad.run("post", "--upgrade-summary=out/summary.md")
    text = (bad.path / "out" / "summary.md").read_text()
    assert text.startswith('## ⚠ Verdict: fix-forward\n\n**"The order is still there" failed, and rollback boundary')
    assert "| db | db | 1 | 2 | 2 | db-schema | crossed |" in text
    assert '1. **REGRESSED "The order is still there" (passed before the upgrade)**' in text
    assert "remedy: stop the shop; owner: team-db; step: db; boundary: db-schema (crossed)" in text
    assert "Before and after: 1 regressed" in text


def test_job_summary_is_added_to(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = suite.path / "job.md"
    summary.write_text("what another step said\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    suite.pre()
    assert summary.read_text().startswith("what another step said\n## ✔ Verdict: proceed")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(suite.path / "no" / "such" / "folder"))
    result = suite.run("pre")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*the job's summary cannot be written: *"])


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", "![x](https://example.com)", "@team", "| x |", "```"])
def test_nothing_in_a_summary_is_markup(suite: Suite, payload: str) -> None:
    suite.edit_plan("title: Shop 1 to 2", "title: " + json.dumps(payload))
    suite.pytester.makepyfile(test_it=f"def test_it():\n    {payload!r}\n    raise ValueError({payload!r})\n")
    suite.run("pre", "--upgrade-summary=summary.md")
    text = (suite.path / "summary.md").read_text()
    outside = re.sub(r"^ *(```+)diff\n.*?^ *\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert payload not in outside
    assert not re.search(r"(?<!\\)(<(?!!-- -->)|\]\(|`)", outside)


@pytest.mark.parametrize("options", SERIAL_AND_WORKERS)
def test_ctrf(suite: Suite, options: tuple[str, ...]) -> None:
    skipped = "import pytest\ndef test_skip(attach):\n    attach('a', 'b')\n    pytest.skip('no')\n"
    suite.pytester.makepyfile(test_skip=skipped)
    suite.run("pre")
    suite.upgrade(orders=[])
    assert suite.run("post", "--upgrade-ctrf=ctrf.json", *options).ret == 11
    document = json.loads((suite.path / "ctrf.json").read_text())
    jsonschema.validate(document, CTRF_SCHEMA)
    summary = document["results"]["summary"]
    counts = suite.verdict["counts"]
    assert (summary["tests"], summary["passed"], summary["failed"], summary["skipped"]) == (
        counts["planned"], counts["passed"], counts["failed"], counts["skipped"],
    )  # fmt: skip
    assert summary["extra"]["upgrade"]["verdict"] == "fix-forward"
    tests = {test["name"]: test for test in document["results"]["tests"]}
    order = tests["test_shop.py::test_order_survives"]
    assert (order["status"], order["rawStatus"], order["labels"]["change"]) == ("failed", "failed", "regressed")
    assert "assert" in order["trace"]
    assert tests["test_skip.py::test_skip"]["attachments"][0]["name"] == "a"


def test_ctrf_counts_what_never_ran(suite: Suite) -> None:
    suite.run("pre", "-k", "front", "--upgrade-ctrf=ctrf.json")
    document = json.loads((suite.path / "ctrf.json").read_text())
    jsonschema.validate(document, CTRF_SCHEMA)
    summary = document["results"]["summary"]
    assert summary["pending"] == suite.verdict["counts"]["deselected"]
    assert summary["tests"] == suite.verdict["counts"]["planned"]


@pytest.mark.parametrize(
    ("options", "family"),
    [((), "xunit1"), ((), "xunit2"), pytest.param(("-n", "2"), "xunit2", marks=pytest.mark.workers)],
)
def test_junit_properties(suite: Suite, options: tuple[str, ...], family: str) -> None:
    suite.pre()
    suite.upgrade(orders=[])
    suite.run("post", "--junitxml=junit.xml", "-o", f"junit_family={family}", *options)
    (run,) = ET.parse(suite.path / "junit.xml").getroot()
    said = {each.get("name"): each.get("value") for each in run.findall("properties/property")}
    assert said["upgradecheck.verdict"] == "fix-forward"
    assert said["upgradecheck.reason"] == suite.verdict["reason"]
    assert said["upgradecheck.boundary.db-schema"] == "crossed"
    assert said["upgradecheck.count.regressed"] == "1"
    assert said["upgradecheck.record_digest"] == suite.verdict["record_digest"]
    (case,) = [each for each in run.findall("testcase") if each.get("name") == "test_order_survives"]
    own = {each.get("name"): each.get("value") for each in case.findall("properties/property")}
    assert own == {
        "upgrade_step": "db",
        "upgrade_owner": "team-db",
        "upgrade_boundary": "db-schema",
        "upgrade_result": "failed",
        "upgrade_transition": "regressed",
        "upgrade_before_by": "by test_place_order",
    }
