"""The operator's command of the clusters: ``python cluster.py up | write | upgrade | rollback | down ...``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from operation.faults import AT_UP, AT_UPGRADE
from operation.home import ClusterError, Home
from operation.moves import Operation

HERE = Path(__file__).resolve().parent


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 0 if it worked, 1 if it did not."""
    args = _parser().parse_args(argv)
    home = Home(args.home.resolve())
    operation = Operation(home=home, say=_say)
    faults = frozenset(getattr(args, "fault", None) or ())
    try:
        with home.one_command(new=args.command == "up"):
            if args.command == "up":
                operation.up(binaries=args.binaries.resolve(), port=args.port, owner=args.owner, faults=faults)
                _say(f"the old cluster is up; to verify an upgrade of it:  . {_shown(home.environment)}")
            elif args.command == "write":
                operation.write(args.orders)
            elif args.command == "prepare":
                operation.prepare()
            elif args.command == "upgrade":
                operation.upgrade(args.mode, step=args.step, start=not args.not_started, faults=faults)
            elif args.command == "rollback":
                operation.rollback(step=args.step, restore_backup=args.restore_backup)
            elif args.command == "status":
                print("\n".join(operation.status()))
            else:
                operation.down()
    except (ClusterError, OSError) as error:
        print(f"{Path(sys.argv[0]).name} {args.command}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cluster.py", description="Run PostgreSQL 15, and upgrade it to 18.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="fetch both releases, and start a filled cluster on the old one")
    write = commands.add_parser("write", help="place orders, as customers do")
    upgrade = commands.add_parser("upgrade", help="move it to the new release")
    prepare = commands.add_parser("prepare", help="create the new cluster again, for another attempt after a rollback")
    rollback = commands.add_parser("rollback", help="roll it back to the old release")
    status = commands.add_parser("status", help="show what runs")
    down = commands.add_parser("down", help="end the servers and delete their data")
    for command in (up, write, prepare, upgrade, rollback, status, down):
        where = HERE / ".cluster"
        command.add_argument("--home", type=Path, default=where, metavar="DIR", help=f"default: {where.name}")
    up.add_argument("--binaries", type=Path, default=HERE / ".postgresql", metavar="DIR", help="where both releases go")
    up.add_argument("--port", type=int, metavar="N", help="the port of the server; else any free one")
    up.add_argument(
        "--owner", metavar="USER", help="for root: the user of the servers (default: `postgres`, else `nobody`)"
    )
    write.add_argument("--orders", type=int, default=5, metavar="N", help="how many (default: 5)")
    upgrade.add_argument("--mode", choices=["link", "copy", "dump"], default="link", help="how (default: link)")
    upgrade.add_argument("--not-started", action="store_true", help="stop before the new server is started")
    for command in (upgrade, rollback):
        command.add_argument("--step", choices=["server", "extensions"], help="this step of the plan")
    rollback.add_argument("--restore-backup", action="store_true", help="give up what was written since, where needed")
    for command, known in ((up, AT_UP), (upgrade, AT_UPGRADE)):
        words = "let something go wrong: " + "; ".join(f"{name}: {what}" for name, what in known.items())
        command.add_argument("--fault", action="append", choices=known, metavar="NAME", help=words)
    return parser


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
