"""From `upgrade.yaml` to a `Plan`, or to every fault in it at once."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan.consistency import check_consistency
from pytest_upgradecheck.plan.document import Document, Place, read_document
from pytest_upgradecheck.plan.model import Plan

_WANTED = {
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "dict_type": "write keys and values, one a line",
    "model_type": "write keys and values, one a line",
    "model_attributes_type": "write keys and values, one a line",
    "mapping_type": "write keys and values, one a line",
    "tuple_type": "write a list",
    "list_type": "write a list",
    "too_short": "write at least one entry",
}
_SECRET_FIELDS = frozenset({("platform", "auth", "value")})


def load_plan(path: Path, environ: Mapping[str, str], *, shown_as: str | None = None) -> Plan:
    """Read and judge a plan. ``environ`` fills in ``${NAME}``; ``shown_as`` is the file's name in messages.

    Raises PlanError, which holds every fault found, in the order of the file.
    """
    document = read_document(path, environ, shown_as or str(path))
    if document.faults and document.data is None:
        raise PlanError(tuple(document.faults))
    plan = _validated(document)
    check_consistency(document)
    if document.faults or plan is None:
        raise PlanError(tuple(sorted(document.faults, key=lambda fault: fault.line or 0)))
    plan._path = path  # noqa: SLF001
    return plan


def _validated(document: Document) -> Plan | None:
    if not isinstance(document.data, dict):
        document.fault((), f"the file holds {_shown(document.data)}", "a plan is keys and values, one a line")
        raise PlanError(tuple(document.faults))
    data = document.data
    if isinstance(data.get("upgrade"), str):
        data = {"title": data["upgrade"], **data}
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            _translate(document, dict(each))
        return None


def _translate(document: Document, error: dict[str, Any]) -> None:
    """Say a fault of the model in the words of the plan; unset variables have been reported already."""
    place = _place(error["loc"], document.data)
    if place in document.unset:
        return
    kind = error["type"]
    if kind == "missing":
        document.fault(place, "the key is missing", _example(str(place[-1])))
    elif kind == "extra_forbidden":
        allowed = _allowed_keys(place[:-1])
        near = difflib.get_close_matches(str(place[-1]), allowed, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        document.fault(place, "unknown key", f"{hint}allowed: {', '.join(allowed)}")
    else:
        document.fault(place, f"found {_found(document, place, error['input'])}", _hint(kind, error))


def _hint(kind: str, error: dict[str, Any]) -> str:
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "literal_error":
        return f"write one of: {error['ctx']['expected']}".replace("'", "").replace(" or ", ", ")
    return _WANTED.get(kind, str(error["msg"]).partition("\n")[0])


def _found(document: Document, place: Place, value: Any) -> str:
    if place in _SECRET_FIELDS or isinstance(value, SecretStr):
        return f"a value of {len(str(value))} characters"
    if place in document.substituted:
        return f"a value of {len(str(value))} characters from the environment"
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "keys and values" if value else "nothing"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _place(location: tuple[str | int, ...], data: Any) -> Place:
    """The place in the file: the model's own path, without the steps pydantic adds for keys of a mapping."""
    return tuple(part for part in location if part != "[key]")


def _example(key: str) -> str:
    examples = {
        "name": "a name, such as `name: schema-118`",
        "product": "the product as version truth names it",
        "step": "a name for the step, such as `step: fabric`",
        "upgrade": "a name for this upgrade, such as `upgrade: 2026-11-stack`",
        "environment": "such as `environment: ${UPGRADE_ENV:-staging}`",
        "change_class": "one of: additive, compatibility-sensitive, migration-heavy",
        "sequence": "the steps, in the order in which they move",
        "from": 'the version before the change, in quotes: `from: "2026.10"`',
        "to": 'the version after the change, in quotes: `to: "2026.11"`',
    }
    return f"write {examples[key]}" if key in examples else f"write `{key}: ...`"


def _allowed_keys(place: Place) -> list[str]:
    model: type[BaseModel] | None = Plan
    for part in place:
        model = _model_of(model, part) if model is not None else None
    if model is None:
        return []
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_of(model: type[BaseModel], part: str | int) -> type[BaseModel] | None:
    if isinstance(part, int):
        return model  # an entry of a list: the list's field already named the model
    for name, info in model.model_fields.items():
        if (info.alias or name) == part:
            return _inner_model(info.annotation)
    return model  # a key of a mapping, such as a surface's name


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None
