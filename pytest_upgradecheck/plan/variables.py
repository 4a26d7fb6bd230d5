"""``${NAME}`` and ``${NAME:-default}`` in a text; ``$${`` stands for a literal ``${``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_VARIABLE = re.compile(r"\$(\$\{)|\$\{([^}]*)(\}?)")
_INSIDE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


def needs_filling(text: str) -> bool:
    """Whether there is anything in this text that `fill_in` is for."""
    return "${" in text


def asks_environment(text: str) -> bool:
    """Whether what the filled-in text holds is, in part, the environment's."""
    return any(not match[1] for match in _VARIABLE.finditer(text))


def fill_in(text: str, environ: Mapping[str, str], fault: Callable[[str, str], None]) -> str:
    """The text with its variables filled in; ``fault(found, hint)`` is called for each that cannot be.

    A variable that is set but empty counts as unset: an empty address or key is never what is meant. The result is a
    text whatever the variable holds, so a value can never add structure to the plan.
    """

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        inside = _INSIDE.fullmatch(match[2]) if match[3] else None
        if inside is None or "${" in match[2]:
            fault("this `${` does not start a variable", "write ${NAME} or ${NAME:-default}; $${ is a literal ${")
            return ""
        name, default = inside[1], inside[2]
        found = environ.get(name) or default
        if found is None:
            state = "empty" if name in environ else "not set"
            fault(f"the environment variable {name} is {state}", f"set it, or write ${{{name}:-default}}")
            return ""
        return found

    return _VARIABLE.sub(value, text)
