"""The source files of the suite: lines that can turn a check red, and tests that Python or pytest silently drops."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pytest_upgradecheck.files import read_regular
from pytest_upgradecheck.plugin.checking.declarations import Declared, declared

#: Hexadecimal digits of a source's digest: it tells changes apart, and is not a safeguard.
_DIGITS = 12

_JUDGING = ("raises", "warns", "raise_for_status", "wait_until_ready", "fail", "exit")


class Source(NamedTuple):
    """One file of the suite.

    ``lines`` can turn a check red, ``certain`` are the first lines of functions that run one of these lines whenever
    they end, ``faults`` are lines that do not do what they seem to do. ``digests`` are those
    of the functions' source, by their first lines. ``declared`` are the functions and methods, see `declared`.
    """

    lines: frozenset[int] = frozenset()
    certain: frozenset[int] = frozenset()
    faults: tuple[str, ...] = ()
    digests: Mapping[int, str] = MappingProxyType({})
    declared: tuple[Declared, ...] = ()


class Suite:
    """The files below the root of the suite, each read once."""

    def __init__(self, root: Path) -> None:
        self._roots = (root, root.resolve())
        self._sources: dict[str, Source] = {}

    def holds(self, file: str) -> bool:
        """Whether a file is part of the suite, not of an installed library."""
        path = Path(file)
        return any(path.is_relative_to(root) for root in self._roots) and "site-packages" not in path.parts

    def source(self, file: str) -> Source:
        """The source of a file; empty if the file is not part of the suite or cannot be read."""
        known = self._sources.get(file)
        if known is None:
            known = self._sources[file] = _read(file) if self.holds(file) else Source()
        return known

    def digest_of(self, function: object) -> str | None:
        """The digest of a function's source: the same while nothing but comments and its docstring change."""
        code = getattr(function, "__code__", None)
        return None if code is None else self.source(code.co_filename).digests.get(code.co_firstlineno)

    def judges_within(self, function: object) -> bool:
        """Whether a line of this function can turn a check red."""
        code = getattr(function, "__code__", None)
        if code is None:
            return False
        lines = self.source(code.co_filename).lines
        return bool(lines) and any(line in lines for _, _, line in code.co_lines() if line is not None)


def _read(file: str) -> Source:
    try:
        content = read_regular(Path(file))
        tree = ast.parse(content)
    except (OSError, SyntaxError, ValueError):
        return Source()
    lines: set[int] = set()
    certain: set[int] = set()
    digests: dict[int, str] = {}
    text = content.splitlines()
    faults = list(_defined_twice(tree.body))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            digests[first] = _digest(node, text[first - 1 : node.end_lineno], first)
            if _certainly_judges(node):
                certain.add(first)
        elif isinstance(node, ast.ClassDef):
            faults += _defined_twice(node.body)
        elif isinstance(node, ast.Assert) and _is_always_true(node):
            faults.append(
                f"line {node.lineno}: this assertion is always true, because it asserts a tuple; remove the parentheses"
            )
        elif isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _judges(node)):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        elif isinstance(node, ast.If) and any(map(_refuses, node.body + node.orelse)):
            lines.update(range(node.test.lineno, (node.test.end_lineno or node.test.lineno) + 1))
        elif isinstance(node, ast.Try) and any(_refuses(each) for handler in node.handlers for each in handler.body):
            lines.update(each.lineno for each in node.body)
    return Source(frozenset(lines), frozenset(certain), tuple(faults), digests, declared(tree))


def _digest(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[bytes], first: int) -> str:
    left_out: range = range(0)
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        left_out = range(docstring.lineno - first, (docstring.end_lineno or docstring.lineno) - first + 1)
    digest = hashlib.sha256()
    for number, line in enumerate(lines):
        stripped = line.strip()
        if number not in left_out and stripped and not stripped.startswith(b"#"):
            digest.update(line.rstrip() + b"\n")
    return digest.hexdigest()[:_DIGITS]


def _defined_twice(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Python keeps only the last of several tests with one name, and neither it nor pytest says so."""
    first: dict[str, int] = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if not node.name.lower().startswith("test"):
                continue
            if node.name in first and not node.decorator_list:
                yield (
                    f"line {node.lineno}: {node.name} is also defined in line {first[node.name]}, and only the last "
                    "one runs; give each its own name"
                )
            first.setdefault(node.name, node.lineno)


def _is_always_true(node: ast.Assert) -> bool:
    return isinstance(node.test, ast.Tuple) and bool(node.test.elts)


def _certainly_judges(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function that comes to its end has judged something."""
    for statement in function.body:
        if (isinstance(statement, ast.Assert) and not _is_always_true(statement)) or _is_judging_call(statement):
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
