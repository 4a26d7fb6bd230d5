"""What a platform says, as messages show it."""

from __future__ import annotations

import pytest

from pytest_upgradecheck.redaction import Redactor
from pytest_upgradecheck.truth.excerpts import excerpt, printable, quoted, telling_excerpt


def test_excerpt_is_one_short_line() -> None:
    assert excerpt({"a": [1, "ü"]}) == '{"a": [1, "ü"]}'
    assert excerpt("two\nlines and\ttabs") == "two lines and tabs"
    assert excerpt("x" * 1000) == "x" * 117 + "..."
    assert excerpt("\n" * 1000) == ""
    assert quoted("a") == '"a"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[Hverdict: PROCEED\x07", "\\x1b[2J\\x1b[Hverdict: PROCEED\\x07"),
        ("\x9b31mred", "\\x9b31mred"),
        ("right\u202eto left", "right\\u202eto left"),
        ("bell\x07 and \x00", "bell\\x07 and \\x00"),
        ("over\rwritten\x08", "over written\\x08"),
        ("half \ud800", "half \\ud800"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("ü is printable", "ü is printable"),
    ],
)
def test_control_characters_are_shown_not_sent(text: str, shown: str) -> None:
    assert printable(text) == excerpt(text) == telling_excerpt(text) == shown


@pytest.mark.parametrize("padding", range(100, 125))
def test_secret_never_shows_not_even_cut_in_two(padding: int) -> None:
    assert "key" not in excerpt("-" * padding + "key-4711-secret", Redactor(["key-4711-secret"]))


def test_long_text_is_shown_by_the_lines_that_name_a_failure() -> None:
    checks = [f"[+]check-{number} ok" for number in range(100)]
    checks[70] = "[-]etcd failed: reason withheld"
    text = "\n".join([*checks, "readyz check failed"])
    assert telling_excerpt(text) == "[-]etcd failed: reason withheld readyz check failed"
    assert telling_excerpt("[+]ping ok\n[-]etcd failed") == "[+]ping ok [-]etcd failed"
    assert telling_excerpt("x" * 1000) == "x" * 297 + "..."
