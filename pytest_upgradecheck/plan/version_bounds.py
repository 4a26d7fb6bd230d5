"""Versions within the bounds that a plan states (``requires``).

Bounds are those of Python packages, where a letter after the release means *earlier*: ``1.1.1c`` is a candidate of
``1.1.1``. For many other products (OpenSSL, Cisco, tzdata) it means *later*. Where the two do not come to the same, the
answer is not known.
"""

from __future__ import annotations

import re

#: A letter that Python reads as alpha, beta or candidate; the words themselves (``rc1``, ``beta``) are no riddle.
_LETTER = re.compile(r"(?<=[0-9])[-_.]?([abc])([0-9]*)(?=\s*(?:[,+]|$))", re.IGNORECASE)


def satisfies(version: str, bounds: str) -> bool | None:
    """True if the version is within the bounds; None if that depends on what a letter in them means.

    ValueError if it is not a version that bounds can judge.
    """
    from packaging.specifiers import SpecifierSet  # only here: few plans state bounds
    from packaging.version import Version

    readings = [(version, bounds), (_as_later(version), _as_later(bounds))]
    answers = {SpecifierSet(limits).contains(Version(shown), prereleases=True) for shown, limits in readings}
    return answers.pop() if len(answers) == 1 else None


def _as_later(text: str) -> str:
    """The text with such a letter as one more number: ``1.1.1c`` as ``1.1.1.3``."""
    return _LETTER.sub(lambda letter: f".{ord(letter[1].lower()) - ord('a') + 1}.{letter[2] or 0}", text)
