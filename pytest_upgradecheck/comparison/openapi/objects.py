"""Objects: the fields of a request as the platform takes them, those of a response as a client reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

from pytest_upgradecheck.comparison.openapi.findings import Child, Finding, Sides, Way
from pytest_upgradecheck.comparison.openapi.formats import value_matches
from pytest_upgradecheck.comparison.openapi.kinds import Kind
from pytest_upgradecheck.comparison.openapi.normal import Schemas
from pytest_upgradecheck.comparison.openapi.shapes import ANYTHING, NOTHING, Atom, Handle, canonical
from pytest_upgradecheck.comparison.openapi.telling import told_value

Difference: TypeAlias = "Finding | Child"


def object_differences(old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    """The differences between the fields of two objects."""
    if sides.pair.way is Way.REQUEST:
        yield from _sent_fields(old, new, sides)
    else:
        yield from _read_fields(old, new, sides)
    yield from _pattern_fields(old, new, sides)
    yield from _further_fields(old, new, sides)


def _sent_fields(old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    """The client of before sends its fields: each must be accepted, and no other be needed."""
    was_required = {name for name in old.required if not _read_only(name, old, sides.old)}
    required = {name for name in new.required if not _read_only(name, new, sides.new)}
    for name, before in old.fields.items():
        after = new.fields.get(name)
        if after is not None and sides.same(before, after):
            continue
        step = step_of(name)
        hidden = sides.old.annotations(before).read_only
        if after is None:
            if not hidden:
                yield from _field_not_named(name, before, old, new, sides)
        elif not hidden and sides.new.annotations(after).read_only:
            yield Finding(Kind.FIELD_READ_ONLY, "is read-only now: it is no longer accepted", step)
        elif not hidden:
            yield sides.child(step, before, after)
            if name not in was_required and name not in required:
                yield from default_differences(before, after, sides, step)
    for name, after in new.fields.items():
        if name not in old.fields and not sides.new.annotations(after).read_only:
            if name in required and name not in was_required:
                yield Finding(Kind.REQUIRED_FIELD_ADDED, "is new, and required", step_of(name))
                continue
            cover = _covering(name, old)
            if cover is not None and cover != NOTHING:
                yield sides.child(step_of(name), cover, after)
            elif name not in required:
                yield Finding(Kind.FIELD_ADDED, "is new", step_of(name))
    for name in sorted(required - was_required):
        if name in old.fields or name not in new.fields:
            yield Finding(Kind.FIELD_REQUIRED, "is required now", step_of(name))


def _field_not_named(name: str, before: Handle, old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    """A field that clients send and the new schema does not name: it may still take it as any other."""
    cover = _covering(name, new)
    if cover == NOTHING:
        yield Finding(Kind.FIELD_REMOVED, "is refused now", step_of(name))
    elif cover is None:
        # A schema that names nothing at all takes everything.
        if new.fields or old.additional == new.additional:
            yield Finding(Kind.FIELD_REMOVED, "is no longer accepted", step_of(name))
    else:
        yield sides.child(step_of(name), before, cover)


def _read_fields(old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    """The client of before reads its fields: each must be there as it was, whatever else is."""
    for name, before in old.fields.items():
        after, step = new.fields.get(name), step_of(name)
        same = after is not None and sides.same(before, after)
        if same and (name in new.required or name not in old.required):
            continue
        if sides.old.annotations(before).write_only:
            continue
        if after is None:
            if before != NOTHING:
                yield Finding(Kind.FIELD_REMOVED, "is gone", step)
        elif sides.new.annotations(after).write_only:
            yield Finding(Kind.FIELD_WRITE_ONLY, "is write-only now: it is no longer in responses", step)
        else:
            yield sides.child(step, before, after)
            if name in old.required and name not in new.required:
                yield Finding(Kind.FIELD_OPTIONAL, "is optional now: it may be missing", step)
    for name in sorted(old.required - new.required - old.fields.keys()):
        yield Finding(Kind.FIELD_OPTIONAL, "is optional now: it may be missing", step_of(name))
    for name, after in new.fields.items():
        if name not in old.fields and not sides.new.annotations(after).write_only:
            cover = _covering(name, old)
            if cover is not None and cover != NOTHING:
                yield sides.child(step_of(name), cover, after)
            else:
                yield Finding(Kind.FIELD_ADDED, "is new", step_of(name))


def _pattern_fields(old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    request = sides.pair.way is Way.REQUEST
    for pattern, before in old.pattern_fields.items():
        step = f".{{{pattern}}}"
        after = new.pattern_fields.get(pattern, new.additional)
        if after is None or after == ANYTHING:
            if not request and before != ANYTHING:
                yield Finding(Kind.FURTHER_FIELDS, "may be anything now", step)
        elif after == NOTHING:
            yield Finding(Kind.FURTHER_FIELDS, "is refused now" if request else "no longer comes", step)
        else:
            yield sides.child(step, before, after)
    for pattern, after in new.pattern_fields.items():
        if pattern in old.pattern_fields:
            continue
        step = f".{{{pattern}}}"
        if old.additional:
            if old.additional != NOTHING:
                yield sides.child(step, old.additional, after)
        elif request and after != ANYTHING:
            yield Finding(Kind.FURTHER_FIELDS, "accepts only certain values now", step)


def _further_fields(old: Atom, new: Atom, sides: Sides) -> Iterator[Difference]:
    """Fields that neither a name nor a pattern covers."""
    if old.additional == new.additional == NOTHING or (not old.additional and not new.additional):
        return
    if sides.pair.way is Way.REQUEST:
        if new.additional == NOTHING:
            yield Finding(Kind.FURTHER_FIELDS, "no longer accepts further fields")
        elif new.additional and old.additional is None:
            if not sides.new.shape(new.additional).is_anything:
                yield Finding(Kind.FURTHER_FIELDS, "accepts only certain further fields now")
        elif new.additional and old.additional is not None and old.additional != NOTHING:
            yield sides.child(".*", old.additional, new.additional)
        return
    is_map = bool(old.additional) and old.additional != NOTHING
    if is_map and new.additional is None:
        if not sides.old.shape(old.additional or ()).is_anything:
            yield Finding(Kind.FURTHER_FIELDS, "the values of the map may be anything now", ".*")
    elif is_map and new.additional == NOTHING:
        yield Finding(Kind.FURTHER_FIELDS, "no longer has further fields", ".*")
    elif is_map:
        yield sides.child(".*", old.additional or (), new.additional or ())
    elif new.additional == NOTHING and not (old.fields or new.fields or new.pattern_fields):
        yield Finding(Kind.FURTHER_FIELDS, "is always empty now")


def default_differences(before: Handle, after: Handle, sides: Sides, step: str = "") -> Iterator[Finding]:
    """The difference for a client that leaves the value out: another default."""
    was, now = sides.old.annotations(before).default, sides.new.annotations(after).default
    if was != now and not (sides.pair.as_text and _as_text(was) == _as_text(now)):
        said = f"default was {told_value(was)}, is {told_value(now)} now"
        yield Finding(Kind.DEFAULT_CHANGED, said, step)


def _read_only(name: str, atom: Atom, schemas: Schemas) -> bool:
    return name in atom.fields and schemas.annotations(atom.fields[name]).read_only


def _as_text(default: str | None) -> str | None:
    """A default as a query has it: the same for a value, its text, and a list of it."""
    if default is None or not default.startswith("["):
        return default and default.strip('"')
    items = json.loads(default)
    return _as_text(canonical(items[0])) if len(items) == 1 else default


def _covering(name: str, atom: Atom) -> Handle | None:
    """The schema that a field falls under which is not named; None if the object does not say."""
    for pattern, handle in atom.pattern_fields.items():
        if value_matches(pattern, canonical(name)):
            return handle
    return atom.additional


def step_of(name: str) -> str:
    """The way to a field: `.name`, in quotes if the name is not a plain word."""
    return f".{name}" if name.replace("_", "a").replace("-", "a").isalnum() else f'."{name}"'
