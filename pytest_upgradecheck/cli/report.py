"""``upgradecheck report``: the verification report of a record, also of a killed run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.files import write_text
from pytest_upgradecheck.record import find_record, read_as_far_as_possible
from pytest_upgradecheck.report import REPORT_FILE, View, ctrf, markdown, page, view_of

#: What is printed instead of being written to a file.
STANDARD_OUTPUT = "-"


def report(record: Path, *, output: str | None, form: str) -> int:
    """Write it, and say where; 0, or 1 where the record's verdict cannot be believed and the report says so."""
    path = find_record(record)
    view = view_of(read_as_far_as_possible(path))
    if output is None:
        output = str(path.with_name(REPORT_FILE)) if form == "html" else STANDARD_OUTPUT
    beside = path.parent if output == STANDARD_OUTPUT else Path(output).resolve().parent
    pieces = _pieces(view, form, beside)
    if output == STANDARD_OUTPUT:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    else:
        try:
            write_text(Path(output), pieces)
        except OSError as error:
            raise RecordError(f"{output}: the report cannot be written: {error.strerror or error}") from None
        print(f"{output}: {view.document.verdict}")
    if view.doubt is not None:
        print(f"{view.doubt.kind.replace('-', ' ')}: {view.doubt.message}", file=sys.stderr)
        return 1
    return 0


def _pieces(view: View, form: str, beside: Path) -> Iterable[str]:
    if form == "markdown":
        return [markdown(view)]
    return [ctrf(view)] if form == "ctrf" else page(view, beside=beside)
