"""The reference stack does what its operator asks, and its truth surfaces report what is really the case."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import ReferenceStack
from tests.acceptance.processes import command_lines, files_that_hold, is_alive
from tests.acceptance.reference_stack.platform_state import (
    PRODUCTS,
    all_at,
    columns,
    drifted,
    orders,
    place_order,
    schemas,
    versions,
)


@contextmanager
def closing_descriptor(descriptor: Any) -> Iterator[Any]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def test_up_starts_the_old_release_and_its_truth_agrees_with_the_database(running_stack: ReferenceStack) -> None:
    assert versions(running_stack) == all_at("2026.10")
    assert running_stack.surface("database/schema")["schemas"] == schemas(running_stack)
    assert schemas(running_stack) == {"fabric": 117, "orders": 41}
    assert drifted(running_stack) == {}
    assert running_stack.surface("observability/readiness")["status"] == "ready"
    recovery = running_stack.surface("recovery/readiness")
    assert (recovery["status"], recovery["backup"]["schemas"]) == ("ready", schemas(running_stack))


def test_a_full_upgrade_migrates_the_database_and_keeps_the_orders(movable_stack: ReferenceStack) -> None:
    address, before = movable_stack.address("fabric"), orders(movable_stack)
    pids = {name: movable_stack.process_id(name) for name in PRODUCTS}

    movable_stack.upgrade()

    assert versions(movable_stack) == all_at("2026.11")
    assert schemas(movable_stack) == {"fabric": 118, "orders": 42}
    assert "document" not in columns(movable_stack, "contracts")
    assert "first_name" not in columns(movable_stack, "orders")
    assert drifted(movable_stack) == {}
    assert movable_stack.address("fabric") == address
    assert [{**order, "priority": "normal"} for order in before] == orders(movable_stack)
    assert not any(is_alive(pid) for pid in pids.values())


def test_steps_move_one_after_the_other_and_the_first_can_be_taken_back(movable_stack: ReferenceStack) -> None:
    movable_stack.upgrade(step="docs")
    assert versions(movable_stack) == {**all_at("2026.10"), "docs": "2026.11"}
    assert (drifted(movable_stack), schemas(movable_stack)) == ({}, {"fabric": 117, "orders": 41})

    movable_stack.rollback()
    assert versions(movable_stack) == all_at("2026.10")
    assert drifted(movable_stack) == {}

    movable_stack.upgrade(step="fabric")
    assert versions(movable_stack) == {**all_at("2026.11"), "orders": "2026.10"}


def test_rollback_past_an_irreversible_migration_is_refused_and_changes_nothing(movable_stack: ReferenceStack) -> None:
    movable_stack.upgrade(step="fabric")
    pids = {name: movable_stack.process_id(name) for name in PRODUCTS}

    outcome = movable_stack.run("rollback")

    assert outcome.returncode == 1
    assert "fabric schema 118 cannot be reversed" in outcome.stderr
    assert "--restore-backup" in outcome.stderr
    assert {name: movable_stack.process_id(name) for name in PRODUCTS} == pids
    assert versions(movable_stack) == {**all_at("2026.11"), "orders": "2026.10"}


def test_restoring_the_backup_takes_everything_back_and_gives_up_what_came_since(movable_stack: ReferenceStack) -> None:
    kept = place_order(movable_stack)
    movable_stack.upgrade()
    lost = place_order(movable_stack)

    movable_stack.rollback(restore_backup=True)

    numbers = {order["number"] for order in orders(movable_stack)}
    assert kept["number"] in numbers
    assert lost["number"] not in numbers
    assert versions(movable_stack) == all_at("2026.10")
    assert schemas(movable_stack) == {"fabric": 117, "orders": 41}
    assert drifted(movable_stack) == {}


def test_an_upgrade_goes_on_where_a_crash_left_a_product_down(movable_stack: ReferenceStack) -> None:
    movable_stack.upgrade(step="fabric")
    os.kill(movable_stack.process_id("orders"), signal.SIGKILL)

    movable_stack.upgrade()

    assert versions(movable_stack) == all_at("2026.11")
    assert "nothing to do" in movable_stack.upgrade()


def test_a_copy_of_the_suite_runs_on_its_own(reference_stack: ReferenceStack, tmp_path: Path) -> None:
    copied = tmp_path / "elsewhere"
    shutil.copytree(reference_stack.suite, copied, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    reference_stack.suite = copied
    files = sorted(copied.rglob("*"))

    reference_stack.up()

    assert reference_stack.surface("observability/readiness")["status"] == "ready"
    assert sorted(copied.rglob("*")) == files


def test_down_leaves_no_process_no_file_and_no_open_port(reference_stack: ReferenceStack) -> None:
    reference_stack.up()
    pids = [reference_stack.process_id(name) for name in PRODUCTS]
    ports = [int(reference_stack.address(name).rpartition(":")[2]) for name in PRODUCTS]

    # A product that is stuck does not listen to a polite request.
    os.kill(pids[0], signal.SIGSTOP)
    reference_stack.down()

    assert not any(is_alive(pid) for pid in pids)
    assert not reference_stack.home.exists()
    for port in ports:
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0


def test_a_foreign_process_is_never_taken_for_a_product(reference_stack: ReferenceStack) -> None:
    reference_stack.up()
    os.kill(reference_stack.process_id("docs"), signal.SIGKILL)
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (reference_stack.home / "run" / "docs.lock").write_text(f"{bystander.pid}\n")
        reference_stack.down()

        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_truth_follows_what_happens_to_the_processes_and_the_backup(reference_stack: ReferenceStack) -> None:
    reference_stack.up()
    os.kill(reference_stack.process_id("docs"), signal.SIGKILL)
    (reference_stack.home / "backup.db").write_bytes(b"not a database")

    assert versions(reference_stack)["docs"] is None
    assert drifted(reference_stack) == {"docs": "unreachable"}
    observability = reference_stack.surface("observability/readiness")
    assert observability["status"] == "not-ready"
    assert {product["name"]: product["status"] for product in observability["products"]}["docs"] == "unreachable"
    recovery = reference_stack.surface("recovery/readiness")
    assert recovery["status"] == "not-ready"
    assert "cannot be read" in recovery["detail"]


def test_the_api_key_opens_the_api_and_shows_up_nowhere_else(reference_stack: ReferenceStack) -> None:
    output = reference_stack.up()
    key = reference_stack.env["PLATFORM_API_KEY"]

    assert reference_stack.get("/health", with_key=False)[0] == 200
    for product, path in (("fabric", "platform/version-truth"), ("docs", "pages"), ("orders", "orders")):
        assert reference_stack.get(f"/api/v1/{path}", product=product, with_key=False)[0] == 401
        assert reference_stack.get(f"/api/v1/{path}", product=product)[0] == 200
    assert key not in output
    assert not any(key in line for line in command_lines())
    holders = files_that_hold(reference_stack.home, key)
    assert sorted(path.name for path in holders) == ["stack.env", "stack.json"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in holders)


class TestMisuse:
    """What cannot be done is refused with the reason."""

    def test_an_unknown_fault_lists_the_known_ones(self, reference_stack: ReferenceStack) -> None:
        outcome = reference_stack.run("upgrade", "--fault", "gremlins")

        assert outcome.returncode == 2
        assert "contract-drift" in outcome.stderr
        assert "stale-readiness" in outcome.stderr

    def test_a_fault_without_effect_is_refused(self, running_stack: ReferenceStack) -> None:
        outcome = running_stack.run("upgrade", "--step", "docs", "--fault", "order-lost")

        assert outcome.returncode == 1
        assert "order-lost takes effect when orders moves" in outcome.stderr
        assert versions(running_stack) == all_at("2026.10")

    def test_a_second_up_is_refused(self, running_stack: ReferenceStack) -> None:
        outcome = running_stack.run("up")

        assert outcome.returncode == 1
        assert "already" in outcome.stderr
        assert versions(running_stack) == all_at("2026.10")

    def test_two_commands_at_once_do_not_mix(self, running_stack: ReferenceStack) -> None:
        with closing_descriptor(os.open(running_stack.home, os.O_RDONLY)) as other_command:
            fcntl.flock(other_command, fcntl.LOCK_EX)
            outcome = running_stack.run("upgrade")

        assert outcome.returncode == 1
        assert "another command is at work" in outcome.stderr
        assert versions(running_stack) == all_at("2026.10")

    @pytest.mark.parametrize("command", ["upgrade", "rollback", "status"])
    def test_a_command_without_a_stack_says_so(self, reference_stack: ReferenceStack, command: Any) -> None:
        outcome = reference_stack.run(command)

        assert outcome.returncode == 1
        assert "there is no stack" in outcome.stderr
        assert not reference_stack.home.exists()

    def test_a_folder_with_other_things_in_it_is_left_alone(self, reference_stack: ReferenceStack) -> None:
        reference_stack.home.mkdir()
        (reference_stack.home / "thesis.txt").write_text("irreplaceable")

        assert reference_stack.run("up").returncode == 1
        assert reference_stack.run("down").returncode == 0
        assert (reference_stack.home / "thesis.txt").read_text() == "irreplaceable"
