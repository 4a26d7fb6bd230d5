"""The outcome of asking a source for a surface: an answer, or the reason why there is none.

Both are plain data that crosses processes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from pytest_upgradecheck.errors import SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.times import utc_now, written

__tracebackhide__ = raised_on_purpose

#: The key of an object that holds, in JSON, a number with more digits than a float keeps.
_DECIMAL = "$decimal"


def digest_of(body: Any) -> str:
    """The ``sha256:`` digest of the canonical JSON of a body: neither layout nor the order of keys counts."""
    text = json.dumps(_to_json(body), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of one surface.

    ``size`` is in bytes. ``source`` is ``http``, or the name that another source gives itself. ``more_pages`` says how
    the answer shows that it is only one of several pages; it is empty if the answer shows no such thing. ``mixed`` is
    set if repeated readings of version truth disagree: the versions of each such product, one per reading (None if
    a reading does not list the product).
    """

    body: Any
    read_at: str
    digest: str
    size: int
    source: str
    status: int | None = None
    url: str | None = None
    attempts: int = 1
    more_pages: str = ""
    mixed: dict[str, list[str | None]] | None = None

    @classmethod
    def of(cls, body: Any, *, source: str) -> Answer:
        """An answer that did not come over HTTP. Raises TypeError or ValueError if ``body`` is not JSON."""
        text = json.dumps(_to_json(body), allow_nan=False)
        body = _from_json(json.loads(text))
        return cls(body=body, read_at=written(utc_now()), digest=digest_of(body), size=len(text), source=source)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {**asdict(self), "body": _to_json(self.body), "answered": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A reading without a usable answer, and the reason in words.

    ``temporary``: it may go away by itself, such as a refused connection, a time-out, or status 503. ``said`` is the
    beginning of what came instead of an answer, for the record.
    """

    surface: str
    message: str
    read_at: str
    status: int | None = None
    url: str | None = None
    attempts: int = 1
    temporary: bool = False
    said: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The failure as JSON."""
        return {**asdict(self), "answered": False}

    def error(self) -> SurfaceUnread:
        """The exception for a check that asked for this surface."""
        return SurfaceUnread(self.surface, self.message)


def from_dict(data: dict[str, Any]) -> Answer | Failure:
    """The answer or failure that `to_dict` wrote."""
    fields = {key: value for key, value in data.items() if key != "answered"}
    return Answer(**{**fields, "body": _from_json(fields["body"])}) if data["answered"] else Failure(**fields)


def _to_json(value: Any) -> Any:
    """A body in what JSON can hold: a Decimal becomes an object with its digits."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"JSON has no number {value}")
        return {_DECIMAL: str(value)}
    if isinstance(value, dict):
        return {_marked(key): _to_json(item) for key, item in value.items()}
    return [_to_json(item) for item in value] if isinstance(value, (list, tuple)) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        if _DECIMAL in value:
            return Decimal(value[_DECIMAL])
        return {key[1:] if _is_marked(key) else key: _from_json(item) for key, item in value.items()}
    return [_from_json(item) for item in value] if isinstance(value, list) else value


def _marked(key: Any) -> Any:
    # A platform may use the same key for something else; that one gets a longer name while it is stored.
    return f"${key}" if isinstance(key, str) and (key == _DECIMAL or _is_marked(key)) else key


def _is_marked(key: str) -> bool:
    return key != _DECIMAL and key.lstrip("$") == _DECIMAL.lstrip("$") and key.startswith("$$")
