"""Documents that others publish: read within the platform's limits, and never with its key."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.truth import Answer, Failure, PlatformTruth

KEY = "a-key-of-the-test"


def read(url: str, handler: Callable[[httpx.Request], httpx.Response], **limits: object) -> Answer | Failure:
    platform = Platform.model_validate(
        {"base_url": "https://platform.example.com", "auth": {"header": "X-API-Key", "value": KEY}, **limits}
    )

    def unread(request: httpx.Request) -> httpx.Response:
        # As from a network: nobody has read the body yet.
        answer = handler(request)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))

    truth = PlatformTruth(platform, transport=httpx.MockTransport(unread))
    try:
        return truth.document(url)
    finally:
        truth.close()


@pytest.mark.parametrize("host", ["platform.example.com", "elsewhere.example.com"])
def test_text_comes_as_it_was_published_and_the_key_goes_nowhere(host: str) -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, text='{ "b": 1,\n "a": 2 }\n')

    answer = read(f"https://{host}/evidence.json", handler)
    assert isinstance(answer, Answer)
    assert answer.body == '{ "b": 1,\n "a": 2 }\n'
    assert KEY not in str(asked[0].headers)
    assert "x-api-key" not in asked[0].headers


def test_redirect_to_another_host_is_followed_but_not_away_from_https() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        to = {"/a": "https://files.example.com/b", "/c": "http://files.example.com/b"}.get(request.url.path)
        return httpx.Response(302, headers={"location": to}) if to else httpx.Response(200, text="here")

    found = read("https://releases.example.com/a", handler)
    assert isinstance(found, Answer)
    assert found.body == "here"
    refused = read("https://releases.example.com/c", handler)
    assert isinstance(refused, Failure)
    assert "it redirects to http://files.example.com, away from https: not followed" in refused.message


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (httpx.Response(404), "status 404: nothing is published there"),
        (httpx.Response(401), "status 401: it requires a key; the platform's API key is not sent to other hosts"),
        (httpx.Response(200, content=b"x" * 2_000), "the answer is larger than 1000 bytes (platform.max_size)"),
        (httpx.Response(200, content=b"\xff\xfe"), "the answer is not UTF-8 text"),
        (httpx.Response(410), "status 410: it was removed"),
        (httpx.Response(206, text="half"), "status 206: only a part of the answer"),
        (httpx.Response(200, text="old", headers={"Age": "60"}), "the answer came from a cache (Age is 60)"),
    ],
)
def test_what_is_no_document(response: httpx.Response, sentence: str) -> None:
    failure = read("https://releases.example.com/a", lambda _: response, max_size="1KB")
    assert isinstance(failure, Failure)
    assert sentence in failure.message
