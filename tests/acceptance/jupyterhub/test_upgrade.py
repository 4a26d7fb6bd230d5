"""The upgrade of a real product: two releases of JupyterHub, its own migration, the real command, and the verdict."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.acceptance.checklist import Checklist
from tests.acceptance.jupyterhub.conftest import JupyterHub
from tests.acceptance.processes import command_lines, files_that_hold, is_alive

pytestmark = pytest.mark.slow

REFUSED = "Found database schema version 4621fec11365 != 0eee8c825d24"


def test_good_upgrade_and_the_way_back(jupyterhub: JupyterHub, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "All 21 checks of phase pre passed, no evidence is missing")
    assert "database 0eee8c825d24 -> 4621fec11365 (irreversible)" in jupyterhub.done("upgrade")
    run = checklist.run("post")
    run.ends_in("proceed", 0, "All 22 checks of phase post passed, no evidence is missing")
    assert boundaries(run.verdict) == {"hub-database": "crossed"}

    refused = jupyterhub.refused("rollback")
    assert f"JupyterHub 4.1.6 does not start: it ended while starting: {REFUSED}" in refused
    assert "Go forward again with `upgrade`, or give up everything since" in refused
    run = checklist.run("rollback")
    run.ends_in("fix-forward", 11, "rollback boundary hub-database has been crossed")
    assert "hub_health: not ready within 1 s; last: GET" in " ".join(run.output.split())

    assert "restored: revision 0eee8c825d24" in jupyterhub.done("rollback", "--restore-backup")
    run = checklist.run("rollback")
    run.ends_in("proceed", 0, "Rollback verified: all 17 checks passed")
    assert boundaries(run.verdict) == {"hub-database": "not-crossed"}


FAULTS = {
    "left-on-old-release": (
        "pause",
        1,
        "version truth shows jupyterhub at 4.1.6, expected 5.5.4: it was left on the old release",
    ),
    "nobody-allowed": ("pause", 1, "the login was refused: 403 Invalid username or password"),
    "servers-killed": ("pause", 1, "ran before, and ended since: the servers of ada"),
    "stale-copy": (
        "fix-forward",
        11,
        'not a new one of the same name" failed, and rollback boundary hub-database has been crossed',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(jupyterhub: JupyterHub, checklist: Checklist, fault: str) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    jupyterhub.done("upgrade", "--fault", fault)
    run = checklist.run("post", "-l", "-vv", "--html=report.html", "--junitxml=junit.xml")
    run.ends_in(*FAULTS[fault])
    # A hub that still runs its old release has not migrated its database either.
    assert len(run.blockers) == (2 if fault == "left-on-old-release" else 1), run.output
    assert_in_no_file_of(checklist, run.output, checklist.env["HUB_API_TOKEN"], checklist.env["HUB_PASSWORD"])


def test_back_before_the_boundary(jupyterhub: JupyterHub, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    refused = jupyterhub.refused("upgrade", "--fault", "migration-forgotten")
    assert "JupyterHub 5.5.4 does not start: it ended while starting: Found database schema version" in refused
    run = checklist.run("post")
    run.ends_in("roll-back", 10, '"The hub is up, and says that it is healthy" and 4 more failed')
    assert "rollback boundary hub-database has not been crossed: step hub can be rolled back" in run.verdict["reason"]
    jupyterhub.done("rollback")
    checklist.run("rollback").ends_in("proceed", 0, "Rollback verified: all 17 checks passed")


def test_hub_killed_while_post_runs(jupyterhub: JupyterHub, checklist: Checklist) -> None:
    checklist.add_a_check_that_waits("test_i_wait.py")  # after test_hub.py and before test_users.py
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    jupyterhub.done("upgrade")
    running = checklist.start("post")
    checklist.wait_until_it_waits()
    os.kill(jupyterhub.process_ids["hub"], signal.SIGKILL)
    checklist.go_on()
    output, _ = running.communicate(timeout=60)

    assert running.returncode == 11, output
    assert "Traceback" not in output
    assert checklist.verdict["verdict"] == "fix-forward"
    assert {blocker["check"].rpartition("::")[2] for blocker in checklist.verdict["blockers"]} == {
        "test_added_user_survives",
        "test_user_logs_in",
        "test_user_starts_and_stops_a_server",
    }
    assert all("no answer" in blocker["message"] for blocker in checklist.verdict["blockers"])
    post = checklist.record.read_text().rpartition('"type":"run"')[2]
    assert "test_users_survive" in post
    command = str(Path(sys.executable).with_name("upgradecheck"))
    verified = subprocess.run([command, "verify", str(checklist.record)], capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr

    jupyterhub.done("upgrade")
    workers = ("-n", "2") if find_spec("xdist") else ()
    checklist.run("post", *workers).ends_in("proceed", 0, "All 23 checks of phase post passed")


def test_wrong_token(jupyterhub: JupyterHub, checklist: Checklist) -> None:
    wrong = secrets.token_hex(32)
    checklist.env["HUB_API_TOKEN"] = wrong
    run = checklist.run("pre", "-l", "-vv", "--log-level=DEBUG", "--html=report.html", "--junitxml=junit.xml")
    run.ends_in("pause", 1, "403")
    assert "Missing or invalid credentials" in run.output
    assert_in_no_file_of(checklist, run.output, wrong, jupyterhub.env["HUB_API_TOKEN"], jupyterhub.env["HUB_PASSWORD"])


def test_secrets_are_for_their_owner_only(jupyterhub: JupyterHub) -> None:
    output = jupyterhub.done("up")
    assert "filled: 3 users, a group, a token, and a server that runs" in output
    commands = " ".join(command_lines())
    assert "jupyterhub_config.py" in commands
    for secret in (jupyterhub.env["HUB_API_TOKEN"], jupyterhub.env["HUB_PASSWORD"]):
        assert secret not in output + commands + (jupyterhub.home / "logs" / "hub.log").read_text()
    assert stat.S_IMODE(jupyterhub.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((jupyterhub.home / "hub.env").stat().st_mode) == 0o600


def test_down_ends_the_hub_and_the_servers_of_its_users(jupyterhub: JupyterHub) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    jupyterhub.done("up", "--port", str(port))
    pids = jupyterhub.process_ids
    assert set(pids) == {"hub", "server-ada"}
    assert f"http://127.0.0.1:{port}" in jupyterhub.done("status")
    assert "there is a hub in" in jupyterhub.refused("up")
    assert "nothing to do: the hub is at 4.1.6" in jupyterhub.done("rollback")
    os.kill(pids["hub"], signal.SIGSTOP)  # it does not listen to a polite request

    jupyterhub.done("down")

    assert not [name for name, pid in pids.items() if is_alive(pid)]
    assert not jupyterhub.home.exists()


def test_port_that_is_taken(jupyterhub: JupyterHub) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = jupyterhub.refused("up", "--port", str(port))
    assert refused == f"hub.py up: port {port}: address already in use; give another one, or none, with --port\n"
    assert not jupyterhub.home.exists()


@pytest.mark.parametrize("command", ["upgrade", "rollback", "status"])
def test_no_hub(jupyterhub: JupyterHub, command: str) -> None:
    refused = jupyterhub.refused(command)
    assert f"there is no hub in {jupyterhub.home}: start one with `up`, or name its folder with --home" in refused


def test_folder_of_something_else(jupyterhub: JupyterHub) -> None:
    jupyterhub.home.mkdir()
    (jupyterhub.home / "thesis.tex").touch()
    assert "is not empty, and no hub either: give another folder with --home" in jupyterhub.refused("up")
    assert "no hub in" in jupyterhub.done("down")
    assert (jupyterhub.home / "thesis.tex").exists()


def test_download_that_is_impossible(jupyterhub: JupyterHub, tmp_path: Path) -> None:
    hub = JupyterHub(tmp_path / "other", tmp_path / "releases")
    refused = hub.refused("up", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert (
        "JupyterHub 4.1.6 cannot be installed: ERROR: No matching distribution found for jupyterhub==4.1.6" in refused
    )
    assert not hub.home.exists()


def assert_in_no_file_of(checklist: Checklist, output: str, *hidden: str) -> None:
    for secret in hidden:
        assert secret not in output
        assert not files_that_hold(checklist.folder, secret)


def boundaries(verdict: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {boundary["name"]: boundary["state"] for boundary in verdict["boundaries"]}
