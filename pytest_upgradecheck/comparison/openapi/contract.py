"""The comparison of two documents, whole."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from pytest_upgradecheck.comparison.openapi.acceptance import Acceptance, Accepted, accepted
from pytest_upgradecheck.comparison.openapi.changes import ContractChange, gathered
from pytest_upgradecheck.comparison.openapi.document import Budget, Document, NotOpenApi, TooMuchWork
from pytest_upgradecheck.comparison.openapi.findings import Finding, Way
from pytest_upgradecheck.comparison.openapi.graph import Graph, Located
from pytest_upgradecheck.comparison.openapi.kinds import Kind, Severity
from pytest_upgradecheck.comparison.openapi.operations import OperationComparison
from pytest_upgradecheck.comparison.openapi.paths import Matching, full_paths, matched
from pytest_upgradecheck.comparison.openapi.reading import Operation, Reader
from pytest_upgradecheck.times import utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """Agreements made before the comparison: planned breaks, and whether null counts."""

    accept: tuple[Acceptance, ...] = ()
    ignore_nullability: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractComparison:
    """All changes, the most severe first; those that were accepted, and acceptances that matched nothing."""

    changes: tuple[ContractChange, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    unused: tuple[Acceptance, ...] = ()

    def of(self, severity: Severity) -> list[ContractChange]:
        """The changes of one severity."""
        return [change for change in self.changes if change.severity is severity]


def compare_documents(before: Any, after: Any, terms: ContractTerms | None = None) -> ContractComparison:
    """Compare two OpenAPI or Swagger documents as the clients of the first one meet the second.

    NotOpenApi if one of them is not such a document; everything else that is wrong with them is not judged.
    """
    terms = terms or ContractTerms()
    today = terms.today or utc_now().date()
    changes: list[ContractChange] = []
    try:
        with _without_collector():
            _compare(before, after, changes, today)
    except TooMuchWork as error:
        changes.append(ContractChange(kind=Kind.NOT_JUDGED, message=str(error)))
    except RecursionError:
        changes.append(ContractChange(kind=Kind.NOT_JUDGED, message="the documents are nested too deep to be compared"))
    if terms.ignore_nullability:
        changes = [change for change in changes if change.kind is not Kind.NULLABILITY]
    left, taken, unused = accepted(gathered(changes), terms.accept, today)
    return ContractComparison(changes=tuple(left), accepted=tuple(taken), unused=tuple(unused))


def _compare(before: Any, after: Any, changes: list[ContractChange], today: date) -> None:
    budget = Budget()
    old, new = _reader(before, "before", budget), _reader(after, "after", budget)
    graph = Graph(old.schemas, new.schemas)

    def report(operation: str, place: str, finding: Finding) -> None:
        changes.append(
            ContractChange(
                kind=finding.kind, message=finding.message, place=place, field=_field(finding.step),
                operations=(operation,) if operation else (),
            )
        )  # fmt: skip

    problems: list[tuple[str, str]] = []
    operations = OperationComparison(old, new, graph, report)
    olds, news = list(old.paths(problems)), list(new.paths(problems))
    matching = matched(olds, news)
    _report_paths(matching, report, today)
    for one, other in matching.both:
        operations.compare(one, other, str(one))
    for move in matching.moved:
        operations.compare(move.old, move.new, str(move.old))
    hooks = {(name, each.method): each for name, each in old.webhooks(problems)}
    new_hooks = {(name, each.method): each for name, each in new.webhooks(problems)}
    for key, operation in hooks.items():
        name = f"webhook {key[0]} {key[1].upper()}"
        if key in new_hooks:
            operations.compare(operation, new_hooks[key], name, outbound=True)
        else:
            report(name, "", Finding(Kind.WEBHOOK_REMOVED, "is no longer called"))
    for key in new_hooks.keys() - hooks.keys():
        report(f"webhook {key[0]} {key[1].upper()}", "", Finding(Kind.WEBHOOK_ADDED, "is new"))
    if not olds and not hooks:
        report("", "", Finding(Kind.NOT_JUDGED, "the document before has no operations: there is nothing to compare"))
    for place, reason in dict.fromkeys(problems):
        report(place, "", Finding(Kind.NOT_JUDGED, reason))
    changes.extend(map(_of_schema, graph.located()))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the collector of cycles: a comparison makes few, and each of its passes visits both documents."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _reader(value: Any, side: str, budget: Budget) -> Reader:
    try:
        return Reader(Document(value, budget))
    except NotOpenApi as error:
        raise NotOpenApi(f"{side} the change: {error}") from None


def _report_paths(matching: Matching, report: Any, today: date) -> None:
    for operation in matching.gone:
        if _retired(operation, today):
            report(str(operation), "", Finding(Kind.PATH_RETIRED, "is gone, after its sunset date"))
        elif id(operation) in matching.path_stays:
            report(str(operation), "", Finding(Kind.OPERATION_REMOVED, "the method is gone"))
        else:
            report(str(operation), "", Finding(Kind.PATH_REMOVED, "the path is gone"))
    for move in matching.moved:
        said = f"moved from `{move.before}` to `{move.after}`"
        report(str(move.old), "", Finding(Kind.PATH_MOVED, said))
    for operation, full in matching.narrowed:
        report(str(operation), "", Finding(Kind.PATH_MOVED, f"is no longer served as `{full}`"))
    known = {path for operation, _ in matching.both for path in full_paths(operation)}
    for operation in matching.added:
        if known.isdisjoint(full_paths(operation)):
            report(str(operation), "", Finding(Kind.PATH_ADDED, "the path is new"))
        else:
            report(str(operation), "", Finding(Kind.OPERATION_ADDED, "the method is new"))


def _retired(operation: Operation, today: date) -> bool:
    """Whether an operation was deprecated, and its last day had come."""
    said = operation.said
    sunset = said.get("x-sunset", said.get("sunset"))
    if said.get("deprecated") is not True or sunset is None:
        return False
    try:
        return date.fromisoformat(str(sunset)[:10]) <= today
    except ValueError:
        return False


def _of_schema(located: Located) -> ContractChange:
    finding = located.finding
    place = located.where
    if located.component:
        place = "requests" if located.way is Way.REQUEST else "responses"
    return ContractChange(
        kind=finding.kind, message=finding.message, place=place, field=_field(located.path),
        component=located.component, operations=located.operations,
    )  # fmt: skip


def _field(path: str) -> str:
    return path.removeprefix(".")
