"""The failure of a check, in parts that can be accepted one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_upgradecheck.record import Run, Stored
from pytest_upgradecheck.vocabulary import Result

#: pytest's message for an exception group gives the number of exceptions, but not the exceptions.
_EXCEPTION_GROUP = re.compile(r"\(\d+ sub-exceptions?\)")
#: Changes that have a value on one side only.
_ONE_SIDED = {"removed": "before", "added": "after", "not changed": "before"}
#: A message of this length was cut when it was recorded.
LONGEST_MESSAGE = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDifference:
    """One difference that no rule allows, as the record holds it; ``name`` is that of the comparison.

    ``why`` is the sentence of a rule that judges a whole value. For a change of an OpenAPI document, ``kind`` and
    ``operations`` say what changed and where.
    """

    name: str
    path: str
    change: str = ""
    before: Any = None
    after: Any = None
    why: str = ""
    kind: str = ""
    operations: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any]) -> RefusedDifference:
        """The difference of an entry in a ``comparison`` line."""
        known = ("path", "change", "before", "after", "why", "kind")
        fields = {field: entry[field] for field in known if field in entry}
        return cls(name=name, operations=tuple(entry.get("operations", ())), **fields)

    @property
    def has_place(self) -> bool:
        """Whether its path tells it from every other difference; items without a key share the path of their list."""
        return bool(self.path) and not self.path.endswith("[]")

    @property
    def item(self) -> str | None:
        """The value that is there on one side only, as people write it: a text as it is, everything else as JSON."""
        if self.change not in _ONE_SIDED:
            return None
        value = getattr(self, _ONE_SIDED[self.change])
        return value if isinstance(value, str) else _as_json(value)

    def __str__(self) -> str:
        place = f"{self.name}: {self.path}" if self.path else self.name
        if self.is_sentence:
            return f"{place}: {self.why}"
        if self.change in _ONE_SIDED:
            return f"{place}: {self.change} {_as_json(getattr(self, _ONE_SIDED[self.change]))}"
        return f"{place}: {_as_json(self.before)} -> {_as_json(self.after)}"

    @property
    def is_sentence(self) -> bool:
        """Whether it is what a rule says that judges a whole value, instead of a value before and after."""
        return self.change == "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFailure:
    """Everything that failed in one check.

    ``differences`` are those that its comparisons refused, ``message`` is the rest of what it said, and ``also`` holds
    the messages of failures next to it: a teardown, or a subtest without a name.
    """

    message: str = ""
    differences: tuple[RefusedDifference, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the message that each name a failure.

        pytest explains an assertion in lines of its own. They only repeat the failure, so they are left out.
        """
        return tuple(_failures_in(self.message))

    @property
    def hidden(self) -> str:
        """The reason why the message does not show the whole failure; empty if it does."""
        if len(self.message) >= LONGEST_MESSAGE:
            return "its message was cut, so more may have failed than the message tells"
        if _EXCEPTION_GROUP.search(self.message):
            return "it raised a group of exceptions, and the message does not tell which"
        return ""


def failure_of(run: Run, check: str) -> CheckFailure | None:
    """Everything that failed in a check of a run, at its last attempt; None if it did not fail.

    RecordError if what the record stored of it cannot be read.
    """
    found = run.results.get(check)
    if found is None or found.result is not Result.FAILED:
        return None
    refused = [entry for entry in run.comparisons.get(check, ()) if entry["refused"]]
    return CheckFailure(
        message=_without(found.message, [entry.get("message", "") for entry in refused]),
        differences=tuple(each for entry in refused for each in _refused_in(entry, run.folder)),
        also=found.also,
    )


def _refused_in(entry: Mapping[str, Any], folder: Path) -> Iterator[RefusedDifference]:
    listed = Stored(**entry["stored"]).load(folder) if "stored" in entry else entry["value"]
    for difference in listed:
        if not difference.get("allowed"):
            yield RefusedDifference.of(entry["name"], difference)


def _without(message: str, explained: list[str]) -> str:
    """A message without what comparisons said: their differences are accepted or not one by one."""
    for text in filter(None, explained):
        for said in (text, text[:LONGEST_MESSAGE]):
            if said in message:
                message = message.replace(said, "", 1)
                break
    return message


def _failures_in(message: str) -> Iterator[str]:
    after_assertion = False
    for number, line in enumerate(message.splitlines()):
        introspected = line.startswith("assert ")
        detail = after_assertion and line[:1] in (" ", "")
        after_assertion = introspected or detail or ": assert " in line
        # The rest of `subtest: <a comparison's message>` is a label.
        if detail or (introspected and number) or line.rstrip().endswith(":") or not any(map(str.isalnum, line)):
            continue
        yield " ".join(line.split())


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
