"""JSON from other parties, read so strictly that it has only one meaning."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def strict_object(raw: bytes, what: str) -> dict[str, Any]:
    """The JSON object in ``raw``; ValueError says why it is not one, in a sentence that begins with ``what``."""
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ValueError(f"{what} is not UTF-8 text") from None
    except RecursionError:
        raise ValueError(f"{what} is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{what} is not JSON ({error.msg} at character {error.pos})") from None
    except _Ambiguous as error:
        raise ValueError(f"{what} {error}") from None
    except ValueError:
        raise ValueError(f"{what} has a number with too many digits") from None
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not a JSON object")
    return value


class _Ambiguous(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Ambiguous("is ambiguous: an object in it has two members of the same name")
    return members


def _no_constant(name: str) -> NoReturn:
    raise _Ambiguous(f"has {name}, which is not JSON")
