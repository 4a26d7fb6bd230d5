"""The schema of `verdict.json` knows the words of the vocabulary."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from pytest_upgradecheck.vocabulary import (
    BlockerKind,
    BoundaryState,
    Decision,
    NoteKind,
    Phase,
    Result,
    Transition,
)

PROPERTIES: dict[str, Any] = json.loads((files("pytest_upgradecheck") / "verdict.schema.json").read_text())[
    "properties"
]


def of_items(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = PROPERTIES[name]["items"]["properties"]
    return properties


def test_words_of_the_verdict() -> None:
    blocker = of_items("blockers")
    assert PROPERTIES["phase"]["enum"] == [*Phase]
    assert set(PROPERTIES["verdict"]["enum"]) == {*Decision}
    assert blocker["kind"]["anyOf"][0]["enum"] == [
        *(each for each in Result if each is not Result.PASSED),
        *BlockerKind,
    ]
    assert set(blocker["transition"]["enum"]) == {*Transition, None}
    assert of_items("notes")["kind"]["enum"] == [*NoteKind]
    assert of_items("boundaries")["state"]["enum"] == [*BoundaryState]
