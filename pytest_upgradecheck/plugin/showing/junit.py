"""The verdict as properties of the test suite in ``--junitxml``, and step, owner and change as those of each check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_upgradecheck.plugin.recording.known_checks import KnownCheck
    from pytest_upgradecheck.verdict import VerdictDocument

_FIELDS = ("upgrade", "title", "environment", "phase", "step", "verdict", "reason", "exit_code")


class JUnitProperties:
    """Hooks that run after the recorder's, being registered before it, and before those that write the XML.

    ``known`` tells what is known of the check with a node id, ``verdict`` the verdict once there is one.
    """

    def __init__(
        self,
        config: pytest.Config,
        *,
        known: Callable[[str], KnownCheck | None],
        verdict: Callable[[], VerdictDocument | None],
    ) -> None:
        self._config, self._known, self._verdict = config, known, verdict

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say of a check what its file and name do not."""
        if report.when == "teardown":
            report.user_properties.extend(self._of_check(report.nodeid))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Say what was decided: the recorder has done so by now."""
        document = self._verdict()
        if document is None:
            return
        for plugin in self._config.pluginmanager.get_plugins():
            add = getattr(plugin, "add_global_property", None)  # pytest gives the plugin for the XML no name
            if add is not None:
                for name, value in _of_run(document):
                    add(name, value)

    def _of_check(self, nodeid: str) -> Iterator[tuple[str, str]]:
        known = self._known(nodeid)
        if known is None:
            return
        check = known.check
        said = {
            "check": check.id if check.id != nodeid else None,
            "step": check.step,
            "owner": check.owner,
            "boundary": check.boundary,
            "result": known.result,
            "before": known.before,
            "before_by": known.passed_by,
            "transition": known.transition,
        }
        for name, value in said.items():
            if value:
                yield f"upgrade_{name}", str(value)


def _of_run(document: VerdictDocument) -> Iterator[tuple[str, str]]:
    for name in _FIELDS:
        if (value := getattr(document, name)) is not None:
            yield f"upgradecheck.{name}", str(value)
    for boundary in document.boundaries:
        yield f"upgradecheck.boundary.{boundary.name}", boundary.state
    for name, number in document.counts.items():
        yield f"upgradecheck.count.{name}", str(number)
    yield "upgradecheck.plan_digest", document.plan_digest
    yield "upgradecheck.record_digest", str(document.record_digest)
