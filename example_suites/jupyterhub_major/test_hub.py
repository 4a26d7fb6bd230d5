"""Data that must survive the upgrade of the hub: users, groups, tokens, and the servers that keep running."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.upgrade_step("hub")

#: Fields that change when a user uses the hub, upgrade or not.
OWN_DOING = ("[].last_activity", "[].server", "[].servers", "[].pending")

#: The prefix of the users that the checks in test_users.py create and delete.
OURS = "upgrade-"


@pytest.mark.operator_path
@pytest.mark.rollback_boundary("hub-database")
@pytest.mark.remedy("read the end of .hub/logs/hub.log: a hub that refuses its database says so in the last line")
def test_hub_gets_healthy(platform_truth):
    """The hub is up, and says that it is healthy."""
    platform_truth.wait_until_ready("hub_health", timeout=float(os.environ.get("HUB_HEALTHY_WITHIN", "30")))


@pytest.mark.rollback_boundary("hub-database")
@pytest.mark.remedy("block all logins, and compare with the backup before anything else")
def test_users_survive(hub, baseline):
    """Every user is still there, in the same groups and with the same rights; new ones may be added."""
    baseline.additions_only("users", everybody(hub), key="name", ignore=OWN_DOING, non_empty=True)


@pytest.mark.rollback_boundary("hub-database")
@pytest.mark.remedy("block all logins, and compare with the backup before anything else")
def test_groups_survive(hub, baseline):
    """Every group is still there, with all its members and properties."""
    groups = hub.get("/groups")
    baseline.additions_only("groups", groups, key="name", rules={"[].properties": "unchanged"}, non_empty=True)


@pytest.mark.rollback_boundary("hub-database")
@pytest.mark.remedy("tell the owners of the tokens that are gone; they have to ask for new ones")
def test_tokens_survive(hub, baseline):
    """The tokens that scripts of users rely on are still valid, for as long and at least as much as before."""
    tokens = {}
    for user in everybody(hub):
        answer = hub.ask("GET", f"/users/{user['name']}/tokens", accept=(404,))
        if answer.status_code == 404:
            listed = [each["name"] for each in everybody(hub)]
            assert user["name"] not in listed, f"{user['name']} is listed, but their tokens are not found"
            continue  # the user was deleted meanwhile
        tokens[user["name"]] = [token for token in answer.json()["api_tokens"] if lasting(token)]
    baseline.additions_only("tokens", tokens, key="id", ignore="**.last_activity", non_empty=True)


@pytest.mark.user_path
@pytest.mark.pre_upgrade
def test_servers_run(hub, baseline):
    """The servers of users that run now are noted."""
    running = servers(hub)
    baseline["servers"] = running

    assert running, "no server is running, so it cannot be verified that servers survive: start one and keep it open"


@pytest.mark.user_path
@pytest.mark.post_upgrade(needs=test_servers_run)
@pytest.mark.post_rollback(needs=test_servers_run)
@pytest.mark.remedy("ask the user before anything else; unsaved work is gone. Did the hub's unit end its children too?")
def test_servers_still_run(hub, baseline):
    """A user who worked on through the upgrade kept their server."""
    now = servers(hub)
    lost = [user for user, started in baseline["servers"].items() if now.get(user) != started]

    assert not lost, f"ran before, and ended since: the servers of {', '.join(lost)}"


def everybody(hub) -> list[dict]:
    return [user for user in hub.get("/users") if not user["name"].startswith(OURS)]


def servers(hub) -> dict[str, str]:
    """The start times of the servers that are ready, by user."""
    return {
        user["name"]: server["started"]
        for user in everybody(hub)
        for server in user["servers"].values()
        if server["ready"]
    }


def lasting(token: dict) -> bool:
    """Whether a user asked for the token; those of servers come and go with them."""
    return not token["note"].startswith("Server at ")
