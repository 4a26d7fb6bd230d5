"""Arguments that several commands have, and the types of their values."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from pytest_upgradecheck.plan import texts
from pytest_upgradecheck.plan.quantities import duration
from pytest_upgradecheck.wording import did_you_mean

RECORD_HELP = "a record.jsonl, or a folder with one in it"
_LONGEST_LINE = 2_000


def add_plan_option(parser: argparse.ArgumentParser) -> None:
    """``--plan FILE``."""
    parser.add_argument("--plan", type=Path, metavar="FILE", help="the plan (default: the nearest upgrade.yaml)")


def add_records_option(parser: argparse.ArgumentParser) -> None:
    """``--record DIR``, where the record of a plan is looked for."""
    parser.add_argument(
        "--record",
        type=Path,
        metavar="DIR",
        help="the folder of records, as in --upgrade-record (default: the nearest .upgradecheck)",
    )


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words; the message for any other names the nearest."""

    def word(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(
                f"found {text!r}; {did_you_mean(text, words)}write one of: {choices(words)}"
            )
        return text

    return word


def choices(words: Iterable[str]) -> str:
    """Words as the help text lists them."""
    return ", ".join(words)


def length_of_time(text: str) -> timedelta:
    """A duration such as ``24h``."""
    try:
        return duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"found {text!r}; {error}") from None


def day(text: str) -> date:
    """A day such as ``2026-12-31``."""
    try:
        return texts.day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"found {text!r}; {error}") from None


def line_of_text(text: str) -> str:
    """A name or a sentence on one line."""
    line = " ".join(text.split())
    if not line or not line.isprintable() or len(line) > _LONGEST_LINE:
        raise argparse.ArgumentTypeError(
            f"write a name or a sentence of at most {_LONGEST_LINE} characters, on one line"
        )
    return line
