"""Take pictures of the verification report, with one upgrade of the reference stack for each verdict.

``python docs/screenshots.py FOLDER [--readme]``, or ``nox -s screenshots -- FOLDER``, with chromium and chromedriver on
the machine. FOLDER gets four pictures of each report: wide, dark, narrow, and as it prints. ``--readme`` updates
those of the README as well.
"""

from __future__ import annotations

import argparse
import base64
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium import webdriver

HERE = Path(__file__).resolve().parent
SUITE = HERE.parent / "example_suites" / "helpifyr_stack"

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage")  # fmt: skip

#: The check in which a run is killed.
SLOW = """
import os
import time

def test_nightly_report():
    \"\"\"The nightly report can be made.\"\"\"
    time.sleep(float(os.environ.get("SLOW", "0")))
    assert True
"""

A4 = 794


@dataclass(frozen=True)
class Upgrade:
    """The change to the stack between pre and post, and the expected exit code of post; None if it is killed."""

    exit_code: int | None
    fault: str | None = None
    step: str | None = None


UPGRADES = {
    "proceed": Upgrade(0),
    "pause": Upgrade(1, "breaking-contract"),
    "roll-back": Upgrade(10, "docs-search-broken", "docs"),
    "fix-forward": Upgrade(11, "order-lost"),
    "cannot-tell": Upgrade(12, "stale-readiness"),
    "killed": Upgrade(None),
}

#: Width, height (None for the whole page), and what is emulated.
LOOKS: dict[str, tuple[int, int | None, str, str]] = {
    "wide": (1280, None, "light", ""),
    "dark": (1280, None, "dark", ""),
    "narrow": (320, None, "light", ""),
    "print": (A4, None, "light", "print"),
}
README = {
    "fix-forward": ("fix-forward.png", (1280, 1000, "light", "")),
    "roll-back": ("roll-back-dark.png", (1280, 700, "dark", "")),
}


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--readme", action="store_true", help="also write those in docs/images")
    settings = parser.parse_args()
    settings.folder.mkdir(parents=True, exist_ok=True)
    driver = browser()
    try:
        for name, upgrade in UPGRADES.items():
            with tempfile.TemporaryDirectory() as folder:
                page = report_of(upgrade, Path(folder) / "suite")
                for look, how in LOOKS.items():
                    take(driver, page, settings.folder / f"{name}-{look}.png", *how)
                if settings.readme and name in README:
                    file, how = README[name]
                    take(driver, page, HERE / "images" / file, *how)
            print(name)
    finally:
        driver.quit()


def report_of(upgrade: Upgrade, suite: Path) -> Path:
    """Upgrade a stack of its own, and answer the page that tells of it."""
    shutil.copytree(SUITE, suite, ignore=shutil.ignore_patterns("__pycache__", ".stack", ".upgradecheck"))
    fault = ["--fault", upgrade.fault] if upgrade.fault else []
    if upgrade.exit_code is None:
        (suite / "test_zz_slow.py").write_text(SLOW)
    stack(suite, "up")
    try:
        checks(suite, "pre", 0)
        stack(suite, "upgrade", *fault, *(["--step", upgrade.step] if upgrade.step else []))
        if upgrade.exit_code is None:
            killed(suite)
        else:
            checks(suite, "post", upgrade.exit_code, *([f"--upgrade-step={upgrade.step}"] if upgrade.step else []))
    finally:
        stack(suite, "down")
    (page,) = suite.glob(".upgradecheck/*/*/upgrade-report.html")
    return page


def stack(suite: Path, command: str, *options: str) -> None:
    """Run a command as an operator does."""
    subprocess.run([sys.executable, "stack.py", command, *options], cwd=suite, check=True, capture_output=True)


def start(suite: Path, phase: str, *options: str, **more: str) -> subprocess.Popen[str]:
    """Start pytest on the checklist."""
    lines = (suite / ".stack" / "stack.env").read_text("utf-8").splitlines()
    exported = dict(shlex.split(line)[1].split("=", 1) for line in lines)
    arguments = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--upgrade-phase={phase}", *options]
    return subprocess.Popen(
        arguments,
        cwd=suite,
        env={**os.environ, **exported, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def checks(suite: Path, phase: str, exit_code: int, *options: str) -> None:
    """Run the checklist to its end."""
    process = start(suite, phase, *options)
    output, _ = process.communicate(timeout=120)
    if process.returncode != exit_code:
        raise SystemExit(f"{phase} exited with {process.returncode}, not {exit_code}:\n{output}")


def killed(suite: Path) -> None:
    """Kill a post run in its last check, and have the record tell of it."""
    (record,) = suite.glob(".upgradecheck/*/*/record.jsonl")
    before = record.read_text().count('"type":"check"')
    process = start(suite, "post", SLOW="60")
    while process.poll() is None and record.read_text().count('"type":"check"') < 2 * before - 2:
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    command = [sys.executable, "-c", "from pytest_upgradecheck.cli import main; raise SystemExit(main())"]
    subprocess.run([*command, "report", str(record)], check=True, capture_output=True)


def browser() -> Any:
    """Chromium without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver") or ""))


def take(driver: Any, page: Path, file: Path, width: int, height: int | None, scheme: str, media: str) -> None:
    """One picture of a page."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    metrics = {"width": width, "height": height or 800, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.get(page.as_uri())
    whole = driver.execute_script("return document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": height or min(whole, 16_000), "scale": 1}
    picture = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": False, "clip": clip}
    file.write_bytes(base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", picture)["data"]))


if __name__ == "__main__":
    main()
