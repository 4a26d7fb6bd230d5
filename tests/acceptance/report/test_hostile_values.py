"""A payload in every value that can reach a page: inert in our report and in pytest-html's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.report.conftest import Browser, Shop

RUN = "window.pwned=(window.pwned||0)+1"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"\"'><svg onload={RUN}>",
    f"javascript:{RUN}",
    "</pre></details></td><h1>proceed</h1>",
    "{{ 7 * 7 }}{% raw %}",
]

#: Elements that would run something.
LIVE = r"""
return [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(
    a => /pwned/.test(a.value) && (a.name.startsWith('on')
        || (['href', 'src', 'action', 'data'].includes(a.name) && /^\s*javascript:/i.test(a.value)))
)).map(e => e.outerHTML.slice(0, 200))
"""

CHECKS = """
import os
import httpx
import pytest

PAYLOADS = {payloads!r}

@pytest.mark.user_path
@pytest.mark.rollback_boundary("web-release")
@pytest.mark.rollback_boundary("web-release")
def test_front():
    assert True

@pytest.mark.upgrade_step("web")
@pytest.mark.remedy({remedy!r})
@pytest.mark.parametrize("value", PAYLOADS)
def test_values(value, attach, baseline, platform_truth, subtests):
    {docstring!r}
    attach(value, value, "text/html")
    attach("page " + value, ("<html>" + value).encode(), "text/html; charset=" + "utf-8")
    attach("picture " + value, "<svg onload=window.pwned=1>", "image/svg+xml")
    baseline.unchanged(value, httpx.get(os.environ["PLATFORM_URL"] + "/hostile").json())
    with subtests.test(msg=value):
        assert httpx.get(os.environ["PLATFORM_URL"] + "/header").headers["X-Said"] == value
    assert value == "", value

@pytest.mark.skip(reason=PAYLOADS[1])
def test_skipped():
    pass

@pytest.mark.check_id(PAYLOADS[1])
@pytest.mark.rollback_boundary("db-schema")
def test_named():
    raise ValueError(PAYLOADS[0])
"""


@pytest.fixture
def hostile(shop: Shop) -> Shop:
    everything = " ".join(PAYLOADS)
    plan = (shop.folder / "upgrade.yaml").read_text()
    quoted = "'" + everything.replace("'", "''") + "'"
    for old, new in {
        "title: Shop 1 to 2": f"title: {quoted}",
        "status == 'ready'": "status",
        "[schema 2]": f"[{quoted}]",
        "[release]": f"[{quoted}]",
        "restore the backup": quoted,
        "an order is missing": quoted,
        "team-db": quoted,
        "A. Name": quoted,
    }.items():
        assert old in plan
        plan = plan.replace(old, new)
    waiver = {
        "check": "test_hostile.py::test_skipped",
        "accepts": everything,
        "reason": everything,
        "approved_by": everything,
    }
    said = ", ".join(f"{name}: '" + value.replace("'", "''") + "'" for name, value in waiver.items())
    plan += f"waivers:\n  - {{{said}, expires: 2030-01-01}}\n"
    shop.add("upgrade.yaml", plan)
    (shop.folder / "test_shop.py").unlink()
    shop.add(
        "test_hostile.py", CHECKS.format(payloads=PAYLOADS, remedy=f"javascript:{RUN}", docstring=f"{PAYLOADS[1]} says")
    )
    return shop


def answer(shop: Shop, version: str, number: int) -> None:
    body = {payload: [payload, number] for payload in PAYLOADS}
    shop.answer(version, hostile=body, readiness={"status": PAYLOADS[0]})
    shop.platform.answer_at("/header", {"body": "{}", "headers": {"X-Said": PAYLOADS[1]}})


@pytest.mark.parametrize("self_contained", [True, False], ids=["self-contained", "assets"])
def test_inert_everywhere(hostile: Shop, browser: Browser, self_contained: bool) -> None:
    options = ["--html=page.html", *(["--self-contained-html"] if self_contained else [])]
    answer(hostile, "1", 1)
    hostile.checklist.run("pre", *options)
    answer(hostile, f"2{PAYLOADS[1]}", 2)
    run = hostile.checklist.run("post", *options, "--upgrade-summary=summary.md")
    assert "INTERNALERROR" not in run.output
    assert run.code not in (0, 3, 4)
    for page in (hostile.report, hostile.folder / "page.html"):
        browser.open(page)
        browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert browser.run("return window.pwned") is None, page
        text = browser.run("return document.body.innerText")
        for payload in PAYLOADS:
            assert payload in text.replace("\u00a0", " "), (page, payload)
        assert browser.run(LIVE) == [], page
        assert browser.run("return document.querySelectorAll('h1').length") == 1
    assert browser.requests[0].endswith("page.html")
    own = hostile.report.read_text()
    assert "<script" not in own.lower().replace("&lt;script", "")
    for path in Path(hostile.checklist.record.parent / "attachments").iterdir():
        assert path.suffix == ".txt"
    summary = (hostile.folder / "summary.md").read_text()
    outside = re.sub(r"^ *(```+)diff\n.*?^ *\1$", "", summary, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"(?<!\\)<(?!!-- -->)", outside)
