"""The model's faults in the words of the plan: what was found, what to write instead."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from pytest_upgradecheck.plan.document import Place, PlanSource, shortened
from pytest_upgradecheck.plan.model import ChangeClass, Plan, Posture
from pytest_upgradecheck.wording import did_you_mean

_KEYS_AND_VALUES = "write keys and values, one per line"
_BOOLEAN = "write true or false"
_STRUCTURE = {
    "dict_type": _KEYS_AND_VALUES,
    "model_type": _KEYS_AND_VALUES,
    "tuple_type": "write a list",
    "too_short": "write at least one entry",
}
_EXAMPLES = {
    "upgrade": "a name for this upgrade, such as `upgrade: 2026-11-stack`",
    "environment": "what is upgraded, such as `environment: ${UPGRADE_ENV:-staging}`",
    "change_class": f"one of: {', '.join(ChangeClass)}",
    "sequence": "the steps, in the order in which they move",
    "step": "a name for the step, such as `step: fabric`",
    "product": "the product as in version truth",
    "from": 'the version before the change, in quotes: `from: "2026.10"`',
    "to": 'the version after the change, in quotes: `to: "2026.11"`',
    "posture": f"one of: {', '.join(Posture)}",
    "rule": "what may differ, such as `rule: additions-only`",
    "header": "the header's name, such as `header: X-API-Key`",
    "value": 'the key, from the environment: `value: "${PLATFORM_API_KEY}"`',
    "expires": "the last day it counts, such as `expires: 2026-12-31`",
}
#: A value here may be the key in the wrong place, so it is never shown.
_UNSHOWN = (("platform", "auth"), ("secrets",))


def add_fault(document: PlanSource, error: ErrorDetails) -> None:
    """Add one fault of the model to the document; what the document has dropped was reported already."""
    # For the key of a mapping, pydantic adds a part of its own.
    place: Place = error["loc"][:-1] if error["loc"][-1:] == ("[key]",) else error["loc"]
    kind = error["type"]
    # pydantic also calls a list too short when no entry of it is valid.
    if place in document.dropped or (kind == "too_short" and error["input"]):
        return
    if kind == "missing":
        key = str(place[-1])
        document.fault(place, "the key is missing", f"write {_EXAMPLES.get(key, f'`{key}: ...`')}")
    elif kind == "extra_forbidden":
        allowed = _allowed_keys(place[:-1])
        document.fault(place, "unknown key", f"{did_you_mean(str(place[-1]), allowed)}allowed: {', '.join(allowed)}")
    elif kind in _STRUCTURE:
        document.fault(place, f"found {kind_of(error['input'])}", _STRUCTURE[kind])
    else:
        document.fault(place, f"found {shown_value(document, place, error['input'])}", _hint(document, place, error))


def shown_value(document: PlanSource, place: Place, value: Any) -> str:
    """A value as a message may show it: nothing of the environment, nothing near a secret, nothing long."""
    if not isinstance(value, (str, bool, int, float, date)):
        return kind_of(value)
    text = value if isinstance(value, str) else document.written[place]
    if any(place[: len(unshown)] == unshown for unshown in _UNSHOWN):
        return f"a value of {len(text)} characters"
    if place in document.substituted:
        return f"a value of {len(text)} characters from the environment"
    return shortened(json.dumps(text, ensure_ascii=not text.isprintable()) if isinstance(value, str) else text)


def kind_of(value: Any) -> str:
    """The type of a value of the file, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return "a text" if isinstance(value, str) else "a single value"


def _hint(document: PlanSource, place: Place, error: ErrorDetails) -> str:
    if error["type"] == "bool_type":
        return f"{_BOOLEAN} here; a variable always gives a text" if place in document.substituted else _BOOLEAN
    return str(error["ctx"]["error"])


def _allowed_keys(place: Place) -> list[str]:
    annotation: Any = Plan
    for part in place:
        annotation = _inside(annotation, part)
    return [info.alias or name for name, info in _model(annotation).model_fields.items()]


def _inside(annotation: Any, part: str | int) -> Any:
    """The type of one field, entry or value of a type."""
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0]
    fields = _model(annotation).model_fields
    return next(info.annotation for name, info in fields.items() if part in (info.alias, name))


def _model(annotation: Any) -> type[BaseModel]:
    """The model in ``Model`` or ``Model | None``."""
    kinds = (annotation, *get_args(annotation))
    return next(each for each in kinds if isinstance(each, type) and issubclass(each, BaseModel))
