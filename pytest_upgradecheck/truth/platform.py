"""The platform's truth, as checks read it."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from pytest_upgradecheck.errors import CheckMisuse, SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.plan import Platform, Surface
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.answer import Answer, Failure, digest_of, utc_now
from pytest_upgradecheck.truth.http import HttpSource
from pytest_upgradecheck.truth.reading import Reading
from pytest_upgradecheck.truth.store import MemoryStore, ReadingStore

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = raised_on_purpose

#: Asked before HTTP, in order: an answer, None where the surface is not theirs, or SurfaceUnread.
Source = Callable[[Surface], "Answer | None"]

_POLL_SECONDS = 0.5


class PlatformTruth:
    """Reads truth surfaces, each once a phase unless a check asks for a fresh reading.

    Every method that reads raises SurfaceUnread where the surface gives no usable answer: unreachable, refused, no
    JSON, too large, too slow, stale. A failed reading counts as the one reading too, so that thirty checks do not each
    wait for a host that is down.
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
    ) -> None:
        self._platform = platform
        self._store = store or MemoryStore()
        self._sources = sources
        self._on_reading = on_reading
        self._redactor = redactor or Redactor()
        self._http = HttpSource(platform, self._store, self._redactor, transport)

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
        if isinstance(answer, Failure):
            raise answer.error()
        reading = Reading.of(surface, answer)
        reading.require_fresh(datetime.now(timezone.utc))
        return reading

    def wait_until_ready(self, name: str, *, timeout: float | timedelta) -> Reading:
        """Read a surface again and again until it is ready; ``timeout`` in seconds or as a timedelta.

        Raises SurfaceUnread with the last thing it said when time is up.
        """
        limit = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)
        deadline = time.monotonic() + limit
        while True:
            try:
                reading = self.read(name, fresh=True)
                if reading.ready:
                    return reading
                said = f"it says: {reading.excerpt}"
            except SurfaceUnread as error:
                said = f"last: {error}"
            if time.monotonic() + _POLL_SECONDS > deadline:
                raise SurfaceUnread(name, f"not ready within {limit:g} s; {said}")
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Close connections to the platform."""
        self._http.close()

    def _surface(self, name: str) -> Surface:
        surfaces = self._platform.surfaces
        if name in surfaces:
            return surfaces[name]
        near = difflib.get_close_matches(name, surfaces, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise CheckMisuse(f"the plan has no surface {name!r}; {hint}its surfaces are: {', '.join(surfaces) or 'none'}")

    def _ask(self, surface: Surface) -> Answer | Failure:
        answer = self._from_sources(surface) or self._http.read(surface)
        if self._on_reading is not None:
            self._on_reading(answer, surface)
        return answer

    def _from_sources(self, surface: Surface) -> Answer | Failure | None:
        for source in self._sources:
            try:
                answer = source(surface)
            except SurfaceUnread as error:
                message = self._redactor.text(str(error).removeprefix(f"{surface.name}: "))
                return Failure(surface=surface.name, message=message, read_at=utc_now())
            if answer is not None:
                body = self._redactor.value(answer.body)
                return replace(answer, body=body, digest=digest_of(body))
        return None
