"""The journal: chained, alone, redacted, and readable whatever a killed writer left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.errors import RecordBusy, RecordDamaged, RecordError
from pytest_upgradecheck.record import JOURNAL_FILE, Journal, find_tail
from pytest_upgradecheck.record.lines import read_lines
from pytest_upgradecheck.redaction import Redactor

RUN = {"phase": "pre", "started_at": "2026-11-24T01:02:03Z"}


def opened(folder: Path, *secrets: str) -> Journal:
    return Journal(folder, run=RUN, redactor=Redactor(secrets))


def entries(folder: Path) -> list[dict[str, Any]]:
    return [entry for entry, _ in read_lines(folder / JOURNAL_FILE)]


def written(folder: Path, count: int = 5) -> Path:
    with opened(folder) as journal:
        for number in range(count):
            journal.append("check", check=f"test_{number}", text="é\u2028\ud800")
    return folder / JOURNAL_FILE


def test_lines_come_back_as_they_were_written(tmp_path: Path) -> None:
    written(tmp_path)
    found = entries(tmp_path)
    assert [entry["check"] for entry in found] == [f"test_{number}" for number in range(5)]
    assert [entry["n"] for entry in found] == [1, 2, 3, 4, 5]
    assert found[0]["text"] == "é\u2028\ud800"


def test_another_run_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = path.read_bytes()
    with opened(tmp_path) as journal:
        assert journal.lines == 5
        journal.append("check", check="more")
        head = journal.head
    assert path.read_bytes().startswith(before)
    assert find_tail(path).head == head


def test_every_changed_byte_is_found_in_its_line(tmp_path: Path) -> None:
    path = written(tmp_path)
    good = path.read_bytes()
    for position in range(len(good)):
        changed = bytearray(good)
        changed[position] ^= 1
        path.write_bytes(changed)
        line = good[:position].count(b"\n") + 1
        if position == len(good) - 1:
            assert find_tail(path).torn
            continue
        with pytest.raises(RecordDamaged) as caught:
            list(read_lines(path))
        assert caught.value.line in (line, line + 1), position


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_removed_and_swapped_lines_are_found(tmp_path: Path, number: int) -> None:
    path = written(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: number - 1] + lines[number:]))
    with pytest.raises(RecordDamaged):
        find_tail(path)
    swapped = [*lines]
    swapped[number - 1], swapped[number] = swapped[number], swapped[number - 1]
    path.write_bytes(b"".join(swapped))
    with pytest.raises(RecordDamaged):
        find_tail(path)


@settings(max_examples=60)
@given(cut=st.integers(min_value=1, max_value=200))
def test_torn_last_line_is_kept_and_accounted_for(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("record")
    path = written(folder)
    whole = path.read_bytes()
    last = whole[whole[:-1].rindex(b"\n") + 1 :]
    torn = last[: min(cut, len(last) - 1)]
    path.write_bytes(whole[: -len(last)] + torn)
    assert find_tail(path).torn == torn
    with opened(folder) as journal:
        journal.append("check", check="after")
    assert path.read_bytes().startswith(whole[: -len(last)] + torn + b"\n")
    found = entries(folder)
    assert found[-1]["check"] == "after"
    if torn + b"\n" == last:
        assert found[-2]["check"] == "test_4"
    else:
        assert (found[-2]["type"], found[-2]["line"]) == ("torn", 5)


def test_torn_line_that_nobody_accounted_for_is_damage(tmp_path: Path) -> None:
    path = written(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"n":6\n')
    with pytest.raises(RecordDamaged, match=":6: "):
        find_tail(path)


def test_writer_is_alone_and_the_message_names_it(tmp_path: Path) -> None:
    with (
        opened(tmp_path),
        pytest.raises(RecordBusy, match=f"the pre run that started at .* \\(process {os.getpid()} on"),
    ):
        opened(tmp_path)
    opened(tmp_path).close()


def test_lock_ends_with_its_process(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from pytest_upgradecheck.record import Journal;"
        "from pytest_upgradecheck.redaction import Redactor;"
        "Journal(Path(sys.argv[1]), run={}, redactor=Redactor()).append('check', check='x'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)]).returncode == 9
    with opened(tmp_path) as journal:
        assert journal.lines == 1


def test_secret_is_masked_in_values_and_keys_and_the_line_stays_whole(tmp_path: Path) -> None:
    secret = 'p"a/ss'
    with opened(tmp_path, secret) as journal:
        journal.append("capture", value={secret: [f"x{secret}y"], "type": "type"})
    assert secret not in (tmp_path / JOURNAL_FILE).read_text()
    (entry,) = entries(tmp_path)
    assert entry["value"] == {"***": ["x***y"], "type": "type"}


def test_secret_that_is_a_word_of_the_format_leaves_the_record_readable(tmp_path: Path) -> None:
    with opened(tmp_path, "check") as journal:
        journal.append("check", check="a check")
    (entry,) = entries(tmp_path)
    assert (entry["type"], entry["check"]) == ("check", "a ***")


def test_full_disk_is_told_and_nothing_follows_half_a_line(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append("check", check="one")
        assert journal._file is not None
        journal._file.close()
        journal._file = open("/dev/full", "ab", buffering=0)  # noqa: SIM115, PTH123
        with pytest.raises(RecordError, match="cannot be written: No space left on device"):
            journal.append("check", check="two")
        with pytest.raises(RecordError, match="the record is closed"):
            journal.append("check", check="three")
    assert [entry["check"] for entry in entries(tmp_path)] == ["one"]


def test_lines_are_json_with_time_and_number(tmp_path: Path) -> None:
    for line in written(tmp_path, 2).read_text().splitlines():
        entry = json.loads(line)
        assert list(entry)[:3] == ["n", "at", "type"]
        assert entry["at"].endswith("Z")
