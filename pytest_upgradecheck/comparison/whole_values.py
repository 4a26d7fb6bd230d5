"""Rules that judge a whole value instead of each difference in it: OpenAPI documents, and a team's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_upgradecheck.comparison.difference import Change
from pytest_upgradecheck.comparison.rules import BadRule, Rule
from pytest_upgradecheck.comparison.values import restored


def problems_of(rule: Rule, before: Any, after: Any) -> Iterator[tuple[str, Change]]:
    """The sentences of a rule about a value before and after, each with its meaning: `ADDED` and `KEPT` are allowed."""
    if rule.judge is None:
        yield from _of_contract(rule, before, after)
        return
    said = _asked(rule, restored(before), restored(after))
    if said is None or said is True:
        return
    name = getattr(rule.judge, "__name__", "the rule")
    if said is False:
        yield f"{name} says no", Change.REFUSED
    elif isinstance(said, str):
        yield said, Change.REFUSED
    elif isinstance(said, (list, tuple)) and all(isinstance(each, str) for each in said):
        yield from ((each, Change.REFUSED) for each in said)
    else:
        raise BadRule(
            f"the rule {name} returned {type(said).__name__}. A rule returns None or True if all is well, "
            "otherwise False or texts that say what is wrong"
        )


def _asked(rule: Rule, before: Any, after: Any) -> Any:
    assert rule.judge is not None
    try:
        return rule.judge(before, after)
    except AssertionError as error:
        return str(error) or "one of its assertions failed"


def _of_contract(rule: Rule, before: Any, after: Any) -> Iterator[tuple[str, Change]]:
    from pytest_upgradecheck.comparison.openapi import NotOpenApi, Severity, compare_documents, in_lines

    meant = {
        Severity.BREAKING: Change.REFUSED,
        Severity.NOT_JUDGED: Change.UNJUDGED,
        Severity.COMPATIBLE: Change.ADDED,
    }
    try:
        comparison = compare_documents(before, after, rule.contract)
    except NotOpenApi as error:
        yield str(error), Change.UNJUDGED
        return
    for line in in_lines(comparison.changes):
        yield str(line), meant[line.severity]
    for accepted in comparison.accepted:
        yield str(accepted), Change.ADDED
    for acceptance in comparison.unused:
        yield f"the acceptance of {acceptance} matched nothing, or has expired", Change.KEPT
