"""``upgradecheck report``: the verification report of a record, even if its run was killed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from pytest_upgradecheck.cli.options import RECORD_HELP, choices, one_of
from pytest_upgradecheck.cli.output import require_writable, write_output
from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.files import REPORT_FILE, Output
from pytest_upgradecheck.record import find_record, read_as_far_as_possible
from pytest_upgradecheck.report import View, ctrf, markdown, page, view_of

HELP = "write the verification report of a record, even if its run was killed"

#: As a file name: print the report instead.
STANDARD_OUTPUT = "-"

_FORMATS = {"html": Output.PAGE, "markdown": Output.SUMMARY, "ctrf": Output.CTRF}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("record", type=Path, metavar="RECORD", help=RECORD_HELP)
    parser.add_argument(
        "--output", metavar="FILE", help="where to write it, - to print it (default: next to the record, if it is HTML)"
    )
    parser.add_argument("--format", type=one_of(*_FORMATS), default="html", help=f"one of: {choices(_FORMATS)}")


def run(arguments: argparse.Namespace) -> int:
    """Write the report."""
    return report(arguments.record, output=arguments.output, form=arguments.format)


def report(record: Path, *, output: str | None, form: str) -> int:
    """Write the report and say where. Returns 0, or 1 if the report says that the verdict cannot be believed."""
    path = find_record(record)
    if output is None:
        output = str(path.with_name(REPORT_FILE)) if form == "html" else STANDARD_OUTPUT
    if output != STANDARD_OUTPUT:
        require_writable(Path(output), _FORMATS[form], "--output")
    try:
        view = view_of(read_as_far_as_possible(path))
    except RecordError:
        if output != STANDARD_OUTPUT:
            Path(output).unlink(missing_ok=True)  # an earlier page, which may be green, is not of this record
        raise
    beside = path.parent if output == STANDARD_OUTPUT else Path(output).resolve().parent
    pieces = _pieces(view, form, beside)
    if output == STANDARD_OUTPUT:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    else:
        write_output(Path(output), pieces, _FORMATS[form], "--output")
        print(f"{output}: {view.document.verdict}")
    if view.doubt is not None:
        print(f"{view.doubt.kind.replace('-', ' ')}: {view.doubt.message}", file=sys.stderr)
        return 1
    return 0


def _pieces(view: View, form: str, beside: Path) -> Iterable[str]:
    if form == "markdown":
        return [markdown(view)]
    return [ctrf(view)] if form == "ctrf" else page(view, beside=beside)
