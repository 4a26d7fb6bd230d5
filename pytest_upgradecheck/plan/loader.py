"""From `upgrade.yaml` to a `Plan`, or to every fault in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan.consistency import check_consistency
from pytest_upgradecheck.plan.document import PlanSource, read_plan_file
from pytest_upgradecheck.plan.model import Plan
from pytest_upgradecheck.plan.secrets import check_secrets, names_of_secrets
from pytest_upgradecheck.plan.wording import add_fault, kind_of


def load_plan(path: Path, environ: Mapping[str, str], *, shown_as: str | None = None) -> Plan:
    """Read and judge a plan. ``environ`` fills in ``${NAME}``; ``shown_as`` is the file's name in messages.

    Raises PlanError, which holds every fault found, in the order of the file.
    """
    document = read_plan_file(path, environ, shown_as or str(path))
    plan = _judged(document)
    check_secrets(document)
    if document.faults or plan is None:
        raise PlanError(tuple(sorted(document.faults, key=lambda fault: fault.line or 0)))
    plan._path = path  # noqa: SLF001
    plan._names_of_secrets = names_of_secrets(document)  # noqa: SLF001
    return plan


def _judged(document: PlanSource) -> Plan | None:
    data = document.data
    if not isinstance(data, dict):
        if not document.faults:
            document.fault((), f"found {kind_of(data)}", "a plan is keys and values, one per line")
        return None
    check_consistency(document)
    if "title" not in data:
        data = {**data, "title": data.get("upgrade")}
        document.dropped.add(("title",))  # its fault is reported for `upgrade`
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            add_fault(document, each)
        return None
