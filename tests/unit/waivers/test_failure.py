"""What failed in a check of a run, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.record import store
from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.vocabulary import Result
from pytest_upgradecheck.waivers import CheckFailure, RefusedDifference, failure_of
from pytest_upgradecheck.waivers.failure import LONGEST_MESSAGE
from tests.unit.record.histories import Pen

CHECK = "t.py::a"
ONE = {"path": "limit", "change": "changed", "before": 1, "after": 2}
OTHER = {
    "path": "", "change": "refused", "why": "the operation is gone", "kind": "operation-removed",
    "operations": ["GET /v1/old"],
}  # fmt: skip
FINE = {"path": "low", "change": "added", "after": 3, "allowed": "additions-only"}


def failed(
    *comparisons: Mapping[str, Any], message: str = "", result: str = "failed", **more: Any
) -> CheckFailure | None:
    pen = Pen()
    run = pen.run("post", None)
    for entry in comparisons:
        pen.line("comparison", run=run, check=CHECK, **entry)
    pen.line("check", run=run, check=CHECK, result=result, seconds=0.1, message=message, **more)
    return failure_of(pen.history.by_id[run], CHECK)


def comparison(*differences: Mapping[str, Any], refused: int = 1, **more: Any) -> dict[str, Any]:
    return {"name": "stock", "refused": refused, "value": list(differences), **more}


@pytest.mark.parametrize("result", list(Result))
def test_only_a_failure_has_parts(result: Result) -> None:
    found = failed(message="it broke", result=result)
    assert found == (CheckFailure(message="it broke") if result is Result.FAILED else None)


def test_a_check_that_did_not_run_has_none() -> None:
    pen = Pen()
    run = pen.run("post", None)
    assert failure_of(pen.history.by_id[run], CHECK) is None


def test_every_difference_that_was_refused_is_a_part() -> None:
    found = failed(comparison(ONE, FINE, OTHER), comparison({**ONE, "path": "high"}, name="orders"), also=["teardown"])
    assert found == CheckFailure(
        differences=(
            RefusedDifference(name="stock", path="limit", change="changed", before=1, after=2),
            RefusedDifference(
                name="stock",
                path="",
                change="refused",
                why="the operation is gone",
                kind="operation-removed",
                operations=("GET /v1/old",),
            ),
            RefusedDifference(name="orders", path="high", change="changed", before=1, after=2),
        ),
        also=("teardown",),
    )


def test_a_comparison_that_refused_nothing_is_no_part() -> None:
    found = failed(comparison(ONE, refused=0, message="stock differs"), message="stock differs")
    assert found == CheckFailure(message="stock differs")


def test_differences_that_were_stored_are_read_back(tmp_path: Path) -> None:
    stored = store([ONE], tmp_path, Redactor())
    pen = Pen()
    run = pen.run("post", None)
    pen.line("comparison", run=run, check=CHECK, name="stock", refused=1, stored=asdict(stored))
    pen.line("check", run=run, check=CHECK, result="failed", seconds=0.1)
    pen.history.by_id[run].folder = tmp_path
    found = failure_of(pen.history.by_id[run], CHECK)
    assert found is not None
    assert [str(difference) for difference in found.differences] == ["stock: limit: 1 -> 2"]


LONG = "x" * (LONGEST_MESSAGE + 10)


@pytest.mark.parametrize(
    ("message", "explained", "rest"),
    [
        ("stock differs", ["stock differs"], ""),
        ("first\nstock differs\nlast", ["stock differs"], "first\n\nlast"),
        ("stock differs\nstock differs", ["stock differs"], "\nstock differs"),
        ("stock differs\norders differ\nit broke", ["stock differs", "orders differ"], "\n\nit broke"),
        ("it broke", ["stock differs"], "it broke"),
        (LONG[:LONGEST_MESSAGE], [LONG], ""),
        ("it broke", [""], "it broke"),
    ],
)
def test_what_a_comparison_said_is_no_part_of_the_message(message: str, explained: list[str], rest: str) -> None:
    found = failed(*(comparison(ONE, message=text) for text in explained), message=message)
    assert found is not None
    assert found.message == rest


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (RefusedDifference(name="n", path="p", change="removed", before="ü"), 'n: p: removed "ü"'),
        (RefusedDifference(name="n", path="p", change="added", after=[1]), "n: p: added [1]"),
        (RefusedDifference(name="n", path="p", change="not changed", before=1), "n: p: not changed 1"),
        (RefusedDifference(name="n", path="p", change="changed", before=1, after=None), "n: p: 1 -> null"),
        (RefusedDifference(name="n", path="", change="refused", why="it is gone"), "n: it is gone"),
    ],
)
def test_a_difference_in_words(difference: RefusedDifference, text: str) -> None:
    assert str(difference) == text


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("", ()),
        ("it  broke", ("it broke",)),
        ("it broke\nassert 4 < 3\n  +  where", ("it broke",)),
        ("assert 4 < 3\n  - a\n\n  + b\nit broke", ("assert 4 < 3", "it broke")),
        ("a: assert 4 < 3\n  - a\nb: broke", ("a: assert 4 < 3", "b: broke")),
        ("first: \nit broke\n---\nlast", ("it broke", "last")),
        ("  indented", ("indented",)),
    ],
)
def test_lines_that_each_name_a_failure(message: str, lines: tuple[str, ...]) -> None:
    assert CheckFailure(message=message).lines == lines


@pytest.mark.parametrize(
    ("message", "hidden"),
    [
        ("it broke", ""),
        ("x" * (LONGEST_MESSAGE - 1), ""),
        ("x" * LONGEST_MESSAGE, "its message was cut"),
        ("E: x (1 sub-exception)", "a group of exceptions"),
        ("E: x (12 sub-exceptions)", "a group of exceptions"),
    ],
)
def test_what_a_message_hides(message: str, hidden: str) -> None:
    found = CheckFailure(message=message).hidden
    assert hidden in found
    assert bool(found) is bool(hidden)
