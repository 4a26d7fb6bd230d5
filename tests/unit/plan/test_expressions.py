"""JMESPath expressions that could never answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest

READINESS = "platform.surfaces.readiness"

EXPRESSIONS = [
    ('"[?a=="', 'found "[?a=="; write a JMESPath expression; this one is invalid at character 6'),
    (
        "lenght(a)",
        'found "lenght(a)"; the expression calls a function that JMESPath does not have; did you mean length()?',
    ),
    ("xyz(a)", 'found "xyz(a)"; the expression calls a function that JMESPath does not have; it has: abs, avg'),
    ("'a.{b: [c, xyz(@)]}'", 'found "a.{b: [c, xyz(@)]}"; the expression calls a function that JMESPath does not'),
    (
        '"a == `ready`"',
        "found \"a == `ready`\"; write texts in a JMESPath expression as 'text'; backticks are for JSON",
    ),
    ('"' + "!" * 5000 + 'a"', f'found "{"!" * 56}...; write a JMESPath expression; this one cannot be read'),
    ("a" + "|a" * 5000, f'found "{"a|" * 28}...; write a JMESPath expression that is nested less'),
    ('"a[' + "9" * 5000 + ']"', f'found "a[{"9" * 54}...; write a JMESPath expression; this one cannot be read'),
]


@pytest.mark.parametrize(("expression", "fault"), EXPRESSIONS)
def test_an_expression_that_cannot_work(
    faults_after: Callable[[str, str], list[str]], expression: str, fault: str
) -> None:
    (found,) = faults_after("observed_at: checked_at", f"observed_at: {expression}")
    assert found.startswith(f"upgrade.yaml:15: {READINESS}.observed_at: {fault}")


def test_texts_in_backticks_are_refused_also_where_nobody_hears_warnings(
    faults_after: Callable[[str, str], list[str]],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (found,) = faults_after("observed_at: checked_at", "observed_at: times.`first`")
    assert found.endswith("write texts in a JMESPath expression as 'text'; backticks are for JSON: `118`")
