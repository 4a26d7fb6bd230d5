"""Four processes that share a folder, as the workers of pytest-xdist do: one request a surface, one pace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.acceptance.truth.conftest import Server

READER = """
import json, os, sys, time
from pathlib import Path
from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.plan import Platform
from pytest_upgradecheck.truth import FolderStore, PlatformTruth

url, folder, settings, fresh = sys.argv[1:5]
surfaces = {route: {"path": f"/{route}"} for route in sys.argv[5:]}
platform = Platform.model_validate({"base_url": url, "surfaces": surfaces, **json.loads(settings)})
told = []
truth = PlatformTruth(platform, store=FolderStore(Path(folder)), on_reading=lambda answer, surface: told.append(surface.name))
print("ready", flush=True)
sys.stdin.readline()
said = []
for route in surfaces:
    try:
        said.append(truth.read(route, fresh=fresh == "fresh").body)
    except SurfaceUnread as error:
        said.append(str(error))
print(json.dumps({"told": told, "said": said}))
"""  # noqa: E501


def read_in_four(
    server: Server, folder: Path, *routes: str, settings: dict[str, str] | None = None, fresh: bool = False
) -> Any:
    """What four processes were told and say, having started at the same moment."""
    command = [sys.executable, "-c", READER, server.url, str(folder), json.dumps(settings or {})]
    command += ["fresh" if fresh else "shared", *routes]
    readers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
        for _ in range(4)
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    for reader in readers:
        assert reader.stdin is not None
        reader.stdin.write("go\n")
        reader.stdin.flush()
    return [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]


def test_one_request_a_surface(server: Server, tmp_path: Path) -> None:
    outcomes = read_in_four(server, tmp_path, "slow", "good", "packed")
    assert sorted(server.paths) == ["/good", "/packed", "/slow"]
    assert sorted(name for outcome in outcomes for name in outcome["told"]) == ["good", "packed", "slow"]
    assert all(outcome["said"] == outcomes[0]["said"] for outcome in outcomes)
    assert outcomes[0]["said"][2] == {"ok": True}


def test_failure_is_shared_too(server: Server, tmp_path: Path) -> None:
    outcomes = read_in_four(server, tmp_path, "unknown")
    assert server.paths == ["/unknown"]
    assert all("status 404" in outcome["said"][0] for outcome in outcomes)
    assert sum(len(outcome["told"]) for outcome in outcomes) == 1


def test_rate_is_kept_by_all_together_retries_included(server: Server, tmp_path: Path) -> None:
    """Four processes, each with one good reading and three attempts at a busy one: 16 requests at 5 a second."""
    read_in_four(server, tmp_path, "good", "busy", settings={"rate_limit": "5/s"}, fresh=True)
    at = sorted(request["at"] for request in server.log)
    assert len(at) == 16
    # As the platform sees them: a busy machine may bring the sixth a little closer to the first. Unshared, or without
    # the retries, they would come within a quarter of a second.
    assert all(later - earlier >= 0.8 for earlier, later in zip(at, at[5:], strict=False))
    assert at[-1] - at[0] < 6


def test_process_killed_while_reading_leaves_the_surface_to_the_others(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-c", READER, server.url, str(tmp_path), "{}", "shared"]
    with subprocess.Popen([*command, "silent"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdin is not None
        first.stdin.write("go\n")
        first.stdin.flush()
        while not server.paths:
            assert first.poll() is None
        first.kill()
    run = subprocess.run(
        [*command[:-2], '{"timeout": "100ms"}', "shared", "silent"],
        input="go\n",
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert "no complete answer within 0.1 s" in run.stdout
