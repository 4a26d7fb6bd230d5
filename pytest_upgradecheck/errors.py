"""Everything the package raises, in one tree.

::

    UpgradecheckError
    ├── PlanError            upgrade.yaml cannot be used; carries every Fault at once
    ├── EvidenceMissing      what a check needs is not there: the run cannot tell (never a pass, never "it failed")
    │   ├── SurfaceUnread    a truth surface gave no usable answer
    │   └── BaselineMissing  the baseline does not hold what the check asks for
    ├── CheckMisuse          a check uses the plugin in a way that cannot work (a key captured twice, capture after pre)
    ├── NotAsBefore          a comparison failed; an AssertionError, too
    ├── NothingToCompare     a value that must hold something is empty; an AssertionError, too
    ├── NotReady             a surface did not become ready within its time; an AssertionError, too
    ├── MixedState           replicas of version truth disagree; an AssertionError, too
    ├── SignatureError       a key cannot be used, or an envelope is invalid or does not verify
    ├── NotPossible          a command cannot do what it was asked to do in this state
    └── RecordError          the record cannot be used
        ├── RecordDamaged    one of its lines was changed or cut
        ├── RecordForeign    it belongs to another upgrade or environment
        └── RecordBusy       another run is writing it

The domain raises these; only the pytest glue and the command line turn them into exits and reports. An
operator can act on every message: it says what was found, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class UpgradecheckError(Exception):
    """Base of everything raised on purpose by this package."""


def raised_on_purpose(excinfo: Any) -> bool:
    """Whether to hide a frame (``__tracebackhide__``) of a module that checks call: it says nothing about the check."""
    return isinstance(excinfo.value, UpgradecheckError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a plan.

    ``field`` is the path as written in YAML (``sequence[0].rollback_boundary.name``), empty for the file as a whole;
    ``line`` counts from 1 and is None if the file could not be read at all.
    """

    file: str
    line: int | None
    field: str
    found: str
    hint: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        subject = f"{where}: {self.field}: " if self.field else f"{where}: "
        return f"{subject}{self.found}; {self.hint}" if self.hint else f"{subject}{self.found}"


class PlanError(UpgradecheckError):
    """The plan cannot be used. ``faults`` holds every fault found, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        count = f"{len(faults)} faults" if len(faults) != 1 else "1 fault"
        super().__init__("\n".join([f"the plan has {count}:", *(f"  {fault}" for fault in faults)]))


class EvidenceMissing(UpgradecheckError):
    """Evidence that a check needs is missing, stale, foreign or unreadable, so the check can say neither yes nor no."""


class SurfaceUnread(EvidenceMissing):
    """A truth surface gave no usable answer.

    The message names the surface, its URL and what was received instead; it never holds a secret.
    """

    def __init__(self, surface: str, message: str) -> None:
        self.surface = surface
        super().__init__(f"{surface}: {message}")


class BaselineMissing(EvidenceMissing):
    """The baseline lacks a value; the message says which check should have captured it."""


class CheckMisuse(UpgradecheckError):
    """A check uses a fixture or marker in a way that cannot work."""


class NotAsBefore(UpgradecheckError, AssertionError):
    """A value differs from the baseline in a way that no rule allows; the message shows the difference."""


class NothingToCompare(UpgradecheckError, AssertionError):
    """A value that must hold something is empty."""


class NotReady(UpgradecheckError, AssertionError):
    """A surface was not ready, or did not answer, for as long as a check waited."""

    def __init__(self, surface: str, message: str) -> None:
        self.surface = surface
        super().__init__(f"{surface}: {message}")


class MixedState(UpgradecheckError, AssertionError):
    """Repeated readings of version truth disagree: the platform runs more than one release."""

    def __init__(self, surface: str, message: str) -> None:
        self.surface = surface
        super().__init__(f"{surface}: {message}")


class SignatureError(UpgradecheckError):
    """A key or a signed envelope cannot be used, or the signature is not that key's; never shows a private key."""


class NotPossible(UpgradecheckError):
    """A command cannot do this yet; the message says what has to be done first."""


class RecordError(UpgradecheckError):
    """The record cannot be used as it is."""


class RecordDamaged(RecordError):
    """A line of the record was changed, cut or removed. ``line`` counts from 1."""

    def __init__(self, path: str, line: int, what: str) -> None:
        self.path = path
        self.line = line
        super().__init__(f"{path}:{line}: {what}")


class RecordForeign(RecordError):
    """The record was written for another upgrade or another environment."""


class RecordBusy(RecordError):
    """Another run holds the record; the message names that run."""
