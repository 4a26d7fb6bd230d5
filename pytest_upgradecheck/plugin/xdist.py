"""With pytest-xdist: workers run checks and hand over plain data; only the controller records and decides."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.plugin.collecting.selection import Collected, Selection
from pytest_upgradecheck.plugin.recording.recorder import Recorder
from pytest_upgradecheck.verdict import Blocker
from pytest_upgradecheck.vocabulary import Result

_COLLECTED_FILE = "collected.json"


class Controller:
    """Gives workers a folder to share readings in, and reads from it what they collected."""

    def __init__(self, session: UpgradeSession, recorder: Recorder) -> None:
        self.session = session
        self.recorder = recorder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the shared folder is."""
        if self.session.exchange is None:
            self.session.exchange = Path(tempfile.mkdtemp(prefix="upgradecheck-"))
        node.workerinput["upgradecheck"] = {
            "exchange": str(self.session.exchange),
            "history_size": self.session.history_size,
        }

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any) -> None:
        """Take the plan from the first worker that has collected; xdist makes sure that all collect the same."""
        if self.recorder.collected is None and self.session.exchange is not None:
            handed = self.session.exchange / f"{node.gateway.id}-{_COLLECTED_FILE}"
            self.recorder.plan_is_known(Collected.from_dict(json.loads(handed.read_text("utf-8"))))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Record what a worker read outside of any check; one that died before its end has torn nothing down."""
        output = getattr(node, "workeroutput", None) or {}
        if "upgradecheck" in output:
            self.recorder.note(json.loads(output["upgradecheck"]))
        else:
            message = f"the worker {node.gateway.id} died before it had finished, so its last teardowns did not run"
            self.recorder.found(Blocker(check="", kind=Result.CRASHED, message=message))

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Remove the shared folder, because it holds answers of the platform."""
        if self.session.exchange is not None:
            shutil.rmtree(self.session.exchange, ignore_errors=True)


class Worker:
    """Hands over what was collected, and at the end what no report carried."""

    def __init__(self, session: UpgradeSession) -> None:
        self.session = session

    def pytest_collection_finish(self) -> None:
        """Write down what was collected before the controller hears of it: a worker may crash at any time."""
        config = self.session.config
        selection = config.pluginmanager.get_plugin("upgradecheck-selection")
        if isinstance(selection, Selection) and selection.collected is not None and self.session.exchange is not None:
            worker: str = config.workerinput["workerid"]  # type: ignore[attr-defined]
            path = self.session.exchange / f"{worker}-{_COLLECTED_FILE}"
            path.write_text(json.dumps(selection.collected.to_dict()), "utf-8")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Put what the record needs on the report, before it is sent."""
        notes = self.session.notes.take_with(report)
        if notes and not hasattr(report, "upgradecheck"):  # a process of the check's own may have added its notes
            report.upgradecheck = json.dumps(notes)  # type: ignore[attr-defined]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Hand over the rest."""
        notes = json.dumps(self.session.notes.take())
        self.session.config.workeroutput["upgradecheck"] = notes  # type: ignore[attr-defined]
