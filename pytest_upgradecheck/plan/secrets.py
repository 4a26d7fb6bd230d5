"""Secrets that cannot be masked, because they are ordinary words in this plan or in the record.

A secret is masked wherever it occurs. One that occurs in the name of a product or step, or in a word of the record,
would change what these are called, and a later run could no longer find them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from pytest_upgradecheck import vocabulary
from pytest_upgradecheck.plan.document import Place, PlanSource, dotted
from pytest_upgradecheck.redaction import Redactor

_HINT = (
    "a secret is masked wherever it occurs, and masking this one would change names and words; use a longer, random "
    "value. If the secret itself is written elsewhere in the plan, write ${NAME} there"
)

#: The keys by which records and plans are read.
WORDS = frozenset({
    "allowed", "answered", "approved_by", "attachment", "attempts", "base_url", "baseline", "before", "blockers",
    "body", "boundaries", "boundary", "calibrate", "capture", "captures", "change_class", "changed", "check",
    "checks", "compare", "comparison", "comparisons", "contract", "counts", "crossed", "crossed_when", "crossing",
    "deselected", "detail", "digest", "drifted", "environment", "evidence", "exit_code", "expires", "expression",
    "fails_when", "finished_at", "format", "header", "identity", "irreversible", "max_age", "max_size",
    "media_type", "message", "migration", "migrations", "more_pages", "needs", "nodeid", "notes", "observed_at",
    "only_after", "only_before", "ordered", "outage", "owner", "paired", "phases", "plan_digest", "planned",
    "platform", "posture", "product", "publishes_truth", "pytest", "python", "rate_limit", "read_at", "read_by",
    "reading", "ready_status", "reason", "record", "record_digest", "recover_by", "refused", "release_notes",
    "remedy", "renamed", "renamed_from", "requires", "result", "retried", "reversible", "rollback",
    "rollback_boundary", "schema", "seconds", "secrets", "section", "sections", "selection", "sequence", "sha256",
    "signed_by", "signoff", "signoffs", "source", "started_at", "status", "stored", "strict", "surface", "surfaces",
    "timeout", "title", "tools", "transition", "upgrade", "upgradecheck", "value", "verdict", "version",
    "version_truth", "versions", "volatile", "waived", "waivers",
}) | {
    member.value
    for kind in vars(vocabulary).values()
    if isinstance(kind, type) and issubclass(kind, Enum)
    for member in kind
    if isinstance(member.value, str)
}  # fmt: skip

#: Ends the place of a key itself, as opposed to its value.
_KEY = ""

#: Values that name something: they may come from the environment, and must not hold a secret even so.
_NAMES = frozenset({"upgrade", "environment", "step", "product", "name", "check"})


def check_secrets(document: PlanSource) -> None:
    """Add a fault for every secret that is an ordinary word. Runs last, because fields with a fault are skipped."""
    faulty = {fault.field for fault in document.faults}
    secrets = [(place, secret) for place, secret in _secrets(document) if dotted(place) not in faulty]
    if not secrets:
        return
    texts = ((place, text) for place, text in _texts(document.data, ()) if dotted(place) not in faulty)
    words = [*WORDS, *(text for place, text in texts if _counts(document, place))]
    for place, secret in secrets:
        redactor = Redactor(_with_key(place, secret))
        if any(map(redactor.touches, words)):
            name = document.substituted.get(place, "this secret")
            document.fault(place, f"the value of {name} also occurs in other words of the plan or record", _HINT)


def names_of_secrets(document: PlanSource) -> dict[str, str]:
    """The name of each secret in messages: ``secrets[0] (${DB_PASSWORD})``."""
    names = {}
    for place, secret in _secrets(document):
        written = f" ({document.substituted[place]})" if place in document.substituted else ""
        names.update(dict.fromkeys(_with_key(place, secret), f"{dotted(place)}{written}"))
    return names


def _secrets(document: PlanSource) -> Iterator[tuple[Place, str]]:
    for place, text in _texts(document.data, ()):
        if _is_secret(place) and place not in document.dropped and text.strip():
            yield place, text


def _with_key(place: Place, secret: str) -> tuple[str, ...]:
    """A secret, and of the ``Bearer KEY`` in a header the key alone."""
    return (secret, secret.rpartition(" ")[2]) if place[:1] != ("secrets",) else (secret,)


def _is_secret(place: Place) -> bool:
    return place[-1:] != (_KEY,) and (place[:1] == ("secrets",) or place[-2:] == ("auth", "value"))


def _counts(document: PlanSource, place: Place) -> bool:
    """Whether a text is the plan's own: what comes from the environment may well hold a secret, unless it is a name."""
    if _is_secret(place):
        return False
    return place not in document.substituted or place[-1] in _NAMES or place[:1] == ("signoffs",)


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text of the plan, and every key, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*place, key, _KEY), key
            yield from _texts(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))
