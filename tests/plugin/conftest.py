"""A small upgrade to run pytest on: two products whose platform is a file, answered through the plugin's own hook."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

# Imported here, so that pytester's runs in this process find them instead of importing them again: yaml's C extension
# cannot be imported twice, and Jinja's templates are compiled once.
import pytest_upgradecheck.plugin.checking.attach
import pytest_upgradecheck.plugin.recording.recorder
import pytest_upgradecheck.plugin.registration
import pytest_upgradecheck.plugin.showing.html
import pytest_upgradecheck.plugin.showing.junit
import pytest_upgradecheck.plugin.showing.terminal
import pytest_upgradecheck.plugin.xdist  # noqa: F401

PLAN = """
upgrade: shop
title: Shop 1 to 2
environment: test
change_class: migration-heavy
platform:
  surfaces:
    version_truth: {versions: products}
    readiness: {ready: "status == 'ready'"}
sequence:
  - step: web
    product: web
    owner: team-web
    from: "1"
    to: "2"
    publishes_truth: true
    release_notes: {url: "https://example.com/web", read_by: A. Name}
    fails_when: the front page does not answer
    rollback_boundary: {name: web-release, reversible: [release]}
  - step: db
    product: db
    owner: team-db
    from: "1"
    to: "2"
    release_notes: {url: "https://example.com/db", read_by: A. Name}
    fails_when: an order is missing
    rollback_boundary:
      name: db-schema
      reversible: [release]
      irreversible: [schema 2]
      recover_by: restore the backup
"""

CONFTEST = """
import json
from pathlib import Path
from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.truth import Answer

def pytest_upgradecheck_read(surface, plan, phase):
    with open(Path(__file__).parent / "asked.txt", "a") as asked:
        asked.write(surface.name + "\\n")
    platform = json.loads((Path(__file__).parent / "platform.json").read_text())
    if surface.name not in platform:
        raise SurfaceUnread(surface.name, "nobody answers")
    return Answer.of(platform[surface.name], source="file")
"""

CHECKS = '''
import json
from pathlib import Path
import pytest

PLATFORM = Path(__file__).parent / "platform.json"

def platform(name):
    return json.loads(PLATFORM.read_text())[name]

@pytest.mark.user_path
@pytest.mark.upgrade_step("web")
@pytest.mark.rollback_boundary("web-release")
def test_front_page():
    """The front page answers."""
    assert platform("front_page") == "hello"

@pytest.mark.pre_upgrade
def test_place_order(baseline):
    """An order can be placed."""
    baseline["order"] = platform("orders")[0]

@pytest.mark.post_upgrade(needs=test_place_order)
@pytest.mark.rollback_boundary("db-schema")
@pytest.mark.remedy("stop the shop")
def test_order_survives(baseline):
    """The order is still there."""
    assert baseline["order"] in platform("orders")

def test_settings(baseline):
    """The settings are what they were."""
    baseline.unchanged("settings", platform("settings"))
'''


class Suite:
    """A checklist, its plan and its platform in a folder of their own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.platform: dict[str, Any] = {
            "version_truth": {"products": {"web": "1", "db": "1"}},
            "readiness": {"status": "ready"},
            "front_page": "hello",
            "orders": [{"number": 7, "item": "yarn"}],
            "settings": {"currency": "EUR", "limit": 100},
        }
        # Hypothesis is no matter of these runs, and takes ten times as long to import as one of them.
        pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -p no:hypothesispytest --strict-markers\n")
        pytester.makeconftest(CONFTEST)
        pytester.makepyfile(test_shop=CHECKS)
        self.write_plan(PLAN)
        self.write_platform()

    def write_plan(self, text: str) -> None:
        self.path.joinpath("upgrade.yaml").write_text(text)

    def edit_plan(self, old: str, new: str) -> None:
        plan = self.path / "upgrade.yaml"
        text = plan.read_text()
        assert old in text
        plan.write_text(text.replace(old, new))

    def write_platform(self, **changes: Any) -> None:
        self.platform.update(changes)
        self.path.joinpath("platform.json").write_text(json.dumps(self.platform))

    def upgrade(self, **changes: Any) -> None:
        """Both products move; ``changes`` is what else becomes of the platform."""
        self.write_platform(version_truth={"products": {"web": "2", "db": "2"}}, **changes)

    def run(self, phase: str | None, *args: str) -> pytest.RunResult:
        phase_args = [f"--upgrade-phase={phase}"] if phase else []
        if "-n" in args:
            return self.pytester.runpytest_subprocess(*phase_args, *args)
        return self.pytester.runpytest(*phase_args, *args)

    def pre(self, *args: str) -> None:
        """A pre run that ends in proceed."""
        assert self.run("pre", *args).ret == 0

    @property
    def folder(self) -> Path:
        return self.path / ".upgradecheck" / "shop" / "test"

    @property
    def verdict(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "verdict.json").read_text())
        return document

    @property
    def blockers(self) -> dict[str, str]:
        """Kind by check."""
        return {blocker["check"]: blocker["kind"] for blocker in self.verdict["blockers"]}

    def blocker(self, check: str) -> dict[str, Any]:
        """The one blocker of a check."""
        (found,) = [blocker for blocker in self.verdict["blockers"] if blocker["check"] == check]
        return found

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Lines of the record of one type."""
        text = (self.folder / "record.jsonl").read_text()
        return [line for line in map(json.loads, text.splitlines()) if line["type"] == kind]

    def lines_that_can_be_read(self, kind: str) -> list[dict[str, Any]]:
        """The same for a record that holds torn lines."""
        entries = []
        for line in (self.folder / "record.jsonl").read_text().splitlines():
            with contextlib.suppress(ValueError):
                entries.append(json.loads(line))
        return [entry for entry in entries if entry["type"] == kind]

    @property
    def asked(self) -> list[str]:
        """Which surfaces were asked for, one entry a request."""
        path = self.path / "asked.txt"
        return path.read_text().split() if path.exists() else []


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    return Suite(pytester)
