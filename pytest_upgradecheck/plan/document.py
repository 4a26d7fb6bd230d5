"""YAML with the line of every value, variables filled in, and nothing that can surprise.

Variables are filled into scalars after parsing. What a key says twice, what a tag would construct, what aliases would
multiply, and a key without a value are faults, not silent choices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import Reader, ReaderError

from pytest_upgradecheck.errors import Fault
from pytest_upgradecheck.files import open_regular
from pytest_upgradecheck.plan.variables import asks_environment, fill_in, needs_filling

Place = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_LARGEST = 1_000_000  # bytes
_MOST_NODES = 50_000
_DEEPEST = 60
_SHOWN = 60  # characters
_TOO_DEEP = (f"nested more than {_DEEPEST} levels deep", "simplify the plan")

#: Prefixes of values that still have to be filled in, written by `upgradecheck init`, and what to do about each.
PLACEHOLDERS = {
    "FILL IN:": "replace it with the real value",
    "CONFIRM:": "this is a proposal: check it, and remove CONFIRM:",
}


@dataclass(slots=True)
class PlanSource:
    """A plan file as plain data, with the line of each place in it, and the faults found so far.

    ``written`` holds what the file says for a scalar that is not a text: ``2026.10`` for the number 2026.1.
    ``substituted`` holds, of values from the environment, what is written in their place: ``${NAME}``. ``dropped`` are
    the places whose value has been reported and left out.
    """

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    written: dict[Place, str] = field(default_factory=dict)
    substituted: dict[Place, str] = field(default_factory=dict)
    dropped: set[Place] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: Place, found: str, hint: str, *, line: int | None = None) -> None:
        """Add a fault at a place; without a line, at that of the place or of the nearest around it that has one."""
        around = place
        while around and around not in self.lines:
            around = around[:-1]
        at = line or self.lines.get(around)
        self.faults.append(Fault(file=self.file, line=at, field=dotted(place), found=found, hint=hint))


def one_line(text: str) -> str:
    """A text of the file that fits into a message, and cannot break its line or reach the terminal's controls."""
    return shortened(text if text.isprintable() and text else json.dumps(text))


def dotted(place: Place) -> str:
    """A place as people write it: ``sequence[0].from``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{one_line(part)}" for part in place)
    return "".join(parts).removeprefix(".")


def shortened(text: str) -> str:
    """A text that fits into a message."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def read_plan_file(path: Path, environ: Mapping[str, str], shown_as: str) -> PlanSource:
    """Read a file; ``faults`` has everything wrong with its YAML or its variables."""
    document = PlanSource(file=shown_as)
    try:
        with open_regular(path) as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            document.fault((), f"the file has more than {_LARGEST} bytes", "a plan must be smaller")
            return document
        _compose(document, raw.decode(), environ)
    except OSError as error:
        document.fault((), f"the file cannot be read: {error.strerror or error}", "")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.fault((), "the file is not UTF-8", "save it as UTF-8", line=line)
    return document


def _compose(document: PlanSource, content: str, environ: Mapping[str, str]) -> None:
    try:
        too_deep = _line_nested_too_deep(content)
        if too_deep is not None:
            document.fault((), *_TOO_DEEP, line=too_deep)
            return
        loader = _LOADER(content)
        try:
            node = loader.get_single_node()
            if node is None:
                hint = "write at least upgrade, environment, change_class, platform and sequence"
                document.fault((), "the file is empty", hint)
                return
            document.data = _Reading(document, loader, environ).read(node, ())
        finally:
            loader.dispose()
    except _Endless:
        document.fault((), f"its aliases expand to more than {_MOST_NODES} values", "write the values out", line=1)
    except ReaderError:
        bad = Reader.NON_PRINTABLE.search(content)
        line = content.count("\n", 0, bad.start()) + 1 if bad else None
        document.fault((), "this is not YAML: it has a control character", "remove it", line=line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line(mark) if mark else None
        if "maximum nesting depth" in (error.problem or ""):  # newer releases of libyaml stop here themselves
            document.fault((), *_TOO_DEEP, line=line)
            return
        said = ", ".join(part for part in (error.context, error.problem) if part)
        document.fault((), f"this is not YAML: {said}", _yaml_hint(content, line), line=line)


def _line_nested_too_deep(content: str) -> int | None:
    """The place where nesting is too deep, found on events: composing such a document would exhaust the stack."""
    depth = 0
    for event in yaml.parse(content, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return _line(event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _line(mark: Any) -> int:
    return int(mark.line) + 1


def _yaml_hint(content: str, line: int | None) -> str:
    """The usual cause when a line is not YAML."""
    around = content.split("\n")[max(0, line - 1) : line] if line else []
    if any("\t" in text for text in around):
        return "indent with spaces: YAML allows no tabs"
    if any("${" in text for text in around):
        return 'inside {...} and [...], write variables in quotes: "${NAME}"'
    return ""


class _Endless(Exception):
    """Aliases expand without end, or nearly so."""


class _Reading:
    """Turn composed nodes into plain data, place by place."""

    def __init__(self, document: PlanSource, loader: Any, environ: Mapping[str, str]) -> None:
        self.document = document
        self.loader = loader
        self.environ = environ
        self.nodes = 0

    def read(self, node: yaml.Node, place: Place) -> Any:
        self.nodes += 1
        # Aliases are followed, so a small file can expand to a huge or endless plan.
        if self.nodes > _MOST_NODES or len(place) > _DEEPEST:
            raise _Endless
        self.document.lines.setdefault(place, _line(node.start_mark))
        if node.tag != self._plain_tag(node):
            tag = one_line(node.tag.replace(_TAG, "!!"))
            self._drop(place, f"found the tag {tag}", "a plan is plain data: remove the tag")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _plain_tag(self, node: yaml.Node) -> Any:
        """The tag of a node for which the file gives none."""
        implicit = (not node.style, bool(node.style)) if isinstance(node, yaml.ScalarNode) else True
        return self.loader.resolve(type(node), node.value, implicit)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = _line(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != self._plain_tag(key_node):
                self.document.fault(place, "found a key that is not plain text", "write a plain text", line=line)
                continue
            key = key_node.value
            if key_node.tag == f"{_TAG}merge":
                self.document.fault((*place, key), "merging is not supported", "write the keys out", line=line)
                continue
            inside = (*place, key)
            if key in values:
                first = self.document.lines[inside]
                found = f"the key is used twice, in line {first} and in line {line}"
                self.document.fault(inside, found, "keep one of them", line=line)
                continue
            self.document.lines[inside] = line
            values[key] = self.read(value_node, inside)
            if values[key] is None and inside not in self.document.dropped:
                self._drop(inside, "the key has no value", "write one, or remove the key")
        return values

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        for placeholder, hint in PLACEHOLDERS.items():
            if node.value.startswith(placeholder):
                self._drop(place, f"found {one_line(node.value)}", hint)
                return None
        if needs_filling(node.value):
            if asks_environment(node.value):
                self.document.substituted[place] = node.value
            return fill_in(node.value, self.environ, lambda found, hint: self._drop(place, found, hint))
        if node.tag in (f"{_TAG}str", f"{_TAG}value", f"{_TAG}merge"):
            return node.value
        try:
            value = self.loader.construct_object(node)
        except (ValueError, OverflowError):
            found = f"found {shortened(node.value)}, which is not a valid {node.tag.replace(_TAG, '')}"
            self._drop(place, found, "write it in quotes if it is a text")
            return None
        self.document.written[place] = node.value
        return value

    def _drop(self, place: Place, found: str, hint: str) -> None:
        self.document.dropped.add(place)
        self.document.fault(place, found, hint)
