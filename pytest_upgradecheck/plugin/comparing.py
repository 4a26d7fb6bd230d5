"""Comparing with the baseline: what a check captures, what it compares, and what the record holds of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_upgradecheck.comparison import (
    Change,
    Comparison,
    RuleName,
    Terms,
    Uncapturable,
    captured,
    compare,
    counts,
    explain,
    rehearse,
)
from pytest_upgradecheck.comparison.values import Unordered, from_json, is_empty, to_json
from pytest_upgradecheck.errors import (
    BaselineMissing,
    CheckMisuse,
    EvidenceMissing,
    NotAsBefore,
    RecordError,
    raised_on_purpose,
)
from pytest_upgradecheck.plugin.session import UpgradeSession
from pytest_upgradecheck.record import Capture, is_large, store
from pytest_upgradecheck.redaction import Redactor

__tracebackhide__ = raised_on_purpose


def value_of(value: Any, key: str, named: str) -> Any:
    """A value as it is captured and compared; CheckMisuse names the path and type of what cannot be."""
    try:
        return captured(value, key)
    except Uncapturable as error:
        raise CheckMisuse(f"{named} cannot be captured: {error}") from None


def masked(value: Any, redactor: Redactor) -> Any:
    """A captured value without secrets: as the record holds it, so that both sides of a comparison show the same."""
    if isinstance(value, Unordered):
        return Unordered([masked(item, redactor) for item in value.items])
    if isinstance(value, dict):
        return {redactor.text(name): masked(item, redactor) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item, redactor) for item in value]
    return redactor.text(value) if isinstance(value, str) else value


def write_down(session: UpgradeSession, *, check: str, file: str, key: str, value: Any) -> None:
    """Let the record hold a captured value as this check's."""
    session.notes.captures.append({"check": check, "file": file, "key": key, **_kept(session, to_json(value))})


def read_back(capture: Capture) -> Any:
    """The captured value; BaselineMissing where the record cannot give it."""
    try:
        return from_json(capture.load())
    except RecordError as error:
        raise BaselineMissing(f"baseline[{capture.key!r}]: {error}") from None


def require_comparable(
    session: UpgradeSession, *, check: str, name: str, value: Any, terms: Terms, may_be_empty: bool = False
) -> None:
    """Find out at capture what would make a later comparison impossible, or pointless.

    ``may_be_empty``: that there is nothing yet is an answer as good as any.
    """
    rehearsal = rehearse(value, terms)
    if rehearsal.refused and all(difference.change is Change.UNJUDGED for difference in rehearsal.refused):
        raise EvidenceMissing(f"{name} cannot be judged: {explain(rehearsal)}")
    if rehearsal.refused:
        raise CheckMisuse(
            f"{name} could not be compared after the change: "
            + "; ".join(f"{difference.path or 'value'}: {difference.why}" for difference in rehearsal.refused)
        )
    empty = is_empty(value)
    if empty and not may_be_empty and terms.rule.name in (RuleName.ADDITIONS_ONLY, RuleName.NO_FEWER):
        message = f"{name} is empty before the change, so a rule of {terms.rule} can never fail"
        session.notes.remarks.append({"check": check, "kind": "compared-nothing", "message": message})
    if terms.judge_nothing:
        message = f"{name}: everything in it may change by these rules, so the comparison can never fail"
        session.notes.remarks.append({"check": check, "kind": "compared-nothing", "message": message})
    for path in () if empty else rehearsal.unmatched:
        message = f"{name}: the path {path} fits nothing in what was captured; is it misspelt?"
        session.notes.remarks.append({"check": check, "kind": "unmatched-path", "message": message})


def judge(session: UpgradeSession, *, check: str, name: str, before: Any, after: Any, terms: Terms) -> Comparison:
    """Compare and write down what was found; NotAsBefore where a rule does not allow it."""
    if session.plan.secrets:
        after = masked(after, session.redactor)
    comparison = compare(before, after, terms)
    session.notes.comparisons.append(
        {
            "check": check,
            "name": name,
            "rule": str(terms.rule),
            "refused": counts(comparison.refused),
            "allowed": counts(comparison.allowed),
            "paired": dict(comparison.pairing),
            **_kept(session, list(_entries(comparison))),
        }
    )
    for difference in comparison.allowed:
        if difference.change is Change.KEPT:
            message = f"{name}: {difference.why}"
            session.notes.remarks.append({"check": check, "kind": "unmatched-path", "message": message})
    if comparison.refused and all(difference.change is Change.UNJUDGED for difference in comparison.refused):
        raise EvidenceMissing(f"{name} cannot be judged: {explain(comparison)}")
    if comparison.refused:
        raise NotAsBefore(f"{name} is not as before: {explain(comparison)}")
    return comparison


def _entries(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for difference in (*comparison.refused, *comparison.allowed):
        yield difference.to_dict() | ({"allowed": True} if difference.allowed else {})


def _kept(session: UpgradeSession, value: Any) -> dict[str, Any]:
    """A value as a line of the record holds it: itself, or where it is stored beside the journal."""
    if not is_large(value):
        return {"value": value}
    try:
        stored = store(value, session.folder, session.redactor)
    except RecordError as error:
        raise BaselineMissing(str(error)) from None
    return {"stored": {"sha256": stored.sha256, "size": stored.size}}
