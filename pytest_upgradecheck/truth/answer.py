"""What a source says when it is asked for a surface: an answer, or why there is none.

Both are plain data that crosses processes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from pytest_upgradecheck.errors import SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.times import written

__tracebackhide__ = raised_on_purpose


def utc_now() -> str:
    """The time as answers carry it: ISO 8601, UTC, milliseconds."""
    return written(datetime.now(timezone.utc))


def digest_of(body: Any) -> str:
    """``sha256:`` over the canonical JSON of a body, so that layout and order of keys do not count."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of one surface. ``size`` is in bytes; ``source`` is ``http`` or whoever else answered."""

    body: Any
    read_at: str
    digest: str
    size: int
    source: str
    status: int | None = None
    url: str | None = None
    attempts: int = 1

    @classmethod
    def of(cls, body: Any, *, source: str) -> Answer:
        """An answer that did not come over HTTP. TypeError or ValueError where JSON cannot hold ``body``."""
        text = json.dumps(body, allow_nan=False)
        body = json.loads(text)
        return cls(body=body, read_at=utc_now(), digest=digest_of(body), size=len(text), source=source)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "answered": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A reading that gave no usable answer, and why in words.

    ``passing``: of a kind that may pass by itself, such as a refused connection, a time-out, or status 503.
    """

    surface: str
    message: str
    read_at: str
    status: int | None = None
    url: str | None = None
    attempts: int = 1
    passing: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "answered": False}

    def error(self) -> SurfaceUnread:
        """What a check that asked for this surface gets."""
        return SurfaceUnread(self.surface, self.message)


def from_dict(data: dict[str, Any]) -> Answer | Failure:
    """What `to_dict` of either wrote."""
    fields = {key: value for key, value in data.items() if key != "answered"}
    return Answer(**fields) if data["answered"] else Failure(**fields)
