"""Text of a platform on a terminal, in a report and in a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_upgradecheck.foreign_text import safe, safe_line, without_colours


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\x1b", r"\x1b"),
        ("\x00", r"\x00"),
        ("\x07", r"\x07"),
        ("\x08", r"\x08"),
        ("\x0b", r"\x0b"),
        ("\x0c", r"\x0c"),
        ("\r", r"\r"),
        ("\x7f", r"\x7f"),
        ("\x85", r"\x85"),
        ("\x9b", r"\x9b"),
        ("\u061c", r"\u061c"),
        *((chr(code), f"\\u{code:04x}") for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
        *((chr(code), f"\\u{code:04x}") for code in (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF)),
        ("\xad", r"\xad"),
        ("\u2028", r"\u2028"),
        ("\u2029", r"\u2029"),
        ("\ud800", r"\ud800"),
        ("\udcff", r"\udcff"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_character_that_does_something_is_shown_as_an_escape(character: str, shown: str) -> None:
    assert safe(f"a{character}b") == f"a{shown}b"
    assert safe_line(f"a{character}b") == f"a{shown}b"


@pytest.mark.parametrize("text", ["", "plain", "naïve 日本語 😀", "a\xa0b\u3000c", "e\u0301"])
def test_text_that_only_shows_stays(text: str) -> None:
    assert safe(text) == safe_line(text) == text


def test_layout_stays_in_a_text_and_is_shown_in_a_line() -> None:
    assert safe("a\n\tb\r\nc\rd") == "a\n\tb\nc\\rd"
    assert safe_line("a\n\tb\r\nc") == r"a\n\tb\r\nc"


def test_screen_is_not_rewritten() -> None:
    assert safe("\x1b[2J\x1b[Hverdict: PROCEED\x07") == r"\x1b[2J\x1b[Hverdict: PROCEED\x07"


def test_only_colours_are_removed() -> None:
    assert without_colours("\x1b[1;31mred\x1b[0m \x1b[2J\x1b]0;title\x07") == "red \x1b[2J\x1b]0;title\x07"


@given(st.text(st.characters()))
def test_safe_text_can_be_written_and_stays_as_it_is(text: str) -> None:
    shown = safe(text)
    shown.encode()
    assert safe(shown) == shown
    assert safe_line(text).splitlines() in ([], [safe_line(text)])
