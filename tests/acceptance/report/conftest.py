"""A real browser, and a checklist with its platform behind real HTTP, to make reports with."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.acceptance.checklist import Checklist
from tests.small_upgrade import ASKS_SERVER, CHECKS, FROM_SERVER, Plan, Platform, state

webdriver = pytest.importorskip("selenium.webdriver")

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--window-size=1280,800",
)  # fmt: skip

#: The checks of the small upgrade, with an attachment and a remedy that is a link.
SHOP_CHECKS = (
    CHECKS.replace("stop the shop", "https://example.com/runbook")
    .replace("test_place_order(baseline):", "test_place_order(baseline, attach):")
    .replace('placed."""\n', "placed.\"\"\"\n    attach('the order', platform('orders')[0])\n")
)


class Shop:
    """The checklist of a shop, and the platform it is about."""

    def __init__(self, folder: Path, platform: Platform) -> None:
        self.platform = platform
        suite = folder / "suite"
        suite.mkdir()
        (suite / "upgrade.yaml").write_text(str(Plan(platform=FROM_SERVER)))
        (suite / "test_shop.py").write_text(ASKS_SERVER + SHOP_CHECKS)
        self.checklist = Checklist(suite, env={"PLATFORM_URL": platform.url})
        self.answer("1")

    def answer(self, version: str, **more: Any) -> None:
        """What the platform answers from now on: both products at ``version``, and ``more`` by path."""
        self.platform.is_in(state(version, **more))

    def add(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    @property
    def folder(self) -> Path:
        return self.checklist.folder

    @property
    def report(self) -> Path:
        return self.checklist.record.with_name("upgrade-report.html")


@contextmanager
def shop_in(folder: Path) -> Iterator[Shop]:
    with Platform() as platform:
        yield Shop(folder, platform)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with shop_in(tmp_path) as shop:
        yield shop


class Browser:
    """Chromium, with what it asked the network for and what it complained of."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, page: Path, *, fragment: str = "", **window: Any) -> None:
        self.open_address(page.as_uri() + fragment, **window)

    def open_address(self, address: str, *, width: int = 1280, height: int = 800, dark: bool = False) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.get("about:blank")
        for log in ("browser", "performance"):
            self.driver.get_log(log)  # what was before is of another page
        self.driver.get(address)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page answers; the page's own policy does not bind it."""
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        return " ".join(self.driver.find_element("css selector", selector).text.split())

    def printed(self) -> str:
        """What stands on paper, without any space."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        pages = PdfReader(BytesIO(base64.b64decode(self.driver.print_page()))).pages
        return "".join("".join(page.extract_text() for page in pages).split())

    @property
    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    @property
    def requests(self) -> list[str]:
        """Every address asked for, but those inside the page."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith("data:")]

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and its own best practices."""
        axe = os.environ.get("AXE_CORE")
        if not axe:
            pytest.skip("AXE_CORE does not name axe-core's axe.min.js; `nox -s tests` installs it")
        self.driver.execute_script(Path(axe).read_text("utf-8"))
        found = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document).then(r => done(r.violations), e => done([{id: String(e), nodes: []}]))"
        )
        return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and chromedriver):
        pytest.skip("there is no chromium with chromedriver on this machine; .ci/run installs them")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=chromedriver)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver: Any) -> Browser:
    return Browser(driver)
