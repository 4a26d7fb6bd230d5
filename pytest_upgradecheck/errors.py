"""Everything the package raises, in one tree.

::

    UpgradecheckError
    ├── PlanError            upgrade.yaml cannot be used; carries every Fault at once
    ├── EvidenceMissing      what a check needs is not there: the run cannot tell (never a pass, never "it failed")
    │   ├── SurfaceUnread    a truth surface gave no usable answer
    │   └── BaselineMissing  the baseline does not hold what is asked of it
    ├── CheckMisuse          a check uses the plugin in a way that cannot work (a key captured twice, capture after pre)
    ├── NotAsBefore          a comparison failed; also an AssertionError, for that is what it is to a reader
    ├── NothingToCompare     a value that must hold something is empty; an AssertionError, too
    ├── NotReady             a surface that was waited for did not get ready; an AssertionError, too
    ├── MixedState           replicas of version truth disagree; an AssertionError, too
    ├── SignatureError       a key cannot be used, or an envelope is none, or does not verify
    ├── NotPossible          a command cannot do what it was asked for, as things stand
    └── RecordError          the record cannot be used
        ├── RecordDamaged    a line of it was changed or cut
        ├── RecordForeign    it belongs to another upgrade or environment
        └── RecordBusy       another run is writing it

The domain raises these; only the pytest glue and the command line turn them into exits and reports. Every message is
one that an operator can act on: it names what was found, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class UpgradecheckError(Exception):
    """Base of everything raised on purpose by this package."""


def raised_on_purpose(excinfo: Any) -> bool:
    """For ``__tracebackhide__`` of modules that checks call into: their frames say nothing about the check."""
    return isinstance(excinfo.value, UpgradecheckError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a plan.

    ``field`` is the path as written in YAML (``sequence[0].rollback_boundary.name``), empty for the file as a whole;
    ``line`` counts from 1 and is None where the file could not be read at all.
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
    """What a check needs is missing, stale, foreign or unreadable, so the check can say neither yes nor no."""


class SurfaceUnread(EvidenceMissing):
    """A truth surface gave no usable answer.

    The message names the surface, its URL and what came instead; it never holds a secret.
    """

    def __init__(self, surface: str, message: str) -> None:
        self.surface = surface
        super().__init__(f"{surface}: {message}")


class BaselineMissing(EvidenceMissing):
    """The baseline does not hold what is asked of it; the message says which check should have captured it."""


class CheckMisuse(UpgradecheckError):
    """A check uses a fixture or marker in a way that cannot work."""


class NotAsBefore(UpgradecheckError, AssertionError):
    """A value differs from the baseline in a way no rule allows; the message is the difference, fit for a person."""


class NothingToCompare(UpgradecheckError, AssertionError):
    """A value that must hold something is empty."""


class NotReady(UpgradecheckError, AssertionError):
    """A surface said no, or nothing at all, for as long as a check waited for it to get ready."""

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
    """A command cannot do what it was asked for, as things stand; the message says what has to come first."""


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
