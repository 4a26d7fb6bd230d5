"""Detection of exceptions that mean missing evidence, however they reached pytest."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_upgradecheck.errors import EvidenceMissing, UpgradecheckError


def missing_evidence(error: BaseException) -> tuple[EvidenceMissing, ...]:
    """The missing evidence that caused this exception; empty if it is a failure, wholly or in part.

    A group counts only if all of its exceptions are missing evidence: a real failure among them is a failure. An
    exception that was raised ``from`` missing evidence counts as well.
    """
    if isinstance(error, EvidenceMissing):
        return (error,)
    if isinstance(error, BaseExceptionGroup):
        return _all_missing(error.exceptions)
    if isinstance(error, UpgradecheckError) or error.__cause__ is None or error.__cause__ is error:
        return ()
    return missing_evidence(error.__cause__)


def described(errors: Iterable[BaseException]) -> dict[str, str]:
    """The message and the kind of exceptions that this package raised; empty for others."""
    distinct = list({id(error): error for error in errors}.values())
    missing = _all_missing(distinct)
    if missing:
        messages = dict.fromkeys(str(error) for error in missing)
        return {"message": "\n".join(messages), "kind": "no-evidence"}
    if len(distinct) == 1 and isinstance(distinct[0], UpgradecheckError):
        return {"message": str(distinct[0])}
    return {}


def _all_missing(errors: Iterable[BaseException]) -> tuple[EvidenceMissing, ...]:
    found: list[EvidenceMissing] = []
    for error in errors:
        missing = missing_evidence(error)
        if not missing:
            return ()
        found += missing
    return tuple(found)
