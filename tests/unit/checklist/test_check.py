"""Checks and results as values, to and from the record."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pytest_upgradecheck.checklist.check import Check, parameters_of, ungrouped
from pytest_upgradecheck.checklist.result import CheckResult
from pytest_upgradecheck.vocabulary import UNMARKED, Phase, PlanCheckKind, Result

PLAIN = Check(id="t.py::a", nodeid="t.py::a")
FULL = Check(
    id="orders",
    nodeid="sub/t.py::T::a[x::eu]",
    title="The order is there.",
    phases=frozenset({Phase.POST, Phase.PRE}),
    step="db",
    owner="team",
    boundary="schema",
    needs=("t.py::b",),
    path="user",
    remedy="restore it",
    kind=PlanCheckKind.VERSION,
    since="2",
    renamed_from=("t.py::old",),
    real_file="real/t.py",
    source="digest",
)


@pytest.mark.parametrize("check", [PLAIN, FULL, replace(PLAIN, phases=frozenset({Phase.ROLLBACK}))])
def test_a_check_is_read_back_as_it_was(check: Check) -> None:
    read = Check.from_dict(json.loads(json.dumps(check.to_dict())))
    assert read == check
    assert all(type(phase) is Phase for phase in read.phases)
    assert read.kind is check.kind


def test_the_record_holds_no_empty_fields() -> None:
    assert PLAIN.to_dict() == {"id": "t.py::a"}
    assert FULL.to_dict()["phases"] == ["post", "pre"]
    assert Check.from_dict({"id": "t.py::a"}) == PLAIN
    assert PLAIN.phases == UNMARKED


@pytest.mark.parametrize(
    ("nodeid", "file", "parameters", "title"),
    [
        ("t.py::a", "t.py", "", "It holds."),
        ("t.py::a[eu]", "t.py", "[eu]", "It holds [eu]"),
        ("t.py::a[x[0]]", "t.py", "[x[0]]", "It holds [x[0]]"),
        ("t.py::T::a[x::y]", "t.py", "[x::y]", "It holds [x::y]"),
    ],
)
def test_file_parameters_and_title(nodeid: str, file: str, parameters: str, title: str) -> None:
    check = Check(id="i", nodeid=nodeid, title="It holds.")
    assert (check.file, check.parameters, check.full_title) == (file, parameters, title)
    assert parameters_of(nodeid) == parameters
    assert replace(check, title="").full_title == ""
    assert replace(check, real_file="real.py").file == "real.py"
    assert replace(check, kind=PlanCheckKind.READY).full_title == "It holds."


@pytest.mark.parametrize("kind", [None, *PlanCheckKind])
def test_checks_about_a_boundary(kind: PlanCheckKind | None) -> None:
    about = kind in (PlanCheckKind.ROLLBACK_BOUNDARY, PlanCheckKind.CROSSED, PlanCheckKind.NOT_CROSSED)
    assert replace(PLAIN, kind=kind).is_about_boundary is about
    assert replace(PLAIN, kind=kind, boundary="schema").is_about_boundary
    assert replace(PLAIN, kind=kind).built_in is (kind is not None)


@pytest.mark.parametrize(
    ("nodeid", "plain"),
    [
        ("t.py::a@group", "t.py::a"),
        ("t.py::a[eu]@group", "t.py::a[eu]"),
        ("t.py::a[me@here]", "t.py::a[me@here]"),
        ("t.py::a[me@here]@group", "t.py::a[me@here]"),
        ("t.py::a", "t.py::a"),
        ("upgrade.yaml::ready[me]@x", "upgrade.yaml::ready[me]@x"),
        ("d@x/t.py::a", "d@x/t.py::a"),
    ],
)
def test_ungrouped(nodeid: str, plain: str) -> None:
    assert ungrouped(nodeid) == plain


AT = "2026-11-24T01:00:00.000Z"


@pytest.mark.parametrize(
    ("result", "entry"),
    [
        (CheckResult("a", Result.PASSED, seconds=0.25, at=AT), {"check": "a", "result": "passed", "seconds": 0.25}),
        (
            CheckResult("a", Result.FAILED, "it broke", "trace", 1.0, 2, True, AT, ("teardown",)),
            {
                "check": "a", "result": "failed", "seconds": 1.0, "attempt": 2, "retried": True,
                "message": "it broke", "also": ["teardown"], "detail": "trace",
            },
        ),
        (
            CheckResult("a", Result.FAILED, seconds=1.0, retried=True, at=AT),
            {"check": "a", "result": "failed", "seconds": 1.0, "attempt": 1, "retried": True},
        ),
        (
            CheckResult("a", Result.PASSED, seconds=1.0, number=2, at=AT),
            {"check": "a", "result": "passed", "seconds": 1.0, "attempt": 2, "retried": False},
        ),
    ],
)  # fmt: skip
def test_a_result_is_read_back_as_it_was(result: CheckResult, entry: dict[str, Any]) -> None:
    assert json.loads(json.dumps(result.to_dict())) == entry
    read = CheckResult.from_dict({**entry, "at": AT})
    assert read == result
    assert type(read.result) is Result


def test_what_the_record_does_not_say_of_a_result() -> None:
    assert CheckResult("a", Result.PASSED, seconds=0.123456789).to_dict()["seconds"] == 0.123457
    with pytest.raises(ValueError, match="odd"):
        CheckResult.from_dict({"check": "a", "result": "odd", "seconds": 0, "at": AT})


@pytest.mark.parametrize("result", list(Result))
def test_only_a_first_pass_leaves_nothing_to_say(result: Result) -> None:
    assert CheckResult("a", result).simply_passed is (result is Result.PASSED)
    assert not CheckResult("a", result, number=2).simply_passed
    assert not CheckResult("a", result, retried=True).simply_passed
