"""The sources of answers: a team's hook, a surface over HTTP, or a document at any address.

What a response to a surface amounts to:

==============================================  =======================================================
status                                          reading
==============================================  =======================================================
in the surface's `ready_status`                 an answer, whatever its body, unless the plan asks for more
200                                             an answer, if its body is JSON and whole by its Content-Range
any other 2xx                                   none: it is only a part, a promise, or another's version
5xx but 502 and 504, surface with ready_status  an answer that says "not ready", unless its body is an error's
any other                                       none: it speaks of the request or of a gateway
==============================================  =======================================================

An answer from a cache does not count, whatever its status, and neither does one whose date is not now. Neither does an
error: a body of a type for errors (RFC 9457), or under a status that says "ready", an object that has a member `error`
and no state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.plan import Surface
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.times import utc_now, written
from pytest_upgradecheck.truth.answer import Answer, Failure, digest_of
from pytest_upgradecheck.truth.body import BodyUnfit, parsed
from pytest_upgradecheck.truth.caches import from_a_cache
from pytest_upgradecheck.truth.client import Client, NoResponse, Response
from pytest_upgradecheck.truth.dates import made_at_another_time
from pytest_upgradecheck.truth.excerpts import printable, telling_excerpt
from pytest_upgradecheck.truth.pages import more_pages, only_a_part
from pytest_upgradecheck.truth.reading import Reading

#: A team's own source: an answer, None if the surface is not its own, or SurfaceUnread.
Source = Callable[[Surface], "Answer | None"]

_WHOLE = 200
_LONGEST_RECORDED = 4_000

_REFUSALS = {
    400: "the platform rejected the request",
    401: "the API key was rejected: check platform.auth and the environment variable it comes from",
    # Only the platform knows which of the two it is: some answer 403 to an unknown key.
    403: "the API key was rejected, or has no access: check platform.auth, or ask the platform's owner",
    404: "no such route: check the surface's path and platform.base_url",
    429: "too many requests: lower platform.rate_limit, or try again later",
    502: "a gateway got no valid answer from the platform",
    504: "a gateway got no answer from the platform in time",
}
_REFUSALS_OF_DOCUMENTS = {
    401: "it requires a key; the platform's API key is not sent to other hosts",
    403: "access is denied",
    404: "nothing is published there",
    410: "it was removed",
}
_NOT_WHOLE = {
    201: "something was created; expected the state itself",
    202: "accepted, but not done yet",
    203: "changed on the way by a proxy",
    204: "no content",
    205: "no content",
    206: "only a part of the answer",
    207: "several results in one, each with a status of its own",
    226: "only the changes since an earlier answer",
}
_GATEWAY = frozenset({502, 504})
_STATES = ("status", "state", "health", "healthy", "ready", "ok")
_ERRORS = ("error", "errors", "exception", "fault")
_SAID_OF_ERRORS = frozenset({
    "code", "detail", "details", "instance", "message", "path", "reason", "request_id", "requestId", "status",
    "statusCode", "timestamp", "title", "trace", "trace_id", "traceId", "type",
})  # fmt: skip
_PROBLEM = ("application/problem+json", "application/problem+xml")


def ask_team(sources: Sequence[Source], surface: Surface, redactor: Redactor) -> Answer | Failure | None:
    """The answer of the first of a team's sources that knows the surface; None if none does."""
    for source in sources:
        try:
            answer = source(surface)
        except SurfaceUnread as error:
            message = printable(redactor.text(str(error).removeprefix(f"{surface.name}: ")))
            return Failure(surface=surface.name, message=message, read_at=written(utc_now()))
        if answer is not None:
            body = redactor.sealed(answer.body)
            return replace(answer, body=body, digest=digest_of(body), more_pages=more_pages(body, {}))
    return None


def read_surface(client: Client, surface: Surface, *, times: int = 1, until: float = math.inf) -> Answer | Failure:
    """Read a surface over HTTP. A surface that tells versions is read several ``times``, to see other replicas.

    ``until``, on the monotonic clock, is when the caller stops waiting.
    """
    if surface.path is None:
        message = "the plan gives it no `path`, and no plugin answered it (pytest_upgradecheck_read)"
        return Failure(surface=surface.name, message=message, read_at=written(utc_now()), attempts=0)
    answers: list[Answer] = []
    for _ in range(times if surface.versions is not None else 1):
        answer = _read_once(client, surface, until)
        if isinstance(answer, Failure):
            return answer
        answers.append(answer)
    return _together(surface, answers)


def read_document(client: Client, url: str) -> Answer | Failure:
    """Read a document as text, exactly as it was published: it may be signed. The platform's key is not sent."""
    response = client.get(url, with_key=False)
    if isinstance(response, NoResponse):
        return _no_response(client, url, url, response)
    if response.status != _WHOLE:
        words = _REFUSALS_OF_DOCUMENTS | _NOT_WHOLE
        return _refused(client, url, url, response, words, "the server")
    if reason := response.unfit or _partial(response) or _not_of_now(response):
        return _failure(client, url, url, response, reason)
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError:
        return _failure(client, url, url, response, "the answer is not UTF-8 text")
    return _answer(client, response, text)


def _read_once(client: Client, surface: Surface, until: float) -> Answer | Failure:
    url = (client.platform.base_url or "").rstrip("/") + (surface.path or "")
    ready_status = surface.ready_status or ()
    response = client.get(url, with_key=True, accepted=ready_status, until=until)
    name, status = surface.name, None if isinstance(response, NoResponse) else response.status
    if isinstance(response, NoResponse):
        return _no_response(client, name, url, response)
    says_ready = status in ready_status
    says_not_ready = bool(ready_status) and not says_ready and response.status >= 500 and status not in _GATEWAY
    if status != _WHOLE and not says_not_ready and (not says_ready or _is_part_of_more(surface, response.status)):
        return _refused(client, name, url, response, _REFUSALS | _NOT_WHOLE, "the platform")
    needs_all = not says_ready or _asks_for_more(surface)
    if reason := response.unfit or (_partial(response) if needs_all else "") or _not_of_now(response):
        return _failure(client, name, url, response, reason)
    is_success = response.status < 400
    if response.content_type.partition(";")[0].strip().lower() in _PROBLEM and (is_success or not says_ready):
        return _refused(client, name, url, response, _REFUSALS, "the platform")
    if says_not_ready:
        return _not_ready(client, surface, url, response)
    try:
        body = parsed(response.body, response.content_type, client.redactor)
    except BodyUnfit as error:
        if needs_all:
            return _failure(client, name, url, response, str(error))
        body = None if _is_page(response) else _text_of(response, client.redactor)
    if is_success and not _asks_for_more(surface) and _has_error(body):
        return _refused(client, name, url, response, {}, "the platform")
    return _answer(client, response, body)


def _not_ready(client: Client, surface: Surface, url: str, response: Response) -> Answer | Failure:
    """An answer that says "not ready" by its status, unless its body shows that something else answered."""
    try:
        body = parsed(response.body, response.content_type, client.redactor)
    except BodyUnfit:
        body = _text_of(response, client.redactor)
    if _is_page(response) or _is_error(body):
        return _refused(client, surface.name, url, response, {}, "the platform")
    return _answer(client, response, body)


def _together(surface: Surface, answers: Sequence[Answer]) -> Answer | Failure:
    """Several readings as one answer, which names the products whose version differs between them."""
    first = answers[0]
    if len(answers) == 1:
        return first
    try:
        shown = [Reading.of(surface, answer).versions for answer in answers]
    except SurfaceUnread as error:
        message = str(error).removeprefix(f"{surface.name}: ")
        return Failure(surface=surface.name, message=message, read_at=first.read_at, status=first.status, url=first.url)
    products = dict.fromkeys(product for versions in shown for product in versions)
    mixed = {product: [versions.get(product) for versions in shown] for product in products}
    mixed = {product: versions for product, versions in mixed.items() if len(set(versions)) > 1}
    return replace(first, attempts=sum(answer.attempts for answer in answers), mixed=mixed or None)


def _answer(client: Client, response: Response, body: Any) -> Answer:
    return Answer(
        body=body,
        status=response.status,
        url=client.redactor.text(response.url),
        read_at=written(utc_now()),
        size=len(response.body),
        digest=digest_of(body),
        source="http",
        attempts=response.attempts,
        more_pages=client.redactor.text(more_pages(body, response.headers)),
    )


def _refused(client: Client, name: str, url: str, response: Response, words: Mapping[int, str], who: str) -> Failure:
    status = response.status
    why = words.get(status, f"{who} failed" if status >= 500 else "an error" if status < 300 else f"{who} refused")
    return _failure(client, name, url, response, f"status {status}: {why}")


def _failure(client: Client, name: str, url: str, response: Response, message: str) -> Failure:
    waiting = f" ({response.retry_after})" if response.retry_after else ""
    tried = f" after {response.attempts} attempts" if response.attempts > 1 else ""
    is_error = message.startswith("status ")
    said = _text_of(response, client.redactor)
    # A page is too long to quote, and its text is not what went wrong.
    quote = telling_excerpt(said) if said and is_error and not _is_page(response) else ""
    detail = f"; it says: {quote!r}" if quote.strip("{}[] ") else ""
    return Failure(
        surface=name,
        message=printable(client.redactor.text(f"GET {url}: {message}{waiting}{tried}")) + detail,
        read_at=written(utc_now()),
        status=response.status,
        url=client.redactor.text(url),
        attempts=response.attempts,
        temporary=response.is_temporary,
        said=said[:_LONGEST_RECORDED] if said else None,
    )


def _no_response(client: Client, name: str, url: str, outcome: NoResponse) -> Failure:
    tried = f" after {outcome.attempts} attempts" if outcome.attempts > 1 else ""
    return Failure(
        surface=name,
        message=printable(client.redactor.text(f"GET {url}: {outcome.message}{tried}")),
        read_at=written(utc_now()),
        status=outcome.status,
        url=client.redactor.text(url),
        attempts=outcome.attempts,
        temporary=outcome.is_temporary,
    )


def _partial(response: Response) -> str:
    header = only_a_part(response.headers) if response.status == _WHOLE else ""
    return f"status {response.status}: {_NOT_WHOLE[206]} ({header})" if header else ""


def _not_of_now(response: Response) -> str:
    """The reason why a response does not tell the current state; empty if nothing shows that."""
    if header := from_a_cache(response.headers):
        return f"the answer came from a cache ({header}), although the request said no-cache"
    return made_at_another_time(response.headers, asked_at=response.asked_at, answered_at=response.answered_at)


def _text_of(response: Response, redactor: Redactor) -> str | None:
    """The body as text, for a person; None if there is none."""
    text = response.body.decode("utf-8", "replace")
    return redactor.text(text) if text.strip() else None


def _is_page(response: Response) -> bool:
    start = response.body[:200].lstrip().lower()
    return "html" in response.content_type.lower() or start.startswith((b"<!doctype html", b"<html"))


def _is_error(body: Any) -> bool:
    """Whether a body is about an error, and does not tell the state that was asked for."""
    if _has_error(body):
        return True
    return isinstance(body, dict) and bool(body) and body.keys() <= _SAID_OF_ERRORS and not _has_state(body)


def _has_error(body: Any) -> bool:
    return isinstance(body, dict) and any(body.get(key) for key in _ERRORS) and not _has_state(body)


def _has_state(body: dict[str, Any]) -> bool:
    return any(isinstance(body.get(key), (str, bool)) for key in _STATES)


def _asks_for_more(surface: Surface) -> bool:
    """Whether the plan asks for more than the status."""
    asked = (surface.ready, surface.versions, surface.drifted, surface.observed_at, surface.compare)
    return any(expression is not None for expression in asked)


def _is_part_of_more(surface: Surface, status: int) -> bool:
    """Whether a status that says ready is still not the whole of what else the plan asks for."""
    asked = (surface.versions, surface.drifted, surface.compare)
    return 200 <= status < 300 and status != _WHOLE and any(expression is not None for expression in asked)
