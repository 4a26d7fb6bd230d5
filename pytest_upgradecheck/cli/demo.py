"""``upgradecheck demo``: upgrade the reference stack while you watch.

The processes, the database, its irreversible migration and the checklist are real. The demo runs the commands that a
team would run, and shows each command before it runs it.
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
from pytest_upgradecheck.wording import did_you_mean

_SUITE = "helpifyr_stack"
_REPORT = "upgrade-{phase}.html"
_LEFT_BEHIND = ("__pycache__", ".stack", ".upgradecheck", ".pytest_cache", "*.html")
_LIST_FAULTS = "import sys; sys.path.insert(0, '.'); from operation.faults import FAULTS; print(*FAULTS)"


HELP = "upgrade the reference stack while you watch, from pre to post"


class DemoError(UpgradecheckError):
    """The demo cannot run here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    into = Path("upgradecheck-demo")
    parser.add_argument("--into", type=Path, default=into, metavar="DIR", help=f"folder to create (default: {into})")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="inject this fault; repeatable")
    parser.add_argument("--keep", action="store_true", help="leave the stack running at the end")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo."""
    return demo(arguments.into, faults=arguments.fault, keep=arguments.keep)


def demo(into: Path, *, faults: Sequence[str], keep: bool) -> int:
    """Run the demo in a copy of the reference stack and return the exit code of the last verdict."""
    suite = reference_stack()
    _require_packages()
    _require_known(faults, suite)
    folder = _copy(suite, into)
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


def _require_packages() -> None:
    if find_spec("fcntl") is None:
        raise DemoError("the demo runs on Linux and macOS only")
    missing = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]
    if missing:
        raise DemoError(f"the demo needs {' and '.join(missing)}: pip install 'pytest-upgradecheck[demo]'")


def _require_known(faults: Sequence[str], suite: Path) -> None:
    if not faults:
        return
    listed = subprocess.run(  # noqa: S603
        [sys.executable, "-B", "-c", _LIST_FAULTS], cwd=suite, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        raise DemoError(f"the faults of the reference stack cannot be listed: {listed.stderr.strip()}")
    known = listed.stdout.split()
    for fault in faults:
        if fault not in known:
            hint = f"{did_you_mean(fault, known)}choose from {', '.join(known)}"
            raise DemoError(f"--fault {fault!r}: there is no such fault; {hint}")


def _copy(suite: Path, into: Path) -> Path:
    """Copy the suite to a new folder, or leave nothing behind."""
    try:
        folder = into.absolute()
        if os.path.lexists(folder):
            raise DemoError(f"{folder} exists already; name another folder with --into, or remove it")
        folder = folder.resolve()
        if folder.is_relative_to(suite.resolve()):
            raise DemoError(f"{folder} is inside the reference stack itself; name another folder with --into")
        shutil.copytree(suite, folder, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
    except (OSError, RuntimeError) as error:
        raise DemoError(f"{into}: the reference stack cannot be copied there: {_reason(error)}") from None
    return folder


def _reason(error: Exception) -> str:
    if isinstance(error, shutil.Error):
        _, _, why = error.args[0][0]
        return str(why)
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _play(folder: Path, faults: Sequence[str]) -> int:
    if _run(folder, "Start the stack, release 2026.10:", ["stack.py", "up"]):
        raise DemoError("the stack did not start; the reason is shown above")
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
    """The variables of the stack's env file, as a shell reads them with ``. .stack/stack.env``."""
    variables = {}
    for line in (folder / ".stack" / "stack.env").read_text("utf-8").splitlines():
        assignment = line.removeprefix("export ").strip()
        name, separator, value = assignment.partition("=")
        if separator and name.isidentifier():
            variables[name] = "".join(shlex.split(value))
    return variables


def reference_stack() -> Path:
    """The reference stack: inside the installed package, or next to it in a checkout."""
    here = Path(__file__).parent
    for folder in (here / _SUITE, here.parent.parent / "example_suites" / _SUITE):
        if folder.is_dir():
            return folder
    raise DemoError("this installation does not contain the reference stack; install the wheel or use a checkout")
