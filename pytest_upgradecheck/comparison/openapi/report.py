"""A comparison as text and as data, for a person at a terminal and for other tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_upgradecheck.comparison.openapi.changes import Line, in_lines
from pytest_upgradecheck.comparison.openapi.contract import ContractComparison
from pytest_upgradecheck.comparison.openapi.kinds import Severity

SIGNS = {Severity.BREAKING: "!", Severity.NOT_JUDGED: "?", Severity.COMPATIBLE: "+"}
#: A screenful.
_LINES = 30


def in_words(comparison: ContractComparison) -> str:
    """The counts: `3 breaking changes, 1 not judged, 12 compatible`."""
    breaking, unjudged, compatible = (len(comparison.of(severity)) for severity in Severity)
    said = [f"{breaking:,} breaking {'change' if breaking == 1 else 'changes'}"]
    said += [f"{unjudged:,} not judged"] if unjudged else []
    said += [f"{compatible:,} compatible", *([f"{len(comparison.accepted):,} accepted"] if comparison.accepted else [])]
    return ", ".join(said)


def as_text(comparison: ContractComparison, *, whole: bool) -> str:
    """The counts, then a line for each change: all of them, or a screenful of those that are not compatible."""
    told = in_lines([each for each in comparison.changes if whole or each.severity is not Severity.COMPATIBLE])
    shown: Sequence[Line] = told if whole or len(told) < _LINES else told[: _LINES - 2]
    lines = [in_words(comparison), *(f"{SIGNS[line.severity]} {line}" for line in shown)]
    if len(shown) < len(told):
        lines.append(f"... and {len(told) - len(shown):,} more; --all shows them")
    if whole:
        lines += [f"= {each}" for each in comparison.accepted]
    lines += [f"- the acceptance of {each} matched nothing, or has expired" for each in comparison.unused]
    return "\n".join(lines)


def as_data(comparison: ContractComparison) -> dict[str, Any]:
    """Everything, for JSON."""
    return {
        "counts": {severity.value.replace(" ", "_"): len(comparison.of(severity)) for severity in Severity},
        "changes": [change.to_dict() for change in comparison.changes],
        "accepted": [
            each.change.to_dict() | {"reason": each.acceptance.reason, "by": each.acceptance.by}
            for each in comparison.accepted
        ],
        "unused": [{"change": each.change, "at": each.at} for each in comparison.unused],
    }
