"""The platform's truth, as checks read it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_upgradecheck.errors import CheckMisuse, NotReady, SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.plan import Platform, Surface
from pytest_upgradecheck.plan.quantities import duration
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.truth.answer import Answer, Failure
from pytest_upgradecheck.truth.client import Client
from pytest_upgradecheck.truth.reading import Reading
from pytest_upgradecheck.truth.sources import Source, ask_team, read_document, read_surface
from pytest_upgradecheck.truth.store import MemoryStore, ReadingStore
from pytest_upgradecheck.wording import did_you_mean

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = raised_on_purpose

_POLL_SECONDS = 0.5


class PlatformTruth:
    """Reads truth surfaces, each once a phase unless a check asks for a fresh reading.

    Every method that reads raises SurfaceUnread if the surface gives no usable answer: unreachable, refused, not JSON,
    partial, from a cache, too large, too slow, stale. A failed reading counts as the one reading, too, so that thirty
    checks do not each wait for a host that is down. Where ``sources`` do not answer, HTTP does.

    ``version_readings``: how often version truth is read over HTTP, each time on a new connection, before it counts. If
    the readings disagree, `Reading.versions` raises MixedState.
    """

    def __init__(
        self,
        platform: Platform,
        *,
        store: ReadingStore | None = None,
        sources: Sequence[Source] = (),
        on_reading: Callable[[Answer | Failure, Surface], None] | None = None,
        redactor: Redactor | None = None,
        transport: httpx.BaseTransport | None = None,
        version_readings: int = 1,
    ) -> None:
        self._platform = platform
        self._store = store or MemoryStore()
        self._sources = sources
        self._on_reading = on_reading
        self._version_readings = version_readings
        auth = platform.auth
        self._redactor = redactor or Redactor([auth.value.get_secret_value()] if auth else [])
        self._client = Client(platform, self._store, self._redactor, transport)

    def version_truth(self) -> Reading:
        """The surface ``version_truth``: see `Reading.versions`."""
        return self.read("version_truth")

    def contract_drift(self) -> Reading:
        """The surface ``contract_drift``: see `Reading.drifted`."""
        return self.read("contract_drift")

    def observability_readiness(self) -> Reading:
        """The surface ``observability_readiness``: see `Reading.ready`."""
        return self.read("observability_readiness")

    def recovery_readiness(self) -> Reading:
        """The surface ``recovery_readiness``: see `Reading.ready`."""
        return self.read("recovery_readiness")

    def read(self, name: str, *, fresh: bool = False) -> Reading:
        """A surface of the plan, as it was read in this phase; ``fresh=True`` asks the platform again."""
        surface = self._surface(name)
        if fresh:
            answer = self._ask(surface)
            self._store.put(name, answer)
        else:
            answer = self._store.get_or_read(name, lambda: self._ask(surface))
        return self._reading(surface, answer)

    def document(self, url: str) -> Answer | Failure:
        """A text at any http(s) address, read once a phase within the platform's limits.

        The platform's key is not sent. The answer's ``body`` is the text, byte for byte.
        """
        return self._store.get_or_read(f"document {url}", lambda: read_document(self._client, url))

    def wait_until_ready(self, name: str, *, timeout: float | timedelta | str) -> Reading:
        """Read a surface again and again until it is ready; ``timeout`` in seconds, as a timedelta, or as ``"90s"``.

        When time is up, raises NotReady with the last answer: not ready, or none at all, because a service that is down
        says nothing. Raises SurfaceUnread if waiting cannot help: the key was rejected, or the answer means nothing.
        """
        surface = self._surface(name)
        if not surface.tells_readiness:
            raise CheckMisuse(f"{name} cannot become ready: the plan gives it neither `ready` nor `ready_status`")
        limit = _seconds(timeout)
        deadline = time.monotonic() + limit
        error: type[NotReady | SurfaceUnread]
        while True:
            answer = self._ask(surface, until=deadline)
            if isinstance(answer, Answer):
                # A failure, perhaps only because time was short, is not for the checks that did not wait.
                self._store.put(name, answer)
            try:
                reading = self._reading(surface, answer)
                if reading.ready:
                    return reading
                status = f"status {reading.status}, " if surface.ready_status is not None else ""
                last, error = f"it says: {status}{reading.excerpt}", NotReady
            except SurfaceUnread as unread:
                last = f"last: {str(unread).removeprefix(f'{name}: ')}"
                error = NotReady if isinstance(answer, Failure) and answer.temporary else SurfaceUnread
            if time.monotonic() + _POLL_SECONDS > deadline:
                raise error(name, f"not ready within {limit:g} s; {last}")
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _surface(self, name: str) -> Surface:
        surfaces = self._platform.surfaces
        if name in surfaces:
            return surfaces[name]
        hint = did_you_mean(name, surfaces)
        raise CheckMisuse(f"the plan has no surface {name!r}; {hint}its surfaces: {', '.join(surfaces) or 'none'}")

    def _reading(self, surface: Surface, answer: Answer | Failure) -> Reading:
        if isinstance(answer, Failure):
            raise answer.error()
        reading = Reading.of(surface, answer)
        reading.require_fresh(utc_now())
        return reading

    def _ask(self, surface: Surface, *, until: float = math.inf) -> Answer | Failure:
        answer = ask_team(self._sources, surface, self._redactor)
        if answer is None:
            answer = read_surface(self._client, surface, times=self._version_readings, until=until)
        if self._on_reading is not None:
            self._on_reading(answer, surface)
        return answer


def _seconds(timeout: float | timedelta | str) -> float:
    try:
        length = duration(timeout) if isinstance(timeout, str) else timeout
    except ValueError as error:
        raise CheckMisuse(f"timeout={timeout!r}: {error}") from None
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if not 0 < seconds < math.inf:
        raise CheckMisuse(f"timeout={timeout!r}: expected a finite number of seconds greater than 0")
    return seconds
