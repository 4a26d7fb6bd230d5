"""Reading over HTTP: the surfaces of a platform, and documents that others publish, such as evidence."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_upgradecheck.plan import Platform, Surface
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.answer import Answer, Failure, digest_of, utc_now
from pytest_upgradecheck.truth.body import BodyUnfit, parsed
from pytest_upgradecheck.truth.courtesy import Attempt, Courtesy, in_its_own_words, may_pass
from pytest_upgradecheck.truth.exchange import Response
from pytest_upgradecheck.truth.store import ReadingStore

if TYPE_CHECKING:
    import httpx

_SAID = {
    400: "the platform does not understand the request",
    401: "the platform wants another key: check platform.auth and the environment variable behind it",
    # Which of the two it is, only the platform knows: some answer 403 to a key that they do not know.
    403: "the key is wrong, or may not read this: check platform.auth, or ask the platform's owner",
    404: "there is no such route: check the surface's path and platform.base_url",
    429: "the platform says too many requests: lower platform.rate_limit, or try later",
}
_TOO_MANY_REQUESTS = 429
_SAID_OF_DOCUMENT = {
    401: "it may not be read without a key, and the platform's key is sent to nobody else",
    403: "it may not be read",
    404: "nothing is published there",
    410: "it was taken away",
}


@dataclass(slots=True)
class HttpSource:
    """Reads surfaces of one platform; in tests, ``transport`` replaces the network and ``sleep`` the waiting."""

    platform: Platform
    store: ReadingStore
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    _courtesy: Courtesy = field(init=False)

    def __post_init__(self) -> None:
        self._courtesy = Courtesy(self.platform, self.store, self.redactor, self.transport, self.sleep)

    def read(self, surface: Surface, *, until: float = math.inf) -> Answer | Failure:
        """Read a surface, with at most two more attempts where one may help.

        ``until``, on the monotonic clock, is when nobody waits for the answer any more.
        """
        if surface.path is None:
            message = "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"
            return Failure(surface=surface.name, message=message, read_at=utc_now(), attempts=0)
        url = (self.platform.base_url or "").rstrip("/") + surface.path
        attempt, number = self._courtesy.get(url, partial(self._judge, surface=surface), until=until)
        return _outcome(attempt, number, name=surface.name, url=url, redactor=self.redactor)

    def close(self) -> None:
        """Close the connections."""
        self._courtesy.close()

    def _judge(self, response: Response, surface: Surface) -> Attempt:
        status, ready_status = response.status, surface.ready_status
        if 200 <= status < 300 or (ready_status is not None and status in ready_status):
            return self._answered(response, surface)
        retry, retry_after = may_pass(response)
        if ready_status is not None:
            return replace(self._answered(response, surface), retry=retry, retry_after=retry_after)
        return _refused(response, _SAID, "the platform", self.redactor)

    def _answered(self, response: Response, surface: Surface) -> Attempt:
        if response.unfit:
            return Attempt(message=response.unfit, status=response.status)
        try:
            body = parsed(response.body, response.content_type, self.redactor)
        except BodyUnfit as error:
            if _needs_body(surface, response.status):
                return Attempt(message=str(error), status=response.status)
            body = None
        return _answered(body, response, self.redactor)


@dataclass(slots=True)
class DocumentSource:
    """Reads documents at any address, within the limits of a platform, whose key goes to none of them."""

    platform: Platform
    store: ReadingStore
    redactor: Redactor
    transport: httpx.BaseTransport | None = None
    _courtesy: Courtesy = field(init=False)

    def __post_init__(self) -> None:
        keyless = self.platform.model_copy(update={"auth": None, "base_url": None})
        self._courtesy = Courtesy(keyless, self.store, self.redactor, self.transport)

    def read(self, url: str) -> Answer | Failure:
        """The document as text, exactly as it was published: it may be signed."""
        attempt, number = self._courtesy.get(url, self._judge)
        return _outcome(attempt, number, name=url, url=url, redactor=self.redactor)

    def close(self) -> None:
        """Close the connections."""
        self._courtesy.close()

    def _judge(self, response: Response) -> Attempt:
        if not 200 <= response.status < 300:
            return _refused(response, _SAID_OF_DOCUMENT, "the server", self.redactor)
        if response.unfit:
            return Attempt(message=response.unfit, status=response.status)
        try:
            text = response.body.decode("utf-8")
        except UnicodeDecodeError:
            return Attempt(message="the answer is not UTF-8 text", status=response.status)
        return _answered(text, response, self.redactor)


def _answered(body: Any, response: Response, redactor: Redactor) -> Attempt:
    answer = Answer(
        body=body,
        status=response.status,
        url=redactor.text(response.url),
        read_at=utc_now(),
        size=len(response.body),
        digest=digest_of(body),
        source="http",
    )
    return Attempt(answer=answer, status=response.status)


def _outcome(attempt: Attempt, number: int, *, name: str, url: str, redactor: Redactor) -> Answer | Failure:
    if attempt.answer is not None:
        return replace(attempt.answer, attempts=number)
    tried = f" after {number} attempts" if number > 1 else ""
    return Failure(
        surface=name,
        message=redactor.text(f"GET {url}: {attempt.message}{tried}{attempt.detail}"),
        read_at=utc_now(),
        status=attempt.status,
        url=redactor.text(url),
        attempts=number,
        passing=attempt.retry and attempt.status != _TOO_MANY_REQUESTS,
    )


def _refused(response: Response, words: dict[int, str], who: str, redactor: Redactor) -> Attempt:
    status = response.status
    retry, retry_after = may_pass(response)
    said = words.get(status, f"{who} failed" if status >= 500 else f"{who} refused")
    return Attempt(
        message=f"status {status}: {said}",
        detail=in_its_own_words(response, redactor),
        status=status,
        retry=retry,
        retry_after=retry_after,
    )


def _needs_body(surface: Surface, status: int) -> bool:
    """Whether the plan asks for more than the status. What is not ready by its status needs to say no more."""
    if surface.ready_status is None:
        return True
    if status not in surface.ready_status:
        return False
    asked = (surface.ready, surface.versions, surface.drifted, surface.observed_at, surface.compare)
    return any(each is not None for each in asked)
