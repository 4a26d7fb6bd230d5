"""The configuration of the hub, the same for both releases. What differs from one hub to the next is in HUB_... ."""

from __future__ import annotations

import hmac
import os
import sys
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

HOME = Path(os.environ["HUB_HOME"])
URL = f"http://127.0.0.1:{os.environ['HUB_PORT']}"


class NoProxy(Proxy):
    """In the place of JupyterHub's proxy, which needs Node.js: keeps the routes, and everybody asks the hub itself."""

    should_start = False

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._routes: dict[str, dict[str, Any]] = {}

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self._routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        return self._routes


class WorkshopAuthenticator(Authenticator):
    """Users give any name and the one password of the workshop."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        right = hmac.compare_digest(data["password"].encode(), os.environ["HUB_PASSWORD"].encode())
        return data["username"] if right else None


class ServerSpawner(SimpleLocalProcessSpawner):
    """Starts a user's server as a process of its own, which the operator's command can end."""

    def get_env(self) -> dict[str, str]:
        return {**super().get_env(), "SERVER_LOCK": str(HOME / "run" / f"server-{self.user.name}.lock")}


c = get_config()  # noqa: F821 - JupyterHub puts it here

c.JupyterHub.db_url = f"sqlite:///{HOME / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HOME / "cookie_secret")
c.JupyterHub.bind_url = URL
c.JupyterHub.hub_bind_url = URL
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.spawner_class = ServerSpawner
c.ServerSpawner.cmd = [sys.executable, str(Path(__file__).with_name("user_server.py"))]
c.ServerSpawner.home_dir_template = str(HOME / "users" / "{username}")
# Users keep their servers while the hub is away, which is what makes an upgrade in working hours possible.
c.JupyterHub.cleanup_servers = False

c.JupyterHub.authenticator_class = WorkshopAuthenticator
if os.environ["HUB_ALLOW_ALL"] == "yes":
    # Release 4 does not know this setting and lets every user with the password in. Without the setting, release 5 lets
    # no user in.
    c.WorkshopAuthenticator.allow_all = True

# What the verification may do, and the operator's command with it.
c.JupyterHub.services = [{"name": "verification", "api_token": os.environ["HUB_API_TOKEN"]}]
c.JupyterHub.load_roles = [
    {
        "name": "verification",
        "scopes": ["admin:users", "admin:servers", "admin:groups", "tokens", "list:services", "read:hub"],
        "services": ["verification"],
    }
]
