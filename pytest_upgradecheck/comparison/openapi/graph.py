"""All schemas that the operations of two documents lead to, compared once each, and who meets what differs in them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pytest_upgradecheck.comparison.openapi.findings import Child, Finding, Pair, Way
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.relation import Relation, TooDeep
from pytest_upgradecheck.comparison.openapi.shapes import Handle


@dataclass(frozen=True, slots=True)
class Root:
    """A schema of an operation: ``where`` is its place in it, such as `response 200`."""

    operation: str
    where: str
    pair: Pair


@dataclass(slots=True, kw_only=True)
class Located:
    """A finding, its place, and the operations that meet it. ``component`` is the shared schema it is in, if any."""

    finding: Finding
    where: str
    path: str
    component: str | None
    way: Way
    operations: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Node:
    """A pair that was compared; its children by number, and what it is called (itself, or next to null)."""

    pair: Pair
    findings: tuple[Finding, ...]
    children: list[tuple[str, int]]
    component: str | None = None
    wrapped: str | None = None


class Graph:
    """Collects roots, compares what they lead to, and locates what was found."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        self._old = old
        self._new = new
        self._relation = Relation(old, new)
        self._numbers: dict[Pair, int] = {}
        self._nodes: list[_Node] = []
        self._roots: dict[Pair, list[Root]] = {}

    def add(self, root: Root) -> None:
        """Compare the schemas of an operation, too."""
        self._roots.setdefault(root.pair, []).append(root)

    def is_same(self, old: Handle, new: Handle) -> bool:
        """Whether two schemas are the same for sure."""
        return self._relation.is_same(old, new)

    def located(self) -> list[Located]:
        """Everything that differs, in the order in which the roots lead to it."""
        for pair in self._roots:
            self._compare(pair)
        touched = self._touched()
        for number in touched:
            node = self._nodes[number]
            node.component = _both(self._old.name(node.pair.old), self._new.name(node.pair.new))
            node.wrapped = _both(self._old.wrapped_name(node.pair.old), self._new.wrapped_name(node.pair.new))
        found: dict[tuple[int, int], Located] = {}
        for pair, roots in self._roots.items():
            if self._numbers[pair] in touched:
                self._locate(roots, touched, found)
        return list(found.values())

    def _number(self, pair: Pair) -> int:
        number = self._numbers.get(pair)
        if number is None:
            number = self._numbers[pair] = len(self._nodes)
            self._nodes.append(_Node(pair, (), []))
        return number

    def _compare(self, start: Pair) -> None:
        done = len(self._nodes)
        self._number(start)
        while done < len(self._nodes):
            node = self._nodes[done]
            done += 1
            self._old.document.budget.spend()
            findings: dict[Finding, None] = {}
            try:
                for each in self._relation.differences(node.pair):
                    if isinstance(each, Child):
                        node.children.append((each.step, self._number(each.pair)))
                    else:
                        findings[each] = None
            except TooDeep:
                findings[Finding(Kind.NOT_JUDGED, "its unions are nested too deep to be compared")] = None
            node.findings = tuple(findings)

    def _touched(self) -> set[int]:
        """The nodes from which a finding can be reached."""
        parents: dict[int, list[int]] = {}
        for number, node in enumerate(self._nodes):
            for _, child in node.children:
                parents.setdefault(child, []).append(number)
        touched = {number for number, node in enumerate(self._nodes) if node.findings}
        open_numbers = list(touched)
        while open_numbers:
            for parent in parents.get(open_numbers.pop(), ()):
                if parent not in touched:
                    touched.add(parent)
                    open_numbers.append(parent)
        return touched

    def _locate(self, roots: list[Root], touched: set[int], found: dict[tuple[int, int], Located]) -> None:
        """Locate what was found below one pair, for each of the operations (roots) that lead to it."""
        start = self._numbers[roots[0].pair]
        operations = dict.fromkeys(root.operation for root in roots)
        seen = {start}
        queue = deque([(start, self._nodes[start].component, "")])
        while queue:
            number, component, path = queue.popleft()
            node = self._nodes[number]
            # A component next to null: what is said of its members is said of it, the rest of this place.
            wrapped = None if component and not path else node.wrapped
            inner, below = (wrapped, "") if wrapped else (component, path)
            for at, finding in enumerate(node.findings):
                located = found.get((number, at))
                if located is None:
                    own, way = (inner, below) if finding.step else (component, path)
                    located = found[number, at] = Located(
                        finding=finding,
                        where=roots[0].where,
                        path=way + finding.step,
                        component=own,
                        way=node.pair.way,
                    )
                located.operations.update(operations)
            for step, child in node.children:
                if child in touched and child not in seen:
                    seen.add(child)
                    name = self._nodes[child].component
                    queue.append((child, name or inner, "" if name else below + step))


def _both(old: str | None, new: str | None) -> str | None:
    """The name of a schema that both documents share."""
    if old is None or new is None:
        return None
    return old if old == new else f"{old}, now {new}"
