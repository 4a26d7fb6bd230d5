"""Whether an answer shows that it is only one of several pages."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.truth.pages import more_pages

ITEMS = [{"id": 1}, {"id": 2}]

BY_HEADERS = [
    ({"link": '</orders?page=2>; rel="next"'}, "its Link header has rel=next"),
    ({"link": "</orders?page=2>; rel=next"}, "its Link header has rel=next"),
    ({"link": '</a>; rel="first", </b>; title="x"; rel="prev next"'}, "its Link header has rel=next"),
    ({"x-next-page": "2"}, "its header x-next-page is 2"),
    ({"x-total-count": "250"}, "its header x-total-count is 250, and it lists 2"),
    ({"x-total": "3"}, "its header x-total is 3, and it lists 2"),
    ({"link": '<x>; rel="next"\x1b[2J', "x": "y"}, "its Link header has rel=next"),
]
NO_MORE_BY_HEADERS = [
    {},
    {"link": '</orders?page=1>; rel="first", </orders?page=1>; rel="prev"'},
    {"link": '</next>; rel="self"'},
    {"link": '</x>; rel="nextcloud-theme"'},
    {"x-next-page": ""},
    {"x-total-count": "2"},
]


@pytest.mark.parametrize(("headers", "says"), BY_HEADERS)
def test_header_shows_more_pages(headers: dict[str, str], says: str) -> None:
    assert more_pages(ITEMS, headers) == more_pages({"data": {"items": ITEMS}}, headers) == says


@pytest.mark.parametrize("headers", NO_MORE_BY_HEADERS)
def test_header_shows_no_more_pages(headers: dict[str, str]) -> None:
    assert more_pages(ITEMS, headers) == ""


BY_BODY = [
    ({"next": "/orders?page=2"}, "its `next` is /orders?page=2"),
    ({"next_page": 2}, "its `next_page` is 2"),
    ({"nextPageToken": "abc"}, "its `nextPageToken` is abc"),
    ({"next_cursor": "abc"}, "its `next_cursor` is abc"),
    ({"NextToken": "abc"}, "its `NextToken` is abc"),
    ({"nextRecordsUrl": "/x"}, "its `nextRecordsUrl` is /x"),
    ({"@odata.nextLink": "https://x/2"}, "its `@odata.nextLink` is https://x/2"),
    ({"links": {"next": "/2"}}, "its `links.next` is /2"),
    ({"_links": {"next": {"href": "/2"}}}, 'its `_links.next` is {"href": "/2"}'),
    ({"metadata": {"continue": "abc", "remainingItemCount": 5}}, "its `metadata.continue` is abc"),
    ({"metadata": {"remainingItemCount": 5}}, "its `metadata.remainingItemCount` is 5"),
    ({"response_metadata": {"next_cursor": "abc"}}, "its `response_metadata.next_cursor` is abc"),
    ({"has_more": True}, "its `has_more` is true"),
    ({"pageInfo": {"hasNextPage": True, "endCursor": "x"}}, "its `pageInfo.hasNextPage` is true"),
    ({"IsTruncated": True}, "its `IsTruncated` is true"),
    ({"incomplete_results": True}, "its `incomplete_results` is true"),
    ({"total": 250}, "its `total` is 250, and it lists 2"),
    ({"meta": {"totalCount": 250}}, "its `meta.totalCount` is 250, and it lists 2"),
    ({"page": 1, "total_pages": 3}, "its `page` is 1 of 3"),
    ({"last": False, "number": 0, "totalPages": 3}, "its `last` is false"),
    ({"page": {"number": 0, "totalPages": 3, "size": 2}}, "its `page.number` is 0 of 3"),
    ({"next": "\x1b[2J"}, r"its `next` is \x1b[2J"),
]
NO_MORE_BY_BODY: list[dict[str, Any]] = [
    {},
    {"next": None},
    {"next": ""},
    {"next": 0},
    {"next": False},
    {"links": {"next": None, "self": "/1"}},
    {"metadata": {"continue": ""}},
    {"has_more": False},
    {"pageInfo": {"hasNextPage": False, "endCursor": "x"}},
    {"total": 2},
    {"page": 3, "total_pages": 3},
    {"last": True, "number": 2, "totalPages": 3},
    {"page": {"number": 0, "totalPages": 1, "size": 2}},
]


@pytest.mark.parametrize(("about", "says"), BY_BODY)
def test_body_shows_more_pages(about: dict[str, Any], says: str) -> None:
    assert more_pages({"items": ITEMS, **about}, {}) == says


def test_body_in_a_wrapper_shows_more_pages() -> None:
    connection = {"nodes": ITEMS, "pageInfo": {"hasNextPage": True}}
    assert more_pages({"data": connection}, {}) == "its `data.pageInfo.hasNextPage` is true"
    assert more_pages({"result": {"items": ITEMS, "next": "/2"}}, {}) == "its `result.next` is /2"


@pytest.mark.parametrize("about", NO_MORE_BY_BODY)
def test_body_shows_no_more_pages(about: dict[str, Any]) -> None:
    assert more_pages({"items": ITEMS, **about}, {}) == ""


@pytest.mark.parametrize("body", [{"version": "1", "next": "2.0"}, {"total": 17, "more": True}, "next", None, 5])
def test_answer_without_a_list_has_no_pages(body: Any) -> None:
    assert more_pages(body, {}) == ""
