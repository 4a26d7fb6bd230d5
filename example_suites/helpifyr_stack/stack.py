"""The operator's command of the reference stack: ``python stack.py up | upgrade | rollback | status | down``."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from pathlib import Path

from operation.faults import FAULTS
from operation.home import Home, StackError
from operation.moves import Operation
from products.catalog import SEQUENCE


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 0 if it worked, 1 if it did not."""
    args = _parser().parse_args(argv)
    home = Home(args.home.resolve())
    operation = Operation(home=home, say=_say, ready_within=getattr(args, "ready_within", 30.0))
    faults = frozenset(FAULTS[name] for name in getattr(args, "fault", None) or ())
    try:
        if args.command == "status":
            print("\n".join(operation.status()))
            return 0
        with home.one_command(new=args.command == "up"):
            if args.command == "up":
                operation.up(faults)
                _say(f"the stack is up; to verify an upgrade of it:  . {_shown(home.environment)}")
            elif args.command == "upgrade":
                operation.upgrade(until=args.step, faults=faults)
            elif args.command == "rollback":
                operation.rollback(restore_backup=args.restore_backup)
            else:
                operation.down()
    except (StackError, OSError, sqlite3.Error) as error:  # OSError: `status` while `down` deletes the stack
        print(f"{Path(sys.argv[0]).name} {args.command}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stack.py", description="Run the reference stack, and upgrade it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="start a new stack on release 2026.10")
    upgrade = commands.add_parser("upgrade", help="move it to release 2026.11")
    rollback = commands.add_parser("rollback", help="roll it back to release 2026.10")
    status = commands.add_parser("status", help="show what runs")
    down = commands.add_parser("down", help="end its processes and delete it")
    for command in (up, upgrade, rollback, status, down):
        command.add_argument(
            "--home", type=Path, default=Path(".stack"), metavar="DIR", help="where the stack lives (default: .stack)"
        )
    for command in (up, upgrade, rollback):
        command.add_argument(
            "--ready-within", type=float, default=30.0, metavar="SECONDS", help="how long to wait for a product"
        )
    for command, known in ((up, [name for name, fault in FAULTS.items() if fault.at_up]), (upgrade, list(FAULTS))):
        command.add_argument(
            "--fault",
            action="append",
            choices=known,
            metavar="NAME",
            help=f"let something go wrong: {', '.join(known)}",
        )
    upgrade.add_argument(
        "--step", choices=[product.name for product in SEQUENCE], help="go up to and including this step only"
    )
    rollback.add_argument(
        "--restore-backup", action="store_true", help="give up all data since the backup where that is the only way"
    )
    return parser


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
