"""The operator's command of the example: ``python hub.py up | upgrade | rollback | status | down``."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from pathlib import Path

from operation.faults import FAULTS
from operation.home import Home, HubError
from operation.moves import Operation
from operation.releases import NEW, OLD, Releases

_THEN = "; `status` shows what runs, `down` ends it"


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 0 if it worked, 1 if it did not."""
    args = _parser().parse_args(argv)
    home = Home(args.home.resolve())
    releases = Releases(args.releases.resolve())
    operation = Operation(home=home, releases=releases, say=_say, ready_within=getattr(args, "ready_within", 30.0))
    try:
        if args.command == "status":
            print("\n".join(operation.status()))
            return 0
        with home.one_command(new=args.command == "up"):
            if args.command == "up":
                operation.up(port=args.port)
                _say(f"the hub is up; to verify an upgrade of it:  . {_shown(home.environment)}")
            elif args.command == "upgrade":
                operation.upgrade(args.fault)
            elif args.command == "rollback":
                operation.rollback(restore_backup=args.restore_backup)
            else:
                operation.down()
    except HubError as error:
        return _failed(args.command, str(error))
    except OSError as error:
        return _failed(args.command, f"{error.filename or home.path}: {error.strerror or error}{_THEN}")
    except sqlite3.Error as error:
        return _failed(args.command, f"the database in {home.path}: {error}{_THEN}")
    except KeyboardInterrupt:
        return _failed(args.command, f"interrupted{_THEN}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub.py", description="Run a JupyterHub, and upgrade it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    up = commands.add_parser("up", help=f"start a new hub on JupyterHub {OLD}")
    upgrade = commands.add_parser("upgrade", help=f"move it to JupyterHub {NEW}")
    rollback = commands.add_parser("rollback", help=f"roll it back to JupyterHub {OLD}")
    status = commands.add_parser("status", help="show what runs")
    down = commands.add_parser("down", help="end its processes and delete it")
    for command in (up, upgrade, rollback, status, down):
        command.add_argument(
            "--home", type=Path, default=Path(".hub"), metavar="DIR", help="where the hub lives (default: .hub)"
        )
        command.add_argument(
            "--releases",
            type=Path,
            default=Path(".releases"),
            metavar="DIR",
            help="where the two releases are installed, once for all hubs (default: .releases)",
        )
    for command in (up, upgrade, rollback):
        command.add_argument(
            "--ready-within", type=float, default=30.0, metavar="SECONDS", help="how long to wait for the hub"
        )
    up.add_argument("--port", type=_port, metavar="N", help="where it listens (default: a free port)")
    upgrade.add_argument(
        "--fault", choices=list(FAULTS), metavar="NAME", help=f"let something go wrong: {', '.join(FAULTS)}"
    )
    rollback.add_argument(
        "--restore-backup", action="store_true", help="give up all data since the backup where that is the only way"
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return int(text)


def _failed(command: str, why: str) -> int:
    print(f"hub.py {command}: {why}", file=sys.stderr)
    return 1


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
