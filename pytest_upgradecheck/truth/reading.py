"""A reading: one answer of one surface, and what the plan's expressions find in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pytest_upgradecheck.errors import MixedState, SurfaceUnread, raised_on_purpose
from pytest_upgradecheck.foreign_text import name, spelling
from pytest_upgradecheck.plan import Surface
from pytest_upgradecheck.times import age, is_ahead, moment
from pytest_upgradecheck.truth.answer import Answer
from pytest_upgradecheck.truth.excerpts import excerpt, telling_excerpt
from pytest_upgradecheck.truth.expressions import Found, evaluate, what_is_there

__tracebackhide__ = raised_on_purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One answer of one surface.

    ``body`` is the JSON that came. A number in it is a Decimal if a float would lose some of its digits. With
    `ready_status`, ``body`` may also be a text, or None if there was none. ``status`` is the HTTP status (None from
    another source). ``read_at`` is when we read it, ``observed_at`` when the platform says it was observed (None if the
    plan does not say how to find that). ``digest`` is of the canonical body, ``size`` in bytes. ``more_pages`` says how
    the answer shows that it is only one of several pages, and is empty if it does not.

    The properties that a plan's expression decides raise SurfaceUnread if the expression gives the wrong type, or if
    its result rests on something that is missing, null, empty or of the wrong type.
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
    more_pages: str
    mixed: Mapping[str, list[str | None]] | None
    judged_by: Surface = field(repr=False, compare=False)

    @classmethod
    def of(cls, surface: Surface, answer: Answer) -> Reading:
        """The reading of an answer. SurfaceUnread if the plan asks when it was observed, and it does not say."""
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
            more_pages=answer.more_pages,
            mixed=answer.mixed,
            judged_by=surface,
        )

    @property
    def versions(self) -> Mapping[str, str]:
        """Version by product, as the plan's ``versions`` finds them; never empty. MixedState if replicas disagree."""
        expression = self._expression("versions")
        found = self._found(expression)
        pairs = list(found.value.items()) if isinstance(found.value, dict) else found.value
        if not isinstance(pairs, list) or not pairs:
            raise self._unfit("versions", expression, "pairs of product and version", found.value)
        versions: dict[str, str] = {}
        spelled: dict[str, str] = {}
        for pair in pairs:
            match pair:
                case [str(product), str(version)] | (str(product), str(version)):
                    product, version = name(product), name(version)
                case _:
                    product = version = ""
            if not _can_be_shown(product, version):
                raise self._unfit("versions", expression, "pairs of product and version, both texts", pair)
            # What counts for `web` must not depend on which of `web` and `Web` the platform means.
            known = spelled.setdefault(spelling(product), product)
            if versions.setdefault(known, version) != version:
                other = "" if product == known else f"{excerpt(product)} "
                shown = f"{excerpt(known)} at {excerpt(versions[known])} and {other}at {excerpt(version)}"
                raise SurfaceUnread(self.surface, f"it shows {shown}: it is not known which of them is right")
            versions[product] = version
        self._require_no_gap(f"versions: {expression}", found)
        if self.mixed:
            raise MixedState(self.surface, _mixed_state(self.mixed))
        return versions

    @property
    def drifted(self) -> tuple[Any, ...]:
        """The items that the plan's ``drifted`` finds; empty if nothing drifts."""
        expression = self._expression("drifted")
        found = self._found(expression)
        if not isinstance(found.value, list):
            raise self._unfit("drifted", expression, "a list", found.value)
        if not found.value:
            self._require_no_gap(f"drifted: {expression}", found)
        return tuple(found.value)

    @property
    def ready(self) -> bool:
        """Whether the plan's ``ready`` is true and the status is in ``ready_status``, as far as each is given."""
        surface = self.judged_by
        if not surface.tells_readiness:
            raise SurfaceUnread(self.surface, "the plan gives it neither `ready` nor `ready_status`")
        by_status = surface.ready_status is None or self.status in surface.ready_status
        if surface.ready_status is not None and self.status is None:
            raise SurfaceUnread(self.surface, f"the plan judges it by `ready_status`, but {self.source} gave no status")
        if surface.ready is None or (not by_status and self.body is None):
            return by_status
        found = self._found(surface.ready)
        # Also for "not ready": an error that lacks the field does not say so.
        self._require_no_gap(f"ready: {surface.ready}", found)
        if not isinstance(found.value, bool):
            raise self._unfit("ready", surface.ready, "true or false", found.value)
        return by_status and found.value

    @property
    def excerpt(self) -> str:
        """The body as one short line, for messages. Of a long text, the lines that name a failure come first."""
        return telling_excerpt(self.body)

    def evaluate(self, expression: str) -> Any:
        """The value of a JMESPath expression on the body, exactly as JMESPath has it: None if it finds nothing."""
        return self._found(expression).value

    def judge(self, expression: str) -> Any:
        """The same for a decision: SurfaceUnread if the expression looks for something that is missing."""
        found = self._found(expression)
        self._require_no_gap(expression, found)
        return found.value

    def require_fresh(self, now: datetime) -> None:
        """Raise SurfaceUnread if the answer is older than the plan's ``max_age``, or from the future."""
        if self.observed_at is None:
            return
        if is_ahead(self.observed_at, self.read_at):
            ahead = age(self.observed_at - self.read_at)
            raise SurfaceUnread(
                self.surface,
                f"the answer says it was observed {ahead} in the future: a clock is wrong, so the age of the "
                "answer is not known; check the clocks of the platform and of this machine",
            )
        passed, allowed = now - self.observed_at, self.judged_by.max_age
        if allowed is not None and passed > allowed:
            when = f"observed {age(passed)} ago ({self.observed_at:%Y-%m-%d %H:%M:%S}Z)"
            aged = self.read_at - self.observed_at <= allowed
            advice = "; it was fresh when it was read: a later check can ask for fresh=True" if aged else ""
            raise SurfaceUnread(self.surface, f"the answer is stale: {when}; the plan allows {age(allowed)}{advice}")

    def _expression(self, name: str) -> str:
        expression: str | None = getattr(self.judged_by, name)
        if expression is None:
            raise SurfaceUnread(self.surface, f"the plan gives it no `{name}`")
        return expression

    def _found(self, expression: str) -> Found:
        try:
            return evaluate(expression, self.body)
        except ValueError as error:
            raise SurfaceUnread(
                self.surface, f"`{expression}` cannot be applied: {error}; {what_is_there(self.body)}"
            ) from None

    def _require_no_gap(self, expression: str, found: Found) -> None:
        if found.gap:
            status = f"status {self.status}; " if self.status not in (None, 200) else ""
            raise SurfaceUnread(
                self.surface, f"`{expression}` {found.gap}; {status}{what_is_there(self.body)}; {found.advice}"
            )

    def _unfit(self, name: str, expression: str, wanted: str, found: Any) -> SurfaceUnread:
        return SurfaceUnread(
            self.surface,
            f"`{name}: {expression}` must give {wanted}, but gave {excerpt(found)}; {what_is_there(self.body)}",
        )


def _can_be_shown(*texts: str) -> bool:
    # These go into messages as they are, so none may hold what could rewrite a terminal.
    return all(text and text.isprintable() for text in texts)


def _mixed_state(mixed: Mapping[str, list[str | None]]) -> str:
    shown = "; ".join(
        f"{product} at {', '.join(version or 'no version' for version in versions)}"
        for product, versions in mixed.items()
    )
    times = max(map(len, mixed.values()))
    return (
        f"{times} readings, each over a new connection, disagree: {shown}. The platform is in a mixed state: "
        "check that every replica runs the same release"
    )


def _observed_at(surface: Surface, answer: Answer) -> datetime | None:
    if surface.observed_at is None or (answer.body is None and surface.ready_status is not None):
        return None
    try:
        found = evaluate(surface.observed_at, answer.body).value
    except ValueError as error:
        raise _age_unknown(surface, f"cannot be applied: {error}", answer) from None
    try:
        return moment(found)
    except ValueError as error:
        raise _age_unknown(surface, f"must give a time, but gave {excerpt(found)}, {error}", answer) from None


def _age_unknown(surface: Surface, why: str, answer: Answer) -> SurfaceUnread:
    return SurfaceUnread(
        surface.name,
        f"`observed_at: {surface.observed_at}` {why}; so the age of the answer is not known; "
        f"{what_is_there(answer.body)}",
    )
