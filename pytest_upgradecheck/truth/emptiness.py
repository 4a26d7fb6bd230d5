"""Lists that a JMESPath expression had to go through and found empty.

``contracts[?state != 'aligned'].name`` gives an empty list both if every contract is aligned and if there is no
contract at all; only the first is a result. ``drifts[].name`` is different: it names what is listed, and may list
nothing. So these must see at least one item: a filter, and a list whose items hold the lists that are named
(``contracts[].drifts[]``). An empty list is fine if an earlier filter of the same chain dropped every item, or if the
plan says what it means, as in ``(contracts || `[]`)[?...]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_FILTER = "filter_projection"
_ENUMERATORS = frozenset({_FILTER, "projection", "value_projection"})
_CHAINS = frozenset({"pipe", "subexpression", "index_expression"})
_LOOKS_AT_THE_ANSWER = frozenset({*_ENUMERATORS, "field", "current", "index", "flatten", "slice"})


def went_through_nothing(expression: Any, seen: Mapping[int, int], skipped: frozenset[int]) -> bool:
    """Whether a list that must have items had none.

    ``seen`` counts the items that each node (by its id) went through; ``skipped`` are the nodes that were not evaluated
    because the other side of an ``&&`` or ``||`` decided.
    """
    walk = _Walk(seen, skipped)
    walk.visit(expression, explained=False, last=True)
    return walk.empty


def is_constant(expression: Any) -> bool:
    """Whether an expression never looks at the answer."""
    return not any(node["type"] in _LOOKS_AT_THE_ANSWER for node in _nodes(expression))


def says_what_empty_means(node: Any) -> bool:
    """Whether the plan gives a default for the list: ``list || `[]```."""
    return node["type"] == "literal" or any(
        each["type"] == "or_expression" and each["children"][1]["type"] == "literal" for each in _nodes(node)
    )


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _nodes(child)


@dataclass(slots=True)
class _Walk:
    seen: Mapping[int, int]
    skipped: frozenset[int]
    empty: bool = field(default=False)

    def visit(self, node: Any, *, explained: bool, last: bool) -> bool:
        """Walk along a chain.

        ``explained``: an earlier filter accounts for an empty list; the result says so for what comes after the node.
        ``last``: nothing after the node goes through its items.
        """
        kind = node["type"]
        if id(node) in self.skipped or kind == "literal":
            return explained
        if kind in _ENUMERATORS:
            return self._enumerator(node, explained, last)
        children = [child for child in node.get("children", ()) if isinstance(child, dict)]
        if kind in _CHAINS:
            for number, child in enumerate(children):
                final = last and not any(_enumerates(later) for later in children[number + 1 :])
                explained = self.visit(child, explained=explained, last=final)
            return explained
        if kind == "flatten":
            return self.visit(children[0], explained=explained, last=last)
        if kind == "or_expression" and children[1]["type"] == "literal":
            return explained
        for child in children:
            self.visit(child, explained=False, last=True)
        return explained

    def _enumerator(self, node: Any, explained: bool, last: bool) -> bool:
        base, inner = node["children"][:2]
        explained = self.visit(base, explained=explained, last=False)
        seen = self.seen.get(id(node), 0)
        must_have_items = node["type"] == _FILTER or not last or _enumerates(inner)
        if not seen and must_have_items and not explained and not says_what_empty_means(base):
            self.empty = True
        # Nothing came this far, so the nodes inside saw nothing either; this node has accounted for it.
        explained = explained or not seen or node["type"] == _FILTER
        self.visit(inner, explained=explained, last=last)
        if node["type"] == _FILTER and seen:
            self.visit(node["children"][2], explained=False, last=True)
        return explained


def _enumerates(node: Any) -> bool:
    return any(each["type"] in _ENUMERATORS for each in _nodes(node))
