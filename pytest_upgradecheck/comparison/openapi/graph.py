"""All schemas that the operations of two documents lead to, compared once each, and who meets what differs in them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import compress

from pytest_upgradecheck.comparison.openapi.findings import Child, Finding, Pair, Way
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.relation import Relation, TooDeep
from pytest_upgradecheck.comparison.openapi.shapes import Handle
from pytest_upgradecheck.comparison.openapi.telling import both_names

_BITS = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True, slots=True)
class Root:
    """A schema of an operation: ``where`` is its place in it, such as `response 200`."""

    operation: str
    where: str
    pair: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A finding, its place, and the operations that meet it. ``component`` is the shared schema it is in, if any."""

    finding: Finding
    where: str
    path: str
    component: str | None
    way: Way
    operations: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    """A pair that was compared; its children by number, and what it is called (itself, or next to null)."""

    pair: Pair
    findings: tuple[Finding, ...]
    children: list[tuple[Child, int]]
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
            node.component = both_names(self._old.name(node.pair.old), self._new.name(node.pair.new))
            node.wrapped = both_names(self._old.wrapped_name(node.pair.old), self._new.wrapped_name(node.pair.new))
        operations = self._operations(touched)
        found: list[Located] = []
        seen: set[int] = set()
        for pair, roots in self._roots.items():
            if self._numbers[pair] in touched:
                self._locate(roots[0].where, self._numbers[pair], touched, operations, seen, found)
        return found

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
                        node.children.append((each, self._number(each.pair)))
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

    def _operations(self, touched: set[int]) -> dict[int, tuple[str, ...]]:
        """The operations that lead to each node with findings; nodes that the same ones lead to share one tuple."""
        names = list(dict.fromkeys(root.operation for roots in self._roots.values() for root in roots))
        bits = {name: 1 << at for at, name in enumerate(names)}
        leading: dict[int, int] = dict.fromkeys(touched, 0)
        for pair, roots in self._roots.items():
            if self._numbers[pair] in touched:
                for root in roots:
                    leading[self._numbers[pair]] |= bits[root.operation]
        # Parents come before their children, and nodes that lead to each other come together.
        children = {
            number: [child for _, child in self._nodes[number].children if child in touched] for number in touched
        }
        for group in reversed(_strongly_connected(children)):
            together = 0
            for number in group:
                together |= leading[number]
            for number in group:
                leading[number] = together
                for child in children[number]:
                    leading[child] |= together
        told: dict[int, tuple[str, ...]] = {}
        for number, together in leading.items():
            if self._nodes[number].findings and together not in told:
                told[together] = tuple(compress(names, f"{together:b}"[::-1].encode().translate(_BITS)))
        return {number: told[together] for number, together in leading.items() if together in told}

    def _locate(
        self, where: str, start: int, touched: set[int], operations: dict[int, tuple[str, ...]], seen: set[int],
        found: list[Located],
    ) -> None:  # fmt: skip
        """Locate what was found below a root, on the shortest way to it, unless an earlier root led to it."""
        if start in seen:
            return
        seen.add(start)
        queue = deque([(start, self._nodes[start].component, "")])
        while queue:
            number, component, path = queue.popleft()
            node = self._nodes[number]
            # A component next to null: what is said of its members is said of it, the rest of this place.
            wrapped = None if component and not path else node.wrapped
            inner, below = (wrapped, "") if wrapped else (component, path)
            for finding in node.findings:
                own, way = (inner, below) if finding.step else (component, path)
                own, way = (finding.variant, "") if finding.variant else (own, way)
                found.append(
                    Located(
                        finding=finding, where=where, path=way + finding.step, component=own, way=node.pair.way,
                        operations=operations[number],
                    )
                )  # fmt: skip
            for each, child in node.children:
                if child in touched and child not in seen:
                    seen.add(child)
                    name = self._nodes[child].component
                    own, way = (each.variant, "") if each.variant else (inner, below)
                    queue.append((child, name or own, "" if name else way + each.step))


def _strongly_connected(children: dict[int, list[int]]) -> list[list[int]]:
    """Nodes that lead to each other, in groups; a group comes after those that it leads to (Tarjan's algorithm)."""
    groups: list[list[int]] = []
    index: dict[int, int] = {}
    lowest: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for start in children:
        if start in index:
            continue
        work = [(start, iter(children[start]))]
        index[start] = lowest[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            number, rest = work[-1]
            for child in rest:
                if child not in index:
                    index[child] = lowest[child] = len(index)
                    stack.append(child)
                    on_stack.add(child)
                    work.append((child, iter(children[child])))
                    break
                if child in on_stack:
                    lowest[number] = min(lowest[number], index[child])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[number])
                if lowest[number] == index[number]:
                    group = [stack.pop()]
                    while group[-1] != number:
                        group.append(stack.pop())
                    on_stack.difference_update(group)
                    groups.append(group)
    return groups
