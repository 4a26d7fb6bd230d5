"""What the ``attach`` fixture hands to a check."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_upgradecheck.checklist.check import Check
from pytest_upgradecheck.errors import CheckMisuse, EvidenceMissing, RecordError, raised_on_purpose
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.record import LARGEST_ATTACHMENT, Attachment

__tracebackhide__ = raised_on_purpose

_LONGEST_NAME = 200
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")


class Attach:
    """Attaches evidence to a check; it stands in the record and in the report, whatever becomes of the check.

    ``attach("answer", response.json())``, ``attach("log", text)``, ``attach("page", png, "image/png")``: bytes, a text,
    or what JSON knows. Without a media type these are ``application/octet-stream``, ``text/plain`` and
    ``application/json``. `CheckMisuse` for what cannot be attached; `EvidenceMissing` where the disk refuses it.
    """

    def __init__(self, session: UpgradeSession, check: Check) -> None:
        self._session = session
        self._check = check

    def __call__(self, name: Any, content: Any, media_type: Any = None) -> None:
        """Attach ``content`` under a name for people to read."""
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
            raise CheckMisuse(f"attach: a name is a text of 1 to {_LONGEST_NAME} characters, and this is {name!r:.80}")
        data, usual = self._bytes_of(name, content)
        kind = usual if media_type is None else media_type
        if not isinstance(kind, str) or not _MEDIA_TYPE.fullmatch(kind.partition(";")[0].strip().lower()):
            raise CheckMisuse(f"attach({name!r}): a media type reads like 'text/plain', and this is {media_type!r:.80}")
        if len(data) > LARGEST_ATTACHMENT:
            raise CheckMisuse(
                f"attach({name!r}): it has {len(data):,} bytes, and {LARGEST_ATTACHMENT:,} are allowed: a record "
                "travels between CI jobs; attach the part that proves something"
            )
        try:
            kept = Attachment.keep(
                data,
                self._session.folder,
                check=self._check.id,
                name=self._session.redactor.text(name),
                media_type=kind.partition(";")[0].strip().lower(),
            )
        except RecordError as error:
            raise EvidenceMissing(f"attach({name!r}): {error}") from None
        self._session.notes.attachments.append(kept.to_dict())

    def _bytes_of(self, name: str, content: Any) -> tuple[bytes, str]:
        """The content without secrets, and its media type where the check gives none."""
        redactor = self._session.redactor
        if isinstance(content, (bytes, bytearray, memoryview)):
            data = bytes(content)
            try:
                return redactor.text(data.decode("utf-8")).encode("utf-8"), "application/octet-stream"
            except UnicodeDecodeError:
                pass
            if redactor.touches(data.decode("latin-1")):
                raise CheckMisuse(f"attach({name!r}): it holds the platform's key, which cannot be masked in bytes")
            return data, "application/octet-stream"
        if isinstance(content, str):
            return redactor.text(content).encode("utf-8", "backslashreplace"), "text/plain"
        try:
            text = json.dumps(redactor.value(content), indent=2, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise CheckMisuse(f"attach({name!r}): bytes, a text, or what JSON knows can be attached: {error}") from None
        return text.encode("utf-8", "backslashreplace"), "application/json"
