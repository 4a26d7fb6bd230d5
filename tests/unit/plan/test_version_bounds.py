"""Versions within bounds, where a letter after a version means later for some products, and earlier for others."""

from __future__ import annotations

import pytest

from pytest_upgradecheck.plan.version_bounds import satisfies

LETTERS = ["a", "b", "c", "A", "-a", ".b", "a1", "b2"]


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("<=17.9.4", None),
        (">=17.9.4", None),
        (">17.9.4", None),
        ("~=17.9.4", None),
        (">=15,<=17.9.4", None),
        ("<17.9.4", False),
        ("==17.9.4", False),
        ("!=17.9.4", True),
        ("==17.9.*", True),
        ("<17.9.5", True),
        (">=17.9.3,<18", True),
        (">=18", False),
    ],
)
def test_letter_after_a_version_is_judged_only_where_its_meaning_does_not_matter(
    letter: str, bounds: str, expected: bool | None
) -> None:
    assert satisfies(f"17.9.4{letter}", bounds) is expected


@pytest.mark.parametrize(
    ("version", "bounds", "expected"),
    [
        ("1.1.1", ">=1.1.1c", None),
        ("1.1.1", "<=1.1.1c,>1", None),
        ("1.1.1b", ">=1.1.1c", False),
        ("1.1.1c", ">= 1.1.1c , <3", True),
        ("1.1.1c", "==1.1.1c", True),
        ("1.1.2", ">=1.1.1c", True),
        ("2024b", ">=2024a", True),
        ("2024a", ">=2024", None),
    ],
)
def test_letter_in_the_bounds(version: str, bounds: str, expected: bool | None) -> None:
    assert satisfies(version, bounds) is expected


@pytest.mark.parametrize("version", ["2.0rc1", "2.0-beta", "2.0alpha2", "2.0.dev3"])
def test_words_for_what_comes_before_a_release_are_no_riddle(version: str) -> None:
    assert satisfies(version, ">=2.0") is False
    assert satisfies(version, "<=2.0") is True


@pytest.mark.parametrize("version", ["1.1.1k", "latest", "", "9.6p1"])
def test_what_bounds_cannot_judge(version: str) -> None:
    with pytest.raises(ValueError, match=version or "Invalid"):
        satisfies(version, ">=1")
