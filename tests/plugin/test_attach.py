"""Evidence that checks attach: in the record by digest, next to it as a file, in the report by name."""

from __future__ import annotations

import hashlib
import html
import json

import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import SERIAL_AND_WORKERS, Suite


def report(suite: Suite) -> str:
    text: str = (suite.folder / "upgrade-report.html").read_text()
    return text


@pytest.mark.parametrize("options", SERIAL_AND_WORKERS)
def test_bytes_text_and_json(suite: Suite, options: tuple[str, ...]) -> None:
    suite.pytester.makepyfile(
        test_it="""
        def test_it(attach):
            attach("the answer", {"state": ["ready", 1]})
            attach("the log", "line one\\nline two")
            attach("the picture", b"\\x89PNG\\r\\n\\x1a\\n\\x00", "image/png")
            attach("the page", b"<script>alert(1)</script>", "text/html; charset=utf-8")
            attach("the dump", b"\\x00\\xff")
        """
    )
    suite.pre(*options)
    lines = {line["name"]: line for line in suite.lines("attachment")}
    kinds = {name: line["media_type"] for name, line in lines.items()}
    assert kinds == {
        "the answer": "application/json",
        "the log": "text/plain",
        "the picture": "image/png",
        "the page": "text/html",
        "the dump": "application/octet-stream",
    }
    files = {path.name: path.read_bytes() for path in (suite.folder / "attachments").iterdir()}
    for name, ending in (("the answer", "txt"), ("the picture", "png"), ("the page", "txt"), ("the dump", "bin")):
        digest = lines[name]["digest"]
        assert hashlib.sha256(files[f"{digest}.{ending}"]).hexdigest() == digest
    assert json.loads(files[f"{lines['the answer']['digest']}.txt"]) == {"state": ["ready", 1]}
    page = report(suite)
    assert "line one\nline two" in page
    assert html.escape("<script>alert(1)</script>") in page
    assert 'src="data:image/png;base64,' in page
    assert f"attachments/{lines['the dump']['digest']}.bin" in page
    assert main(["verify", str(suite.folder)]) == 0


def test_large_one_is_a_file_beside(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(attach):\n    attach('log', 'x' * 40_000)\n")
    suite.pre()
    (line,) = suite.lines("attachment")
    assert "x" * 100 not in report(suite)
    assert f"attachments/{line['digest']}.txt" in report(suite)


def test_link_from_a_report_that_lies_elsewhere(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(attach):\n    attach('log', 'x' * 40_000)\n")
    suite.pre("--upgrade-report=out/page.html")
    (line,) = suite.lines("attachment")
    text = (suite.path / "out" / "page.html").read_text()
    assert f'href="../.upgradecheck/shop/test/attachments/{line["digest"]}.txt"' in text


def test_changed_and_lost_files_are_found(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    suite.pytester.makepyfile(test_it="def test_it(attach):\n    attach('log', 'as it was')\n")
    suite.pre()
    (path,) = (suite.folder / "attachments").iterdir()
    path.write_text("another")
    assert main(["verify", str(suite.folder)]) == 1
    assert "this attachment was changed" in capsys.readouterr().err
    assert main(["report", str(suite.folder)]) == 0
    assert "this attachment was changed" in report(suite)
    path.unlink()
    assert main(["verify", str(suite.folder)]) == 1
    assert "this attachment cannot be read" in capsys.readouterr().err


def test_secrets_are_masked(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "key-4711-secret")
    auth = 'base_url: http://localhost:1\n  auth: {header: X-Key, value: "${KEY}"}'
    suite.edit_plan("platform:\n", f"platform:\n  {auth}\n")
    suite.pytester.makepyfile(
        test_it="""
        def test_it(attach):
            attach("key-4711-secret", "the key-4711-secret")
            attach("json", {"key-4711-secret": "key-4711-secret"})
            attach("bytes", b"so key-4711-secret it is")
        def test_binary(attach):
            attach("dump", b"\\xff\\xfe key-4711-secret")
        """
    )
    suite.run("pre")
    message = suite.blocker("test_it.py::test_binary")["message"]
    assert "the content contains a secret, which cannot be masked in binary data" in message
    for path in suite.folder.rglob("*"):
        if path.is_file():
            assert b"key-4711-secret" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("attach('', 'x')", "expected a name of 1 to 200 characters"),
        ("attach(7, 'x')", "expected a name of 1 to 200 characters"),
        ("attach('x', object())", "the content must be bytes, a text, or a value that JSON can hold"),
        ("attach('x', 'y', 'html')", "expected a media type such as 'text/plain'"),
        ("attach('x', b'0' * 50_000_001)", "the limit is 50,000,000"),
    ],
)
def test_misuse(suite: Suite, call: str, says: str) -> None:
    suite.pytester.makepyfile(test_it=f"def test_it(attach):\n    {call}\n")
    assert suite.run("pre").ret == 1
    assert says in suite.blocker("test_it.py::test_it")["message"]


def test_skips_without_a_phase(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(attach):\n    attach('x', 'y')\n")
    result = suite.run(None, "test_it.py")
    result.assert_outcomes(skipped=1)


def test_what_is_no_picture_is_shown_as_a_file(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_it="""
        def test_it(attach):
            attach("the picture", b"<svg onload=alert(1)>", "image/png")
            assert True
        """
    )
    suite.pre()
    page = (suite.folder / "upgrade-report.html").read_text()
    assert "data:image/png" not in page.partition("</head>")[2]
    assert 'href="attachments/' in page
