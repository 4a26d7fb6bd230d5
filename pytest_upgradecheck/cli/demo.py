"""``upgradecheck demo``: the reference stack, upgraded before your eyes.

Real processes, a real database with an irreversible migration, the real checklist: what runs here is what a team runs,
command by command, and each command is shown before it runs.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from pytest_upgradecheck.errors import UpgradecheckError

_SUITE = "helpifyr_stack"
_REPORT = "upgrade-{phase}.html"
_LEFT_BEHIND = ("__pycache__", ".stack", ".upgradecheck", ".pytest_cache", "*.html")


HELP = "upgrade the reference stack while you watch, from pre to post"


class DemoError(UpgradecheckError):
    """The demo cannot run here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    into = Path("upgradecheck-demo")
    parser.add_argument("--into", type=Path, default=into, metavar="DIR", help=f"where (default: {into})")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="make the upgrade fail like this")
    parser.add_argument("--keep", action="store_true", help="leave the stack running at the end")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo."""
    return demo(arguments.into, faults=arguments.fault, keep=arguments.keep)


def demo(into: Path, *, faults: Sequence[str], keep: bool) -> int:
    """Run the demo in a copy of the reference stack; the exit code is that of the last verdict."""
    missing = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]
    if missing:
        raise DemoError(f"the demo needs {' and '.join(missing)}: pip install 'pytest-upgradecheck[demo]'")
    folder = into.resolve()
    if folder.exists():
        raise DemoError(f"{folder} exists already; name another folder with --into, or remove it")
    shutil.copytree(_suite(), folder, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
    print(f"The reference stack, its plan and its checklist are in {folder}: read them while this runs.")
    try:
        code = _play(folder, faults)
    finally:
        if not keep:
            _run(folder, "When you are done, take the stack down:", ["stack.py", "down"])
    reports = sorted(folder.glob("upgrade-*.html"))
    print("\nReports:", *(f"  {path}" for path in reports), sep="\n")
    print(f"Record and verdict:\n  {folder / '.upgradecheck'}")
    return code


def _play(folder: Path, faults: Sequence[str]) -> int:
    if _run(folder, "Start the stack, release 2026.10:", ["stack.py", "up"]):
        raise DemoError("the stack did not start; what it said stands above")
    environment = _stack_environment(folder)
    code = _pytest(folder, "Before the change: is it safe to start?", "pre", environment)
    if code:
        return code
    switched_on = [option for fault in faults for option in ("--fault", fault)]
    _run(folder, "The change:", ["stack.py", "upgrade", *switched_on])
    return _pytest(folder, "After the change: proceed, pause, roll back, or fix forward?", "post", environment)


def _pytest(folder: Path, what: str, phase: str, environment: Mapping[str, str]) -> int:
    report = _REPORT.format(phase=phase)
    arguments = ["-m", "pytest", f"--upgrade-phase={phase}", f"--html={report}", "--self-contained-html"]
    return _run(folder, what, arguments, environment)


def _run(folder: Path, what: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    print(f"\n{what}\n$ {shlex.join(['python', *arguments])}", flush=True)
    environ = {**os.environ, **(environment or {})}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environ, check=False).returncode  # noqa: S603


def _stack_environment(folder: Path) -> dict[str, str]:
    """The variables of the stack's env file, as a shell would read them with ``. .stack/stack.env``."""
    variables = {}
    for line in (folder / ".stack" / "stack.env").read_text("utf-8").splitlines():
        assignment = line.removeprefix("export ").strip()
        name, separator, value = assignment.partition("=")
        if separator and name.isidentifier():
            variables[name] = "".join(shlex.split(value))
    return variables


def _suite() -> Path:
    """The reference stack: shipped inside the wheel, or beside the package in a checkout."""
    here = Path(__file__).parent
    for folder in (here / _SUITE, here.parent.parent / "example_suites" / _SUITE):
        if folder.is_dir():
            return folder
    raise DemoError("the reference stack was not shipped with this installation")
