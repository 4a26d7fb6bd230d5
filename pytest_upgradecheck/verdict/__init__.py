"""Facts in, verdict out: ``decide`` has the table, ``document`` is `verdict.json`, ``facts`` judges a run."""

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
