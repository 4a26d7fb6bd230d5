"""A small plan that is right, and ways to make it wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import Plan, load_plan

RIGHT = """\
upgrade: shop-2
environment: test
change_class: additive
platform:
  base_url: https://platform.example
  auth: {header: X-API-Key, value: s3cr3t-key}
  rate_limit: 90/min
  surfaces:
    version_truth:
      path: /versions
      versions: products
    readiness:
      path: /ready
      ready: "status == 'ready'"
      observed_at: checked_at
      max_age: 15m
sequence:
  - step: web
    product: shop-web
    from: "1"
    to: "2"
    rollback_boundary:
      name: web-release
      reversible: [release]
      irreversible: [schema 2]
      crossed_when: {surface: readiness, expression: "version >= `2`"}
  - step: db
    product: shop-db
    from: "1"
    to: "2"
migrations:
  - {name: tofu, owner: team, posture: planned}
waivers:
  - {check: "test_shop.py::test_buy", accepts: no such article, reason: known, approved_by: A. Name, expires: 2026-12-31}
"""


class PlanFile:
    """`upgrade.yaml` in a folder of its own, holding the right plan until told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "upgrade.yaml"
        self.text = RIGHT

    def edit(self, old: str, new: str) -> PlanFile:
        """Replace the first such text, which must be there."""
        assert old in self.text
        self.text = self.text.replace(old, new, 1)
        return self

    def load(self, **environ: str) -> Plan:
        self.path.write_text(self.text, encoding="utf-8")
        return load_plan(self.path, environ, shown_as="upgrade.yaml")

    def faults(self, **environ: str) -> list[str]:
        with pytest.raises(PlanError) as raised:
            self.load(**environ)
        return [str(fault) for fault in raised.value.faults]


@pytest.fixture(scope="session")
def right_plan() -> str:
    return RIGHT


@pytest.fixture(scope="session")
def whole_text() -> str:
    """A plan with every key there is."""
    return Path(__file__).with_name("whole.yaml").read_text("utf-8")


@pytest.fixture
def plan_file(tmp_path: Path) -> PlanFile:
    return PlanFile(tmp_path)


@pytest.fixture
def faults_after(plan_file: PlanFile) -> Callable[[str, str], list[str]]:
    """The faults of the right plan with one text in it replaced."""
    return lambda old, new: plan_file.edit(old, new).faults()
