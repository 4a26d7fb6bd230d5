"""Tests in the suite's files that were not collected: a hook, a conftest.py or an option left them out.

Hooks see what other hooks let through, so what was collected is compared with the files themselves. A test counts as
left out if it has a marker of ours and no item runs it, or if it is in a file whose name is that of a test file and
nothing of that file was collected.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Set
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_upgradecheck.checklist.check import Check, ungrouped
from pytest_upgradecheck.files import read_regular
from pytest_upgradecheck.plugin.checking.declarations import Declared
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.plugin.collecting.markers import MARKER_NAMES
from pytest_upgradecheck.vocabulary import MARKED_PHASE, UNMARKED, Phase
from pytest_upgradecheck.wording import listed

_ORDER = list(Phase)
_BY_A_HOOK = (
    "it was not collected, so it never runs: a hook of a conftest.py or plugin (pytest_pycollect_makeitem, for "
    "example) left it out; remove the hook, or the test"
)


class LeftOut(NamedTuple):
    """A test, or a file of tests, that was not collected."""

    check: str
    message: str


def left_out_of_report(collector: pytest.Collector, report: pytest.CollectReport, phase: Phase) -> Iterator[LeftOut]:
    """The functions and classes of a module or class that pytest collects, but that a hook has left out."""
    if not isinstance(collector, (pytest.Module, pytest.Class)) or report.outcome != "passed":
        return
    if collector.obj is None or getattr(collector.obj, "__test__", True) is False:
        return
    collected = {str(getattr(node, "originalname", None) or node.name).partition("[")[0] for node in report.result}
    for name in dir(collector.obj):
        value = inspect.getattr_static(collector.obj, name)
        if name not in collected and _is_collected_by_pytest(collector, name, value):
            marks = {mark.name for owner in (value, collector.obj) for mark in _marks_of(owner)}
            if _is_due(marks | {mark.name for mark in collector.iter_markers()}, phase):
                yield LeftOut(f"{collector.nodeid}::{name}", _BY_A_HOOK)


def unexplained(left_out: Iterable[LeftOut], gone: Iterable[Check]) -> Iterator[LeftOut]:
    """Those of ``left_out`` that are not known to be missing after the change anyway."""
    names = [check.nodeid.partition("[")[0] for check in gone]
    for each in left_out:
        if not any(name == each.check or name.startswith(f"{each.check}::") for name in names):
            yield each


class Disk:
    """The suite's files as they are on disk, below what the command line names."""

    def __init__(self, config: pytest.Config, suite: Suite, paths: Collection[Path]) -> None:
        self._root = config.rootpath
        self._suite = suite
        self._paths = paths
        self._norecursedirs: list[str] = config.getini("norecursedirs")
        self._python_files: list[str] = config.getini("python_files")
        self._in_virtualenvs = bool(config.getoption("collect_in_virtualenv", False))

    def left_out(self, items: Iterable[pytest.Item], explained: Collection[str], phase: Phase) -> Iterator[LeftOut]:
        """Tests that no item runs. ``explained`` are node ids of files and classes that are already accounted for."""
        run = _Runs(items)
        for path in self._files():
            is_test_file = any(_matches(path, pattern) for pattern in self._python_files)
            if not is_test_file and not _mentions_markers(path):
                continue
            nodeid = self._nodeid(path)
            if _within(nodeid, explained):
                continue
            yield from self._left_out_of(path, nodeid, run, explained, phase, is_test_file=is_test_file)

    def _left_out_of(
        self, path: Path, nodeid: str, run: _Runs, explained: Collection[str], phase: Phase, *, is_test_file: bool
    ) -> Iterator[LeftOut]:
        tests = self._suite.source(str(path)).declared
        missing = [test for test in tests if _is_due(test.marks, phase) and not run.covers(path, test)]
        unexplained = [test for test in missing if not _within(f"{nodeid}::{test.name}", explained)]
        if is_test_file and unexplained and len(unexplained) == len(tests):
            tests_missing = listed([test.name for test in missing], 1)
            message = (
                f"nothing of this test file was collected, so {tests_missing} never runs: --ignore, collect_ignore, "
                "or a hook of a conftest.py or plugin left it out. If it is not part of the suite, move it, or say so "
                "in the ini file (norecursedirs, python_files, testpaths)"
            )
            yield LeftOut(nodeid, message)
            return
        for test in unexplained:
            for marker in sorted(test.marks & MARKER_NAMES)[:1]:
                message = (
                    f"it has the marker {marker} (line {test.line}), but was not collected, so it never runs: is its "
                    "name, or that of its class or file, not that of a test, or did a hook leave it out?"
                )
                yield LeftOut(f"{nodeid}::{test.name}", message)

    def _files(self) -> Iterator[Path]:
        seen: set[str] = set()
        for path in self._paths:
            if path.is_file():
                yield path
            for folder, folders, files in os.walk(path, followlinks=True):
                real = os.path.realpath(folder)
                if real in seen:
                    folders.clear()
                    continue
                seen.add(real)
                here = Path(folder)
                folders[:] = [name for name in sorted(folders) if self._is_entered(here / name)]
                yield from (here / name for name in sorted(files) if name.endswith(".py"))

    def _is_entered(self, folder: Path) -> bool:
        """Whether pytest looks for tests in a folder, by its own settings."""
        if any(_matches(folder, pattern) for pattern in self._norecursedirs) or folder.name == "__pycache__":
            return False
        return self._in_virtualenvs or not (folder / "pyvenv.cfg").is_file()

    def _nodeid(self, path: Path) -> str:
        return (path.relative_to(self._root) if path.is_relative_to(self._root) else path).as_posix()


class _Runs:
    """The functions that items run."""

    def __init__(self, items: Iterable[pytest.Item]) -> None:
        self._items = list(items)
        self._names: set[tuple[str, str]] = set()
        for item in self._items:
            name = ungrouped(item.nodeid).partition("::")[2].partition("[")[0]
            self._names.add((str(item.path), name))
        self._behind: Set[tuple[str, str]] | None = None

    def covers(self, path: Path, test: Declared) -> bool:
        """Whether an item runs a function: by its own name, through an import, or by inheritance."""
        if (str(path), test.name) in self._names:
            return True
        if self._behind is None:
            self._behind = {place for item in self._items for place in _places(item)}
        return (os.path.realpath(path), test.name) in self._behind


def _places(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """The places where the function of an item is defined, and where its classes would define it."""
    if not isinstance(item, pytest.Function):
        return
    yield os.path.realpath(item.path), item.nodeid.partition("::")[2].partition("[")[0]
    code = getattr(inspect.unwrap(item.obj), "__code__", None)
    if code is not None:
        yield os.path.realpath(code.co_filename), code.co_qualname.replace(".", "::")
    for cls in item.cls.__mro__ if item.cls is not None else ():
        file = getattr(sys.modules.get(cls.__module__), "__file__", None)
        if file:
            yield os.path.realpath(file), f"{cls.__qualname__.replace('.', '::')}::{item.originalname}"


def _is_collected_by_pytest(collector: pytest.Module | pytest.Class, name: str, value: object) -> bool:
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if getattr(value, "__test__", True) is False:
        return False
    if inspect.isclass(value):
        return collector.classnamefilter(name) and any(
            inspect.isfunction(member) and collector.funcnamefilter(each) for each, member in vars(value).items()
        )
    if not inspect.isfunction(value):
        return False
    unittest = sys.modules.get("unittest")
    if unittest is not None and isinstance(collector.obj, type) and issubclass(collector.obj, unittest.TestCase):
        return name.startswith("test")
    return collector.funcnamefilter(name)


def _marks_of(owner: object) -> Iterator[pytest.Mark]:
    marks = getattr(owner, "pytestmark", ())
    for mark in marks if isinstance(marks, (list, tuple)) else (marks,):
        yield mark.mark if isinstance(mark, pytest.MarkDecorator) else mark


def _is_due(marks: Set[str], phase: Phase) -> bool:
    """Whether a test with these markers runs in this phase or a later one."""
    phases = {MARKED_PHASE[name] for name in marks & MARKED_PHASE.keys()} or UNMARKED
    return any(_ORDER.index(each) >= _ORDER.index(phase) for each in phases)


def _mentions_markers(path: Path) -> bool:
    try:
        content = read_regular(path)
    except OSError:
        return False
    return b"mark" in content and any(name.encode() in content for name in MARKER_NAMES)


def _matches(path: Path, pattern: str) -> bool:
    """As pytest matches ``norecursedirs`` and ``python_files``: by name, or by path if the pattern has a separator."""
    if os.sep not in pattern:
        return fnmatch(path.name, pattern)
    return fnmatch(str(path), pattern if Path(pattern).is_absolute() else f"*{os.sep}{pattern}")


def _within(nodeid: str, others: Collection[str]) -> bool:
    """Whether a node is one of these nodes, or belongs to one of them."""
    return any(nodeid == each or nodeid.startswith((f"{each}::", f"{each}/")) for each in others)
