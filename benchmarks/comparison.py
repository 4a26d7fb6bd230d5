"""The speed of the comparison: ratios to named peers and to ``json.loads``, and seconds for hard shapes.

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

from pytest_upgradecheck.comparison import Terms, compare, explain

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
    """The number of changes that DeepDiff reports."""
    return sum(map(len, DeepDiff(before, after, **options).values()))


def jsondiff_changes(before: Any, after: Any) -> int:
    """The number of leaves in jsondiff's answer."""
    return leaves(jsondiff.diff(before, after, syntax="explicit"))


def leaves(value: Any) -> int:
    """The number of values that are neither objects nor lists."""
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


def items(count: int, **more: Any) -> list[dict[str, Any]]:
    """Items with a name."""
    return [{"name": f"p{number}", "v": 1, **more} for number in range(count)]


def unnamed(count: int, **more: Any) -> list[dict[str, Any]]:
    """Items that have nothing that could be a key."""
    return [{"x": number + 0.5, **more} for number in range(count)]


def nested(value: Any, depth: int) -> Any:
    """A value so deep within others."""
    for _ in range(depth):
        value = {"a": value, "b": [1]}
    return value


def shapes() -> list[str]:
    """Cases that would take long if the time grew with the product of two sizes."""
    by_name = Terms.of(key="name", rules={f"[name=p{number}].v": "may-change" for number in range(1_000)})
    by_other_members = Terms.of(key="name", rules={f"[k{number}=1].v": "may-change" for number in range(1_000)})
    deep = Terms.of(rules={f"**.p{number}": "may-change" for number in range(1_000)})
    deep_twice = Terms.of(rules={f"**.p{number}.**.z": "may-change" for number in range(1_000)})
    members = {f"p{number}": {"v": 1} for number in range(10_000)}
    other_members = {name: {"v": 2} for name in members}
    near = [{"x": item["x"] + 0.25} for item in unnamed(10_000)]
    within = Terms.of(rule={"rule": "within", "abs": 0.25})
    wide = [{f"m{number}": number + 0.5 for number in range(2_000)}, *unnamed(10_000)]
    many = {f"l{number}": items(2) for number in range(5_000)}
    many_changed = {name: [{**item, "v": 2} for item in value] for name, value in many.items()}
    additions = Terms.of(rule="additions-only")
    cases: dict[str, Callable[[], Any]] = {
        "1,000 rules for items by name, 10,000 items": lambda: compare(items(10_000), items(10_000), by_name),
        "1,000 rules for items by a member of their own, 10,000 items": lambda: compare(
            items(10_000), items(10_000), by_other_members
        ),
        "1,000 rules `**.name`, 10,000 members": lambda: compare(members, other_members, deep),
        "1,000 rules `**.name.**.z`, 10,000 members": lambda: compare(members, other_members, deep_twice),
        "10,000 items, 90 levels deep": lambda: compare(nested(unnamed(10_000), 90), nested(near[:1] * 10_000, 90)),
        "10,000 items without a key, each has one member more": lambda: compare(
            unnamed(10_000), unnamed(10_000, new=0), additions
        ),
        "the same, in order": lambda: compare(
            unnamed(10_000), unnamed(10_000, new=0), Terms.of(rule="additions-only", ordered=True)
        ),
        "10,000 items without a key, each within a tolerance": lambda: compare(unnamed(10_000), near, within),
        "10,000 numbers, each within a tolerance": lambda: compare(
            [item["x"] for item in unnamed(10_000)], [item["x"] for item in near], within
        ),
        "one item with 2,000 members among 10,000 with one": lambda: compare(wide, wide[:-1]),
        "5,000 lists, a change in each, as text": lambda: explain(compare(many, many_changed)),
    }
    lines = ["| shape | seconds |", "|---|---|"]
    lines += [f"| {name} | {seconds(work, 3)[0]:.2f} |" for name, work in cases.items()]
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
    for part in (against_peers(10_000, 100, 5), against_peers(500, 5, 5), against_loading(), shapes(), storing()):
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
