"""The tests that a file declares, as its source tells: also those that pytest never collects."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

Marks: TypeAlias = frozenset[str]


class Declared(NamedTuple):
    """A function, or a method of a class, at the top level of a file.

    ``name`` is as in node ids, such as ``TestShop::test_order``; ``marks`` are the names of its pytest markers, those
    of its class and module included.
    """

    name: str
    line: int
    marks: Marks


def declared(tree: ast.Module) -> tuple[Declared, ...]:
    """The functions and methods that have a marker, or a name that begins with ``test``."""
    aliases = {target: marks for target, marks in _assigned(tree.body) if target != "pytestmark"}
    return tuple(_declared(tree.body, "", frozenset(), aliases))


def _declared(body: Sequence[ast.stmt], inside: str, marks: Marks, aliases: Mapping[str, Marks]) -> Iterator[Declared]:
    assigned = dict(_assigned(body, aliases))
    if assigned.get("__test__ = False") is not None:
        return
    marks |= assigned.get("pytestmark", frozenset())
    for node in _statements(body):
        if isinstance(node, ast.ClassDef):
            own = marks | _marks_in(node.decorator_list, aliases)
            yield from _declared(node.body, f"{inside}{node.name}::", own, aliases)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own = _marks_in(node.decorator_list, aliases)
            if "fixture" not in own and (own or node.name.startswith("test")):
                yield Declared(f"{inside}{node.name}", node.lineno, marks | own)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements, and those that may run under a condition."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = [*node.body, *getattr(node, "orelse", ()), *getattr(node, "finalbody", ())]
            yield from _statements([*inner, *(each for one in getattr(node, "handlers", ()) for each in one.body)])


def _assigned(body: Iterable[ast.stmt], aliases: Mapping[str, Marks] | None = None) -> Iterator[tuple[str, Marks]]:
    """The names that markers are assigned to."""
    for node in _statements(body):
        if isinstance(node, ast.Assign):
            marks = _marks_in([node.value], aliases or {})
            for target in node.targets:
                if isinstance(target, ast.Name):
                    if target.id == "__test__" and isinstance(node.value, ast.Constant) and not node.value.value:
                        yield "__test__ = False", frozenset()
                    elif marks:
                        yield target.id, marks


def _marks_in(expressions: Iterable[ast.expr], aliases: Mapping[str, Marks]) -> Marks:
    """The names after ``pytest.mark``, directly or by a name that stands for them; ``fixture`` for a fixture."""
    found: set[str] = set()
    for expression in expressions:
        for node in ast.walk(expression):
            if isinstance(node, ast.Name):
                found |= aliases.get(node.id, frozenset())
                found |= {"fixture"} & {node.id}
            elif isinstance(node, ast.Attribute):
                owner = node.value
                if (isinstance(owner, ast.Attribute) and owner.attr == "mark") or (
                    isinstance(owner, ast.Name) and owner.id == "mark"
                ):
                    found.add(node.attr)
                found |= {"fixture"} & {node.attr}
    return frozenset(found)
