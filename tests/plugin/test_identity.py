"""Checks that are not the same before and after: gone, new, or under another name."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite

RENAMED = """
import pytest
@pytest.mark.check_id("settings-stay"{more})
def test_settings_stay(baseline):
    import json, pathlib
    baseline.unchanged("settings", json.loads(pathlib.Path("platform.json").read_text())["settings"])
"""


def rename(suite: Suite, more: str) -> None:
    """The check of the settings moves to another file, under another name."""
    shop = suite.path / "test_shop.py"
    head, _, _ = shop.read_text().partition("def test_settings")
    shop.write_text(head)
    suite.pytester.makepyfile(test_settings=RENAMED.format(more=more))


def test_renamed_check_keeps_its_history_and_its_baseline(suite: Suite) -> None:
    suite.pre()
    rename(suite, ', renamed_from="test_shop.py::test_settings"')
    suite.upgrade()
    result = suite.run("post")
    assert result.ret == 0
    assert suite.verdict["identity"]["renamed"] == [{"before": "test_shop.py::test_settings", "after": "settings-stay"}]
    result.stdout.fnmatch_lines(["since pre   1 renamed (checks; see verdict.json)"])
    suite.write_platform(settings={})
    assert suite.run("post").ret == 1
    assert suite.blocker("settings-stay")["transition"] == "regressed"


def test_check_that_is_gone_without_a_word(suite: Suite) -> None:
    suite.pre()
    rename(suite, "")
    suite.upgrade()
    assert suite.run("post").ret == 12
    blocker = suite.blocker("test_shop.py::test_settings")
    assert blocker["kind"] == "missing-after"
    assert "check_id(..., renamed_from='test_shop.py::test_settings')" in blocker["message"]
    assert suite.verdict["identity"]["only_before"] == ["test_shop.py::test_settings"]
    assert suite.verdict["identity"]["only_after"] == ["settings-stay"]


@pytest.mark.parametrize(("mark", "noted"), [("", ["only-after"]), ("@pytest.mark.check_id('new', since='2')", [])])
def test_check_that_is_new(suite: Suite, mark: str, noted: list[str]) -> None:
    suite.pre()
    suite.pytester.makepyfile(test_new=f"import pytest\n{mark}\ndef test_new(): assert True\n")
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert [note["kind"] for note in suite.verdict["notes"]] == noted
    assert len(suite.verdict["identity"]["only_after"]) == 1


def test_needs_and_parameters_follow_the_new_name(suite: Suite) -> None:
    pair = """
        import pytest
        both = pytest.mark.parametrize("shop", ["here", "there"])
        @pytest.mark.pre_upgrade
        {mark}
        @both
        def {name}(shop, baseline):
            baseline[f"till-{{shop}}"] = 1
        @pytest.mark.post_upgrade(needs={name})
        @both
        def test_compare(shop, baseline):
            assert baseline[f"till-{{shop}}"] == 1
        """
    suite.pytester.makepyfile(test_more=pair.format(mark="", name="test_old"))
    suite.pre()
    renamed = pair.format(mark='@pytest.mark.check_id("till", renamed_from="test_old")', name="test_new")
    suite.pytester.makepyfile(test_more=renamed)
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert {"before": "test_more.py::test_old[here]", "after": "till[here]"} in suite.verdict["identity"]["renamed"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("'new', renamed_from='test_shop.py::test_settings'", "but that check still exists"),
        ("'new', renamed='x'", "and optionally since= and renamed_from="),
        ("'new', since=2026.11", "and optionally since= and renamed_from="),
        ("'new', renamed_from=[7]", "and optionally since= and renamed_from="),
        ("", "takes a text"),
    ],
)
def test_misuse(suite: Suite, arguments: str, says: str) -> None:
    suite.pytester.makepyfile(
        test_new=f"import pytest\n@pytest.mark.check_id({arguments})\ndef test_new(): assert True\n"
    )
    result = suite.run("pre")
    assert result.ret != 0
    assert says in result.stdout.str()


def test_two_checks_renamed_from_one(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_new="""
        import pytest
        @pytest.mark.check_id("a", renamed_from="test_old")
        def test_a(): assert True
        @pytest.mark.check_id("b", renamed_from="test_old")
        def test_b(): assert True
        """
    )
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "one check cannot become two" in result.stdout.str()
