"""JMESPath as JMESPath has it, and the gaps in what its result rests on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.truth.expressions import evaluate, what_is_there

CONTRACTS: dict[str, Any] = {
    "contracts": [
        {"name": "orders", "state": "aligned", "tags": ["a"]},
        {"name": "docs", "state": "drifted", "tags": []},
    ],
    "by_name": {"orders": {"ok": True}, "docs": {"ok": False}},
    "empty": [],
    "nothing": None,
    "zero": 0,
    "blank": "",
    "text": "false",
    "many": "many",
    "yes": True,
    "no": False,
    "object": {"count": 17},
    "nested": [{"drifts": []}, {"drifts": []}],
    "nodes": [{"lag": 1, "ok": True}, {"lag": None, "ok": None}, {"ok": "false"}],
    "codes": ["200", "500"],
}

COMPLETE = [
    "contracts[].name",
    "contracts[*].[name, state]",
    "contracts[?state != 'aligned'].name",
    "contracts[?state != 'aligned'].{name: name}",
    "contracts[0].name",
    "contracts[-1].tags",
    "contracts[].tags[]",
    "contracts[?tags].name",
    "by_name.*.ok",
    "by_name.*.[ok]",
    "contracts[].not_null(owner, 'nobody')",
    "contracts[?(owner || 'nobody') == 'nobody'].name",
    "contracts | [0].name",
    "contracts[:1].name",
    "!contains(contracts[].state, 'lost')",
    "length(contracts[?state == 'aligned']) == length(contracts)",
    "sort_by(contracts, &name)[0].name",
    "@",
    # An absence that the expression gives a meaning
    "not_null(degraded, `false`)",
    "degraded || `false`",
    "!(degraded || `false`)",
    "!(nothing || `false`)",
    "(blank || 'aligned') == 'aligned'",
    "(degraded || text) == 'false'",
    "nothing == `null`",
    "nothing != `null`",
    "type(nothing) == 'null'",
    "blank == ''",
    # A list that may be empty: it names what is wrong, or the expression says what it means
    "empty",
    "!empty",
    "empty[].name",
    "empty[*].name",
    "nested[].drifts[]",
    "nested[].drifts[].name",
    "length(empty) == `0`",
    "empty == `[]`",
    "(empty || `[]`)[?state != 'aligned'].name",
    "(lost || `[]`)[?state != 'aligned'].name",
    "sum((empty || `[]`)[].count) == `0`",
    # Dropped by a filter that had something to go through
    "contracts[?state == 'lost'].tags[].name",
    "contracts[?state == 'lost'] | [?name == 'x']",
    "contracts[?state == 'lost'][?name == 'x']",
    "contracts[?state == 'lost'].name | [?starts_with(@, 'x')]",
    # Decided by the other side
    "yes || empty[?bad]",
    "no && empty[?bad]",
    "degraded && no",
    "(lost > `5`) && no",
    # One type on both sides
    "zero > `5`",
    "zero == `0.0`",
    "contracts[0].name < contracts[1].name",
    "!yes",
    "!(contracts[?state == 'drifted'])",
    "contains(text, 'als')",
    "to_number(codes[0]) > `5`",
]


@pytest.mark.parametrize("expression", COMPLETE)
def test_value_is_what_jmespath_gives_and_nothing_is_missing(expression: str) -> None:
    found = evaluate(expression, CONTRACTS)
    assert found.value == jmespath.search(expression, CONTRACTS)
    assert (found.gap, found.advice) == ("", "")


ABSENT = [
    ("degraded", "looks for `degraded`, which is missing"),
    ("!degraded", "looks for `degraded`, which is missing"),
    ("degraded != 'yes'", "looks for `degraded`"),
    ("degraded == `null`", "looks for `degraded`"),
    ("degraded == null", "looks for `degraded`"),
    ("not_null(degraded, lost)", "looks for `degraded`"),
    ("degraded || lost", "looks for `degraded`"),
    ("!(degraded || no)", "looks for `degraded`"),
    ("!degraded || `false`", "looks for `degraded`"),
    ("!degraded && yes", "looks for `degraded`"),
    ("zero.deeper", "looks for `deeper`"),
    ("contracts.name", "looks for `name`"),
    ("contracts[5]", "looks for `[5]`"),
    ("!(by_name[?ok])", "looks for a list"),
    ("!by_name[*]", "looks for a list"),
    ("!(by_name[] | [0])", "looks for a list"),
    ("!(contracts.*)", "looks for an object"),
    ("contracts[?owner == 'lost'].name", "looks for `owner`, which is missing in 2 places"),
    ("contracts[?owner]", "looks for `owner`, which is missing in 2 places"),
    ("contracts[].owner", "matches 2 and names 0: 2 lack the field at its end"),
    ("contracts[?state != 'aligned'].owner", "matches 1 and names 0: 1 lack the field at its end"),
    ("contracts[].owner | length(@) == `0`", "matches 2 and names 0"),
    ("by_name.*.owner", "matches 2 and names 0"),
    ("contracts[].[tags[0]]", "looks for `[0]`"),
    ("contracts[].tags[?owner].name", "looks for `owner`"),
    ("length(contracts[?owner == 'x']) == `0`", "looks for `owner`, which is missing in 2 places"),
    ("map(&owner, contracts)", "looks for `owner`, which is missing in 2 places"),
]
NULL = [
    ("nothing", "looks for `nothing`, which is null"),
    ("!nothing", "looks for `nothing`, which is null"),
    ("nothing != 'down'", "looks for `nothing`, which is null"),
    ("nothing == nothing", "looks for `nothing`, which is null in 2 places"),
    ("!(nothing > `0`)", "looks for `nothing`, which is null"),
    ("not_null(nothing, nothing)", "looks for `nothing`, which is null"),
    ("nodes[?!ok]", "looks for `ok`, which is null"),
    ("*", "matches 14 and names 13"),
    ("[zero, nothing][]", "matches 2 and names 1"),
    ("[zero, nothing][*]", "matches 2 and names 1: 1 lack the field at its end"),
    ("!contains([text, nothing], 'down')", "looks for `nothing`, which is null"),
    ("!contains(map(&lag, nodes[:2]), `5`)", "looks for `lag`, which is null"),
    ("blank != 'down'", 'compares an empty text with "down"'),
    ("!(blank == 'down')", 'compares an empty text with "down"'),
]
WRONG_TYPE = [
    ("!(object > `0`)", 'compares {"count": 17} with 0'),
    ("!(many > `0`)", 'compares "many" with 0'),
    ("!(yes > `0`)", "compares true with 0"),
    ("!(contracts > `0`)", "compares [{"),
    ("text != `false`", 'compares "false" with false'),
    ("!(text == `true`)", 'compares "false" with true'),
    ("zero != '0'", 'compares 0 with "0"'),
    ("zero != `false`", "compares 0 with false"),
    ("!(codes[0] > '1000')", 'compares the texts "200" and "1000" letter by letter'),
    ("!(to_number(many) > `10`)", 'gets nothing from to_number("many")'),
    ("!text", 'takes "false" for true or false'),
    ("!zero", "takes 0 for true or false"),
    ("!object", 'takes {"count": 17} for true or false'),
    ("text && yes", 'takes "false" for true or false'),
    ("contracts[?!name].name", 'takes "orders" for true or false'),
    ("nodes[2:] | [?!ok].ok", 'takes "false" for true or false'),
    ("!contains(codes, `500`)", 'searches for 500 and finds "200"'),
    ("!(length(many) > `5`)", 'takes the length of the text "many"'),
]
EMPTY = [
    ("empty[?state != 'aligned'].name", "goes through an empty list, so it judges nothing"),
    ("empty[?state != 'aligned']", "goes through an empty list"),
    ("!(empty[?bad])", "goes through an empty list"),
    ("length(empty[?bad]) == `0`", "goes through an empty list"),
    ("length(empty[?ok]) == length(empty)", "goes through an empty list"),
    ("empty | [?bad]", "goes through an empty list"),
    ("empty[].drifts[?bad]", "goes through an empty list"),
    ("empty[].drifts[]", "goes through an empty list"),
    ("empty[].drifts[].name", "goes through an empty list"),
    ("nested[].drifts[?bad].name", "goes through an empty list"),
    ("nested[].drifts[] | [?bad]", "goes through an empty list"),
    ("nested[?drifts[?bad]]", "goes through an empty list"),
    ("values(empty[0] || `{}`) | [?bad]", "goes through an empty list"),
    ("[contracts[?state == 'x'], empty[?bad]][]", "goes through an empty list"),
    ("contracts[?state == 'lost'] && empty[?bad]", ""),
    ("yes && length(empty[?bad]) == `0`", "goes through an empty list"),
    ("!(max(empty[].lag) > `5`)", "takes max() of an empty list"),
    ("!(min(empty) < `5`)", "takes min() of an empty list"),
    ("!(avg(empty) > `5`)", "takes avg() of an empty list"),
    ("!(sum(empty[].errors) > `5`)", "takes sum() of an empty list"),
    ("max_by(empty, &lag) == `null`", "takes max_by() of an empty list"),
    ("!contains(empty, 'down')", 'searches for "down" in an empty list'),
    ("!contains(empty[].state, 'down')", 'searches for "down" in an empty list'),
    ("!contains(blank, 'down')", 'searches for "down" in an empty text'),
    ("map(&drifts[?bad], empty)", "goes through an empty list"),
    ("`true`", "never looks at the answer"),
    ("`[]`", "never looks at the answer"),
    ("'a' == 'a'", "never looks at the answer"),
]


@pytest.mark.parametrize(("expression", "gap"), [*ABSENT, *NULL, *WRONG_TYPE, *EMPTY])
def test_gap(expression: str, gap: str) -> None:
    found = evaluate(expression, CONTRACTS)
    assert found.gap.startswith(gap)
    assert bool(found.advice) is bool(gap)


@pytest.mark.parametrize(("expression", "gap"), [*ABSENT, *NULL, *EMPTY])
def test_value_with_a_gap_is_still_what_jmespath_gives(expression: str, gap: str) -> None:
    assert evaluate(expression, CONTRACTS).value == jmespath.search(expression, CONTRACTS)


@pytest.mark.parametrize(
    ("expression", "advice"),
    [
        ("!degraded", "if that has a meaning, say so in the plan, for example: not_null(field, 'none')"),
        ("empty[?bad]", "if an empty list is a good answer, say so in the plan: (list || `[]`)"),
        ("!text", "compare values of the same type: numbers with `5`, texts with '5', true and false with `true`"),
    ],
)
def test_advice(expression: str, advice: str) -> None:
    assert evaluate(expression, CONTRACTS).advice == advice


LEDGER = {
    "a": Decimal("12345678901234567890.12"),
    "b": Decimal("12345678901234567890.13"),
    "text": "0.1",
    "number": 0.1,
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a == a", True),
        ("a == b", False),
        ("a < b", True),
        ("a > `5`", True),
        ("a == `12345678901234567890`", False),
        ("to_number(text) == number", True),
        ("to_number('12345678901234567890.12') == a", True),
    ],
)
def test_numbers_are_compared_digit_by_digit(expression: str, value: bool) -> None:
    assert evaluate(expression, LEDGER).value is value


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
    message = str(refused.value)
    assert message
    assert "\n" not in message
    assert len(message) <= 120


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)
SHAPES = st.sampled_from(
    ["a.b", "a[].b", "a[*].b.c", "[].a", "*.a", "a[?b].c", "a[?b == `1`]", "!a", "a || b", "a && b", "a[0]", "[a, b]"]
)


@given(SHAPES, JSON)
def test_value_never_differs_from_jmespath(expression: str, body: Any) -> None:
    assert evaluate(expression, body).value == jmespath.search(expression, body)


def test_what_is_there() -> None:
    assert what_is_there({"a": 1, "b": 2}) == "the answer has the keys: a, b"
    assert what_is_there({}) == "the answer has the keys: none"
    assert what_is_there([1, 2]) == "the answer is a list of 2"
    assert what_is_there("hello") == "the answer is hello"
    assert len(what_is_there({"x" * 10_000: 1})) < 200
