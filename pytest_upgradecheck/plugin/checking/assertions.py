"""Detection of checks that assert nothing: their bodies are watched while they run.

A check asserted something if it ran a line that can turn it red: an assert statement, a call that raises if something
is not so (``pytest.raises``, ``assertEqual``, ``raise_for_status`` ...), or a condition under which it raises or calls
``pytest.fail``, in the files of the suite. So did a check that called code that may judge for it: an installed library,
a function of the standard library that raises, a truth surface of the platform. What they judge cannot be known here,
and the watch says nothing.

Watching ends with the first of these. Most checks need not be watched: if such a line is in the body of the check
itself, under no condition and after no ``return``, a check that passes has run it. Under a debugger or a coverage tool
nothing is watched, and nothing is said.
"""

from __future__ import annotations

import dis
import sys
import sysconfig
import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import pytest_upgradecheck
from pytest_upgradecheck.plugin.checking.notes import Notes
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.vocabulary import NoteKind

_STANDARD_LIBRARY = sysconfig.get_path("stdlib")
_PACKAGE = str(Path(pytest_upgradecheck.__file__).parent)
_TRUTH = str(Path(_PACKAGE, "truth"))
_MESSAGE = "it passed without asserting, comparing or capturing anything"
_FIXTURES_OF_UNITTEST = ("setUp", "tearDown", "asyncSetUp", "asyncTearDown")


class AssertionWatch:
    """Watch the bodies of checks, in the process that runs them."""

    def __init__(self, suite: Suite, notes: Notes) -> None:
        self._suite = suite
        self._notes = notes
        self._asserted = False
        self._compared = self._captured = 0
        self._others: Any = None
        self._may_judge: dict[CodeType, bool] = {}

    def around(self, item: pytest.Function, function: object, check: str) -> AbstractContextManager[None]:
        """Note a check that passes without having judged anything; ``function`` is that of the item, as collected."""
        code = getattr(function, "__code__", None)
        if code is None or code.co_firstlineno in self._suite.source(code.co_filename).certain:
            return nullcontext()
        if sys.gettrace() is not None or self._its_fixtures_judge(item):
            return nullcontext()
        return _Watching(self, check)

    def start(self) -> None:
        """Watch from here on."""
        self._asserted = False
        self._compared, self._captured = len(self._notes.comparisons), len(self._notes.captures)
        self._others = threading.gettrace()
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def stop(self) -> None:
        """Watch no longer."""
        if sys.gettrace() == self._enter:
            sys.settrace(None)
        threading.settrace(self._others)

    def judge(self, check: str) -> None:
        """Note a check whose body came to its end without having judged anything."""
        notes = self._notes
        if not (self._asserted or len(notes.comparisons) > self._compared or len(notes.captures) > self._captured):
            notes.remark(check, NoteKind.ASSERTED_NOTHING, _MESSAGE)

    def _enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        if self._asserted:
            return None
        code = frame.f_code
        if self._suite.source(code.co_filename).lines:
            return self._step
        if self._judges(code):
            self._end()
        return None

    def _step(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line" and frame.f_lineno in self._suite.source(frame.f_code.co_filename).lines:
            self._end()
            return None
        return self._step

    def _end(self) -> None:
        self._asserted = True
        sys.settrace(None)

    def _judges(self, code: CodeType) -> bool:
        known = self._may_judge.get(code)
        if known is None:
            known = self._may_judge[code] = self._may_judge_for_a_check(code)
        return known

    def _may_judge_for_a_check(self, code: CodeType) -> bool:
        file = code.co_filename
        if file.startswith("<") or self._suite.holds(file):
            return False
        if file.startswith(_PACKAGE):
            return file.startswith(_TRUTH)
        if file.startswith(_STANDARD_LIBRARY) and "site-packages" not in file:
            return any(instruction.opname == "RAISE_VARARGS" for instruction in dis.get_instructions(code))
        return True

    def _its_fixtures_judge(self, item: pytest.Function) -> bool:
        """Whether a fixture of the suite may judge for this check."""
        definitions: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
        functions = [getattr(each, "func", None) for several in definitions.values() for each in several]
        functions += [getattr(item.cls, name, None) for name in _FIXTURES_OF_UNITTEST]
        return any(self._suite.judges_within(function) for function in functions)


class _Watching:
    """A watch over one body. It is not made with contextlib, whose own code would be watched, too."""

    def __init__(self, watch: AssertionWatch, check: str) -> None:
        self._watch = watch
        self._check = check

    def __enter__(self) -> None:
        self._watch.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._watch.stop()
        if kind is None:
            self._watch.judge(self._check)
