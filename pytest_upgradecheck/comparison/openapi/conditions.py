"""Conditions that cannot be put into a range or a list: `not`, `if`, `contains`, `propertyNames` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_upgradecheck.comparison.openapi.findings import Finding, Pair, Way
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.shapes import Atom, Handle


class Conditions:
    """Judges them with the help of ``holds``, which tells whether one schema is part of another."""

    def __init__(self, holds: Callable[[Pair], bool]) -> None:
        self._holds = holds

    def differences(self, sent: Atom, expected: Atom, pair: Pair) -> Iterator[Finding]:
        """Conditions that are expected and not met for sure."""
        request = pair.way is Way.REQUEST
        for keyword, condition in expected.further:
            same = [other for name, other in sent.further if name == keyword]
            if any(self._met(keyword, other, condition, pair) for other in same):
                continue
            if keyword == "x-extensible-enum" and (pair.way is Way.RESPONSE or not same):
                continue
            if keyword == "contains" and any(self._same(other[0], condition[0], pair) for other in same):
                bounds = "`minContains` or `maxContains`"
                said = f"must meet narrower bounds of {bounds}" if request else f"need not meet {bounds} any more"
                yield Finding(Kind.CONDITION_CHANGED, said)
            elif same and keyword in ("not", "if", "contains", "dependentSchemas"):
                yield Finding(Kind.NOT_JUDGED, f"`{keyword}` changed: compare the two by hand")
            elif same:
                yield Finding(Kind.CONDITION_CHANGED, f"`{keyword}` changed, and not only to the better")
            elif request:
                yield Finding(Kind.CONDITION_CHANGED, f"must meet a new condition: `{keyword}`")
            else:
                yield Finding(Kind.CONDITION_CHANGED, f"no longer has to meet `{keyword}`")

    def _met(self, keyword: str, sent: Any, expected: Any, pair: Pair) -> bool:
        if keyword == "if":
            return all(self._same(one, other, pair) for one, other in zip(sent, expected, strict=True))
        if keyword == "not":
            # What must not match may only become less.
            return self._within(expected, sent, pair, pair.way.other)
        if keyword == "dependentRequired":
            return all(names <= sent.get(name, frozenset()) for name, names in expected.items())
        if keyword == "dependentSchemas":
            return all(name in sent and self._within(sent[name], node, pair) for name, node in expected.items())
        if keyword == "contains":
            bounds_hold = sent[1] >= expected[1] and sent[2] <= expected[2]
            return bounds_hold and self._same(sent[0], expected[0], pair)
        if keyword == "contentMediaType":
            return bool(sent == expected)
        if keyword == "x-extensible-enum":
            return bool(sent <= expected)
        return self._within(sent, expected, pair)

    def _within(self, sent: Handle, expected: Handle, pair: Pair, way: Way | None = None) -> bool:
        way = way or pair.way
        # The sides belong to documents: what is sent in a request is of the old one, whichever way is asked.
        old, new = (sent, expected) if way is Way.REQUEST else (expected, sent)
        return self._holds(Pair(old, new, way, pair.as_text))

    def _same(self, sent: Handle, expected: Handle, pair: Pair) -> bool:
        return self._within(sent, expected, pair) and self._within(expected, sent, pair, pair.way.other)
