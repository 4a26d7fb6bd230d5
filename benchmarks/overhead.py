"""The cost of the plugin: ratios to plain pytest, along with named peers, all measured in one run.

``python benchmarks/overhead.py [--write] [--checks N...] [--rounds N]``, in an environment with pytest-upgradecheck,
and pytest-reportlog and pytest-json-report if they are to be measured too. CPU time (user and system) of whole pytest
processes, the best of several interleaved rounds; memory is the peak resident size. With a phase, each run starts a
record and writes everything that a run writes: the record, the verification report, `verdict.json`. ``--write`` puts
the table into `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from plan_of_benchmarks import PLAN

#: Rounds by the number of checks; a run of one check shows what a run costs whatever its size.
COUNTS = {1: 9, 1_000: 9, 10_000: 4, 100_000: 1}

CHECKS = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_trivial(number):
    assert number >= 0

@pytest.mark.user_path
@pytest.mark.rollback_boundary("web-release")
def test_front_page():
    pass
"""

PLATFORM = """
def pytest_upgradecheck_read(surface, plan, phase):
    from pytest_upgradecheck.truth import Answer
    return Answer.of({"products": {"web": "1"}, "ready": True}, source="benchmark")
"""

WITHOUT = ["-p", "no:upgradecheck"]
PEERS_OFF = ["-p", "no:reportlog", "-p", "no:pytest_reportlog", "-p", "no:pytest_jsonreport"]
VARIANTS = {
    "plain pytest": WITHOUT,
    "installed, without a phase": [],
    "--upgrade-phase=pre; record, report and verdict written": ["--upgrade-phase=pre", "-p", "platform_of_benchmark"],
    "--junitxml": [*WITHOUT, "--junitxml=junit.xml"],
}
PEERS = {
    "pytest-reportlog": [*WITHOUT, "--report-log=log.jsonl"],
    "pytest-json-report": [*WITHOUT, "--json-report"],
}
for _peer, _options in PEERS.items():
    with contextlib.suppress(PackageNotFoundError):
        VARIANTS[f"{_peer} {version(_peer)}"] = _options
TABLE = Path(__file__).with_name("README.md")


def main() -> int:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--checks", type=int, nargs="+", default=list(COUNTS), metavar="N")
    parser.add_argument("--rounds", type=int, metavar="N", help="for each number of checks, instead of its own")
    arguments = parser.parse_args()
    counts = {count: arguments.rounds or COUNTS.get(count, 4) for count in arguments.checks}
    rounds_in_words = ", ".join(f"{rounds} of {count:,}" for count, rounds in counts.items())
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} at the start"
    lines = [
        f"pytest {version('pytest')}, {machine}. Rounds, by the number of checks: {rounds_in_words}.",
        "",
        "| | " + " | ".join(f"{count:,} checks: time, memory" for count in counts) + " |",
        "|---|" + "---|" * len(counts),
    ]
    measured = {count: measure(count, rounds) for count, rounds in counts.items()}
    for name in VARIANTS:
        cells = []
        for results in measured.values():
            seconds, megabytes = results[name]
            plain_seconds, plain_megabytes = results["plain pytest"]
            more = f"{(seconds - plain_seconds) * 1000:+,.0f} ms"
            cells.append(f"{seconds / plain_seconds:.2f} ({more}), {megabytes - plain_megabytes:+.0f} MB")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    print("\n".join(lines))
    if arguments.write:
        head, mark, _ = TABLE.read_text("utf-8").partition("<!-- table -->\n")
        TABLE.write_text(head + mark + "\n" + "\n".join(lines) + "\n", "utf-8")
    return 0


def measure(count: int, rounds: int) -> dict[str, tuple[float, float]]:
    """CPU seconds and peak megabytes of each variant: the best of all rounds, which take turns."""
    best = {name: (float("inf"), float("inf")) for name in VARIANTS}
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = Path(name_of_folder)
        (folder / "test_trivial.py").write_text(CHECKS.format(count=count))
        (folder / "upgrade.yaml").write_text(PLAN)
        (folder / "platform_of_benchmark.py").write_text(PLATFORM)
        for options in VARIANTS.values():  # fills the caches of compiled modules
            run(folder, "--co", "-q", *options, codes=(0, 12))
        for _ in range(rounds):
            for name, options in VARIANTS.items():
                shutil.rmtree(folder / ".upgradecheck", ignore_errors=True)
                used = run(folder, *options)
                best[name] = tuple(map(min, best[name], used))  # type: ignore[assignment]
    return best


def run(folder: Path, *options: str, codes: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one pytest process."""
    off = [] if any("report" in option for option in options) else PEERS_OFF
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *off, *options],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"pytest {' '.join(options)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
