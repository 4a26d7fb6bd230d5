"""What a person reads: at most a screenful, counts first, before and after side by side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pytest_upgradecheck.comparison import Terms, captured, compare, explain, rehearse
from pytest_upgradecheck.comparison.quoting import quoted
from pytest_upgradecheck.comparison.rendering import elided
from pytest_upgradecheck.comparison.text import LINES, WIDTH, shown


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


@pytest.mark.parametrize("lost_first", [1, 2, LINES, 2 * LINES, 40 * LINES])
@pytest.mark.parametrize("lost_second", [1, 2, 2 * LINES])
@pytest.mark.parametrize("change", ["removed", "added"])
def test_lists_of_any_length_lose_and_gain_items(change: str, lost_first: int, lost_second: int) -> None:
    long = [{"id": n, "tags": list(map(str, range(lost + 1)))} for n, lost in enumerate((lost_first, lost_second))]
    short = [{"id": n, "tags": ["0"]} for n in range(2)]
    lines = explain(compare(*((long, short) if change == "removed" else (short, long)))).splitlines()
    assert lines[0] == f"{lost_first + lost_second:,} {change}"
    assert sum("id=0" in line for line in lines) == sum("id=1" in line for line in lines) == 1
    assert len(lines) <= LINES


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


def screen(before: Any, after: Any, **terms: Any) -> str:
    """The text, which must never take more than a screenful nor hold a character that a terminal would obey."""
    text = explain(compare(before, after, Terms.of(**terms)))
    assert sum(max(1, -(-len(line) // WIDTH)) for line in text.split("\n")) <= LINES, text
    assert all(line.isprintable() for line in text.split("\n")), text
    return text


LONG = "w" * 90


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ("q" * 100 + "X" + "q" * 100, "q" * 100 + "Y" + "q" * 100, ["Xq", "Yq"]),
        (10**150, 10**150 + 10**75, ["0001000"]),
        ([LONG + "1" + LONG], [LONG + "2" + LONG], ["w1w", "w2w"]),
        ([[LONG + "1" + LONG, 1], [LONG + "2" + LONG, 2]], [[LONG + "3" + LONG, 3]], ["w1w", "w2w", "w3w"]),
        ({"a": 1, "b": LONG + "1" + LONG}, [1, LONG + "1" + LONG], ['{"a"', "[1, "]),
        ({"n": [{"t": LONG + "1" + LONG, "f": 1.5}]}, {"n": [{"t": LONG + "2" + LONG, "f": 1.5}]}, ["w1w", "w2w"]),
        ({LONG + "1" + LONG: 1}, {LONG + "2" + LONG: 1}, ["w1w", "w2w"]),
        ("a" * 5_000, "a" * 5_001, ['a"']),
    ],
    ids=range(8),
)
def test_both_sides_never_look_the_same(before: Any, after: Any, seen: list[str]) -> None:
    text = screen({"v": before}, {"v": after})
    assert all(each in text for each in seen), text
    shown_sides = [side for line in text.split("\n") if "  ->  " in line for side in line[2:].split("  ->  ")]
    assert len(set(shown_sides)) == len(shown_sides)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({1, 2}, [1, 2]),
        ([{"x": {1, 2}}], [{"x": "{1, 2}"}]),
        ([date(2026, 1, 1)], ["2026-01-01"]),
        ([{"x": Decimal("0.1")}], [{"x": "0.1"}]),
        (Decimal("0.1"), 0.1),
        (b"a", "1 bytes"),
        (set(), {}),
        (True, 1),
    ],
)
def test_types_look_different(before: Any, after: Any) -> None:
    text = explain(compare(captured({"v": before}, "v"), captured({"v": after}, "v")))
    if "->" in text:
        one, _, other = text.partition("v: ")[2].partition("  ->  ")
        assert one != other
    else:
        assert len({line[2:] for line in text.split("\n")[1:]}) == 2, text


def test_sets_are_shown_in_the_same_order() -> None:
    assert {shown(captured({"b", "a", letter}, "v")) for letter in "abab"} == {'{"a", "b"}'}


WRAPS = [lambda text: text, lambda text: [text], lambda text: {text: 1}, lambda text: {"a": [text]}]


@pytest.mark.parametrize("wrap", WRAPS)
def test_texts_that_differ_in_normal_form_only(wrap: Any) -> None:
    text = screen({"v": wrap("café")}, {"v": wrap("cafe\u0301")})
    assert "\\u0301" in text
    assert "café" in text


def arn(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/service-role/{name}-AWSServiceRoleForAutoScalingWorkers"


@pytest.mark.parametrize("count", [2, 3, 40, 2_000])
@pytest.mark.parametrize("key", ["name", "k.e y"])
def test_what_is_lost_is_named(count: int, key: str) -> None:
    before = [{key: arn(f"role-{n}"), "v": 1.5} for n in range(count)]
    text = screen(before, [], key={"@": key})
    named = [n for n in range(count) if f"/role-{n}-" in text]
    assert len(named) >= min(count, 12)
    assert len(named) == count or f"and {count - len(named):,} more" in text
    by_name = screen({arn(f"role-{n}"): 1 for n in range(count)}, {})
    assert sum(f"/role-{n}-" in by_name for n in range(count)) >= min(count, 20)


def test_item_that_has_no_name_is_described() -> None:
    text = screen([{"a": 1.5, "b": 1, "c": None}], [{"a": 1.5, "c": None}])
    assert '- [].b: 1 (in {"a": 1.5, "b": 1, "c": null})' in text
    two = screen([{"a": 1.5, "b": 1}, {"a": 2.5, "b": 1}], [{"a": 1.5, "b": 2}, {"a": 2.5, "b": 3}])
    assert '{"a": 1.5, "b": 1}' in two
    twice = screen(
        [{"name": "x", "b": 1.5}, {"name": "x", "b": 5.5}], [{"name": "x", "b": 1.5}, {"name": "x", "b": 6.5}]
    )
    assert "~ [name=x].b: 5.5  ->  6.5" in twice


NASTY = ["\x1bcX", "\x9b2J", "\u202eevil", "\u2028", "\ud800", "a\nb", "\x00", "\u200b", "\U000e0001", "]", "[", '"',
         "=", ",", " a ", "", "a.b", "**", "*", "[]", "@", "é", "e\u0301", "\\", "3"]  # fmt: skip


@pytest.mark.parametrize("name", NASTY, ids=ascii)
def test_every_path_that_is_shown_can_be_used_as_a_rule(name: str) -> None:
    before = {"m": {name: 1}, "l": [{"id": name, "v": 1}, {"id": "other", "v": 1}], "k": [{name: "x", "v": 1}]}
    after = {"m": {name: 2}, "l": [{"id": name, "v": 2}, {"id": "other", "v": 2}], "k": [{name: "x", "v": 2}]}
    keys: dict[str, Any] = {"l": "id"} | ({"k": name} if name else {})
    screen(before, after, key=keys)
    comparison = compare(before, after, Terms.of(key=keys))
    assert len(comparison.refused) == 4
    for difference in comparison.refused:
        assert difference.path.isprintable()
        left = compare(before, after, Terms.of(key=keys, ignore=difference.path))
        assert [each.path for each in left.refused] == [
            each.path for each in comparison.refused if each is not difference
        ]
        assert compare(before, after, Terms.of(key=keys, ignore=difference.group)).unmatched == []


@pytest.mark.parametrize("name", NASTY, ids=ascii)
def test_our_own_refusals_are_printable(name: str) -> None:
    twice = {"l": [{"id": name, name: 1}, {"id": name, name: 1}]}
    for terms in (Terms.of(key="id"), Terms.of(key={"l": name or "x"}), Terms.of(rules={"l": lambda *_: name or "no"})):
        assert screen_of(explain(compare(twice, {"l": [*twice["l"], {}]}, terms)))
        for problem in rehearse(twice, terms).refused:
            assert f"{problem.path}: {problem.why}".isprintable()
    unmatched = compare({}, {}, Terms.of(ignore=quoted(name), key=name or "x")).unmatched
    assert all(text.isprintable() for text in unmatched)


def screen_of(text: str) -> bool:
    return bool(text) and all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"k" * 10_000: 1}, {"k" * 10_000: 2}),
        ([{"id": "k" * 10_000, "v": 1}, {"id": "j" * 10_000, "v": 1}], [{"id": "k" * 10_000, "v": 2}]),
        ({f"l{n}": [{"id": 1, "v": n}] for n in range(500)}, {f"l{n}": [{"id": 1, "v": -n}] for n in range(500)}),
        ({f"{'deep' * 9}{n}": {"x" * 99: {"y" * 99: {"z" * 99: n}}} for n in range(99)}, {}),
        ([{f"m{n}": float(n)} for n in range(500)], [{f"m{n}": "x" * n} for n in range(500)]),
        ([["v" * n] for n in range(300)], [["w" * n] for n in range(400)]),
    ],
    ids=range(6),
)
def test_any_input_fits_on_the_screen(before: Any, after: Any) -> None:
    assert screen(before, after)
    assert screen(after, before)
    assert screen(before, after, rules={"**": lambda *_: ["x" * 5_000] * 50})


def test_path_that_is_too_long_is_a_pattern_that_fits() -> None:
    before: Any = {"v": 1, "other": 1}
    after: Any = {"v": 2, "other": 1}
    for name in ["a" * 150, "b" * 80, "c" * 150]:
        before, after = {name: before}, {name: after}
    text = screen(before, after)
    pattern = text.split("\n")[1][2:].partition(" (")[0].partition(":")[0]
    assert compare(before, after, Terms.of(ignore=pattern)).refused == ()
