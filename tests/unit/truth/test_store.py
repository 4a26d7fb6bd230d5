"""One request a surface, and one pace, for all threads of a process and all processes of a run."""

from __future__ import annotations

import math
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pytest_upgradecheck.plan import Rate
from pytest_upgradecheck.truth import Answer, Failure, FolderStore, MemoryStore, ReadingStore

ANSWER = Answer.of({"contracts": ["a"]}, source="test")
FAILURE = Failure(surface="truth", message="nobody answers", read_at="2026-11-24T12:00:00.000Z", status=503, attempts=3)


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ReadingStore:
    return MemoryStore() if request.param == "memory" else FolderStore(tmp_path / "readings")


def never() -> Answer:
    raise AssertionError("read a second time")


@pytest.mark.parametrize("outcome", [ANSWER, FAILURE])
def test_first_reading_is_everybodys(store: ReadingStore, outcome: Answer | Failure) -> None:
    assert store.get_or_read("truth", lambda: outcome) == outcome
    assert store.get_or_read("truth", never) == outcome


def test_surfaces_are_told_apart_by_case_too(store: ReadingStore) -> None:
    upper = Answer.of("upper", source="test")
    store.put("truth", ANSWER)
    store.put("Truth", upper)
    assert store.get_or_read("truth", never) == ANSWER
    assert store.get_or_read("Truth", never) == upper


def test_fresh_reading_replaces_the_one_before(store: ReadingStore) -> None:
    store.put("truth", FAILURE)
    store.put("truth", ANSWER)
    assert store.get_or_read("truth", never) == ANSWER


def test_check_that_changes_a_body_changes_nobody_elses(store: ReadingStore) -> None:
    first = store.get_or_read("truth", lambda: Answer.of({"contracts": ["a"]}, source="test"))
    assert isinstance(first, Answer)
    first.body["contracts"].clear()
    second = store.get_or_read("truth", never)
    assert isinstance(second, Answer)
    assert second.body == {"contracts": ["a"]}


def test_reading_that_breaks_is_no_reading(store: ReadingStore) -> None:
    with pytest.raises(AssertionError):
        store.get_or_read("truth", never)
    assert store.get_or_read("truth", lambda: ANSWER) == ANSWER


def test_threads_wait_for_the_first_and_not_for_other_surfaces(store: ReadingStore) -> None:
    reading, go_on = threading.Event(), threading.Event()
    outcomes: list[Answer | Failure] = []

    def slow() -> Answer:
        reading.set()
        assert go_on.wait(10)
        return ANSWER

    threads = [threading.Thread(target=lambda: outcomes.append(store.get_or_read("truth", slow)))]
    threads[0].start()
    assert reading.wait(10)
    threads += [threading.Thread(target=lambda: outcomes.append(store.get_or_read("truth", never))) for _ in range(3)]
    for thread in threads[1:]:
        thread.start()
    assert store.get_or_read("other", lambda: FAILURE) == FAILURE
    assert outcomes == []
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert outcomes == [ANSWER] * 4


def test_pace_within_the_rate_does_not_wait(store: ReadingStore) -> None:
    started = time.monotonic()
    assert all(store.wait_for_turn(Rate(5, timedelta(hours=1))) for _ in range(5))
    assert time.monotonic() - started < 1


def test_pace_beyond_the_rate_waits_for_the_window(store: ReadingStore) -> None:
    rate = Rate(3, timedelta(seconds=0.4))
    at = []
    for _ in range(7):
        assert store.wait_for_turn(rate)
        at.append(time.monotonic())
    assert all(later - earlier >= 0.4 for earlier, later in zip(at, at[3:], strict=False))
    assert at[-1] - at[0] < 3


def test_turn_that_comes_too_late_is_refused_at_once(store: ReadingStore) -> None:
    rate = Rate(1, timedelta(hours=1))
    assert store.wait_for_turn(rate)
    started = time.monotonic()
    assert not store.wait_for_turn(rate, until=started + 60)
    assert not store.wait_for_turn(rate, until=started + 60)
    assert time.monotonic() - started < 1


def test_refused_turns_hold_nobody_up(store: ReadingStore) -> None:
    rate = Rate(1, timedelta(seconds=0.2))
    assert store.wait_for_turn(rate)
    started = time.monotonic()
    assert not any(store.wait_for_turn(rate, until=started) for _ in range(10))
    assert store.wait_for_turn(rate)
    assert time.monotonic() - started < 1


def test_turn_just_in_time_is_taken(store: ReadingStore) -> None:
    rate = Rate(1, timedelta(seconds=0.05))
    assert store.wait_for_turn(rate, until=math.inf)
    assert store.wait_for_turn(rate, until=time.monotonic() + 10)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes of POSIX")
def test_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "readings"
    store = FolderStore(folder)
    store.get_or_read("truth", lambda: ANSWER)
    store.wait_for_turn(Rate(5, timedelta(seconds=1)))
    assert folder.stat().st_mode & 0o077 == 0
    files = list(folder.iterdir())
    assert len(files) == 4
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_two_stores_on_one_folder_are_one(tmp_path: Path) -> None:
    one, other = FolderStore(tmp_path), FolderStore(tmp_path)
    one.put("truth", ANSWER)
    assert other.get_or_read("truth", never) == ANSWER
    rate = Rate(1, timedelta(hours=1))
    assert one.wait_for_turn(rate)
    assert not other.wait_for_turn(rate, until=time.monotonic() + 1)
