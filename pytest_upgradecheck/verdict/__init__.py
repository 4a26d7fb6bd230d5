"""Facts in, verdict out: ``decide`` is the table, ``document`` what `verdict.json` holds, ``facts`` a run's verdict."""

from pytest_upgradecheck.verdict.decide import (
    Blocker,
    CheckFact,
    Facts,
    Note,
    Section,
    Verdict,
    counted,
    decide,
    in_words,
    overridden,
)
from pytest_upgradecheck.verdict.document import Identity, StepState, VerdictDocument, WaivedFailure
from pytest_upgradecheck.vocabulary import Decision, Result, Transition

__all__ = [
    "Blocker",
    "CheckFact",
    "Decision",
    "Facts",
    "Identity",
    "Note",
    "Result",
    "Section",
    "StepState",
    "Transition",
    "Verdict",
    "VerdictDocument",
    "WaivedFailure",
    "counted",
    "decide",
    "in_words",
    "overridden",
]
