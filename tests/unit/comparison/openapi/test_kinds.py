"""The page of the documentation lists every kind of change, as the code judges it."""

from __future__ import annotations

from pathlib import Path

from pytest_upgradecheck.comparison.openapi import ABOUT, ACCEPTABLE, Kind

PAGE = Path(__file__).parents[4] / "docs" / "openapi.md"
BEGIN, END = "<!-- kinds -->\n", "<!-- end of kinds -->"


def table() -> str:
    """The table of kinds. Write it into the page with `python -m tests.unit.comparison.openapi.test_kinds`."""
    rows = [f"| `{kind}` | {about.severity.value} | {about.where} | {about.reason} |" for kind, about in ABOUT.items()]
    return "\n".join(["| change | is | where | reason |", "|---|---|---|---|", *rows, ""])


def test_page_is_current() -> None:
    page = PAGE.read_text("utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0] == table()


def test_every_kind_has_its_row() -> None:
    assert list(ABOUT) == list(Kind)
    assert "path-removed" in ACCEPTABLE
    assert "not-judged" in ACCEPTABLE
    assert "field-added" not in ACCEPTABLE


if __name__ == "__main__":
    start, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(start + BEGIN + table() + END + rest.partition(END)[2], "utf-8")
