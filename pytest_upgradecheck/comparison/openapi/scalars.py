"""Single values: enumerations, ranges, sizes, patterns and formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction

from pytest_upgradecheck.comparison.openapi.findings import Finding, Pair, Way
from pytest_upgradecheck.comparison.openapi.formats import KNOWN, RANGES, value_matches, within
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.shapes import Atom, Bound, type_of
from pytest_upgradecheck.comparison.openapi.telling import listed

_SIZED = {"string": "length", "array": "number of items", "object": "number of fields"}


def scalar_differences(old: Atom, new: Atom, pair: Pair) -> Iterator[Finding]:
    """The differences between two alternatives of one type, apart from their members."""
    request = pair.way is Way.REQUEST
    if old.values is not None and new.values is not None:
        yield from _enumerations(_spelt(old.values, pair), _spelt(new.values, pair), request=request)
        return
    if old.values is not None or new.values is not None:
        yield from _enumeration_and_type(old, new, request=request)
        return
    sent, expected = (old, new) if request else (new, old)
    yield from _ranges(old, new, sent, expected)
    yield from _sizes(old, new, sent, expected)
    yield from _patterns(sent, expected, request=request)
    yield from _formats(sent, expected, request=request)
    for factor in sorted(expected.multiples):
        if not any(_is_multiple(other, factor) for other in sent.multiples):
            said = "must be" if request else "need not be"
            yield Finding(Kind.CONDITION_CHANGED, f"{said} a multiple of {factor:g} now")
    if expected.unique and not sent.unique:
        said = "no longer accepts an item twice" if request else "may have an item twice now"
        yield Finding(Kind.CONDITION_CHANGED, said)


def value_fits(value: str, atom: Atom) -> bool:
    """Whether a value in canonical JSON meets the conditions of an alternative, as far as that is safe to try."""
    kind = type_of(value)
    if kind != atom.type and not (kind == "integer" and atom.type == "number"):
        return False
    if kind in ("integer", "number"):
        low, high = _low(atom), _high(atom)
        bound = Bound(json.loads(value))
        return (low is None or bound.value > low.value or (bound.value == low.value and not low.exclusive)) and (
            high is None or bound.value < high.value or (bound.value == high.value and not high.exclusive)
        )
    if kind == "string":
        length = len(json.loads(value))
        if length < atom.smallest or (atom.largest is not None and length > atom.largest):
            return False
        return all(value_matches(pattern, value) is not False for pattern in atom.patterns)
    return True


def _enumerations(old: frozenset[str], new: frozenset[str], *, request: bool) -> Iterator[Finding]:
    gone, come = old - new, new - old
    if request:
        if gone:
            yield Finding(Kind.VALUE_REMOVED, f"no longer accepts {listed(gone)}")
        if come:
            yield Finding(Kind.VALUE_ADDED, f"accepts {listed(come)} now")
    elif come and gone == old:
        yield Finding(Kind.VALUES_REPLACED, f"was {listed(old)}, is {listed(new)} now")
    elif come:
        yield Finding(Kind.VALUE_ADDED, f"may be {listed(come)} now")


def _enumeration_and_type(old: Atom, new: Atom, *, request: bool) -> Iterator[Finding]:
    """One side lists values, the other has conditions."""
    sent, expected = (old, new) if request else (new, old)
    if expected.values is not None:
        if request:
            yield Finding(Kind.VALUES_LIMITED, f"accepts only {listed(expected.values)} now")
        else:
            yield Finding(Kind.VALUES_OPENED, f"was one of {listed(expected.values)}, may be any {old.type} now")
        return
    values = sent.values or frozenset()
    if expected.type in ("object", "array"):
        if not expected.is_free:
            yield Finding(Kind.NOT_JUDGED, f"values are listed on one side only: {listed(values)}")
        return
    unfit = {value for value in values if not value_fits(value, expected)}
    if unfit and request:
        yield Finding(Kind.VALUE_REMOVED, f"no longer accepts {listed(unfit)}")
    elif unfit:
        yield Finding(Kind.VALUES_REPLACED, f"may be {listed(unfit)} now, which it never was")


def _ranges(old: Atom, new: Atom, sent: Atom, expected: Atom) -> Iterator[Finding]:
    low, high = _low(sent), _high(sent)
    if expected.low is not None and (low is None or low < expected.low):
        yield Finding(Kind.RANGE_CHANGED, _changed("minimum", old.low, new.low))
    if expected.high is not None and (high is None or _upper(high) > _upper(expected.high)):
        yield Finding(Kind.RANGE_CHANGED, _changed("maximum", old.high, new.high))


def _sizes(old: Atom, new: Atom, sent: Atom, expected: Atom) -> Iterator[Finding]:
    what = _SIZED.get(old.type, "size")
    if sent.smallest < expected.smallest:
        yield Finding(Kind.SIZE_CHANGED, _changed(f"smallest {what}", old.smallest, new.smallest))
    if expected.largest is not None and (sent.largest is None or sent.largest > expected.largest):
        yield Finding(Kind.SIZE_CHANGED, _changed(f"largest {what}", old.largest, new.largest))


def _patterns(sent: Atom, expected: Atom, *, request: bool) -> Iterator[Finding]:
    for pattern in sorted(expected.patterns - sent.patterns):
        if not sent.patterns:
            said = "must match" if request else "need not match"
            yield Finding(Kind.PATTERN_CHANGED, f"{said} the pattern {listed([pattern])} now")
        else:
            one, other = (sent, expected) if request else (expected, sent)
            yield Finding(
                Kind.NOT_JUDGED,
                f"the pattern was {listed(one.patterns)}, is {listed(other.patterns)}: compare the two by hand",
            )
            return


def _formats(sent: Atom, expected: Atom, *, request: bool) -> Iterator[Finding]:
    for name in sorted(expected.formats):
        if any(within(other, name) for other in sent.formats):
            continue
        if name in RANGES and _is_in_range(sent, *RANGES[name]):
            continue
        one, other = (sent, expected) if request else (expected, sent)
        was, now = " and ".join(sorted(one.formats)) or "free", " and ".join(sorted(other.formats)) or "free"
        if name in KNOWN and all(other in KNOWN for other in sent.formats):
            yield Finding(Kind.FORMAT_CHANGED, f"format was {was}, is {now} now")
        else:
            yield Finding(
                Kind.NOT_JUDGED, f"format was {was}, is {now} now, and only the platform knows what that means"
            )
        return


def _is_in_range(atom: Atom, lowest: int, highest: int) -> bool:
    low, high = _low(atom), _high(atom)
    return low is not None and low.value >= lowest and high is not None and high.value <= highest


def _low(atom: Atom) -> Bound | None:
    ends = [RANGES[name][0] for name in atom.formats if name in RANGES]
    return max([*map(Bound, ends), *([atom.low] if atom.low else [])], default=None)


def _high(atom: Atom) -> Bound | None:
    ends = [RANGES[name][1] for name in atom.formats if name in RANGES]
    return min([*map(Bound, ends), *([atom.high] if atom.high else [])], key=_upper, default=None)


def _upper(bound: Bound) -> tuple[float, bool]:
    return bound.value, not bound.exclusive


def _is_multiple(number: float, factor: float) -> bool:
    return factor != 0 and (Fraction(str(number)) / Fraction(str(factor))).denominator == 1


def _spelt(values: frozenset[str], pair: Pair) -> frozenset[str]:
    """Values as they travel: as text, 1 and "1" are the same."""
    return frozenset(value.strip('"') for value in values) if pair.as_text else values


def _changed(what: str, before: object, after: object) -> str:
    def said(value: object) -> str:
        return "free" if value is None else str(value)

    return f"{what} was {said(before)}, is {said(after)} now"
