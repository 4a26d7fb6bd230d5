"""The reference stack does what its operator asks, and its truth surfaces say what is really so."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

PRODUCTS = ("docs", "fabric", "orders")


def versions(stack):
    truth = stack.surface("platform/version-truth")
    return {product["name"]: product["version"] for product in truth["products"] if product["name"] in PRODUCTS}


def drifted(stack):
    drift = stack.surface("contracts/drift")["contracts"]
    return {contract["name"]: contract["state"] for contract in drift if contract["state"] != "aligned"}


def schemas(stack):
    with closing(sqlite3.connect(stack.home / "platform.db")) as db:
        return dict(db.execute("SELECT component, MAX(version) FROM schema_migrations GROUP BY component"))


def columns(stack, table):
    with closing(sqlite3.connect(stack.home / "platform.db")) as db:
        return {row[1] for row in db.execute(f"PRAGMA table_info({table})")}


def orders(stack):
    status, body = stack.get("/api/v1/orders", product="orders")
    assert status == 200, body
    return body["orders"]


def place_order(stack):
    request = urllib.request.Request(
        stack.address("orders") + "/api/v1/orders",
        data=json.dumps({"customer": "Rosalind Franklin", "item": "linen", "quantity": 2}).encode(),
        headers={"X-API-Key": stack.env["PLATFORM_API_KEY"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def is_alive(pid):
    """Whether a process runs; one that has ended and only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def command_lines():
    """The command line of every process, as anybody on the machine can read it."""
    if Path("/proc/self/cmdline").exists():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                yield path.read_bytes().decode(errors="replace")
    else:
        yield subprocess.run(["ps", "axww", "-o", "args="], capture_output=True, text=True).stdout


@contextmanager
def closing_descriptor(descriptor):
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def all_at(release):
    return dict.fromkeys(PRODUCTS, release)


def test_up_starts_the_old_release_and_its_truth_agrees_with_the_database(reference_stack):
    reference_stack.up()

    assert versions(reference_stack) == all_at("2026.10")
    assert reference_stack.surface("database/schema")["schemas"] == schemas(reference_stack)
    assert schemas(reference_stack) == {"fabric": 117, "orders": 41}
    assert drifted(reference_stack) == {}
    assert reference_stack.surface("observability/readiness")["status"] == "ready"
    recovery = reference_stack.surface("recovery/readiness")
    assert (recovery["status"], recovery["backup"]["schemas"]) == ("ready", schemas(reference_stack))


def test_a_full_upgrade_migrates_the_database_and_keeps_the_orders(reference_stack):
    reference_stack.up()
    address, before = reference_stack.address("fabric"), orders(reference_stack)
    pids = {name: reference_stack.process_id(name) for name in PRODUCTS}

    reference_stack.upgrade()

    assert versions(reference_stack) == all_at("2026.11")
    assert schemas(reference_stack) == {"fabric": 118, "orders": 42}
    assert "document" not in columns(reference_stack, "contracts")
    assert "first_name" not in columns(reference_stack, "orders")
    assert drifted(reference_stack) == {}
    assert reference_stack.address("fabric") == address
    assert [{**order, "priority": "normal"} for order in before] == orders(reference_stack)
    assert not any(is_alive(pid) for pid in pids.values())


def test_steps_move_one_after_the_other_and_the_first_can_be_taken_back(reference_stack):
    reference_stack.up()

    reference_stack.upgrade(step="docs")
    assert versions(reference_stack) == {**all_at("2026.10"), "docs": "2026.11"}
    assert (drifted(reference_stack), schemas(reference_stack)) == ({}, {"fabric": 117, "orders": 41})

    reference_stack.rollback()
    assert versions(reference_stack) == all_at("2026.10")
    assert drifted(reference_stack) == {}

    reference_stack.upgrade(step="fabric")
    assert versions(reference_stack) == {**all_at("2026.11"), "orders": "2026.10"}


def test_rollback_past_an_irreversible_migration_is_refused_and_changes_nothing(reference_stack):
    reference_stack.up()
    reference_stack.upgrade(step="fabric")
    pids = {name: reference_stack.process_id(name) for name in PRODUCTS}

    outcome = reference_stack.run("rollback")

    assert outcome.returncode == 1
    assert "fabric schema 118 cannot be taken back" in outcome.stderr
    assert "--restore-backup" in outcome.stderr
    assert {name: reference_stack.process_id(name) for name in PRODUCTS} == pids
    assert versions(reference_stack) == {**all_at("2026.11"), "orders": "2026.10"}


def test_restoring_the_backup_takes_everything_back_and_gives_up_what_came_since(reference_stack):
    reference_stack.up()
    kept = place_order(reference_stack)
    reference_stack.upgrade()
    lost = place_order(reference_stack)

    reference_stack.rollback(restore_backup=True)

    numbers = {order["number"] for order in orders(reference_stack)}
    assert kept["number"] in numbers
    assert lost["number"] not in numbers
    assert versions(reference_stack) == all_at("2026.10")
    assert schemas(reference_stack) == {"fabric": 117, "orders": 41}
    assert drifted(reference_stack) == {}


def test_an_upgrade_goes_on_where_a_crash_left_a_product_down(reference_stack):
    reference_stack.up()
    reference_stack.upgrade(step="fabric")
    os.kill(reference_stack.process_id("orders"), signal.SIGKILL)

    reference_stack.upgrade()

    assert versions(reference_stack) == all_at("2026.11")
    assert "nothing to do" in reference_stack.upgrade()


def test_a_copy_of_the_suite_runs_on_its_own(reference_stack, tmp_path):
    copied = tmp_path / "elsewhere"
    shutil.copytree(reference_stack.suite, copied, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    reference_stack.suite = copied
    files = sorted(copied.rglob("*"))

    reference_stack.up()

    assert reference_stack.surface("observability/readiness")["status"] == "ready"
    assert sorted(copied.rglob("*")) == files


def test_down_leaves_no_process_no_file_and_no_open_port(reference_stack):
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


def test_a_foreign_process_is_never_taken_for_a_product(reference_stack):
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


def test_truth_follows_what_happens_to_the_processes_and_the_backup(reference_stack):
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


def test_the_api_key_opens_the_api_and_shows_up_nowhere_else(reference_stack):
    output = reference_stack.up()
    key = reference_stack.env["PLATFORM_API_KEY"]

    assert reference_stack.get("/health", with_key=False)[0] == 200
    for product, path in (("fabric", "platform/version-truth"), ("docs", "pages"), ("orders", "orders")):
        assert reference_stack.get(f"/api/v1/{path}", product=product, with_key=False)[0] == 401
        assert reference_stack.get(f"/api/v1/{path}", product=product)[0] == 200
    assert key not in output
    assert not any(key in line for line in command_lines())
    holders = [path for path in Path(reference_stack.home).rglob("*") if path.is_file() and key in _text(path)]
    assert sorted(path.name for path in holders) == ["stack.env", "stack.json"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in holders)


def _text(path):
    return path.read_bytes().decode("latin-1")


class TestFaults:
    """Each fault really happens, and nothing else goes wrong with it."""

    def test_contract_drift(self, reference_stack):
        reference_stack.up()
        reference_stack.upgrade("contract-drift")

        contract = reference_stack.get("/api/v1/openapi.json", product="orders")[1]
        assert "/api/v1/orders/preview/forecast" in contract["paths"]
        assert drifted(reference_stack) == {"orders": "drifted"}

    def test_contract_drift_before_the_upgrade(self, reference_stack):
        reference_stack.up("contract-drift")

        assert drifted(reference_stack) == {"orders": "drifted"}

    def test_docs_search_broken(self, reference_stack):
        reference_stack.up()
        found = reference_stack.get("/api/v1/search?q=rollback", product="docs")[1]
        assert [hit["slug"] for hit in found["hits"]] == ["rollback-boundaries"]

        reference_stack.upgrade("docs-search-broken", step="docs")

        assert reference_stack.get("/api/v1/search?q=rollback", product="docs")[1]["hits"] == []
        assert drifted(reference_stack) == {}
        reference_stack.rollback()
        found = reference_stack.get("/api/v1/search?q=rollback", product="docs")[1]
        assert [hit["slug"] for hit in found["hits"]] == ["rollback-boundaries"]

    def test_left_on_old_release(self, reference_stack):
        reference_stack.up()
        output = reference_stack.upgrade("left-on-old-release")

        assert "docs    2026.10 -> 2026.11" in output
        assert versions(reference_stack) == {**all_at("2026.11"), "docs": "2026.10"}
        assert drifted(reference_stack) == {}

    def test_never_ready(self, reference_stack):
        reference_stack.up()
        complaint = reference_stack.upgrade_that_never_gets_ready()

        assert "orders is not ready after 1.5 s: migration.lock is held" in complaint
        assert versions(reference_stack) == all_at("2026.11")
        observability = reference_stack.surface("observability/readiness")
        assert observability["status"] == "not-ready"
        assert observability["detail"].startswith("orders: migration.lock is held")
        assert orders(reference_stack)

    def test_order_lost(self, reference_stack):
        reference_stack.up()
        before = [order["number"] for order in orders(reference_stack)]
        reference_stack.upgrade("order-lost")

        assert [order["number"] for order in orders(reference_stack)] == before[:-1]

    def test_out_of_order_in_a_full_upgrade(self, reference_stack):
        reference_stack.up()
        reference_stack.upgrade("out-of-order")

        truth = reference_stack.surface("platform/version-truth")["products"]
        started = {product["name"]: product["started_at"] for product in truth if product["name"] in PRODUCTS}
        assert sorted(started, key=started.__getitem__) == ["orders", "fabric", "docs"]
        assert versions(reference_stack) == all_at("2026.11")

    def test_out_of_order_in_a_step(self, reference_stack):
        reference_stack.up()
        reference_stack.upgrade("out-of-order", step="docs")

        assert versions(reference_stack) == {**all_at("2026.10"), "orders": "2026.11"}

    def test_stale_readiness(self, reference_stack):
        reference_stack.up()
        paths = ("observability/readiness", "recovery/readiness")
        before = [reference_stack.surface(path)["checked_at"] for path in paths]
        reference_stack.upgrade("stale-readiness")

        reference_stack.wait_until_readiness_is_older_than(2)
        assert [reference_stack.surface(path)["checked_at"] for path in paths] == before


class TestMisuse:
    """What cannot be done is refused with the reason."""

    def test_an_unknown_fault_lists_the_known_ones(self, reference_stack):
        outcome = reference_stack.run("upgrade", "--fault", "gremlins")

        assert outcome.returncode == 2
        assert "contract-drift" in outcome.stderr
        assert "stale-readiness" in outcome.stderr

    def test_a_fault_without_effect_is_refused(self, reference_stack):
        reference_stack.up()
        outcome = reference_stack.run("upgrade", "--step", "docs", "--fault", "order-lost")

        assert outcome.returncode == 1
        assert "order-lost takes effect when orders moves" in outcome.stderr
        assert versions(reference_stack) == all_at("2026.10")

    def test_a_second_up_is_refused(self, reference_stack):
        reference_stack.up()
        outcome = reference_stack.run("up")

        assert outcome.returncode == 1
        assert "already" in outcome.stderr
        assert versions(reference_stack) == all_at("2026.10")

    def test_two_commands_at_once_do_not_mix(self, reference_stack):
        reference_stack.up()
        with closing_descriptor(os.open(reference_stack.home, os.O_RDONLY)) as other_command:
            fcntl.flock(other_command, fcntl.LOCK_EX)
            outcome = reference_stack.run("upgrade")

        assert outcome.returncode == 1
        assert "another command is at work" in outcome.stderr
        assert versions(reference_stack) == all_at("2026.10")

    @pytest.mark.parametrize("command", ["upgrade", "rollback", "status"])
    def test_a_command_without_a_stack_says_so(self, reference_stack, command):
        outcome = reference_stack.run(command)

        assert outcome.returncode == 1
        assert "there is no stack" in outcome.stderr
        assert not reference_stack.home.exists()

    def test_a_folder_with_other_things_in_it_is_left_alone(self, reference_stack):
        reference_stack.home.mkdir()
        (reference_stack.home / "thesis.txt").write_text("irreplaceable")

        assert reference_stack.run("up").returncode == 1
        assert reference_stack.run("down").returncode == 0
        assert (reference_stack.home / "thesis.txt").read_text() == "irreplaceable"
