"""Every way known to us in which a run could go green for the wrong reason, and the test that holds it red.

====================================================  ======================================================
what happens                                          held red by
====================================================  ======================================================
a check is skipped, by marker, call or fixture        test_one_check_that_does_not_pass[skip...]
a check fails as its xfail marker expects             test_one_check_that_does_not_pass[xfail]
a whole file is skipped                               test_file_that_is_skipped_as_a_whole
a file cannot be collected                            test_file_that_cannot_be_collected
a fixture or a teardown breaks                        test_one_check_that_does_not_pass[fixture, teardown]
a subtest fails, its parent is reported passed        test_one_check_that_does_not_pass[subtest]
a subtest is skipped                                  test_one_check_that_does_not_pass[subtest-skipped]
a thread or an asyncio task of a check dies           test_one_check_that_does_not_pass[thread, task]
checks are deselected: -k, -m, --deselect, --lf       test_deselected, test_last_failed
everything is deselected                              test_everything_deselected
the run stops early: -x, pytest.exit(0), Ctrl-C       test_run_that_stops_early, test_interrupted
bodies are not run: --setup-only, --setup-plan        test_bodies_that_are_not_run
a check ends the whole process with code 0            test_process_that_a_check_ends (in verdict.json)
an xdist worker dies in the middle of a check         test_xdist.py::test_worker_that_dies
a report cannot be sent to the controller             test_xdist.py::test_report_that_cannot_be_sent
the run is killed after an earlier green verdict      tests/acceptance/test_killed.py
there is no plan, or nothing in it                    test_no_plan, test_empty_plan
there was no pre, or it failed, or was cut short      test_baseline.py::test_no_trustworthy_baseline...
the baseline is stale, of another plan, of another    test_baseline.py::test_stale..., test_other_plan...,
environment                                           test_foreign...
the record was edited or cut                          test_record.py::test_edited..., test_removed...
the record cannot be written                          test_record.py::test_record_that_cannot_be_written
the disk is full, an earlier green verdict stands     tests/acceptance/test_full_disk.py
a baseline value is missing                           test_baseline.py::test_missing_value...
a check that another stands on did not pass           test_baseline.py::test_needs...
a check of before is gone after                       test_check_that_is_gone_after_the_change
a surface is not read, or its answer means nothing    test_surfaces.py
a readiness answer is stale                           test_surfaces.py::test_stale..., reference stack
a hook of the team breaks, or says proceed            test_hooks.py
a retry passes after a failure                        test_retry_does_not_hide_the_failure
a check asserts nothing, or could not have failed     test_vacuous.py (noted; red with strict)
a path or key of a comparison is misspelt             test_vacuous.py::test_path_that_fits_nothing
Python removes assert statements: -O                  test_arming.py::test_assertions_that_python_removes
pytest only warns: a lost class, a returned value     test_arming.py::test_test_that_would_never_run, ...only_warn...
a hook drops checks before they are counted           test_arming.py::test_check_that_a_hook_drops
a fixture of the team hides one of ours               test_arming.py::test_fixture_that_hides_one_of_ours
a hook reports a failed check as passed               test_observed.py::test_body_that_failed_is_never_passed
a hook reports a check that did not run               test_observed.py::test_body_that_did_not_run_is_never_passed
missing evidence is wrapped, or a failure next to it  test_observed.py::test_missing_evidence..., test_failure_next...
a marker is misspelt, or added late, or one of two    test_markers.py::test_misspelt..., ...whenever..., ...several...
needs= names nothing                                  test_markers.py::test_needs_that_names_nothing...
two checks have one identity                          test_markers.py::test_one_identity_for_two_checks...
what was captured is never looked at                  test_vacuous.py (noted; red with strict)
a waiver is expired, or of missing evidence           test_waivers.py
a check goes by another name after the change         test_identity.py
a large capture is changed or gone                    test_comparison.py::test_large_capture...
a key pairs no items, a path matches nothing          test_comparison.py::test_key_that_cannot_pair...
a field differs by itself                             test_comparison.py::test_calibration...
a plan key asks for what this release cannot do       test_plan_key_without_behaviour
a test in the suite's files is not collected          test_left_out.py
a marker, need or phase is removed after pre          test_loosened.py
the process is killed after its verdict               test_run_end.py::test_killed_after_the_verdict
a file changes when everything seems over             test_run_end.py::test_file_that_is_changed...
another plugin sets the exit code, or exits           test_outermost.py::test_exit_code..., test_other_exit_code...
a hook raises what pytest takes for an outcome        test_outermost.py::test_whatever...
a run cannot start, an earlier green one stands       test_outermost.py::test_run_that_cannot_start...
tests are only collected                              test_outermost.py::test_only_collecting_verifies_nothing
a check forks, and its child goes on                  test_outermost.py::test_forked_child...
a pipe, device, folder or link in place of a file     test_files_that_are_none.py
a waiver holds for ever                               test_waivers.py::test_waiver_that_nobody_will_look_at_again
====================================================  ======================================================

The families, by kind. Each of these files holds every known member of its kind:

====================================================  ======================================================
an instrument is disarmed, or a test never runs       test_arming.py, test_left_out.py
a report is believed instead of the fact              test_observed.py, test_run_end.py, test_xdist.py
the guarantee is given before the end                 test_outermost.py, test_hooks.py, test_output_files.py
one of a family is handled, and not the others        unit/truth/test_expressions.py, unit/truth/test_sources.py,
                                                      unit/truth/test_body.py, test_markers.py, test_observed.py
nothing is compared, and it passes                    test_vacuous.py, test_loosened.py, unit/truth/test_reading.py
a time is in the future, or a clock is wrong          unit/evidence/test_times_of_signoffs.py,
                                                      unit/truth/test_moments.py
the record is foreign, needs name nothing             test_markers.py, test_doubtful_records.py,
                                                      unit/plan/test_secrets.py
a waiver accepts more than was approved               test_waivers.py, unit/waivers/test_acceptance.py
a secret, or a control character, gets out            test_safe_reports.py, unit/test_redaction.py
files and processes get in each other's way           test_files_that_are_none.py, test_outermost.py,
                                                      unit/test_locking.py
an honest check is refused                            test_arming.py, test_left_out.py, test_vacuous.py
replicas disagree, more pages follow                  unit/truth/test_platform.py, unit/truth/test_pages.py
a command line is wrong                               acceptance/test_command_errors.py
====================================================  ======================================================
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.small_upgrade import Suite

NOT_PASSING = {
    "skip-marker": ("@pytest.mark.skip(reason='no time')\ndef test_it(): pass", "skipped", "no time", 12),
    "skip-call": ("def test_it(): pytest.skip('no time')", "skipped", "no time", 12),
    "skip-fixture": (
        "@pytest.fixture\ndef f(): pytest.skip('no time')\ndef test_it(f): pass",
        "skipped",
        "no time",
        12,
    ),
    "xfail": ("@pytest.mark.xfail(reason='known')\ndef test_it(): assert False", "xfailed", "known", 12),
    "fixture": ("@pytest.fixture\ndef f(): 1 / 0\ndef test_it(f): pass", "error", "in setup: ZeroDivisionError", 1),
    "teardown": (
        "@pytest.fixture\ndef f():\n    yield\n    1 / 0\ndef test_it(f): pass",
        "error",
        "in teardown: ZeroDivisionError",
        1,
    ),
    "failure": ("def test_it(): assert False, 'broken'", "failed", "broken", 1),
    "thread": (
        "import threading\ndef test_it():\n    t = threading.Thread(target=lambda: 1 / 0)\n    t.start()\n    t.join()",
        "error",
        "a thread of this check died: ZeroDivisionError: division by zero",
        1,
    ),
    "task": (
        (
            "import asyncio\nasync def verify(): 1 / 0\nasync def main():\n    task = asyncio.create_task(verify())\n"
            "    await asyncio.sleep(0.01)\ndef test_it(): asyncio.run(main())"
        ),
        "error",
        "an asyncio task of this check died: ZeroDivisionError: division by zero",
        1,
    ),
    "subtest": (
        "def test_it(subtests):\n    with subtests.test('one'):\n        assert 1 == 2",
        "failed",
        "assert 1 == 2",
        1,
    ),
    "subtest-skipped": (
        "def test_it(subtests):\n    with subtests.test('one'):\n        pytest.skip('no time')",
        "skipped",
        "no time",
        12,
    ),
}


@pytest.mark.parametrize("case", NOT_PASSING)
@pytest.mark.parametrize("terminal", [(), ("-p", "no:terminal")], ids=["terminal", "no-terminal"])
def test_one_check_that_does_not_pass(suite: Suite, case: str, terminal: tuple[str, ...]) -> None:
    body, kind, message, code = NOT_PASSING[case]
    if "subtests" in body and not hasattr(pytest, "Subtests"):
        pytest.skip("this pytest has no subtests of its own")
    suite.pytester.makepyfile(test_it=f"import pytest\n{body}\n")
    assert suite.run("pre", "-W", "default", *terminal).ret == code
    blocker = suite.blocker("test_it.py::test_it")
    assert blocker["kind"] == kind
    assert message in blocker["message"]


def test_file_that_is_skipped_as_a_whole(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="import pytest\npytest.importorskip('no_such_module')\ndef test_it(): pass\n")
    assert suite.run("pre").ret == 12
    assert suite.blockers == {"test_it.py": "skipped"}


def test_file_that_cannot_be_collected(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="import no_such_module\ndef test_it(): pass\n")
    assert suite.run("pre").ret == pytest.ExitCode.INTERRUPTED
    assert suite.verdict["verdict"] == "cannot-tell"
    assert suite.run("pre", "--continue-on-collection-errors").ret == 12
    assert suite.blockers == {"test_it.py": "not-run"}


@pytest.mark.parametrize(
    "options",
    [["-k", "not settings"], ["-m", "not user_path"], ["--deselect", "test_shop.py::test_settings"]],
    ids=["k", "m", "deselect"],
)
def test_deselected(suite: Suite, options: list[str]) -> None:
    assert suite.run("pre", *options).ret == 12
    assert set(suite.blockers.values()) == {"deselected"}
    assert suite.verdict["counts"]["deselected"] == len(suite.blockers)


def test_last_failed(suite: Suite) -> None:
    suite.pytester.makeini("[pytest]\n")
    suite.write_platform(front_page="oops")
    assert suite.run("pre").ret == 1
    suite.write_platform(front_page="hello")
    assert suite.run("pre", "--lf").ret == 12
    assert "test_shop.py::test_front_page" not in suite.blockers


def test_everything_deselected(suite: Suite) -> None:
    assert suite.run("pre", "-k", "nothing_like_it").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert suite.verdict["verdict"] == "cannot-tell"
    assert suite.verdict["exit_code"] == 5


@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        ("assert False", ["-x"], 1),
        ("pytest.exit('enough', returncode=0)", [], 12),
        ("raise SystemExit(0)", [], 1),
    ],
)
def test_run_that_stops_early(suite: Suite, body: str, options: list[str], code: int) -> None:
    suite.pytester.makepyfile(test_a=f"import pytest\ndef test_it():\n    {body}\n")
    assert suite.run("pre", *options, "test_a.py", "test_shop.py").ret == code
    assert suite.verdict["verdict"] != "proceed"
    if "SystemExit" not in body:
        assert suite.blockers["test_shop.py::test_settings"] == "not-run"


def test_interrupted(suite: Suite) -> None:
    suite.pytester.makepyfile(test_a="def test_it():\n    raise KeyboardInterrupt\n")
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre", "test_a.py", "test_shop.py")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert suite.verdict["verdict"] == "cannot-tell"
    assert suite.blockers["test_a.py::test_it"] == "interrupted"
    assert suite.blockers["test_shop.py::test_settings"] == "not-run"


def test_process_that_a_check_ends(suite: Suite) -> None:
    suite.pre()
    suite.pytester.makepyfile(test_end="import os\ndef test_it(): os._exit(0)\n")
    suite.pytester.runpytest_subprocess("--upgrade-phase=pre")
    assert suite.verdict["verdict"] == "cannot-tell"
    assert suite.verdict["exit_code"] == 12


def test_tables_name_files_that_exist() -> None:
    here = Path(__file__).parent
    named = set(re.findall(r"[\w/]*test_\w+\.py", __doc__ or ""))
    missing = [name for name in named if not any((folder / name).exists() for folder in (here, here.parent))]
    assert len(named) > 30
    assert [name for name in missing if not (here.parents[1] / name).exists()] == []


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan"])
def test_bodies_that_are_not_run(suite: Suite, option: str) -> None:
    assert suite.run("pre", option).ret == 12
    assert suite.blockers["test_shop.py::test_settings"] == "not-run"


def test_no_plan(suite: Suite) -> None:
    (suite.path / "upgrade.yaml").unlink()
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no plan: there is no upgrade.yaml in *; write one, or name it with --upgrade-plan"])


def test_plan_that_is_named_and_not_there(suite: Suite) -> None:
    result = suite.run("pre", "--upgrade-plan=other.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no plan: --upgrade-plan names *other.yaml, and there is no such file"])


def test_empty_plan(suite: Suite) -> None:
    suite.write_plan("")
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*upgrade.yaml: the file is empty*"])


def test_faults_of_a_plan_are_all_named_and_nothing_runs(suite: Suite) -> None:
    suite.edit_plan("product: web", "produkt: web")
    suite.edit_plan('from: "1"\n    to: "2"\n    publishes', 'from: 1\n    to: "2"\n    publishes')
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "*the plan has 3 faults:",
            "*upgrade.yaml:*: sequence[[]0].product: the key is missing*",
            "*upgrade.yaml:*: sequence[[]0].produkt: unknown key; did you mean 'product'?*",
            "*upgrade.yaml:*: sequence[[]0].from: found 1; YAML reads this as a number; write it in quotes",
        ]
    )
    assert suite.asked == []


def test_check_that_is_gone_after_the_change(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more="def test_more(): pass\n")
    suite.pre()
    (suite.path / "test_more.py").unlink()
    suite.upgrade()
    assert suite.run("post").ret == 12
    blocker = suite.blocker("test_more.py::test_more")
    assert (blocker["kind"], blocker["transition"]) == ("missing-after", "missing-after")


def test_check_of_after_the_change_that_is_gone(suite: Suite) -> None:
    suite.pre()
    shop = suite.path / "test_shop.py"
    shop.write_text(shop.read_text().replace("test_order_survives", "check_order_survives"))
    suite.upgrade()
    suite.run("post")
    assert suite.blockers["test_shop.py::test_order_survives"] == "missing-after"


def test_retry_does_not_hide_the_failure(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_flaky="""
        from pathlib import Path
        def test_flaky():
            mark = Path("seen")
            if not mark.exists():
                mark.touch()
                assert False, "the first time"
        """
    )
    assert suite.run("pre", "--reruns", "1").ret == 0
    attempts = [line for line in suite.lines("check") if line["check"] == "test_flaky.py::test_flaky"]
    assert [(line["result"], line["retried"]) for line in attempts] == [("failed", True), ("passed", False)]
    assert "the first time" in attempts[0]["message"]
    assert suite.verdict["counts"]["retried"] == 1


@pytest.mark.parametrize(
    ("key", "check"),
    [
        ("signoffs: [board]", "upgrade.yaml::signoff[board]"),
        ("migrations: [{name: tofu, owner: ops, posture: staged}]", "upgrade.yaml::migration[tofu]"),
    ],
)
def test_plan_key_without_behaviour(suite: Suite, key: str, check: str) -> None:
    suite.write_plan((suite.path / "upgrade.yaml").read_text() + key + "\n")
    assert suite.run("pre").ret == 12
    assert suite.blockers == {check: "no-evidence"}
