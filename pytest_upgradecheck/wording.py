"""Turns of phrase that messages share: near misses, lists that end in "and N more", headlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: Characters of a headline, and of a line that says what to do, which is only cut where a value floods it.
_LONGEST_HEADLINE = 200
_LONGEST_LINE = 600


def near_miss(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one; None where none is like it."""
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``did you mean 'fabric'? ``, to go in front of what else there is; empty without a near miss."""
    near = near_miss(name, known)
    return f"did you mean {near!r}? " if near else ""


def listed(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def headline(message: str) -> str:
    """The first line of a message, at most 200 characters."""
    line = message.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_HEADLINE else line[: _LONGEST_HEADLINE - 3] + "..."


def first_line(message: str) -> str:
    """The first line of a message, whole. Where a value floods it, the middle is left out: it ends in what to do."""
    line = message.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_LINE else f"{line[:400]} [...] {line[-190:]}"


def sentence(text: str) -> str:
    """A message as a sentence of its own: with a capital letter, and one full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
