"""The ``attach`` fixture of a check."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse, EvidenceMissing, RecordError, raised_on_purpose
from pytest_upgradecheck.foreign_text import safe_line
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.record import LARGEST_ATTACHMENT, Attachment

__tracebackhide__ = raised_on_purpose

_LONGEST_NAME = 200
_LONGEST_SHOWN = 80
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")


class Attach:
    """Add evidence to the record and to the report of a check, whether the check passes or fails.

    ``attach("answer", response.json())``, ``attach("log", text)``, ``attach("page", png, "image/png")``: the content is
    bytes, a text, or a value that JSON can hold. The default media types are ``application/octet-stream``,
    ``text/plain`` and ``application/json``. Raises `CheckMisuse` for content that cannot be attached, `EvidenceMissing`
    if the disk refuses it.
    """

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check

    def __call__(self, name: Any, content: Any, media_type: Any = None) -> None:
        """Attach ``content`` under a name for people to read."""
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
            raise CheckMisuse(f"attach: expected a name of 1 to {_LONGEST_NAME} characters, found {self._shown(name)}")
        called = f"attach({self._shown(name)})"
        data, default = self._bytes_of(called, content)
        kind = default if media_type is None else media_type
        plain_kind = kind.partition(";")[0].strip().lower() if isinstance(kind, str) else ""
        if not _MEDIA_TYPE.fullmatch(plain_kind):
            raise CheckMisuse(f"{called}: expected a media type such as 'text/plain', found {self._shown(media_type)}")
        if len(data) > LARGEST_ATTACHMENT:
            raise CheckMisuse(
                f"{called}: the content has {len(data):,} bytes, the limit is {LARGEST_ATTACHMENT:,}: a record travels "
                "between CI jobs. Attach only the part that proves something"
            )
        try:
            kept = Attachment.keep(
                data,
                self._session.folder,
                check=self._check.id,
                name=safe_line(self._session.redactor.text(name)),
                media_type=plain_kind,
            )
        except RecordError as error:
            raise EvidenceMissing(f"{called}: {error}") from None
        self._session.notes.attachments.append(kept.to_dict())

    def _bytes_of(self, called: str, content: Any) -> tuple[bytes, str]:
        """The content with masks, and its default media type."""
        redactor = self._session.redactor
        if isinstance(content, (bytes, bytearray, memoryview)):
            data = bytes(content)
            try:
                return redactor.text(data.decode("utf-8")).encode("utf-8"), "application/octet-stream"
            except UnicodeDecodeError:
                pass
            text = data.decode("latin-1")
            if redactor.touches(text) or redactor.touches(text.replace("\0", "")):  # UTF-16 has a zero in every letter
                raise CheckMisuse(f"{called}: the content contains a secret, which cannot be masked in binary data")
            return data, "application/octet-stream"
        if isinstance(content, str):
            return redactor.text(content).encode("utf-8", "backslashreplace"), "text/plain"
        try:
            text = json.dumps(redactor.value(content), indent=2, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise CheckMisuse(
                f"{called}: the content must be bytes, a text, or a value that JSON can hold: {error}"
            ) from None
        return text.encode("utf-8", "backslashreplace"), "application/json"

    def _shown(self, value: object) -> str:
        """A value in a message; masked before it is cut, for half a secret is not recognized."""
        return self._session.redactor.text(repr(value))[:_LONGEST_SHOWN]
