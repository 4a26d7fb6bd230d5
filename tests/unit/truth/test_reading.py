"""What a plan's expressions make of an answer, and what they refuse to make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pytest_upgradecheck.errors import SurfaceUnread
from pytest_upgradecheck.truth import Answer, Reading

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def reading(surface: Any) -> Callable[..., Any]:
    def make(body: Any, *, status: int | None = 200, **keys: Any) -> Reading:
        answer = Answer(
            body=body, status=status, read_at="2026-11-24T12:00:00.000Z", digest="sha256:0", size=2, source="test"
        )
        return Reading.of(surface(**keys), answer)

    return make


def refusal(error: pytest.ExceptionInfo[SurfaceUnread]) -> str:
    assert error.value.surface == "truth"
    return str(error.value)


@pytest.mark.parametrize(
    ("expression", "body"),
    [
        ("products[].[name, version]", {"products": [{"name": "web", "version": "1"}, {"name": "db", "version": "2"}]}),
        ("products", {"products": {"web": "1", "db": "2"}}),
        ("@", [["web", "1"], ["db", "2"], ["web", "1"]]),
    ],
)
def test_versions(reading: Callable[..., Any], expression: str, body: Any) -> None:
    assert reading(body, versions=expression).versions == {"web": "1", "db": "2"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"detail": "hello"}, "must give pairs of product and version, but gave null; the answer has the keys: detail"),
        ({"products": []}, "but gave []"),
        ({"products": [{"name": "web"}]}, 'both texts, but gave ["web", null]'),
        ({"products": [{"name": "web", "version": 2026.1}]}, 'both texts, but gave ["web", 2026.1]'),
        ({"products": [{"name": "web", "version": ""}]}, 'both texts, but gave ["web", ""]'),
        ({"products": "web"}, "but gave null"),
        ({"products": [{"name": "web\x1b[2J", "version": "1"}]}, r'both texts, but gave ["web\u001b[2J", "1"]'),
        ({"products": [{"name": "web", "version": " \n"}]}, r'both texts, but gave ["web", " \n"]'),
        ({"products": [{"name": "web", "version": "1\u200b"}]}, r'both texts, but gave ["web", "1\u200b"]'),
        ({"products": [{"name": "web", "version": "1\n2"}]}, r'both texts, but gave ["web", "1\n2"]'),
        (
            {"products": [{"name": "web", "version": "1"}, {"name": "web", "version": "2"}]},
            "it shows web at 1 and at 2: it is not known which of them is right",
        ),
    ],
)
def test_versions_that_cannot_be_told(reading: Callable[..., Any], body: Any, says: str) -> None:
    with pytest.raises(SurfaceUnread) as refused:
        _ = reading(body, versions="products[].[name, version]").versions
    assert says in refusal(refused)


DECOMPOSED, COMPOSED = "cafe\u0301", "caf\u00e9"


@pytest.mark.parametrize(
    ("product", "version"),
    [
        (" web", "1"), ("web ", "1"), ("web\n", "1"), ("web", " 1"), ("web", "1 "), ("web", "1\n"), ("web", "1\r\n"),
        ("web", "\t1"), ("web\u00a0", "1\u2003"),
    ],
)  # fmt: skip
def test_blanks_around_a_name_or_version_do_not_count(reading: Callable[..., Any], product: str, version: str) -> None:
    assert reading([[product, version]], versions="@").versions == {"web": "1"}


def test_name_and_version_are_in_normal_form(reading: Callable[..., Any]) -> None:
    assert reading({DECOMPOSED: f"1-{DECOMPOSED}"}, versions="@").versions == {COMPOSED: f"1-{COMPOSED}"}


@pytest.mark.parametrize("other", ["web ", "\nweb", "Web", "WEB", "\uff57eb", "we\u212c"])
def test_two_spellings_of_one_product_must_agree(reading: Callable[..., Any], other: str) -> None:
    with pytest.raises(SurfaceUnread, match=r"it shows web at 2 and .*at 1: it is not known which of them is right"):
        _ = reading([["web", "2"], [other, "1"]], versions="@").versions
    agreeing = reading([["web", "2"], [other, "2"]], versions="@").versions
    assert agreeing["web"] == "2"


ACTIVE = {"name": "web", "version": "2", "status": "active"}


@pytest.mark.parametrize(
    ("expression", "products", "says"),
    [
        (
            "products[?status == 'active'].[name, version]",
            [ACTIVE, {"name": "web", "version": "1"}],
            "`status`, which is",
        ),
        (
            "products[?status == 'active'].[name, version]",
            [ACTIVE, {"name": "web", "version": "1", "status": None}],
            "looks for `status`, which is null",
        ),
        (
            "products[?!retired].[name, version]",
            [{**ACTIVE, "retired": False}, {**ACTIVE, "retired": "no"}],
            'takes "no"',
        ),
        ("products[?age < `5`].[name, version]", [{**ACTIVE, "age": 1}, {**ACTIVE, "age": "1"}], 'compares "1" with 5'),
        ("products[].pair", [{"pair": ["web", "1"]}, {"name": "web"}], "matches 2 and names 1"),
        ("products[?status == 'up'].[name, version]", [], "must give pairs"),
    ],
)
def test_versions_that_leave_something_out(
    reading: Callable[..., Any], expression: str, products: list[Any], says: str
) -> None:
    with pytest.raises(SurfaceUnread) as refused:
        _ = reading({"products": products}, versions=expression).versions
    assert says in refusal(refused)


DRIFTED = "contracts[?state != 'aligned'].name"


@pytest.mark.parametrize(
    ("contracts", "drifted"),
    [
        ([{"name": "a", "state": "aligned"}], ()),
        ([{"name": "a", "state": "drifted"}, {"name": "b", "state": "aligned"}], ("a",)),
        ([{"name": "a"}], ("a",)),
        ([{"name": "a", "state": "drifted"}, {"state": "drifted"}], ("a",)),
    ],
)
def test_drifted(reading: Callable[..., Any], contracts: list[Any], drifted: tuple[str, ...]) -> None:
    assert reading({"contracts": contracts}, drifted=DRIFTED).drifted == drifted


@pytest.mark.parametrize(
    ("expression", "body", "says"),
    [
        (DRIFTED, {}, "must give a list, but gave null; the answer has the keys: none"),
        (DRIFTED, {"contracts": {"a": "drifted"}}, "must give a list, but gave null"),
        (DRIFTED, {"contracts": [{"state": "drifted"}]}, "matches 1 and names 0: 1 lack the field at its end"),
        (DRIFTED, {"contracts": [{"name": None, "state": "drifted"}]}, "matches 1 and names 0"),
        (f"{DRIFTED} | sort(@)", {"contracts": [{"state": "drifted"}]}, "matches 1 and names 0"),
        (
            "contracts[?state == 'drifted'].name",
            {"contracts": [{"name": "a"}, {"name": "b"}]},
            "looks for `state`, which is missing in 2 places; the answer has the keys: contracts; if that has",
        ),
        (
            DRIFTED,
            {"contracts": []},
            "goes through an empty list, so it judges nothing; the answer has the keys: contracts; if",
        ),
        (f"{DRIFTED} | [?starts_with(@, 'x')]", {"contracts": []}, "goes through an empty list"),
        ("teams[].contracts[?state != 'aligned'].name | []", {"teams": []}, "goes through an empty list"),
        (
            "contracts[?state == 'drifted'].name",
            {"contracts": [{"name": "a", "state": None}]},
            "`state`, which is null",
        ),
        (
            "contracts[?!aligned].name",
            {"contracts": [{"name": "a", "aligned": "false"}]},
            'takes "false" for true or false',
        ),
        (
            "contracts[?drifted == `true`].name",
            {"contracts": [{"name": "a", "drifted": "true"}]},
            'compares "true" with',
        ),
        ("contracts[?lag > `0`].name", {"contracts": [{"name": "a", "lag": None}]}, "looks for `lag`, which is null"),
        ("`[]`", {"contracts": []}, "never looks at the answer"),
        ("length(contracts)", {"contracts": []}, "must give a list, but gave 0"),
        ("length(contracts)", {}, "`length(contracts)` cannot be applied: In function length(), invalid type"),
    ],
)
def test_drift_that_cannot_be_told(reading: Callable[..., Any], expression: str, body: Any, says: str) -> None:
    with pytest.raises(SurfaceUnread) as refused:
        _ = reading(body, drifted=expression).drifted
    assert says in refusal(refused)


def test_plan_may_say_what_an_absence_means(reading: Callable[..., Any]) -> None:
    body = {"contracts": [{"name": "a"}]}
    assert reading(body, drifted="contracts[?not_null(state, 'aligned') == 'drifted'].name").drifted == ()
    assert reading({}, ready="!(degraded || `false`)").ready
    assert reading({"contracts": []}, drifted="(contracts || `[]`)[?state != 'aligned'].name").drifted == ()
    assert reading({"degraded": None}, ready="degraded == `null`").ready


def test_list_of_drifts_may_be_empty(reading: Callable[..., Any]) -> None:
    assert reading({"drifts": []}, drifted="drifts").drifted == ()
    assert reading({"drifts": []}, drifted="drifts[].name").drifted == ()


@pytest.mark.parametrize(
    ("keys", "body", "status", "ready"),
    [
        ({"ready": "status == 'ready'"}, {"status": "ready"}, 200, True),
        ({"ready": "status == 'ready'"}, {"status": "starting"}, 200, False),
        ({"ready_status": 200}, None, 200, True),
        ({"ready_status": [200, 204]}, None, 204, True),
        ({"ready_status": 200}, None, 503, False),
        ({"ready_status": 200}, "[-]etcd failed", 500, False),
        ({"ready_status": 200, "ready": "ok"}, None, 503, False),
        ({"ready_status": 200, "ready": "ok"}, {"ok": True}, 503, False),
        ({"ready_status": 200, "ready": "ok"}, {"ok": False}, 200, False),
        ({"ready_status": 200, "ready": "ok"}, {"ok": True}, 200, True),
    ],
)
def test_ready(reading: Callable[..., Any], keys: dict[str, Any], body: Any, status: int, ready: bool) -> None:
    assert reading(body, status=status, **keys).ready is ready


@pytest.mark.parametrize(
    ("keys", "body", "says"),
    [
        ({"ready": "status"}, {"status": "ready"}, "`ready: status` must give true or false, but gave ready"),
        ({"ready": "ok"}, {}, "`ready: ok` looks for `ok`, which is missing; the answer has the keys: none; if that"),
        (
            {"ready": "ok"},
            {"error": "database down"},
            "looks for `ok`, which is missing; the answer has the keys: error",
        ),
        ({"ready": "status == 'ready'"}, {"error": "database down"}, "looks for `status`, which is missing"),
        ({"ready": "status == 'ready'"}, [], "looks for `status`, which is missing; the answer is a list of 0"),
        ({"ready": "!degraded"}, {"degraded": None}, "looks for `degraded`, which is null"),
        ({"ready": "!(errors > `0`)"}, {"errors": {"count": 17}}, 'compares {"count": 17} with 0'),
        ({"ready": "!(to_number(queue) > `10`)"}, {"queue": "many"}, 'gets nothing from to_number("many")'),
        ({"ready": "!(max(nodes[].lag) > `5`)"}, {"nodes": []}, "takes max() of an empty list"),
        (
            {"ready": "`true`"},
            {"ok": False},
            "never looks at the answer; the answer has the keys: ok; write an expression",
        ),
        ({"ready": "ok"}, {"ok": 1}, "must give true or false, but gave 1"),
        ({"ready": "!degraded"}, {"detail": "x"}, "`ready: !degraded` looks for `degraded`, which is missing"),
        ({"ready": "state != 'down'"}, {"detail": "x"}, "looks for `state`, which is missing"),
        ({"ready": "state != 'down'"}, [], "looks for `state`"),
        (
            {"ready": "!contains(services[].ready, `false`)"},
            {"services": [{"ready": True}, {"name": "lost"}]},
            "matches 2 and names 1: 1 lack the field at its end",
        ),
        ({}, {}, "the plan gives it neither `ready` nor `ready_status`"),
    ],
)
def test_readiness_that_cannot_be_told(reading: Callable[..., Any], keys: dict[str, str], body: Any, says: str) -> None:
    with pytest.raises(SurfaceUnread) as refused:
        _ = reading(body, **keys).ready
    assert says in refusal(refused)


@pytest.mark.parametrize("body", ["upstream connect error", {"message": "no healthy upstream"}, []])
def test_error_without_the_field_does_not_say_not_ready(reading: Callable[..., Any], body: Any) -> None:
    with pytest.raises(SurfaceUnread, match="looks for `ok`, which is missing; status 503; the answer"):
        _ = reading(body, status=503, ready_status=200, ready="ok").ready


def test_text_of_a_probe_is_shown(reading: Callable[..., Any]) -> None:
    text = "\n".join([*(f"[+]check {number} ok" for number in range(99)), "[-]etcd failed", "[+]late ok"])
    assert reading(text, status=500, ready_status=200).excerpt == "[-]etcd failed"


def test_readiness_by_status_needs_a_status(reading: Callable[..., Any]) -> None:
    with pytest.raises(SurfaceUnread, match="judges it by `ready_status`, but test gave no status"):
        _ = reading({}, status=None, ready_status=200).ready


@pytest.mark.parametrize("name", ["versions", "drifted"])
def test_what_the_plan_does_not_ask_cannot_be_told(reading: Callable[..., Any], name: str) -> None:
    with pytest.raises(SurfaceUnread, match=f"truth: the plan gives it no `{name}`"):
        getattr(reading({}), name)


def test_evaluate_is_jmespath_and_judge_is_strict(reading: Callable[..., Any]) -> None:
    applied = reading({"applied": [{"id": "117"}, {"name": "118"}]})
    assert applied.evaluate("contains(applied[].id, '118')") is False
    assert applied.evaluate("nothing") is None
    with pytest.raises(SurfaceUnread, match=r"`contains\(.*\)` matches 2 and names 1"):
        applied.judge("contains(applied[].id, '118')")
    assert applied.judge("applied[0].id") == "117"


OBSERVED = {"observed_at": "checked_at", "max_age": "15m"}


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=15), timedelta(seconds=-60)])
def test_fresh_answer(reading: Callable[..., Any], age: timedelta) -> None:
    fresh = reading({"checked_at": (NOW - age).isoformat()}, **OBSERVED)
    assert fresh.observed_at == NOW - age
    fresh.require_fresh(NOW)


@pytest.mark.parametrize(
    ("age", "says"),
    [
        (
            timedelta(minutes=15, seconds=1),
            "the answer is stale: observed 15 min 1 s ago (2026-11-24 11:44:59Z); the plan allows 15 min",
        ),
        (timedelta(days=3), "observed 3 d ago (2026-11-21 12:00:00Z)"),
        (timedelta(seconds=-61), "observed 1 min 1 s in the future: a clock is wrong"),
    ],
)
def test_answer_that_is_not_fresh(reading: Callable[..., Any], age: timedelta, says: str) -> None:
    stale = reading({"checked_at": (NOW - age).isoformat()}, **OBSERVED)
    with pytest.raises(SurfaceUnread) as refused:
        stale.require_fresh(NOW)
    assert says in refusal(refused)
    assert "fresh=True" not in str(refused.value)


@pytest.mark.parametrize("max_age", [{"max_age": "15m"}, {}])
def test_answer_from_the_future_does_not_become_fresh_with_time(
    reading: Callable[..., Any], max_age: dict[str, str]
) -> None:
    early = reading({"checked_at": (NOW + timedelta(hours=1)).isoformat()}, observed_at="checked_at", **max_age)
    with pytest.raises(SurfaceUnread, match=r"observed 1 h in the future: a clock is wrong, .* check the clocks"):
        early.require_fresh(NOW + timedelta(hours=1))


def test_answer_that_aged_since_it_was_read_says_how_to_read_again(reading: Callable[..., Any]) -> None:
    aged = reading({"checked_at": NOW.isoformat()}, **OBSERVED)
    with pytest.raises(SurfaceUnread, match="it was fresh when it was read: a later check can ask for fresh=True"):
        aged.require_fresh(NOW + timedelta(minutes=16))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            {"checked_at": "2026-11-24T12:00:00"},
            "which does not say its time zone; so the age of the answer is not known",
        ),
        ({"checked_at": "now"}, "`observed_at: checked_at` must give a time, but gave now, which is not a time"),
        ({}, "must give a time, but gave null, which is not a time"),
        ({"checked_at": True}, "must give a time, but gave true"),
    ],
)
@pytest.mark.parametrize("max_age", [{"max_age": "15m"}, {}])
def test_answer_of_unknown_age(reading: Callable[..., Any], body: Any, says: str, max_age: dict[str, str]) -> None:
    with pytest.raises(SurfaceUnread) as refused:
        reading(body, observed_at="checked_at", **max_age)
    assert says in refusal(refused)
