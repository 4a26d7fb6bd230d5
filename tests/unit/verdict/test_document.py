"""`verdict.json` as a value: read back as it was, and never made better by what is added later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import jsonschema
import pytest

from pytest_upgradecheck.boundaries import Boundary
from pytest_upgradecheck.plan import Waiver
from pytest_upgradecheck.verdict import (
    Blocker,
    CheckFact,
    Facts,
    Identity,
    Note,
    StepState,
    VerdictDocument,
    WaivedFailure,
    decide,
)
from pytest_upgradecheck.vocabulary import BlockerKind, BoundaryState, Decision, NoteKind, Phase, Result, Transition

SCHEMA = json.loads((files("pytest_upgradecheck") / "verdict.schema.json").read_text("utf-8"))
AT = datetime(2026, 11, 24, 1, 2, 3, 456000, tzinfo=UTC)
WAIVED = WaivedFailure(
    check="t.py::w",
    title="It holds.",
    message="it broke",
    transition=Transition.REGRESSED,
    reason="known",
    approved_by="A. Name",
    expires="2026-12-31",
)
BARE = VerdictDocument(
    upgrade="shop",
    title="Shop",
    environment="test",
    phase=Phase.PRE,
    step=None,
    verdict=Decision.PROCEED,
    reason="All is well",
    exit_code=0,
    started_at=AT,
    finished_at=None,
    plan_digest="sha256:" + "0" * 64,
)
LATE = Blocker(check="", kind=BlockerKind.REPORT_NOT_WRITTEN, message="the disk is full")


def whole() -> VerdictDocument:
    facts = [
        CheckFact(check="t.py::a", result=Result.FAILED, message="it broke", boundary="b", attempts=2),
        CheckFact(
            check="t.py::w",
            title="It holds.",
            result=Result.FAILED,
            message="it broke",
            transition=Transition.REGRESSED,
            waiver=Waiver(
                check="t.py::w",
                accepts=("it broke",),
                reason="known",
                approved_by="A. Name",
                expires=date(2026, 12, 31),
                environment=None,
                phase=None,
            ),
        ),
    ]
    boundary = Boundary(name="b", step="db", state=BoundaryState.CROSSED, why="seen", irreversible=("schema 2",))
    note = Note(check="t.py::a", kind=NoteKind.ONLY_AFTER, message="it is new")
    verdict = decide(Facts(phase=Phase.POST, checks=facts, boundaries=[boundary], notes=[note]))
    return replace(
        BARE.with_verdict(verdict),
        phase=Phase.POST,
        step="db",
        identity=Identity(only_before=("t.py::gone",), only_after=("t.py::new",), renamed=(("t.py::x", "t.py::y"),)),
        steps=(StepState(step="db", product="d", from_version="1", to_version="2", shown="2"),),
        finished_at=AT,
        record_digest="sha256:" + "1" * 64,
    )


@pytest.mark.parametrize("document", [BARE, whole(), replace(whole(), waived=(replace(WAIVED, transition=None),))])
def test_a_document_is_read_back_as_it_was(document: VerdictDocument) -> None:
    written = json.loads(json.dumps(document.to_dict()))
    read = VerdictDocument.from_dict(written)
    assert read == document
    assert (type(read.phase), type(read.verdict)) == (Phase, Decision)
    assert [type(waived.transition) for waived in read.waived if waived.transition] == [
        Transition for waived in document.waived if waived.transition
    ]


def test_a_whole_document_follows_its_schema() -> None:
    written = json.loads(json.dumps(whole().to_dict()))
    jsonschema.Draft202012Validator(SCHEMA).validate(written)
    assert written["identity"] == {
        "only_before": ["t.py::gone"],
        "only_after": ["t.py::new"],
        "renamed": [{"before": "t.py::x", "after": "t.py::y"}],
    }
    assert written["steps"] == [{"step": "db", "product": "d", "from": "1", "to": "2", "shown": "2"}]
    assert (written["started_at"], written["finished_at"]) == ("2026-11-24T01:02:03.456Z",) * 2


@pytest.mark.parametrize("key", [key for key in BARE.to_dict() if key not in ("record_digest", "counts")])
def test_what_is_not_a_document_is_not_read_as_one(key: str) -> None:
    entry = BARE.to_dict()
    del entry[key]
    with pytest.raises((KeyError, TypeError)):
        VerdictDocument.from_dict(entry)


@pytest.mark.parametrize(("key", "odd"), [("verdict", "fine"), ("phase", "later"), ("started_at", "today")])
def test_a_word_that_is_not_known_is_not_read(key: str, odd: str) -> None:
    with pytest.raises(ValueError, match=odd):
        VerdictDocument.from_dict({**BARE.to_dict(), key: odd})


def test_a_verdict_fills_the_document_of_its_run() -> None:
    document = whole()
    assert (document.verdict, document.exit_code) == (Decision.FIX_FORWARD, 11)
    assert document.reason.startswith("t.py::a failed, and rollback boundary b has been crossed")
    assert [blocker.check for blocker in document.blockers] == ["t.py::a"]
    assert document.waived == (WAIVED,)
    assert [note.message for note in document.notes] == ["it is new"]
    assert [boundary.name for boundary in document.boundaries] == ["b"]
    assert (document.counts["planned"], document.counts["retried"]) == (2, 1)


def test_a_verdict_does_not_hide_the_exit_code_of_pytest() -> None:
    verdict = decide(Facts(phase=Phase.POST, checks=[CheckFact(check="a", result=Result.PASSED)]))
    assert BARE.with_verdict(verdict).exit_code == 0
    assert BARE.with_verdict(verdict, exit_code=2).exit_code == 2
    assert BARE.with_verdict(decide(Facts(phase=Phase.POST, checks=())), exit_code=0).exit_code == 0


@pytest.mark.parametrize("decision", list(Decision))
def test_evidence_that_is_missing_later_never_leaves_proceed(decision: Decision) -> None:
    document = replace(BARE, verdict=decision, exit_code=decision.exit_code, blockers=(LATE,))
    also = replace(LATE, message="m")
    told = document.degraded([LATE, also])
    assert told.blockers == (LATE, LATE, also)
    if decision is Decision.PROCEED:
        assert (told.verdict, told.exit_code) == (Decision.CANNOT_TELL, 12)
        assert told.reason == "Evidence is missing: the disk is full"
        assert document.degraded([LATE], reason="Because").reason == "Because"
    else:
        assert replace(told, blockers=document.blockers) == document
        assert document.degraded([LATE], reason="Because").reason == document.reason
    assert document.degraded([]) is document


def test_a_waived_failure_as_a_report_shows_it() -> None:
    assert WAIVED.accepted == "accepted by A. Name until 2026-12-31 (UTC): known"
    assert WAIVED.failure == Blocker(
        check="t.py::w", kind="failed", message="it broke", title="It holds.", transition=Transition.REGRESSED
    )


@pytest.mark.parametrize(
    ("identity", "differs"),
    [
        (Identity(), False),
        (Identity(only_before=("a",)), True),
        (Identity(only_after=("a",)), True),
        (Identity(renamed=(("a", "b"),)), True),
    ],
)
def test_identity_is_true_if_anything_differs(identity: Identity, differs: bool) -> None:
    assert bool(identity) is differs
