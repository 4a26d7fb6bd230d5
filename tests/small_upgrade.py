"""One small upgrade for every test that runs one: a shop moves from 1 to 2, step web first, then step db.

Here are its plan (`Plan`), what its platform answers before and after (`state`), a server that answers it (`Platform`),
and its checklist (`CHECKS`), which asks that server or, where a test runs pytest in its own process, a file (`Suite`).
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One product's move, with everything that a plan should say about it."""

    name: str
    to: str = "2"
    fails_when: str = "it does not answer"
    publishes_truth: bool = False
    boundary: str
    irreversible: str | None = None

    def __str__(self) -> str:
        lines = [
            f"  - step: {self.name}",
            f"    product: {self.name}",
            f"    owner: team-{self.name}",
            '    from: "1"',
            f'    to: "{self.to}"',
            *(["    publishes_truth: true"] if self.publishes_truth else []),
            f'    release_notes: {{url: "https://example.com/{self.name}", read_by: A. Name}}',
            f"    fails_when: {self.fails_when}",
        ]
        if self.irreversible is None:
            lines.append(f"    rollback_boundary: {{name: {self.boundary}, reversible: [release]}}")
        else:
            lines += [
                "    rollback_boundary:",
                f"      name: {self.boundary}",
                "      reversible: [release]",
                f"      irreversible: [{self.irreversible}]",
                "      recover_by: restore the backup",
            ]
        return "\n".join(lines) + "\n"


WEB = Step(name="web", publishes_truth=True, fails_when="the front page does not answer", boundary="web-release")
DB = Step(name="db", fails_when="an order is missing", boundary="db-schema", irreversible="schema 2")

#: The plan's platform where the hook of the suite answers, and where a server does.
FROM_HOOK = """\
platform:
  surfaces:
    version_truth: {versions: products}
    readiness: {ready: "status == 'ready'"}
"""
FROM_SERVER = """\
platform:
  base_url: ${PLATFORM_URL}
  surfaces:
    version_truth: {path: /versions, versions: products}
    readiness: {path: /readiness, ready: "status == 'ready'"}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan as it is in upgrade.yaml."""

    steps: Sequence[Step] = (WEB, DB)
    upgrade: str = "shop"
    title: str | None = "Shop 1 to 2"
    environment: str = "test"
    change_class: str = "migration-heavy"
    platform: str = FROM_HOOK

    def __str__(self) -> str:
        title = f"title: {self.title}\n" if self.title else ""
        return (
            f"upgrade: {self.upgrade}\n{title}environment: {self.environment}\nchange_class: {self.change_class}\n"
            f"{self.platform}sequence:\n" + "".join(map(str, self.steps))
        )


#: The shortest plan there is, for a test that needs a plan and does not run it.
SHORTEST_PLAN = """\
upgrade: shop
environment: test
change_class: additive
platform: {surfaces: {version_truth: {versions: products}}}
sequence: [{step: web, product: web, from: "1", to: "2"}]
"""


def versions(version: str, *names: str) -> dict[str, str]:
    """Each product at this version, web and db unless others are named."""
    return dict.fromkeys(names or ("web", "db"), version)


def state(version: str, **changes: Any) -> dict[str, Any]:
    """The platform's answers with both products at ``version``; ``changes`` replaces some, or adds to them."""
    return {
        "version_truth": {"products": versions(version)},
        "readiness": {"status": "ready"},
        "front_page": "hello",
        "orders": [{"number": 7, "item": "yarn"}],
        "settings": {"currency": "EUR", "limit": 100},
        **changes,
    }


Answer = Mapping[str, Any]


class Platform:
    """A server that answers each path with what it was last told: a status, headers and a body.

    A path with a list of answers gives one after the other, over and over.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        #: Path and client port of each request.
        self.connections: list[tuple[str, int]] = []
        self._answers: dict[str, Answer | Sequence[Answer]] = {}
        self._lock = threading.Lock()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = platform._answer_to(self.path, self.client_address[1])
                body = answer["body"].encode()
                self.send_response(answer.get("status", 200))
                headers: Mapping[str, str] = answer.get("headers", {})
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, answers: Mapping[str, Answer | Sequence[Answer]]) -> None:
        """Answer these paths from now on, and the others with 404."""
        with self._lock:
            self._answers = dict(answers)

    def answer_at(self, path: str, answer: Answer | Sequence[Answer]) -> None:
        """Answer this path so from now on, and the others as before."""
        with self._lock:
            self._answers[path] = answer

    def is_in(self, state: Mapping[str, Any]) -> None:
        """Answer with this state from now on, each name as a path; version_truth is at /versions."""
        paths = {"version_truth": "versions"}
        self.answer({f"/{paths.get(name, name)}": {"body": json.dumps(body)} for name, body in state.items()})

    def _answer_to(self, path: str, port: int) -> Answer:
        with self._lock:
            self.requests.append(path)
            self.connections.append((path, port))
            answer = self._answers.get(path, {"status": 404, "body": "{}"})
            if isinstance(answer, Mapping):
                return answer
            return answer[(self.requests.count(path) - 1) % len(answer)]


#: How a check of the suite asks the platform: a file next to it, or the server.
ASKS_FILE = """
import json
from pathlib import Path
import pytest

PLATFORM = Path(__file__).parent / "platform.json"

def platform(name):
    return json.loads(PLATFORM.read_text())[name]
"""
ASKS_SERVER = """
import os
import httpx
import pytest

def platform(name):
    return httpx.get(os.environ["PLATFORM_URL"] + "/" + name).json()
"""

CHECKS = '''
@pytest.mark.user_path
@pytest.mark.upgrade_step("web")
@pytest.mark.rollback_boundary("web-release")
def test_front_page():
    """The front page answers."""
    assert platform("front_page") == "hello"

@pytest.mark.pre_upgrade
def test_place_order(baseline):
    """An order can be placed."""
    baseline["order"] = platform("orders")[0]

@pytest.mark.post_upgrade(needs=test_place_order)
@pytest.mark.rollback_boundary("db-schema")
@pytest.mark.remedy("stop the shop")
def test_order_survives(baseline):
    """The order is still there."""
    assert baseline["order"] in platform("orders")

def test_settings(baseline):
    """The settings are what they were."""
    baseline.unchanged("settings", platform("settings"))
'''

#: The suite's hook that answers a surface from platform.json, and writes down that it was asked.
HOOK = """
import json
from pathlib import Path
from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.truth import Answer

def pytest_upgradecheck_read(surface, plan, phase):
    with open(Path(__file__).parent / "asked.txt", "a") as asked:
        asked.write(surface.name + "\\n")
    platform = json.loads((Path(__file__).parent / "platform.json").read_text())
    if surface.name not in platform:
        raise SurfaceUnread(surface.name, "nobody answers")
    return Answer.of(platform[surface.name], source="file")
"""


#: The options of the same run without and with workers. Workers make it three times as expensive: one such test is
#: enough for each kind of thing that travels from them.
SERIAL_AND_WORKERS = [pytest.param((), id="serial"), pytest.param(("-n", "2"), id="xdist", marks=pytest.mark.workers)]

#: Neither plugin is a matter of these runs, and importing one takes as long as a small run, or ten times as long.
WITHOUT = ("-p", "no:cacheprovider", "-p", "no:anyio", "-p", "no:hypothesispytest")
#: As tox.ini: pytester makes one, too, where a test wants other settings.
INI = f"[pytest]\naddopts = {' '.join(WITHOUT)} --strict-markers\n"


def write_state(folder: Path, state: Mapping[str, Any]) -> None:
    """Put the platform of a suite with `HOOK` into this state."""
    (folder / "platform.json").write_text(json.dumps(state))


class Suite:
    """The upgrade's checklist, plan and platform in a folder of their own, run with pytester."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.platform = state("1")
        self.write(self.path)

    @staticmethod
    def write(folder: Path) -> None:
        """Write the suite, with its platform before the upgrade."""
        (folder / "tox.ini").write_text(INI)
        (folder / "conftest.py").write_text(HOOK)
        (folder / "test_shop.py").write_text(ASKS_FILE + CHECKS)
        (folder / "upgrade.yaml").write_text(str(Plan()))
        write_state(folder, state("1"))

    def write_plan(self, text: str) -> None:
        self.path.joinpath("upgrade.yaml").write_text(text)

    def edit_plan(self, old: str, new: str) -> None:
        plan = self.path / "upgrade.yaml"
        text = plan.read_text()
        assert old in text
        plan.write_text(text.replace(old, new))

    def write_platform(self, **changes: Any) -> None:
        self.platform.update(changes)
        write_state(self.path, self.platform)

    def upgrade(self, **changes: Any) -> None:
        """Both products move; ``changes`` is what else becomes of the platform."""
        self.write_platform(version_truth={"products": versions("2")}, **changes)

    def run(self, phase: str | None, *args: str) -> pytest.RunResult:
        phase_args = [f"--upgrade-phase={phase}"] if phase else []
        if "-n" in args:
            return self.pytester.runpytest_subprocess(*phase_args, *args)
        return self.pytester.runpytest(*phase_args, *args)

    def pre(self, *args: str) -> None:
        """A pre run that ends in proceed."""
        assert self.run("pre", *args).ret == 0

    @property
    def folder(self) -> Path:
        return self.path / ".upgradecheck" / "shop" / "test"

    @property
    def verdict(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "verdict.json").read_text())
        return document

    @property
    def blockers(self) -> dict[str, str]:
        """Kind by check."""
        return {blocker["check"]: blocker["kind"] for blocker in self.verdict["blockers"]}

    def blocker(self, check: str) -> dict[str, Any]:
        """The one blocker of a check."""
        found: list[dict[str, Any]] = [each for each in self.verdict["blockers"] if each["check"] == check]
        assert len(found) == 1, f"{check}: {self.blockers}"
        return found[0]

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Lines of the record of one type."""
        text = (self.folder / "record.jsonl").read_text()
        return [line for line in map(json.loads, text.splitlines()) if line["type"] == kind]

    def lines_that_can_be_read(self, kind: str) -> list[dict[str, Any]]:
        """The same for a record that holds torn lines."""
        return [entry for entry in self._entries() if entry["type"] == kind]

    def _entries(self) -> Iterator[dict[str, Any]]:
        for line in (self.folder / "record.jsonl").read_text().splitlines():
            with contextlib.suppress(ValueError):
                yield json.loads(line)

    @property
    def asked(self) -> list[str]:
        """Which surfaces were asked for, one entry a request."""
        path = self.path / "asked.txt"
        return path.read_text().split() if path.exists() else []
