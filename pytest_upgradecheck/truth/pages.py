"""Whether an answer is only one of several pages, as far as it says so itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_upgradecheck.truth.excerpts import excerpt

#: Keys of the objects in which answers describe their pages, unless they do so next to the list itself.
_ABOUT_PAGES = frozenset({
    "links", "meta", "metadata", "page", "pageinfo", "pages", "pagination", "paging", "responsemetadata", "resultset",
    "cursor", "cursors",
})  # fmt: skip
_LEADS_ON = frozenset({
    "next", "nextpage", "nextpagetoken", "nexttoken", "nextcursor", "nextlink", "nexturl", "nextpageurl", "nexthref",
    "nextoffset", "nextmarker", "nextrecordsurl", "continue", "continuation", "continuationtoken", "odatanextlink",
    "scrollid", "after", "endcursor",
})  # fmt: skip
#: These come with the last page too; another key says whether there is more.
_NEEDS_MORE = frozenset({"after", "endcursor", "scrollid"})
_SAYS_MORE = frozenset({
    "hasmore", "hasnext", "hasnextpage", "more", "moreresults", "truncated", "istruncated", "incompleteresults",
    "partial",
})  # fmt: skip
_TOTALS = frozenset({"total", "totalcount", "totalelements", "totalitems", "totalresults", "totalsize", "totalhits"})
_PAGE_COUNTS = frozenset({"totalpages", "pagecount", "lastpage", "pages", "numpages"})
_THIS_PAGE = frozenset({"page", "currentpage", "pagenumber", "number"})
_NEXT_LINK = re.compile(
    r"""<[^>]*>(?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*?\s*;\s*rel\s*=\s*"?[^",;]*\bnext\b""", re.I
)
_LONGEST_LINK = 8_000  # the pattern takes quadratic time on a header that is made for it
#: As RFC 9110 has it, and without the unit, as PostgREST writes it.
_RANGE = re.compile(r"(?:^|,)\s*(?:[\w-]+\s+)?(?:(\d{1,18})-(\d{1,18})|(\*))/(\d{1,18}|\*)\s*(?=,|$)")


def more_pages(body: Any, headers: Mapping[str, str]) -> str:
    """The sign that an answer has more pages, as in "its Link header has rel=next"; empty if there is none."""
    return _by_headers(headers, body) or _by_body(body)


def only_a_part(headers: Mapping[str, str]) -> str:
    """The header Content-Range of an answer that is only a part of the whole; empty if it does not say so.

    ``0-24/*`` says nothing about the rest: some servers write it on everything that they send.
    """
    stated = headers.get("content-range", "")
    for first, last, nothing, total in _RANGE.findall(stated):
        is_whole = total in ("*", "0") if nothing else int(first) == 0 and (total == "*" or int(last) + 1 >= int(total))
        if not is_whole:
            return f"Content-Range is {excerpt(stated.strip(), longest=40)}"
    return ""


def _by_headers(headers: Mapping[str, str], body: Any) -> str:
    if _NEXT_LINK.search(headers.get("link", "")[:_LONGEST_LINK]):
        return "its Link header has rel=next"
    for name in ("x-next-page", "x-next-cursor", "x-next-page-token", "x-continuation-token", "x-ms-continuation"):
        if headers.get(name, "").strip().lower() not in ("", "0", "null", "none", "false"):
            return f"its header {name} is {excerpt(headers[name], longest=40)}"
    items = _longest_list(body)
    for name in ("x-total-count", "x-total", "total-count"):
        total = headers.get(name, "").strip()
        if items is not None and total.isdecimal() and int(total) > items:
            return f"its header {name} is {total}, and it lists {items}"
    return ""


def _by_body(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    items = _longest_list(body)
    if items is None:
        return ""
    for about, where in _about_pages(body):
        said = {_plain(key): (key, value) for key, value in about.items()}
        if says := _says_so(said, items):
            return f"its `{where}{says}"
    return ""


def _says_so(said: Mapping[str, tuple[str, Any]], items: int) -> str:
    for name, (key, value) in said.items():
        shown = f"{excerpt(key, longest=40)}` is {excerpt(value, longest=60)}"
        if name in _SAYS_MORE and value is True:
            return shown
        if name in _LEADS_ON - _NEEDS_MORE and _leads_somewhere(value):
            return shown
        if name in _TOTALS and _is_count(value) and value > items:
            return f"{shown}, and it lists {items}"
        if name == "last" and value is False:
            return shown
        if name == "remainingitemcount" and _is_count(value) and value > 0:
            return shown
    pages = [value for name, (_, value) in said.items() if name in _PAGE_COUNTS and _is_count(value)]
    current = [(key, value) for name, (key, value) in said.items() if name in _THIS_PAGE and _is_count(value)]
    if pages and current and current[0][1] < pages[0]:
        key, number = current[0]
        # Spring counts pages from 0, so the last of 5 is 4.
        if not (key == "number" and number == pages[0] - 1):
            return f"{excerpt(key, longest=40)}` is {number} of {pages[0]}"
    return ""


def _about_pages(body: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    yield body, ""
    for key, value in body.items():
        if not isinstance(value, dict):
            continue
        if _plain(key) in _ABOUT_PAGES:
            yield value, f"{excerpt(key, longest=40)}."
        else:  # one wrapper, such as `data` or a GraphQL connection
            for inner, deeper in value.items():
                if isinstance(deeper, dict) and _plain(inner) in _ABOUT_PAGES:
                    yield deeper, f"{excerpt(key, longest=40)}.{excerpt(inner, longest=40)}."
            if _longest_list(value) is not None:
                yield value, f"{excerpt(key, longest=40)}."


def _longest_list(body: Any) -> int | None:
    """The length of the longest list at the top of an answer, or one or two objects further in."""
    if isinstance(body, list):
        return len(body)
    level, lengths = [body], []
    for _ in range(3):
        values = [value for outer in level if isinstance(outer, dict) for value in outer.values()]
        lengths += [len(value) for value in values if isinstance(value, list)]
        level = values
    return max(lengths, default=None)


def _leads_somewhere(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_leads_somewhere(inner) for inner in value.values())
    if isinstance(value, str):
        return value.strip() != ""
    return value is True or (_is_count(value) and value > 0)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())
