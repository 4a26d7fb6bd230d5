"""JMESPath on a surface's answer, fail-closed.

JMESPath never objects to data. It gives null if it finds nothing, and carries on: ``!degraded`` is true of an answer
without ``degraded``, ``contracts[?state == 'drifted']`` skips a contract without ``state``, ``!(errors > `0`)`` is true
if ``errors`` is a text, and a filter of an empty list finds nothing wrong. Each of them would let an answer that says
nothing pass for a good one. So an evaluation here also reports its ``gap``:

- a field, item or list that is missing or null, or an empty text compared with another text;
- items of a list that lack the field at the end of a path;
- values of different types in a comparison; a text, number or object taken for true or false; a number in a text;
- a list that had to have items, and had none (see `emptiness`), or an expression that never looks at the answer.

A plan can say what an absence means: ``not_null(degraded, `false`)`` or ``degraded || `false```. Then it is not a gap.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

from pytest_upgradecheck.truth.emptiness import is_constant, says_what_empty_means, went_through_nothing
from pytest_upgradecheck.truth.excerpts import excerpt, quoted

_ABSENCE = "if that has a meaning, say so in the plan, for example: not_null(field, 'none')"
_EMPTY = "if an empty list is a good answer, say so in the plan: (list || `[]`)"
_TYPES = "compare values of the same type: numbers with `5`, texts with '5', true and false with `true`"
_CONSTANT = "write an expression that looks at a field of the answer"

_NUMBER_AS_TEXT = re.compile(r"\s*[+-]?\d+(\.\d+)?\s*")
_EQUALITY = frozenset({"eq", "ne"})
#: The result of these functions for an empty list is made up (0), or null.
_OVER_ITEMS = frozenset({"avg", "max", "max_by", "min", "min_by", "sum"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The value of an expression.

    ``gap`` completes "the expression ..." and is empty if the expression found everything it looked for. ``advice`` is
    what to do about it.
    """

    value: Any
    gap: str = ""
    advice: str = ""


def evaluate(expression: str, body: Any) -> Found:
    """Apply an expression to a body; ValueError if it cannot be applied to it."""
    interpreter = _Attentive()
    parsed = _compiled(expression).parsed
    try:
        value = interpreter.visit(parsed, body)
    except RecursionError:
        raise ValueError("the expression is nested too deep") from None
    except Exception as error:  # JMESPath's own, and whatever its functions raise on strange data (ceil of infinity)
        raise ValueError(excerpt(str(error).partition("\n")[0])) from None
    gap, advice = interpreter.gap_in(parsed)
    return Found(value=value, gap=gap, advice=advice)


def what_is_there(body: Any) -> str:
    """The top of an answer, for a message about what is missing in it."""
    if isinstance(body, dict):
        return f"the answer has the keys: {excerpt(', '.join(list(body)[:12])) or 'none'}"
    if isinstance(body, list):
        return f"the answer is a list of {len(body)}"
    return f"the answer is {excerpt(body)}"


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


@dataclass(frozen=True, slots=True)
class _Gap:
    says: str
    advice: str = _ABSENCE
    is_null: bool = False  # the field is there and holds null: a comparison with `null` asks for that


class _Attentive(TreeInterpreter):
    """Evaluates as JMESPath does, and notes every gap on the way."""

    def __init__(self) -> None:
        super().__init__()
        self._library = Functions()
        self._gaps: list[_Gap] = []
        self._left_out: list[_Gap] = []
        self._seen: Counter[int] = Counter()
        self._skipped: set[int] = set()

    def gap_in(self, expression: Any) -> tuple[str, str]:
        """The gap of the whole expression and what to do about it; two empty texts if there is none."""
        if self._left_out:
            return self._left_out[-1].says, self._left_out[-1].advice
        if self._gaps:
            first = self._gaps[0]
            times = self._gaps.count(first)
            return first.says + (f" in {times} places" if times > 1 else ""), first.advice
        if went_through_nothing(expression, self._seen, frozenset(self._skipped)):
            return "goes through an empty list, so it judges nothing", _EMPTY
        if is_constant(expression):
            return "never looks at the answer", _CONSTANT
        return "", ""

    # Fields, items, lists

    def visit_field(self, node: Any, value: Any) -> Any:
        name = node["value"]
        if not isinstance(value, dict) or name not in value:
            self._note(f"looks for `{excerpt(name)}`, which is missing")
        elif value[name] is None:
            self._gaps.append(_Gap(f"looks for `{excerpt(name)}`, which is null", is_null=True))
        return super().visit_field(node, value)

    def visit_index(self, node: Any, value: Any) -> Any:
        found = super().visit_index(node, value)
        if found is None:
            self._note(f"looks for `[{node['value']}]`, which is missing")
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
        self._seen[id(node)] += len(base)
        condition = node["children"][2]
        return self._projected(node, [item for item in base if self._holds(self.visit(condition, item))])

    def visit_value_projection(self, node: Any, value: Any) -> list[Any] | None:
        base = self.visit(node["children"][0], value)
        if not isinstance(base, dict):
            self._note("looks for an object, which is missing")
            return None
        return self._projected(node, base.values())

    def _listed(self, base: Any) -> Any:
        if not isinstance(base, list):
            self._note("looks for a list, which is missing")
        return base

    def _projected(self, node: Any, base: Iterable[Any]) -> list[Any]:
        items = [self.visit(node["children"][1], item) for item in base]
        if node["type"] != "filter_projection":
            self._seen[id(node)] += len(items)
        kept = [item for item in items if item is not None]
        if len(kept) < len(items):
            lacking = f"{len(items) - len(kept)} lack the field at its end"
            self._left_out.append(_Gap(f"matches {len(items)} and names {len(kept)}: {lacking}"))
        return kept

    # True and false

    def visit_not_expression(self, node: Any, value: Any) -> bool:
        return not self._holds(self.visit(node["children"][0], value))

    def visit_and_expression(self, node: Any, value: Any) -> Any:
        left_side, right_side = node["children"]
        before = self._mark()
        left = self.visit(left_side, value)
        if self._holds(left):
            between = self._mark()
            right = self.visit(right_side, value)
            if not _is_true(right) and self._mark() == between:
                self._forgive(before)  # false whatever the left side is
            return right
        if self._mark() == before:
            self._skipped.add(id(right_side))
        elif self._is_surely_false(right_side, value):
            self._forgive(before)
        return left

    def visit_or_expression(self, node: Any, value: Any) -> Any:
        left_side, right_side = node["children"]
        before = self._mark()
        left = self.visit(left_side, value)
        if _is_true(left):
            self._skipped.add(id(right_side))
            return left
        between = self._mark()
        right = self.visit(right_side, value)
        if right_side["type"] == "literal" or _is_true(right):
            self._forgive(before, between)
        return right

    def _holds(self, value: Any) -> bool:
        """As JMESPath has it, but only true, false and lists count: for JMESPath, 0 and 'false' are true."""
        if value is None:
            self._note("finds null where it needs true or false")
        elif not isinstance(value, (bool, list)):
            self._gaps.append(_Gap(f"takes {quoted(value)} for true or false", _TYPES))
        return _is_true(value)

    def _is_surely_false(self, node: Any, value: Any) -> bool:
        before = self._mark()
        try:
            return not _is_true(self.visit(node, value)) and self._mark() == before
        except JMESPathError:
            return False

    # Comparisons

    def visit_comparator(self, node: Any, value: Any) -> Any:
        operator = node["value"]
        before = self._mark()
        left, right = (self.visit(child, value) for child in node["children"])
        if operator in _EQUALITY and any(_is_null_literal(child) for child in node["children"]):
            self._gaps[before[0] :] = [gap for gap in self._gaps[before[0] :] if not gap.is_null]
        elif self._mark() == before:
            texts = [child["value"] for child in node["children"] if child["type"] == "literal"]
            self._compare_types(left, right, is_empty_meant="" in texts, ordered=operator not in _EQUALITY)
        if operator not in _EQUALITY and _kind(left) != _kind(right):
            return None
        return _compared(operator, left, right)

    def _compare_types(self, left: Any, right: Any, *, is_empty_meant: bool, ordered: bool) -> None:
        kind = _kind(left)
        if kind != _kind(right) or (ordered and kind not in ("number", "text")):
            self._gaps.append(_Gap(f"compares {quoted(left)} with {quoted(right)}", _TYPES))
        elif kind == "text" and left != right and "" in (left, right) and not is_empty_meant:
            self._note(f"compares an empty text with {quoted(left or right)}")
        elif kind == "text" and ordered and all(map(_NUMBER_AS_TEXT.fullmatch, (left, right))):
            self._gaps.append(_Gap(f"compares the texts {quoted(left)} and {quoted(right)} letter by letter", _TYPES))

    # Functions

    def visit_function_expression(self, node: Any, value: Any) -> Any:
        name, before = node["value"], self._mark()
        arguments = [self.visit(child, value) for child in node["children"]]
        if name == "to_number" and len(arguments) == 1 and isinstance(arguments[0], (str, Decimal)):
            result = _as_number(arguments[0])
        else:
            result = self._library.call_function(name, arguments)
        if name == "not_null" and result is not None:
            self._forgive(before)
        elif name == "type":
            self._gaps[before[0] :] = [gap for gap in self._gaps[before[0] :] if not gap.is_null]
        elif name == "contains" and result is False:
            self._search(*arguments)
        elif name == "length" and isinstance(arguments[0], str):
            self._gaps.append(_Gap(f"takes the length of the text {quoted(arguments[0])}", _TYPES))
        elif name in _OVER_ITEMS and arguments[0] == []:
            if not says_what_empty_means(node["children"][0]):
                self._gaps.append(_Gap(f"takes {name}() of an empty list", _EMPTY))
        elif result is None and self._mark() == before:
            said = ", ".join(map(quoted, arguments)) if name == "to_number" else "..."
            self._gaps.append(_Gap(f"gets nothing from {name}({said})", _TYPES))
        return result

    def _search(self, searched: Any, wanted: Any) -> None:
        """Not found: that says something only if there were values of its type to search."""
        items = searched if isinstance(searched, list) else [searched]
        if searched in ([], ""):
            self._gaps.append(_Gap(f"searches for {quoted(wanted)} in an empty {_kind(searched)}", _EMPTY))
        elif None in items or ("" in items and wanted != ""):
            self._note(f"searches for {quoted(wanted)} in a list with an empty value")
        elif strange := [item for item in items if _kind(item) != _kind(wanted)]:
            self._gaps.append(_Gap(f"searches for {quoted(wanted)} and finds {quoted(strange[0])}", _TYPES))

    # Gaps

    def _note(self, says: str) -> None:
        self._gaps.append(_Gap(says))

    def _mark(self) -> tuple[int, int]:
        return len(self._gaps), len(self._left_out)

    def _forgive(self, before: tuple[int, int], until: tuple[int, int] | None = None) -> None:
        """Drop the gaps noted since then: they do not decide, or the expression says what they stand for."""
        gaps, left_out = until or self._mark()
        del self._gaps[before[0] : gaps]
        del self._left_out[before[1] : left_out]


def _is_true(value: Any) -> bool:
    """As JMESPath has it: 0 is true."""
    return value is not None and value is not False and value not in ("", [], {})


def _is_null_literal(node: Any) -> bool:
    return node["type"] == "literal" and node["value"] is None


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"


def _compared(operator: str, left: Any, right: Any) -> Any:
    if operator in _EQUALITY and _kind(left) != _kind(right):
        return operator == "ne"
    if operator not in _EQUALITY and _kind(left) not in ("number", "text"):
        return None
    if isinstance(left, Decimal) != isinstance(right, Decimal):
        left, right = _exact(left), _exact(right)
    return TreeInterpreter.COMPARATOR_FUNC[operator](left, right)


def _exact(number: Any) -> Any:
    # A float stands for the digits it was written with.
    return Decimal(repr(number)) if isinstance(number, float) else number


def _as_number(text: str | Decimal) -> int | float | Decimal | None:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    if exact == exact.to_integral_value() and abs(exact) < Decimal(10) ** 300:
        return int(exact)
    number = float(exact)
    return number if Decimal(repr(number)) == exact else exact
