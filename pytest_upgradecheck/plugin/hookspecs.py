"""The hooks a team implements to adapt the plugin, in a conftest.py or a plugin of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_upgradecheck.plan import Plan, Surface
    from pytest_upgradecheck.truth import Answer
    from pytest_upgradecheck.verdict import Blocker, Decision, Facts, Section, Verdict


@pytest.hookspec(firstresult=True)
def pytest_upgradecheck_read(surface: Surface, plan: Plan, phase: str) -> Answer | None:
    """Answer a truth surface from a source other than HTTP: a database, a command, a file.

    Return None for surfaces that are not yours; the first answer counts, and without one the surface is read over HTTP.
    Called once for each surface and phase, and again for a check that asks for a fresh reading. Build the answer with
    ``Answer.of(body, source=...)``; ``body`` is a JSON value, and the plan's expressions are applied to it as to any
    other answer. Raise `SurfaceUnread` if there is no answer. ::

        def pytest_upgradecheck_read(surface, plan, phase):
            if surface.name == "database_schema":
                version = connect().execute("select max(version) from schema_migrations").fetchone()[0]
                return Answer.of({"version": version}, source="sql")
    """


@pytest.hookspec(firstresult=True)
def pytest_upgradecheck_compare(surface: Surface, before: Any, after: Any, plan: Plan) -> Sequence[str] | None:
    """Judge a surface whose plan says ``compare: {rule: own}`` (or a path of ``rules`` does).

    ``before`` and ``after`` are what the surface answered, or what it had at that path. Return one
    sentence for each problem, or an empty list if there is none; None for surfaces that are not yours. A surface that
    no hook judges is missing evidence. ::

        def pytest_upgradecheck_compare(surface, before, after, plan):
            if surface.name == "queues":
                return [f"queue {name} is gone" for name in set(before) - set(after) if not name.startswith("tmp-")]
    """


@pytest.hookspec
def pytest_upgradecheck_blockers(facts: Facts, plan: Plan) -> Sequence[Blocker]:
    """Add reasons why the upgrade cannot proceed. Called once, when the phase ends, before the verdict is made.

    A blocker of kind ``failed`` counts as a failed check (and decides on rollback if it names a ``boundary``); any
    other kind counts as missing evidence. ::

        def pytest_upgradecheck_blockers(facts, plan):
            if change_freeze_is_on():
                return [Blocker(check="change freeze", kind="failed", message="the change freeze started at 22:00")]
            return []
    """
    return ()


@pytest.hookspec
def pytest_upgradecheck_report(verdict: Verdict, plan: Plan) -> Sequence[Section] | None:
    """Add sections to the report. Called once, when the verdict is made.

    The sections appear in the record and in the report, as text. They do not change the verdict, but a hook that fails
    is missing evidence. ::

        def pytest_upgradecheck_report(verdict, plan):
            return [Section(title="Change ticket", text=f"CHG-4711, window until {window_end():%H:%M} UTC")]
    """


@pytest.hookspec(firstresult=True)
def pytest_upgradecheck_decide(facts: Facts, verdict: Verdict, plan: Plan) -> tuple[Decision, str] | None:
    """Override the decision: return another one and the reason, or None to keep it.

    The verdict names the reason, the plugin that decided, and the decision it replaced. No decision can be turned into
    ``proceed`` this way. ::

        def pytest_upgradecheck_decide(facts, verdict, plan):
            if verdict.decision is Decision.ROLL_BACK and not rollback_window_open():
                return Decision.PAUSE, "the rollback window closed at 04:00; ask the incident lead"
    """
