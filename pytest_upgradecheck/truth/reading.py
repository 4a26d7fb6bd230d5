"""A reading: one answer of one surface, and what the plan's expressions make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pytest_upgradecheck.errors import SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.plan import Surface
from pytest_upgradecheck.times import age, moment
from pytest_upgradecheck.truth.answer import Answer
from pytest_upgradecheck.truth.expressions import Found, evaluate, excerpt, what_is_there

__tracebackhide__ = raised_on_purpose

#: How far ahead of ours a platform's clock may be before its timestamps are not believed.
CLOCK_SKEW = timedelta(seconds=60)

_SAY_WHAT_ABSENCE_MEANS = "if its absence means something, let the plan say what, as in not_null(field, 'none')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One answer of one surface.

    ``body`` is the JSON that came (None where a readiness told by status came without), ``status`` the HTTP status
    (None from another source), ``read_at`` when we read it, ``observed_at`` when the platform says it was observed
    (None where the plan does not say how to find that), ``digest`` is of the canonical body, ``size`` in bytes.

    What is judged by an expression of the plan raises SurfaceUnread where the expression gives the wrong type, or comes
    out well only because what it looks for is not there.
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
            read_at=moment(answer.read_at),
            observed_at=_observed_at(surface, answer),
            digest=answer.digest,
            size=answer.size,
            attempts=answer.attempts,
            source=answer.source,
            judged_by=surface,
        )

    @property
    def versions(self) -> Mapping[str, str]:
        """Version by product, as the plan's ``versions`` finds them; never empty."""
        expression = self._expression("versions")
        found = self.evaluate(expression)
        pairs = list(found.items()) if isinstance(found, dict) else found
        if not isinstance(pairs, list) or not pairs:
            raise self._unfit("versions", expression, "pairs of product and version", found)
        versions: dict[str, str] = {}
        for pair in pairs:
            match pair:
                case [str(product), str(version)] | (str(product), str(version)) if product and version:
                    pass
                case _:
                    raise self._unfit("versions", expression, "pairs of product and version, both texts", pair)
            if versions.setdefault(product, version) != version:
                shown = f"{excerpt(product)} at {excerpt(versions[product])} and at {excerpt(version)}"
                raise SurfaceUnread(self.surface, f"it shows {shown}: no telling which it is")
        return versions

    @property
    def drifted(self) -> tuple[Any, ...]:
        """What the plan's ``drifted`` finds; empty where nothing drifts."""
        expression = self._expression("drifted")
        found = self._found(expression)
        if not isinstance(found.value, list):
            raise self._unfit("drifted", expression, "a list", found.value)
        if not found.value and found.gap:
            what = f"`drifted: {expression}` {found.gap}, and leaving them out would hide a drift"
            raise SurfaceUnread(self.surface, f"{what}; {_SAY_WHAT_ABSENCE_MEANS}; {what_is_there(self.body)}")
        return tuple(found.value)

    @property
    def ready(self) -> bool:
        """Whether the plan's ``ready`` is true, and the status is one of ``ready_status``, whichever are given."""
        surface = self.judged_by
        if not surface.tells_readiness:
            raise SurfaceUnread(self.surface, "the plan gives neither `ready` nor `ready_status` for it")
        if surface.ready_status is not None:
            if self.status is None:
                raise SurfaceUnread(
                    self.surface, f"the plan judges it by `ready_status`, and {self.source} gave no status"
                )
            if self.status not in surface.ready_status:
                return False
        if surface.ready is None:
            return True
        found = self._found(surface.ready)
        if not isinstance(found.value, bool):
            raise self._unfit("ready", surface.ready, "true or false", found.value)
        if found.value and found.gap:
            what = f"`ready: {surface.ready}` is true, but {found.gap}"
            raise SurfaceUnread(self.surface, f"{what}; {_SAY_WHAT_ABSENCE_MEANS}; {what_is_there(self.body)}")
        return found.value

    @property
    def excerpt(self) -> str:
        """The body as one short line, for messages."""
        return excerpt(self.body)

    def evaluate(self, expression: str) -> Any:
        """The value of a JMESPath expression on the body, as JMESPath has it: None where it finds nothing."""
        return self._found(expression).value

    def judge(self, expression: str) -> Any:
        """The same for a decision: SurfaceUnread where the expression looks for something that is not there."""
        found = self._found(expression)
        if found.gap:
            what = f"`{expression}` {found.gap}"
            raise SurfaceUnread(self.surface, f"{what}; {_SAY_WHAT_ABSENCE_MEANS}; {what_is_there(self.body)}")
        return found.value

    def require_fresh(self, now: datetime) -> None:
        """Raise SurfaceUnread where the answer is older than the plan's ``max_age``, or from the future."""
        if self.observed_at is None or self.judged_by.max_age is None:
            return
        passed, allowed = now - self.observed_at, self.judged_by.max_age
        if passed > allowed:
            when = f"observed {age(passed)} ago ({self.observed_at:%Y-%m-%d %H:%M:%S}Z)"
            aged = self.read_at - self.observed_at <= allowed
            advice = "; it was fresh when it was read: a later check can ask for fresh=True" if aged else ""
            raise SurfaceUnread(
                self.surface, f"the answer is stale: {when}, and the plan allows {age(allowed)}{advice}"
            )
        if passed < -CLOCK_SKEW:
            raise SurfaceUnread(
                self.surface,
                f"the answer says it was observed {age(-passed)} in the future: a clock is wrong, "
                "and how old it is cannot be told",
            )

    def _expression(self, name: str) -> str:
        expression: str | None = getattr(self.judged_by, name)
        if expression is None:
            raise SurfaceUnread(self.surface, f"the plan gives no `{name}` for it")
        return expression

    def _found(self, expression: str) -> Found:
        try:
            return evaluate(expression, self.body)
        except ValueError as error:
            raise SurfaceUnread(
                self.surface, f"`{expression}` cannot be applied: {error}; {what_is_there(self.body)}"
            ) from None

    def _unfit(self, name: str, expression: str, wanted: str, found: Any) -> SurfaceUnread:
        return SurfaceUnread(
            self.surface,
            f"`{name}: {expression}` must give {wanted}, and gave {excerpt(found)}; {what_is_there(self.body)}",
        )


def _observed_at(surface: Surface, answer: Answer) -> datetime | None:
    if surface.observed_at is None:
        return None
    try:
        found = evaluate(surface.observed_at, answer.body).value
    except ValueError as error:
        raise _age_unknown(surface, f"cannot be applied: {error}", answer) from None
    try:
        return moment(found)
    except ValueError as error:
        raise _age_unknown(surface, f"must give a time, and gave {excerpt(found)}, {error}", answer) from None


def _age_unknown(surface: Surface, why: str, answer: Answer) -> SurfaceUnread:
    return SurfaceUnread(
        surface.name,
        f"`observed_at: {surface.observed_at}` {why}; so how old the answer is cannot be told; "
        f"{what_is_there(answer.body)}",
    )
