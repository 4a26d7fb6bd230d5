"""The last run of a record in the Common Test Report Format (ctrf.io), for the dashboards that read it.

Its statuses are fewer than ours: what failed, crashed or had an error is ``failed``; what was skipped, or failed as its
xfail marker expects, is ``skipped``; what never ran is ``pending``; missing evidence is ``other``. ``rawStatus`` keeps
our word, and the verdict is in ``extra``, where a dashboard that counts only passed and failed does not see it.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pytest_upgradecheck.record import Attachment, Run
from pytest_upgradecheck.report.rows import CheckRow
from pytest_upgradecheck.report.view import NOT_KNOWN, View
from pytest_upgradecheck.times import timestamp
from pytest_upgradecheck.verdict import VerdictDocument
from pytest_upgradecheck.vocabulary import Result

_SPEC_VERSION = "0.0.0"
_STATUS = {
    Result.PASSED: "passed",
    Result.FAILED: "failed",
    Result.ERROR: "failed",
    Result.CRASHED: "failed",
    Result.SKIPPED: "skipped",
    Result.XFAILED: "skipped",
    Result.NO_EVIDENCE: "other",
    Result.INTERRUPTED: "other",
    Result.MISSING_AFTER: "other",
    Result.NOT_RUN: "pending",
    Result.DESELECTED: "pending",
}


def ctrf(view: View) -> str:
    """The document as JSON text."""
    last = view.last
    stop = last.finished_at or timestamp(last.last_at)
    return _text(
        view.document,
        list(_tests(view)),
        stop=stop,
        tools=last.tools,
        reportId=str(uuid.uuid5(uuid.NAMESPACE_OID, view.history.tail.head)),
        runId=last.id,
    )


def ctrf_under_way(document: VerdictDocument) -> str:
    """The document of a run that has not ended: no test of it counts."""
    return _text(document, [], stop=document.started_at, tools={})


def _text(
    document: VerdictDocument,
    tests: Sequence[Mapping[str, Any]],
    *,
    stop: datetime,
    tools: Mapping[str, str],
    **ids: str,
) -> str:
    found = Counter(test["status"] for test in tests)
    begun, ended = (_milliseconds(each.timestamp()) for each in (document.started_at, stop))
    verdict_fields = ("upgrade", "environment", "phase", "step", "verdict", "reason", "exit_code", "boundaries")
    report = {
        "reportFormat": "CTRF",
        "specVersion": _SPEC_VERSION,
        **ids,
        "generatedBy": f"pytest-upgradecheck {tools.get('upgradecheck', '')}".strip(),
        "results": {
            "tool": {"name": "pytest", "version": str(tools.get("pytest", ""))},
            "summary": {
                "tests": len(tests),
                **{status: found[status] for status in ("passed", "failed", "skipped", "pending", "other")},
                "start": begun,
                "stop": ended,
                "duration": ended - begun,
                "extra": {
                    "upgrade": {name: value for name, value in document.to_dict().items() if name in verdict_fields}
                },
            },
            "tests": tests,
            "environment": {"testEnvironment": document.environment, "appName": document.upgrade},
        },
    }
    return json.dumps(report, indent=2) + "\n"


def _tests(view: View) -> Iterator[dict[str, Any]]:
    phase = view.last.phase
    for row in view.rows.values():
        result = row.results.get(phase)
        if result is not None and (row.check in view.last.planned or result == Result.MISSING_AFTER):
            yield _test(row, result, view.last)


def _test(row: CheckRow, result: str, last: Run) -> dict[str, Any]:
    file = row.check.partition("::")[0]
    test: dict[str, Any] = {
        "name": row.check,
        "status": "other" if result == NOT_KNOWN else _STATUS[Result(result)],
        "duration": _milliseconds(last.seconds(row.check) or 0.0),
        "rawStatus": result,
        "suite": [row.step or "no single step", file],
        "filePath": file,
    }
    attempts = last.attempts.get(row.check, [])
    if attempts and attempts[-1].message:
        test["message"] = attempts[-1].message
    if attempts and attempts[-1].detail:
        test["trace"] = attempts[-1].detail
    if len(attempts) > 1:
        test |= {"retries": len(attempts) - 1, "flaky": result == Result.PASSED}
    if attached := last.attachments.get(row.check):
        test["attachments"] = list(map(_attachment, attached))
    labels = {
        "title": row.title,
        "step": row.step,
        "owner": row.owner,
        "boundary": row.boundary,
        "change": row.transition,
    }
    if said := {name: value for name, value in labels.items() if value}:
        test["labels"] = said
    return test


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "contentType": attachment.media_type,
        "path": f"attachments/{attachment.file_name}",
        "extra": {"sha256": attachment.digest, "size": attachment.size},
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
