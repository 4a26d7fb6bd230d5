"""Missing evidence among the soft assertions of pytest-check, which keeps only the text of an exception."""

from __future__ import annotations

import re

import pytest

from pytest_upgradecheck import errors
from pytest_upgradecheck.errors import EvidenceMissing

_BLOCK = "FAILURE: "
_COUNT = re.compile(r"^Failed Checks: (\d+)", re.MULTILINE)
_NAMES = "|".join(
    name for name, error in vars(errors).items() if isinstance(error, type) and issubclass(error, EvidenceMissing)
)
_RAISED = re.compile(rf"^{re.escape(errors.__name__)}\.(?:{_NAMES}): ", re.MULTILINE)


def missing_in_soft_checks(report: pytest.TestReport) -> str | None:
    """The missing evidence, if all failed soft assertions of this check are missing evidence; else None.

    pytest-check shows the type of an exception with the first failures only; the others count if they say the same.
    """
    text = report.longreprtext
    count = _COUNT.search(text)
    blocks = text.partition("-" * 60)[0].split(_BLOCK)[1:]
    if count is None or len(blocks) != int(count[1]):
        return None
    missing = {block.partition("\n")[0].strip() for block in blocks if _RAISED.search(block)}
    if all(block.partition("\n")[0].strip() in missing for block in blocks):
        return "\n".join(sorted(missing)) or None
    return None
