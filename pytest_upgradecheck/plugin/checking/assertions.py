"""Whether a check asserted anything: watched while its body runs, on the lines that can turn it red.

These are assert statements, calls that raise where something is not so (``pytest.raises``, ``assertEqual``,
``raise_for_status`` ...), and conditions under which the check raises or calls ``pytest.fail``, in the files of the
suite. Watching ends with the first of them. Most checks need not be watched: where such a line stands in the body of
the check itself, under no condition and behind no ``return``, a check that passes has run it. Under a debugger or a
coverage tool nothing is watched, and nothing said.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from pytest_upgradecheck.plugin.checking.session import CHECK, UpgradeSession
from pytest_upgradecheck.vocabulary import NoteKind

_JUDGING = ("raises", "warns", "raise_for_status", "wait_until_ready", "fail", "exit")


class AssertionWatch:
    """Hooks around the body of each check, in the process that runs it."""

    def __init__(self, session: UpgradeSession, root: Path) -> None:
        self._session = session
        self._root = root
        self._files: dict[str, _File] = {}
        self._asserted = False

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Note a check that passes without having judged anything."""
        code = getattr(pyfuncitem.function, "__code__", None)
        if code is not None and code.co_firstlineno in self._file(code.co_filename).certain:
            return (yield)
        notes = self._session.notes
        compared, captured = len(notes.comparisons), len(notes.captures)
        self._asserted = sys.gettrace() is not None
        if not self._asserted:
            sys.settrace(self._enter)
        try:
            result = yield
        finally:
            if sys.gettrace() == self._enter:
                sys.settrace(None)
        if not (self._asserted or len(notes.comparisons) > compared or len(notes.captures) > captured):
            message = "it passed without asserting, comparing or capturing anything: it could not have failed"
            notes.remarks.append(
                {"check": pyfuncitem.stash[CHECK].id, "kind": NoteKind.ASSERTED_NOTHING, "message": message}
            )
        return result

    def _enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self._step if self._file(frame.f_code.co_filename).lines else None

    def _step(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line" and frame.f_lineno in self._files[frame.f_code.co_filename].lines:
            self._asserted = True
            sys.settrace(None)
            return None
        return self._step

    def _file(self, name: str) -> _File:
        known = self._files.get(name)
        if known is None:
            known = self._files[name] = _read(name, self._root)
        return known


class _File(NamedTuple):
    """The lines of a file that can turn a check red, and the first lines of functions that certainly run one."""

    lines: frozenset[int] = frozenset()
    certain: frozenset[int] = frozenset()


def _read(file: str, root: Path) -> _File:
    path = Path(file)
    if not path.is_relative_to(root) or "site-packages" in path.parts:
        return _File()
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return _File()
    lines: set[int] = set()
    certain: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if _certainly_judges(node):
                certain.add(min([node.lineno, *(each.lineno for each in node.decorator_list)]))
        elif isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _judges(node)):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        elif isinstance(node, ast.If) and any(map(_refuses, node.body + node.orelse)):
            lines.update(range(node.test.lineno, (node.test.end_lineno or node.test.lineno) + 1))
        elif isinstance(node, ast.Try) and any(_refuses(each) for handler in node.handlers for each in handler.body):
            lines.update(each.lineno for each in node.body)
    return _File(frozenset(lines), frozenset(certain))


def _certainly_judges(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function that comes to its end has judged something."""
    for statement in function.body:
        if isinstance(statement, ast.Assert) or _is_judging_call(statement):
            return True
        if any(isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) for node in ast.walk(statement)):
            return False
    return False


def _refuses(statement: ast.stmt) -> bool:
    """Whether a statement ends a check in red."""
    return isinstance(statement, ast.Raise) or _is_judging_call(statement)


def _is_judging_call(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and _judges(statement.value)


def _judges(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _JUDGING or name.lower().startswith("assert")
