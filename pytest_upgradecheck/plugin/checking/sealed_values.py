"""Captured values without secrets: a seal in the place of each, so that a change of a secret is still a change."""

from __future__ import annotations

from typing import Any

from pytest_upgradecheck.comparison.values import BytesDigest, Unordered
from pytest_upgradecheck.plugin.checking.session import UpgradeSession
from pytest_upgradecheck.redaction import Redactor, is_sealed


def sealed(value: Any, session: UpgradeSession) -> Any:
    """A captured value with seals, as the record holds it; both sides of a comparison have them."""
    if not session.plan.secrets:
        return value
    of_bytes = {BytesDigest.of(secret.encode()): secret for secret in session.plan.secrets}
    return _sealed(value, session.redactor, of_bytes)


def _sealed(value: Any, redactor: Redactor, of_bytes: dict[BytesDigest, str]) -> Any:
    if isinstance(value, Unordered):
        return Unordered([_sealed(item, redactor, of_bytes) for item in value.items])
    if isinstance(value, dict):
        names = redactor.sealed(dict.fromkeys(value))
        return {name: _sealed(item, redactor, of_bytes) for name, item in zip(names, value.values(), strict=True)}
    if isinstance(value, list):
        return [_sealed(item, redactor, of_bytes) for item in value]
    if isinstance(value, BytesDigest):  # its digest has no salt, so a short secret could be guessed from it
        return redactor.sealed(of_bytes.get(value, value))
    return redactor.sealed(value)


def readable(value: Any, redactor: Redactor) -> Any:
    """A captured value for a check to read: texts with seals are equal to the secrets that were captured."""
    if isinstance(value, str):
        return SealedText.of(value, redactor) if is_sealed(value) else value
    if isinstance(value, dict):
        return {name: readable(item, redactor) for name, item in value.items()}
    if isinstance(value, list):
        return [readable(item, redactor) for item in value]
    return value


class SealedText(str):
    """A captured text whose secrets the record does not hold. It shows seals, and is equal to the text captured."""

    _redactor: Redactor

    @classmethod
    def of(cls, text: str, redactor: Redactor) -> SealedText:
        """The text, which can tell whether another one has the same secrets in it."""
        made = cls(text)
        made._redactor = redactor
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (str, int)) and str.__eq__(self, self._redactor.sealed_text(str(other)))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # equal texts would have different hashes
