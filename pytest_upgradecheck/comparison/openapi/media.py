"""Media types as HTTP compares them: case does not count, nor the order of parameters, nor that text is UTF-8."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

#: Parameters that state what nearly all clients send and read anyway, so they change nothing.
_SILENT = {("charset", "utf-8"), ("charset", "utf8")}
#: Parameters whose values do not depend on case.
_CASELESS = {"charset"}


@lru_cache(maxsize=1_000)
def normal_media_type(written: str) -> str:
    """A media type or range in the one way that all spellings of it share."""
    essence, *parameters = written.split(";")
    kept = []
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        name, value = name.strip().lower(), value.strip().strip('"')
        value = value.lower() if name in _CASELESS else value
        if name and (name, value.lower()) not in _SILENT:
            kept.append(f"{name}={value}")
    return ";".join([essence.strip().lower(), *sorted(kept)])


def covers(wide: str, narrow: str) -> bool:
    """Whether a media range takes in a type; both in normal form."""
    if wide == narrow or wide == "*/*":
        return True
    essence, _, parameters = wide.partition(";")
    other, _, others = narrow.partition(";")
    if parameters:
        return False
    if essence == other:
        return bool(others)
    kind, _, subtype = essence.partition("/")
    other_kind, _, other_subtype = other.partition("/")
    if kind != other_kind or kind == "*":
        return False
    return subtype == "*" or (subtype.startswith("*+") and other_subtype.endswith(subtype[1:]))


def covering(narrow: str, ranges: Collection[str]) -> str | None:
    """The most exact range that takes in a type."""
    if narrow in ranges:
        return narrow
    return max((each for each in ranges if covers(each, narrow)), key=_exactness, default=None)


def travels_as_text(media_type: str) -> bool:
    """Whether the type writes numbers and booleans as text, as forms and XML do."""
    essence = media_type.partition(";")[0]
    return (
        essence in ("application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "text/xml")
        or essence.endswith("+xml")
        or (essence.startswith("text/") and not essence.endswith("json"))
    )


def _exactness(media_range: str) -> tuple[int, int]:
    return -media_range.count("*"), len(media_range)
