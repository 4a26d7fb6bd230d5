"""No secret and no control character in anything that pytest prints or writes, wherever a check puts it."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from pytest_upgradecheck.plan.secrets import WORDS
from tests.small_upgrade import SERIAL_AND_WORKERS, Suite

SECRET = "hush-hush/4711+x"
TOKEN = "eyJ" + "".join(chr(97 + number * number % 26) + str(number * 7 % 10) for number in range(150))
KEY = "-----BEGIN KEY-----\nLINEONEsecretAAAA\nLINETWOsecretBBBB\n-----END KEY-----"

#: How a check got to hold it: an expression over the secret ``s``.
FORMS = {
    "as it is": ("s", SECRET),
    "a token, which pytest cuts": ("s", TOKEN),
    "a key of several lines": ("s", KEY),
    "Basic": ("'Basic ' + base64.b64encode(('user:' + s).encode()).decode()", SECRET),
    "JSON": ("json.dumps({'text': json.dumps(s).replace('/', '\\\\/')})", SECRET),
    "percent": ("quote(s, safe='')", SECRET),
    "HTML": ("''.join(f'&#{ord(each)};' for each in s)", SECRET),
    "percent, lower case": ("''.join(f'%{byte:02x}' for byte in s.encode())", SECRET),
    "URL-safe Base64": ("base64.urlsafe_b64encode(('u:' + s).encode()).decode().rstrip('=')", SECRET),
    "Base32": ("base64.b32encode(('u:' + s).encode()).decode()", SECRET),
    "hexadecimal": ("s.encode().hex()", SECRET),
    "hexadecimal, upper case, of bytes": ("s.encode().hex(':').upper()", SECRET),
    "wrapped": ("s[:8] + chr(10) + '      ' + s[8:]", SECRET),
}

#: Everywhere a check can put a text ``x``. The name of each says where.
PLACES = """
import base64, json, logging, os, warnings
from urllib.parse import quote
import pytest

s = os.environ["DB_PASSWORD"]
x = {form}

def test_assertion(): assert x == "other"
def test_assertion_of_values(): assert {{"a": [x, 1], "b": x}} == {{"a": ["other"]}}
def test_assertion_in_text(): assert "other" in ("before " + x + " after")
def test_local_variable():
    password = [x, {{"a": x}}]
    assert False
def test_argument(): call(x)
def call(argument): raise ValueError("no")
def test_exception(): raise ValueError(x)
def test_chained_exception():
    try:
        raise KeyError(x)
    except KeyError as error:
        raise ValueError("no") from error
def test_exception_group(): raise ExceptionGroup("several", [ValueError(x), ValueError("b")])
def test_exception_note():
    error = ValueError("no")
    error.add_note(x)
    raise error
def test_output():
    print(x)
    assert False
def test_output_of_a_pass(): print(x)
def test_log():
    logging.getLogger("shop").warning("sent %s", x)
    assert False
def test_warning(): warnings.warn(x)
def test_skip(): pytest.skip(x)
@pytest.mark.skip(reason=x)
def test_skip_marker(): pass
@pytest.mark.xfail(reason=x)
def test_xfail(): assert False
@pytest.mark.xfail(reason=x, strict=True)
def test_xpass(): pass
def test_fail(): pytest.fail(x)
def test_fail_without_trace(): pytest.fail(x, pytrace=False)
@pytest.fixture
def broken(): raise ValueError(x)
def test_fixture(broken): pass
@pytest.fixture
def broken_later():
    yield x
    raise ValueError(x)
def test_teardown(broken_later): pass
@pytest.fixture(params=[x])
def given(request): return request.param
def test_fixture_parameter(given): assert given == "other"
@pytest.mark.parametrize("value", [x, x.encode()])
def test_parameter(value): pass
def test_property(record_property, record_testsuite_property, record_xml_attribute):
    record_property("key", x)
    record_testsuite_property("key", x)
    record_xml_attribute("key", x)
def test_extra(extras):
    from pytest_html import extras as make
    extras.append(make.text(x, name="it"))
    extras.append(make.html("<p>" + x + "</p>"))
def test_subtest(subtests):
    with subtests.test(x, value=x):
        assert x == "other"
def test_attachment(attach):
    attach(x[:150], x)
    attach("bytes", x.encode())
    attach("json", {{"a": [x], x: 1}})
def test_capture(baseline):
    baseline.unchanged("one", x)
    baseline["all"] = {{x: [x, {{"a": x}}], "bytes": s.encode()}}
"""


def readable(text: str) -> str:
    return "".join(html.unescape(text).replace("\\/", "/").split())


def in_base64(secret: str) -> str:
    return base64.b64encode(f"user:{secret}".encode()).decode()[8:-4]


def traces(secret: str) -> list[str]:
    """What must not be found: of a long secret any part of some length, of a key each line."""
    if secret == KEY:
        return ["LINEONEsecretAAAA", "LINETWOsecretBBBB", "ONEsecret"]
    if secret == TOKEN:
        return [TOKEN[at : at + 16] for at in range(0, len(TOKEN) - 16, 4)]
    digits = secret.encode().hex()
    in_base32 = base64.b32encode(f"u:{secret}".encode()).decode()[4:-8]
    url_safe = base64.urlsafe_b64encode(f"u:{secret}".encode()).decode()[4:-4]
    upper = secret.encode().hex(":").upper()
    return [secret, quote(secret, safe=""), in_base64(secret), url_safe, in_base32, digits, digits.upper(), upper]


def written(suite: Suite, secret: str, *, output: str) -> None:
    """Nothing of the secret is in the output or in any file of the run."""
    texts = {"the output": output}
    for path in suite.path.rglob("*"):
        if path.is_file() and path.suffix not in (".pyc", ".gz"):
            texts[str(path.relative_to(suite.path))] = path.read_bytes().decode("utf-8", "replace")
    for name, text in texts.items():
        for trace in traces(secret):
            assert trace not in text, name
            assert trace not in readable(text), name


@pytest.mark.parametrize(
    ("form", "options"),
    [
        *((form, ()) for form in FORMS),
        pytest.param("as it is", ("-n", "1"), marks=pytest.mark.workers),
        ("as it is", ("--tb=short", "--color=yes")),
        ("a token, which pytest cuts", ("--tb=native",)),
        ("a key of several lines", ("--tb=line",)),
        ("as it is", ("--tb=no", "-q")),
        ("a key of several lines", ("--tb=auto", "-vv", "--color=yes")),
        ("as it is", ("--setup-show", "--log-cli-level=INFO", "--log-file=run.log")),
        ("a key of several lines", ("--log-cli-level=INFO", "--log-file=run.log")),
    ],
)
def test_secret_shows_nowhere(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, form: str, options: tuple[str, ...]
) -> None:
    expression, secret = FORMS[form]
    monkeypatch.setenv("DB_PASSWORD", secret)
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(test_it=PLACES.format(form=expression))
    files = ("--html=report.html", "--junitxml=junit.xml", "--upgrade-summary=summary.md", "--upgrade-ctrf=ctrf.json")
    result = suite.run("pre", "-rA", "--showlocals", *files, *options)
    output = result.stdout.str() + result.stderr.str()
    assert suite.verdict["counts"]["planned"] > 30
    assert suite.verdict["counts"]["passed"] > 10
    assert "***" in output
    written(suite, secret, output=output)


@pytest.mark.parametrize("options", SERIAL_AND_WORKERS)
def test_secret_in_a_file_that_cannot_be_collected(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(test_it="import os\nraise ValueError(os.environ['DB_PASSWORD'])\n")
    result = suite.run("pre", "-rA", "--junitxml=junit.xml", "--html=report.html", *options)
    output = result.stdout.str() + result.stderr.str()
    assert "ValueError: ***" in output
    written(suite, SECRET, output=output)


#: Texts that are in no report of a check: the file, and its source over the text ``x``.
ELSEWHERE = {
    "a marker that names nothing": ("test_it.py", "@pytest.mark.post_upgrade(needs=x)\ndef test_it(): pass\n"),
    "an internal error": ("conftest.py", "def pytest_runtest_logfinish(): raise ValueError(x)\n"),
    "a hook at the end": ("conftest.py", "def pytest_sessionfinish(): raise ValueError(x)\n"),
    "a header": ("conftest.py", "def pytest_report_header(): return x\n"),
    "an exit": ("test_it.py", "def test_it(): pytest.exit(x)\n"),
    "an interrupt": ("test_it.py", "def test_it(): raise KeyboardInterrupt(x)\n"),
    "a thread": (
        "test_it.py",
        """
import threading
def die(): raise ValueError(x)
def test_it():
    thread = threading.Thread(target=die, name=x)
    thread.start()
    thread.join()
""",
    ),
    "a remedy": ("test_it.py", "@pytest.mark.remedy(x)\ndef test_it(): assert False\n"),
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_secret_from_elsewhere_shows_nowhere(suite: Suite, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    name, source = ELSEWHERE[where]
    path = suite.path / name
    before = path.read_text() if path.exists() else ""
    path.write_text(f"{before}\nimport os, pytest\nx = os.environ['DB_PASSWORD']\n{source}")
    files = ("--html=report.html", "--junitxml=junit.xml", "--upgrade-summary=summary.md", "--upgrade-ctrf=ctrf.json")
    result = suite.pytester.runpytest_subprocess("--upgrade-phase=pre", "-rA", "--durations=3", "-vv", *files)
    assert result.ret != 0 or where == "a header"
    output = result.stdout.str() + result.stderr.str()
    assert "***" in output
    written(suite, SECRET, output=output)


def test_what_is_not_a_secret_is_shown_as_ever(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
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


NAMES: dict[str, tuple[str, Callable[[str], str]]] = {
    "a function": ("postgres", lambda secret: f"def test_{secret}_answers(): pass"),
    "an id": ("postgres", lambda secret: f"import pytest\n@pytest.mark.check_id('{secret}')\ndef test_it(): pass"),
    "a class": ("postgres", lambda secret: f"class Test{secret}:\n    def test_it(self): pass"),
    "a parameter's id": (
        SECRET,
        lambda _: (
            "import os, pytest\n@pytest.mark.parametrize('a', [1], ids=[os.environ['DB_PASSWORD']])\n"
            "def test_it(a): pass"
        ),
    ),
}


@pytest.mark.parametrize("what", NAMES)
def test_check_whose_name_would_be_masked_is_refused(suite: Suite, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    secret, source = NAMES[what]
    monkeypatch.setenv("DB_PASSWORD", secret)
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(test_it=source(secret))
    result = suite.run("pre", "--junitxml=junit.xml")
    assert result.ret == 2
    output = result.stdout.str()
    assert "contains the value of secrets[0] (${DB_PASSWORD})" in output
    assert secret not in output
    assert suite.verdict["verdict"] == "cannot-tell"


def test_key_that_would_be_masked_is_refused_before_it_is_captured(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "postgres")
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(test_it="def test_it(baseline): baseline['postgres_version'] = 15")
    assert suite.run("pre").ret == 1
    message = suite.blocker("test_it.py::test_it")["message"]
    assert message.startswith("the key '***_version' contains the value of secrets[0] (${DB_PASSWORD}).")


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            if name not in ("value", "body", "settings", "paired", "boundary_states"):
                yield from keys_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_of(item)


def test_no_secret_can_be_a_word_of_the_record(suite: Suite) -> None:
    """What renames the keys of the record makes it unreadable: every key must be among the words that are refused."""
    suite.pytester.makepyfile(
        test_it="def test_it(attach, baseline):\n    attach('it', 'x')\n    baseline.unchanged('a', [{'n': 1}])\n"
    )
    suite.pre()
    suite.upgrade(front_page="no")
    suite.run("post")
    lines = [json.loads(line) for line in suite.folder.joinpath("record.jsonl").read_text().splitlines()]
    names = {name for line in (*lines, suite.verdict) for name in keys_of(line) if len(name) >= 6}
    own = names - set(suite.platform) - {"version_truth", "readiness"}
    assert len(own) > 50
    assert {name for name in own if not any(name in word for word in WORDS)} == set()


#: Control characters in all the places of a check that a reader sees.
HOSTILE = "\x1b[2J\x1b[Hverdict: PROCEED\x07\u202e\u200b\x9b\r"
SHOWN = r"\x1b[2J\x1b[Hverdict: PROCEED\x07\u202e\u200b\x9b"
CONTROLS = ("\x1b[2J", "\x1b[H", "\x07", "\u202e", "\u200b", "\x9b", "\r")


@pytest.mark.parametrize(
    "options", [*SERIAL_AND_WORKERS, ("--color=yes",), ("--log-cli-level=INFO",), ("--tb=native",)]
)
def test_control_characters_are_shown_as_escapes(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    monkeypatch.setenv("HOSTILE", HOSTILE)
    places = PLACES.format(form="os.environ['HOSTILE']")
    suite.pytester.makepyfile(test_it=places)
    files = ("--html=report.html", "--junitxml=junit.xml", "--upgrade-summary=summary.md", "--upgrade-ctrf=ctrf.json")
    result = suite.run("pre", "-rA", *files, *options)
    output = result.stdout.str() + result.stderr.str()
    assert SHOWN in output
    texts = {"the output": output}
    for name in ("report.html", "junit.xml", "summary.md", ".upgradecheck/shop/test/upgrade-report.html"):
        texts[name] = suite.path.joinpath(name).read_bytes().decode()
    for name in ("ctrf.json", ".upgradecheck/shop/test/verdict.json"):
        texts[name] = "\n".join(texts_in(json.loads(suite.path.joinpath(name).read_text())))
    for name, text in texts.items():
        for control in CONTROLS:
            assert control not in text, name


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value


def test_colours_of_pytest_stay_out_of_the_record(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): assert {'a': 'one'} == {'a': 'two'}")
    suite.run("pre", "--color=yes")
    assert "\x1b" not in json.dumps(suite.verdict, ensure_ascii=False)
    assert suite.blocker("test_it.py::test_it")["message"].startswith("assert {'a': 'one'} == {'a': 'two'}")


SAME = "import os\ndef test_it(baseline): baseline.unchanged('key', {value})"
ROTATED = "import os\ndef test_it(baseline): baseline.changed('key', {value})"
VALUES = {
    "alone": "os.environ['DB_PASSWORD']",
    "in a text": "'postgresql://shop:' + os.environ['DB_PASSWORD'] + '@db/shop'",
    "in a member": "{'user': 'shop', 'password': os.environ['DB_PASSWORD']}",
    "in a list": "[{'name': 'a', 'key': os.environ['DB_PASSWORD']}, {'name': 'b', 'key': 'public'}]",
    "as a key": "{os.environ['DB_PASSWORD']: 1}",
    "in a set": "{os.environ['DB_PASSWORD'], 'b'}",
    "as bytes": "os.environ['DB_PASSWORD'].encode()",
    "in a large value": "[{'n': n, 'key': os.environ['DB_PASSWORD']} for n in range(1500)]",
    "in Base64": "__import__('base64').b64encode(('u:' + os.environ['DB_PASSWORD']).encode()).decode()",
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    ("source", "after", "passes"),
    [(SAME, "old", True), (SAME, "new", False), (ROTATED, "old", False), (ROTATED, "new", True)],
)
def test_change_of_a_secret_is_a_change(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, value: str, source: str, after: str, passes: bool
) -> None:
    secrets = {"old": "old-secret-key-1", "new": "new-secret-key-2"}
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(test_it=source.format(value=VALUES[value]))
    monkeypatch.setenv("DB_PASSWORD", secrets["old"])
    suite.pre()
    suite.upgrade()
    monkeypatch.setenv("DB_PASSWORD", secrets[after])
    result = suite.run("post")
    assert (suite.verdict["verdict"] == "proceed") is passes, suite.verdict["reason"]
    if not passes:
        assert "***[" in suite.blocker("test_it.py::test_it")["message"]
    output = result.stdout.str()
    for secret in secrets.values():
        assert secret not in output
        assert all(secret.encode() not in path.read_bytes() for path in suite.folder.rglob("*.*"))


@pytest.mark.parametrize(
    ("asked", "after", "passes"),
    [
        ("baseline['key'] == os.environ['DB_PASSWORD']", "old", True),
        ("baseline['key'] == os.environ['DB_PASSWORD']", "new", False),
        ("baseline['key'] != os.environ['DB_PASSWORD']", "old", False),
        ("baseline['key'] != os.environ['DB_PASSWORD']", "new", True),
        ("baseline['key'] in [os.environ['DB_PASSWORD']]", "old", True),
        ("baseline['all'] == {'a': [os.environ['DB_PASSWORD']]}", "old", True),
        ("baseline['all'] == {'a': [os.environ['DB_PASSWORD']]}", "new", False),
    ],
)
def test_secret_that_was_captured_can_be_compared_by_a_check(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, asked: str, after: str, passes: bool
) -> None:
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.pytester.makepyfile(
        test_it=textwrap.dedent(f"""
            import os
            import pytest

            @pytest.mark.pre_upgrade
            def test_capture(baseline):
                baseline["key"] = os.environ["DB_PASSWORD"]
                baseline["all"] = {{"a": [os.environ["DB_PASSWORD"]]}}

            @pytest.mark.post_upgrade(needs=test_capture)
            def test_it(baseline):
                assert {asked}
        """)
    )
    monkeypatch.setenv("DB_PASSWORD", "old-secret-key-1")
    suite.pre()
    suite.upgrade()
    monkeypatch.setenv("DB_PASSWORD", f"{after}-secret-key-{1 if after == 'old' else 2}")
    suite.run("post")
    assert (suite.verdict["verdict"] == "proceed") is passes


@pytest.mark.parametrize(("after", "passes"), [("old", True), ("new", False)])
def test_secret_in_the_answer_of_a_surface_is_compared(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, after: str, passes: bool
) -> None:
    suite.edit_plan("upgrade: shop\n", 'upgrade: shop\nsecrets: ["${DB_PASSWORD}"]\n')
    suite.edit_plan("  surfaces:\n", "  surfaces:\n    settings: {compare: {rule: unchanged}}\n")
    monkeypatch.setenv("DB_PASSWORD", "old-secret-key-1")
    suite.write_platform(settings={"password": "old-secret-key-1"})
    suite.pre()
    secret = "old-secret-key-1" if after == "old" else "new-secret-key-2"
    monkeypatch.setenv("DB_PASSWORD", secret)
    suite.upgrade(settings={"password": secret})
    suite.pytester.makepyfile(
        test_shop=suite.path.joinpath("test_shop.py").read_text().partition("def test_settings")[0]
    )
    suite.run("post")
    kinds = {check: kind for check, kind in suite.blockers.items() if "compare" in check}
    assert kinds == ({} if passes else {"upgrade.yaml::compare[settings]": "failed"})
