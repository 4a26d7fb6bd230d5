"""The checklist before the change: the one place that relates a check now to the same check then.

Checks after the change are compared with those that the runs before it planned and ran. A check may have been renamed
(``check_id(renamed_from=)``), may be new, may be gone, and may depend on others (``needs=``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pytest_upgradecheck.checklist.check import Check, parameters_of
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.vocabulary import Phase, Result, Transition
from pytest_upgradecheck.wording import headline, listed

#: Checks that are named; the others are counted.
_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Before:
    """The checks that were ``planned`` before the change, and their ``results`` then, by id.

    ``is_known`` is False if no run before the change counts: then no check can be called new. ``now`` are the checks
    after the change.
    """

    planned: Mapping[str, Check] = field(default_factory=dict)
    results: Mapping[str, CheckResult] = field(default_factory=dict)
    is_known: bool = False
    now: Collection[Check] = ()

    def id_of(self, check: Check) -> str:
        """The id of a check before the change; its own id if it is new."""
        return check.id_before(self.planned, self._ids_then)

    def result_of(self, check: Check) -> CheckResult | None:
        """The result of a check before the change; None if it did not run."""
        return self.results.get(self.id_of(check))

    def transition(self, check: Check, after: Result) -> Transition | None:
        """The transition from the result before the change to the one after it."""
        if after is Result.MISSING_AFTER:
            return Transition.MISSING_AFTER
        before = self.result_of(check)
        if before is None:
            if self.is_known and self.id_of(check) not in self.planned:
                return Transition.NEW
            # The checks that it depends on passed before, or it would not have run, so its failure is a regression.
            return Transition.REGRESSED if check.needs and after is Result.FAILED else None
        if before.result is Result.PASSED:
            return Transition.REGRESSED if after.is_failure else None
        if after is Result.PASSED:
            return Transition.FIXED
        return Transition.FAILING_SINCE_BEFORE if after.is_failure else None

    def missing_after(self, phase: Phase) -> Iterator[Check]:
        """Checks that were planned for this phase before the change, but that are no longer a check of this phase."""
        names = {self.id_of(check) for check in self.now if phase in check.phases}
        for name, check in self.planned.items():
            if name not in names and phase in check.phases:
                yield check

    def only_after(self, due: Collection[str]) -> Iterator[Check]:
        """Checks among those ``due`` (ids) that were not planned before the change under any name."""
        if self.is_known:
            for check in self.now:
                if check.id in due and self.id_of(check) not in self.planned:
                    yield check

    def renamed(self) -> Iterator[tuple[str, str]]:
        """The ids before and now of checks that were renamed."""
        for check in self.now:
            before = self.id_of(check)
            if before != check.id:
                yield before, check.id

    def needed(self, check: Check) -> Sequence[str] | None:
        """The former ids of all checks that this one depends on; None if one of them was not part of the checklist."""
        found: list[str] = []
        for need in check.needs:
            wanted = self._wanted(need, check)
            if not wanted:
                return None
            found += wanted
        return found

    def passed_by(self, check: Check) -> Sequence[str]:
        """The ids of the checks whose pass counts for a check that did not run itself; empty if there are none."""
        needed = self.needed(check) if self.result_of(check) is None else None
        return [] if needed is None or any(map(self._why_not_passed, needed)) else needed

    def why_needs_are_not_met(self, check: Check) -> list[str]:
        """The unmet needs of a check, one phrase each; empty if all checks that it depends on passed."""
        missing = []
        for need in check.needs:
            wanted = self._wanted(need, check)
            if not wanted:
                missing.append(f"{need}{check.parameters}, which was not part of the pre run")
            missing += [f"{each}, which {fate}" for each in wanted if (fate := self._why_not_passed(each))]
        return missing

    def titles(self, checks: Iterable[str]) -> Iterator[str]:
        """The titles of these checks before the change, in quotes."""
        for each in checks:
            title = self.planned[each].full_title if each in self.planned else ""
            yield f"'{title.rstrip('.') or each}'"

    def _wanted(self, need: str, check: Check) -> list[str]:
        ids = self._ids_by_nodeid
        return [ids[nodeid] for nodeid in needed_checks(need, check.nodeid, ids)]

    def _why_not_passed(self, name: str) -> str | None:
        before = self.results.get(name)
        if before is None:
            return "did not run before the change"
        if before.result is Result.PASSED:
            return None
        first = f": {headline(before.message)}" if before.message else ""
        return f"did not pass before the change ({before.result}{first})"

    @cached_property
    def _ids_then(self) -> Mapping[str, str]:
        return {check.nodeid: name for name, check in self.planned.items()}

    @cached_property
    def _ids_by_nodeid(self) -> Mapping[str, str]:
        """Ids before the change by node id, by the former one and by the present one."""
        now = ((check.nodeid, self.id_of(check)) for check in self.now)
        return {**self._ids_then, **{nodeid: before for nodeid, before in now if before in self.planned}}


def needed_checks(need: str, nodeid: str, known: Collection[str]) -> list[str]:
    """The ``known`` node ids that a check with this ``nodeid`` means by ``need``.

    A need names a check without its parameters: a parametrized check needs the one with its own parameters, never one
    with others; a check without parameters needs all that carry the name.
    """
    parameters = parameters_of(nodeid)
    if need + parameters in known:
        return [need + parameters]
    if parameters:
        return [need] if need in known else []
    return [name for name in known if name.startswith(need + "[")]


def passed_by_in_words(checks: Sequence[str]) -> str:
    """``by test_place_order``: the checks whose pass before the change counts for another check."""
    return f"by {listed([check.rpartition('::')[2] for check in checks], _NAMED)}" if checks else ""


def named(titles: Sequence[str]) -> str:
    """The first titles of a list, and how many more there are."""
    return listed(titles, _NAMED)
