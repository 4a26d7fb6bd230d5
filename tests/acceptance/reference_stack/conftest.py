"""One running stack for many tests: each gets it on the old release, after a pre run that passed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.conftest import SUITE, ReferenceStack


@dataclass(frozen=True)
class Verified:
    """A stack on the old release, and the folder of a checklist whose pre run has passed."""

    stack: ReferenceStack
    checklist: Checklist

    def copy(self, to: Path) -> Checklist:
        """The checklist with its record, in a folder of its own."""
        shutil.copytree(self.checklist.folder, to)
        return Checklist(to, env=dict(self.checklist.env))


@pytest.fixture(scope="module")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReferenceStack]:
    """A stack on the old release, for all tests of a module that leave it as it is or take it back."""
    stack = ReferenceStack(tmp_path_factory.mktemp("running") / "stack")
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="module")
def verified(running_stack: ReferenceStack, tmp_path_factory: pytest.TempPathFactory) -> Verified:
    """The stack after a pre run that passed."""
    checklist = Checklist.copy_of(SUITE, tmp_path_factory.mktemp("verified") / "suite", env=running_stack.env)
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    return Verified(running_stack, checklist)


@pytest.fixture
def movable_stack(running_stack: ReferenceStack) -> Iterator[ReferenceStack]:
    """The running stack, rolled back to the old release afterwards, whatever the outcome."""
    yield running_stack
    running_stack.rollback(restore_backup=True)


@pytest.fixture
def checklist(verified: Verified, tmp_path: Path) -> Checklist:
    """The checklist after its pre run."""
    return verified.copy(tmp_path / "suite")
