"""Whether an answer came from a cache, by what its headers say.

Every request asks caches to ask the platform itself (``Cache-Control: no-cache``). A cache that does not do so answers
with what it kept, perhaps from before the change. The standards: ``Age`` and ``Warning`` (RFC 9111, RFC 7234),
``Cache-Status`` (RFC 9211). ``X-Cache`` and its kin follow no standard, but the words HIT and STALE mean the same
everywhere; a hit that the cache checked with the platform (REFRESH_HIT, REVALIDATED) is current.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pytest_upgradecheck.truth.excerpts import excerpt

#: Stale, revalidation failed, disconnected, stale by heuristics, transformed.
_WARNINGS = re.compile(r"(?:^|,)\s*(110|111|112|113|214)\b")
_HIT = re.compile(r"(?<![a-z])(?:hit|stale|updating)(?![a-z])", re.IGNORECASE)
_CHECKED = re.compile(r"refresh|revalidated", re.IGNORECASE)
_BY_WORD = ("x-cache", "x-cache-status", "x-proxy-cache", "cf-cache-status", "x-varnish-cache")


def from_a_cache(headers: Mapping[str, str]) -> str:
    """The header that shows that an answer came from a cache, as in "Age is 120"; empty if none does."""
    for age in map(str.strip, headers.get("age", "").split(",")):
        if age.isdecimal() and int(age) > 0:
            return f"Age is {excerpt(age, longest=40)}"
    if _WARNINGS.search(headers.get("warning", "")):
        return f"Warning is {excerpt(headers['warning'], longest=40)}"
    for cache in headers.get("cache-status", "").split(","):
        parameters = {part.strip().partition("=")[0].lower() for part in cache.split(";")[1:]}
        if "hit" in parameters:
            return f"Cache-Status is {excerpt(headers['cache-status'], longest=60)}"
    for name in _BY_WORD:
        said = [part for part in headers.get(name, "").split(",") if _HIT.search(part) and not _CHECKED.search(part)]
        if said:
            return f"{name} is {excerpt(said[0], longest=40)}"
    return ""
