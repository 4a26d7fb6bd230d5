"""Tests that were written and would not run, or not as written: pytest only warns about them, or says nothing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_upgradecheck.plugin.checking.suite_source import Suite

#: Fixtures of this package, by name. One with the same name that a team defines would take its place.
FIXTURE_MODULE = "pytest_upgradecheck.plugin.fixtures"
FIXTURES = frozenset({"attach", "baseline", "platform_truth", "since_upgrade", "upgrade"})


_CONSTRUCTORS = ("__init__", "__new__")


def lost_tests(collector: pytest.Collector, report: pytest.CollectReport, suite: Suite) -> Iterator[str]:
    """Faults of the tests of a module or class, one sentence each."""
    if not isinstance(collector, (pytest.Module, pytest.Class)) or report.outcome != "passed":
        return
    if isinstance(collector, pytest.Module):
        yield from (f"{collector.nodeid}: {fault}" for fault in suite.source(str(collector.path)).faults)
    collected = {getattr(node, "originalname", None) or node.name for node in report.result}
    if isinstance(collector, pytest.Class) and not collected:
        names = [name for name in dir(collector.obj) if _looks_like_a_test(collector, name, _member(collector, name))]
        constructor = next((each for each in _CONSTRUCTORS if _has_its_own(collector.obj, each)), None)
        if names and constructor is not None:
            yield (
                f"{collector.nodeid}: pytest does not collect this class, because it has {constructor}; "
                "remove it, and set up in a fixture"
            )
            return
    members = {} if collector.obj is None else vars(collector.obj)
    tests = [name for name, value in members.items() if _looks_like_a_test(collector, name, value)]
    for name in tests:
        if name not in collected and not _is_function(members[name]):
            yield (
                f"{collector.nodeid}::{name}: pytest does not collect it, because it is not a function; write it as "
                "one, or give it a name that does not look like a test"
            )


def shadowed_fixtures(item: pytest.Item) -> Iterator[str]:
    """A sentence for each fixture of ours that another one, or a parameter, hides from this item."""
    definitions: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    for name in FIXTURES & definitions.keys():
        function = getattr(definitions[name][-1], "func", None)
        if not is_ours(function):
            yield shadowed(name, function)


def is_ours(function: object) -> bool:
    """Whether a fixture function is one of this package."""
    return getattr(inspect.unwrap(function) if callable(function) else function, "__module__", None) == FIXTURE_MODULE


def shadowed(name: str, function: Any) -> str:
    """The advice for a fixture that hides one of ours."""
    code = getattr(function, "__code__", None)
    module = getattr(function, "__module__", "")
    where = f"the fixture at {code.co_filename}:{code.co_firstlineno}" if code else "another fixture"
    if module.startswith("_pytest"):
        where = "a parameter of that name"
    return f"{where} hides the fixture {name!r} of pytest-upgradecheck; give it another name"


def _member(collector: pytest.Class, name: str) -> Any:
    return inspect.getattr_static(collector.obj, name, None)


def _has_its_own(cls: type, constructor: str) -> bool:
    """Whether a class, or a base class of the team, defines this constructor."""
    bases = (base for base in cls.__mro__ if base is not object and base.__module__ != "unittest.case")
    return any(constructor in vars(base) for base in bases)


def _looks_like_a_test(collector: pytest.Module | pytest.Class, name: str, value: Any) -> bool:
    if not collector.funcnamefilter(name) or inspect.isclass(value) or inspect.ismodule(value):
        return False
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if type(value).__module__.startswith("_pytest") or getattr(value, "__test__", True) is False:
        return False  # a fixture, or one that is not to be collected
    return callable(value) or isinstance(value, functools.partialmethod)


def _is_function(value: Any) -> bool:
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    return inspect.isfunction(inspect.unwrap(value))
