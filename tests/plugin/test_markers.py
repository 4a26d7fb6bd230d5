"""Markers that cannot be right are errors of collection, with the near miss."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ('upgrade_step("wbe")', "upgrade_step: the plan has no step 'wbe'; did you mean 'web'? it has: web, db"),
        (
            'rollback_boundary("db-schem")',
            "rollback_boundary: the plan has no rollback boundary 'db-schem'; did you mean 'db-schema'?",
        ),
        (
            'requires_evidence("tofu")',
            "requires_evidence: the plan has no migration 'tofu'; it has no migration at all",
        ),
        ("upgrade_step", "upgrade_step: takes one text"),
        ("rollback_boundary(1)", "rollback_boundary: takes one text"),
        ('pre_upgrade("x")', "pre_upgrade: takes no arguments, and got ('x')"),
        ("post_upgrade(need=1)", "post_upgrade: takes only needs=, and got (need=1)"),
        (
            "post_upgrade(needs=1)",
            "post_upgrade: needs= takes a check function, its name, or a list of them, and got 1",
        ),
        ('remedy("")', "remedy: takes one text"),
        ("journey", "journey: journeys are not available yet"),
    ],
)
def test_wrong_marker(suite, marker: str, says: str) -> None:
    suite.pytester.makeini("[pytest]\n")
    suite.pytester.makepyfile(test_wrong=f"import pytest\n@pytest.mark.{marker}\ndef test_it():\n    pass\n")
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert f"test_wrong.py::test_it: {says}" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert suite.verdict["verdict"] == "cannot-tell"


def test_all_wrong_markers_of_a_file_are_named_at_once(suite) -> None:
    suite.pytester.makepyfile(
        test_wrong="""
        import pytest
        @pytest.mark.upgrade_step("x")
        def test_one(): pass
        @pytest.mark.upgrade_step("y")
        def test_two(): pass
        """
    )
    result = suite.run("pre")
    result.stdout.fnmatch_lines(["*no step 'x'*", "*no step 'y'*"])


def test_boundary_of_another_step_is_refused(suite) -> None:
    suite.pytester.makepyfile(
        test_wrong="""
        import pytest
        @pytest.mark.upgrade_step("web")
        @pytest.mark.rollback_boundary("db-schema")
        def test_it(): pass
        """
    )
    result = suite.run("pre")
    result.stdout.fnmatch_lines(["*'db-schema' is of step 'db', and the check is of 'web'*"])


def test_marker_added_by_a_conftest_counts_and_a_wrong_one_fails_its_check(suite) -> None:
    conftest = suite.path / "conftest.py"
    conftest.write_text(
        conftest.read_text()
        + """
import pytest
def pytest_collection_modifyitems(items):
    for item in items:
        if item.name == "test_settings":
            item.add_marker(pytest.mark.rollback_boundary("nowhere"))
"""
    )
    assert suite.run("pre").ret == 1
    assert "no rollback boundary 'nowhere'" in suite.blocker("test_shop.py::test_settings")["message"]


def test_identity_survives_a_rename(suite) -> None:
    shop = suite.path / "test_shop.py"
    shop.write_text(
        shop.read_text().replace("def test_settings", '@pytest.mark.check_id("settings")\ndef test_settings')
    )
    suite.pre()
    shop.write_text(shop.read_text().replace("def test_settings", "def test_the_settings"))
    suite.upgrade()
    assert suite.run("post").ret == 0


def test_one_identity_for_two_checks_is_refused(suite) -> None:
    suite.pytester.makepyfile(
        test_twins="""
        import pytest
        @pytest.mark.check_id("twin")
        def test_one(): pass
        @pytest.mark.check_id("twin")
        def test_two(): pass
        """
    )
    assert suite.run("pre").ret == 1
    assert (
        "'twin' is also the identity of test_twins.py::test_one"
        in (suite.blocker("test_twins.py::test_two")["message"])
    )


def test_remedy_stands_with_the_failure(suite) -> None:
    suite.pre()
    suite.upgrade(orders=[])
    result = suite.run("post")
    assert suite.blocker("test_shop.py::test_order_survives")["remedy"] == "stop the shop"
    result.stdout.fnmatch_lines(["*remedy: stop the shop"])
