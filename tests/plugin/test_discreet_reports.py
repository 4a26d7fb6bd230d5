"""A secret that a check handles shows in nothing that pytest prints or writes, however the check ends."""

from __future__ import annotations

import pytest

SECRET = "hush-hush-4711"

CHECKS = {
    "assertion": "def test_it(): assert os.environ['DB_PASSWORD'] == 'other'",
    "local variable": "def test_it():\n    password = os.environ['DB_PASSWORD']\n    assert False",
    "exception": "def test_it(): raise ValueError(os.environ['DB_PASSWORD'])",
    "chained exception": (
        "def test_it():\n    try:\n        raise KeyError(os.environ['DB_PASSWORD'])\n"
        "    except KeyError as error:\n        raise ValueError('no') from error"
    ),
    "output": "def test_it():\n    print(os.environ['DB_PASSWORD'])\n    assert False",
    "log": "import logging\ndef test_it():\n    logging.warning(os.environ['DB_PASSWORD'])\n    assert False",
    "skip": "def test_it(): pytest.skip(os.environ['DB_PASSWORD'])",
    "xfail": "@pytest.mark.xfail(reason='known')\ndef test_it(): assert os.environ['DB_PASSWORD'] == 'other'",
    "fixture": "@pytest.fixture\ndef f(): raise ValueError(os.environ['DB_PASSWORD'])\ndef test_it(f): pass",
    "teardown": "@pytest.fixture\ndef f():\n    yield\n    raise ValueError(os.environ['DB_PASSWORD'])\n"
    "def test_it(f): assert True",
    "property": "def test_it(record_property):\n    record_property('key', os.environ['DB_PASSWORD'])\n    assert True",
    "collection": "raise ValueError(os.environ['DB_PASSWORD'])",
    "attachment": "def test_it(attach):\n    attach('it', os.environ['DB_PASSWORD'])\n    assert False",
}


@pytest.mark.parametrize(
    ("how", "options"),
    [
        *((how, ()) for how in CHECKS),
        *((how, ("-n", "1")) for how in ("assertion", "output", "property", "collection")),
    ],
)
def test_secret_shows_nowhere(suite, monkeypatch: pytest.MonkeyPatch, how: str, options: tuple[str, ...]) -> None:
    if options:
        pytest.importorskip("xdist")
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(test_it=f"import os\nimport pytest\n{CHECKS[how]}\n")
    shows = ("-rA", "-l", "-vv", "--showlocals", "--html=report.html", "--junitxml=junit.xml")
    result = suite.run("pre", *shows, *options)
    output = result.stdout.str() + result.stderr.str()
    assert SECRET not in output
    assert "test_it" in output
    for path in suite.path.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert SECRET.encode() not in path.read_bytes(), path


def test_what_is_no_secret_is_shown_as_ever(suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(
        test_it="import os\n"
        "def test_it():\n"
        "    user = 'ann'\n"
        "    assert (user, os.environ['DB_PASSWORD']) == ('bob', 'x')\n"
    )
    result = suite.run("pre", "-l")
    result.stdout.fnmatch_lines(["*AssertionError: assert ('ann', '?**') == ('bob', 'x')*", "user*= 'ann'"])
    result.stdout.fnmatch_lines(["test_it.py:4: AssertionError"])
