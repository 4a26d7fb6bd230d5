"""``upgradecheck report``: the verification report of a record, also of a killed run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.record import find_record
from pytest_upgradecheck.report import REPORT_FILE, Story, ctrf, markdown, page, read_account, tell, write_text

#: What is printed instead of being written to a file.
STANDARD_OUTPUT = "-"


def report(record: Path, *, output: str | None, form: str) -> int:
    """Write it, and say where; 0, or 1 where the record's verdict cannot be believed and the report says so."""
    path = find_record(record)
    story = tell(read_account(path))
    if output is None:
        output = str(path.with_name(REPORT_FILE)) if form == "html" else STANDARD_OUTPUT
    beside = path.parent if output == STANDARD_OUTPUT else Path(output).resolve().parent
    pieces = _pieces(story, form, beside)
    if output == STANDARD_OUTPUT:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    else:
        try:
            write_text(Path(output), pieces)
        except OSError as error:
            raise RecordError(f"{output}: the report cannot be written: {error.strerror or error}") from None
        print(f"{output}: {story.document['verdict']}")
    if story.doubt is not None:
        print(f"{story.doubt.kind.replace('-', ' ')}: {story.doubt.message}", file=sys.stderr)
        return 1
    return 0


def _pieces(story: Story, form: str, beside: Path) -> Iterable[str]:
    if form == "markdown":
        return [markdown(story)]
    return [ctrf(story)] if form == "ctrf" else page(story, beside=beside)
