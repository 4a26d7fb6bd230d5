"""Values captured in one phase and compared in a later one: the ``baseline`` and ``since_upgrade`` fixtures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias, TypedDict, Unpack

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.comparison import Rule, Terms, shown
from pytest_upgradecheck.comparison.rules import ANYTHING
from pytest_upgradecheck.comparison.terms import KeySpec
from pytest_upgradecheck.comparison.values import is_empty, restored
from pytest_upgradecheck.errors import (
    BaselineMissing,
    CheckMisuse,
    EvidenceMissing,
    NothingToCompare,
    raised_on_purpose,
)
from pytest_upgradecheck.plugin.checking.comparing import (
    judge,
    note_other_terms,
    read_back,
    require_comparable,
    value_of,
    write_down,
)
from pytest_upgradecheck.plugin.checking.expected_versions import already_upgraded
from pytest_upgradecheck.plugin.checking.sealed_values import readable
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.record import Capture
from pytest_upgradecheck.vocabulary import Phase, Result

__tracebackhide__ = raised_on_purpose

RuleSpec: TypeAlias = "str | Rule | Mapping[str, Any] | Callable[[Any, Any], Any]"


class TermsOfCheck(TypedDict, total=False):
    """The options of every comparing method; see `CapturedValues`."""

    key: KeySpec
    ignore: str | Iterable[str]
    ordered: bool | str | Iterable[str]
    rules: Mapping[str, RuleSpec]
    non_empty: bool


class CapturedValues(ABC):
    """Values carried from one phase to a later one. Keys are the test file's own.

    ``[key] = value`` captures, ``[key]`` reads; the methods do both in one line, each in its phase: they capture, and
    compare later. `pytest_upgradecheck.comparison.values` says what can be captured, and when
    two values are the same. `EvidenceMissing` if nothing was captured, `NotAsBefore` if a
    comparison fails, `CheckMisuse` if a check asks for something that cannot be right: capturing a key twice,
    capturing in the wrong phase, comparing by a key that items do not have.

    The comparing methods share these: ``key`` names the member (or several) by which items of lists are paired, also
    ``{"path of a list": key}``; ``ignore`` are paths that may differ; ``ordered`` paths of lists whose order counts
    (True: all); ``rules`` says ``{path: rule}`` for places with a rule of their own, where a rule is a name, a `Rule`
    or a function; ``non_empty`` fails the check if there is nothing to compare.
    """

    #: The name of this fixture in messages.
    fixture: ClassVar[str]
    #: Whether an empty capture is an answer, rather than a comparison that can never fail.
    may_be_empty: ClassVar[bool] = False

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check
        self._own: dict[str, Any] = {}

    @property
    @abstractmethod
    def _captures(self) -> bool:
        """Whether this phase captures; else it compares."""

    @abstractmethod
    def _require_capturing(self, key: str) -> None:
        """Raise if nothing may be captured now."""

    @property
    def _records(self) -> bool:
        """Whether values captured now are recorded."""
        return self._captures

    @abstractmethod
    def _before(self, key: str) -> Any:
        """The captured value; raises if there is none, or if it cannot be read in this phase."""

    @abstractmethod
    def _found(self, place: tuple[str, str]) -> Capture | None:
        """The capture of an earlier phase at a place; None if there is none."""

    def __setitem__(self, key: str, value: Any) -> None:
        self.capture(key, value)

    def capture(self, key: str, value: Any, *, non_empty: bool = False) -> None:
        """Capture ``value``. ``non_empty`` fails the check if the value is empty."""
        place = self._place_to_capture(key)
        taken = self._taken(value, key)
        if non_empty:
            self._require_something(key, taken)
        self._keep(place, taken)

    def __getitem__(self, key: str) -> Any:
        return readable(restored(self._before(key)), self._session.redactor)

    def __contains__(self, key: object) -> bool:
        raise CheckMisuse(
            f"`{key!r} in {self.fixture}` would let a check pass because what it needs is missing; read the key, "
            "and the check fails closed if it is missing"
        )

    def unchanged(
        self,
        name: str,
        value: Any,
        *,
        rel: float | None = None,
        abs: float | None = None,  # noqa: A002 - as in pytest.approx
        **terms: Unpack[TermsOfCheck],
    ) -> None:
        """Nothing may differ; numbers may by ``rel`` (0.05: 5% of the value before) or ``abs``."""
        self.compare(name, value, {"rule": "unchanged", "rel": rel, "abs": abs}, **terms)

    def additions_only(self, name: str, value: Any, **terms: Unpack[TermsOfCheck]) -> None:
        """Members and items may be added; none may be removed or changed."""
        self.compare(name, value, "additions-only", **terms)

    def no_fewer(
        self,
        name: str,
        value: Any,
        *,
        rel: float | None = None,
        abs: float | None = None,  # noqa: A002 - as in pytest.approx
        **terms: Unpack[TermsOfCheck],
    ) -> None:
        """No list may be shorter, no member gone, no number smaller by more than ``rel`` or ``abs``; not for texts."""
        self.compare(name, value, {"rule": "no-fewer", "rel": rel, "abs": abs}, **terms)

    def no_more(
        self,
        name: str,
        value: Any,
        *,
        rel: float | None = None,
        abs: float | None = None,  # noqa: A002 - as in pytest.approx
        **terms: Unpack[TermsOfCheck],
    ) -> None:
        """No list may be longer, no member new, no number larger by more than ``rel`` or ``abs``; not for texts."""
        self.compare(name, value, {"rule": "no-more", "rel": rel, "abs": abs}, **terms)

    def changed(self, name: str, value: Any, to: Any = ANYTHING, **terms: Unpack[TermsOfCheck]) -> None:
        """The value must have changed, and be ``to`` if that is given; else it must not be null or empty."""
        rule = {"rule": "changed"} if to is ANYTHING else {"rule": "changed", "to": self._session.redactor.sealed(to)}
        self.compare(name, value, rule, **terms)

    def compare(self, name: str, value: Any, rule: RuleSpec, **terms: Unpack[TermsOfCheck]) -> None:
        """Compare by any rule: a name, a `Rule`, or a function of the values before and after.

        A function returns None or True if all is well, otherwise False or texts that say what is wrong.
        """
        self._place(name)
        non_empty = terms.pop("non_empty", False)
        after = self._taken(value, name)
        if non_empty and self._captures:
            self._require_something(name, after)
        try:
            agreed = Terms.of(rule=rule, **terms)  # type: ignore[misc]  # without non_empty
        except (ValueError, TypeError) as error:
            raise CheckMisuse(f"{self.fixture}: {name}: {error}") from None
        session, check = self._session, self._check.id
        if self._captures:
            require_comparable(
                session, check=check, name=name, value=after, terms=agreed, may_be_empty=self.may_be_empty
            )
            self._keep(self._place_to_capture(name), after, agreed)
        else:
            before = self._before(name)
            if (capture := self._found(self._place(name))) is not None:
                note_other_terms(session, capture, agreed, check=check, name=name)
            judge(
                session,
                check=check,
                name=name,
                before=before,
                after=after,
                terms=agreed,
                may_be_empty=self.may_be_empty,
            )
            if non_empty:  # checked last: the missing items say more than that the value is empty
                self._require_something(name, after)

    def _place_to_capture(self, key: str) -> tuple[str, str]:
        place = self._place(key)
        self._require_capturing(key)
        captured = self._session.notes.captured
        if place in captured:
            raise CheckMisuse(
                f"{self._named(key)} is captured twice, by {captured[place]} and by {self._check.id}: "
                "a key belongs to one check of a file; give each its own (for a parametrised check, put the "
                "parameter into the key)"
            )
        return place

    def _keep(self, place: tuple[str, str], taken: Any, terms: Terms | None = None) -> None:
        file, key = place
        self._session.notes.captured[place] = self._check.id
        if self._records:
            write_down(self._session, check=self._check.id, file=file, key=key, value=taken, terms=terms)
        self._own[key] = taken

    def _require_something(self, name: str, taken: Any) -> None:
        if is_empty(taken):
            raise NothingToCompare(
                f"{name} is empty ({shown(taken)}), and non_empty=True says that it must "
                "not be: comparing nothing with nothing would always pass"
            )

    def _taken(self, value: Any, key: str) -> Any:
        return value_of(value, key, self._named(key))

    def _place(self, key: object) -> tuple[str, str]:
        if not isinstance(key, str) or not key:
            raise CheckMisuse(f"a {self.fixture} key is a text such as 'order', and this is {key!r}")
        return self._check.file, key

    def _named(self, key: str) -> str:
        return f"{self.fixture}[{key!r}]"


class BaselineValues(CapturedValues):
    """Values carried from before the change to after it: captured in pre, compared in post and rollback."""

    fixture = "baseline"

    @property
    def _captures(self) -> bool:
        return self._session.phase is Phase.PRE

    def _require_capturing(self, key: str) -> None:
        if not self._captures:
            raise CheckMisuse(
                f"baseline[{key!r}] = ... in phase {self._session.phase}: the baseline is captured in pre only; "
                "mark the check with @pytest.mark.pre_upgrade, or use baseline.unchanged()"
            )
        if upgraded := already_upgraded(self._session):
            raise EvidenceMissing(f"no baseline is captured on a platform that is already upgraded: {upgraded}")

    @property
    def _records(self) -> bool:
        return self._session.captures_baseline

    def _before(self, key: str) -> Any:
        place = self._place(key)
        if self._captures:
            if key in self._own:
                return self._own[key]
            raise CheckMisuse(
                f"baseline[{key!r}] is read in phase pre, where this check has not captured it: "
                "what is read after the change belongs in a check marked post_upgrade or post_rollback"
            )
        capture = self._found(place)
        if capture is None:
            raise BaselineMissing(self._why_missing(key))
        self._session.notes.read_keys.append([capture.file, key])
        return read_back(capture)

    def _found(self, place: tuple[str, str]) -> Capture | None:
        captures, before = self._session.baseline.captures, self._session.before
        if place in captures:
            return captures[place]
        # Keys belong to a test file, and the check may have moved to another file since.
        earlier = before.planned.get(before.id_of(self._check))
        return captures.get((earlier.file, place[1])) if earlier else None

    def _why_missing(self, key: str) -> str:
        baseline, file = self._session.baseline, self._check.file
        if not baseline.runs:
            return f"baseline[{key!r}]: this record has no pre run, so nothing was captured before the change"
        run = baseline.runs[0].name
        author = next(
            (capture.check for each in self._session.attempt.runs for capture in each.captures.values()
             if (capture.file, capture.key) == (file, key)),
            None,
        )  # fmt: skip
        candidates = [author] if author else [*self._check.needs, *([self._check.id] if self._runs_in_pre() else [])]
        if candidates:
            became = "; ".join(f"{check}: {self._fate(check)}" for check in candidates)
            return f"baseline[{key!r}] was not captured in {run}. It should come from {became}"
        keys = ", ".join(map(repr, baseline.keys(file))) or "none"
        return (
            f"baseline[{key!r}] was not captured in {run}, and no check of {file} ever captured it "
            f"(keys captured by this file: {keys}); name the check that does with post_upgrade(needs=...)"
        )

    def _runs_in_pre(self) -> bool:
        return Phase.PRE in self._check.phases

    def _fate(self, check: str) -> str:
        before = self._session.baseline.results.get(check)
        if before is None:
            return "it did not run"
        if before.result is Result.PASSED:
            return "it passed without capturing this key"
        first = before.message.partition("\n")[0]
        return f"it was {before.result}" + (f" ({first})" if first else "")


class SinceUpgradeValues(CapturedValues):
    """Values carried over a rollback: captured in post, on the upgraded platform, compared in rollback.

    What was written since the upgrade is in no baseline, and going back may lose it. Each post run on the upgraded
    platform captures again, and the last value counts. A post run on the old release captures nothing that counts.
    """

    fixture = "since_upgrade"
    may_be_empty = True

    @property
    def _captures(self) -> bool:
        return self._session.phase is Phase.POST

    def _require_capturing(self, key: str) -> None:
        if not self._captures:
            raise CheckMisuse(
                f"since_upgrade[{key!r}] = ... in phase {self._session.phase}: it is captured in post only; mark the "
                "check with @pytest.mark.post_upgrade and @pytest.mark.post_rollback"
            )

    def _before(self, key: str) -> Any:
        place = self._place(key)
        if self._captures and key in self._own:
            return self._own[key]
        if self._session.phase is not Phase.ROLLBACK:
            raise CheckMisuse(
                f"since_upgrade[{key!r}] is read in phase {self._session.phase}: what was captured in post is there to "
                "be compared in rollback; mark the check with @pytest.mark.post_upgrade and @pytest.mark.post_rollback"
            )
        capture = self._found(place)
        if capture is None:
            raise EvidenceMissing(
                f"since_upgrade[{key!r}]: no post run on the upgraded platform captured it, so it is not known "
                "whether rolling back lost any of it"
            )
        return read_back(capture)

    def _found(self, place: tuple[str, str]) -> Capture | None:
        captures = self._session.attempt.captured_since(*place)
        return captures[-1] if captures else None
