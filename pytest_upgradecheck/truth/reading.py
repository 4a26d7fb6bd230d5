"""A reading: one answer of one surface, and what the plan's expressions make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from pytest_upgradecheck.errors import SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.plan import Surface
from pytest_upgradecheck.truth.answer import Answer
from pytest_upgradecheck.truth.expressions import count_before_last_field, evaluate, excerpt, what_is_there

__tracebackhide__ = raised_on_purpose

#: How far ahead of ours a platform's clock may be before its timestamps are not believed.
CLOCK_SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One answer of one surface.

    ``body`` is the JSON that came, ``status`` the HTTP status (None from another source), ``read_at`` when we read it,
    ``observed_at`` when the platform says it was observed (None where the plan does not say how to find that),
    ``digest`` is of the canonical body. What is judged by an expression of the plan raises SurfaceUnread where the
    expression finds nothing or the wrong type.
    """

    surface: str
    body: Any
    status: int | None
    url: str | None
    read_at: datetime
    observed_at: datetime | None
    digest: str
    size: int
    attempts: int
    source: str
    judged_by: Surface = field(repr=False, compare=False)

    @classmethod
    def of(cls, surface: Surface, answer: Answer) -> Reading:
        """The reading an answer makes; SurfaceUnread where the plan asks when it was observed and it does not say."""
        return cls(
            surface=surface.name,
            body=answer.body,
            status=answer.status,
            url=answer.url,
            read_at=datetime.fromisoformat(answer.read_at.replace("Z", "+00:00")),
            observed_at=_observed_at(surface, answer) if surface.observed_at else None,
            digest=answer.digest,
            size=answer.size,
            attempts=answer.attempts,
            source=answer.source,
            judged_by=surface,
        )

    @property
    def versions(self) -> Mapping[str, str]:
        """Version by product, as the plan's ``versions`` finds them."""
        expression = self._expression("versions")
        found = self.evaluate(expression)
        pairs = list(found.items()) if isinstance(found, dict) else found
        if not isinstance(pairs, list) or not pairs:
            raise self._unfit("versions", expression, "pairs of product and version", found)
        versions: dict[str, str] = {}
        for pair in pairs:
            match pair:
                case [str(product), str(version)] | (str(product), str(version)):
                    pass
                case _:
                    raise self._unfit("versions", expression, "pairs of product and version, both texts", pair)
            if versions.setdefault(product, version) != version:
                raise SurfaceUnread(
                    self.surface, f"it shows {product} at {versions[product]} and at {version}: no telling which it is"
                )
        return versions

    @property
    def drifted(self) -> tuple[Any, ...]:
        """What the plan's ``drifted`` finds; empty where nothing drifts."""
        expression = self._expression("drifted")
        found = self.evaluate(expression)
        if not isinstance(found, list):
            raise self._unfit("drifted", expression, "a list", found)
        passed_over = count_before_last_field(expression, self.body)
        if passed_over is not None and passed_over > len(found):
            missing = passed_over - len(found)
            raise SurfaceUnread(
                self.surface,
                f"`drifted: {expression}` matches {passed_over} and names {len(found)}: {missing} lack the field at "
                "its end, and leaving them out would hide a drift",
            )
        return tuple(found)

    @property
    def ready(self) -> bool:
        """Whether the plan's ``ready`` is true, and the status is one of ``ready_status``, whichever are given."""
        surface = self.judged_by
        if not surface.tells_readiness:
            raise SurfaceUnread(self.surface, "the plan gives neither `ready` nor `ready_status` for it")
        if surface.ready_status is not None and self.status not in surface.ready_status:
            return False
        if surface.ready is None:
            return True
        found = self.evaluate(surface.ready)
        if not isinstance(found, bool):
            raise self._unfit("ready", surface.ready, "true or false", found)
        return found

    @property
    def excerpt(self) -> str:
        """The body as one short line, for messages."""
        return excerpt(self.body)

    def evaluate(self, expression: str) -> Any:
        """The value of a JMESPath expression on the body; None where it finds nothing."""
        try:
            return evaluate(expression, self.body)
        except ValueError as error:
            raise SurfaceUnread(
                self.surface, f"`{expression}` cannot be applied: {error}; {what_is_there(self.body)}"
            ) from None

    def require_fresh(self, now: datetime) -> None:
        """Raise SurfaceUnread where the answer is older than the plan's ``max_age``, or from the future."""
        if self.observed_at is None or self.judged_by.max_age is None:
            return
        age = now - self.observed_at
        if age > self.judged_by.max_age:
            raise SurfaceUnread(
                self.surface,
                f"the answer is stale: observed {_seconds(age)} ago ({self.observed_at:%H:%M:%S}Z), "
                f"and the plan allows {_seconds(self.judged_by.max_age)}",
            )
        if age < -CLOCK_SKEW:
            raise SurfaceUnread(
                self.surface,
                f"the answer says it was observed {_seconds(-age)} in the future: a clock is wrong, "
                "and how old it is cannot be told",
            )

    def _expression(self, name: str) -> str:
        expression: str | None = getattr(self.judged_by, name)
        if expression is None:
            raise SurfaceUnread(self.surface, f"the plan gives no `{name}` for it")
        return expression

    def _unfit(self, name: str, expression: str, wanted: str, found: Any) -> SurfaceUnread:
        return SurfaceUnread(
            self.surface,
            f"`{name}: {expression}` must give {wanted}, and gave {excerpt(found)}; {what_is_there(self.body)}",
        )


def _observed_at(surface: Surface, answer: Answer) -> datetime:
    expression = surface.observed_at or ""
    try:
        found = evaluate(expression, answer.body)
        if isinstance(found, bool):
            raise ValueError
        if isinstance(found, (int, float)):
            return datetime.fromtimestamp(found, timezone.utc)
        moment = datetime.fromisoformat(found.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            raise SurfaceUnread(
                surface.name, f"`observed_at: {expression}` gave {found!r}, which does not say its time zone"
            )
    except (AttributeError, OSError, OverflowError, TypeError, ValueError):
        raise SurfaceUnread(
            surface.name,
            f"`observed_at: {expression}` must give a time (ISO 8601 with zone, or seconds since 1970), "
            f"so how old the answer is cannot be told; {what_is_there(answer.body)}",
        ) from None
    return moment.astimezone(timezone.utc)


def _seconds(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    return f"{seconds / 60:.0f} min" if seconds >= 600 else f"{seconds:.0f} s"
