"""The rules: what may differ between before and after, and how it is written.

==========================  ======================================================================================
``unchanged``               nothing; numbers by ``rel`` (of the value before) or ``abs``, if given
``within``                  the same under the name for numbers: ``rel`` or ``abs`` must be given
``additions-only``          members and items may be added; none may be removed or changed
``no-fewer``, ``no-more``   counts: no list shorter (longer), no number smaller (larger), no member gone (new); what
                            the items of a list hold is not judged; single numbers may be smaller (larger) by ``rel``
                            or ``abs``, if given; a text or a boolean is not a count
``changed``                 the value must have changed, and must now be ``to``, if given; without ``to``, null and
                            what is empty are not a new value
``may-change``              anything
``openapi-compatible``      what breaks no client of an OpenAPI document
a function                  what it allows: see `own`
==========================  ======================================================================================

A rule for a path governs the place and all that is in it, down to the next place with a rule of its own. What is gone
is judged as a whole by the rule that governs it. If that is ``may-change``, which judges nothing, the rules for places
within are asked: ``**.state: unchanged`` refuses the loss of an item that had a state. What is new is judged as a
whole, too. Within it there is nothing that it could differ from, so only rules for the new value are asked there:
``changed`` with ``to``, and functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from pytest_upgradecheck.comparison.capture import captured
from pytest_upgradecheck.comparison.values import is_number

if TYPE_CHECKING:
    from pytest_upgradecheck.comparison.openapi import ContractTerms


class RuleName(StrEnum):
    """The rules that a plan or a check can name."""

    UNCHANGED = "unchanged"
    WITHIN = "within"
    ADDITIONS_ONLY = "additions-only"
    NO_FEWER = "no-fewer"
    NO_MORE = "no-more"
    CHANGED = "changed"
    MAY_CHANGE = "may-change"
    OPENAPI_COMPATIBLE = "openapi-compatible"
    OWN = "own"


#: A team's own rule: takes the values before and after (None if there is none). It returns None or True if all is well,
#: otherwise False, or a text (or several) that says what is wrong. An AssertionError counts as such a text.
Judge: TypeAlias = Callable[[Any, Any], "bool | str | list[str] | None"]


class BadRule(ValueError):
    """A rule that is not possible; the message says why, and what is."""


#: Enough digits for any number worth a tolerance, and no surprises from the context that the process has set.
_EXACT = Context(prec=60, traps=[])


class _Anything:
    def __repr__(self) -> str:
        return "anything else"


ANYTHING = _Anything()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``rel`` and ``abs`` are for numbers, ``to`` for ``changed``, ``judge`` for a team's own."""

    name: RuleName
    rel: float | None = None
    abs: float | None = None
    to: Any = ANYTHING
    judge: Judge | None = None
    #: The terms agreed on for an OpenAPI document.
    contract: ContractTerms | None = None

    def __str__(self) -> str:
        return self.name.value

    @property
    def judges_whole_value(self) -> bool:
        """True if the rule looks at the value where it is set, not at each difference within."""
        return self.name in (RuleName.CHANGED, RuleName.OPENAPI_COMPATIBLE, RuleName.OWN)

    @property
    def counts(self) -> bool:
        """True if the rule counts the items of a list instead of comparing them."""
        return self.name in (RuleName.NO_FEWER, RuleName.NO_MORE)

    @property
    def tolerates(self) -> bool:
        """True if numbers may differ a little."""
        return self.rel is not None or self.abs is not None

    @property
    def at_rest(self) -> Rule:
        """The rule for two readings with no change between them: see `Terms.at_rest`."""
        if self.name is RuleName.CHANGED:
            return Rule(name=RuleName.UNCHANGED)
        if self.judge is not None:
            return Rule(name=RuleName.OWN, judge=_at_rest(self.judge))
        return self

    @property
    def allows_removal(self) -> bool:
        """True if a member or an item may be removed."""
        return self.name in (RuleName.MAY_CHANGE, RuleName.NO_MORE)

    @property
    def allows_addition(self) -> bool:
        """True if a member or an item may be added."""
        return self.name in (RuleName.MAY_CHANGE, RuleName.NO_FEWER, RuleName.ADDITIONS_ONLY)

    def allows_change(self, before: Any, after: Any) -> bool:
        """True if a single value may become another; both are captured values that are not the same."""
        if self.name is RuleName.MAY_CHANGE:
            return True
        numbers = is_number(before) and is_number(after)
        if self.counts:
            if not numbers:
                return type(before) is type(after)
            in_direction = after > before if self.name is RuleName.NO_FEWER else after < before
            return bool(in_direction) or self._tolerates(before, after)
        return numbers and self._tolerates(before, after)

    def can_refuse(self, value: Any) -> bool:
        """True if this single value may not become each other one of its type; no count falls below zero."""
        if self.name is RuleName.MAY_CHANGE:
            return False
        if not self.counts:
            return True
        return is_number(value) and (self.name is RuleName.NO_MORE or value < 0 or self.bounds(value)[0] > 0)

    def bounds(self, before: Any) -> tuple[Decimal, Decimal]:
        """The least and the largest number that this one may become."""
        number = exact(before)
        relative = _EXACT.abs(_EXACT.multiply(exact(self.rel or 0), number))
        distance = max(exact(self.abs or 0), relative)
        return _EXACT.subtract(number, distance), _EXACT.add(number, distance)

    def _tolerates(self, before: Any, after: Any) -> bool:
        if not self.tolerates:
            return False
        least, largest = self.bounds(before)
        return least <= exact(after) <= largest


#: The one rule for everything that is ignored.
MAY_CHANGE = Rule(name=RuleName.MAY_CHANGE)


def unchanged(*, rel: float | None = None, abs: float | None = None) -> Rule:  # noqa: A002 - as in pytest.approx
    """Nothing may differ, except numbers by the tolerance."""
    return _tolerant(RuleName.UNCHANGED, rel, abs)


def within(*, rel: float | None = None, abs: float | None = None) -> Rule:  # noqa: A002 - as in pytest.approx
    """Numbers may differ by ``rel`` (0.05: 5% of the value before) or ``abs``, whichever is more."""
    if rel is None and abs is None:
        raise BadRule("within needs rel or abs: how far a number may be from the one before, such as rel=0.05")
    return _tolerant(RuleName.WITHIN, rel, abs)


def changed(*, to: Any = ANYTHING) -> Rule:
    """The value must have changed, and must now be ``to``, if given."""
    return Rule(name=RuleName.CHANGED, to=to if to is ANYTHING else captured(to, "to"))


def own(judge: Judge) -> Rule:
    """A team's own rule: see `Judge`."""
    return Rule(name=RuleName.OWN, judge=judge)


def rule_of(said: Any) -> Rule:
    """The rule as it was written: a `Rule`, a name, a mapping with ``rule`` and its arguments, or a function."""
    if isinstance(said, Rule):
        return _checked(said)
    if callable(said):
        return own(said)
    if isinstance(said, Mapping):
        arguments = dict(said)
        return _from(arguments.pop("rule", None), arguments)
    return _from(said, {})


def _checked(rule: Rule) -> Rule:
    """A rule that was made by hand, as the functions here make it."""
    if rule.name is RuleName.MAY_CHANGE:
        return MAY_CHANGE
    if (rule.name is RuleName.OWN) != (rule.judge is not None):
        raise BadRule("a Rule has a judge if its name is own, and only then; write own(function)")
    if rule.tolerates and rule.name.value not in _TOLERANT:
        raise BadRule(f"rule {rule} takes no rel and no abs")
    if rule.to is not ANYTHING and rule.name is not RuleName.CHANGED:
        raise BadRule(f"rule {rule} takes no to")
    if rule.name is RuleName.CHANGED:
        return changed(to=rule.to)
    if rule.name is RuleName.WITHIN:
        return within(rel=rule.rel, abs=rule.abs)
    return _tolerant(rule.name, rule.rel, rule.abs) if rule.tolerates else rule


def _from(name: Any, arguments: dict[str, Any]) -> Rule:
    plain = [each.value for each in RuleName if each is not RuleName.OWN]
    if not isinstance(name, str) or name not in plain:
        raise BadRule(f"{name!r} is not a rule; write one of: {', '.join(plain)}")
    if name == RuleName.MAY_CHANGE.value and not arguments:
        return MAY_CHANGE
    if name not in _MADE and not arguments:
        return Rule(name=RuleName(name))
    try:
        return _MADE[name](**arguments)
    except (KeyError, TypeError):
        takes = _TAKES.get(name, "rel and abs" if name in _TOLERANT else "no arguments")
        raise BadRule(f"rule {name} takes {takes}; found: {', '.join(map(str, arguments))}") from None


_TAKES = {"changed": "to", "openapi-compatible": "accept and nullability"}


def _one_sided(name: RuleName) -> Callable[..., Rule]:
    return lambda rel=None, abs=None: _tolerant(name, rel, abs)  # noqa: A006 - as in pytest.approx


def openapi_compatible(*, accept: Sequence[Mapping[str, Any]] = (), nullability: str = "compare") -> Rule:
    """No client of an OpenAPI document may break, but for what is accepted; ``nullability`` may be ``ignore``."""
    from pytest_upgradecheck.comparison.openapi import Acceptance, ContractTerms

    if nullability not in ("compare", "ignore"):
        raise BadRule(f"nullability must be compare or ignore; found {nullability!r}")
    try:
        accepted = tuple(Acceptance(**each) for each in accept)
    except (TypeError, ValueError) as error:
        raise BadRule(f"accept lists changes with `change`, `at`, `reason`, `by`, `expires`: {error}") from None
    terms = ContractTerms(accept=accepted, ignore_nullability=nullability == "ignore")
    return Rule(name=RuleName.OPENAPI_COMPATIBLE, contract=terms)


_MADE: dict[str, Callable[..., Rule]] = {
    "openapi-compatible": openapi_compatible,
    "within": within,
    "changed": changed,
    "unchanged": unchanged,
    "no-fewer": _one_sided(RuleName.NO_FEWER),
    "no-more": _one_sided(RuleName.NO_MORE),
}
_TOLERANT = _MADE.keys() - {"changed", "openapi-compatible"}


def _tolerant(name: RuleName, rel: float | None, absolute: float | None) -> Rule:
    for what, tolerance in (("rel", rel), ("abs", absolute)):
        if tolerance is not None and (not is_number(tolerance) or not tolerance >= 0 or tolerance == float("inf")):
            raise BadRule(f"{what} is how far a number may be off, such as {what}=0.05; found {tolerance!r}")
    if rel is not None and rel >= 1 and name is not RuleName.NO_MORE:
        raise BadRule(
            f"rel is a share of the number before, and {rel!r} would let any number fall to 0; "
            "write less than 1, such as 0.05 for 5%"
        )
    return Rule(name=name, rel=rel, abs=absolute)


def exact(number: Any) -> Decimal:
    """A number with all its digits."""
    # As it is written: 0.1 in a plan means a tenth, and large integers must not lose digits.
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def _at_rest(judge: Judge) -> Judge:
    """A function that expects a change cannot be asked before there is one: then nothing may differ."""

    def judged(before: Any, after: Any) -> bool | str | list[str] | None:
        if before == after:
            return None
        return judge(before, after) if judge(before, before) in (None, True, []) else "it differs"

    judged.__name__ = getattr(judge, "__name__", "the rule")
    return judged
