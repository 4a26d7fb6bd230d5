"""How the product speaks: messages, docstrings, comments and docs avoid the habits that a pattern can find."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: A habit, and what to write instead. `nobody` in quotes is the name of a Unix user.
HABITS = {
    r"(?<![`'\"\w-])nobody(?![`'\"\w-])": "name the actor, or use the passive",
    r"\b(somebody|whoever)\b": "name the actor, or use the passive",
    r"\banew\b": "again",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"(?<!`)\bbeside\b": "next to, or along with",
    r"\bstands? (in|beside|behind)\b": "is in, is next to, is listed",
    r"\b(which|that|it|envelope|signature|answer|redirect) (is|are) none\b": "is not a ...",
    r"\bwhich is no\b": "which is not a ...",
    r"(?<!there )\b(is|are) no (record|version|file|check|plan|name|number|product|envelope|answer)\b": "is not a ...",
    r"\btake(n|s)? (it |this |that |them )?back\b": "reverse, undo, roll back",
    r"\bto be known\b": "notes, or what is known",
    r"\b(nothing (is )?|more |stands? |are |is )in the way\b(?! (that|in which)\b)": "blockers, no blockers",
    r", and [^,.;:]* (is|are) expected\b": "expected X, found Y",
    r"\bput to (it|them|the)\b": "apply to",
    r"\bReally back\b": "Rollback verified",
    r"^(### )?in the way:?$": "blockers",
    r"\b(not?|never|nothing|none|cannot)\b[^.:;]{0,60}(?<!how )(?<!and )\bany more\b": "no longer",
    r"\b(None|\w+(Error|Missing|Damaged|Misuse|Possible|Busy|Foreign))`{0,2} where\b": "if, for a condition",
    r"; answers\b|\banswers? (a value|None|True|False)\b": "returns, for a function",
    r"\bbelongs? into\b": "belongs in",
    r"\bwhat (became|becomes) of\b": "what happened to",
    r"\b(fit|meet|met)s? nothing\b": "matches nothing",
    r", for (it|they|he|she) ": "because",
    r"\b(there still is|still is) such an?\b": "still exists",
}


def _files() -> list[str]:
    patterns = (
        "pytest_upgradecheck/**/*.py", "pytest_upgradecheck/**/*.j2", "pytest_upgradecheck/**/*.json",
        "pytest_upgradecheck/**/*.txt", "example_suites/**/*.py", "example_suites/**/*.md", "example_suites/**/*.yaml",
        "benchmarks/*.py", "benchmarks/*.md", "docs/*.py", "docs/*.md", "noxfile.py", "README.md", "CONTRIBUTING.md",
        "CHANGELOG.md",
    )  # fmt: skip
    found = {path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(name for name in found if "/." not in name)


def _python(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string, docstring and block of comments."""
    within: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            within.update(map(id, node.values))
            parts = (part.value if isinstance(part, ast.Constant) else "..." for part in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within:
            yield node.lineno, node.value
    block: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1 and block:
                yield last - len(block) + 1, " ".join(block)
                block = []
            block.append(token.string.lstrip("#: "))
            last = token.start[0]
    if block:
        yield last - len(block) + 1, " ".join(block)


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _python(source)
        return
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", source):
        yield line, re.sub(r"\n\s*#", "\n", paragraph)
        line += paragraph.count("\n")


def _summaries(source: str) -> Iterator[tuple[int, str]]:
    """Line and first words of each docstring, and of each comment that documents a name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            docstring = ast.get_docstring(node) or ""
            yield getattr(node, "lineno", 1), docstring.partition("\n")[0]
    for number, line in enumerate(source.splitlines(), start=1):
        if line.lstrip().startswith("#: "):
            yield number, line.lstrip()[3:]


def _found(path: Path) -> list[str]:
    found = []
    for line, text in _texts(path):
        plain = " ".join(text.split())
        if " " not in plain:
            continue  # a name, not a sentence
        for pattern, instead in HABITS.items():
            for match in re.finditer(pattern, plain, re.IGNORECASE):
                around = plain[max(0, match.start() - 60) : match.end() + 40]
                found.append(f"{path.relative_to(ROOT)}:{line}: {match[0]!r} ({instead}): {around}")
    return found


#: How a summary begins that is a noun clause; "Whether" is common for what is true or false.
NOUN_CLAUSE = re.compile(r"(What|Which|Who|Whose|How|Why|Where|When|That|Of)\b(?!.*\?$)")


@pytest.mark.parametrize("name", [name for name in _files() if name.endswith(".py")])
def test_docstrings_are_noun_phrases_or_imperatives(name: str) -> None:
    source = (ROOT / name).read_text(encoding="utf-8")
    found = [f"{name}:{line}: {text}" for line, text in _summaries(source) if NOUN_CLAUSE.match(text)]
    assert not found, "begin with a noun or a verb:\n" + "\n".join(found)


@pytest.mark.parametrize("name", _files())
def test_plain_english(name: str) -> None:
    found = _found(ROOT / name)
    assert not found, "write plain English:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "habit"),
    [
        ("Nobody can accept this.", True),
        ("The servers run as the user `nobody`.", False),
        ("the state stands in the record", True),
        ("a placeholder stands for a value", False),
        ("'x', which is no version", True),
        ("there is no version in the answer", False),
        ("which is none: a number is expected", True),
        ("null, where there is none", False),
        ("found 'x', and a number is expected", True),
        ("expected a number, found 'x'", False),
        ("Nothing is in the way.", True),
        ("in the way that pytest shows it", False),
        ("schema 2 cannot be taken back", True),
        ("recommended, and amended", False),
        ("in the way:", True),
        ("it is not accepted any more", True),
        ("it is not known how many more there are", False),
        ("RecordError where the disk refuses it", True),
        ("None if there is none; it says where the file is", False),
        ("A rule answers None or True", True),
        ("what the surface answers", False),
        ("a path fits nothing in the value", True),
        ("left out, for they take minutes", True),
        ("for it to be true", False),
    ],
)
def test_the_patterns_find_the_habits_and_nothing_else(text: str, habit: bool) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in HABITS) is habit
