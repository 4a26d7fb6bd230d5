"""How quick the comparison is: ratios to named peers and to ``json.loads``, all measured in one run.

``python benchmarks/comparison.py [--write]``, in an environment with pytest-upgradecheck, deepdiff and jsondiff
installed. CPU time of this process, the best of several rounds. ``--write`` puts the tables into
`benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsondiff
from deepdiff import DeepDiff

from pytest_upgradecheck.comparison import Terms, compare

TABLE = Path(__file__).with_name("README.md")
NAMED = Terms.of(key="name")


def registry(count: int) -> dict[str, Any]:
    """A registry of contracts, ten leaves each."""
    return {
        "contracts": [
            {
                "name": f"partner-{number:07}",
                "owner": f"team-{number % 97}",
                "release": "2026.10",
                "public": number % 2 == 0,
                "limits": {"rate": number % 1000, "burst": number % 10},
                "routes": [f"GET /v1/{number}/{route}" for route in ("orders", "invoices", "stock", "prices")],
            }
            for number in range(count)
        ]
    }


def changed(before: dict[str, Any], changes: int) -> dict[str, Any]:
    """One contract removed, some changed."""
    after = copy.deepcopy(before)
    del after["contracts"][len(after["contracts"]) // 2]
    for contract in after["contracts"][:changes]:
        contract["release"] = "2026.11"
    return after


def seconds(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """CPU seconds of the quickest round, and what the work answers."""
    best, result = float("inf"), None
    for _ in range(rounds):
        began = time.process_time()
        result = work()
        best = min(best, time.process_time() - began)
    return best, result


def deepdiff_changes(before: Any, after: Any, **options: Any) -> int:
    """How many changes DeepDiff reports."""
    return sum(map(len, DeepDiff(before, after, **options).values()))


def jsondiff_changes(before: Any, after: Any) -> int:
    """How many leaves jsondiff's answer has."""
    return leaves(jsondiff.diff(before, after, syntax="explicit"))


def leaves(value: Any) -> int:
    """How many values that are no objects and no lists there are."""
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    return sum(map(leaves, value)) if isinstance(value, list) else 1


def against_peers(count: int, changes: int, rounds: int) -> list[str]:
    """Ours and the peers on the same two documents."""
    before = registry(count)
    after = changed(before, changes)
    peers: dict[str, Callable[[], int]] = {
        "pytest-upgradecheck, key named": lambda: len(compare(before, after, NAMED).differences),
        "pytest-upgradecheck, key found by itself": lambda: len(compare(before, after).differences),
        f"DeepDiff {version('deepdiff')}": lambda: deepdiff_changes(before, after),
        f"DeepDiff {version('deepdiff')}, grouped by name": lambda: deepdiff_changes(
            before["contracts"], after["contracts"], group_by="name"
        ),
    }
    if count <= 1_000:
        peers[f"DeepDiff {version('deepdiff')}, ignore_order"] = lambda: deepdiff_changes(
            before, after, ignore_order=True
        )
        peers[f"jsondiff {version('jsondiff')}"] = lambda: jsondiff_changes(before, after)
    lines = [f"| {count:,} contracts, 1 removed, {changes} changed | changes reported | time |", "|---|---|---|"]
    ours = 0.0
    for name, work in peers.items():
        took, found = seconds(work, rounds if name.startswith("pytest") else 1)
        ours = ours or took
        lines.append(f"| {name} | {found:,} | {took / ours:,.1f} |")
    return lines


def against_loading() -> list[str]:
    """Equal documents, and growth, against ``json.loads`` of both."""
    lines = ["| two documents of | equal, as they come | equal, in another order | 1% changed |", "|---|---|---|---|"]
    for count in (1_000, 10_000, 100_000):
        before = registry(count)
        text = json.dumps(before)
        loading, _ = seconds(lambda text=text: (json.loads(text), json.loads(text)), 3)
        same = json.loads(text)
        ratios = [seconds(lambda: compare(before, same, NAMED), 3)[0] / loading]  # noqa: B023
        same["contracts"].reverse()
        ratios.append(seconds(lambda: compare(before, same, NAMED), 3)[0] / loading)  # noqa: B023
        after = changed(before, count // 100)
        ratios.append(seconds(lambda: compare(before, after, NAMED), 3)[0] / loading)  # noqa: B023
        lines.append(f"| {leaves(before):,} leaves | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
    return lines


STORING = """
import resource, sys
from pathlib import Path
from pytest_upgradecheck.record import Stored, store
from pytest_upgradecheck.redaction import Redactor

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

text = "GET /v1/partners/orders/invoices/stock/prices/and/so/on/" * 8
value = {"rows": [{"n": n, "text": f"{n} {text}"} for n in range(230_000)]}
held = peak()
stored = store(value, Path(sys.argv[1]), Redactor(["a-secret-key"]))
written = peak()
del value
assert len(stored.load(Path(sys.argv[1]))["rows"]) == 230_000
print(stored.size, held, written - held, peak() - written, stored.path(Path(sys.argv[1])).stat().st_size)
"""


def storing() -> list[str]:
    """Peak memory of a process that stores a large capture and reads it back."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", STORING, folder], capture_output=True, text=True, check=True)
    size, held, written, read, packed = map(float, done.stdout.split())
    memory = (f"{each:,.0f} MB" for each in (held, written, read))
    cells = (f"{size / 1e6:,.0f} MB of JSON", f"{packed / 1e6:,.1f} MB", *memory)
    return [
        "| a capture of | on disk | memory of the process that holds it | more to write it | more to read it back |",
        "|---|---|---|---|---|",
        f"| {' | '.join(cells)} |",
    ]


def main() -> int:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = [f"Python {platform.python_version()}, {os.cpu_count()} cores.", ""]
    for part in (against_peers(10_000, 100, 5), against_peers(500, 5, 5), against_loading(), storing()):
        print("\n".join(part), flush=True)
        lines += [*part, ""]
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    if arguments.write:
        head, mark, rest = TABLE.read_text("utf-8").partition("<!-- comparison -->\n")
        _, end, tail = rest.partition("<!-- end of comparison -->")
        TABLE.write_text(head + mark + "\n" + "\n".join(lines) + "\n" + end + tail, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
