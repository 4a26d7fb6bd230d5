"""Text from a platform, made fit for a message: one short line, without secrets or control characters."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_upgradecheck.foreign_text import safe_line
from pytest_upgradecheck.redaction import Redactor

_LONGEST = 120
_NO_SECRETS = Redactor()
_TELLING = re.compile(
    r"\[-\]|fail|error|down|unavailable|unhealthy|not ready|critical|fatal|refused|timed? ?out|denied", re.IGNORECASE
)


def printable(text: str) -> str:
    """The text on one line. A control character is shown by its escape, so that it cannot rewrite a terminal."""
    return safe_line(" ".join(text.split()))


def excerpt(value: Any, redactor: Redactor = _NO_SECRETS, *, longest: int = _LONGEST) -> str:
    """The beginning of a value, as JSON unless it is a text. Secrets are masked before anything is cut."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shortened(printable(redactor.text(text)), longest)


def telling_excerpt(value: Any, redactor: Redactor = _NO_SECRETS, *, longest: int = 300) -> str:
    """The same, for an answer that says what is wrong: of a long text, the lines that name a failure come first."""
    if (
        isinstance(value, str)
        and len(value) > longest
        and (telling := list(filter(_TELLING.search, value.splitlines())))
    ):
        value = "\n".join(telling)
    return excerpt(value, redactor, longest=longest)


def shortened(text: str, longest: int) -> str:
    """The text, cut to a length."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def quoted(value: Any) -> str:
    """A JSON value as a message compares it with another: texts in quotes, short."""
    return excerpt(json.dumps(value, ensure_ascii=False, default=str), longest=60)
