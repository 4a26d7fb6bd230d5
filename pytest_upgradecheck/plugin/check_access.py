"""What the ``baseline`` and ``upgrade`` fixtures hand to a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

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
from pytest_upgradecheck.evidence import Standing
from pytest_upgradecheck.phases import Phase
from pytest_upgradecheck.plan import Plan, Step
from pytest_upgradecheck.plugin.checks import Check
from pytest_upgradecheck.plugin.comparing import judge, read_back, require_comparable, value_of, write_down
from pytest_upgradecheck.plugin.expectation import already_upgraded
from pytest_upgradecheck.plugin.session import UpgradeSession
from pytest_upgradecheck.record import Capture

if TYPE_CHECKING:
    from typing_extensions import Unpack

__tracebackhide__ = raised_on_purpose

RuleSpec: TypeAlias = "str | Rule | Mapping[str, Any] | Callable[[Any, Any], Any]"


class TermsOfCheck(TypedDict, total=False):
    """What every comparing method of ``baseline`` takes; see `BaselineAccess`."""

    key: KeySpec
    ignore: str | Iterable[str]
    ordered: bool | str | Iterable[str]
    rules: Mapping[str, RuleSpec]
    non_empty: bool


class Upgrade:
    """The upgrade a check takes part in."""

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check

    @property
    def phase(self) -> str:
        """``pre``, ``post`` or ``rollback``."""
        return self._session.phase.value

    @property
    def plan(self) -> Plan:
        """The plan, secrets masked."""
        return self._session.plan

    @property
    def step(self) -> Step | None:
        """The step this check belongs to, None where it belongs to none."""
        return self.plan.step(self._check.step) if self._check.step else None

    def is_proven(self, migration: str) -> bool:
        """Whether the owner's evidence proves a migration of the plan, at the posture that the plan states.

        False where the plan says ``planned`` and nothing is published: then nothing may be assumed of it, and a check
        can assert that nothing is. EvidenceMissing where that cannot be told; CheckMisuse for an unknown migration.
        """
        known = [each.name for each in self.plan.migrations]
        if migration not in known:
            raise CheckMisuse(f"the plan has no migration {migration!r}; it has: {', '.join(known) or 'none at all'}")
        judgement = self._session.judgement(migration)
        if judgement.standing in (Standing.UNPROVEN, Standing.DENIED):
            raise EvidenceMissing(judgement.message)
        return judgement.standing is Standing.PROVEN


class BaselineAccess:
    """Values carried from before the change to after it. Keys are the test file's own.

    In pre, ``baseline["order"] = value`` captures; in post and rollback, ``baseline["order"]`` reads. The methods do
    both in one line: they capture in pre, and compare after the change. What can be captured, and when two values are
    the same, stands in `pytest_upgradecheck.comparison.values`. `EvidenceMissing` where the baseline does not hold what
    is asked, `NotAsBefore` where a comparison fails, `CheckMisuse` where a check asks for something that cannot be
    right: capturing a key twice, capturing after the change, comparing by a key that items do not have.

    The comparing methods share these: ``key`` names the member (or several) by which items of lists are paired, also
    ``{"path of a list": key}``; ``ignore`` are paths that may differ; ``ordered`` paths of lists whose order counts
    (True: all); ``rules`` says ``{path: rule}`` for places with a rule of their own, where a rule is a name, a `Rule`
    or a function; ``non_empty`` fails the check where there is nothing to compare.
    """

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check
        self._own: dict[str, Any] = {}

    def __setitem__(self, key: str, value: Any) -> None:
        self.capture(key, value)

    def capture(self, key: str, value: Any, *, non_empty: bool = False) -> None:
        """Capture ``value`` in pre. ``non_empty`` fails the check where the value holds nothing."""
        place = self._place_to_capture(key)
        if non_empty:
            self._require_something(key, value)
        self._keep(place, value_of(value, key))

    def _place_to_capture(self, key: str) -> tuple[str, str]:
        place = self._place(key)
        if self._session.phase is not Phase.PRE:
            raise CheckMisuse(
                f"baseline[{key!r}] = ... in phase {self._session.phase}: the baseline is captured in pre only; "
                "mark the check with @pytest.mark.pre_upgrade, or use baseline.unchanged()"
            )
        captured = self._session.notes.captured
        if place in captured:
            raise CheckMisuse(
                f"baseline[{key!r}] is captured twice, by {captured[place]} and by {self._check.id}: "
                "a key belongs to one check of a file; give each its own (for a parametrised check, put the "
                "parameter into the key)"
            )
        if upgraded := already_upgraded(self._session):
            raise EvidenceMissing(f"no baseline is captured on a platform that is already upgraded: {upgraded}")
        return place

    def _keep(self, place: tuple[str, str], taken: Any) -> None:
        file, key = place
        self._session.notes.captured[place] = self._check.id
        write_down(self._session, check=self._check.id, file=file, key=key, value=taken)
        self._own[key] = taken

    def __getitem__(self, key: str) -> Any:
        return restored(self._before(key))

    def __contains__(self, key: object) -> bool:
        raise CheckMisuse(
            f"`{key!r} in baseline` would let a check pass because its baseline is missing; read the key, "
            "and the check fails closed where it is not there"
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
        """Nothing may differ; numbers may by ``rel`` (0.05: five hundredths of the value before) or ``abs``."""
        self.compare(name, value, {"rule": "unchanged", "rel": rel, "abs": abs}, **terms)

    def additions_only(self, name: str, value: Any, **terms: Unpack[TermsOfCheck]) -> None:
        """Members and items may come; none may go or change."""
        self.compare(name, value, "additions-only", **terms)

    def no_fewer(self, name: str, value: Any, **terms: Unpack[TermsOfCheck]) -> None:
        """No list may be shorter, no number smaller, no member gone."""
        self.compare(name, value, "no-fewer", **terms)

    def no_more(self, name: str, value: Any, **terms: Unpack[TermsOfCheck]) -> None:
        """No list may be longer, no number larger, no member new."""
        self.compare(name, value, "no-more", **terms)

    def changed(self, name: str, value: Any, to: Any = ANYTHING, **terms: Unpack[TermsOfCheck]) -> None:
        """The value must be another than before, and ``to``, where that is given."""
        self.compare(name, value, {"rule": "changed"} if to is ANYTHING else {"rule": "changed", "to": to}, **terms)

    def compare(self, name: str, value: Any, rule: RuleSpec, **terms: Unpack[TermsOfCheck]) -> None:
        """Compare by any rule: a name, a `Rule`, or a function of the values before and after.

        A function answers None or True where all is well, False or texts that say what is wrong where it is not.
        """
        self._place(name)
        if terms.pop("non_empty", False):
            self._require_something(name, value)
        try:
            agreed = Terms.of(rule=rule, **terms)  # type: ignore[misc]  # without non_empty
        except (ValueError, TypeError) as error:
            raise CheckMisuse(f"baseline: {name}: {error}") from None
        after = value_of(value, name)
        session, check = self._session, self._check.id
        if session.phase is Phase.PRE:
            require_comparable(session, check=check, name=name, value=after, terms=agreed)
            self._keep(self._place_to_capture(name), after)
        else:
            judge(session, check=check, name=name, before=self._before(name), after=after, terms=agreed)

    def _before(self, key: str) -> Any:
        place = self._place(key)
        if self._session.phase is Phase.PRE:
            if key in self._own:
                return self._own[key]
            raise CheckMisuse(
                f"baseline[{key!r}] is read in phase pre, where this check has not captured it: "
                "what is read after the change belongs into a check marked post_upgrade or post_rollback"
            )
        capture = self._session.baseline.capture(*place) or self._captured_by_earlier_self(key)
        if capture is None:
            raise BaselineMissing(self._why_missing(key))
        self._session.notes.read_keys.append([capture.file, key])
        return read_back(capture)

    def _captured_by_earlier_self(self, key: str) -> Capture | None:
        """Keys are a test file's own, and a check may have moved to another file since."""
        planned = self._session.planned_before
        entry = planned.get(self._check.id_before(planned))
        file = Check.from_dict(dict(entry)).file if entry else self._check.file
        return self._session.baseline.capture(file, key)

    def _require_something(self, name: str, value: Any) -> None:
        if is_empty(value):
            raise NothingToCompare(
                f"{name} is empty ({shown(value_of(value, name))}), and non_empty=True says that it must not be: "
                "comparing nothing with nothing would always pass"
            )

    def _place(self, key: object) -> tuple[str, str]:
        if not isinstance(key, str) or not key:
            raise CheckMisuse(f"a baseline key is a text such as 'order', and this is {key!r}")
        return self._check.file, key

    def _why_missing(self, key: str) -> str:
        baseline, file = self._session.baseline, self._check.file
        if not baseline.runs:
            return f"baseline[{key!r}]: the record holds no pre run, so nothing was captured before the change"
        run = baseline.runs[0].name
        author = next(
            (capture.check for each in self._session.history.runs for capture in each.captures.values()
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
        before = self._session.baseline.check(check)
        if before is None:
            return "it did not run"
        if before.result == "passed":
            return "it passed without capturing this key"
        first = before.message.partition("\n")[0]
        return f"it was {before.result}" + (f" ({first})" if first else "")
