"""What the report says of checks and of where the upgrade stands, in the words a reader understands."""

from __future__ import annotations

import html
import re

import pytest

from tests.small_upgrade import Suite

MORE = '''
import pytest
from test_shop import platform

@pytest.mark.post_upgrade
def test_late():
    """The new index answers."""
    raise ValueError("late")

@pytest.mark.pre_upgrade
@pytest.mark.parametrize("tenant", ["a", "b"])
def test_place(tenant, baseline):
    """A tenant can order."""
    baseline[tenant] = platform("orders")

@pytest.mark.post_upgrade(needs=test_place)
@pytest.mark.parametrize("tenant", ["a", "b"])
def test_tenant(tenant, baseline):
    """A tenant's orders are there."""
    assert baseline[tenant] == platform("orders"), f"of tenant {tenant}"
'''


def report_of(suite: Suite) -> str:
    page = (suite.folder / "upgrade-report.html").read_text()
    return words(page.partition("</style>")[2])


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def row_of(suite: Suite, check: str) -> str:
    """The row of a check in the table of all checks."""
    page = (suite.folder / "upgrade-report.html").read_text()
    rows = page[page.index('id="checks"') :].split("<tr")
    (row,) = [words(f"<tr{each}") for each in rows if check in words(f"<tr{each}").split()]
    return row


def test_before_of_a_check_that_builds_on_another_is_that_ones_pass(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more=MORE)
    suite.pre()
    suite.upgrade(orders=[])
    suite.run("post")
    assert "passed (by test_place_order) failed regressed" in row_of(suite, "test_shop.py::test_order_survives")
    assert "passed (by test_place[b]) failed regressed" in row_of(suite, "test_more.py::test_tenant[b]")
    said = report_of(suite)
    assert "passed before: 'An order can be placed', which this check builds on" in said
    assert "passed before: 'A tenant can order [b]', which this check builds on" in said


def test_parameters_tell_checks_apart(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more=MORE)
    suite.pre()
    suite.upgrade(orders=[])
    suite.run("post", "--upgrade-summary=summary.md", "--html=page.html")
    for text in (report_of(suite), words((suite.path / "page.html").read_text())):
        assert "A tenant's orders are there [a]" in text
        assert "A tenant's orders are there [b]" in text
    assert r"A tenant's orders are there \[b\]" in (suite.path / "summary.md").read_text()


def test_every_failure_is_counted(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more=MORE)
    suite.pre()
    plan = suite.path / "upgrade.yaml"
    plan.write_text(
        plan.read_text() + "waivers:\n  - {check: 'test_shop.py::test_settings', accepts: [currency, limit], "
        "reason: known, approved_by: B. Name, expires: 2099-12-31}\n"
    )
    suite.upgrade(orders=[], settings={})
    suite.run("post")
    said = report_of(suite)
    assert "regressed 4 (1 waived)" in said
    assert "failing, not run before 1" in said
    assert re.search(r"\d+ planned, \d+ run, \d+ passed, 4 failed", said)
    assert "Failing, and not run before (1)" in said


def test_planned_is_told_from_where_we_are(suite: Suite) -> None:
    suite.pre()
    said = report_of(suite)
    assert "Planned web 1 → 2, db 1 → 2 Now before the first step: web 1, db 1" in said
    suite.upgrade()
    suite.run("post")
    assert "Now past step db: web 2, db 2" in report_of(suite)


def test_back_is_said_to_be_back(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "1"}})
    suite.run("post", "--upgrade-step=web")
    suite.write_platform(version_truth={"products": {"web": "1", "db": "1"}})
    assert suite.run("rollback").ret == 0
    said = report_of(suite)
    assert "Rollback verified: all" in said
    assert "Now before the first step: web 1, db 1" in said


def test_messages_are_sentences(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        import pytest
        def test_assertion():
            assert False, "the shop is shut"
        def test_fail():
            pytest.fail("the door is locked")
        def test_error():
            raise ValueError("seven")
        """
    )
    suite.run("pre")
    assert suite.blocker("test_more.py::test_assertion")["message"].startswith("the shop is shut")
    assert suite.blocker("test_more.py::test_fail")["message"] == "the door is locked"
    assert suite.blocker("test_more.py::test_error")["message"] == "ValueError: seven"


def test_plan_without_a_boundary_is_said_to_name_none(suite: Suite) -> None:
    text = (suite.path / "upgrade.yaml").read_text()
    text = re.sub(r"    rollback_boundary:(.*\n)(      .*\n)*", "", text)
    suite.write_plan(text)
    suite.pytester.makepyfile(test_shop="def test_it():\n    assert True\n")
    suite.run("pre")
    said = report_of(suite)
    assert said.count("The plan names no boundary.") == 2
    assert "None is known" not in said


def test_expression_of_a_boundary_has_no_backticks_around_its_own(suite: Suite) -> None:
    suite.edit_plan(
        "      recover_by: restore the backup",
        "      recover_by: restore the backup\n"
        '      crossed_when: {surface: version_truth, expression: "to_number(products.db) >= `2`"}',
    )
    suite.pre()
    assert "version_truth: to_number(products.db) >= `2` is false" in report_of(suite)


def test_failed_subtests_keep_their_names(suite: Suite) -> None:
    if not hasattr(pytest, "Subtests"):
        pytest.skip("this pytest has no subtests of its own")
    suite.pytester.makepyfile(
        test_sub="""
        def test_it(subtests):
            for shop in ("north", "south", "west"):
                with subtests.test("shop opens", shop=shop):
                    assert shop == "south", "it is shut"
        """
    )
    suite.run("pre")
    message = suite.blocker("test_sub.py::test_it")["message"]
    assert message.startswith("shop opens, shop='north': it is shut")
    assert "\nshop opens, shop='west': it is shut" in message
    assert "south" not in message.partition("\n")[0]


def article_of(suite: Suite, check: str) -> str:
    page = (suite.folder / "upgrade-report.html").read_text()
    (article,) = [each for each in re.findall(r"<article.*?</article>", page, re.DOTALL) if f"<code>{check}<" in each]
    return str(article)


def test_nothing_is_said_twice_of_a_blocker(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more="def test_it():\n    assert False\n")
    suite.write_platform(readiness={"status": "starting"})
    suite.run("pre")
    of_plan = article_of(suite, "upgrade.yaml::ready[readiness]")
    for repeated in ("Expected", "Traceback"):
        assert repeated not in of_plan
    own = article_of(suite, "test_more.py::test_it")
    assert "Traceback" in own
    assert "Owner none named in the plan" in words(own)
    row = re.search(r'<dt>Check</dt><dd><a href="#(row-\w+)"', own)
    assert row is not None
    page = (suite.folder / "upgrade-report.html").read_text()
    assert page.count(f'<tr id="{row[1]}">') == 1


def test_evidence_of_a_blocker_says_its_phase(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        def test_it(attach, upgrade):
            attach("the menu", "the same")
            attach("the phase", upgrade.phase)
            assert upgrade.phase == "pre"
        """
    )
    suite.pre()
    suite.upgrade()
    suite.run("post")
    said = words(article_of(suite, "test_more.py::test_it"))
    assert "Evidence the menu (the same in pre and post) the phase (post) the phase (pre)" in said


def test_compared_values_that_changed_are_named(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="""
        from test_shop import platform
        def test_limits(baseline):
            baseline.additions_only("limits", platform("settings"))
        """
    )
    suite.pre()
    suite.upgrade(settings={"currency": "EUR", "limit": 100, "colour": "blue"})
    suite.run("post")
    page = (suite.folder / "upgrade-report.html").read_text()
    assert page.count('<a href="#compared">2</a>') == 2
    table = words(page[page.index('id="compared"') :].partition("</table>")[0])
    assert "settings The settings are what they were. 1 added nothing unchanged" in table
    assert "limits test_more.py::test_limits nothing 1 added additions-only" in table


def test_tenth_item_of_a_summary_holds_its_message(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_many="import pytest\n@pytest.mark.parametrize('n', range(12))\ndef test_it(n):\n    assert False, 'no'\n"
    )
    suite.run("pre", "--upgrade-summary=summary.md")
    text = (suite.path / "summary.md").read_text()
    assert "\n    ```diff\n    no\n" in text[text.index("\n10. ") :]
    assert "\n   ```diff\n   no\n" in text[text.index("\n9. ") : text.index("\n10. ")]
