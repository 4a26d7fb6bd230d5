"""Carrying values from before the change to after it, and what happens where they are missing."""

from __future__ import annotations

import pytest

from pytest_upgradecheck.record import Journal
from pytest_upgradecheck.redaction import Redactor
from tests.small_upgrade import Suite


def test_change_of_a_value_is_shown_by_path_before_and_after(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(settings={"currency": "USD", "limit": 100, "beta": True})
    result = suite.run("post")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*NotAsBefore: settings is not as before: 1 added, 1 changed",
            "*+ beta: true",
            '*~ currency: "EUR"  ->  "USD"',
        ]
    )
    assert suite.blocker("test_shop.py::test_settings")["transition"] == "regressed"


def test_comparison_hides_the_plugins_frames(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(settings={})
    assert "check_access.py" not in suite.run("post").stdout.str()


@pytest.mark.parametrize("phase", ["post", "rollback"])
def test_no_trustworthy_baseline_without_a_pre_run(suite: Suite, phase: str) -> None:
    if phase == "post":
        suite.upgrade()
    assert suite.run(phase).ret == 12
    assert "this record has no pre run" in suite.blocker("upgrade.yaml::baseline")["message"]
    assert "this record has no pre run" in suite.blocker("test_shop.py::test_settings")["message"]


def test_no_trustworthy_baseline_after_a_failed_pre_run(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(front_page="oops")
    assert suite.run("pre").ret == 1
    suite.upgrade(front_page="hello")
    assert suite.run("post").ret == 12
    assert "ended in pause" in suite.blocker("upgrade.yaml::baseline")["message"]


def test_no_trustworthy_baseline_from_some_checks_only(suite: Suite) -> None:
    assert suite.run("pre", "-k", "settings").ret == 12
    suite.upgrade()
    assert suite.run("post").ret == 12
    assert "ended in cannot-tell" in suite.blocker("upgrade.yaml::baseline")["message"]


def test_looking_at_one_check_again_leaves_the_baseline_as_it_was(suite: Suite) -> None:
    suite.pre()
    assert suite.run("pre", "-k", "settings").ret == 12
    suite.upgrade()
    assert suite.run("post").ret == 0


def test_looking_at_one_check_again_spoils_the_baseline_if_it_fails(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(front_page="oops")
    assert suite.run("pre", "-k", "front_page").ret == 1
    suite.upgrade(front_page="hello")
    assert suite.run("post").ret == 12


def test_stale_baseline(suite: Suite) -> None:
    suite.edit_plan("environment: test", "environment: test\nbaseline: {max_age: 1ms}")
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 12
    assert "the baseline is stale" in suite.blocker("upgrade.yaml::baseline")["message"]


def test_other_plan_than_in_pre_names_what_changed(suite: Suite) -> None:
    suite.pre()
    suite.edit_plan("recover_by: restore the backup", "recover_by: pray")
    suite.upgrade()
    assert suite.run("post").ret == 12
    message = suite.blocker("upgrade.yaml::baseline")["message"]
    assert "changed since then: sequence[1].rollback_boundary.recover_by" in message


def test_waiver_added_in_the_night_does_not_make_the_baseline_foreign(suite: Suite) -> None:
    suite.pre()
    plan = suite.path / "upgrade.yaml"
    waiver = "waivers: [{check: x, accepts: w, reason: y, approved_by: z, expires: 2099-01-01}]\n"
    plan.write_text(plan.read_text() + waiver)
    suite.upgrade()
    assert suite.run("post").ret == 0


def test_foreign_record_is_refused(suite: Suite) -> None:
    suite.pre()
    suite.folder.rename(suite.folder.with_name("production"))
    suite.edit_plan("environment: test", "environment: production")
    suite.upgrade()
    result = suite.run("post")
    assert result.ret == 12
    assert "a baseline of one never counts for another" in result.stdout.str()


def test_missing_value_names_the_check_that_should_have_captured_it(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        import pytest
        @pytest.mark.pre_upgrade
        def test_capture(baseline):
            if False:
                baseline["users"] = []
        @pytest.mark.post_upgrade(needs="test_capture")
        def test_compare(baseline):
            assert baseline["users"] == []
        """
    )
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 12
    message = suite.blocker("test_more.py::test_compare")["message"]
    assert "baseline['users'] was not captured in the pre run of" in message
    assert "test_more.py::test_capture: it passed without capturing this key" in message


NEEDS = """
import pytest
@pytest.mark.pre_upgrade
{mark}
def test_capture({fixture}):
    {body}
@pytest.mark.post_upgrade(needs=test_capture)
def test_compare():
    raise SystemError("the body was run")
"""


@pytest.mark.parametrize(
    ("mark", "fixture", "body", "became"),
    [
        ("", "", "assert False, 'broken'", "failed: broken"),
        ("@pytest.mark.skip(reason='no time')", "", "pass", "skipped: no time"),
        ("", "no_such_fixture", "pass", "error: in setup: fixture 'no_such_fixture' not found"),
    ],
)
def test_needs_a_check_that_did_not_pass(suite: Suite, mark: str, fixture: str, body: str, became: str) -> None:
    suite.pytester.makepyfile(test_more=NEEDS.format(mark=mark, fixture=fixture, body=body))
    assert suite.run("pre").ret != 0
    suite.upgrade()
    suite.run("post")
    blocker = suite.blocker("test_more.py::test_compare")
    assert blocker["kind"] == "no-evidence"
    assert f"test_more.py::test_capture, which did not pass before the change ({became}" in blocker["message"]


def test_needs_a_check_that_was_never_there(suite: Suite) -> None:
    suite.pre()
    suite.pytester.makepyfile(
        test_more="import pytest\n@pytest.mark.post_upgrade(needs='test_capture')\ndef test_compare(): pass\n"
    )
    suite.upgrade()
    suite.run("post")
    message = suite.blocker("test_more.py::test_compare")["message"]
    assert "not run: it depends on test_more.py::test_capture, which was not part of the pre run" in message


def test_needs_pairs_parametrised_checks_by_their_id(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        import pytest
        both = pytest.mark.parametrize("shop", ["here", "there"])
        @pytest.mark.pre_upgrade
        @both
        def test_capture(shop, baseline):
            assert shop == "here"
            baseline[f"till-{shop}"] = 1
        @pytest.mark.post_upgrade(needs=test_capture)
        @both
        def test_compare(shop, baseline):
            assert baseline[f"till-{shop}"] == 1
        """
    )
    suite.run("pre")
    suite.upgrade()
    suite.run("post")
    assert "test_more.py::test_compare[here]" not in suite.blockers
    assert suite.blockers["test_more.py::test_compare[there]"] == "no-evidence"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("baseline['k'] = 1; baseline['k'] = 2", "baseline['k'] is captured twice"),
        ("baseline['k']", "baseline['k'] is read in phase pre, where this check has not captured it"),
        ("assert 'k' in baseline", "would let a check pass because what it needs is missing"),
        ("baseline['k'] = {1: 2}", "k has the key 1 (int); keys must be strings"),
        ("baseline['k'] = [float('nan')]", "k[0] is nan, which JSON cannot hold"),
        ("baseline['k'] = {'a': [object()]}", "k.a[0] is of type object, which cannot be captured"),
        ("baseline[1] = 2", "a baseline key is a text such as 'order', and this is 1"),
    ],
)
def test_misuse_says_what_to_do(suite: Suite, body: str, says: str) -> None:
    suite.pytester.makepyfile(test_more=f"def test_it(baseline):\n    {body}\n")
    assert suite.run("pre").ret == 1
    assert says in suite.blocker("test_more.py::test_it")["message"]


def test_capture_after_the_change_is_an_error(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more="def test_it(baseline):\n    baseline['k'] = 1\n")
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 1
    assert "the baseline is captured in pre only" in suite.blocker("test_more.py::test_it")["message"]


def test_keys_are_the_files_own(suite: Suite) -> None:
    for name in ("test_one", "test_two"):
        suite.pytester.makepyfile(**{name: f"def test_it(baseline):\n    baseline.unchanged('k', '{name}')\n"})
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0


def test_pre_on_an_upgraded_platform_captures_nothing(suite: Suite) -> None:
    suite.upgrade()
    assert suite.run("pre").ret == 1
    assert "it is already upgraded" in suite.blocker("upgrade.yaml::version[web]")["message"]
    assert suite.lines("capture") == []
    assert suite.run("post").ret == 12


def test_failing_before_and_after_is_told_from_regressed_and_fixed(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        import json
        from pathlib import Path
        def state(): return json.loads(Path("platform.json").read_text()).get("state", {})
        def test_always_bad(): assert False
        def test_bad_before(): assert state().get("fixed")
        """
    )
    suite.run("pre")
    suite.upgrade(state={"fixed": True}, front_page="oops")
    suite.pytester.makepyfile(test_new="def test_new(): assert False\n")
    suite.run("post")
    assert suite.blocker("test_more.py::test_always_bad")["transition"] == "failing-since-before"
    assert suite.blocker("test_shop.py::test_front_page")["transition"] == "regressed"
    assert suite.blocker("test_new.py::test_new")["transition"] == "new"
    assert suite.verdict["counts"]["fixed"] == 1


def test_baseline_of_a_run_that_never_ended(suite: Suite) -> None:
    suite.pre()
    (started,) = suite.lines("run")
    with Journal(suite.folder, run={}, redactor=Redactor()) as journal:
        again = {key: started[key] for key in ("phase", "step", "environment", "plan_digest", "plan", "tools")}
        journal.append("run", run="killed", **again)
    suite.upgrade()
    assert suite.run("post").ret == 12
    assert "never ended" in suite.blocker("upgrade.yaml::baseline")["message"]
