"""Two operations: who may call, what is sent, what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_upgradecheck.comparison.openapi.findings import Finding, Pair, Sides, Way
from pytest_upgradecheck.comparison.openapi.graph import Graph, Root
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.media import covering, covers, travels_as_text
from pytest_upgradecheck.comparison.openapi.objects import default_differences
from pytest_upgradecheck.comparison.openapi.reading import Body, DocumentedResponse, Media, Operation, Parameter, Reader
from pytest_upgradecheck.comparison.openapi.security import UnknownSecurity, security_differences
from pytest_upgradecheck.comparison.openapi.shapes import Handle

#: Told the operation, the place in it, and what was found.
Report = Callable[[str, str, Finding], None]


class OperationComparison:
    """Compares operations of two documents; schemas go to the graph, everything else is reported."""

    def __init__(self, old: Reader, new: Reader, graph: Graph, report: Report) -> None:
        self.old = old
        self.new = new
        self.graph = graph
        self.report = report

    def compare(self, old: Operation, new: Operation, name: str, *, outbound: bool = False) -> None:
        """Compare two operations under a name; ``outbound``: the platform calls, and the client answers."""
        problems: list[tuple[str, str]] = []
        sent, answered = (Way.RESPONSE, Way.REQUEST) if outbound else (Way.REQUEST, Way.RESPONSE)
        if not outbound:
            self._security(old, new, name)
        before, after = self.old.parameters(old, problems), self.new.parameters(new, problems)
        for where, finding in self._parameters(before, after, name, sent):
            self.report(name, where, finding)
        one, other = self.old.body(old, problems), self.new.body(new, problems)
        for where, finding in self._body(one, other, name, "request body", sent):
            self.report(name, where, finding)
        was, now = self.old.responses(old, problems), self.new.responses(new, problems)
        for where, finding in self._responses(was, now, name, answered):
            self.report(name, where, finding)
        self._callbacks(old, new, name, problems)
        for where, reason in dict.fromkeys(problems):
            self.report(name, where, Finding(Kind.NOT_JUDGED, reason))

    def _security(self, old: Operation, new: Operation, name: str) -> None:
        try:
            for finding in security_differences(self.old.security(old), self.new.security(new)):
                self.report(name, "", finding)
        except UnknownSecurity as error:
            self.report(name, "security", Finding(Kind.NOT_JUDGED, str(error)))

    def _callbacks(self, old: Operation, new: Operation, name: str, problems: list[tuple[str, str]]) -> None:
        if "callbacks" not in old.said and "callbacks" not in new.said:
            return
        one = {(key, each.method): each for key, each in self.old.callbacks(old, problems)}
        other = {(key, each.method): each for key, each in self.new.callbacks(new, problems)}
        for key, operation in one.items():
            label = f"callback {key[0]} {key[1].upper()}"
            if key in other:
                self.compare(operation, other[key], f"{name}, {label}", outbound=True)
            else:
                self.report(name, label, Finding(Kind.CALLBACK_REMOVED, "is no longer called"))
        for key in other.keys() - one.keys():
            self.report(name, f"callback {key[0]} {key[1].upper()}", Finding(Kind.CALLBACK_ADDED, "is new"))

    def _schema(self, name: str, where: str, old: Handle, new: Handle, way: Way, *, as_text: bool = False) -> None:
        if not self.graph.is_same(old, new):
            self.graph.add(Root(name, where, Pair(old, new, way, as_text)))

    def _parameters(
        self, old: dict[tuple[str, object], Parameter], new: dict[tuple[str, object], Parameter], name: str, way: Way
    ) -> Iterator[tuple[str, Finding]]:
        for key, before in old.items():
            after = new.get(key)
            if after is None:
                said = "is no longer accepted" if way is Way.REQUEST else "is no longer sent"
                yield str(before), Finding(Kind.PARAMETER_REMOVED, said)
                continue
            if way is Way.REQUEST:
                if after.required and not before.required:
                    yield str(before), Finding(Kind.PARAMETER_REQUIRED, "is required now")
                elif not after.required and not before.required and not self.graph.is_same(before.schema, after.schema):
                    pair = Pair(before.schema, after.schema, way, not before.content)
                    sides = Sides(pair, self.old.schemas, self.new.schemas, self.graph.is_same)
                    for finding in default_differences(before.schema, after.schema, sides):
                        yield str(before), finding
                if before.allows_empty and not after.allows_empty:
                    yield str(before), Finding(Kind.ENCODING_CHANGED, "must not be empty now")
            elif before.required and not after.required:
                yield str(before), Finding(Kind.PARAMETER_OPTIONAL, "is optional now: it may be missing")
            yield from self._parameter(before, after, name, str(before), way)
        for key, after in new.items():
            if key not in old:
                if after.required and way is Way.REQUEST:
                    yield str(after), Finding(Kind.REQUIRED_PARAMETER_ADDED, "is new, and required")
                else:
                    yield str(after), Finding(Kind.PARAMETER_ADDED, "is new")

    def _parameter(
        self, old: Parameter, new: Parameter, name: str, where: str, way: Way
    ) -> Iterator[tuple[str, Finding]]:
        """Compare how a parameter or header is written, and what values it may have."""
        if bool(old.content) != bool(new.content) or (old.content and old.content != new.content):
            was, now = old.content or f"style {old.style}", new.content or f"style {new.style}"
            yield where, Finding(Kind.ENCODING_CHANGED, f"was written as {was}, is {now} now")
            return
        before, after = old.schema, new.schema
        if (old.style, old.explode) == (new.style, new.explode) and self.graph.is_same(before, after):
            return
        types = self.old.schemas.shape(before).types, self.new.schemas.shape(after).types
        both_composite = all(each & {"array", "object"} for each in types)
        if (old.style, old.explode) != (new.style, new.explode) and (
            both_composite or {old.style, new.style} & {"matrix", "label", "deepObject"}
        ):
            was, now = (f"{each.style}{', exploded' if each.explode else ''}" for each in (old, new))
            yield where, Finding(Kind.ENCODING_CHANGED, f"was written as {was}, is {now} now")
        if way is Way.REQUEST and "array" in types[1] and "array" not in types[0] and not old.content:
            # One value and a list of one are written the same way.
            arrays = self.new.schemas.shape(after).of_type("array")
            if len(arrays) == 1 and arrays[0].smallest <= 1 and not types[0] & types[1]:
                after = arrays[0].items
        self._schema(name, where, before, after, way, as_text=not old.content)

    def _body(
        self, old: Body | None, new: Body | None, name: str, where: str, way: Way
    ) -> Iterator[tuple[str, Finding]]:
        if old is None or new is None:
            if old is not None:
                said = "is no longer accepted" if way is Way.REQUEST else "no longer has content"
                yield where, Finding(Kind.BODY_REMOVED, said)
            elif new is not None and way is Way.REQUEST and new.required:
                yield where, Finding(Kind.BODY_REQUIRED, "is new, and required")
            elif new is not None:
                yield where, Finding(Kind.BODY_ADDED, "is new")
            return
        if way is Way.REQUEST and new.required and not old.required:
            yield where, Finding(Kind.BODY_REQUIRED, "is required now")
        elif way is Way.RESPONSE and old.required and not new.required:
            yield where, Finding(Kind.BODY_OPTIONAL, "is optional now: it may be missing")
        yield from self._content(old.content, new.content, name, where, way)

    def _content(
        self, old: dict[str, Media], new: dict[str, Media], name: str, where: str, way: Way
    ) -> Iterator[tuple[str, Finding]]:
        if old and not new and way is Way.RESPONSE:
            yield where, Finding(Kind.BODY_REMOVED, "no longer has content")
            return
        several = len(old) > 1
        for kind, before in old.items():
            partner = covering(kind, new)
            if way is Way.RESPONSE and (partner is None or partner != kind):
                # Only part of a range may come, and never more than the type that was promised.
                partner = next((each for each in new if covers(kind, each)), None)
            if partner is None:
                if new or way is Way.RESPONSE:
                    said = "is no longer accepted" if way is Way.REQUEST else "is no longer offered"
                    yield where, Finding(Kind.MEDIA_TYPE_REMOVED, f"{kind} {said}")
                continue
            after = new[partner]
            place = f"{where} {kind}" if several else where
            self._schema(name, place, before.schema, after.schema, way, as_text=travels_as_text(kind))
            if dict(before.encoding) != dict(after.encoding):
                changed = sorted(field for field, _ in set(before.encoding) ^ set(after.encoding))
                fields = ", ".join(f"`{field}`" for field in dict.fromkeys(changed))
                yield place, Finding(Kind.ENCODING_CHANGED, f"the parts {fields} are written differently now")
        for kind in new:
            if not any(covers(other, kind) or covers(kind, other) for other in old):
                yield where, Finding(Kind.MEDIA_TYPE_ADDED, f"{kind} is new")

    def _responses(
        self, old: dict[str, DocumentedResponse], new: dict[str, DocumentedResponse], name: str, way: Way
    ) -> Iterator[tuple[str, Finding]]:
        relied_on = [status for status in old if status[:1] in ("1", "2", "3")] or [
            status for status in old if status == "default"
        ]
        for status, before in old.items():
            where = f"response {status}"
            partner = _covering_status(status, new)
            if partner is None:
                narrower = [each for each in new if each not in old and _status_covers(status, each)]
                if narrower and status not in new:
                    for each in narrower:
                        yield from self._response(before, new[each], name, f"response {each}", way)
                elif status in relied_on:
                    said = "no longer comes" if way is Way.RESPONSE else "is no longer accepted"
                    yield where, Finding(Kind.RESPONSE_REMOVED, said)
                else:
                    yield where, Finding(Kind.ERROR_RESPONSE_REMOVED, "no longer comes")
                continue
            yield from self._response(before, new[partner], name, where, way)
        for status, after in new.items():
            if status not in old:
                promised = _covering_status(status, old)
                if promised is None or way is Way.REQUEST:
                    yield f"response {status}", Finding(Kind.RESPONSE_ADDED, "is new")
                elif promised in new:
                    yield from self._response(old[promised], after, name, f"response {status}", way)

    def _response(
        self, old: DocumentedResponse, new: DocumentedResponse, name: str, where: str, way: Way
    ) -> Iterator[tuple[str, Finding]]:
        yield from self._body(old.body, new.body, name, where, way)
        for key, header in old.headers.items():
            place = f"{where} header `{header.name}`"
            after = new.headers.get(key)
            if after is None:
                yield place, Finding(Kind.HEADER_REMOVED, "is gone")
                continue
            if header.required and not after.required and way is Way.RESPONSE:
                yield place, Finding(Kind.HEADER_OPTIONAL, "is optional now: it may be missing")
            yield from self._parameter(header, after, name, place, way)
        for key, header in new.headers.items():
            if key not in old.headers:
                yield f"{where} header `{header.name}`", Finding(Kind.HEADER_ADDED, "is new")


def _covering_status(status: str, among: dict[str, DocumentedResponse]) -> str | None:
    """The entry that a status falls under: itself, its range, else the default."""
    if status in among:
        return status
    ranged = f"{status[:1]}XX"
    if status != "default" and ranged in among:
        return ranged
    return "default" if "default" in among and status != "default" else None


def _status_covers(wide: str, narrow: str) -> bool:
    return wide == "default" or (wide.endswith("XX") and narrow[:1] == wide[:1])
