"""``upgradecheck gate``: one verdict over the records of a stack's suites, as a table, JSON or Markdown."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pytest_upgradecheck.cli.options import RECORD_HELP, choices, length_of_time, one_of
from pytest_upgradecheck.cli.output import require_writable, write_output
from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.files import Output, resolved
from pytest_upgradecheck.gate import StackVerdict, judge_stack, plan_of, read_entry
from pytest_upgradecheck.plan import find_plan, load_plan
from pytest_upgradecheck.times import utc_now
from pytest_upgradecheck.vocabulary import Phase

HELP = "give one verdict for a stack, from the records of its products' suites"

_PHASES = ("pre", "post", "rollback")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("records", type=Path, nargs="+", metavar="RECORD", help=RECORD_HELP)
    parser.add_argument(
        "--plan",
        type=Path,
        metavar="FILE",
        help="the plan of the stack (default: the plan that all records share, else the nearest upgrade.yaml)",
    )
    parser.add_argument(
        "--phase", type=one_of(*_PHASES), required=True, metavar="PHASE", help=f"one of: {choices(_PHASES)}"
    )
    parser.add_argument(
        "--max-age", type=length_of_time, default="24h", metavar="AGE", help="how old a verdict may be (default: 24h)"
    )
    parser.add_argument("--format", type=one_of(*FORMATS), default="text", help=f"one of: {choices(FORMATS)}")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: print it)")


def run(arguments: argparse.Namespace) -> int:
    """Judge the stack."""
    return gate(
        arguments.records,
        plan=arguments.plan,
        phase=Phase(arguments.phase),
        max_age=arguments.max_age,
        form=arguments.format,
        out=arguments.out,
    )


def gate(
    records: Sequence[Path], *, plan: Path | None, phase: Phase, max_age: timedelta, form: str, out: Path | None
) -> int:
    """Print the stack's verdict, and return its exit code, which is that of a run."""
    if out is not None:
        require_writable(out, Output.GATE, "--out")
    named = [resolved(record) for record in records]
    if len(set(named)) < len(named):
        raise NotPossible("a record is named twice; name each record once")
    entries = [read_entry(record) for record in records]
    verdict = judge_stack(
        entries,
        _stack_plan(plan, plan_of(entries)),
        phase=phase,
        now=utc_now(),
        max_age=max_age,
    )
    text = FORMATS[form](verdict)
    if out is None:
        print(text)
    else:
        write_output(out, [f"{text}\n"], Output.GATE, "--out")
        print(f"verdict: {verdict.decision.value.upper()} ({out})")
    return verdict.decision.exit_code


def _stack_plan(file: Path | None, shared: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The plan that was named, else the one that all records share, else the nearest."""
    if file is None and shared is not None:
        return shared
    path = file or find_plan(Path.cwd(), Path(Path.cwd().anchor))
    if path is None:
        raise NotPossible(
            "the records do not share one plan, and there is no upgrade.yaml here or in a folder above: name the plan "
            "of the whole stack with --plan; the records are checked against its sequence"
        )
    return load_plan(path, os.environ, shown_as=str(file or path)).public()


def _text(verdict: StackVerdict) -> str:
    return "\n".join(_text_lines(verdict))


def _text_lines(verdict: StackVerdict) -> Iterator[str]:
    document = verdict.to_dict()
    yield f"verdict: {document['verdict'].upper()}"
    yield f"{document['title']}, {document['environment']}, phase {document['phase']}"
    yield f"{document['reason']}."
    yield ""
    yield from _aligned([_HEADINGS, *_rows(document)])
    if document["blockers"]:
        yield ""
        yield "blockers:"
    for blocker in document["blockers"]:
        about = ", ".join(filter(None, (blocker["step"] and f"step {blocker['step']}", blocker["record"])))
        owner = f" [{blocker['owner']}]" if blocker["owner"] else ""
        yield f"  {blocker['kind']}: {about}{': ' if about else ''}{blocker['message']}{owner}"


def _markdown(verdict: StackVerdict) -> str:
    return "\n".join(_markdown_lines(verdict))


def _markdown_lines(verdict: StackVerdict) -> Iterator[str]:
    document = verdict.to_dict()
    yield f"## Verdict: {document['verdict']}"
    yield ""
    yield f"{_cell(document['title'])}, {_cell(document['environment'])}, phase {document['phase']}"
    yield ""
    yield f"{_cell(document['reason'])}."
    yield ""
    yield f"| {' | '.join(_HEADINGS)} |"
    yield f"|{' --- |' * len(_HEADINGS)}"
    for row in _rows(document):
        yield f"| {' | '.join(map(_cell, row))} |"
    if document["blockers"]:
        yield ""
        yield "### Blockers"
        yield ""
    for blocker in document["blockers"]:
        about = ", ".join(filter(None, (blocker["step"] and f"step {blocker['step']}", blocker["record"])))
        owner = f" ({_cell(blocker['owner'])})" if blocker["owner"] else ""
        yield f"- **{blocker['kind']}** {_cell(about)}: {_cell(blocker['message'])}{owner}"


_HEADINGS = ("step", "product", "move", "verdict", "finished (UTC)", "record", "owner")


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for step in document["steps"]:
        finished = (step["finished_at"] or "").replace("T", " ")[:19] or "-"
        move = f"{step['from']} -> {step['to']}"
        verdict, record = step["verdict"] or "not verified", step["record"] or "-"
        yield step["step"], step["product"], move, verdict, finished, record, step["owner"] or "-"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(text: str) -> str:
    """A text that Markdown shows as it is, in a cell of a table too."""
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|~" else character for character in line)


FORMATS: dict[str, Callable[[StackVerdict], str]] = {
    "text": _text,
    "json": lambda verdict: json.dumps(verdict.to_dict(), indent=2),
    "markdown": _markdown,
}
