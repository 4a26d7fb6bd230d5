"""Keeping secrets out of everything that is written or shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

#: What stands where a secret stood.
MASK = "***"


class Redactor:
    """Replaces every secret, in the forms a platform or a traceback may show it in, by ``***``.

    The forms: as it is, as JSON or Python escape it, percent-encoded, and in Base64.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms: set[str] = set()
        for secret in filter(None, secrets):
            escaped = json.dumps(secret)[1:-1]
            forms |= {secret, escaped, json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
            forms |= {quote(secret, safe=""), quote(secret), base64.b64encode(secret.encode()).decode()}
        # The longest first: a form that holds another must not be left with its ends showing.
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def touches(self, text: str) -> bool:
        """Whether a secret shows in this text."""
        return any(form in text for form in self._forms)

    def value(self, value: Any) -> Any:
        """A copy of a JSON value without secrets, in keys and in values."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        return value
