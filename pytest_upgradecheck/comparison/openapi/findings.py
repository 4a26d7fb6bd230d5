"""Results of comparing two schemas: findings at this place, and pairs of schemas further down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from pytest_upgradecheck.comparison.openapi.kinds import Kind, Severity
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.shapes import Handle


class Way(StrEnum):
    """The direction of a value: the client writes it (request), or the platform does (response)."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def other(self) -> Way:
        """The opposite direction."""
        return Way.RESPONSE if self is Way.REQUEST else Way.REQUEST


class Pair(NamedTuple):
    """A schema before and after, as met in one direction; ``as_text`` where numbers travel as text."""

    old: Handle
    new: Handle
    way: Way
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference at the place where it is found; ``step`` leads to a place one level down.

    ``variant`` is the component that the place is in, if it is one of several that a union lists.
    """

    kind: Kind
    message: str
    step: str = ""
    variant: str | None = None

    @property
    def severity(self) -> Severity:
        """The severity of its kind."""
        return self.kind.severity

    def of_variant(self, name: str | None) -> Finding:
        """The same, in a member of a union."""
        return replace(self, variant=name) if name else self


@dataclass(frozen=True, slots=True)
class Child:
    """Two schemas that belong together, one level down."""

    step: str
    pair: Pair
    variant: str | None = None

    def of_variant(self, name: str | None) -> Child:
        """The same, in a member of a union."""
        return replace(self, variant=name) if name else self


@dataclass(frozen=True, slots=True)
class Sides:
    """Both documents, for comparing the members of one pair."""

    pair: Pair
    old: Schemas
    new: Schemas
    #: Whether two schemas are the same for sure.
    same: Callable[[Handle, Handle], bool]

    def child(self, step: str, old: Handle, new: Handle) -> Child:
        """Two schemas below this pair."""
        return Child(step, Pair(old, new, self.pair.way, self.pair.as_text))
