"""A record that is read while a run writes it, in a folder where others create and delete theirs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_upgradecheck.record import JOURNAL_FILE, Journal, find_tail
from pytest_upgradecheck.record.lines import Tail, ends_unfinished, read_lines
from pytest_upgradecheck.record.verification import find_record
from pytest_upgradecheck.redaction import Redactor

RUN = {"phase": "pre", "started_at": "2026-11-24T01:02:03Z"}


def written(folder: Path, count: int) -> Path:
    with Journal(folder, run=RUN, redactor=Redactor(())) as journal:
        for number in range(count):
            journal.append("check", check=f"test_{number}")
    return folder / JOURNAL_FILE


@pytest.mark.parametrize("added", [1, 3])
def test_lines_that_were_added_since_it_was_read_are_not_an_unfinished_line(tmp_path: Path, added: int) -> None:
    path = written(tmp_path, 2)
    before = find_tail(path)
    written(tmp_path, added)
    assert not ends_unfinished(path, before)


def test_line_that_was_cut_is_unfinished(tmp_path: Path) -> None:
    path = written(tmp_path, 2)
    os.truncate(path, path.stat().st_size - 3)
    *_, (_, tail) = read_lines(path)
    assert ends_unfinished(path, tail)
    assert not ends_unfinished(written(tmp_path / "whole", 2), find_tail(tmp_path / "whole" / JOURNAL_FILE))
    assert ends_unfinished(path, Tail(size=tail.size))


def test_folder_that_is_deleted_while_a_record_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "upgrade" / "staging", 1)
    build = tmp_path / "build"
    build.mkdir()
    listing = os.scandir

    def listed_and_gone(folder: str | os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
        found = listing(folder)
        if build.exists():
            build.rmdir()
        return found

    monkeypatch.setattr(os, "scandir", listed_and_gone)
    assert find_record(tmp_path) == path


def test_record_in_a_hidden_folder_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / ".upgradecheck" / "upgrade" / "staging", 1)
    assert find_record(tmp_path) == path
