"""Reading a surface over HTTP: what counts as an answer, what is tried again, and where the key goes."""

from __future__ import annotations

import email.utils
import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth import Answer, Failure, MemoryStore, ReadingStore
from pytest_upgradecheck.truth.client import Client
from pytest_upgradecheck.truth.sources import read_surface
from tests.unit.truth.conftest import FakePlatform

KEY = "key-4711-secret"


@pytest.fixture
def client_of(fake: FakePlatform) -> Iterator[Any]:
    """A client of a platform, closed after the test."""
    made: list[Client] = []

    def make(platform: Platform, store: ReadingStore | None = None) -> Client:
        made.append(Client(platform, store or MemoryStore(), Redactor([KEY]), fake.transport, fake.pauses.append))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def read(plan_platform: Callable[..., Any], client_of: Callable[..., Any]) -> Callable[..., Any]:
    """Read the surface ``truth`` of a plan with these keys."""

    def read_once(surface: dict[str, Any] | None = None, **settings: Any) -> Answer | Failure:
        platform = plan_platform(surface, **settings)
        return read_surface(client_of(platform), platform.surfaces["truth"])

    return read_once


def test_answer(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(200, content=b'{"b":1,"a":2}'))
    answer = read()
    assert isinstance(answer, Answer)
    assert answer.body == {"a": 2, "b": 1}
    assert (answer.status, answer.attempts, answer.source) == (200, 1, "http")
    assert answer.url == "http://platform.test:8000/truth"
    assert answer.size == len(b'{"b":1,"a":2}')
    assert answer.digest.startswith("sha256:")
    read_at = datetime.fromisoformat(answer.read_at.replace("Z", "+00:00"))
    assert abs(datetime.now(timezone.utc) - read_at) < timedelta(minutes=1)


def test_request_is_a_plain_get_with_the_key(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers({})
    read(base_url="http://platform.test/base/")
    (request,) = fake.requests
    assert (request.method, str(request.url)) == ("GET", "http://platform.test/base/truth")
    assert request.headers["x-api-key"] == KEY
    assert request.headers["accept"] == "application/json"
    assert request.content == b""


def test_digest_is_of_what_is_said_not_of_how(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(200, content=b'{"a":1,"b":2}'), httpx.Response(200, content=b'{ "b":2, "a":1 }'))
    assert read().digest == read().digest


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "the platform rejected the request"),
        (401, "the API key was rejected: check platform.auth"),
        (403, "the API key was rejected, or has no access: check platform.auth"),
        (404, "no such route"),
        (410, "refused"),
        (500, "the platform failed"),
        (304, "refused"),
    ],
)
def test_status_that_is_no_answer_is_not_tried_again(
    fake: FakePlatform, read: Callable[..., Any], status: int, says: str
) -> None:
    fake.answers(httpx.Response(status))
    failure = read()
    assert isinstance(failure, Failure)
    assert failure.message.startswith(f"GET http://platform.test:8000/truth: status {status}: ")
    assert says in failure.message
    assert (failure.status, failure.attempts, len(fake.requests)) == (status, 1, 1)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_status_that_may_pass_is_tried_twice_more(fake: FakePlatform, read: Callable[..., Any], status: int) -> None:
    fake.answers(httpx.Response(status))
    failure = read()
    assert failure.message.endswith(" after 3 attempts")
    assert (failure.attempts, len(fake.requests)) == (3, 3)
    assert [round(pause, 1) for pause in fake.pauses] == pytest.approx([0.2, 0.8], abs=0.11)


def test_answer_of_a_later_attempt_counts(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(503), httpx.ConnectError("reset"), {"ok": True})
    answer = read()
    assert isinstance(answer, Answer)
    assert answer.attempts == 3


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "the connection failed: [Errno 111] Connection refused"),
        (httpx.RemoteProtocolError("peer closed connection"), "the connection failed: peer closed connection"),
        (httpx.ReadError(""), "the connection failed: ReadError"),
        (httpx.ReadTimeout("slow"), "no complete answer within 10 s (platform.timeout)"),
    ],
)
def test_connection_that_fails_is_tried_twice_more(
    fake: FakePlatform, read: Callable[..., Any], error: Exception, says: str
) -> None:
    fake.answers(error)
    failure = read()
    assert failure.message == f"GET http://platform.test:8000/truth: {says} after 3 attempts"
    assert len(fake.requests) == 3


def test_surprise_is_a_failure_too(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(ZeroDivisionError("what?"))
    assert read().message.endswith("the answer could not be read: ZeroDivisionError: what?")


def retry_after(value: str) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": value})


def in_seconds(seconds: float) -> str:
    return email.utils.format_datetime(datetime.now(timezone.utc) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("soon", 0.2),
        ("-1", 0.2),
        ("\u00b2", 0.2),
    ],
)
def test_retry_after_is_honoured(fake: FakePlatform, read: Callable[..., Any], value: str, pause: float) -> None:
    fake.answers(httpx.Response(429, headers=[(b"retry-after", value.encode())]), {})
    assert isinstance(read(), Answer)
    assert fake.pauses == pytest.approx([pause], abs=0.11)


@pytest.mark.parametrize(("seconds", "pause"), [(30, 29.0), (-30, 0.0)])
def test_retry_after_a_date_is_honoured(
    fake: FakePlatform, read: Callable[..., Any], seconds: float, pause: float
) -> None:
    fake.answers(retry_after(in_seconds(seconds)), {})
    assert isinstance(read(), Answer)
    assert fake.pauses == pytest.approx([pause], abs=5 if pause else 0.11)


def test_retry_after_a_date_too_far_ends_the_reading(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(retry_after(in_seconds(3600)))
    assert "Retry-After asks for 3600 s; the limit is 60 s)" in read().message.replace("3599", "3600")


@pytest.mark.parametrize("value", ["61", "9" * 400], ids=["61", "huge"])
def test_retry_after_too_long_ends_the_reading(fake: FakePlatform, read: Callable[..., Any], value: str) -> None:
    fake.answers(retry_after(value))
    failure = read()
    assert "; the limit is 60 s)" in failure.message
    assert (len(fake.requests), fake.pauses) == (1, [])


def test_redirect_on_the_same_platform_is_followed_with_the_key(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(307, headers={"Location": "/elsewhere?a=1"}), {"ok": True})
    assert read().url == "http://platform.test:8000/elsewhere?a=1"
    assert [request.headers["x-api-key"] for request in fake.requests] == [KEY, KEY]


@pytest.mark.parametrize(
    "target",
    [
        "http://other.test:8000/truth",
        "http://platform.test:8001/truth",
        "http://platform.test/truth",
        "https://platform.test:8000/truth",
        "//other.test/truth",
        "http://platform.test:8000@other.test/truth",
        "http://user:pass@other.test/truth",
        "file:///etc/passwd",
    ],
)
def test_redirect_anywhere_else_is_refused(fake: FakePlatform, read: Callable[..., Any], target: str) -> None:
    fake.answers(httpx.Response(302, headers={"Location": target}))
    failure = read()
    assert "it redirects to another host, " in failure.message
    assert "set platform.base_url to the address of the platform" in failure.message
    assert "pass@" not in failure.message
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("/truth", "it redirects to itself"),
        (None, "it redirects to itself"),
        ("http://[broken/", "it redirects to another host, http://%5Bbroken: not followed"),
        ("http://platform.test:port/", "the connection failed: Invalid URL in location header: Invalid port: 'port'."),
    ],
)
def test_redirect_to_nowhere(fake: FakePlatform, read: Callable[..., Any], target: str | None, says: str) -> None:
    fake.answers(httpx.Response(301, headers={"Location": target} if target is not None else {}))
    assert says.lower() in read().message.lower()


@pytest.mark.parametrize("target", ["http://platform.test:" + "p" * 5000, "http://" + "h" * 5000 + ".test/"])
def test_redirect_of_any_length_earns_one_short_sentence(
    fake: FakePlatform, read: Callable[..., Any], target: str
) -> None:
    fake.answers(httpx.Response(302, headers={"Location": target}))
    assert len(read().message) < 500


def test_redirects_end(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(*(httpx.Response(302, headers={"Location": f"/{n}"}) for n in range(20)))
    assert read().message.endswith("it redirects more than 5 times")
    assert len(fake.requests) == 6


def test_page_instead_of_json(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(200, html="<!doctype html><title>Log in</title>"))
    assert "it is text/html and starts with: '<!doctype html><title>Log in</title>'" in read().message
    assert len(fake.requests) == 1


def test_error_is_shown_in_the_words_of_the_platform_without_the_key(
    fake: FakePlatform, read: Callable[..., Any]
) -> None:
    fake.answers(httpx.Response(401, content=f'{{"detail":"unknown key {KEY}"}}'))
    message = read().message
    assert message.endswith("""; it says: '{"detail":"unknown key ***"}'""")
    assert KEY not in message


@pytest.mark.parametrize("response", [{"html": "<h1>Oops</h1>"}, {"json": {}}, {"content": b""}])
def test_error_that_says_nothing_is_not_quoted(
    fake: FakePlatform, read: Callable[..., Any], response: dict[str, Any]
) -> None:
    fake.answers(httpx.Response(500, **response))
    assert read().message.endswith("status 500: the platform failed")


def test_error_larger_than_allowed_still_tells_its_status(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(404, content=b"x" * 100))
    assert "status 404: no such route" in read(max_size=10).message


def test_answer_larger_than_allowed(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(200, json=["x" * 100]))
    assert read(max_size=50).message.endswith("the answer is larger than 50 bytes (platform.max_size)")


@pytest.mark.parametrize(
    ("status", "content", "body"),
    [
        (200, "OK", "OK"),
        (200, "<html>The front page", None),
        (200, "", None),
        (204, "", None),
        (226, "OK", "OK"),
        (404, '{"sealed": true}', {"sealed": True}),
        (500, "[+]ping ok\n[-]etcd failed", "[+]ping ok\n[-]etcd failed"),
        (500, "", None),
        (503, '{"status": "DOWN", "error": "db"}', {"status": "DOWN", "error": "db"}),
        (503, '{"checks": []}', {"checks": []}),
        (507, '["full"]', ["full"]),
    ],
)
def test_readiness_by_status_is_an_answer(
    fake: FakePlatform, read: Callable[..., Any], status: int, content: str, body: Any
) -> None:
    fake.answers(httpx.Response(status, text=content))
    answer = read({"ready_status": [200, 204, 226, 404]})
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (status, body)


PROBLEM = {"Content-Type": "application/problem+json; charset=utf-8"}


@pytest.mark.parametrize(
    "response",
    [
        # These speak of the request, or of something on the way.
        *(httpx.Response(status, text="no") for status in (400, 401, 403, 404, 405, 407, 410, 418, 429, 502, 504)),
        # These come from something that could not answer.
        httpx.Response(500, json={"error": "Internal Server Error"}),
        httpx.Response(500, json={"errors": [{"code": 1}]}),
        httpx.Response(500, json={"message": "Internal server error"}),
        httpx.Response(500, json={"detail": "Internal Server Error"}),
        httpx.Response(500, json={"timestamp": "now", "status": 500, "error": "Internal Server Error", "path": "/"}),
        httpx.Response(503, html="<h1>503 Service Unavailable</h1>"),
        httpx.Response(503, text="<!DOCTYPE html><title>Maintenance</title>"),
        httpx.Response(503, json={"title": "Maintenance"}, headers=PROBLEM),
    ],
    ids=lambda response: f"{response.status_code} {response.text[:30]}",
)
def test_error_is_not_a_no(fake: FakePlatform, read: Callable[..., Any], response: httpx.Response) -> None:
    fake.answers(response)
    failure = read({"ready_status": [200, 204]})
    assert isinstance(failure, Failure)
    assert f"status {response.status_code}: " in failure.message


NOT_WHOLE = [201, 202, 203, 204, 205, 206, 207, 208, 226, 299]


@pytest.mark.parametrize("surface", [{"ready": "ok"}, {"drifted": "a"}, {"versions": "a"}, {"ready_status": 200}])
@pytest.mark.parametrize("status", NOT_WHOLE)
def test_only_200_is_the_whole_answer(
    fake: FakePlatform, read: Callable[..., Any], status: int, surface: dict[str, Any]
) -> None:
    fake.answers(httpx.Response(status, json={"ok": True}))
    failure = read(surface)
    assert isinstance(failure, Failure)
    assert f"status {status}: " in failure.message
    assert len(fake.requests) == 1


@pytest.mark.parametrize("status", NOT_WHOLE)
def test_plan_may_accept_a_status_as_ready_but_not_as_a_whole_answer(
    fake: FakePlatform, read: Callable[..., Any], status: int
) -> None:
    fake.answers(httpx.Response(status, json={"ok": True}))
    assert isinstance(read({"ready_status": [200, status], "ready": "ok"}), Answer)
    for more in ({"drifted": "a"}, {"versions": "a"}, {"compare": {"rule": "unchanged"}}):
        assert isinstance(read({"ready_status": [200, status], **more}), Failure)


@pytest.mark.parametrize("surface", [{"ready_status": 200}, {"ready_status": [200, 503]}])
@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, json={"error": "database down"}),
        httpx.Response(200, json={"errors": ["database down"]}),
        httpx.Response(200, json={"title": "Down"}, headers=PROBLEM),
    ],
    ids=lambda response: response.text,
)
def test_error_under_200_is_not_ready_by_its_status(
    fake: FakePlatform, read: Callable[..., Any], response: httpx.Response, surface: Any
) -> None:
    fake.answers(response)
    failure = read(surface)
    assert isinstance(failure, Failure)
    assert "status 200: an error; it says: " in failure.message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"error": None}),
        (200, {"errors": []}),
        (200, {"status": "UP", "error": "x"}),
        (200, {"message": "ok"}),
        (500, {}),
    ],
)
def test_mention_of_an_error_is_not_an_error(
    fake: FakePlatform, read: Callable[..., Any], status: int, body: Any
) -> None:
    fake.answers(httpx.Response(status, json=body))
    assert isinstance(read({"ready_status": 200}), Answer)


def test_problem_is_no_answer_under_200_either(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(200, json={"title": "Out of credit", "ok": True}, headers=PROBLEM))
    assert "status 200: an error; it says: " in read().message


CACHED = {
    "age": {"Age": "120"},
    "age-of-two-caches": {"Age": "7, 120"},
    "age-of-the-second-cache": {"Age": "0, 120"},
    "stale": {"Warning": '110 proxy "Response is Stale"'},
    "revalidation-failed": {"Warning": '111 - "Revalidation Failed"'},
    "disconnected": {"Warning": '199 - "misc", 112 - "Disconnected Operation"'},
    "heuristic": {"Warning": '113 - "Heuristic Expiration"'},
    "transformed": {"Warning": '214 - "Transformation Applied"'},
    "cache-status": {"Cache-Status": "Origin; fwd=miss, CDN; hit; ttl=30"},
    "cloudfront": {"X-Cache": "Hit from cloudfront"},
    "squid": {"X-Cache": "HIT from proxy"},
    "akamai": {"X-Cache": "TCP_MEM_HIT from a1.example"},
    "fastly": {"X-Cache": "MISS, HIT"},
    "nginx": {"X-Cache-Status": "STALE"},
    "cloudflare": {"CF-Cache-Status": "HIT"},
}


@pytest.mark.parametrize("headers", CACHED.values(), ids=CACHED)
@pytest.mark.parametrize(
    ("status", "surface"), [(200, {"ready": "ok"}), (200, {"ready_status": 200}), (503, {"ready_status": 200})]
)
def test_answer_from_a_cache_is_none(
    fake: FakePlatform, read: Callable[..., Any], headers: dict[str, str], status: int, surface: dict[str, Any]
) -> None:
    fake.answers(httpx.Response(status, json={"status": "x"}, headers=headers))
    failure = read(surface)
    assert isinstance(failure, Failure)
    (name,) = headers
    assert f"the answer came from a cache ({name} is ".lower() in failure.message.lower()
    assert failure.message.endswith(("although the request said no-cache", "after 3 attempts"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Age": "0"},
        {"Age": "soon"},
        {"Warning": '299 - "Deprecated API"'},
        {"Cache-Status": "CDN; fwd=uri-miss; stored"},
        {"X-Cache": "Miss from cloudfront"},
        {"X-Cache": "RefreshHit from cloudfront"},
        {"X-Cache": "TCP_REFRESH_HIT from a1.example"},
        {"X-Cache-Status": "REVALIDATED"},
        {"CF-Cache-Status": "DYNAMIC"},
        {"X-Cache": "whiting"},
    ],
    ids=str,
)
def test_answer_of_the_platform_itself(fake: FakePlatform, read: Callable[..., Any], headers: dict[str, str]) -> None:
    fake.answers(httpx.Response(200, json={"ok": True}, headers=headers))
    assert isinstance(read(), Answer)


def dated(ahead: timedelta, form: str = "%a, %d %b %Y %H:%M:%S GMT") -> str:
    return f"{datetime.now(timezone.utc) + ahead:{form}}"


NOW, HOUR = timedelta(0), timedelta(hours=1)
DATES = {
    "old": (lambda: dated(-HOUR), " behind this machine's clock: it is a copy of an older answer, or a clock is wrong"),
    "old-beyond-skew": (lambda: dated(timedelta(seconds=-62)), "1 min"),
    "ahead": (lambda: dated(HOUR), " ahead of this machine's clock: a clock is wrong, so no age is known"),
    "obsolete": (lambda: dated(-HOUR, "%A, %d-%b-%y %H:%M:%S GMT"), "behind this machine's clock"),
    "asctime": (lambda: dated(-HOUR, "%a %b %e %H:%M:%S %Y"), "behind this machine's clock"),
    "second-of-two": (lambda: f"{dated(NOW)}, {dated(-HOUR)}", "behind this machine's clock"),
    "first-of-two": (lambda: f"{dated(-HOUR)}, {dated(NOW)}", "behind this machine's clock"),
    "another-century": (lambda: "Mon, 01 Jan 1900 00:00:00 GMT", "behind this machine's clock"),
}


@pytest.mark.parametrize(("date", "says"), DATES.values(), ids=DATES)
@pytest.mark.parametrize(
    ("status", "surface"), [(200, {"ready": "ok"}), (200, {"ready_status": 200}), (503, {"ready_status": 200})]
)
def test_answer_of_another_time_is_none(
    fake: FakePlatform,
    read: Callable[..., Any],
    date: Callable[[], str],
    says: str,
    status: int,
    surface: dict[str, Any],
) -> None:
    fake.answers(httpx.Response(status, json={"status": "x"}, headers={"Date": date()}))
    failure = read(surface)
    assert isinstance(failure, Failure)
    assert "its Date header (" in failure.message
    assert says in failure.message


@pytest.mark.parametrize("ahead", [-50, 0, 50])
@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"])
def test_clocks_may_differ_by_a_minute(fake: FakePlatform, read: Callable[..., Any], ahead: int, form: str) -> None:
    fake.answers(httpx.Response(200, json={}, headers={"Date": dated(timedelta(seconds=ahead), form)}))
    assert isinstance(read(), Answer)


@pytest.mark.parametrize("date", ["", "now", "Thu, 99 Foo 2026 25:61:61 GMT", "2026-11-24T12:00:00Z", "0"])
def test_date_that_cannot_be_read_says_nothing(fake: FakePlatform, read: Callable[..., Any], date: str) -> None:
    fake.answers(httpx.Response(200, json={}, headers={"Date": date}))
    assert isinstance(read(), Answer)


PARTS = [
    "items 0-0/250", "items 0-1/250", "0-24/250", "items 25-49/50", "25-49/*", "bytes 0-99/1000", "*/250",
    "items */250", " items 0-24/250 ", "items 0-49/50, items 0-24/250", "x-items 1-2/3",
]  # fmt: skip
ASKS = [{"ready": "ok"}, {"versions": "products"}, {"drifted": "drifts"}, {"ready": "ok", "ready_status": 200}]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("surface", ASKS)
def test_answer_that_is_a_part_by_its_content_range(
    fake: FakePlatform, read: Callable[..., Any], part: str, surface: dict[str, Any]
) -> None:
    fake.answers(httpx.Response(200, json={"ok": True}, headers={"Content-Range": part}))
    failure = read(surface)
    assert isinstance(failure, Failure)
    assert f"status 200: only a part of the answer (Content-Range is {part.strip()})" in failure.message


@pytest.mark.parametrize("whole", ["items 0-1/2", "0-24/25", "items 0-1/*", "*/0", "*/*", "bytes 0-99/100", "", "all"])
def test_answer_that_is_the_whole_by_its_content_range(
    fake: FakePlatform, read: Callable[..., Any], whole: str
) -> None:
    fake.answers(httpx.Response(200, json={"ok": True}, headers={"Content-Range": whole}))
    assert isinstance(read({"ready": "ok"}), Answer)


def test_part_that_says_ready_by_its_status_is_an_answer(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(200, json=[], headers={"Content-Range": "items 0-0/250"}))
    assert isinstance(read({"ready_status": 200}), Answer)


def test_caches_are_told_to_ask_the_platform(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers({})
    read()
    assert fake.requests[0].headers["cache-control"] == "no-cache"
    assert fake.requests[0].headers["pragma"] == "no-cache"


def test_what_came_instead_of_an_answer_is_kept(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(500, text=f"[+]ping ok\n[-]etcd failed with {KEY}\n" + "x" * 10_000))
    failure = read()
    assert "[-]etcd failed with ***" in failure.message
    assert failure.said.startswith("[+]ping ok\n[-]etcd failed with ***\nxxx")
    assert len(failure.said) == 4_000


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500, text="down\x1b[2J\x1b[Hverdict: PROCEED"),
        httpx.Response(500, json={"detail": "down\x9b2J\u202e"}),
        httpx.Response(200, text="no\x1b[2J JSON"),
        httpx.Response(200, text="no JSON", headers={"Content-Type": "text/\x1b[2J"}),
        httpx.Response(200, json={}, headers={"Age": "1", "X-Cache": "HIT\x1b[2J"}),
        httpx.Response(200, json={}, headers={"X-Cache": "HIT \x1b[2J"}),
        httpx.Response(200, json={}, headers={"Warning": "110 \x1b[2J"}),
        httpx.Response(200, content=b"x", headers={"Content-Encoding": "\x1b[2J"}),
        httpx.Response(302, headers={"Location": "http://\x1b[2J/"}),
        httpx.ConnectError("refused\x1b[2J\nverdict: PROCEED"),
    ],
    ids=range(10),
)
def test_no_control_character_comes_out(fake: FakePlatform, read: Callable[..., Any], response: Any) -> None:
    fake.answers(response)
    assert read().message.isprintable()


def test_readiness_by_status_keeps_a_body_that_is_json(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(503, json={"state": "sealed"}))
    assert read({"ready_status": 200}).body == {"state": "sealed"}


def test_readiness_by_a_status_that_may_pass_is_tried_again_and_then_an_answer(
    fake: FakePlatform, read: Callable[..., Any]
) -> None:
    fake.answers(httpx.Response(503, json={"ok": False}))
    answer = read({"ready_status": 200, "ready": "ok"})
    assert isinstance(answer, Answer)
    assert (answer.status, answer.attempts, len(fake.requests)) == (503, 3, 3)


def test_status_that_says_ready_is_not_tried_again(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(429, json={}))
    answer = read({"ready_status": [200, 429]})
    assert (answer.status, len(fake.requests)) == (429, 1)


@pytest.mark.parametrize("keys", [{"ready": "ok"}, {"observed_at": "at"}, {"compare": {"rule": "unchanged"}}])
def test_readiness_by_status_needs_json_where_the_plan_asks_for_more(
    fake: FakePlatform, read: Callable[..., Any], keys: dict[str, Any]
) -> None:
    fake.answers(httpx.Response(200, text="OK"))
    failure = read({"ready_status": 200, **keys})
    assert isinstance(failure, Failure)
    assert "is not JSON" in failure.message


def test_redirect_is_not_an_answer(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(302, headers={"Location": "https://login.test/"}))
    assert isinstance(read({"ready_status": 200}), Failure)


def test_surface_without_path(
    fake: FakePlatform, plan_platform: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    platform = plan_platform({"path": None})
    failure = read_surface(client_of(platform), platform.surfaces["truth"])
    assert isinstance(failure, Failure)
    assert failure.message == "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"
    assert (failure.attempts, fake.requests) == (0, [])


def test_key_in_a_url_is_not_shown(fake: FakePlatform, read: Callable[..., Any]) -> None:
    fake.answers({}, httpx.Response(404))
    answer, failure = read({"path": f"/truth?key={KEY}"}), read({"path": f"/truth?key={KEY}"})
    assert answer.url == failure.url == "http://platform.test:8000/truth?key=***"
    assert KEY not in failure.message


def test_key_is_not_logged(fake: FakePlatform, read: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fake.answers({"ok": True})
    read()
    assert "platform.test" in caplog.text
    assert KEY not in caplog.text


def test_reading_that_nobody_waits_for_is_not_tried_again(
    fake: FakePlatform, plan_platform: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    fake.answers(httpx.Response(503))
    platform = plan_platform()
    failure = read_surface(client_of(platform), platform.surfaces["truth"], until=time.monotonic() + 0.1)
    assert isinstance(failure, Failure)
    assert (failure.attempts, len(fake.requests), fake.pauses) == (1, 1, [])


def test_every_request_takes_its_turn_redirects_and_retries_too(
    fake: FakePlatform, plan_platform: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    class Turns(MemoryStore):
        taken = 0

        def wait_for_turn(self, rate: Any, *, until: Any = float("inf")) -> bool:
            assert str(rate) == "90/min"
            self.taken += 1
            return self.taken <= 4

    fake.answers(httpx.Response(302, headers={"Location": "/a"}), httpx.Response(503))
    platform, store = plan_platform(rate_limit="90/min"), Turns()
    client = client_of(platform, store)
    failure = read_surface(client, platform.surfaces["truth"])
    assert isinstance(failure, Failure)
    assert failure.message.endswith("status 503: the platform failed after 3 attempts")
    assert (store.taken, len(fake.requests)) == (4, 4)
    failure = read_surface(client, platform.surfaces["truth"])
    assert isinstance(failure, Failure)
    assert failure.message.endswith("platform.rate_limit allows no request in the time that is left")
    assert len(fake.requests) == 4
