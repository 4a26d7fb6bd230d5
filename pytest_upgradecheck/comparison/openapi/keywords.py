"""The keywords of plain schemas that all hold, read as one: types, values, ranges, sizes, formats."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pytest_upgradecheck.comparison.openapi.document import kind_of
from pytest_upgradecheck.comparison.openapi.formats import normal_format, value_matches
from pytest_upgradecheck.comparison.openapi.shapes import ALL_TYPES, Bound, canonical, type_of

_SIZES = {"string": "Length", "array": "Items", "object": "Properties"}
#: Keywords that imply a type, in a schema that does not state one.
_MEANT = {
    "object": ("properties", "additionalProperties", "required", "patternProperties", "minProperties", "maxProperties",
               "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "unevaluatedItems"),
    "string": ("pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip


class Malformed(Exception):
    """A keyword of a schema does not have the form it must have."""


class NotASchema(str):
    """Something in the place of a schema that is not one."""


def types_of(leaves: tuple[dict[str, Any], ...], values: frozenset[str] | None) -> list[str]:
    """The types that all leaves allow; if none is stated, those that their keywords are about."""
    allowed: set[str] | None = None
    for leaf in leaves:
        said = leaf.get("type")
        if said is None:
            continue
        if isinstance(said, NotASchema):
            raise Malformed(f"found {said}, expected a schema")
        names = {_type(name) for name in (said if isinstance(said, list) else [said])}
        names |= {"integer"} if "number" in names else set()
        allowed = names if allowed is None else allowed & names
    if allowed is None and values is not None:
        allowed = {type_of(value) for value in values}
    if allowed is None:
        keywords = {keyword for leaf in leaves for keyword in leaf}
        allowed = {name for name, meant in _MEANT.items() if not keywords.isdisjoint(meant)} or set(ALL_TYPES)
    if "number" in allowed:
        allowed.discard("integer")
    return sorted(allowed)


def _type(name: Any) -> str:
    if name == "file":
        return "string"
    if not isinstance(name, str) or (name not in ALL_TYPES and name != "integer"):
        shown = f"`{name[:40]}`" if isinstance(name, str) else kind_of(name)
        raise Malformed(f"`type` is {shown}, which is not a JSON type")
    return name


def values_of(leaves: tuple[dict[str, Any], ...]) -> frozenset[str] | None:
    """The values that all leaves list, as canonical JSON; None if none lists any."""
    values: frozenset[str] | None = None
    for leaf in leaves:
        lists: list[list[Any]] = [[leaf["const"]]] if "const" in leaf else []
        if "enum" in leaf:
            if not isinstance(leaf["enum"], list):
                raise Malformed(f"`enum` is {kind_of(leaf['enum'])}, expected a list")
            lists.append(leaf["enum"])
        for listed in lists:
            said = frozenset(map(canonical, listed))
            values = said if values is None else values & said
    return values


def is_of(value: str, name: str) -> bool:
    """Whether a value in canonical JSON is of a type."""
    kind = type_of(value)
    return kind == name or (kind == "integer" and name == "number")


def fits(value: str, leaves: tuple[dict[str, Any], ...]) -> bool:
    """Whether a listed value meets the other conditions; those that are costly to try count as met."""
    for leaf in leaves:
        kind = type_of(value)
        if kind in ("integer", "number"):
            low, high = range_of((leaf,), whole=False)
            number = float(value)
            if (low and (number < low.value or (low.exclusive and number == low.value))) or (
                high and (number > high.value or (high.exclusive and number == high.value))
            ):
                return False
        if kind == "string" and "pattern" in leaf and value_matches(text(leaf, "pattern"), value) is False:
            return False
    return True


def range_of(leaves: tuple[dict[str, Any], ...], *, whole: bool) -> tuple[Bound | None, Bound | None]:
    """The bounds of numbers, as 3.0 and as 3.1 write them."""
    lows: list[Bound] = []
    highs: list[Bound] = []
    for leaf in leaves:
        for bounds, plain, exclusive, step in (
            (lows, "minimum", "exclusiveMinimum", 1),
            (highs, "maximum", "exclusiveMaximum", -1),
        ):
            flag = leaf.get(exclusive)
            if plain in leaf:
                bounds.append(Bound(number(leaf, plain), flag is True))
            if flag is not None and not isinstance(flag, bool):
                bounds.append(Bound(number(leaf, exclusive), True))
            if whole and bounds and bounds[-1].exclusive and float(bounds[-1].value).is_integer():
                bounds[-1] = Bound(bounds[-1].value + step)
    high = min(highs, key=lambda bound: (bound.value, not bound.exclusive), default=None)
    return max(lows, default=None), high


def sizes_of(leaves: tuple[dict[str, Any], ...], kind: str) -> tuple[int, int | None]:
    """The smallest and the largest length or count."""
    smallest = [number(leaf, key) for key in [f"min{_SIZES[kind]}"] for leaf in leaves if leaf.get(key) is not None]
    largest = [number(leaf, key) for key in [f"max{_SIZES[kind]}"] for leaf in leaves if leaf.get(key) is not None]
    return int(max(smallest, default=0)), int(min(largest)) if largest else None


def formats_of(leaves: tuple[dict[str, Any], ...]) -> frozenset[str]:
    """The formats that restrict values, under their usual names."""
    names = [text(leaf, "format") for leaf in leaves if "format" in leaf]
    for leaf in leaves:
        if leaf.get("type") == "file" or leaf.get("contentMediaType") == "application/octet-stream":
            names.append("binary")
        if "contentEncoding" in leaf:
            encoding = text(leaf, "contentEncoding").lower()
            names.append("byte" if encoding == "base64" else encoding)
    return frozenset(filter(None, map(normal_format, names)))


def number(leaf: dict[str, Any], keyword: str) -> float:
    """The number of a keyword; Malformed if it is something else."""
    value = leaf[keyword]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Malformed(f"`{keyword}` is {kind_of(value)}, expected a number")
    return value


def text(leaf: dict[str, Any], keyword: str, default: str | None = None) -> str:
    """The string of a keyword; Malformed if it is something else."""
    value = leaf.get(keyword, default)
    if not isinstance(value, str):
        raise Malformed(f"`{keyword}` is {kind_of(value)}, expected a string")
    return value


def members(leaf: dict[str, Any], keyword: str) -> dict[str, Any]:
    """The object of a keyword, empty if there is none; Malformed if it is something else."""
    value = leaf.get(keyword)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"`{keyword}` is {kind_of(value)}, expected an object")
    return value


def names_in(leaf: dict[str, Any], keyword: str) -> frozenset[str]:
    """The names that a keyword lists."""
    value = leaf.get(keyword)
    # `required: true` on the member itself is how an old draft wrote it; it has no meaning here.
    return frozenset() if value is None or isinstance(value, bool) else frozenset(strings(value, keyword))


def strings(value: Any, keyword: str) -> Iterable[str]:
    """A list of strings; Malformed if it is something else."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Malformed(f"`{keyword}` is {kind_of(value)}, expected a list of names")
    return value
