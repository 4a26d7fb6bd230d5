"""The platform's truth as checks ask for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from pytest_upgradecheck.errors import CheckMisuse, MixedState, NotReady, SurfaceUnread
from pytest_upgradecheck.plan import Surface
from pytest_upgradecheck.truth import Answer, Failure, MemoryStore, PlatformTruth, ReadingStore
from tests.unit.truth.conftest import FakePlatform

KEY = "key-4711-secret"


class Told:
    """What `on_reading` was told."""

    def __init__(self) -> None:
        self.readings: list[tuple[str, Answer | Failure]] = []

    def __call__(self, answer: Answer | Failure, surface: Surface) -> None:
        self.readings.append((surface.name, answer))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def truth(fake: FakePlatform, plan_platform: Callable[..., Any], told: Told) -> Iterator[Any]:
    """The platform's truth for a surface ``truth`` with these keys."""
    made: list[PlatformTruth] = []

    def make(
        surface: dict[str, Any] | None = None,
        sources: Any = (),
        store: ReadingStore | None = None,
        version_readings: int = 1,
        **settings: Any,
    ) -> PlatformTruth:
        made.append(
            PlatformTruth(
                plan_platform(surface, **settings),
                store=store,
                sources=sources,
                on_reading=told,
                transport=fake.transport,
                version_readings=version_readings,
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_surface_is_read_once_and_told_once(fake: FakePlatform, truth: Callable[..., Any], told: Told) -> None:
    fake.answers({"n": 1}, {"n": 2})
    platform = truth()
    assert [platform.read("truth").body for _ in range(3)] == [{"n": 1}] * 3
    assert len(fake.requests) == len(told.readings) == 1
    assert told.readings[0][0] == "truth"


def test_failure_is_shared_too(fake: FakePlatform, truth: Callable[..., Any], told: Told) -> None:
    fake.answers(httpx.Response(500))
    platform = truth()
    for _ in range(3):
        with pytest.raises(SurfaceUnread, match=r"^truth: GET http://platform\.test:8000/truth: status 500"):
            platform.read("truth")
    assert len(fake.requests) == len(told.readings) == 1
    assert isinstance(told.readings[0][1], Failure)


def test_fresh_reading_asks_again_and_is_told_and_kept(
    fake: FakePlatform, truth: Callable[..., Any], told: Told
) -> None:
    fake.answers({"n": 1}, {"n": 2})
    platform = truth()
    assert platform.read("truth").body == {"n": 1}
    assert platform.read("truth", fresh=True).body == {"n": 2}
    assert platform.read("truth").body == {"n": 2}
    assert len(told.readings) == 2


@pytest.mark.parametrize("name", ["version_truth", "contract_drift", "observability_readiness", "recovery_readiness"])
def test_named_surfaces(
    fake: FakePlatform, truth: Callable[..., Any], plan_platform: Callable[..., Any], name: str
) -> None:
    fake.answers({"from": name})
    surfaces = {name: {"path": f"/{name}"}}
    reading = getattr(truth(surfaces=surfaces), name)()
    assert (reading.surface, reading.body) == (name, {"from": name})


def test_unknown_surface_names_the_near_miss_and_all(truth: Callable[..., Any]) -> None:
    with pytest.raises(CheckMisuse, match=r"no surface 'thruth'; did you mean 'truth'\? its surfaces: truth"):
        truth().read("thruth")
    with pytest.raises(CheckMisuse, match="no surface 'zzz'; its surfaces: truth"):
        truth().read("zzz")
    with pytest.raises(CheckMisuse, match="its surfaces: none"):
        truth(surfaces={}).version_truth()


def test_stale_answer_is_judged_each_time(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    fake.answers({"at": "2020-01-01T00:00:00Z"})
    platform = truth({"observed_at": "at", "max_age": "15m"})
    for _ in range(2):
        with pytest.raises(SurfaceUnread, match="the answer is stale: observed"):
            platform.read("truth")
    assert len(fake.requests) == 1


def test_sources_come_before_http_in_order(fake: FakePlatform, truth: Callable[..., Any], told: Told) -> None:
    asked: list[str] = []

    def not_mine(surface: Surface) -> None:
        asked.append(f"first: {surface.name}")

    def mine(surface: Surface) -> Answer:
        asked.append(f"second: {surface.name}")
        return Answer.of({"schema": 118, KEY: KEY}, source="sql")

    reading = truth(sources=[not_mine, mine]).read("truth")
    assert reading.body == {"schema": 118, "***": "***"}
    assert (reading.source, reading.status, reading.url) == ("sql", None, None)
    assert asked == ["first: truth", "second: truth"]
    assert fake.requests == []
    (_, said) = told.readings[0]
    assert isinstance(said, Answer)
    assert said.source == "sql"


def test_source_that_has_no_answer_is_the_one_reading(
    fake: FakePlatform, truth: Callable[..., Any], told: Told
) -> None:
    def down(surface: Surface) -> Answer:
        raise SurfaceUnread(surface.name, f"the database is down, {KEY}")

    platform = truth(sources=[down])
    for _ in range(2):
        with pytest.raises(SurfaceUnread, match=r"^truth: the database is down, \*\*\*$"):
            platform.read("truth")
    assert fake.requests == []
    assert len(told.readings) == 1


def test_waiting_reads_until_ready(fake: FakePlatform, truth: Callable[..., Any], told: Told) -> None:
    fake.answers({"ok": False}, httpx.Response(404), {"ok": True})
    platform = truth({"ready": "ok"})
    assert platform.wait_until_ready("truth", timeout="30s").ready
    assert len(told.readings) == 3
    assert platform.read("truth").ready
    assert len(fake.requests) == 3


@pytest.mark.parametrize("timeout", [0.2, timedelta(seconds=0.2), "200ms"])
def test_waiting_ends_with_what_was_said_last(fake: FakePlatform, truth: Callable[..., Any], timeout: Any) -> None:
    fake.answers({"ok": False, "why": "migrating"})
    with pytest.raises(NotReady) as refused:
        truth({"ready": "ok"}).wait_until_ready("truth", timeout=timeout)
    assert str(refused.value) == 'truth: not ready within 0.2 s; it says: {"ok": false, "why": "migrating"}'


def test_waiting_for_a_status_says_which_came(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    fake.answers(httpx.Response(500, json={"status": "DOWN"}))
    with pytest.raises(NotReady, match=r'it says: status 500, \{"status": "DOWN"\}'):
        truth({"ready_status": 200}).wait_until_ready("truth", timeout=0.1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), NotReady),
        (httpx.Response(502, html="<h1>Bad Gateway"), NotReady),
        (httpx.ConnectError("refused"), NotReady),
        (httpx.ReadTimeout("slow"), NotReady),
        (httpx.Response(429), SurfaceUnread),
        (httpx.Response(401), SurfaceUnread),
        (httpx.Response(200, html="<p>Log in"), SurfaceUnread),
        ({"other": 1}, SurfaceUnread),
        ({"error": "database down"}, SurfaceUnread),
    ],
)
def test_silence_is_a_no_and_what_waiting_does_not_help_is_no_answer(
    fake: FakePlatform, truth: Callable[..., Any], answer: Any, error: Any
) -> None:
    fake.answers(answer)
    with pytest.raises(error, match=r"not ready within 0\.1 s"):
        truth({"ready": "ok"}).wait_until_ready("truth", timeout=0.1)


def test_failure_while_waiting_is_not_for_the_others(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    fake.answers({"ok": False}, httpx.Response(404))
    platform = truth({"ready": "ok"})
    assert not platform.read("truth").ready
    with pytest.raises(SurfaceUnread, match=r"not ready within 0\.1 s; last: GET .* status 404"):
        platform.wait_until_ready("truth", timeout=0.1)
    assert not platform.read("truth").ready
    assert len(fake.requests) == 2


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "soon", timedelta(0)])
def test_waiting_needs_a_time_that_ends(fake: FakePlatform, truth: Callable[..., Any], timeout: Any) -> None:
    with pytest.raises(CheckMisuse, match="timeout="):
        truth({"ready": "ok"}).wait_until_ready("truth", timeout=timeout)
    assert fake.requests == []


def test_waiting_for_what_never_tells_is_refused_at_once(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    with pytest.raises(CheckMisuse, match="cannot become ready: the plan gives it neither `ready` nor `ready_status`"):
        truth().wait_until_ready("truth", timeout=60)
    assert fake.requests == []


@pytest.fixture
def versions(truth: Callable[..., Any]) -> Any:
    """Version truth, read three times as after the change."""
    return truth({"versions": "products"}, version_readings=3)


OLD, NEW = {"products": {"web": "1", "db": "1"}}, {"products": {"web": "2", "db": "1"}}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([NEW, OLD, NEW], "web at 2, 1, 2"),
        ([NEW, NEW, OLD], "web at 2, 2, 1"),
        ([OLD, {"products": {"db": "1"}}, OLD], "web at 1, no version, 1"),
        ([OLD, {"products": {"web": "2", "db": "2"}}, OLD], "web at 1, 2, 1; db at 1, 2, 1"),
    ],
)
def test_replicas_that_disagree_are_a_failure(
    fake: FakePlatform, versions: Any, told: Told, answers: list[Any], says: str
) -> None:
    fake.answers(*answers)
    for _ in range(2):
        with pytest.raises(MixedState) as refused:
            _ = versions.read("truth").versions
    assert isinstance(refused.value, AssertionError)
    assert str(refused.value).startswith(
        f"truth: 3 readings, each over a new connection, disagree: {says}. The platform"
    )
    assert (len(fake.requests), len(told.readings)) == (3, 1)
    assert told.readings[0][1].to_dict()["mixed"]


def test_replicas_that_agree(fake: FakePlatform, versions: Any) -> None:
    fake.answers({**NEW, "at": 1}, {**NEW, "at": 2}, {**NEW, "at": 3})
    assert versions.read("truth").versions == {"web": "2", "db": "1"}
    assert len(fake.requests) == 3


@pytest.mark.parametrize(
    ("answers", "says", "requests"),
    [
        ([NEW, httpx.Response(500)], "status 500", 2),
        ([NEW, {"products": {}}, NEW], "must give pairs of product and version, but gave {}", 3),
        ([httpx.Response(401)], "status 401", 1),
    ],
)
def test_replica_that_gives_no_version_is_no_version_truth(
    fake: FakePlatform, versions: Any, answers: list[Any], says: str, requests: int
) -> None:
    fake.answers(*answers)
    with pytest.raises(SurfaceUnread) as refused:
        versions.read("truth")
    assert says in str(refused.value)
    assert len(fake.requests) == requests


def test_each_reading_of_version_truth_takes_its_turn(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    class Turns(MemoryStore):
        taken = 0

        def wait_for_turn(self, rate: Any, *, until: float = float("inf")) -> bool:
            self.taken += 1
            return True

    fake.answers(NEW)
    store = Turns()
    truth({"versions": "products"}, version_readings=3, store=store, rate_limit="90/min").read("truth")
    assert (store.taken, len(fake.requests)) == (3, 3)


def test_only_version_truth_is_read_several_times(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    fake.answers({"ok": True})
    assert truth({"ready": "ok"}, version_readings=3).read("truth").ready
    assert len(fake.requests) == 1


def test_source_is_asked_for_versions_once(truth: Callable[..., Any]) -> None:
    asked: list[str] = []

    def source(surface: Surface) -> Answer:
        asked.append(surface.name)
        return Answer.of(NEW, source="kubectl")

    assert truth({"versions": "products"}, sources=[source], version_readings=3).read("truth").versions["web"] == "2"
    assert asked == ["truth"]


def test_words_of_a_source_cannot_rewrite_a_terminal(truth: Callable[..., Any]) -> None:
    def down(surface: Surface) -> Answer:
        raise SurfaceUnread(surface.name, "down\x1b[2J\nverdict: PROCEED")

    with pytest.raises(SurfaceUnread, match=r"^truth: down\\x1b\[2J verdict: PROCEED$"):
        truth(sources=[down]).read("truth")


def test_answer_of_a_source_may_have_more_pages(truth: Callable[..., Any]) -> None:
    page = Answer.of({"items": [1], "next": "/b"}, source="sql")
    assert truth(sources=[lambda _: page]).read("truth").more_pages == "its `next` is /b"


def test_key_shows_nowhere(fake: FakePlatform, truth: Callable[..., Any], told: Told) -> None:
    fake.answers(httpx.Response(200, text=f"no JSON but {KEY}"), {"echo": [f"Bearer {KEY}"]})
    platform = truth()
    with pytest.raises(SurfaceUnread) as refused:
        platform.read("truth")
    reading = platform.read("truth", fresh=True)
    shown = f"{refused.value} {reading!r} {told.readings!r} {platform.__dict__!r}"
    assert KEY not in shown


def test_reading_after_close_opens_again(fake: FakePlatform, truth: Callable[..., Any]) -> None:
    fake.answers({"n": 1}, {"n": 2})
    platform = truth()
    platform.read("truth")
    platform.close()
    platform.close()
    assert platform.read("truth", fresh=True).body == {"n": 2}


def test_httpx_is_imported_for_an_http_reading_only() -> None:
    code = (
        "import sys; from pytest_upgradecheck.plan import Platform; from pytest_upgradecheck.truth import *\n"
        "platform = Platform.model_validate({'surfaces': {'truth': {}}})\n"
        "truth = PlatformTruth(platform, sources=[lambda surface: Answer.of({}, source='test')])\n"
        "truth.read('truth'); truth.close(); print('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
