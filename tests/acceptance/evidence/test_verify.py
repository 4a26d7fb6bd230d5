"""Verification of a record: offline, to its last line, and against a signed head."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.evidence.conftest import Owners, ed25519_key, public_pem, signed


@pytest.fixture
def record(migrated: Owners, tmp_path: Path) -> Path:
    """A record of a whole upgrade, free to be spoiled."""
    folder = tmp_path / "spoiled"
    shutil.copytree(migrated.deployment.record.parent, folder)
    return folder / "record.jsonl"


def rewritten(record: Path, change: Any) -> None:
    """Change lines and rebuild the whole chain, as a person who knows the format could."""
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    head = "0" * 64
    text = ""
    for number, line in enumerate(change(lines), 1):
        fields = {name: value for name, value in line.items() if name != "sha256"} | {"n": number}
        body = json.dumps(fields, separators=(",", ":"))[:-1]
        head = hashlib.sha256((head + body).encode()).hexdigest()
        text += f'{body},"sha256":"{head}"}}\n'
    record.write_text(text)


def number(lines: list[dict[str, Any]], kind: str, phase: str = "") -> int:
    return next(at for at, line in enumerate(lines) if line["type"] == kind and line.get("phase", "") == phase)


def test_intact(migrated: Owners, record: Path) -> None:
    run = migrated.command("verify", str(record))
    assert run.returncode == 0, run.stderr
    assert "intact: " in run.stdout
    assert "pre: proceed" in run.stdout
    assert "post: proceed" in run.stdout


def changed_plan(lines: Any) -> Any:
    lines[number(lines, "run", "pre")]["plan"]["title"] = "another"
    return lines


def no_pre(lines: Any) -> Any:
    post = lines[number(lines, "run", "post")]["run"]
    return [lines[0], *(line for line in lines if line.get("run") == post)]


def pre_after_post(lines: Any) -> Any:
    post = lines[number(lines, "run", "post")]["run"]
    first = [lines[0], *(line for line in lines if line.get("run") == post)]
    return [*first, *(line for line in lines[1:] if line.get("run") != post)]


def check_after_the_verdict(lines: Any) -> Any:
    check = next(line for line in lines if line["type"] == "check")
    return [*lines, {**check, "at": lines[-1]["at"]}]


def green_with_blockers(lines: Any) -> Any:
    blocker = {"check": "x", "kind": "failed"}
    lines[-2]["verdict"]["blockers"] = [blocker]
    return lines


def clock_set_back(lines: Any) -> Any:
    lines[-1]["at"] = "2001-01-01T00:00:00.000Z"
    return lines


def of_another_format(lines: Any) -> Any:
    lines[0]["format"] = 99
    return lines


def begins_with_a_run(lines: Any) -> Any:
    return lines[1:]


@pytest.mark.parametrize(
    ("change", "line", "sentence"),
    [
        (changed_plan, 2, "its plan does not have the digest that it states"),
        (no_pre, None, "proceeds, and no pre run ended before it"),
        (pre_after_post, None, "proceeds, and no pre run ended before it"),
        (check_after_the_verdict, None, "which is not under way here"),
        (green_with_blockers, None, "its verdict is proceed, and it names 1 blockers"),
        (clock_set_back, None, "time ran backwards"),
        (of_another_format, 1, "it is of format 99, and this release reads format 1"),
        (begins_with_a_run, 1, "a record begins with a line that names its upgrade"),
    ],
)
def test_new_chain_over_what_cannot_be(migrated: Owners, record: Path, change: Any, line: Any, sentence: str) -> None:
    rewritten(record, change)
    run = migrated.command("verify", str(record))
    assert run.returncode == 1
    assert sentence in run.stderr
    if line:
        assert f"record.jsonl:{line}: " in run.stderr


def test_first_bad_line_is_named(migrated: Owners, record: Path) -> None:
    lines = record.read_text().splitlines(keepends=True)
    lines[6] = lines[6].replace("e", "E", 1)
    record.write_text("".join(lines))
    run = migrated.command("verify", str(record))
    assert run.returncode == 1
    assert "record.jsonl:7: this line was changed or cut" in run.stderr


def test_signed_head_finds_what_a_chain_cannot(migrated: Owners, record: Path) -> None:
    against = ("--against", str(migrated.evidence), "--key", str(migrated.public_file))
    compared = migrated.command("verify", str(record), *against)
    assert compared.returncode == 0, compared.stderr
    assert "lines as attested in" in compared.stdout

    whole = record.read_text()
    record.write_text("".join(whole.splitlines(keepends=True)[:-1]))
    assert migrated.command("verify", str(record)).returncode == 0
    shorter = migrated.command("verify", str(record), *against)
    assert shorter.returncode == 1
    assert "lines are missing" in shorter.stderr

    record.write_text(whole)
    rewritten(record, lambda lines: [{**line, "seconds": 0.5} if "seconds" in line else line for line in lines])
    assert migrated.command("verify", str(record)).returncode == 0
    forged = migrated.command("verify", str(record), *against)
    assert forged.returncode == 1
    assert "this is not the record that" in forged.stderr


def test_head_that_another_signed_is_no_proof(migrated: Owners, record: Path, tmp_path: Path) -> None:
    (tmp_path / "other.pub").write_bytes(public_pem(ed25519_key()))
    run = migrated.command(
        "verify", str(record), "--against", str(migrated.evidence), "--key", str(tmp_path / "other.pub")
    )
    assert run.returncode == 1
    assert "not verified: " in run.stderr
    statement = migrated.statement()
    del statement["subject"][1]
    (tmp_path / "headless.json").write_text(json.dumps(signed(statement, migrated.key)))
    run = migrated.command(
        "verify", str(record), "--against", str(tmp_path / "headless.json"), "--key", str(migrated.public_file)
    )
    assert run.returncode == 1
    assert "it does not attest a record" in run.stderr


def test_wrong_use(migrated: Owners, record: Path, tmp_path: Path) -> None:
    run = migrated.command("verify", str(record), "--against", str(migrated.evidence))
    assert (run.returncode, "--against and --key go together" in run.stderr) == (2, True)
    run = migrated.command("verify", str(tmp_path / "nothing"))
    assert (run.returncode, "there is no such record" in run.stderr) == (2, True)
