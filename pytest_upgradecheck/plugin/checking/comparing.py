"""Comparison with the baseline: captures, comparisons, and their lines in the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_upgradecheck.comparison import (
    Change,
    Comparison,
    Terms,
    Uncapturable,
    captured,
    compare,
    counts,
    explain,
    rehearse,
)
from pytest_upgradecheck.comparison.vacuity import judges_anything
from pytest_upgradecheck.comparison.values import from_json, to_json
from pytest_upgradecheck.errors import (
    BaselineMissing,
    CheckMisuse,
    EvidenceMissing,
    NotAsBefore,
    RecordError,
    raised_on_purpose,
)
from pytest_upgradecheck.plugin.checking.sealed_values import sealed
from pytest_upgradecheck.plugin.checking.secret_names import require_no_secret
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.plugin.checking.vacuity import holds_nothing, judges_a_value, may_be_misspelt
from pytest_upgradecheck.record import Capture, is_large, store
from pytest_upgradecheck.vocabulary import NoteKind
from pytest_upgradecheck.wording import listed

__tracebackhide__ = raised_on_purpose

#: Problems of a value that a message names.
_MOST_PROBLEMS = 5


def value_of(value: Any, key: str, named: str) -> Any:
    """A value as it is captured and compared; CheckMisuse names the path and type of a part that cannot be."""
    try:
        return captured(value, key)
    except Uncapturable as error:
        raise CheckMisuse(f"{named} cannot be captured: {error}") from None


def write_down(
    session: UpgradeSession, *, check: str, file: str, key: str, value: Any, terms: Terms | None = None
) -> None:
    """Record a value that a check captured, and by which terms it is to be compared."""
    require_no_secret(key, f"the key {key!r}", session)
    kept = _kept(session, to_json(sealed(value, session)))
    terms_of = {} if terms is None else {"terms": terms.fingerprint}
    session.notes.captures.append({"check": check, "file": file, "key": key, **terms_of, **kept})


def note_other_terms(session: UpgradeSession, capture: Capture, terms: Terms, *, check: str, name: str) -> None:
    """Note it if a comparison has other terms than it had when its value was captured."""
    if capture.terms is not None and capture.terms != terms.fingerprint:
        message = f"{name}: the rules of this comparison have changed since pre, so it may allow what it refused then"
        session.notes.remark(check, NoteKind.CHANGED_SINCE_PRE, message)


def read_back(capture: Capture) -> Any:
    """The captured value; BaselineMissing if the record does not have it."""
    try:
        return from_json(capture.load())
    except (RecordError, ValueError) as error:
        raise BaselineMissing(f"baseline[{capture.key!r}]: {error}") from None


def require_comparable(
    session: UpgradeSession, *, check: str, name: str, value: Any, terms: Terms, may_be_empty: bool = False
) -> None:
    """Find out at capture what would make a later comparison impossible, or pointless.

    ``may_be_empty``: that there is nothing yet is a valid answer.
    """
    rehearsal = rehearse(value, terms)
    if rehearsal.refused and all(difference.change is Change.UNJUDGED for difference in rehearsal.refused):
        raise EvidenceMissing(f"{name} cannot be judged: {explain(rehearsal)}")
    if rehearsal.vacuous or not judges_a_value(value, terms):
        _note_that_it_cannot_fail(session, check=check, name=name, value=value, terms=terms, may_be_empty=may_be_empty)
    if rehearsal.refused:
        found = [f"{difference.path or 'the whole value'}: {difference.why}" for difference in rehearsal.refused]
        raise CheckMisuse(f"{name} could not be compared after the change: {listed(found, _MOST_PROBLEMS)}")
    for path in rehearsal.unmatched:
        if may_be_misspelt(path, value):
            message = f"{name}: {_named(path)} matches nothing in what was captured; is it misspelt?"
            session.notes.remark(check, NoteKind.UNMATCHED_PATH, message)


def _note_that_it_cannot_fail(
    session: UpgradeSession, *, check: str, name: str, value: Any, terms: Terms, may_be_empty: bool
) -> None:
    """Note that a comparison with this value before the change can only pass, unless the value ``may_be_empty``."""
    empty = holds_nothing(value)
    if empty and may_be_empty:
        return
    message = f"{name}: everything in it may change by these rules, so the comparison can never fail"
    if empty:
        message = f"{name} is empty before the change, so a rule of {terms.rule} can never fail"
    session.notes.remark(check, NoteKind.COMPARED_NOTHING, message)


def _named(path: str) -> str:
    return f"the {path}" if path.startswith("key ") else f"the path {path}"


def judge(
    session: UpgradeSession,
    *,
    check: str,
    name: str,
    before: Any,
    after: Any,
    terms: Terms,
    may_be_empty: bool = False,
) -> Comparison:
    """Compare, and record the result; NotAsBefore if a rule does not allow a difference."""
    if not (judges_anything(before, terms) and judges_a_value(before, terms)):
        _note_that_it_cannot_fail(session, check=check, name=name, value=before, terms=terms, may_be_empty=may_be_empty)
    expected = terms.expecting(lambda value: sealed(value, session))
    comparison = compare(before, sealed(after, session), expected)
    message = f"{name} is not as before: {explain(comparison)}" if comparison.refused else ""
    for path in comparison.lost:
        lost = f"{name}: the rule for {path} matches nothing now, so it cannot fail; correct its path or remove it"
        session.notes.remark(check, NoteKind.UNMATCHED_PATH, lost)
    session.notes.comparisons.append(
        {
            "check": check,
            "name": name,
            "rule": str(terms.rule),
            "refused": counts(comparison.refused),
            "allowed": counts(comparison.allowed),
            "paired": dict(comparison.pairing),
            **({"message": message} if message else {}),
            **_kept(session, list(_entries(comparison))),
        }
    )
    for difference in comparison.allowed:
        if difference.change is Change.KEPT:
            remark = f"{name}: {difference.why}"
            session.notes.remark(check, NoteKind.UNMATCHED_PATH, remark)
    if comparison.refused and all(difference.change is Change.UNJUDGED for difference in comparison.refused):
        raise EvidenceMissing(f"{name} cannot be judged: {explain(comparison)}")
    if comparison.refused:
        raise NotAsBefore(message)
    return comparison


def _entries(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for difference in (*comparison.refused, *comparison.allowed):
        yield difference.to_dict() | ({"allowed": True} if difference.allowed else {})


def _kept(session: UpgradeSession, value: Any) -> dict[str, Any]:
    """A value as the record holds it: itself, or a reference to its file next to the journal."""
    if not is_large(value):
        return {"value": value}
    try:
        stored = store(value, session.folder, session.redactor)
    except RecordError as error:
        raise BaselineMissing(str(error)) from None
    return {"stored": {"sha256": stored.sha256, "size": stored.size}}
