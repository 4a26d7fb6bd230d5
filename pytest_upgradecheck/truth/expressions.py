"""JMESPath on a surface's answer, fail-closed.

JMESPath answers null where it finds nothing, and goes on with that: ``!degraded`` is true of an answer without
``degraded``, ``contracts[?state == 'drifted']`` passes over a contract without ``state``, and ``[].name`` leaves out
what has no ``name``. Each of them would let an answer that says nothing pass for a good one. So an evaluation here also
tells its ``gap``: what the expression looked for in vain. A plan that means an absence says what it stands for, with
``not_null(degraded, `false`)`` or ``degraded || `false```, and then it is no gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.visitor import TreeInterpreter

_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an expression gave; ``gap`` completes "the expression ...", empty where it found all it looked for."""

    value: Any
    gap: str


def evaluate(expression: str, body: Any) -> Found:
    """Put an expression to a body; ValueError where it cannot be applied to it."""
    interpreter = _Attentive()
    try:
        value = interpreter.visit(_compiled(expression).parsed, body)
    except RecursionError:
        raise ValueError("the expression runs too deep") from None
    except Exception as error:  # JMESPath's own, and what its functions meet in other people's data (ceil of infinity)
        raise ValueError(excerpt(str(error).partition("\n")[0])) from None
    return Found(value=value, gap=interpreter.gap)


def excerpt(value: Any, longest: int = _LONGEST) -> str:
    """A value as one short line of JSON, for messages."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text[: longest + 1]
    text = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def what_is_there(body: Any) -> str:
    """What an answer holds at its top, for a message about what it does not hold."""
    if isinstance(body, dict):
        return f"the answer has the keys: {excerpt(', '.join(list(body)[:12])) or 'none'}"
    if isinstance(body, list):
        return f"the answer is a list of {len(body)}"
    return f"the answer is {excerpt(body)}"


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


class _Attentive(TreeInterpreter):
    """Evaluates as JMESPath does, and notes each time it finds nothing where it looks."""

    def __init__(self) -> None:
        super().__init__()
        self._absent: list[str] = []
        self._left_out: list[str] = []

    @property
    def gap(self) -> str:
        if self._left_out:
            return self._left_out[-1]
        if not self._absent:
            return ""
        first = self._absent[0]
        times = self._absent.count(first)
        return f"looks for {first}, which is not there" + (f" in {times} places" if times > 1 else "")

    def visit_field(self, node: Any, value: Any) -> Any:
        name = node["value"]
        if not isinstance(value, dict) or name not in value:
            self._absent.append(f"`{excerpt(name)}`")
        return super().visit_field(node, value)

    def visit_index(self, node: Any, value: Any) -> Any:
        found = super().visit_index(node, value)
        if found is None:
            self._absent.append(f"`[{node['value']}]`")
        return found

    def visit_flatten(self, node: Any, value: Any) -> Any:
        return self._listed(super().visit_flatten(node, value))

    def visit_projection(self, node: Any, value: Any) -> list[Any] | None:
        base = self._listed(self.visit(node["children"][0], value))
        return self._projected(node, base) if isinstance(base, list) else None

    def visit_filter_projection(self, node: Any, value: Any) -> list[Any] | None:
        base = self._listed(self.visit(node["children"][0], value))
        if not isinstance(base, list):
            return None
        return self._projected(node, [each for each in base if _is_true(self.visit(node["children"][2], each))])

    def visit_value_projection(self, node: Any, value: Any) -> list[Any] | None:
        base = self.visit(node["children"][0], value)
        if not isinstance(base, dict):
            self._absent.append("an object")
            return None
        return self._projected(node, base.values())

    def visit_or_expression(self, node: Any, value: Any) -> Any:
        absent, left_out = len(self._absent), len(self._left_out)
        found = self.visit(node["children"][0], value)
        if _is_true(found):
            return found
        self._forgive(absent, left_out)
        return self.visit(node["children"][1], value)

    def visit_function_expression(self, node: Any, value: Any) -> Any:
        absent, left_out = len(self._absent), len(self._left_out)
        found = super().visit_function_expression(node, value)
        if node["value"] == "not_null" and found is not None:
            self._forgive(absent, left_out)
        return found

    def _listed(self, base: Any) -> Any:
        if not isinstance(base, list):
            self._absent.append("a list")
        return base

    def _projected(self, node: Any, base: Iterable[Any]) -> list[Any]:
        items = [self.visit(node["children"][1], each) for each in base]
        kept = [item for item in items if item is not None]
        if len(kept) < len(items):
            lacking = f"{len(items) - len(kept)} lack the field at its end"
            self._left_out.append(f"matches {len(items)} and names {len(kept)}: {lacking}")
        return kept

    def _forgive(self, absent: int, left_out: int) -> None:
        """What was not found since then has a value that the expression gives it."""
        del self._absent[absent:]
        del self._left_out[left_out:]


def _is_true(value: Any) -> bool:
    """As JMESPath has it: 0 is true."""
    return value is not None and value is not False and value not in ("", [], {})
