"""YAML with the line of every value, ``${NAME}`` filled in, and nothing that can surprise.

Substitution happens in scalars, after parsing: what an environment variable holds is always a text and can never add
structure to the plan. ``$${`` stands for a literal ``${``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pytest_upgradecheck.errors import Fault

Place = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VARIABLE = re.compile(r"\$(\$\{)|\$\{([^}]*)\}")
_VARIABLE_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
_LARGEST = 1_000_000
_MOST_NODES = 50_000
_DEEPEST = 60


@dataclass(slots=True)
class Document:
    """A plan file as plain data, with the line of each place in it, and the faults found so far."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unset: set[Place] = field(default_factory=set)
    substituted: set[Place] = field(default_factory=set)

    def fault(self, place: Place, found: str, hint: str) -> None:
        """Add a fault at a place, or at the nearest place around it that has a line."""
        at = place
        while at and at not in self.lines:
            at = at[:-1]
        self.faults.append(Fault(file=self.file, line=self.lines.get(at), field=dotted(place), found=found, hint=hint))


def dotted(place: Place) -> str:
    """A place as people write it: ``sequence[0].from``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def read_document(path: Path, environ: Mapping[str, str], shown_as: str) -> Document:
    """Read a file; what is wrong with it as YAML, or with its variables, stands in ``faults``."""
    document = Document(file=shown_as)
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            document.fault((), f"the file has {len(raw)} bytes", f"a plan has at most {_LARGEST}")
            return document
        content = raw.decode("utf-8-sig")
    except OSError as error:
        document.fault((), f"the file cannot be read: {error.strerror or error}", "")
        return document
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.faults.append(
            Fault(file=shown_as, line=line, field="", found="the file is not UTF-8", hint="save it as UTF-8")
        )
        return document
    _compose(document, content, environ)
    return document


def _compose(document: Document, content: str, environ: Mapping[str, str]) -> None:
    try:
        if _nesting(content) > _DEEPEST:
            document.fault((), f"the file is nested more than {_DEEPEST} levels deep", "a plan never is")
            return
        loader = _LOADER(content)
        try:
            node = loader.get_single_node()
            if node is None:
                document.fault((), "the file is empty", "write at least upgrade, environment, change_class, sequence")
                return
            _Reader(document, loader, environ).read_root(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        said = ", ".join(part for part in (error.context, error.problem) if part)
        document.faults.append(
            Fault(file=document.file, line=line, field="", found=f"this is no YAML: {said}", hint="")
        )
    except (yaml.YAMLError, ValueError) as error:
        said = str(error).partition("\n")[0]
        document.faults.append(
            Fault(file=document.file, line=None, field="", found=f"this is no YAML: {said}", hint="")
        )


def _nesting(content: str) -> int:
    """The deepest nesting, counted on events: composing what is nested too deep would exhaust the stack."""
    depth = deepest = 0
    for event in yaml.parse(content, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _DEEPEST:
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return deepest


class _Reader:
    def __init__(self, document: Document, loader: Any, environ: Mapping[str, str]) -> None:
        self.document = document
        self.loader = loader
        self.environ = environ
        self.nodes = 0

    def read_root(self, node: yaml.Node) -> None:
        self.document.lines[()] = node.start_mark.line + 1
        self.document.data = self._read(node, ())

    def _read(self, node: yaml.Node, place: Place) -> Any:
        self.nodes += 1
        # Aliases are followed, so a small file can stand for a huge or an endless plan.
        if self.nodes > _MOST_NODES or len(place) > _DEEPEST:
            raise ValueError("its aliases expand to more than a plan can hold")
        self.document.lines.setdefault(place, node.start_mark.line + 1)
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            self.document.fault(place, f"found the tag {node.tag}", "a plan is plain data: take the tag away")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.fault(place, f"a key in line {line} is not a plain text", "keys are plain texts")
                continue
            key = key_node.value
            inside = (*place, key)
            if key in first:
                self.document.lines[inside] = line
                self.document.fault(inside, f"the key stands twice, first in line {first[key]}", "keep one of them")
                continue
            first[key] = self.document.lines[inside] = line
            values[key] = self._read(value_node, inside)
        return values

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        if "${" in node.value:
            return self._filled_in(node.value, place)
        try:
            return self.loader.construct_object(node)
        except ValueError as error:
            self.document.fault(place, f"found {node.value!r}: {error}", "write it in quotes if it is a text")
            return None

    def _filled_in(self, text: str, place: Place) -> str:
        def value(match: re.Match[str]) -> str:
            if match[1]:
                return match[1]
            parts = _VARIABLE_NAME.fullmatch(match[2])
            if parts is None:
                self._unset(place, f"{match[0]} names no variable", "write ${NAME} or ${NAME:-default}")
                return ""
            name, default = parts[1], parts[2]
            found = self.environ.get(name) or default
            if found is None:
                state = "empty" if name in self.environ else "not set"
                self._unset(
                    place, f"the environment variable {name} is {state}", f"set it, or write ${{{name}:-default}}"
                )
                return ""
            return found

        self.document.substituted.add(place)
        return _VARIABLE.sub(value, text)

    def _unset(self, place: Place, found: str, hint: str) -> None:
        self.document.unset.add(place)
        self.document.fault(place, found, hint)
