"""The cost of making and opening the verification report, next to that of pytest-html's page of the same runs.

``python benchmarks/report.py [--write]``, in an environment with pytest-upgradecheck (which brings pytest-html) and
selenium installed, and chromium with chromedriver on the machine. Two runs of 10,000 checks, pre and post, 200 of which
fail in post with a traceback; then 100,000. ``--write`` puts the table into `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plan_of_benchmarks import PLAN
from selenium import webdriver

CHECKS = """
import os
import pytest

def inner(number):
    values = {{"number": number, "square": number * number, "text": "x" * 40}}
    assert values["square"] < 0, f"check {{number}} says no"

@pytest.mark.parametrize("number", range({count}))
def test_trivial(number):
    '''What is checked here, in words.'''
    if number % {every} == 0 and os.environ["SHOP_VERSION"] == "2":
        inner(number)
    assert number >= 0

@pytest.mark.user_path
@pytest.mark.rollback_boundary("web-release")
def test_front_page():
    pass
"""

PLATFORM = """
import os

def pytest_upgradecheck_read(surface, plan, phase):
    from pytest_upgradecheck.truth import Answer
    return Answer.of({"products": {"web": os.environ["SHOP_VERSION"]}, "ready": True}, source="benchmark")
"""

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--window-size=1280,800", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage")  # fmt: skip

#: The time of the first paint, in milliseconds since the page was requested.
PAINT = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"

#: Done once all scripts of the page have run and a frame was drawn.
DRAWN = "requestAnimationFrame(() => setTimeout(arguments[0], 0))"
ROUNDS = 3
TABLE = Path(__file__).with_name("README.md")


def main() -> int:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    rows = [*measured(10_000, every=50, with_peer=True), *measured(100_000, every=500, with_peer=False)]
    lines = [
        f"pytest-html {version('pytest-html')}, Python {platform.python_version()}, {os.cpu_count()} cores. Seconds.",
        "",
        "| | made in | with memory of | size | first paint | all drawn | memory of the browser |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    print("\n".join(lines))
    if arguments.write:
        head, mark, rest = TABLE.read_text("utf-8").partition("<!-- report -->\n")
        end = "<!-- end of report -->"
        TABLE.write_text(head + mark + "\n" + "\n".join(lines) + "\n\n" + end + rest.partition(end)[2], "utf-8")
    return 0


def measured(count: int, *, every: int, with_peer: bool) -> list[str]:
    """The rows of a suite of so many checks."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_trivial.py").write_text(CHECKS.format(count=count, every=every))
        (folder / "upgrade.yaml").write_text(PLAN)
        (folder / "platform_of_benchmark.py").write_text(PLATFORM)
        html = ["--html=page.html", "--self-contained-html"] if with_peer else []
        for phase, shop in (("pre", "1"), ("post", "2")):
            run(folder, shop, f"--upgrade-phase={phase}", *html)
        record = next(folder.glob(".upgradecheck/*/*/record.jsonl"))
        own = record.with_name("upgrade-report.html")
        making = [made(record) for _ in range(ROUNDS)]
        seconds, megabytes = min(each[0] for each in making), min(each[1] for each in making)
        rows = [
            row(f"upgrade-report.html, {count:,} checks before and after", f"{seconds:.2f}", f"{megabytes:.0f} MB", own)
        ]
        if with_peer:
            rows.append(row(f"pytest-html, self-contained, {count:,} checks after", "", "", folder / "page.html"))
        return rows


def run(folder: Path, shop: str, *options: str) -> None:
    """One pytest run; whatever its verdict, it must have come to one."""
    environ = {**os.environ, "PYTHONPATH": str(folder), "SHOP_VERSION": shop}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "platform_of_benchmark", *options]
    code = subprocess.run(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"pytest {' '.join(options)} ended with {code}")


def made(record: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of ``upgradecheck report``, start of Python and all."""
    started = time.perf_counter()
    command = [sys.executable, "-c", "import sys; from pytest_upgradecheck.cli import main; sys.exit(main())"]
    process = subprocess.Popen([*command, "report", str(record)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"upgradecheck report ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def row(name: str, seconds: str, megabytes: str, page: Path) -> str:
    """One line of the table: the page is opened several times, each time in a new browser."""
    opened = [opens(page) for _ in range(ROUNDS)]
    paint, usable, memory = (min(each[at] for each in opened) for at in range(3))
    size = page.stat().st_size / 1e6
    return f"| {name} | {seconds} | {megabytes} | {size:.1f} MB | {paint:.2f} | {usable:.2f} | {memory:.0f} MB |"


def opens(page: Path) -> tuple[float, float, float]:
    """Seconds to the first paint and to all of it, and the megabytes all processes of the browser hold for it."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(shutil.which("chromedriver"))))
    try:
        driver.set_page_load_timeout(120)
        before = memory_below(driver.service.process.pid)
        driver.set_script_timeout(120)
        started = time.perf_counter()
        driver.get(page.as_uri())
        driver.execute_async_script(DRAWN)
        usable = time.perf_counter() - started
        return driver.execute_script(PAINT) / 1000, usable, memory_below(driver.service.process.pid) - before
    finally:
        driver.quit()


def memory_below(process: Any) -> float:
    """Megabytes that a process and all it started hold."""
    total, waiting = 0.0, [int(process)]
    while waiting:
        each = waiting.pop()
        try:
            for children in Path(f"/proc/{each}/task").glob("*/children"):
                waiting += map(int, children.read_text().split())
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        except OSError:
            continue  # it has ended since
    return total


if __name__ == "__main__":
    sys.exit(main())
