"""Every command with every kind of bad input: one message on stderr, exit 2, and never a traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_upgradecheck.cli import COMMANDS, main
from pytest_upgradecheck.record import FORMAT, Journal
from pytest_upgradecheck.redaction import Redactor
from tests.small_upgrade import SHORTEST_PLAN

COMMAND = str(Path(sys.executable).with_name("upgradecheck"))

#: Every command with each of its arguments that names a file; BAD stands for the one that is wrong.
FILES = {
    "plan": ["plan BAD", "plan good.yaml --record BAD"],
    "signoff": [
        "signoff board --by A --plan BAD",
        "signoff board --by A --plan good.yaml --record BAD",
    ],
    "waive": [
        "waive t.py::a --by A --reason r --expires 2199-01-01 --record BAD",
        "waive t.py::a --by A --reason r --expires 2199-01-01 --plan BAD",
    ],
    "new-attempt": ["new-attempt BAD --why w --by A", "new-attempt --why w --by A --plan BAD"],
    "report": ["report BAD", "report BAD --format markdown", "report BAD --format ctrf --output -"],
    "verify": [
        "verify BAD",
        "verify good --against BAD --key key.pub",
        "verify good --against envelope.json --key BAD",
    ],
    "attest": ["attest BAD --key key.pem", "attest good --key BAD"],
    "gate": ["gate BAD --phase post", "gate good --phase post --plan BAD"],
    "compare": ["compare BAD good.json", "compare good.json BAD"],
    "init": ["init BAD"],
}
#: These answer with codes of their own: what is wrong with a record is what they are there to tell.
CODES = {
    "verify BAD": {1, 2},
    "gate BAD --phase post": {12, 2},
    "report BAD": {1, 2},
    "plan good.yaml --record BAD": {0, 2},
}
#: What is wrong for one command may be right for another.
_COMPARED = ["compare BAD good.json", "compare good.json BAD"]
RIGHT = {"foreign.jsonl": ["verify BAD"], "list.json": _COMPARED, "null.json": _COMPARED, "text.json": _COMPARED}
BAD = [
    "missing", "folder", "empty", "text", "binary", "invalid-utf8", "truncated.jsonl", "changed.jsonl", "foreign.jsonl",
    "other-format.jsonl", "not-a-record.jsonl", "list.json", "deep.json", "nan.json", "huge-number.json", "not.yaml",
    "loop", "good.json/inside", "x" * 300, "device", "fifo", "socket", "null.json", "text.json",
]  # fmt: skip


def write_record(folder: Path, *, upgrade: str = "shop", environment: str = "test", number: int = FORMAT) -> Path:
    with Journal(folder, run={}, redactor=Redactor()) as journal:
        journal.append("record", format=number, upgrade=upgrade, environment=environment)
        journal.append("note", about="two")
    return folder / "record.jsonl"


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything that can be wrong in it; it is the current folder."""
    good = write_record(tmp_path / "good").read_bytes()
    files = {
        "empty": b"",
        "text": b"hello\n",
        "binary": bytes(range(256)) * 40,
        "invalid-utf8": b'{"a": "\xff\xfe"}\n',
        "truncated.jsonl": good[:-20],
        "changed.jsonl": good.replace(b"two", b"one"),
        "foreign.jsonl": write_record(tmp_path / "other", upgrade="x", environment="y").read_bytes(),
        "other-format.jsonl": write_record(tmp_path / "newer", number=99).read_bytes(),
        "not-a-record.jsonl": b'{"a": 1}\n[2]\n',
        "list.json": b"[1]",
        "deep.json": b"[" * 100_000,
        "nan.json": b'{"a": NaN}',
        "huge-number.json": b'{"a": ' + b"9" * 5_000 + b"}",
        "not.yaml": b"a: [\n\tb: c\n",
        "good.json": b"{}",
        "key.pem": b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n",
        "key.pub": b"-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n",
        "envelope.json": b"{}",
        "null.json": b"null",
        "text.json": b'"text"',
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "device").symlink_to("/dev/null")
    (tmp_path / "endless").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "fifo")
    with (tmp_path / "huge.json").open("wb") as huge:
        huge.truncate(20 * 2**30)  # it takes no room on the disk
    (tmp_path / "good.yaml").write_text(SHORTEST_PLAN + "signoffs: [board]\n")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    return tmp_path


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("line", [line for lines in FILES.values() for line in lines])
def test_bad_file(inputs: Path, line: str, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    if (line == "init BAD" and bad in ("missing", "folder")) or line in RIGHT.get(bad, ()):
        pytest.skip("this is not wrong for this command")
    code = main([bad if word == "BAD" else word for word in line.split()])
    output = capsys.readouterr()
    assert code in CODES.get(line, {2}), output.out + output.err
    assert "Traceback" not in output.err
    assert "this is a bug" not in output.err
    if code == 2:
        assert output.err.startswith("upgradecheck: ")
        assert output.out == ""


@pytest.mark.parametrize("bad", ["endless", "huge.json"])
@pytest.mark.parametrize(
    "line",
    ["compare BAD good.json", "verify good --against BAD --key key.pub", "attest good --key BAD"],
)
def test_file_without_end(inputs: Path, line: str, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([bad if word == "BAD" else word for word in line.split()]) == 2
    said = capsys.readouterr().err
    assert said.startswith("upgradecheck: ")
    assert f"{bad}: the file has more than " in said


OUTPUTS = ["report good --output BAD", "gate good --phase post --plan good.yaml --out BAD"]


@pytest.mark.parametrize(
    "bad", ["folder", "good.json/inside", "text", "good.yaml", "good/record.jsonl", "loop", "device", "x" * 300]
)
@pytest.mark.parametrize("line", OUTPUTS)
def test_output_that_cannot_be_written(inputs: Path, line: str, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = written(inputs)
    assert main([bad if word == "BAD" else word for word in line.split()]) == 2
    output = capsys.readouterr()
    assert output.err.startswith("upgradecheck: --out")
    assert "this is a bug" not in output.err
    assert before.items() <= written(inputs).items()


def written(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Each file of a folder, and what shows that it was written."""
    found = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (stat.st_ino, stat.st_size, stat.st_mtime_ns) for path, stat in found.items()}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "name a command: demo, init, plan"),
        ("gaet x", "there is no command 'gaet'; did you mean 'gate'?"),
        ("gate x --phase pots", "gate: argument --phase: found 'pots'; did you mean 'post'? write one of: pre, post"),
        ("gate x", "gate: the following arguments are required: --phase"),
        ("gate x --phase post --max-age soon", "found 'soon'; write a duration such as 10s"),
        ("gate x --phase post --formt json", "unknown argument: --formt; did you mean --format?"),
        ("report x --format htlm", "did you mean 'html'? write one of: html, markdown, ctrf"),
        ("report x y", "report: unknown argument: y"),
        ("report x --form html", "unknown argument: --form; did you mean --format?"),
        ("schema verdct", "did you mean 'verdict'? write one of: plan, verdict, gate"),
        ("compare a b --format colr", "write one of: text, colour, markdown, html"),
        ("attest x --key k --posture complete", "did you mean 'completed'? write one of: staged, completed"),
        ("attest x --key k --for a/b", "write UPGRADE/ENVIRONMENT/MIGRATION"),
        ("attest x --key k --for a/b/c", "--for and --posture go together"),
        ("verify x --key k", "--against and --key go together"),
        ("signoff a", "signoff: the following arguments are required: --by"),
        (
            "waive c --by A --reason r --expires soon",
            "argument --expires: found 'soon'; write a day such as 2026-12-31",
        ),
        ("waive c --by A --reason r --expires 2020-01-01", "this day has passed"),
        ("new-attempt --by A", "new-attempt: the following arguments are required: --why"),
        ("init --auth-header X-Key", "--auth-header goes with --from"),
        ("init --from ftp://x", "write the platform's http or https URL"),
        ("init --from http://x/a}b", "must be percent-encoded"),
    ],
)
def test_wrong_use(inputs: Path, line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    output = capsys.readouterr()
    assert output.err.startswith("upgradecheck: ")
    assert says.replace("'--", "--").replace("?", "") in output.err.replace("'--", "--").replace("'?", "'").replace(
        "?", ""
    )
    assert output.out == ""


@pytest.mark.parametrize("text", ["", "  ", "x" * 3_000, "a\x1bb"])
@pytest.mark.parametrize(
    "line", ["signoff board --by TEXT", "new-attempt --why TEXT --by A", "new-attempt --why w --by TEXT"]
)
def test_texts_that_are_no_line(inputs: Path, line: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([text if word == "TEXT" else word for word in line.split()]) == 2
    assert "write a name or a sentence of at most 2000 characters, on one line" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_complete_sentences(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: upgradecheck {name} ")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("line", ["plan good.yaml", "report good", "verify good", "compare good.json good.json"])
def test_no_permission(inputs: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (inputs / "good.yaml", inputs / "good.json", inputs / "good" / "record.jsonl"):
        path.chmod(0)
    assert main(line.split()) in (1, 2)
    assert "Permission denied" in capsys.readouterr().err


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "U": COMMAND}
    return subprocess.run(["bash", "-c", script], cwd=folder, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("line", ["schema", "verify good", "plan good.yaml", "gate good --phase pre --plan good.yaml"])
def test_reader_that_goes_away(inputs: Path, line: str) -> None:
    # The reader is gone before the first line comes.
    run = shell(f"(sleep 1; $U {line}) | true; exit ${{PIPESTATUS[0]}}", inputs)
    assert (run.returncode, run.stderr) in [(141, "")]


@pytest.mark.parametrize("line", ["schema", "verify good", "plan good.yaml", "gate good --phase pre --plan good.yaml"])
@pytest.mark.parametrize(
    ("where", "says"), [(">&-", "standard output is closed"), (">/dev/full", "No space left on device")]
)
def test_output_that_takes_nothing(inputs: Path, line: str, where: str, says: str) -> None:
    run = shell(f"$U {line} {where}", inputs)
    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr
    assert "Exception ignored" not in run.stderr


def test_terminal_that_cannot_show_every_name(inputs: Path) -> None:
    plan = inputs / "good.yaml"
    plan.write_text(plan.read_text() + "title: Köln ✓\n", "utf-8")
    run = shell("PYTHONIOENCODING=ascii $U plan good.yaml", inputs)
    assert (run.returncode, run.stderr) == (0, "")
    assert "K\\xf6ln \\u2713 (shop)" in run.stdout


def test_interrupted(inputs: Path) -> None:
    process = subprocess.Popen([COMMAND, "compare", "fifo", "good.json"], cwd=inputs, stderr=subprocess.PIPE, text=True)
    with (inputs / "fifo").open("w"):  # it waits for the first byte once this opens
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "upgradecheck: interrupted\n")


def test_attempt_ends_by_decision_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = write_record(tmp_path)
    command = ["new-attempt", str(tmp_path), "--why", "the vendor withdrew 2.0", "--by", "A. Name"]
    assert main(command) == 2
    assert "this record has no run, so there is no attempt to end" in capsys.readouterr().err
    assert len(record.read_text().splitlines()) == 2
    assert json.loads(record.read_text().splitlines()[0])["type"] == "record"
