"""JMESPath as JMESPath has it, and what it looked for in vain."""

from __future__ import annotations

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.truth.expressions import evaluate, excerpt, what_is_there

CONTRACTS = {
    "contracts": [
        {"name": "orders", "state": "aligned", "tags": ["a"]},
        {"name": "docs", "state": "drifted", "tags": []},
    ],
    "by_name": {"orders": {"ok": True}, "docs": {"ok": False}},
    "empty": [],
    "nothing": None,
    "zero": 0,
}

COMPLETE = [
    "contracts[].name",
    "contracts[*].[name, state]",
    "contracts[?state != 'aligned'].name",
    "contracts[?state != 'aligned'].{name: name}",
    "contracts[0].name",
    "contracts[-1].tags",
    "contracts[].tags[]",
    "by_name.*.ok",
    "empty[].name",
    "empty",
    "nothing",
    "!nothing",
    "zero && 'zero is true'",
    "!contains(contracts[].state, 'lost')",
    "length(contracts[?state == 'aligned']) == length(contracts)",
    "sort_by(contracts, &name)[0].name",
    "not_null(degraded, `false`)",
    "degraded || `false`",
    "!(degraded || `false`)",
    "contracts[].not_null(owner, 'nobody')",
    "contracts[?(owner || 'nobody') == 'nobody'].name",
    "contracts | [0].name",
    "contracts[:1].name",
    "@",
    "`1`",
]


@pytest.mark.parametrize("expression", COMPLETE)
def test_value_is_what_jmespath_gives_and_nothing_is_missing(expression: str) -> None:
    found = evaluate(expression, CONTRACTS)
    assert found.value == jmespath.search(expression, CONTRACTS)
    assert found.gap == ""


@pytest.mark.parametrize(
    ("expression", "gap"),
    [
        ("degraded", "looks for `degraded`, which is not there"),
        ("!degraded", "looks for `degraded`, which is not there"),
        ("degraded != 'yes'", "looks for `degraded`"),
        ("degraded == `null`", "looks for `degraded`"),
        ("degraded == null", "looks for `degraded`"),
        ("not_null(degraded, lost)", "looks for `degraded`"),
        ("degraded || lost", "looks for `lost`"),
        ("!degraded || `false`", "looks for `degraded`"),
        ("zero.deeper", "looks for `deeper`"),
        ("contracts.name", "looks for `name`"),
        ("contracts[5]", "looks for `[5]`"),
        ("!(by_name[?ok])", "looks for a list"),
        ("!by_name[*]", "looks for a list"),
        ("!by_name[]", "looks for a list"),
        ("!(contracts.*)", "looks for an object"),
        ("contracts[?owner == 'lost'].name", "looks for `owner`, which is not there in 2 places"),
        ("contracts[?owner]", "looks for `owner`, which is not there in 2 places"),
        ("contracts[].owner", "matches 2 and names 0: 2 lack the field at its end"),
        ("contracts[?state != 'aligned'].owner", "matches 1 and names 0: 1 lack the field at its end"),
        ("contracts[].owner | length(@) == `0`", "matches 2 and names 0"),
        ("by_name.*.owner", "matches 2 and names 0"),
        ("*", "matches 5 and names 4"),
        ("[zero, nothing][]", "matches 2 and names 1"),
        ("[zero, nothing][*]", "matches 2 and names 1: 1 lack the field at its end"),
        ("contracts[].[tags[0]]", "looks for `[0]`"),
        ("contracts[].tags[?owner].name", "looks for `owner`"),
    ],
)
def test_what_is_looked_for_in_vain(expression: str, gap: str) -> None:
    found = evaluate(expression, CONTRACTS)
    assert found.value == jmespath.search(expression, CONTRACTS)
    assert found.gap.startswith(gap)


@pytest.mark.parametrize(
    ("expression", "body"),
    [
        ("length(zero)", CONTRACTS),
        ("length(degraded)", CONTRACTS),
        ("sort(@)", [1, "one"]),
        ("ceil(to_number(@))", "inf"),
        ("sum(@)", ["x" * 1000]),
        ("no_such_function(@)", {}),
    ],
)
def test_expression_that_cannot_be_applied(expression: str, body: object) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is JMESPath's own
        evaluate(expression, body)
    said = str(refused.value)
    assert said
    assert "\n" not in said
    assert len(said) <= 120


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)
SHAPES = st.sampled_from(
    ["a.b", "a[].b", "a[*].b.c", "[].a", "*.a", "a[?b].c", "a[?b == `1`]", "!a", "a || b", "a && b", "a[0]", "[a, b]"]
)


@given(SHAPES, JSON)
def test_value_never_differs_from_jmespath(expression: str, body: object) -> None:
    assert evaluate(expression, body).value == jmespath.search(expression, body)


def test_excerpt_is_one_short_line() -> None:
    assert excerpt({"a": [1, "ü"]}) == '{"a": [1, "ü"]}'
    assert excerpt("two\nlines\x1b[0m") == "two\\nlines\\x1b[0m"
    assert excerpt("x" * 1000) == "x" * 117 + "..."
    assert len(excerpt("\n" * 1000)) == 120


def test_what_is_there() -> None:
    assert what_is_there({"a": 1, "b": 2}) == "the answer has the keys: a, b"
    assert what_is_there({}) == "the answer has the keys: none"
    assert what_is_there([1, 2]) == "the answer is a list of 2"
    assert what_is_there("hello") == "the answer is hello"
    assert len(what_is_there({"x" * 10_000: 1})) < 200
