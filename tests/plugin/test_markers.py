"""Markers that cannot be right are errors of collection, with the near miss."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite


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
        ('pre_upgrade("x")', "pre_upgrade: takes no arguments; found ('x')"),
        ("post_upgrade(need=1)", "post_upgrade: takes only needs=; found (need=1)"),
        (
            "post_upgrade(needs=1)",
            "post_upgrade: needs= takes a check function, its name, or a list of them; found 1",
        ),
        ('remedy("")', "remedy: takes one text"),
        ("journey", "journey: journeys are not available yet"),
    ],
)
def test_wrong_marker(suite: Suite, marker: str, says: str) -> None:
    suite.pytester.makeini("[pytest]\n")
    suite.pytester.makepyfile(test_wrong=f"import pytest\n@pytest.mark.{marker}\ndef test_it():\n    pass\n")
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert f"test_wrong.py::test_it: {says}" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert suite.verdict["verdict"] == "cannot-tell"


def test_all_wrong_markers_of_a_file_are_named_at_once(suite: Suite) -> None:
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


def test_boundary_of_another_step_is_refused(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_wrong="""
        import pytest
        @pytest.mark.upgrade_step("web")
        @pytest.mark.rollback_boundary("db-schema")
        def test_it(): pass
        """
    )
    result = suite.run("pre")
    result.stdout.fnmatch_lines(["*'db-schema' belongs to step 'db', but the check to 'web'*"])


def test_wrong_marker_added_by_a_conftest_is_refused(suite: Suite) -> None:
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
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "test_shop.py::test_settings: rollback_boundary: the plan has no rollback boundary" in result.stdout.str()
    assert "no rollback boundary 'nowhere'" in suite.blocker("test_shop.py")["message"]


def test_identity_survives_a_rename(suite: Suite) -> None:
    shop = suite.path / "test_shop.py"
    shop.write_text(
        shop.read_text().replace("def test_settings", '@pytest.mark.check_id("settings")\ndef test_settings')
    )
    suite.pre()
    shop.write_text(shop.read_text().replace("def test_settings", "def test_the_settings"))
    suite.upgrade()
    assert suite.run("post").ret == 0


@pytest.mark.parametrize("marker", ["pre_upgrade", "post_upgrade", "post_rollback"])
def test_one_identity_for_two_checks_is_refused_before_the_change(suite: Suite, marker: str) -> None:
    suite.pytester.makepyfile(
        test_twins=f"""
        import pytest
        pytestmark = pytest.mark.{marker}
        @pytest.mark.check_id("twin")
        def test_one(): assert True
        @pytest.mark.check_id("twin")
        def test_two(): assert True
        """
    )
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*test_twins.py::test_two: *'twin' is also the identity of test_twins.py::test_one*"])
    assert suite.verdict["verdict"] == "cannot-tell"


MISSPELT = {
    "pre_upgarde": "pre_upgrade",
    "pre_upgrades": "pre_upgrade",
    "post_upgade": "post_upgrade",
    "upgrade_post": "post_upgrade",
    "PostUpgrade": "post_upgrade",
    "post_rolback": "post_rollback",
    "during_upgrad": "during_upgrade",
    "upgrade_setp('web')": "upgrade_step",
    "rollback_boundry('db-schema')": "rollback_boundary",
    "requires_evidense('tofu')": "requires_evidence",
    "user_pth": "user_path",
    "operatorpath": "operator_path",
    "remdy('x')": "remedy",
    "chek_id('x')": "check_id",
    "jurney": "journey",
}
PLACES = {
    "function": "@pytest.mark.{}\ndef test_it(): assert True",
    "class": "@pytest.mark.{}\nclass TestIt:\n    def test_it(self): assert True",
    "module": "pytestmark = pytest.mark.{}\ndef test_it(): assert True",
    "parameter": (
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.{})])\ndef test_it(x): assert True"
    ),
}


@pytest.mark.parametrize(
    ("marker", "place"),
    [*((marker, "function") for marker in MISSPELT), *(("pre_upgarde", place) for place in PLACES)],
)
def test_misspelt_marker_is_refused_with_the_near_miss(suite: Suite, marker: str, place: str) -> None:
    suite.pytester.makeini("[pytest]\n")
    suite.pytester.makepyfile(test_it=f"import pytest\n{PLACES[place].format(marker)}\n")
    result = suite.run("pre", "-W", "default")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    name = marker.partition("(")[0]
    assert f"{name}: there is no such marker; did you mean {MISSPELT[marker]!r}?" in result.stdout.str()


@pytest.mark.parametrize("marker", ["slow", "upgrade", "remote", "step", "smoke_test", "owner('x')"])
def test_marker_of_the_team_is_none_of_ours(suite: Suite, marker: str) -> None:
    suite.pytester.makeini("[pytest]\n")
    suite.pytester.makepyfile(test_it=f"import pytest\n@pytest.mark.{marker}\ndef test_it(): assert True\n")
    suite.pre("-W", "default")


def test_registered_marker_is_no_typo(suite: Suite) -> None:
    suite.pytester.makeini("[pytest]\nmarkers =\n    user_paths: paths of users\n")
    suite.pytester.makepyfile(test_it="import pytest\n@pytest.mark.user_paths\ndef test_it(): assert True\n")
    suite.pre()


MIGRATION = "\nmigrations: [{name: tofu, owner: ops, posture: planned}, {name: helm, owner: ops, posture: planned}]\n"


@pytest.mark.parametrize(
    ("markers", "says"),
    [
        (("rollback_boundary('web-release')", "rollback_boundary('db-schema')"), "belongs to one rollback boundary"),
        (("upgrade_step('web')", "upgrade_step('db')"), "belongs to one step, so keep one"),
        (("check_id('a')", "check_id('b')"), "it has one identity, so keep one"),
        (("requires_evidence('tofu')", "requires_evidence('hlm')"), "has no migration 'hlm'; did you mean 'helm'?"),
        (("pre_upgrade", "pre_upgrade('x')"), "pre_upgrade: takes no arguments"),
        (("post_upgrade", "post_upgrade(need=1)"), "post_upgrade: takes only needs="),
        (("remedy('a')", "remedy(1)"), "remedy: takes one text"),
    ],
)
@pytest.mark.parametrize("on", ["function", "class"])
def test_none_of_several_markers_is_ignored(suite: Suite, markers: tuple[str, str], says: str, on: str) -> None:
    suite.write_plan((suite.path / "upgrade.yaml").read_text() + MIGRATION)
    first, second = (f"@pytest.mark.{marker}" for marker in markers)
    if on == "function":
        body = f"{second}\n{first}\ndef test_it(): assert True"
    else:
        body = f"{second}\nclass TestIt:\n    {first}\n    def test_it(self): assert True"
    suite.pytester.makepyfile(test_it=f"import pytest\n{body}\n")
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert says in result.stdout.str()


def test_all_of_several_needs_and_migrations_hold(suite: Suite) -> None:
    suite.write_plan((suite.path / "upgrade.yaml").read_text() + MIGRATION)
    suite.pytester.makepyfile(
        test_it="""
        import pytest
        @pytest.mark.pre_upgrade
        def test_bad(): assert False
        @pytest.mark.requires_evidence("helm")
        @pytest.mark.requires_evidence("tofu")
        def test_both(): assert True
        @pytest.mark.post_upgrade(needs="test_bad")
        class TestAfter:
            @pytest.mark.post_upgrade(needs="test_both")
            def test_after(self): assert True
        """
    )
    assert suite.run("pre").ret == 1
    suite.upgrade()
    suite.run("post")
    message = suite.blocker("test_it.py::TestAfter::test_after")["message"]
    assert "test_it.py::test_both, which did not pass before the change (no-evidence" in message
    assert "test_it.py::test_bad, which did not pass before the change (failed" in message


TOFU = "def test_tofu(): assert True"
ADDING = {
    "itemcollected": ("def pytest_itemcollected(item):\n    if 'tofu' in item.name: item.add_marker({mark})", TOFU),
    "class": (
        """
def pytest_collection_modifyitems(items):
    for item in items:
        if parent := item.getparent(pytest.Class): parent.add_marker({mark})""",
        "class TestIt:\n    def test_tofu(self): assert True",
    ),
    "replaced": (
        """
def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker('xyz'): item.own_markers[:] = [{mark}.mark]""",
        f"import pytest\n@pytest.mark.xyz\n{TOFU}",
    ),
    "finish": (
        """
def pytest_collection_finish(session):
    for item in session.items:
        if 'tofu' in item.name: item.add_marker({mark})""",
        TOFU,
    ),
    "fixture": (
        """
@pytest.fixture(autouse=True)
def add(request):
    if 'tofu' in request.node.name: request.node.add_marker({mark})""",
        TOFU,
    ),
    "setup": ("def pytest_runtest_setup(item):\n    if 'tofu' in item.name: item.add_marker({mark})", TOFU),
    "call": (
        """
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item):
    if 'tofu' in item.name: item.add_marker({mark})
    return (yield)""",
        TOFU,
    ),
    "body": ("", "import pytest\ndef test_tofu(request): request.node.add_marker({mark}); assert True"),
}


@pytest.mark.parametrize("way", ADDING)
def test_marker_counts_whenever_it_is_added(suite: Suite, way: str) -> None:
    suite.pytester.makeini("[pytest]\n")
    suite.write_plan((suite.path / "upgrade.yaml").read_text() + MIGRATION)
    hook, body = (part.replace("{mark}", "pytest.mark.requires_evidence('tofu')") for part in ADDING[way])
    conftest = suite.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\nimport pytest\n{hook}\n")
    suite.pytester.makepyfile(test_it=body + "\n")
    assert suite.run("pre", "-W", "default").ret == 12
    ((check, kind),) = suite.blockers.items()
    assert (check.rpartition("::")[2], kind) == ("test_tofu", "no-evidence")


def test_marker_that_is_added_too_late_is_refused(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_it="""
        import pytest
        def test_it(request):
            request.node.add_marker(pytest.mark.rollback_boundary("db-schema"))
            assert True
        """
    )
    assert suite.run("pre").ret == 1
    assert "too late to change boundary" in suite.blocker("test_it.py::test_it")["message"]


@pytest.mark.parametrize(
    ("needs", "says"),
    [
        ("'test_place_ordr'", "there is no check 'test_shop.py::test_place_ordr'; did you mean '*test_place_order'?"),
        ("['test_place_order', 'test_x']", "there is no check 'test_shop.py::test_x'"),
        ("'test_shp.py::test_place_order'", "there is no check 'test_shp.py::*did you mean '*test_place_order'?"),
        ("test_later", "test_shop.py::test_later does not run before the change"),
    ],
)
@pytest.mark.parametrize("marker", ["post_upgrade", "post_rollback"])
def test_needs_that_names_nothing_is_refused_before_the_change(
    suite: Suite, marker: str, needs: str, says: str
) -> None:
    shop = suite.path / "test_shop.py"
    shop.write_text(
        shop.read_text()
        + f"""
@pytest.mark.post_upgrade
def test_later(): assert True
@pytest.mark.{marker}(needs={needs})
def test_it(): assert True
"""
    )
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([f"*test_shop.py::test_it: needs: {says.replace('[', '[[]')}*"])


def test_remedy_stands_with_the_failure(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(orders=[])
    result = suite.run("post")
    assert suite.blocker("test_shop.py::test_order_survives")["remedy"] == "stop the shop"
    result.stdout.fnmatch_lines(["*remedy: stop the shop"])
