"""A test that is in the suite's files and never becomes a check is missing evidence, however it was left out."""

from __future__ import annotations

import pytest

from tests.small_upgrade import Suite

LOST = "def test_lost(): assert 0\nclass TestLost:\n    def test_lost(self): assert 0\n"
FILE, FUNCTION, METHOD = "sub/test_lost.py", "sub/test_lost.py::test_lost", "sub/test_lost.py::TestLost::test_lost"
CLASS = "sub/test_lost.py::TestLost"

MAKEITEM = """
import pytest
@pytest.hookimpl({how})
def pytest_pycollect_makeitem(collector, name, obj):
    {body}
"""
WAYS = {
    "makeitem": (MAKEITEM.format(how="", body="return [] if 'ost' in name else None"), [FUNCTION, CLASS]),
    "makeitem, first": (
        MAKEITEM.format(how="tryfirst=True", body="return [] if name == 'test_lost' else None"),
        [FUNCTION, METHOD],
    ),
    "makeitem, wrapper": (
        MAKEITEM.format(
            how="wrapper=True, tryfirst=True",
            body="found = yield\n    return [] if name == 'test_lost' else found",
        ),
        [FUNCTION, METHOD],
    ),
    "makemodule": (
        ("import pytest\nclass Empty(pytest.Module):\n    def collect(self): return []\n"
        "def pytest_pycollect_makemodule(module_path, parent):\n"
        "    if module_path.name == 'test_lost.py': return Empty.from_parent(parent, path=module_path)\n"),
        [FUNCTION, CLASS],
    ),
    "makemodule, another collector": (
        ("import pytest\nclass Empty(pytest.File):\n    def collect(self): return []\n"
        "def pytest_pycollect_makemodule(module_path, parent):\n"
        "    if module_path.name == 'test_lost.py': return Empty.from_parent(parent, path=module_path)\n"),
        [FILE],
    ),
    "collect_file": (
        ("import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_collect_file(file_path):\n"
        "    found = yield\n    return [] if file_path.name == 'test_lost.py' else found\n"),
        [FILE],
    ),
    "collect_directory": (
        ("import pytest\nclass Empty(pytest.Dir):\n    def collect(self): return []\n"
        "def pytest_collect_directory(path, parent):\n"
        "    if path.name == 'sub': return Empty.from_parent(parent, path=path)\n"),
        [FILE],
    ),
    "ignore_collect": (
        "def pytest_ignore_collect(collection_path): return 'lost' in collection_path.name or None\n",
        [FILE],
    ),
    "ignore_collect, folder": (
        "def pytest_ignore_collect(collection_path): return collection_path.name == 'sub' or None\n",
        [FILE],
    ),
    "collect_ignore": ("collect_ignore = ['sub/test_lost.py']\n", [FILE]),
    "collect_ignore, folder": ("collect_ignore = ['sub']\n", [FILE]),
    "collect_ignore_glob": ("collect_ignore_glob = ['*lost*']\n", [FILE]),
    "generate_tests": (
        ("def pytest_generate_tests(metafunc):\n    if metafunc.function.__name__ == 'test_lost':\n"
        "        metafunc.fixturenames.append('nothing'); metafunc.parametrize('nothing', [])\n"),
        [f"{FUNCTION}[NOTSET]", f"{METHOD}[NOTSET]"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_left_out_by_a_conftest(suite: Suite, way: str) -> None:
    hook, checks = WAYS[way]
    conftest = suite.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\n{hook}")
    (suite.path / "sub").mkdir()
    (suite.path / FILE).write_text(LOST)
    assert suite.run("pre").ret == 12
    assert set(suite.blockers) == set(checks)


OPTIONS = {
    "ignore": ["--ignore=sub/test_lost.py"],
    "ignore, folder": ["--ignore=sub"],
    "ignore-glob": ["--ignore-glob=*lost*"],
    "python_files": ["-o", "python_files=test_shop.py"],
    "python_functions": ["-o", "python_functions=test_[a-k]* test_[m-z]*", "-o", "python_classes=Nothing"],
    "norecursedirs": ["-o", "norecursedirs=sub"],
}


@pytest.mark.parametrize("way", OPTIONS)
def test_left_out_by_an_option(suite: Suite, way: str) -> None:
    (suite.path / "sub").mkdir()
    text = "import pytest\n@pytest.mark.post_upgrade\ndef test_lost(): assert 0\n"
    (suite.path / FILE).write_text(text)
    result = suite.run("pre", *OPTIONS[way])
    if way == "norecursedirs":  # the suite ends where its settings say
        assert result.ret == 0
    else:
        assert result.ret == 12
        assert set(suite.blockers) <= {FILE, FUNCTION}
        assert suite.blockers


NAMES = {
    "function": ("test_it.py", "@pytest.mark.{m}\ndef check_it(): assert 0", "check_it"),
    "method": ("test_it.py", "class TestIt:\n    @pytest.mark.{m}\n    def it(self): assert 0", "TestIt::it"),
    "class": ("test_it.py", "@pytest.mark.{m}\nclass Shop:\n    def test_it(self): assert 0", "Shop::test_it"),
    "module": (
        "test_it.py", "pytestmark = pytest.mark.{m}\nclass Shop:\n    def test_it(self): assert 0", "Shop::test_it"
    ),
    "several": (
        "test_it.py", "pytestmark = [pytest.mark.{m}]\nclass Shop:\n    def test_it(self): assert 0", "Shop::test_it"
    ),
    "class body": (
        "test_it.py",
        "class Shop:\n    pytestmark = pytest.mark.{m}\n    def test_it(self): assert 0",
        "Shop::test_it",
    ),
    "alias": ("test_it.py", "ours = pytest.mark.{m}\n@ours\ndef check_it(): assert 0", "check_it"),
    "from pytest": ("test_it.py", "from pytest import mark\n@mark.{m}\ndef check_it(): assert 0", "check_it"),
    "condition": ("test_it.py", "if False:\n    @pytest.mark.{m}\n    def test_it(): assert 0", "test_it"),
    "file": ("checks_of_shop.py", "@pytest.mark.{m}\ndef test_it(): assert 0", "test_it"),
    "coroutine": ("test_it.py", "@pytest.mark.{m}\nasync def check_it(): assert 0", "check_it"),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_marked_test_whose_name_is_not_that_of_a_test(suite: Suite, case: str) -> None:
    file, body, name = NAMES[case]
    (suite.path / file).write_text(f"import pytest\ndef test_fine(): assert 1\n{body.format(m='post_upgrade')}\n")
    assert suite.run("pre").ret == 12
    assert suite.blockers == {f"{file}::{name}": "not-run"}
    assert "it has the marker post_upgrade (line " in suite.verdict["blockers"][0]["message"]


def test_of_a_phase_that_is_over_is_not_missed(suite: Suite) -> None:
    suite.pre()
    suite.upgrade()
    suite.pytester.makepyfile(test_it="import pytest\n@pytest.mark.pre_upgrade\ndef check_it(): assert 0\n")
    suite.run("post")
    assert suite.blockers == {}


HONEST = {
    "test_base.py": (
        "import pytest\nclass ShopChecks:\n    @pytest.mark.user_path\n    def test_it(self): assert 1\n"
        "class TestOne(ShopChecks): pass\n"
    ),
    "test_override.py": (
        "from test_base import ShopChecks\nclass TestTwo(ShopChecks):\n"
        "    def test_it(self): super().test_it(); assert 1\n"
    ),
    "shared.py": "import pytest\n@pytest.mark.user_path\ndef test_shared(): assert 1\n",
    "test_import.py": "from shared import *\n",
    "marks.py": "import pytest\nuser = pytest.mark.user_path\n",
    "test_marks.py": "from marks import user\n@user\ndef test_it(): assert 1\n",
    "test_parameters.py": (
        "import pytest\n@pytest.mark.user_path\n@pytest.mark.parametrize('n', [1, 2])\ndef test_it(n): assert n\n"
    ),
    "test_unittest.py": (
        "import unittest, pytest\nclass Shop(unittest.TestCase):\n    @pytest.mark.user_path\n"
        "    def test_it(self): self.assertTrue(1)\n"
    ),
    "test_not_a_test.py": "def test_helper(): assert 0\ntest_helper.__test__ = False\ndef test_it(): assert 1\n",
    "test_no_class.py": (
        "class TestBase:\n    __test__ = False\n    def test_it(self): assert 0\ndef test_it(): assert 1\n"
    ),
    "test_disabled.py": (
        "class TestBase:\n    def test_it(self): assert 1\nclass TestNow(TestBase):\n    test_it = None\n"
        "    def test_other(self): assert 1\n"
    ),
    "test_either.py": "if 1:\n    def test_it(): assert 1\nelse:\n    def test_it(): assert 0\n",
    "test_nested.py": "class TestA:\n    class TestB:\n        def test_it(self): assert 1\n",
    "test_fixture.py": (
        "import pytest\n@pytest.fixture\ndef test_user(): return 1\ndef test_it(test_user): assert test_user\n"
    ),
    "conftest_of_team.py": "import pytest\ndef marked(f): return pytest.mark.user_path(f)\n",
    "broken.py": "this is not Python, but it mentions pytest.mark.user_path\n",
}


def test_honest_files_are_not_left_out(suite: Suite) -> None:
    suite.pytester.syspathinsert()
    for name, text in HONEST.items():
        (suite.path / name).write_text(text)
    suite.run("pre")
    assert suite.blockers == {}


def test_files_that_the_command_line_does_not_name_are_not_missed(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="import pytest\n@pytest.mark.post_upgrade\ndef check_it(): assert 0\n")
    suite.pre("test_shop.py")


def test_left_out_with_workers(suite: Suite) -> None:
    pytest.importorskip("xdist")
    conftest = suite.path / "conftest.py"
    conftest.write_text(conftest.read_text() + "\ncollect_ignore = ['test_lost.py']\n")
    suite.pytester.makepyfile(test_lost="def test_lost(): assert 0\n")
    assert suite.run("pre", "-n", "2").ret == 12
    assert suite.blockers == {"test_lost.py": "not-run"}


def test_check_that_is_ignored_after_the_change_is_told_once(suite: Suite) -> None:
    suite.pytester.makepyfile(test_lost="def test_lost(): assert 1\n")
    suite.pre()
    suite.upgrade()
    suite.run("post", "--ignore=test_lost.py")
    assert suite.blockers == {"test_lost.py::test_lost": "missing-after"}
