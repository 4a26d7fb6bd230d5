"""The verdict in pytest-html's page."""

from __future__ import annotations

import html
import json
import re

import pytest

from tests.small_upgrade import Suite

pytest.importorskip("pytest_html")

PAYLOAD = "<img src=x onerror=alert(1)>"


def page(suite: Suite, phase: str, *options: str) -> str:
    suite.run(phase, "--html=report.html", "--self-contained-html", *options)
    text: str = (suite.path / "report.html").read_text()
    return text


def test_verdict_is_title_and_heading_with_reason_boundary_blockers_and_completeness(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(orders=[])
    text = page(suite, "post")
    assert '<title id="head-title">FIX-FORWARD: Shop 1 to 2, test, post</title>' in text
    assert '<h1 id="title">FIX-FORWARD: Shop 1 to 2, test, post</h1>' in text
    summary = html.unescape(re.sub(r"<[^>]+>", " ", text[text.index('<section class="upgradecheck"') :]))
    assert "Verdict: fix-forward" in summary
    assert (
        "rollback boundary db-schema has been crossed. Do not start the old release, schema 2 cannot be reversed"
        in summary
    )
    assert 'REGRESSED  "The order is still there"  (passed before the upgrade)' in summary
    assert "remedy: stop the shop" in summary
    assert "15 planned, 15 selected, 15 run, 15 reported, 14 passed, 1 failed" in summary


def test_every_value_is_escaped(suite: Suite) -> None:
    suite.edit_plan("title: Shop 1 to 2", f"title: '{PAYLOAD}'")
    suite.edit_plan("irreversible: [schema 2]", f"irreversible: ['{PAYLOAD}']")
    suite.edit_plan("recover_by: restore the backup", f"recover_by: '{PAYLOAD}'")
    suite.pytester.makepyfile(
        test_more=f'''
        import pytest
        @pytest.mark.remedy("{PAYLOAD}")
        @pytest.mark.parametrize("value", ["{PAYLOAD}", "</td><script>alert(1)</script>"])
        def test_it(value):
            """{PAYLOAD}"""
            assert False, value
        '''
    )
    suite.write_platform(readiness={"status": PAYLOAD})
    text = page(suite, "pre")
    assert text.count("onerror") > 5
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    blob = html.unescape(re.search(r'data-jsonblob="([^"]*)"', text)[1])  # type: ignore[index]
    cells = re.findall(r'<td class=\\"col-testId\\">(.*?)</td>', blob)
    assert any("onerror" in cell for cell in cells)
    assert not any("<" in cell for cell in cells)


def test_assets_mode_shows_the_same(suite: Suite) -> None:
    suite.run("pre", "--html=report.html")
    assert "PROCEED: Shop 1 to 2" in (suite.path / "report.html").read_text()


@pytest.mark.workers
def test_crashed_worker_is_not_lost(suite: Suite) -> None:
    suite.pytester.makepyfile(test_crash="import os\ndef test_crash():\n    os._exit(0)\n")
    text = page(suite, "pre", "-n", "2")
    assert "CANNOT-TELL" in text
    assert "CRASHED  test_crash.py::test_crash" in text


@pytest.mark.parametrize("option", [["-p", "no:html"], ["-p", "no:html", "-p", "no:terminal"]])
def test_everything_else_works_without_pytest_html(suite: Suite, option: list[str]) -> None:
    assert suite.run("pre", *option).ret == 0
    assert suite.verdict["verdict"] == "proceed"


def test_without_a_phase_the_page_is_pytest_htmls_own(suite: Suite) -> None:
    suite.run(None, "--html=report.html")
    text = (suite.path / "report.html").read_text()
    assert '<h1 id="title">report.html</h1>' in text
    assert "Verdict" not in text


def rows_of(text: str) -> dict[str, list[str]]:
    """The cells of each test's row, by test id."""
    blob = json.loads(html.unescape(re.search(r'data-jsonblob="([^"]*)"', text)[1]))  # type: ignore[index]
    rows = {}
    for entries in blob["tests"].values():
        for entry in entries:
            cells = [re.sub(r"<[^>]+>", "", cell) for cell in entry["resultsTableRow"]]
            rows[html.unescape(cells[1])] = cells
    return rows


def test_table_has_step_owner_before_and_after(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(orders=[])
    text = page(suite, "post")
    headers = re.findall(r'<th class="sortable" data-column-type="(\w+)">', text)
    assert headers[:6] == ["result", "testId", "step", "owner", "before", "after"]
    rows = rows_of(text)
    assert rows["test_shop.py::test_order_survives"][2:6] == ["db", "team-db", "passed (by test_place_order)", "failed"]
    assert rows["test_shop.py::test_front_page"][2:6] == ["web", "team-web", "passed", "passed"]


def test_file_that_cannot_be_collected_has_a_row_too(suite: Suite) -> None:
    suite.pytester.makepyfile(test_broken="import nothing_of_that_name")
    text = page(suite, "pre", "--continue-on-collection-errors")
    assert "INTERNALERROR" not in text
    assert any("test_broken.py" in name for name in rows_of(text))


def test_failed_subtests_are_not_lost(suite: Suite) -> None:
    if not hasattr(pytest, "Subtests"):
        pytest.skip("this pytest has no subtests of its own")
    suite.pytester.makepyfile(
        test_sub="def test_it(subtests):\n    with subtests.test(msg='inner'):\n        assert False, 'inner failed'\n"
    )
    text = page(suite, "pre")
    assert "PAUSE" in text
    assert "inner failed" in text[text.index("Action needed") : text.index("Completeness")]


def test_reports_of_two_phases_in_one_folder_keep_their_files(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_extra="""
        import os
        from pytest_html import extras as make
        def test_it(extras, upgrade):
            extras.append(make.text(f"seen in {upgrade.phase}", name="seen"))
        """
    )
    suite.run("pre", "--html=pre.html")
    suite.upgrade()
    suite.run("post", "--html=post.html")
    for phase in ("pre", "post"):
        text = html.unescape((suite.path / f"{phase}.html").read_text())
        (name,) = set(re.findall(r"assets/[\w.-]+\.txt", text))
        assert (suite.path / name).read_text() == f"seen in {phase}"


def test_large_page_links_to_our_report(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_many="import pytest\n@pytest.mark.parametrize('n', range(2100))\ndef test_it(n):\n    pass\n"
    )
    text = page(suite, "pre")
    assert "checks, and its table takes long to open" in text
    assert 'href=".upgradecheck/shop/test/upgrade-report.html"' in text
