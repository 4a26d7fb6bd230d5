"""What a check was before the change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from pytest_upgradecheck.checklist.before import Before, named, needed_checks, passed_by_in_words
from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.vocabulary import Phase, Result, Transition

POST = frozenset({Phase.POST})


def check(
    name: str, *, known_as: str = "", needs: Iterable[str] = (), was: Iterable[str] = (), title: str = ""
) -> Check:
    nodeid = f"t.py::{name}"
    return Check(
        id=known_as or nodeid,
        nodeid=nodeid,
        needs=tuple(f"t.py::{need}" for need in needs),
        renamed_from=tuple(was),
        title=title,
    )


def before(
    *now: Check,
    planned: Iterable[Check] = (),
    is_known: bool = True,
    ran: Mapping[str, Result] | None = None,
    **results: Result,
) -> Before:
    found = {f"t.py::{name}": result for name, result in {**(ran or {}), **results}.items()}
    return Before(
        planned={check.id: check for check in planned},
        results={name: CheckResult(name, result, "it broke") for name, result in found.items()},
        is_known=is_known,
        now=now,
    )


A = check("a")
FAILURES = [Result.FAILED, Result.ERROR]
NO_EVIDENCE = [result for result in Result if result not in (*FAILURES, Result.PASSED, Result.MISSING_AFTER)]


@pytest.mark.parametrize("then", list(Result))
@pytest.mark.parametrize("after", list(Result))
def test_transition_of_a_check_that_ran_before(then: Result, after: Result) -> None:
    if after is Result.MISSING_AFTER:
        expected: Transition | None = Transition.MISSING_AFTER
    elif after in FAILURES:
        expected = Transition.REGRESSED if then is Result.PASSED else Transition.FAILING_SINCE_BEFORE
    else:
        expected = Transition.FIXED if after is Result.PASSED and then is not Result.PASSED else None
    assert before(A, planned=[A], a=then).transition(A, after) is expected


@pytest.mark.parametrize("after", list(Result))
def test_transition_of_a_check_that_did_not_run_before(after: Result) -> None:
    missing = Transition.MISSING_AFTER if after is Result.MISSING_AFTER else None
    assert before(A, planned=[A]).transition(A, after) is missing
    assert before(A, is_known=False).transition(A, after) is missing
    assert before(A).transition(A, after) is (missing or Transition.NEW)
    needing = check("b", needs=["a"])
    then = before(needing, A, planned=[A, needing], a=Result.PASSED)
    assert then.transition(needing, after) is (Transition.REGRESSED if after is Result.FAILED else missing)


def test_a_renamed_check_is_compared_with_what_it_was() -> None:
    now = check("new", was=["t.py::gone", "t.py::old"])
    then = before(now, planned=[check("old")], old=Result.PASSED)
    assert then.id_of(now) == "t.py::old"
    assert then.transition(now, Result.FAILED) is Transition.REGRESSED
    assert list(then.renamed()) == [("t.py::old", "t.py::new")]
    assert list(then.missing_after(Phase.POST)) == []
    assert list(then.only_after({now.id})) == []


def test_a_renamed_check_is_found_by_the_id_its_former_name_had() -> None:
    now = check("new", was=["t.py::old"])
    then = before(now, planned=[check("old", known_as="orders")])
    assert then.id_of(now) == "orders"


def test_a_check_that_kept_its_name_is_not_what_it_also_names() -> None:
    now = check("a", was=["t.py::old"])
    then = before(now, planned=[A, check("old")])
    assert then.id_of(now) == "t.py::a"
    assert list(then.renamed()) == []
    assert [gone.id for gone in then.missing_after(Phase.POST)] == ["t.py::old"]


def test_a_former_name_that_was_in_no_checklist_finds_nothing() -> None:
    now = check("new", was=["t.py::typo"])
    then = before(now, planned=[A])
    assert then.id_of(now) == now.id
    assert then.transition(now, Result.FAILED) is Transition.NEW
    assert [each.id for each in then.only_after({now.id})] == [now.id]


def test_a_check_that_is_gone_is_missing_only_in_its_phases() -> None:
    only_post = Check(id="t.py::p", nodeid="t.py::p", phases=POST)
    then = before(A, planned=[A, only_post])
    assert list(then.missing_after(Phase.POST)) == [only_post]
    assert list(then.missing_after(Phase.ROLLBACK)) == []


def test_only_checks_that_are_due_are_new() -> None:
    new, later = check("new"), check("later")
    assert list(before(A, new, later, planned=[A]).only_after({A.id, new.id})) == [new]
    assert list(before(A, new, is_known=False).only_after({A.id, new.id})) == []


KNOWN = ["t.py::a", "t.py::b[eu]", "t.py::b[us]", "t.py::bc[eu]"]


@pytest.mark.parametrize(
    ("need", "nodeid", "needed"),
    [
        ("t.py::a", "t.py::x", ["t.py::a"]),
        ("t.py::a", "t.py::x[eu]", ["t.py::a"]),
        ("t.py::b", "t.py::x[eu]", ["t.py::b[eu]"]),
        ("t.py::b", "t.py::x[mars]", []),
        ("t.py::b", "t.py::x", ["t.py::b[eu]", "t.py::b[us]"]),
        ("t.py::b[eu]", "t.py::x", ["t.py::b[eu]"]),
        ("t.py::none", "t.py::x", []),
        ("t.py::none", "t.py::x[eu]", []),
    ],
)
def test_needed_checks(need: str, nodeid: str, needed: list[str]) -> None:
    assert needed_checks(need, nodeid, KNOWN) == needed


PAIRED = [check("a"), check("b[eu]"), check("b[us]")]


@pytest.mark.parametrize("missed", [result for result in Result if result is not Result.PASSED])
def test_needs_are_met_only_if_every_one_passed(missed: Result) -> None:
    needing = check("x", needs=["a", "b"])
    results = {"a": Result.PASSED, "b[eu]": Result.PASSED, "b[us]": Result.PASSED}
    met = before(needing, *PAIRED, planned=PAIRED, ran=results)
    assert met.why_needs_are_not_met(needing) == []
    assert met.needed(needing) == met.passed_by(needing) == ["t.py::a", "t.py::b[eu]", "t.py::b[us]"]
    for name in results:
        unmet = before(needing, *PAIRED, planned=PAIRED, ran={**results, name: missed})
        assert unmet.why_needs_are_not_met(needing) == [
            f"t.py::{name}, which did not pass before the change ({missed}: it broke)"
        ]
        assert unmet.passed_by(needing) == []
        not_run = before(
            needing, *PAIRED, planned=PAIRED, ran={each: results[each] for each in results if each != name}
        )
        assert not_run.why_needs_are_not_met(needing) == [f"t.py::{name}, which did not run before the change"]
        assert not_run.passed_by(needing) == []


def test_a_need_that_was_in_no_checklist_is_not_met() -> None:
    needing = check("x[eu]", needs=["a", "gone"])
    then = before(needing, planned=[A], a=Result.PASSED)
    assert then.why_needs_are_not_met(needing) == ["t.py::gone[eu], which was not part of the pre run"]
    assert then.needed(needing) is None
    assert then.passed_by(needing) == []


def test_no_other_check_passes_for_one_that_ran_or_that_needs_none() -> None:
    ran = check("x", needs=["a"])
    then = before(ran, A, planned=[A, ran], a=Result.PASSED, x=Result.FAILED)
    assert then.passed_by(ran) == []
    assert before(A, planned=[A]).passed_by(A) == []


def test_a_need_may_have_been_renamed() -> None:
    now, needing = check("new", was=["t.py::old"]), check("x", needs=["new"])
    then = before(now, needing, planned=[check("old")], old=Result.PASSED)
    assert then.passed_by(needing) == ["t.py::old"]
    assert then.why_needs_are_not_met(needing) == []
    # A new check under that name was not part of the checklist before.
    then = before(check("new"), needing, planned=[check("old")], old=Result.PASSED)
    assert then.passed_by(needing) == []
    assert then.why_needs_are_not_met(needing) == ["t.py::new, which was not part of the pre run"]


def test_a_check_that_needs_all_of_a_name_needs_those_that_were_there_before() -> None:
    needing = check("x", needs=["b"])
    then = before(needing, check("b[eu]"), check("b[new]"), planned=[check("b[eu]")], ran={"b[eu]": Result.PASSED})
    assert then.why_needs_are_not_met(needing) == []
    assert then.passed_by(needing) == ["t.py::b[eu]"]


def test_a_failure_without_a_message_ends_in_its_result() -> None:
    needing = check("x", needs=["a"])
    then = Before(planned={A.id: A}, results={A.id: CheckResult(A.id, Result.FAILED)}, is_known=True, now=(A, needing))
    assert then.why_needs_are_not_met(needing) == ["t.py::a, which did not pass before the change (failed)"]


def test_in_words() -> None:
    titled = check("a[eu]", title="The order is there.")
    then = before(planned=[titled, check("b"), check("c", title="It holds.")])
    assert list(then.titles(["t.py::c", "t.py::a[eu]", "t.py::b", "t.py::gone"])) == [
        "'It holds'", "'The order is there [eu]'", "'t.py::b'", "'t.py::gone'",
    ]  # fmt: skip
    assert named(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert passed_by_in_words(["t.py::a", "orders", "t.py::T::b", "t.py::c"]) == "by a, orders, b and 1 more"
    assert passed_by_in_words([]) == ""
