"""Rules that judge a whole value instead of each difference in it: OpenAPI documents, and a team's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_upgradecheck.comparison.rules import BadRule, Rule
from pytest_upgradecheck.comparison.values import restored


def problems_of(rule: Rule, before: Any, after: Any) -> Iterator[tuple[str, bool]]:
    """The sentences of a rule about a value before and after, each with True if the rule refuses it."""
    if rule.judge is None:
        yield from _of_contract(before, after)
        return
    said = _asked(rule, restored(before), restored(after))
    if said is None or said is True:
        return
    name = getattr(rule.judge, "__name__", "the rule")
    if said is False:
        yield f"{name} says no", True
    elif isinstance(said, str):
        yield said, True
    elif isinstance(said, (list, tuple)) and all(isinstance(each, str) for each in said):
        yield from ((each, True) for each in said)
    else:
        raise BadRule(
            f"the rule {name} answered {type(said).__name__}. A rule answers None or True if all is well, "
            "otherwise False or texts that say what is wrong"
        )


def _asked(rule: Rule, before: Any, after: Any) -> Any:
    assert rule.judge is not None
    try:
        return rule.judge(before, after)
    except AssertionError as error:
        return str(error) or "an assertion of it failed"


def _of_contract(before: Any, after: Any) -> Iterator[tuple[str, bool]]:
    from pytest_upgradecheck.comparison.openapi import NotOpenApi, contract_changes

    try:
        for change in contract_changes(before, after):
            yield str(change), change.breaking
    except NotOpenApi as error:
        yield str(error), True
