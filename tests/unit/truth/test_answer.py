"""Answers as data that crosses processes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.truth.answer import Answer, Failure, digest_of, from_dict

KEYS = st.sampled_from(["a", "$decimal", "$$decimal", "$$$decimal", "decimal", "$"])
BODIES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)


@given(BODIES)
def test_answer_comes_back_as_it_was(body: Any) -> None:
    answer = Answer.of(body, source="test")
    assert answer.body == body
    assert from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


def test_failure_comes_back_as_it_was() -> None:
    failure = Failure(surface="truth", message="down", read_at="2026-11-24T12:00:00.000Z", temporary=True, said="x")
    assert from_dict(json.loads(json.dumps(failure.to_dict()))) == failure


def test_digest_sees_every_digit() -> None:
    assert digest_of({"total": Decimal("12345678901234567890.12")}) != digest_of(
        {"total": Decimal("12345678901234567890.13")}
    )
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


@pytest.mark.parametrize("body", [{1, 2}, float("nan"), Decimal("Infinity"), object()])
def test_source_answers_with_json_only(body: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        Answer.of(body, source="sql")
