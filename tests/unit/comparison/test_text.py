"""What a person reads: at most a screenful, counts first, before and after side by side."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.comparison import Terms, compare, explain
from pytest_upgradecheck.comparison.text import LINES, WIDTH, elided, shown


def registry(count: int) -> dict[str, Any]:
    contracts = [{"name": f"partner-{n:05}", "release": "2026.10", "routes": [f"GET /{n}"]} for n in range(count)]
    return {"contracts": contracts}


def test_ten_thousand_contracts_one_removed_a_hundred_changed() -> None:
    before, after = registry(10_000), registry(10_000)
    for number in range(100):
        after["contracts"][number]["release"] = "2026.11"
    del after["contracts"][5_000]
    after["contracts"].reverse()
    comparison = compare(before, after)
    assert len(comparison.differences) == 101
    lines = explain(comparison).splitlines()
    assert lines[:5] == [
        "1 removed, 100 changed",
        "contracts: 10,000 before, 9,999 after, paired by name, found by itself",
        '- contracts[name=partner-05000]: {"name": "partner-05000", "release": "2026.10", "routes": ["GET /5000"]}',
        "~ contracts[].release: 100 changed",
        '    name=partner-00000  "2026.10"  ->  "2026.11"',
    ]
    assert lines[-1] == "    ... and 75 more"
    assert len(lines) == LINES


def test_values_that_left_a_list_stand_in_the_row_of_its_item() -> None:
    before = [{"id": n, "tags": ["a", "b", "c"]} for n in range(3)]
    after = [{"id": n, "tags": ["a"]} for n in range(3)]
    assert explain(compare(before, after)).splitlines() == [
        "6 removed",
        "the list: 3 before, 3 after, paired by id, found by itself",
        "- [].tags[]: 6 removed, of 3 items",
        '    id=0  "b", "c"',
        '    id=1  "b", "c"',
        '    id=2  "b", "c"',
    ]


def test_never_more_than_a_screenful() -> None:
    before = {f"m{n}": {"v": [str(n)] * 3, "w": "x" * n} for n in range(300)}
    after = {f"m{n}": {"v": {"y": n}, "w": "z" * n} for n in range(100, 500)}
    lines = explain(compare(before, after)).splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert lines[-1].startswith("... and ")


def test_long_values_are_elided_in_the_middle_and_stay_side_by_side() -> None:
    before = [{"id": n, "text": "a" * 300 + "1"} for n in range(3)]
    after = [{"id": n, "text": "a" * 300 + "2"} for n in range(3)]
    rows = explain(compare(before, after)).splitlines()[3:]
    assert [row.index("->") for row in rows] == [rows[0].index("->")] * 3
    assert all(".." in row and 'a1"' in row and row.endswith('a2"') for row in rows)
    assert elided("abcdefghij", 7) == "ab...ij"


def test_what_may_differ_is_counted_not_shown() -> None:
    shown = explain(compare({"a": 1}, {"b": 2, "c": 3}, Terms.of(rule="additions-only")))
    assert shown == "1 removed; 2 allowed differences\n- a: 1"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("paypal", "pаypal", "differ at character 2: U+0061 LATIN SMALL LETTER A and U+0430 CYRILLIC SMALL LETTER A"),
        ("café", "cafe\u0301", "they differ only in Unicode normal form"),
        ("a b", "a\u00a0b", "U+0020 SPACE and U+00A0 NO-BREAK SPACE"),
    ],
)
def test_look_alikes_are_told_apart(before: str, after: str, says: str) -> None:
    assert says in explain(compare({"v": before}, {"v": after}))


def test_nothing_in_a_value_moves_the_cursor_or_turns_the_line() -> None:
    text = explain(compare({"a\x1b[2J": 1}, {"b\u202e": "\x1b]0;x\x07\u200b\ud800\n"}))
    assert all(each.isprintable() for each in text.splitlines())
    assert shown("\u202e") == '"\\u202e"'
