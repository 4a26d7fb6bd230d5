"""The verification report in a real browser: structure, first glance, deep links, contrast, and nothing that runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.acceptance.report.conftest import Browser, Shop, shop_in

SECTIONS = [
    "Rollback boundaries", "Action needed (2)", "Before and after", "Availability while upgrading", "Sequence",
    "Completeness", "All checks, by step and owner", "Attachments", "Provenance",
]  # fmt: skip


@pytest.fixture(scope="module")
def bad_upgrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Fix-forward: an order is lost behind the boundary, and a setting changed. For looking at only."""
    with shop_in(tmp_path_factory.mktemp("shop")) as shop:
        yield upgraded_badly(shop)


def upgraded_badly(shop: Shop) -> Shop:
    assert shop.checklist.run("pre").code == 0
    shop.answer("2", orders=[], settings={"currency": "USD", "limit": 100})
    assert shop.checklist.run("post").code == 11
    return shop


LONG = "orders-database-schema-forty-two-of-the-european-region-and-its-replicas"

SICK = """
import pytest

@pytest.mark.skip(reason="no time")
def test_skipped():
    \"\"\"Somebody looks at the dashboards.\"\"\"

def test_sick():
    \"\"\"The nightly report can be made.\"\"\"
    assert False, "sick"

@pytest.mark.post_upgrade
def test_late():
    \"\"\"The new index answers.\"\"\"
    assert False, "late"
"""


@pytest.fixture(scope="module")
def sick_upgrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A check that failed before already, one that was skipped, and a boundary with a long name; and rolled back."""
    with shop_in(tmp_path_factory.mktemp("shop")) as shop:
        for name in ("upgrade.yaml", "test_shop.py"):
            shop.add(name, (shop.folder / name).read_text().replace("db-schema", LONG))
        shop.add("test_sick.py", SICK)
        assert shop.checklist.run("pre").code == 1
        shop.answer("2", orders=[])
        assert shop.checklist.run("post").code == 11
        shop.answer("1")
        shop.checklist.run("rollback")
        yield shop


def test_sections_stand_in_order_with_landmarks_headings_and_scopes(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report)
    headings = browser.run("return [...document.querySelectorAll('main > section > h2')].map(h => h.innerText)")
    assert headings == SECTIONS
    assert browser.run("return document.documentElement.lang") == "en"
    assert browser.run("return [...document.querySelectorAll('h1')].map(h => h.innerText)") == ["⚠ FIX FORWARD"]
    assert browser.run("return ['header', 'main', 'nav'].every(t => document.querySelectorAll(t).length === 1)")
    assert browser.run("return document.querySelectorAll('th:not([scope])').length") == 0
    assert browser.run("return [...document.querySelectorAll('[id]')].map(e => e.id).sort().join()") == browser.run(
        "return [...new Set([...document.querySelectorAll('[id]')].map(e => e.id))].sort().join()"
    )
    assert browser.complaints == []
    assert browser.requests == [bad_upgrade.report.as_uri()]


def test_first_glance_needs_no_scrolling(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report)
    glance = browser.run(
        "return [...document.querySelectorAll('header *')].filter(e => e.children.length === 0 && e.innerText)"
        ".map(e => [e.innerText, e.getBoundingClientRect().bottom])"
    )
    assert max(bottom for _, bottom in glance) < 800
    text = browser.text("header")
    verdict = json.loads(bad_upgrade.checklist.record.with_name("verdict.json").read_text())
    for expected in (
        "FIX FORWARD", verdict["reason"], "web 1 → 2, db 1 → 2", "Environment test", "Phase post",
        verdict["finished_at"][:19].replace("T", " ") + " UTC", "web-release (step web): not crossed",
        "db-schema (step db): crossed", "Action needed: 2", '"The order is still there"',
        '"The settings are what they were"', "regressed 2", "fixed 0", "failing since before 0", "new 0",
        "missing after 0", "compared values that changed 1", "Evidence: complete",
    ):  # fmt: skip
        assert expected in text


def test_blocker_says_expected_before_after_owner_boundary_and_remedy(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report)
    order, settings = browser.driver.find_elements("css selector", "article.blocker")
    said = " ".join(order.text.split())
    for expected in (
        "REGRESSED", "The order is still there", "passed before: 'An order can be placed', which this check builds on",
        "team-db", "db-schema: crossed", "test_shop.py::test_order_survives",
    ):  # fmt: skip
        assert expected in said
    link = order.find_element("link text", "https://example.com/runbook")
    assert link.get_attribute("href") == "https://example.com/runbook"
    assert "Traceback" in said
    assert not order.find_element("css selector", "details pre").is_displayed()
    said = " ".join(settings.text.split())
    assert "Before passed in the pre run" in said
    assert 'settings: currency: "EUR"' in said
    assert 'settings: currency: "USD"' in said


def test_deep_link_opens_what_is_folded(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report)
    folded = browser.run("return document.querySelector('details:not([open]) tr[id^=check-]').id")
    browser.open(bad_upgrade.report, fragment=f"#{folded}")
    row = browser.driver.find_element("id", folded)
    assert row.is_displayed()
    top = browser.run("return document.getElementById(arguments[0]).getBoundingClientRect().top", folded)
    assert 0 <= top < 800
    browser.open(bad_upgrade.report)
    links = browser.run("return [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))")
    assert len(links) >= 15
    assert browser.run("return arguments[0].filter(l => !document.getElementById(l.slice(1)))", links) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_violation_of_accessibility(bad_upgrade: Shop, browser: Browser, dark: bool, width: int) -> None:
    browser.open(bad_upgrade.report, dark=dark, width=width)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.violations() == []
    colour = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (colour == "rgb(255, 255, 255)") is not dark


@pytest.mark.parametrize("width", [320, 600, 1280, 2560])
def test_nothing_is_wider_than_the_window(sick_upgrade: Shop, browser: Browser, width: int) -> None:
    browser.open(sick_upgrade.report, width=width)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert "failing since before" in browser.text("#checks table")
    assert browser.run("return document.documentElement.scrollWidth") <= width
    tables = "return [...document.querySelectorAll('.results, .stacks')]"
    assert browser.run(f"{tables}.map(t => t.getBoundingClientRect().right).filter(r => r > {width})") == []
    narrow = "[...document.querySelectorAll('.results tbody th')].filter(t => t.getBoundingClientRect().width < 110)"
    assert browser.run(f"return {narrow}.map(t => t.innerText)") == []


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_needed_to_recover_shows_without_scrolling_sideways(
    sick_upgrade: Shop, browser: Browser, width: int
) -> None:
    browser.open(sick_upgrade.report, width=width)
    recover = browser.driver.find_element("xpath", "//td[normalize-space()='restore the backup']")
    assert 0 <= recover.rect["x"] < recover.rect["x"] + recover.rect["width"] <= width


def test_everything_can_be_reached_by_keyboard(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report)
    body = browser.driver.find_element("tag name", "body")
    body.send_keys(Keys.TAB)
    first = browser.driver.switch_to.active_element
    assert first.text == "Skip to what needs action"
    first.send_keys(Keys.ENTER)
    summary = browser.driver.find_element("css selector", "article.blocker summary")
    summary.send_keys(Keys.ENTER)
    assert browser.driver.find_element("css selector", "article.blocker details pre").is_displayed()


def test_prints_on_pages_of_its_own(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report, dark=True)
    browser.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
    )
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not browser.driver.find_element("tag name", "nav").is_displayed()
    assert browser.run("return getComputedStyle(document.getElementById('checks')).breakBefore") == "page"
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_what_is_folded_prints(bad_upgrade: Shop, browser: Browser) -> None:
    browser.open(bad_upgrade.report)
    assert not browser.driver.find_element("css selector", "article.blocker details pre").is_displayed()
    said = browser.printed()
    for expected in ("assertbaseline", "E   AssertionError", "test_shop.py::test_settings"):
        assert "".join(expected.split()) in said
    assert "notprinted" not in said


def test_what_would_fill_many_pages_does_not_print(shop: Shop, browser: Browser) -> None:
    shop.add(
        "test_many.py", "import pytest\n@pytest.mark.parametrize('n', range(250))\ndef test_it(n):\n    assert True\n"
    )
    assert shop.checklist.run("pre").code == 0
    browser.open(shop.report)
    said = browser.printed()
    assert re.search(r"notprinted:\d{3}checks", said)
    assert "test_it[7]" not in said
    assert not browser.driver.find_element("css selector", ".on-paper").is_displayed()


def test_picture_shows_without_any_style(bad_upgrade: Shop, browser: Browser, tmp_path: Path) -> None:
    text = bad_upgrade.report.read_text()
    svg = text[text.index("<svg") : text.index("</svg>")]
    assert "style" not in svg
    assert "class" not in svg
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r"style-src '[^']+'", "style-src 'none'", text))
    browser.open(bare)
    assert browser.run("return getComputedStyle(document.querySelector('.card')).display") == "block"
    assert "FIX FORWARD" in browser.text("h1").upper()
    assert "rollback boundary db-schema: crossed" in " ".join(
        each.text for each in browser.driver.find_elements("css selector", "svg text")
    )
    words = browser.text(".sequence ol")
    for expected in ("web 1 → 2", "shared-truth publication changes here", "Rollback boundary db-schema, crossed",
                     "irreversible: schema 2", "We are here"):  # fmt: skip
        assert expected in words


def test_page_of_a_run_under_way_looks_like_the_report(shop: Shop, browser: Browser) -> None:
    copy = "import shutil\ndef test_it():\n    shutil.copy('my report.html', 'copy of.html')\n    assert True\n"
    shop.add("test_copy.py", copy)
    run = shop.checklist.run("pre", "--upgrade-report=my report.html")
    assert run.code == 0
    browser.open(shop.folder / "copy of.html", width=320)
    assert browser.run("return getComputedStyle(document.querySelector('h1')).textTransform") == "uppercase"
    assert browser.text("pre") == ("upgradecheck report .upgradecheck/shop/test/record.jsonl --output 'my report.html'")
    assert browser.violations() == []
    assert browser.complaints == []
    assert browser.run("return document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("text", ["the schema of all orders, and what was ordered", "W" * 60, "注文" * 30])
def test_text_stays_inside_the_picture(shop: Shop, browser: Browser, text: str) -> None:
    plan, checks = shop.folder / "upgrade.yaml", shop.folder / "test_shop.py"
    name = f"{'W' * 30}-{'m' * 30}"
    plan.write_text(plan.read_text().replace("name: db-schema", f"name: {name}").replace("[schema 2]", f"['{text}']"))
    checks.write_text(checks.read_text().replace('"db-schema"', repr(name)))
    assert shop.checklist.run("pre").code == 0
    browser.open(shop.report)
    inside = "const svg = document.querySelector('svg').getBoundingClientRect();"
    inside += (
        "return [...document.querySelectorAll('svg text')].filter(t => t.getBoundingClientRect().right > svg.right)"
    )
    assert browser.run(f"{inside}.map(t => t.textContent)") == []


def test_report_of_a_damaged_record_cannot_tell(shop: Shop, browser: Browser) -> None:
    record = upgraded_badly(shop).checklist.record
    lines = record.read_text().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if '"type":"verdict"' in line)
    at = next(number for number in range(at, len(lines)) if '"result":"passed"' in lines[number])
    lines[at] = lines[at].replace("passed", "passes")
    record.write_text("".join(lines))
    command = [sys.executable, "-c", "from pytest_upgradecheck.cli import main; raise SystemExit(main())"]
    run = subprocess.run([*command, "report", str(shop.folder)], capture_output=True, text=True)
    assert run.returncode == 1
    assert f"record.jsonl:{at + 1}: " in run.stderr
    browser.open(shop.report)
    assert "CANNOT TELL The record is damaged" in browser.text("header")
