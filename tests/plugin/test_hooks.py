"""The plugin's own hooks, as a team uses them from a conftest."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite


def add(suite: Suite, code: str) -> None:
    conftest = suite.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\nfrom pytest_upgradecheck.verdict import Blocker, Decision\n{code}\n")


def test_team_adds_a_blocker(suite: Suite) -> None:
    add(
        suite,
        "def pytest_upgradecheck_blockers(facts, plan):\n"
        "    return [Blocker(check='freeze', kind='failed', message='the change freeze started')]",
    )
    assert suite.run("pre").ret == 1
    assert suite.blockers == {"freeze": "failed"}


def test_blocker_of_a_team_decides_on_a_boundary(suite: Suite) -> None:
    add(
        suite,
        "def pytest_upgradecheck_blockers(facts, plan):\n"
        "    if facts.phase == 'post':\n"
        "        return [Blocker(check='sql', kind='failed', message='rows lost', boundary='db-schema')]",
    )
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 11


def test_team_decides_otherwise_and_it_shows(suite: Suite) -> None:
    add(
        suite,
        "def pytest_upgradecheck_decide(facts, verdict, plan):\n"
        "    if verdict.decision is Decision.ROLL_BACK:\n"
        "        return Decision.PAUSE, 'the rollback window is closed'",
    )
    suite.pre()
    suite.upgrade(front_page="oops")
    assert suite.run("post").ret == 1
    reason = suite.verdict["reason"]
    assert reason.startswith(
        "the rollback window is closed (decided by pytest_upgradecheck_decide; the checks alone say roll-back: "
    )


def test_nobody_can_decide_to_proceed(suite: Suite) -> None:
    add(suite, "def pytest_upgradecheck_decide(facts, verdict, plan):\n    return Decision.PROCEED, 'trust me'")
    suite.write_platform(front_page="oops")
    assert suite.run("pre").ret == 1
    assert "a hook can never turn it into proceed" in suite.blocker("")["message"]


@pytest.mark.parametrize("hook", ["blockers(facts, plan)", "decide(facts, verdict, plan)"])
def test_hook_that_breaks_is_missing_evidence(suite: Suite, hook: str) -> None:
    add(suite, f"def pytest_upgradecheck_{hook}:\n    raise RuntimeError('no idea')")
    result = suite.run("pre")
    assert result.ret == 12
    assert suite.blocker("")["kind"] == "hook-failed"
    assert "RuntimeError: no idea" in suite.blocker("")["message"]
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("return {}", "answered surface version_truth with a dict; return Answer.of(body, source=...) or None"),
        ("raise RuntimeError('no idea')", "RuntimeError: no idea"),
        ("raise SurfaceUnread(surface.name, 'the database is down')", "version_truth: the database is down"),
        ("return None", "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"),
    ],
)
def test_reading_hook_that_does_not_answer(suite: Suite, code: str, says: str) -> None:
    suite.pytester.makeconftest(
        "from pytest_upgradecheck.errors import SurfaceUnread\n"
        f"def pytest_upgradecheck_read(surface, plan, phase):\n    {code}\n"
    )
    result = suite.run("pre")
    assert result.ret in (1, 12)
    assert says in suite.blocker("upgrade.yaml::version[web]")["message"]
    assert result.ret != 0


def test_hook_sees_the_surface_the_plan_and_the_phase(suite: Suite) -> None:
    suite.pytester.makeconftest(
        """
        from pytest_upgradecheck.truth import Answer
        def pytest_upgradecheck_read(surface, plan, phase):
            assert (plan.upgrade, phase) == ("shop", "pre")
            bodies = {"version_truth": {"products": {"web": "1", "db": "1"}}, "readiness": {"status": "ready"}}
            return Answer.of(bodies[surface.name], source="test")
        """
    )
    assert suite.run("pre").ret == 0
    assert {line["source"] for line in suite.lines("reading")} == {"test"}


def test_section_of_the_report(suite: Suite) -> None:
    suite.pytester.makeconftest(
        (suite.path / "conftest.py").read_text()
        + """
from pytest_upgradecheck.verdict import Section
def pytest_upgradecheck_report(verdict, plan):
    return [Section(title="Change ticket", text=f"CHG-4711 <b>{verdict.decision}</b>")]
"""
    )
    suite.pre()
    page = (suite.folder / "upgrade-report.html").read_text()
    assert "<h3>Change ticket</h3>" in page
    assert "CHG-4711 &lt;b&gt;proceed&lt;/b&gt;" in page
    assert [line["title"] for line in suite.lines("section")] == ["Change ticket"]


def test_section_that_fails_is_missing_evidence(suite: Suite) -> None:
    suite.pytester.makeconftest(
        (suite.path / "conftest.py").read_text() + "\ndef pytest_upgradecheck_report(verdict, plan):\n    return [7]\n"
    )
    assert suite.run("pre").ret == 12
    assert "a hook of pytest-upgradecheck failed: AttributeError" in suite.verdict["reason"]
