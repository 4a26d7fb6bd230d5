"""JMESPath on a surface's answer, fail-closed.

JMESPath answers null where it finds nothing, and a projection (``products[].name``) drops whatever lacks the field. So
``contracts[?state != 'aligned'].name`` over contracts without a ``name`` would be empty, which reads as "nothing
drifted". `count_before_last_field` gives the number of items before that last step, for a caller to compare.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

_LONGEST = 120


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def evaluate(expression: str, body: Any) -> Any:
    """The expression's value; ValueError where it cannot be applied to this body."""
    try:
        return _compiled(expression).search(body)
    except JMESPathError as error:
        raise ValueError(str(error).partition("\n")[0]) from None
    except RecursionError:
        raise ValueError("the expression runs too deep") from None


def count_before_last_field(expression: str, body: Any) -> int | None:
    """How many items a projection goes over before its last step; None where the expression is no projection."""
    parsed = _compiled(expression).parsed
    if parsed["type"] not in ("projection", "filter_projection", "value_projection"):
        return None
    before_last: Any = {**parsed, "children": list(parsed["children"])}
    before_last["children"][1] = {"type": "identity", "children": []}
    bare = jmespath.parser.ParsedResult(expression, before_last)
    items = bare.search(body)
    return len(items) if isinstance(items, list) else None


def excerpt(value: Any, longest: int = _LONGEST) -> str:
    """A value as one short line of JSON, for messages."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def what_is_there(body: Any) -> str:
    """What an answer holds at its top, for a message about what it does not hold."""
    if isinstance(body, dict):
        return f"the answer has the keys: {', '.join(list(map(str, body))[:12]) or 'none'}"
    if isinstance(body, list):
        return f"the answer is a list of {len(body)}"
    return f"the answer is {excerpt(body)}"
