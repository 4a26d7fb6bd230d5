"""Phrases that messages share: near misses, lists that end in "and N more", headlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: Characters of a headline, and of a line that says what to do, which is cut only if a value is too long.
_LONGEST_HEADLINE = 200
_LONGEST_LINE = 600


def near_miss(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one; None if none is similar."""
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``did you mean 'fabric'? ``, to put before the other names; empty without a near miss."""
    near = near_miss(name, known)
    return f"did you mean {near!r}? " if near else ""


def listed(names: Sequence[str], most: int, of: int | None = None) -> str:
    """The first names, and how many more there are; ``of`` is their number if these are only some of them."""
    shown = names[:most]
    left = (len(names) if of is None else of) - len(shown)
    return ", ".join(shown) + (f" and {left:,} more" if left else "")


def headline(message: str) -> str:
    """The first line of a message, at most 200 characters."""
    line = message.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_HEADLINE else line[: _LONGEST_HEADLINE - 3] + "..."


def raised(error: BaseException) -> str:
    """The type of an exception and its text; one that cannot be made must not hide the exception."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return f"{type(error).__name__} (its text cannot be made)"


def first_line(message: str) -> str:
    """The first line of a message, whole. If it is too long, the middle is left out: its end says what to do."""
    line = message.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_LINE else f"{line[:400]} [...] {line[-190:]}"


def sentence(text: str) -> str:
    """A message as a sentence: with a capital letter, and one period."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
