"""The plan's texts, and the small languages some are written in: names, headers, expressions, version bounds, days.

Each parser takes what YAML gave and returns a value, or raises ValueError with a hint that says what to write. No hint
repeats the text: it may hold what came from the environment.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from jmespath.functions import Functions

from pytest_upgradecheck.wording import did_you_mean, near_miss

#: Names of upgrades and environments are also folder names, which are limited to 255 bytes.
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_LONGEST_NAME = 100
HEADER = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
#: The rules of a plan; with ``own``, a hook of the team judges.
OWN_RULE = "own"
RULES = (
    "unchanged", "additions-only", "no-fewer", "no-more", "within", "changed", "may-change", "openapi-compatible",
    OWN_RULE,
)  # fmt: skip
_DEEPEST_EXPRESSION = 60
_HEADER_VALUE = r"[!-~](?:[ -~]*[!-~])?"
_SHORTEST_KEY = 6
_TOO_SHORT = (
    f"write at least {_SHORTEST_KEY} characters: a shorter key cannot be masked without masking parts of ordinary words"
)


def text(value: Any) -> str:
    """A text that is not empty; a value that YAML reads as a number, date or boolean needs quotes."""
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("write a text that is not empty")
        if not _is_unicode(value):
            raise ValueError("write a text; this one has bytes that are not UTF-8")
        return value
    if isinstance(value, (bool, int, float, date)):
        raise ValueError(f"YAML reads this as a {_yaml_type(value)}; write it in quotes")
    raise ValueError("write a text")


def name(value: Any) -> str:
    """A name that can be used in a path and on a command line."""
    if not re.fullmatch(NAME, text(value)):
        if len(value) > _LONGEST_NAME:
            raise ValueError(f"write a name of at most {_LONGEST_NAME} characters")
        raise ValueError("write a name of letters, digits, '.', '_' and '-' that starts with a letter or digit")
    return str(value)


def header(value: Any) -> str:
    """The name of an HTTP header."""
    if not re.fullmatch(HEADER, text(value)):
        raise ValueError("write the name of an HTTP header, such as X-API-Key")
    return str(value)


def header_key(value: Any) -> str:
    """A secret that an HTTP header can carry: printable ASCII without spaces around it.

    It is masked wherever it occurs, so a very short one would be masked inside ordinary words, too.
    """
    if not re.fullmatch(_HEADER_VALUE, text(value)):
        raise ValueError("write plain ASCII without line breaks, and without spaces around it")
    if len(value.rpartition(" ")[2]) < _SHORTEST_KEY:
        raise ValueError(_TOO_SHORT)
    return str(value)


def secret(value: Any) -> str:
    """Any secret that is long enough to be masked."""
    if len(text(value)) < _SHORTEST_KEY:
        raise ValueError(_TOO_SHORT)
    return str(value)


def expression(value: Any) -> str:
    """A JMESPath expression that can be parsed and calls only functions that exist."""
    written = text(value)
    try:
        with warnings.catch_warnings():
            # jmespath warns each time it evaluates a text literal in backticks; here it is reported once.
            warnings.simplefilter("error", PendingDeprecationWarning)
            parsed = jmespath.compile(written).parsed
    except PendingDeprecationWarning:
        raise ValueError("write texts in a JMESPath expression as 'text'; backticks are for JSON: `118`") from None
    except ParseError as error:
        where = error.lex_position + 1
        raise ValueError(f"write a JMESPath expression; this one is invalid at character {where}") from None
    except (JMESPathError, ValueError, RecursionError):
        raise ValueError("write a JMESPath expression; this one cannot be read") from None
    for function in _called(parsed):
        if function not in Functions.FUNCTION_TABLE:
            near = near_miss(function, Functions.FUNCTION_TABLE)
            instead = f"did you mean {near}()?" if near else f"it has: {', '.join(Functions.FUNCTION_TABLE)}"
            raise ValueError(f"the expression calls a function that JMESPath does not have; {instead}")
    return written


def requirement(value: Any) -> str:
    """Version bounds as Python packages state them: ``>=15,<17``."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # only here: few plans state bounds

    try:
        SpecifierSet(text(value))
    except InvalidSpecifier:
        raise ValueError("write version bounds such as '>=15,<17' or '==2.1.*'") from None
    return str(value)


def statuses(value: Any) -> tuple[int, ...]:
    """One HTTP status that can be an answer, or a list of them: a redirect does not count."""
    listed = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    if not listed or not all(isinstance(each, int) and 200 <= each < 600 and each // 100 != 3 for each in listed):
        raise ValueError("write one HTTP status such as 200, or a list of them; redirects do not count as answers")
    return listed


def day(value: Any) -> date:
    """A day, as YAML reads ``2026-12-31``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if re.fullmatch(DAY, value):
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise ValueError("write a day such as 2026-12-31")


def value_path(value: Any) -> str:
    """A path in a value, as comparisons write them: ``contracts[].routes``."""
    from pytest_upgradecheck.comparison import BadPath, parse  # only here: few plans compare

    try:
        parse(text(value))
    except BadPath:
        hint = "members with dots and items with brackets: contracts[].routes, items[name=orders].state, **.updated_at"
        raise ValueError(f"write a path of {hint}") from None
    return str(value)


def accepted_failures(value: Any) -> tuple[str, ...]:
    """One `accepts` entry of a waiver, or a list: a place, a change of an OpenAPI document, or words of the message.

    A path of nothing but wildcards names no failure, and neither do words without a letter or digit.
    """
    from pytest_upgradecheck.comparison import BadPath, parse  # only here: few plans have waivers

    listed = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    if not listed:
        raise ValueError("name the failure that was approved, such as `accepts: items[name=legacy-search]`")
    for entry in map(text, listed):
        try:
            names_something = parse(entry).specificity[0] > 0
        except BadPath:
            names_something = any(character.isalnum() for character in entry)
        if not names_something:
            raise ValueError("name the failure that was approved: this entry would accept any failure")
    return tuple(" ".join(entry.split()) for entry in listed)


def compare_key(value: Any) -> Any:
    """A member's name, several that make a key together, or a mapping of paths of lists to such keys."""
    if isinstance(value, dict):
        return {value_path(path): _members(members) for path, members in value.items()}
    return _members(value)


def compare_rule(value: Any) -> Any:
    """A rule's name, or a mapping of ``rule`` and its arguments; numbers may be written as ``5%``."""
    from pytest_upgradecheck.comparison import BadRule
    from pytest_upgradecheck.comparison.rules import rule_of

    said = dict(value) if isinstance(value, dict) else {"rule": value}
    if said == {"rule": OWN_RULE}:
        return OWN_RULE
    if said.get("rule") not in RULES:
        raise ValueError(f"{did_you_mean(str(said.get('rule')), RULES)}write one of: {', '.join(RULES)}")
    for tolerance in {"rel", "abs"} & set(said):
        said[tolerance] = _tolerance(said[tolerance])
    try:
        rule_of(said)
    except (BadRule, TypeError) as error:
        raise ValueError(str(error)) from None
    return value if isinstance(value, str) else said


def contract_change(value: Any) -> str:
    """The kind of a change of an OpenAPI document that can be accepted."""
    from pytest_upgradecheck.comparison.openapi.kinds import ACCEPTABLE

    if text(value) not in ACCEPTABLE:
        raise ValueError(f"{did_you_mean(value, ACCEPTABLE)}write one of: {', '.join(ACCEPTABLE)}")
    return str(value)


def _members(value: Any) -> str | tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        if not value:
            raise ValueError("write the members that identify the items of a list, such as `key: name`")
        return tuple(map(text, value))
    return text(value)


def _tolerance(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})? ?%", value):
        return float(value.rstrip("% ")) / 100
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise ValueError("write how far a number may differ, such as `rel: 5%`, `rel: 0.05` or `abs: 10`")


def _is_unicode(value: str) -> bool:
    """Whether the text can be written down: an environment variable may hold any bytes."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _yaml_type(value: Any) -> str:
    return {bool: "boolean", int: "number", float: "number"}.get(type(value), "date")


def _called(parsed: Any) -> Iterator[str]:
    """The names of all functions in a parsed expression; ValueError if evaluating it could exhaust the stack."""
    open_nodes = [(parsed, 0)]
    while open_nodes:
        node, depth = open_nodes.pop()
        if depth > _DEEPEST_EXPRESSION:
            raise ValueError("write a JMESPath expression that is nested less")
        if node["type"] == "function_expression":
            yield node["value"]
        open_nodes.extend((child, depth + 1) for child in node.get("children", ()) if isinstance(child, dict))


def can_stand_in_an_address(text: str) -> bool:
    """Whether an HTTP request can carry it as it is."""
    return text.isascii() and text.isprintable() and " " not in text


def web_address(text: str) -> SplitResult | None:
    """The parts of an http or https URL; None if it is not one."""
    if not can_stand_in_an_address(text):
        return None
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        return None
    return url if usable else None
