"""The plan's sequence as a picture, and the same in words.

The picture is SVG with presentation attributes only, in the colour of the text around it: it shows under a strict
Content-Security-Policy, in the light and in the dark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.verdict import VerdictDocument
from pytest_upgradecheck.vocabulary import BoundaryState
from pytest_upgradecheck.wording import listed

#: In the picture's own units.
WIDTH = 440
_RAIL = 26
_TEXT = 54
_LINE = 19
#: Small letters that fit on a line.
_ROOM, _BOLD_ROOM = 48.0, 42.0

#: Steps that a sentence names; the others are counted.
_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A line of the picture."""

    x: int
    y: int
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One step of the sequence: where its product is, and its boundary. ``moved`` is None if it is not known."""

    number: int
    step: str
    product: str
    version: str | None
    move: str
    shown: str
    moved: bool | None
    publishes_truth: bool
    boundary: Boundary | None
    we_are_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A shape of the picture: ``kind`` is moved, waiting, unknown, boundary, truth or here."""

    kind: str
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything to draw, from top to bottom, and the height."""

    height: int
    texts: Sequence[Text]
    marks: Sequence[Mark]


def stops(plan: Mapping[str, Any], document: VerdictDocument, *, unjudged: str | None = None) -> list[Stop]:
    """The steps in order. We are at the last step whose product has moved, or before the first.

    ``unjudged`` is the reason why version truth was not asked; empty if it was.
    """
    nowhere = f"not judged: {unjudged}" if unjudged else "version truth does not show where it is"
    boundaries = {boundary.step: boundary for boundary in document.boundaries}
    shown = {entry.step: entry.shown for entry in document.steps}
    moved = [step["step"] for step in plan["sequence"] if shown.get(step["step"]) == step["to"]]
    found = []
    for number, step in enumerate(plan["sequence"], start=1):
        version = shown.get(step["step"])
        found.append(
            Stop(
                number=number,
                step=step["step"],
                product=step["product"],
                version=version,
                move=f"{step['product']} {step['from']} \N{RIGHTWARDS ARROW} {step['to']}",
                shown=f"version truth shows {version}" if version else nowhere,
                moved=None if version is None else version == step["to"],
                publishes_truth=bool(step.get("publishes_truth")),
                boundary=boundaries.get(step["step"]),
                we_are_here=bool(moved) and step["step"] == moved[-1],
            )
        )
    return found


def where_we_are(found: Sequence[Stop], *, unjudged: str | None = None) -> str:
    """The position in the sequence, in one sentence."""
    here = next((stop for stop in found if stop.we_are_here), None)
    if here is not None:
        left = [stop.step for stop in found if not stop.moved]
        rest = f"; not moved: {listed(left, _NAMED)}" if left else ", the last one" if len(found) > 1 else ""
        return f"We are past step {here.step}{rest}"
    if any(stop.moved is None for stop in found):
        return f"Where we are is not known: {unjudged or 'version truth does not show it'}"
    return f"We are before the first step, {found[0].step}"


def now(found: Sequence[Stop], *, unjudged: str | None = None) -> str:
    """The position in the sequence and the reported versions, short enough for the top of a page."""
    if all(stop.version is None for stop in found):
        return unjudged or "version truth does not show it"
    here = next((stop for stop in found if stop.we_are_here), None)
    versions = [f"{stop.product} {stop.version or 'not shown'}" for stop in found]
    where = f"past step {here.step}" if here else "before the first step"
    if not here and any(stop.moved is None for stop in found):
        where = "where is not known"
    return f"{where}: {listed(versions, _NAMED)}"


def picture(found: Sequence[Stop], where: str) -> Picture:
    """Lay the steps out, one below the other, and ``where`` we are."""
    texts: list[Text] = []
    marks: list[Mark] = []
    y = 24
    if not any(stop.we_are_here for stop in found):
        y = _here(where, texts, marks, y)
    for stop in found:
        kind = {True: "moved", False: "waiting", None: "unknown"}[stop.moved]
        marks.append(Mark(kind=kind, y=y - 5))
        y = _write(f"{stop.number}. {stop.step}", texts, y, bold=True)
        y = _write(stop.move, texts, y)
        y = _write(stop.shown, texts, y)
        if stop.publishes_truth:
            marks.append(Mark(kind="truth", y=y - 5))
            y = _write("shared-truth publication changes here", texts, y)
        # The arrow comes after a boundary only if that boundary is crossed.
        ahead = stop.we_are_here and (stop.boundary is None or stop.boundary.state is not BoundaryState.CROSSED)
        if stop.boundary is not None:
            y = _write(f"reversible: {', '.join(stop.boundary.reversible) or 'nothing'}", texts, y)
        if ahead:
            y = _here(where, texts, marks, y + 6)
        if stop.boundary is not None:
            y = _boundary(stop.boundary, texts, marks, y)
        if stop.we_are_here and not ahead:
            y = _here(where, texts, marks, y + 6)
        y += 14
    return Picture(height=y, texts=texts, marks=marks)


def _boundary(boundary: Boundary, texts: list[Text], marks: list[Mark], y: int) -> int:
    marks.append(Mark(kind="boundary", y=y - 8))
    state = boundary.state.replace("-", " ")
    y = _write(f"rollback boundary {boundary.name}: {state}", texts, y + 12, bold=True)
    return _write(f"irreversible: {', '.join(boundary.irreversible) or 'nothing'}", texts, y)


def _here(sentence: str, texts: list[Text], marks: list[Mark], y: int) -> int:
    marks.append(Mark(kind="here", y=y - 5))
    return _write(sentence, texts, y, bold=True) + 8


def _write(text: str, texts: list[Text], y: int, *, bold: bool = False) -> int:
    for line in _wrapped(text, _BOLD_ROOM if bold else _ROOM):
        texts.append(Text(x=_TEXT, y=y, text=line, bold=bold))
        y += _LINE
    return y


def _wrapped(text: str, room: float) -> Iterator[str]:
    """Lines that are no wider than ``room``, measured in ordinary characters; words too long for one are broken."""
    line, used = "", 0.0
    for word in text.split():
        width = sum(map(_width, word))
        if line and used + 1 + width > room:
            yield line
            line, used = "", 0.0
        for part in [f"{' ' if line else ''}{word}"] if width <= room else f"{' ' if line else ''}{word}":
            size = sum(map(_width, part))
            if used + size > room:
                yield line
                line, used = "", 0.0
            line, used = line + part, used + size
    yield line


def _width(character: str) -> float:
    """The greatest width of a character, relative to an ordinary small letter; fonts differ."""
    if unicodedata.east_asian_width(character) in "WF":
        return 2.1
    if character in "MWm@%":
        return 1.9
    if character in "w\N{RIGHTWARDS ARROW}":
        return 1.5
    return 1.3 if character.isupper() else 1.0
