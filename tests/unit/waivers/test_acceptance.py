"""What a waiver accepts of a failure, and what goes beyond it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.vocabulary import Phase, PlanCheckKind, Result
from pytest_upgradecheck.waivers import CheckFailure, Outcome, RefusedDifference, as_yaml, waiver_for
from pytest_upgradecheck.waivers.acceptance import beyond
from tests.unit.plan.conftest import PlanFile
from tests.unit.waivers.test_judging import LAST_DAY


def removed(path: str, value: Any = "x", name: str = "stock") -> RefusedDifference:
    return RefusedDifference(name=name, path=path, change="removed", before=value)


def changed(path: str, before: Any = 1, after: Any = 2, name: str = "stock") -> RefusedDifference:
    return RefusedDifference(name=name, path=path, change="changed", before=before, after=after)


def refused(why: str, **more: Any) -> RefusedDifference:
    return RefusedDifference(name="registry", path="", change="refused", why=why, **more)


GONE = "GET /v1/old: the operation is gone"

PLACES = [
    # accepts, what differs, accepted
    ("limit", changed("limit"), True),
    ("limit", changed("limit.low"), True),
    ("limit", changed("limits"), False),
    ("limit", changed("other.limit"), False),
    ("limit.low", changed("limit"), False),
    ("items[name=a]", removed("items[name=a]"), True),
    ("items[name=a]", changed("items[name=a].price"), True),
    ("items[name=a]", removed("items[name=ab]"), False),
    ("items[name=a]", removed("items"), False),
    ("items[]", removed("items[name=b]"), True),
    ("items[name=a].price", removed("items[name=a]"), False),
    ("items[3]", changed("items[3].price"), True),
    ("items[3]", changed("items[4].price"), False),
    ("**.price", changed("items[name=b].price"), True),
    ("**.price", changed("items[name=b].name"), False),
    ("*.price", changed("a.price"), True),
    ('"a.b"', changed('"a.b"'), True),
    ('items[name="a[0]"]', removed('items[name="a[0]"]'), True),
    ("stock: limit", changed("limit"), True),
    ("stock: limit", changed("limit", name="orders"), False),
    ("item-1", removed("[]", "item-1"), True),
    ("item-1", removed("[]", "item-10"), False),
    ("item-1", removed("[]", "item-1 and item-2"), False),
    ("item-1", removed("tags[]", {"name": "item-1"}), False),
    ('{"id": 7}', removed("rows[]", {"id": 7}), True),
    ("7", removed("rows[]", 7), True),
    ("stock: limit: 1 -> 2", changed("limit"), True),
    ("limit: 1 -> 2", changed("limit"), True),
    ("~ limit: 1 -> 2", changed("limit"), True),
    ("limit: 1 -> 2", changed("limit", 1, 3), False),
    ("1 changed", changed("limit"), False),
    ("stock is not as before", changed("limit"), False),
    (GONE, refused(GONE), True),
    ("GET /v1/old", refused(GONE), True),
    ("GET /v1/old", refused("GET /v1/old and GET /v1/new: the operation is gone"), False),
    ("GET /v1/old", refused("GET /v1/older: the operation is gone"), False),
    ("GET /v1", refused(GONE), False),
    ("operation-removed at GET /v1/old", refused(GONE, kind="operation-removed", operations=("GET /v1/old",)), True),
    (
        "operation-removed at GET /v1/*",
        refused("..", kind="operation-removed", operations=("GET /v1/a", "GET /v1/b")),
        True,
    ),
    (
        "operation-removed at GET /v1/a",
        refused("..", kind="operation-removed", operations=("GET /v1/a", "GET /v1/b")),
        False,
    ),
    ("path-removed at GET /v1/old", refused("..", kind="operation-removed", operations=("GET /v1/old",)), False),
    ("operation-removed at *", refused("..", kind="operation-removed"), False),
    ("operation-removed", refused("..", kind="operation-removed"), False),
    ("operation-removed", refused("..", kind="operation-removed", operations=("GET /v1/old",)), False),
    # The value alone says which one it is only where there is no place to say it.
    ("x", removed("items[name=a]"), False),
    ("null", removed("[]", 7), False),
    ("7", removed("", 7), True),
    ("7", changed("", 7, 8), False),
    ("8", changed("", 7, 8), False),
    ("7 -> 8", changed("", 7, 8), True),
    ("7", RefusedDifference(name="stock", path="", change="not changed", before=7), True),
    ("a b", removed("[]", "a  b"), True),
    ("null", refused(GONE), False),
    ("added", changed("limit", 1, 2, name="added"), False),
    ("it is slow", RefusedDifference(name="stock", path="limit", change="changed", why="it is slow"), False),
    ("item-1,", refused("gone: item-1, item-2"), False),
]


@pytest.mark.parametrize(("accepts", "difference", "accepted"), PLACES)
def test_difference(accepts: str, difference: RefusedDifference, accepted: bool) -> None:
    assert (not beyond([accepts], CheckFailure(differences=(difference,)))) is accepted
    more = removed("elsewhere", name="other")
    assert beyond([accepts], CheckFailure(differences=(difference, more)))[-1] == 'other: elsewhere: removed "x"'


def test_no_place_accepts_a_difference_without_one() -> None:
    failure = CheckFailure(differences=(changed(""),))
    for place in ("**", "*", "limit", "null", "stock: "):
        assert beyond([place], failure) == ("stock: 1 -> 2",)


MESSAGES = [
    # accepts, the message, accepted
    ("the page is slow", "the page is slow", True),
    ("the page is slow", "the page is slow\nassert 4 < 3", True),
    ("the page is slow", "today the page is slow again", True),
    ("page is slow", "the page is slower", False),
    ("the page is slow", "the page is gone", False),
    ("item-1", "item-1 is missing", True),
    ("item-1", "item-1 is missing\nitem-2 is missing", False),
    ("item-1", "item-1 is missing\n  item-2 is missing", False),
    ("item-1", "missing: item-1, item-2", False),
    ("item-1", "missing: item-1 and item-2", False),
    ("item-1", "missing: ['item-1', 'item-2']", False),
    ("item-1", "missing: ['item-1']", True),
    ("item-1", "missing: item-10", False),
    ("item-1", "item-2, item-1", False),
    ("item-1", "missing: item-2, item-1", False),
    ("item-1", "a, item-1", False),
    ("item-1", "old-item-1 is missing", False),
    # A separator at the end, or at the beginning, of what is accepted does not reach beyond it.
    ("item-1,", "missing: item-1, item-2", False),
    ("item-1, ", "item-1, item-2", False),
    (", item-1", "item-2, item-1", False),
    ("item-1 and", "item-1 and item-2 are gone", False),
    ("and item-1", "item-2 and item-1", False),
    ("item-1, item-2", "item-1, item-2", True),
    ("item-1, item-2", "item-1, item-2, item-3", False),
    ("assert 1 == 2", "assert 1 == 2\n  - a\nitem-2 is missing", False),
    ("item-1", "item-1 is gone\n---\nitem-2 is gone", False),
    ("/orders", "404 from /orders", True),
    ("/orders", "404 from /orders/old", False),
    ("assert 'bye' == 'hello'", "assert 'bye' == 'hello'\n  \n  - hello\n  + bye", True),
    ("assert 'bye' == 'hello'", "assert 'no' == 'hello'\n  \n  - hello\n  + no", False),
    ("assert 1 == 2", "a: assert 1 == 2\nb: assert 3 == 4", False),
    ("KeyError: 'x'", "KeyError: 'x'", True),
    ("several broke", "ExceptionGroup: several broke (2 sub-exceptions)", False),
    ("it broke", "it broke" + " it broke" * 1_000, False),
    ("it broke", "", False),
]


@pytest.mark.parametrize(("accepts", "message", "accepted"), MESSAGES)
def test_message(accepts: str, message: str, accepted: bool) -> None:
    assert (not beyond([accepts], CheckFailure(message=message))) is accepted


def test_several_entries_together_accept_all() -> None:
    failure = CheckFailure(message="missing: item-1, item-2", differences=(changed("limit"), removed("[]", "item-3")))
    assert beyond(["limit", "item-1", "item-2", "item-3"], failure) == ()
    assert beyond(["limit", "item-1", "item-3"], failure) == ("missing: item-1, item-2",)


def test_what_failed_next_to_it_is_never_accepted() -> None:
    failure = CheckFailure(message="it broke", also=("in teardown: the lock is gone",))
    assert beyond(["it broke", "in teardown: the lock is gone"], failure) == ("in teardown: the lock is gone",)


def proposal(outcome: Outcome, check: str = "t.py::a") -> Waiver:
    return waiver_for(
        check, outcome, reason="r", approved_by="A", expires=LAST_DAY, environment="test", phase=Phase.POST
    )


def proposed(failure: CheckFailure, check: str = "t.py::a", **more: Any) -> tuple[str, ...]:
    return proposal(Outcome(result="failed", failure=failure, **more), check).accepts


def test_a_proposal_is_for_this_failure_in_this_environment_and_phase() -> None:
    assert proposal(Outcome(result="failed", failure=CheckFailure(message="it broke"))) == Waiver(
        check="t.py::a",
        accepts=("it broke",),
        reason="r",
        approved_by="A",
        expires=LAST_DAY,
        environment="test",
        phase=Phase.POST,
    )


def test_a_proposal_names_the_comparison_where_there_are_several() -> None:
    assert proposed(CheckFailure(differences=(changed("limit"), changed("low")))) == ("limit", "low")
    assert proposed(CheckFailure(differences=(changed("limit"), changed("low", name="orders")))) == (
        "stock: limit",
        "orders: low",
    )
    assert proposed(CheckFailure(differences=(removed("[]", "a"), refused("no  such\nroute")))) == (
        'stock: []: removed "a"',
        "registry: no such route",
    )


@pytest.mark.parametrize("result", [result for result in Result if result is not Result.FAILED])
def test_only_a_failure_is_proposed(result: Result) -> None:
    why = "passed in the last run" if result is Result.PASSED else "cannot be waived"
    with pytest.raises(NotPossible, match=why):
        proposal(Outcome(result=result, failure=CheckFailure(message="it broke")))


@pytest.mark.parametrize("difference", [row[1] for row in PLACES] + [removed("", None), changed("", None, 1)])
def test_a_proposal_accepts_exactly_what_failed(difference: RefusedDifference) -> None:
    failure = CheckFailure(message="a: 1, 2\nassert 2", differences=(difference, removed("[]", "item-4")))
    accepts = proposed(failure)
    assert beyond(accepts, failure) == ()
    assert beyond(accepts, CheckFailure(differences=(removed("[]", "item-5"),)))


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (CheckFailure(message="x" * 6_000), "its message was cut"),
        (CheckFailure(message="E: x (3 sub-exceptions)"), "a group of exceptions"),
        (CheckFailure(message="x", also=("in teardown: y",)), "more than its body failed"),
        (CheckFailure(), "it failed without a message"),
    ],
)
def test_what_cannot_be_told_cannot_be_proposed(failure: CheckFailure, why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        proposed(failure)


@pytest.mark.parametrize("text", ["${HOME}", 'a "b" \\ c', "two\nlines", "# no", "- x: y"])
def test_a_proposal_is_read_back_as_it_is(text: str, tmp_path: Path) -> None:
    plan_file = PlanFile(tmp_path)
    outcome = Outcome(result="failed", failure=CheckFailure(message="m", differences=(removed("[]", text),)))
    waiver = waiver_for(
        "t.py::a", outcome, reason=text, approved_by="A", expires=LAST_DAY, environment="test", phase=Phase.POST
    )
    head, _, _ = plan_file.text.partition("waivers:")
    plan_file.text = head + as_yaml(waiver) + "\n"
    assert plan_file.load().waivers == (waiver,)


def test_contracts_that_drift_are_accepted_by_name() -> None:
    failure = CheckFailure(message="2 drifted: orders, payments")
    assert proposed(failure, "upgrade.yaml::drift[contracts]", kind=PlanCheckKind.DRIFT) == ("orders", "payments")
