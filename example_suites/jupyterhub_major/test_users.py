"""The user's path: log in and start a server."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.upgrade_step("hub")

# A user for each check: they may run at the same time.
NEWCOMER = "upgrade-newcomer"
READER = "upgrade-reader"
WORKER = "upgrade-worker"


@pytest.mark.operator_path
@pytest.mark.pre_upgrade
def test_add_user(hub, baseline):
    """An operator adds a user and finds them again."""
    hub.ask("DELETE", f"/users/{NEWCOMER}", accept=(404,))  # of an earlier run
    hub.ask("POST", f"/users/{NEWCOMER}")
    found = hub.get(f"/users/{NEWCOMER}")
    baseline["newcomer"] = known(found)

    assert found["name"] == NEWCOMER


@pytest.mark.operator_path
@pytest.mark.post_upgrade(needs=test_add_user)
@pytest.mark.post_rollback(needs=test_add_user)
@pytest.mark.rollback_boundary("hub-database")
@pytest.mark.remedy("block all logins: the database is an older one. Find out which one was migrated")
def test_added_user_survives(hub, baseline):
    """The user added last before the upgrade is still there, and not a new one of the same name."""
    assert known(hub.get(f"/users/{NEWCOMER}")) == baseline["newcomer"]


@pytest.mark.user_path
@pytest.mark.remedy("set c.Authenticator.allow_all or allowed_users: without them JupyterHub 5 lets no user in")
def test_user_logs_in(browser):
    """A user logs in by the form and comes to their own page."""
    wrong = browser.log_in(READER)

    assert not wrong, f"the login was refused: {wrong}"
    assert READER in browser.home(), "logged in, and sent to the login again"


@pytest.mark.user_path
@pytest.mark.remedy("python hub.py status, then the hub's log for what the spawner said")
def test_user_starts_and_stops_a_server(hub):
    """A user's server starts, gets ready and stops."""
    hub.ask("POST", f"/users/{WORKER}", accept=(409,))  # 409: there is one already, of an earlier run
    hub.ask("POST", f"/users/{WORKER}/server", accept=(400,))  # 400: it runs already, left behind by a killed run
    try:
        wait_until(lambda: servers(hub).get("", {}).get("ready"), "the server is not ready")
    finally:
        hub.ask("DELETE", f"/users/{WORKER}/server", accept=(400, 404))
    wait_until(lambda: not servers(hub), "the server does not stop")


def servers(hub) -> dict:
    return hub.get(f"/users/{WORKER}")["servers"]


def wait_until(condition, otherwise: str, *, timeout: float = 20.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{otherwise} after {timeout:g} s"
        time.sleep(0.1)


def known(user: dict) -> dict:
    return {field: user[field] for field in ("name", "created", "admin", "groups")}
