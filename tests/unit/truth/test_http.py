"""Reading a surface over HTTP: what counts as an answer, what is tried again, and where the key goes."""

from __future__ import annotations

import email.utils
import logging
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth import Answer, Failure, MemoryStore, ReadingStore
from pytest_upgradecheck.truth.http import HttpSource

KEY = "key-4711-secret"


@pytest.fixture
def source_of(fake):
    """A source for a platform, closed after the test."""
    made: list[HttpSource] = []

    def make(platform: Platform, store: ReadingStore | None = None) -> HttpSource:
        source = HttpSource(platform, store or MemoryStore(), Redactor([KEY]), fake.transport, fake.pauses.append)
        made.append(source)
        return source

    yield make
    for each in made:
        each.close()


@pytest.fixture
def read(plan_platform, source_of):
    """Read the surface ``truth`` of a plan with these keys."""

    def read_once(surface: dict[str, Any] | None = None, **settings: Any) -> Answer | Failure:
        platform = plan_platform(surface, **settings)
        answer: Answer | Failure = source_of(platform).read(platform.surfaces["truth"])
        return answer

    return read_once


def test_answer(fake, read) -> None:
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


def test_request_is_a_plain_get_with_the_key(fake, read) -> None:
    fake.answers({})
    read(base_url="http://platform.test/base/")
    (request,) = fake.requests
    assert (request.method, str(request.url)) == ("GET", "http://platform.test/base/truth")
    assert request.headers["x-api-key"] == KEY
    assert request.headers["accept"] == "application/json"
    assert request.content == b""


def test_digest_is_of_what_is_said_not_of_how(fake, read) -> None:
    fake.answers(httpx.Response(200, content=b'{"a":1,"b":2}'), httpx.Response(200, content=b'{ "b":2, "a":1 }'))
    assert read().digest == read().digest


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "does not understand the request"),
        (401, "wants another key: check platform.auth"),
        (403, "the key is wrong, or may not read this: check platform.auth"),
        (404, "no such route"),
        (410, "refused"),
        (500, "the platform failed"),
        (304, "refused"),
    ],
)
def test_status_that_is_no_answer_is_not_tried_again(fake, read, status: int, says: str) -> None:
    fake.answers(httpx.Response(status))
    failure = read()
    assert isinstance(failure, Failure)
    assert failure.message.startswith(f"GET http://platform.test:8000/truth: status {status}: ")
    assert says in failure.message
    assert (failure.status, failure.attempts, len(fake.requests)) == (status, 1, 1)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_status_that_may_pass_is_tried_twice_more(fake, read, status: int) -> None:
    fake.answers(httpx.Response(status))
    failure = read()
    assert failure.message.endswith(" after 3 attempts")
    assert (failure.attempts, len(fake.requests)) == (3, 3)
    assert [round(pause, 1) for pause in fake.pauses] == pytest.approx([0.2, 0.8], abs=0.11)


def test_answer_of_a_later_attempt_counts(fake, read) -> None:
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
def test_connection_that_fails_is_tried_twice_more(fake, read, error: Exception, says: str) -> None:
    fake.answers(error)
    failure = read()
    assert failure.message == f"GET http://platform.test:8000/truth: {says} after 3 attempts"
    assert len(fake.requests) == 3


def test_surprise_is_a_failure_too(fake, read) -> None:
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
def test_retry_after_is_honoured(fake, read, value: str, pause: float) -> None:
    fake.answers(httpx.Response(429, headers=[(b"retry-after", value.encode())]), {})
    assert isinstance(read(), Answer)
    assert fake.pauses == pytest.approx([pause], abs=0.11)


@pytest.mark.parametrize(("seconds", "pause"), [(30, 29.0), (-30, 0.0)])
def test_retry_after_a_date_is_honoured(fake, read, seconds: float, pause: float) -> None:
    fake.answers(retry_after(in_seconds(seconds)), {})
    assert isinstance(read(), Answer)
    assert fake.pauses == pytest.approx([pause], abs=5 if pause else 0.11)


def test_retry_after_a_date_too_far_ends_the_reading(fake, read) -> None:
    fake.answers(retry_after(in_seconds(3600)))
    assert "and at most 60 s are waited)" in read().message


@pytest.mark.parametrize("value", ["61", "9" * 400], ids=["61", "huge"])
def test_retry_after_too_long_ends_the_reading(fake, read, value: str) -> None:
    fake.answers(retry_after(value))
    failure = read()
    assert "and at most 60 s are waited)" in failure.message
    assert (len(fake.requests), fake.pauses) == (1, [])


def test_redirect_on_the_same_platform_is_followed_with_the_key(fake, read) -> None:
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
def test_redirect_anywhere_else_is_refused(fake, read, target: str) -> None:
    fake.answers(httpx.Response(302, headers={"Location": target}))
    failure = read()
    assert "it redirects to another host, " in failure.message
    assert "set platform.base_url to where the platform really is" in failure.message
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
def test_redirect_to_nowhere(fake, read, target: str | None, says: str) -> None:
    fake.answers(httpx.Response(301, headers={"Location": target} if target is not None else {}))
    assert says.lower() in read().message.lower()


@pytest.mark.parametrize("target", ["http://platform.test:" + "p" * 5000, "http://" + "h" * 5000 + ".test/"])
def test_redirect_of_any_length_earns_one_short_sentence(fake, read, target: str) -> None:
    fake.answers(httpx.Response(302, headers={"Location": target}))
    assert len(read().message) < 500


def test_redirects_end(fake, read) -> None:
    fake.answers(*(httpx.Response(302, headers={"Location": f"/{n}"}) for n in range(20)))
    assert read().message.endswith("it redirects more than 5 times")
    assert len(fake.requests) == 6


def test_page_instead_of_json(fake, read) -> None:
    fake.answers(httpx.Response(200, html="<!doctype html><title>Log in</title>"))
    assert "it is text/html and starts with: '<!doctype html><title>Log in</title>'" in read().message
    assert len(fake.requests) == 1


def test_error_is_shown_in_the_words_of_the_platform_without_the_key(fake, read) -> None:
    fake.answers(httpx.Response(401, content=f'{{"detail":"unknown key {KEY}"}}'))
    message = read().message
    assert message.endswith("""; it says: '{"detail":"unknown key ***"}'""")
    assert KEY not in message


@pytest.mark.parametrize("response", [{"html": "<h1>Oops</h1>"}, {"json": {}}, {"content": b""}])
def test_error_that_says_nothing_is_not_quoted(fake, read, response: dict[str, Any]) -> None:
    fake.answers(httpx.Response(500, **response))
    assert read().message.endswith("status 500: the platform failed")


def test_error_larger_than_allowed_still_tells_its_status(fake, read) -> None:
    fake.answers(httpx.Response(404, content=b"x" * 100))
    assert "status 404: there is no such route" in read(max_size=10).message


def test_answer_larger_than_allowed(fake, read) -> None:
    fake.answers(httpx.Response(200, json=["x" * 100]))
    assert read(max_size=50).message.endswith("the answer is larger than 50 bytes (platform.max_size)")


@pytest.mark.parametrize("status", [200, 204, 401, 404, 418, 500])
def test_readiness_by_status_makes_any_status_an_answer(fake, read, status: int) -> None:
    fake.answers(httpx.Response(status, text="OK"))
    answer = read({"ready_status": [200, 204]})
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, answer.attempts) == (status, None, 1)


def test_readiness_by_status_keeps_a_body_that_is_json(fake, read) -> None:
    fake.answers(httpx.Response(503, json={"state": "sealed"}))
    assert read({"ready_status": 200}).body == {"state": "sealed"}


def test_readiness_by_a_status_that_may_pass_is_tried_again_and_then_an_answer(fake, read) -> None:
    fake.answers(httpx.Response(503, html="<h1>Restarting</h1>"))
    answer = read({"ready_status": 200, "ready": "ok"})
    assert isinstance(answer, Answer)
    assert (answer.status, answer.attempts, len(fake.requests)) == (503, 3, 3)


def test_status_that_says_ready_is_not_tried_again(fake, read) -> None:
    fake.answers(httpx.Response(429, json={}))
    answer = read({"ready_status": [200, 429]})
    assert (answer.status, len(fake.requests)) == (429, 1)


@pytest.mark.parametrize("keys", [{"ready": "ok"}, {"observed_at": "at"}, {"compare": {"rule": "unchanged"}}])
def test_readiness_by_status_needs_json_where_the_plan_asks_for_more(fake, read, keys: dict[str, Any]) -> None:
    fake.answers(httpx.Response(200, text="OK"))
    failure = read({"ready_status": 200, **keys})
    assert isinstance(failure, Failure)
    assert "is no JSON" in failure.message


def test_redirect_is_no_readiness(fake, read) -> None:
    fake.answers(httpx.Response(302, headers={"Location": "https://login.test/"}))
    assert isinstance(read({"ready_status": 200}), Failure)


def test_surface_without_path(fake, plan_platform, source_of) -> None:
    platform = plan_platform({"path": None})
    failure = source_of(platform).read(platform.surfaces["truth"])
    assert failure.message == "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"
    assert (failure.attempts, fake.requests) == (0, [])


def test_key_in_a_url_is_not_shown(fake, read) -> None:
    fake.answers({}, httpx.Response(404))
    answer, failure = read({"path": f"/truth?key={KEY}"}), read({"path": f"/truth?key={KEY}"})
    assert answer.url == failure.url == "http://platform.test:8000/truth?key=***"
    assert KEY not in failure.message


def test_key_is_not_logged(fake, read, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fake.answers({"ok": True})
    read()
    assert "platform.test" in caplog.text
    assert KEY not in caplog.text


def test_reading_that_nobody_waits_for_is_not_tried_again(fake, plan_platform, source_of) -> None:
    fake.answers(httpx.Response(503))
    platform = plan_platform()
    failure = source_of(platform).read(platform.surfaces["truth"], until=time.monotonic() + 0.1)
    assert isinstance(failure, Failure)
    assert (failure.attempts, len(fake.requests), fake.pauses) == (1, 1, [])


def test_every_request_takes_its_turn_redirects_and_retries_too(fake, plan_platform, source_of) -> None:
    class Turns(MemoryStore):
        taken = 0

        def wait_for_turn(self, rate, *, until=float("inf")) -> bool:
            assert str(rate) == "90/min"
            self.taken += 1
            return self.taken <= 4

    fake.answers(httpx.Response(302, headers={"Location": "/a"}), httpx.Response(503))
    platform, store = plan_platform(rate_limit="90/min"), Turns()
    source = source_of(platform, store)
    failure = source.read(platform.surfaces["truth"])
    assert failure.message.endswith("status 503: the platform failed after 3 attempts")
    assert (store.taken, len(fake.requests)) == (4, 4)
    failure = source.read(platform.surfaces["truth"])
    assert failure.message.endswith("platform.rate_limit leaves no request in the time that is left")
    assert len(fake.requests) == 4
