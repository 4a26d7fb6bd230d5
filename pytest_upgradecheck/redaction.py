"""Keeping secrets out of everything that is written or shown."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

#: What stands where a secret stood.
MASK = "***"

_BASE64 = (base64.b64encode, base64.urlsafe_b64encode)


class Redactor:
    """Replaces every secret, in the forms a platform or a traceback may show it in, by ``***``.

    The forms: as it is, as JSON, Python or HTML escape it, percent-encoded, and in Base64.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms: set[str] = set()
        for secret in filter(None, secrets):
            python = repr(secret)[1:-1]  # what Python escapes depends on the quotes around it
            forms |= {secret, python, python.replace("'", "\\'"), _as_html(secret)}
            forms |= {json.dumps(secret, ensure_ascii=False)[1:-1], *_as_json(secret)}
            for quoted in (quote(secret, safe=""), quote(secret)):
                forms |= {quoted, re.sub("%..", lambda match: match[0].lower(), quoted)}
            # Without their padding, for some leave it out.
            forms |= {encode(secret.encode()).decode().rstrip("=") for encode in _BASE64}
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


def _as_json(secret: str) -> set[str]:
    """As encoders write it that escape more than JSON asks for: slashes, and what HTML would take for markup."""
    plain = json.dumps(secret)[1:-1]
    upper = re.sub(r"[+&<>']", lambda match: f"\\u{ord(match[0]):04X}", plain)
    lower = re.sub(r"[+&<>']", lambda match: f"\\u{ord(match[0]):04x}", plain)
    return {form for each in (plain, upper, lower) for form in (each, each.replace("/", "\\/"))}


def _as_html(secret: str) -> str:
    # The html package would do it too; its tables of entities cost more to import than all else here.
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        secret = secret.replace(sign, entity)
    return secret
