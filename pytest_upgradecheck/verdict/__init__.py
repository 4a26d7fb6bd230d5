"""Facts in, verdict out."""

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
    transition_of,
)
from pytest_upgradecheck.vocabulary import Decision, Result, Transition

__all__ = [
    "Blocker",
    "CheckFact",
    "Decision",
    "Facts",
    "Note",
    "Result",
    "Section",
    "Transition",
    "Verdict",
    "counted",
    "decide",
    "in_words",
    "overridden",
    "transition_of",
]
