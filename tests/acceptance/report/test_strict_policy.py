"""Served as Jenkins serves reports: no script, no inline style, nothing but files of the same place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.acceptance.report.conftest import Browser, Shop

#: Jenkins' own, but for `sandbox`: the driver's scripts, which look at the page, would be stopped as well.
POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'none'"

CONTRAST = """
const done = arguments[0];
axe.run('.upgradecheck', {runOnly: ['color-contrast']}).then(
    found => done(found.violations.flatMap(each => each.nodes.map(node => node.html)))
)
"""


def serve(shop: Shop, page: Path) -> str:
    """The address of a page that the platform's server answers under the policy."""
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
    answers = {"/page.html": {"body": page.read_text(), "headers": headers}}
    style = page.parent / "assets" / "style.css"
    if style.exists():
        answers["/assets/style.css"] = {"body": style.read_text(), "headers": {"Content-Type": "text/css"}}
    shop.platform.answer(answers)
    return f"{shop.platform.url}/page.html"


@pytest.fixture
def upgraded(shop: Shop) -> Shop:
    assert shop.checklist.run("pre").code == 0
    shop.answer("2", orders=[], settings={"currency": "USD", "limit": 100})
    return shop


@pytest.mark.parametrize("options", [(), ("--self-contained-html",)], ids=["assets", "self-contained"])
def test_blocks_in_pytest_html(upgraded: Shop, browser: Browser, options: tuple[str, ...]) -> None:
    assert upgraded.checklist.run("post", "--html=page.html", *options).code == 11
    browser.open_address(serve(upgraded, upgraded.folder / "page.html"))
    said = browser.text(".upgradecheck")
    for expected in (
        "Verdict: fix-forward", "rollback boundary db-schema has been crossed", "web 1 → 2, db 1 → 2",
        "Action needed (2)",
        '1. REGRESSED "The order is still there" (passed before the upgrade)',
        "remedy: https://example.com/runbook", "owner: team-db",
        "Completeness: complete", "15 planned, 15 selected, 15 run, 15 reported, 13 passed, 2 failed",
    ):  # fmt: skip
        assert expected in said
    assert browser.driver.find_elements("css selector", "#results-table tbody tr td.col-testId") == []
    axe = os.environ.get("AXE_CORE")
    if axe:
        browser.run(Path(axe).read_text("utf-8"))
        assert browser.driver.execute_async_script(CONTRAST) == []


def test_our_own_report(upgraded: Shop, browser: Browser) -> None:
    assert upgraded.checklist.run("post").code == 11
    browser.open_address(serve(upgraded, upgraded.report))
    assert browser.run("return getComputedStyle(document.querySelector('.card')).display") == "block"
    said = browser.text("body")
    for expected in ("fix forward", "db-schema (step db): crossed", "Action needed: 2", "The same in words"):
        assert expected in said
    summary = browser.driver.find_element("css selector", "article.blocker details summary")
    summary.click()
    assert browser.driver.find_element("css selector", "article.blocker details pre").is_displayed()
