"""A platform that answers badly: one clear message each, a red run, and never a traceback of ours."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.checklist import Checklist
from tests.small_upgrade import FROM_SERVER, WEB, Plan, Platform, state

#: The first of the two steps alone, and a server that wants a key and is given little time.
PLAN = Plan(
    steps=[WEB],
    platform=FROM_SERVER.replace(
        "  surfaces:", '  auth: {header: X-API-Key, value: "${PLATFORM_KEY}"}\n  timeout: 2s\n  surfaces:'
    ),
)

CHECKS = """
import pytest
@pytest.mark.user_path
@pytest.mark.rollback_boundary("web-release")
def test_version(platform_truth):
    assert platform_truth.version_truth().versions["web"]
"""

VERSIONS = {"body": '{"products": {"web": "1"}}'}
KEY = "key-4711-secret"


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        platform.is_in(state("1"))
        yield platform


@pytest.fixture
def checklist(platform: Platform, tmp_path: Path) -> Checklist:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "upgrade.yaml").write_text(str(PLAN))
    (folder / "test_web.py").write_text(CHECKS)
    return Checklist(folder, env={"PLATFORM_URL": platform.url, "PLATFORM_KEY": KEY})


def test_good_platform(platform: Platform, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    assert sorted(platform.requests) == ["/readiness", "/versions"]


DEEP = "[" * 10_000 + "]" * 10_000
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "401": ({"status": 401, "body": f'{{"detail": "bad key {KEY}"}}'}, "status 401: the API key was rejected"),
    "403": ({"status": 403, "body": "{}"}, "status 403: the API key was rejected, or has no access"),
    "404": ({"status": 404, "body": "{}"}, "status 404: no such route: check the surface's path"),
    "429": (
        {"status": 429, "headers": {"Retry-After": "0"}, "body": "{}"},
        "status 429: too many requests: lower platform.rate_limit, or try again later after 3 attempts",
    ),
    "429-later": (
        {"status": 429, "headers": {"Retry-After": "3600"}, "body": "{}"},
        "(Retry-After asks for 3600 s; the limit is 60 s)",
    ),
    "500": ({"status": 500, "body": "{}"}, "status 500: the platform failed"),
    "503": ({"status": 503, "body": "{}"}, "status 503: the platform failed after 3 attempts"),
    "html": (
        {"headers": {"Content-Type": "text/html"}, "body": "<!DOCTYPE html><title>Log in</title>"},
        "is not JSON (Expecting value at character 0); it is text/html and starts with: '<!DOCTYPE html>",
    ),
    "truncated": ({"body": '{"products": {"web": "1"'}, "the answer is cut off"),
    "deep": ({"body": DEEP}, "the answer is nested more than 100 levels deep"),
    "nan": ({"body": '{"products": NaN}'}, "the answer contains NaN, which is not JSON"),
    "empty": ({"body": ""}, "the answer is empty; expected JSON"),
    "error": ({"body": '{"error": "database down"}'}, "but gave null; the answer has the keys: error"),
    "202": ({**VERSIONS, "status": 202}, "status 202: accepted, but not done yet"),
    "206": ({**VERSIONS, "status": 206}, "status 206: only a part of the answer"),
    "207": ({**VERSIONS, "status": 207}, "status 207: several results in one"),
    "cached": ({**VERSIONS, "headers": {"Age": "7200"}}, "the answer came from a cache (Age is 7200), although the"),
    "old": (
        {**VERSIONS, "headers": {"Date": "Tue, 24 Nov 2026 12:00:00 GMT"}},
        "its Date header (Tue, 24 Nov 2026 12:00:00 GMT) is ",
    ),
    "part": (
        {**VERSIONS, "headers": {"Content-Range": "items 0-0/250"}},
        "status 200: only a part of the answer (Content-Range is items 0-0/250)",
    ),
    "twice": ({"body": '{"products": {"web": "2", "web": "1"}}'}, "the answer has the key 'web' twice in one object"),
    "escapes": (
        {"status": 500, "body": "\x1b[2J\x1b[Hverdict: PROCEED\x07"},
        r"status 500: the platform failed; it says: '\\x1b[2J\\x1b[Hverdict: PROCEED\\x07'",
    ),
    "redirect": (
        {"status": 302, "headers": {"Location": "http://127.0.0.2:9/"}, "body": ""},
        "it redirects to another host, http://127.0.0.2:9: not followed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_answer(platform: Platform, checklist: Checklist, case: str) -> None:
    answer, says = BAD[case]
    platform.answer_at("/versions", answer)
    run = checklist.run("pre")
    run.ends_in("cannot-tell", 12, "version_truth")
    for check in ("upgrade.yaml::version[web]", "test_web.py::test_version"):
        (blocker,) = [each for each in run.verdict["blockers"] if each["check"] == check]
        assert blocker["kind"] == "no-evidence"
        assert blocker["message"].startswith("version_truth: " + ("`" if case == "error" else f"GET {platform.url}/"))
        assert blocker["message"].isprintable()
        assert says in blocker["message"]
    assert "pytest_upgradecheck/" not in run.output
    assert KEY not in run.output + checklist.record.read_text()
    assert platform.requests.count("/versions") == (3 if "after 3 attempts" in says else 1)


def test_replicas_that_disagree_are_a_failure(platform: Platform, checklist: Checklist) -> None:
    """Behind a load balancer, one replica in three still runs the old release."""
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    old, new = VERSIONS, {"body": '{"products": {"web": "2"}}'}
    before = len(platform.connections)
    platform.answer_at("/versions", [new, new, old])
    run = checklist.run("post")
    run.ends_in("roll-back", 10, "web-release")
    (blocker,) = [each for each in run.verdict["blockers"] if each["check"] == "upgrade.yaml::version[web]"]
    assert blocker["kind"] == "failed"
    assert "The platform is in a mixed state: check that every replica runs the same release" in blocker["message"]
    ports = [port for path, port in platform.connections[before:] if path == "/versions"]
    assert len(ports) == len(set(ports)) >= 3  # each read has a connection of its own


def test_replicas_that_agree_are_read_three_times_and_no_more(platform: Platform, checklist: Checklist) -> None:
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    platform.answer_at("/versions", {"body": '{"products": {"web": "2"}}'})
    checklist.run("post", "-n", "2").ends_in("proceed", 0, "no evidence is missing")
    assert platform.requests.count("/versions") == 1 + 3


def test_nobody_listens(checklist: Checklist) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        checklist.env["PLATFORM_URL"] = f"http://127.0.0.1:{unused.getsockname()[1]}"
        run = checklist.run("pre")
    run.ends_in("cannot-tell", 12, "the connection failed: [Errno 111] Connection refused after 3 attempts")
    assert "the same for " in run.output


def test_unset_variable(checklist: Checklist) -> None:
    del checklist.env["PLATFORM_KEY"]
    run = checklist.run("pre")
    assert run.code == 4
    assert "upgrade.yaml:7: platform.auth.value: the environment variable PLATFORM_KEY is not set" in run.output


def test_one_request_a_surface_with_workers(platform: Platform, checklist: Checklist) -> None:
    more = "\n".join(f"def test_{n}(platform_truth): platform_truth.version_truth()" for n in range(20))
    (checklist.folder / "test_more.py").write_text(more)
    checklist.run("pre", "-n", "4").ends_in("proceed", 0, "no evidence is missing")
    assert sorted(platform.requests) == ["/readiness", "/versions"]


def test_wide_report_of_a_platform_that_is_down_is_short(platform: Platform, checklist: Checklist) -> None:
    """Sixty checks that need one dead host are one thing to mend, and the verdict fits a screen."""
    more = "\n".join(f"def test_{n}(platform_truth): platform_truth.version_truth()" for n in range(60))
    (checklist.folder / "test_more.py").write_text(more)
    platform.answer_at("/versions", {"status": 500, "body": "{}"})
    run = checklist.run("pre", "-q")
    summary = run.output[run.output.index("verdict: CANNOT-TELL") :]
    assert len(summary.splitlines()) < 25, summary
