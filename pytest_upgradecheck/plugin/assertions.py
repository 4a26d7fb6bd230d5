"""Whether a check asserted anything: watched while its body runs, on the lines that can turn it red.

These are assert statements, calls that raise where something is not so (``pytest.raises``, ``assertEqual``,
``raise_for_status`` ...), and conditions under which the check raises or calls ``pytest.fail``, in the files of the
suite. Watching ends with the first of them. Under a debugger or a coverage tool nothing is watched, and nothing said.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pytest_upgradecheck.phases import Phase
from pytest_upgradecheck.plugin.checks import CHECK
from pytest_upgradecheck.plugin.session import UpgradeSession

_JUDGING = ("raises", "warns", "raise_for_status", "wait_until_ready", "fail", "exit")


class AssertionWatch:
    """Hooks around the body of each check, in the process that runs it."""

    def __init__(self, session: UpgradeSession, root: Path) -> None:
        self._session = session
        self._root = root
        self._lines: dict[str, frozenset[int]] = {}
        self._asserted = False

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Note a check that passes without having judged anything."""
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
        judged = self._asserted or len(notes.comparisons) > compared
        if self._session.phase is Phase.PRE:
            judged = judged or len(notes.captures) > captured
        if not judged:
            message = "it passed without asserting, comparing or capturing anything: it could not have failed"
            notes.remarks.append({"check": pyfuncitem.stash[CHECK].id, "kind": "asserted-nothing", "message": message})
        return result

    def _enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        file = frame.f_code.co_filename
        lines = self._lines.get(file)
        if lines is None:
            lines = self._lines[file] = _judging_lines(file, self._root)
        return self._step if lines else None

    def _step(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line" and frame.f_lineno in self._lines[frame.f_code.co_filename]:
            self._asserted = True
            sys.settrace(None)
            return None
        return self._step


def _judging_lines(file: str, root: Path) -> frozenset[int]:
    """The lines of a file that can turn a check red; none for what is not of the suite."""
    path = Path(file)
    if not path.is_relative_to(root) or "site-packages" in path.parts:
        return frozenset()
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _judges(node)):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        elif isinstance(node, ast.If) and any(map(_refuses, node.body + node.orelse)):
            lines.update(range(node.test.lineno, (node.test.end_lineno or node.test.lineno) + 1))
        elif isinstance(node, ast.Try) and any(_refuses(each) for handler in node.handlers for each in handler.body):
            lines.update(each.lineno for each in node.body)
    return frozenset(lines)


def _refuses(statement: ast.stmt) -> bool:
    """Whether a statement ends a check in red."""
    if isinstance(statement, ast.Raise):
        return True
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and _judges(statement.value)


def _judges(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _JUDGING or name.lower().startswith("assert")
