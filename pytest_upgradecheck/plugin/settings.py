"""The settings of the command line and the ini file, and where each came from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_upgradecheck.files import Output, is_taken, resolved
from pytest_upgradecheck.plan import find_plan
from pytest_upgradecheck.record import RECORDS_FOLDER
from pytest_upgradecheck.vocabulary import Phase
from pytest_upgradecheck.wording import did_you_mean

PLAN_FILE = "upgrade.yaml"

#: Options of pytest and of plugins that name a file to write.
_OUTPUTS_OF_OTHERS = {
    "--html": "htmlpath",
    "--junitxml": "xmlpath",
    "--log-file": "log_file",
    "--debug": "debug",
    "--report-log": "report_log",
    "--json-report-file": "json_report_file",
}

_OUTPUTS = {"report": Output.PAGE, "summary": Output.SUMMARY, "ctrf": Output.CTRF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one run; the ``_from`` fields say where a path came from.

    ``report`` is None if it goes next to the record, ``summary`` and ``ctrf`` if they were not requested, and
    ``job_summary`` if no CI names the file of its job summary.
    """

    phase: Phase
    step: str | None
    plan: Path
    plan_from: str
    record: Path
    record_from: str
    report: Path | None = None
    summary: Path | None = None
    ctrf: Path | None = None
    job_summary: Path | None = None


def read_settings(config: pytest.Config) -> Settings:
    """Read the settings of a run with a phase; UsageError says which of them cannot be used and why."""
    phase = _phase(config.getoption("upgrade_phase"))
    if phase is Phase.DURING:
        raise pytest.UsageError(
            "--upgrade-phase=during is not available yet: probes that run while the upgrade runs come in a later "
            "release; run pre before the change and post after it"
        )
    plan, plan_from = plan_file(config)
    record, record_from = records_folder(config)
    return Settings(
        phase=phase,
        step=config.getoption("upgrade_step"),
        plan=plan,
        plan_from=plan_from,
        record=record,
        record_from=record_from,
        **_outputs(config),
    )


def _phase(said: str) -> Phase:
    try:
        return Phase(said)
    except ValueError:
        raise pytest.UsageError(
            f"--upgrade-phase: there is no phase {said!r}; {did_you_mean(said, list(Phase))}the phases are: "
            f"{', '.join(Phase)}"
        ) from None


def shown_path(path: Path, config: pytest.Config) -> str:
    """A path as messages show it: relative to the rootdir if it is below it."""
    try:
        return str(path.relative_to(config.rootpath))
    except ValueError:
        return str(path)


def option_of(config: pytest.Config, name: str) -> Any:
    """An option's value, also while conftests are loaded and the command line is only known in part."""
    return getattr(config.option, name, None) or getattr(config.known_args_namespace, name, None)


def _outputs(config: pytest.Config) -> dict[str, Path | None]:
    ini = config.getini("upgrade_report")
    asked = {
        "report": ("--upgrade-report", config.getoption("upgrade_report")),
        "summary": ("--upgrade-summary", config.getoption("upgrade_summary")),
        "ctrf": ("--upgrade-ctrf", config.getoption("upgrade_ctrf")),
    }
    found: dict[str, Path | None] = {
        name: resolved(Path.cwd() / option) if option else None for name, (_, option) in asked.items()
    }
    if found["report"] is None and ini:
        asked["report"] = ("ini upgrade_report", ini)
        found["report"] = resolved(config.rootpath / ini)
    taken = dict(_other_outputs(config))
    for name, path in found.items():
        flag = asked[name][0]
        if path is None:
            continue
        if why := _OUTPUTS[name].why_not_at(path):
            raise pytest.UsageError(f"{flag}: {why}")
        if taken.setdefault(path, flag) != flag:
            raise pytest.UsageError(f"{flag} names {path}, and so does {taken[path]}: give each a file of its own")
    job_summary = os.environ.get("GITHUB_STEP_SUMMARY")
    found["job_summary"] = Path(job_summary) if job_summary else None
    return found


def refuse_other_outputs(config: pytest.Config) -> None:
    """Raise UsageError if pytest or another plugin was asked to write over a plan, a record or a file of a suite."""
    for path, flag in _other_outputs(config):
        if is_taken(path):
            raise pytest.UsageError(
                f"{flag}: {path} is the name of a plan, a record or a file of a suite; name another file"
            )
    basetemp = option_of(config, "basetemp")
    records = records_folder(config)[0]
    if basetemp and records.is_relative_to(resolved(Path.cwd() / basetemp)):
        raise pytest.UsageError(f"--basetemp: pytest empties {basetemp}, and the record is in it; name another folder")


def _other_outputs(config: pytest.Config) -> Iterator[tuple[Path, str]]:
    """The files that pytest and its other plugins were asked to write, with their options."""
    for flag, name in _OUTPUTS_OF_OTHERS.items():
        path = option_of(config, name)
        if isinstance(path, str) and path:
            yield resolved(Path.cwd() / os.path.expandvars(path)), flag


def plan_file(config: pytest.Config) -> tuple[Path, str]:
    """The plan file, and where its path came from; UsageError if there is none."""
    option = option_of(config, "upgrade_plan")
    if option is not None:
        return _existing(Path.cwd() / option, "--upgrade-plan"), "--upgrade-plan"
    ini = config.getini("upgrade_plan")
    if ini:
        return _existing(config.rootpath / ini, "ini upgrade_plan"), "ini upgrade_plan"
    start = _first_test_path(config)
    found = find_plan(start, config.rootpath)
    if found is None:
        raise pytest.UsageError(
            f"no plan: there is no {PLAN_FILE} in {start} or above it up to {config.rootpath}; "
            "write one, or name it with --upgrade-plan"
        )
    return found, "found"


def _existing(path: Path, origin: str) -> Path:
    if not path.is_file():
        raise pytest.UsageError(f"no plan: {origin} names {path}, and there is no such file")
    return resolved(path)


def _first_test_path(config: pytest.Config) -> Path:
    args = getattr(config, "args", None) or option_of(config, "file_or_dir") or [""]
    first = str(args[0]).partition("::")[0]
    path = config.invocation_params.dir / first
    return path if path.exists() else config.invocation_params.dir


def records_folder(config: pytest.Config) -> tuple[Path, str]:
    """The folder of all records, and where its path came from."""
    option = option_of(config, "upgrade_record")
    if option is not None:
        return resolved(Path.cwd() / option), "--upgrade-record"
    ini = config.getini("upgrade_record")
    if ini:
        return resolved(config.rootpath / ini), "ini upgrade_record"
    return resolved(config.rootpath / RECORDS_FOLDER), "default"
