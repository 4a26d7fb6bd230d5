"""The result of a check: one attempt at it, from pytest's reports to the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pytest_upgradecheck.vocabulary import Result


class CheckResult(NamedTuple):
    """One attempt at a check, as a line of type ``check`` of the record holds it.

    ``message`` is for people, ``detail`` the traceback. ``number`` counts the attempts from 1; ``retried`` means that
    another attempt follows. ``at`` is the time of the line, ``also`` holds the messages of failures next to it, which
    ``message`` does not tell. (A tuple of plain values, because ten thousand objects that
    the garbage collector has to visit would slow every check down.)
    """

    check: str
    result: Result
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    number: int = 1
    retried: bool = False
    at: str = ""
    also: tuple[str, ...] = ()

    @property
    def simply_passed(self) -> bool:
        """Whether it passed at the first attempt, so that there is nothing more to say about it."""
        return self.result is Result.PASSED and self.number == 1 and not self.retried

    def to_dict(self) -> dict[str, Any]:
        """The attempt as the record holds it, without empty fields."""
        entry: dict[str, Any] = {"check": self.check, "result": self.result, "seconds": round(self.seconds, 6)}
        if self.number > 1 or self.retried:
            entry |= {"attempt": self.number, "retried": self.retried}
        if self.message:
            entry["message"] = self.message
        if self.also:
            entry["also"] = list(self.also)
        if self.detail:
            entry["detail"] = self.detail
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> CheckResult:
        """Read an attempt from a line of the record."""
        return cls(
            entry["check"],
            Result(entry["result"]),
            entry.get("message", ""),
            entry.get("detail", ""),
            entry["seconds"],
            entry.get("attempt", 1),
            entry.get("retried", False),
            entry["at"],
            tuple(entry.get("also", ())),
        )
