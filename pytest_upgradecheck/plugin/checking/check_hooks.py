"""Hooks around each check, in the process that runs it: its requirements, and what really happened."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pytest

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse, EvidenceMissing, raised_on_purpose
from pytest_upgradecheck.foreign_text import safe
from pytest_upgradecheck.plugin.checking.assertions import AssertionWatch
from pytest_upgradecheck.plugin.checking.body import BodyRun, is_skip, run_watched
from pytest_upgradecheck.plugin.checking.missing import described
from pytest_upgradecheck.plugin.checking.needs import require
from pytest_upgradecheck.plugin.checking.notes import PASSED
from pytest_upgradecheck.plugin.checking.session import CHECK, UpgradeSession
from pytest_upgradecheck.plugin.checking.soft_checks import missing_in_soft_checks
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.vocabulary import Result
from pytest_upgradecheck.wording import raised as raised_text

__tracebackhide__ = raised_on_purpose

_DISARMED = (
    "this process runs Python with -O (or PYTHONOPTIMIZE), which removes assert statements, so a check cannot fail; "
    "run it without"
)

#: Fields of a check that are settled before it runs, so that a marker added later cannot change them.
_SETTLED = ("id", "phases", "step", "boundary", "path", "remedy", "renamed_from", "fault")

#: Reads the check of an item again, once markers may have been added to it.
Reread = Callable[[pytest.Item], Check]


class CheckHooks:
    """Refuse to run a check whose evidence is missing, and observe how each of its stages ended."""

    def __init__(self, session: UpgradeSession, suite: Suite, reread: Reread) -> None:
        self.session = session
        self._suite = suite
        self._reread = reread
        self._watch = AssertionWatch(suite, session.notes)
        self._bodies: dict[str, BodyRun] = {}
        self._process = os.getpid()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Watch the body of the check wherever it is called from."""
        original = item.runtest

        def runtest() -> None:
            __tracebackhide__ = True
            self._run(item, original)

        item.runtest = runtest  # type: ignore[method-assign]
        try:
            return (yield)
        finally:
            vars(item).pop("runtest", None)
            self._bodies.pop(item.nodeid, None)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Refuse to run a check whose evidence is missing; observe how its fixtures end."""
        try:
            self._require(item)
            result = yield
            self._require_markers_added_since(item, item.stash[CHECK])
            return result
        except BaseException as error:
            self._observe(item, "setup", _ended_by(error), error)
            raise

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Observe how the fixtures of the check are torn down."""
        try:
            return (yield)
        except BaseException as error:
            self._observe(item, "teardown", _ended_by(error), error)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what an exception says, for the record: the report holds only its picture."""
        body, raised = self._body_of(item, call), call.excinfo
        if raised is not None:
            self._keep(item, call.when, body, raised.value)
        report = yield
        later = self._body_of(item, call)
        if later is not None and later is not body:  # pytest-retry has run the check again meanwhile
            for error in later.errors[:1]:
                self._keep(item, call.when, later, error)
        elif body is not None and body.ended == Result.PASSED and report.outcome == "failed":
            if (missing := missing_in_soft_checks(report)) is not None:
                self._said(item, call.when, {"message": missing, "kind": "no-evidence"})
        elif raised is None and call.excinfo is not None:  # for a unittest.TestCase, this is known only now
            self._keep(item, call.when, body, call.excinfo.value)
        if os.getpid() != self._process:  # a plugin runs each check in a process of its own
            report.upgradecheck = json.dumps(self.session.notes.take_with(report))  # type: ignore[attr-defined]
        return report

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """Close what was opened."""
        self.session.close()

    def _body_of(self, item: pytest.Item, call: pytest.CallInfo[None]) -> BodyRun | None:
        return self._bodies.get(item.nodeid) if call.when == "call" else None

    def _keep(self, item: pytest.Item, when: str, body: BodyRun | None, raised: BaseException) -> None:
        stage, notes = (item.nodeid, when), self.session.notes
        if said := described([*(body.errors if body is not None else ()), raised]):
            self._said(item, when, said)
        if notes.observed.get(stage, PASSED) is PASSED:
            self._observe(item, when, _ended_by(raised), raised)

    def _said(self, item: pytest.Item, when: str, said: dict[str, str]) -> None:
        said["message"] = safe(self.session.redactor.text(said["message"]))
        self.session.notes.said[item.nodeid, when] = said

    def _run(self, item: pytest.Item, original: Callable[[], None]) -> None:
        __tracebackhide__ = True
        body = BodyRun()
        check = item.stash[CHECK]
        try:
            # What is called meanwhile is not the function itself, but what watches it.
            around = partial(self._around, item, getattr(item, "function", None), check.id)
            run_watched(item, original, body, around, self._suite)
            self._require_markers_added_since(item, check)
        except BaseException as error:
            body.note(error)
            raise
        finally:
            self._bodies[item.nodeid] = body
            if body.ended == Result.PASSED:
                self.session.notes.observed[item.nodeid, "call"] = PASSED
            else:
                self._observe(item, "call", body.ended, *body.errors)

    def _around(self, item: pytest.Item, function: object, check: str) -> AbstractContextManager[None]:
        return self._watch.around(item, function, check) if isinstance(item, pytest.Function) else nullcontext()

    def _require(self, item: pytest.Item) -> None:
        check = item.stash[CHECK]
        if sys.flags.optimize:
            raise EvidenceMissing(_DISARMED)
        if self.session.notes.captured:
            self.session.notes.forget_captures_of(check.id)
        if check.fault is not None:
            raise CheckMisuse(check.fault)
        self._require_evidence(check)

    def _require_evidence(self, check: Check) -> None:
        for migration in check.requires_evidence:
            self.session.require_evidence(migration)
        if check.needs and self.session.phase.after_change:
            require(check, self.session.before)

    def _require_markers_added_since(self, item: pytest.Item, known: Check) -> None:
        """Hold what markers demand that were added while the check was running; some come too late for that."""
        check = self._reread(item)
        if check == known:
            return
        late = {name for name in _SETTLED if getattr(check, name) != getattr(known, name)}
        if late:
            raise CheckMisuse(
                f"a marker was added while the check was running, too late to change {', '.join(sorted(late))}; "
                "add it to the test function, or in pytest_collection_modifyitems"
            )
        item.stash[CHECK] = check
        self._require_evidence(check)

    def _observe(self, item: pytest.Item, when: str, ended: Result, *errors: BaseException) -> None:
        raised = "; ".join(map(raised_text, errors))
        entry: dict[str, str] = {"ended": ended}
        if raised:
            entry["raised"] = safe(self.session.redactor.text(raised))
        self.session.notes.observed[item.nodeid, when] = entry


def _ended_by(error: BaseException) -> Result:
    return Result.SKIPPED if is_skip(error) else Result.FAILED
