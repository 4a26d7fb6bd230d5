"""All schemas that the operations of two documents lead to, compared once each, and who meets what differs in them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pytest_upgradecheck.comparison.openapi.findings import Child, Finding, Pair
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.relation import Relation, TooDeep


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
    pair: Pair
    operations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Node:
    findings: tuple[Finding, ...]
    children: tuple[Child, ...]


class Graph:
    """Collects roots, compares what they lead to, and locates what was found."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        self._old = old
        self._new = new
        self._relation = Relation(old, new)
        self._nodes: dict[Pair, _Node] = {}
        self._roots: list[Root] = []

    def add(self, root: Root) -> None:
        """Compare the schemas of an operation, too."""
        self._roots.append(root)

    def located(self) -> list[Located]:
        """Everything that differs, in the order in which the roots lead to it."""
        for root in self._roots:
            self._compare(root.pair)
        touched = self._touched()
        found: dict[tuple[Pair, int], Located] = {}
        for root in self._roots:
            if root.pair in touched:
                self._locate(root, touched, found)
        return list(found.values())

    def _compare(self, start: Pair) -> None:
        open_pairs = [start]
        while open_pairs:
            pair = open_pairs.pop()
            if pair in self._nodes:
                continue
            self._old.document.budget.spend()
            findings: list[Finding] = []
            children: list[Child] = []
            try:
                for each in self._relation.differences(pair):
                    if isinstance(each, Child):
                        children.append(each)
                    else:
                        findings.append(each)
            except TooDeep:
                findings.append(Finding(Kind.NOT_JUDGED, "its unions are nested too deep to be compared"))
            self._nodes[pair] = _Node(tuple(dict.fromkeys(findings)), tuple(children))
            open_pairs.extend(child.pair for child in children)

    def _touched(self) -> set[Pair]:
        """The pairs from which a finding can be reached."""
        parents: dict[Pair, list[Pair]] = {}
        for pair, node in self._nodes.items():
            for child in node.children:
                parents.setdefault(child.pair, []).append(pair)
        touched = {pair for pair, node in self._nodes.items() if node.findings}
        open_pairs = list(touched)
        while open_pairs:
            for parent in parents.get(open_pairs.pop(), ()):
                if parent not in touched:
                    touched.add(parent)
                    open_pairs.append(parent)
        return touched

    def _locate(self, root: Root, touched: set[Pair], found: dict[tuple[Pair, int], Located]) -> None:
        seen = {root.pair}
        queue = deque([(root.pair, self._component(root.pair), "")])
        while queue:
            pair, component, path = queue.popleft()
            node = self._nodes[pair]
            # A component next to null: what is said of its members is said of it, the rest of this place.
            wrapped = None if component and not path else self._wrapped(pair)
            inner, below = (wrapped, "") if wrapped else (component, path)
            for number, finding in enumerate(node.findings):
                located = found.get((pair, number))
                if located is None:
                    own, start = (inner, below) if finding.step else (component, path)
                    located = found[pair, number] = Located(
                        finding=finding, where=root.where, path=start + finding.step, component=own, pair=pair
                    )
                if root.operation not in located.operations[-1:]:
                    located.operations.append(root.operation)
            for child in node.children:
                if child.pair in touched and child.pair not in seen:
                    seen.add(child.pair)
                    name = self._component(child.pair)
                    queue.append((child.pair, name or inner, "" if name else below + child.step))

    def _component(self, pair: Pair) -> str | None:
        """The name of a schema that both documents share."""
        return _both(self._old.name(pair.old), self._new.name(pair.new))

    def _wrapped(self, pair: Pair) -> str | None:
        return _both(self._old.wrapped_name(pair.old), self._new.wrapped_name(pair.new))


def _both(old: str | None, new: str | None) -> str | None:
    if old is None or new is None:
        return None
    return old if old == new else f"{old}, now {new}"
