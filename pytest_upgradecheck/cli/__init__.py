"""``upgradecheck``: the command line next to pytest. Each command declares its own options, in its own module."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from pytest_upgradecheck.errors import UpgradecheckError
from pytest_upgradecheck.wording import did_you_mean, raised

#: The commands, in the order of the help text. The module of a command has its name, with "_" for "-".
COMMANDS = (
    "demo", "init", "plan", "signoff", "waive", "new-attempt", "report", "diff", "verify", "attest", "gate", "compare",
    "schema",
)  # fmt: skip

_USAGE_ERROR = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141


class Command(Protocol):
    """The module of a command. ``HELP`` is its line in the help text."""

    HELP: str

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    @staticmethod
    def run(arguments: argparse.Namespace) -> int:
        """Run the command and return its exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 2 if it was used wrongly or could not do its work.

    Whatever goes wrong is one message on stderr, never a traceback.
    """
    if sys.stdout is None:  # closed by the parent process; print would drop everything silently
        return _fail("standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show every name
    try:
        code = _run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
    except UpgradecheckError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("interrupted", _INTERRUPTED)
    except BrokenPipeError:
        # Python flushes stdout once more when it exits, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}")
    except Exception as error:  # a bug of ours, but a person at work needs a sentence, not a stack
        return _fail(f"this is a bug in upgradecheck, please report it: {raised(error)}{_at(error)}")
    return code


def _run(argv: list[str]) -> int:
    parser = _Parser(prog="upgradecheck", description="Verify upgrades; see also pytest --upgrade-phase.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", parser_class=_Parser)
    named = next((word for word in argv if not word.startswith("-")), None)
    if named is not None and named not in COMMANDS:
        parser.error(f"there is no command {named!r}; {did_you_mean(named, COMMANDS)}commands: {', '.join(COMMANDS)}")
    for name in COMMANDS if named is None else (named,):  # only what is needed is imported
        module = _module(name)
        options = commands.add_parser(name, help=module.HELP, description=_sentence(module.HELP), allow_abbrev=False)
        module.add_arguments(options)
        options.set_defaults(run=module.run, parser=options)
    arguments, unknown = parser.parse_known_args(argv)
    if arguments.command is None:
        parser.error(f"name a command: {', '.join(COMMANDS)}")
    if unknown:
        known = [option for action in arguments.parser._actions for option in action.option_strings]  # noqa: SLF001
        near = did_you_mean(unknown[0].partition("=")[0], known) if unknown[0].startswith("-") else ""
        arguments.parser.error(f"unknown argument: {unknown[0]}; {near}see upgradecheck {arguments.command} --help")
    code: int = arguments.run(arguments)
    return code


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one message, like all others."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}" if self.prog == "upgradecheck" else f"{self.prog.partition(' ')[2]}: {message}")


class UsageError(UpgradecheckError):
    """The command line cannot be understood."""


def _module(name: str) -> Command:
    return cast(Command, import_module(f"pytest_upgradecheck.cli.{name.replace('-', '_')}"))


def _fail(message: str, code: int = _USAGE_ERROR) -> int:
    print(f"upgradecheck: {message}", file=sys.stderr)
    return code


def _at(error: Exception) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f" ({traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno})" if traceback else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _version() -> str:
    from importlib.metadata import version

    return f"upgradecheck {version('pytest-upgradecheck')}"
