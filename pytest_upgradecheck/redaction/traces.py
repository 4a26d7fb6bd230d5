"""Find the traces of secrets in a text: whole, in part, and inside Base64 or Base32.

==============================  ====================================================================================
a trace                         is masked
==============================  ====================================================================================
the whole secret                always; of a secret with several lines, each line of 8 or more characters as well
                                (the ``-----BEGIN ...-----`` lines of a key are public)
a part of a secret              from 16 characters in a row
the start or the end of one     from 8 characters where the text was cut at ``...``; from 4 where both remain, as in
                                ``abcd...wxyz``
Base64 that holds a secret      the whole Base64 text, wherever in it the secret begins; the same for Base32
==============================  ====================================================================================

Shorter parts stay: they tell too little, and would blank out ordinary words.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator

from pytest_upgradecheck.redaction.decoding import Span, canonical

#: A secret, lines of one, and parts of one anywhere or at a cut: in characters.
SHORTEST = 6
SHORTEST_LINE = 8
SHORTEST_PART = 16
_AT_A_CUT = 8
_AT_BOTH_SIDES = 4

#: Half of a part: whatever 16 characters a text shares with a secret, one of its blocks of 8 lies within them.
_GRAM = SHORTEST_PART // 2

_ARMOUR = re.compile(r"-{4,5} ?(?:BEGIN|END) [A-Z0-9 ]+ ?-{4,5}")
_CUT = re.compile(r"\.{3,}|\u2026")
#: The rest of an encoded text, before a secret in it (read backwards) and after it.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*"), re.compile(r"[A-Za-z0-9+/_-]*(?:=|%3[dD]){0,2}")
_BASE32 = re.compile(r"[A-Z2-7]*"), re.compile(r"[A-Z2-7]*(?:=|%3[dD]){0,6}")


_Encoding = tuple[re.Pattern[str], re.Pattern[str]]


class Traces:
    """The traces of secrets: built once from the secrets, then applied to each text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        texts: dict[str, _Encoding | None] = {}
        for secret in filter(None, secrets):
            for text in _texts(secret):
                texts.setdefault(text, None)
            for text in _in_base64(secret):
                texts.setdefault(text, _BASE64)
            for text in _in_base32(secret):
                texts.setdefault(text, _BASE32)
        self._encoded = {text: encoding for text, encoding in texts.items() if encoding is not None}
        # The longest first: what holds another must not be left with its ends showing.
        self._short = tuple(sorted((text for text in texts if len(text) < SHORTEST_PART), key=len, reverse=True))
        self._grams = _grams((text for text in texts if len(text) >= SHORTEST_PART), _GRAM)
        self._ends = _grams((text for text in texts if len(text) >= _AT_A_CUT), _AT_BOTH_SIDES)
        #: Shorter texts have no trace.
        self.shortest = min([_AT_A_CUT, *map(len, texts)]) if texts else 0
        self.have_spaces = any(" " in text for text in texts)

    def __bool__(self) -> bool:
        return bool(self.shortest)

    def spans(self, text: str) -> Iterator[Span]:
        """The places of traces; spans may overlap, and come in no particular order."""
        for short in self._short:
            at = text.find(short)
            while at >= 0:
                yield self._around(text, at, at + len(short), short)
                at = text.find(short, at + len(short))
        if self._grams:
            yield from self._parts(text)
        if self._ends and ("..." in text or "\u2026" in text):
            yield from self._at_cuts(text)

    def _parts(self, text: str) -> Iterator[Span]:
        grams, done = self._grams, 0
        for at in range(0, len(text) - _GRAM + 1, _GRAM):
            if at < done or (block := text[at : at + _GRAM]) not in grams:
                continue
            for secret, position in grams[block]:
                start, end = _extended(text, at, secret, position)
                if end - start >= SHORTEST_PART:
                    done = max(done, end)
                    yield self._around(text, start, end, secret)

    def _at_cuts(self, text: str) -> Iterator[Span]:
        for cut in _CUT.finditer(text):
            heads, tails = self._before(text, cut.start()), self._after(text, cut.end())
            both = {secret for _, secret in heads} & {secret for _, secret in tails}
            for (start, end), secret in (*heads, *tails):
                if end - start >= _AT_A_CUT or secret in both:
                    yield self._around(text, start, end, secret)

    def _before(self, text: str, end: int) -> list[tuple[Span, str]]:
        """The starts of secrets that end here."""
        return [
            ((end - length, end), secret)
            for secret, position in self._ends.get(text[max(0, end - _AT_BOTH_SIDES) : end], ())
            if (length := position + _AT_BOTH_SIDES) <= end and text.startswith(secret[:length], end - length)
        ]

    def _after(self, text: str, start: int) -> list[tuple[Span, str]]:
        """The ends of secrets that start here."""
        return [
            ((start, start + len(secret) - position), secret)
            for secret, position in self._ends.get(text[start : start + _AT_BOTH_SIDES], ())
            if text.startswith(secret[position:], start)
        ]

    def _around(self, text: str, start: int, end: int, secret: str) -> Span:
        """All of an encoded text: its outer characters hold bits of the secret, too."""
        encoding = self._encoded.get(secret)
        if encoding is None:
            return start, end
        ending = encoding[1].match(text, end)
        beginning = encoding[0].match(text[:start][::-1])
        return start - len(beginning[0] if beginning else ""), ending.end() if ending else end


def _texts(secret: str) -> Iterator[str]:
    """A secret as written and without escapes; if it has several lines, all of them in a row, and each alone."""
    lines = [line for line in map(str.strip, secret.splitlines()) if line and not _ARMOUR.fullmatch(line)]
    if len(lines) > 1:
        yield canonical("\n".join(lines))
        lines = [line for line in lines if len(line) >= SHORTEST_LINE]
    for line in lines:
        plain = canonical(line)
        # Of a text that is nearly all escapes too little is left to search for.
        forms = [line, plain] if len(plain) >= SHORTEST else [line, json.dumps(line)[1:-1], repr(line)[1:-1]]
        for text in forms:
            yield text
            if " " in text:
                yield text.replace(" ", "+")  # as forms encode a space


def _in_base64(secret: str) -> Iterator[str]:
    """The characters that the secret alone decides, for each of the three ways in which it may lie in the groups."""
    content = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        skipped = -(-before * 8 // 6)
        whole = (before + len(content)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + content).decode("ascii")[skipped:whole]


def _in_base32(secret: str) -> Iterator[str]:
    """The characters of Base32 that the secret alone decides, for each of the five ways."""
    content = secret.encode("utf-8", "surrogatepass")
    for before in range(5):
        skipped = -(-before * 8 // 5)
        whole = (before + len(content)) * 8 // 5
        yield base64.b32encode(bytes(before) + content).decode("ascii")[skipped:whole]


def _grams(texts: Iterable[str], size: int) -> dict[str, list[tuple[str, int]]]:
    """Every run of so many characters, and where it comes from."""
    grams: dict[str, list[tuple[str, int]]] = {}
    for text in texts:
        for at in range(len(text) - size + 1):
            grams.setdefault(text[at : at + size], []).append((text, at))
    return grams


def _extended(text: str, at: int, secret: str, position: int) -> Span:
    """The longest part that text and secret share around these places."""
    start, left = at, position
    while start and left and text[start - 1] == secret[left - 1]:
        start, left = start - 1, left - 1
    end, right = at + _GRAM, position + _GRAM
    while end < len(text) and right < len(secret) and text[end] == secret[right]:
        end, right = end + 1, right + 1
    return start, end
