"""Values that are not of the kind their key wants."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_upgradecheck.plan.texts import RULES

READINESS = "platform.surfaces.readiness"
BOUNDARY = "sequence[0].rollback_boundary"
A_NAME = "write a name of letters, digits, '.', '_' and '-' that starts with a letter or digit"
DURATION = "write a duration such as 10s, 15m, 24h or 30d"
RATE = "write a rate such as 90/min, 5/s or 1000/h"
SIZE = "write a size such as 500KB or 10MB"
DAY = "write a day such as 2026-12-31"
STATUS = "write one HTTP status such as 200, or a list of them; redirects do not count as answers"
STRUCTURE = "write keys and values, one per line"

TOO_WIDE = "rel is a share of the number before, and 1.0 would let any number fall to 0"
LESS = "write less than 1, such as 0.05 for 5%"

#: What is right in the plan, what is written instead; the line, the field, what was found, what to do.
TYPES = [
    (
        "upgrade: shop-2",
        "upgrade: 2026-11-24",
        1,
        "upgrade",
        "found 2026-11-24",
        "YAML reads this as a date; write it in quotes",
    ),
    (
        "environment: test",
        "environment: yes",
        2,
        "environment",
        "found yes",
        "YAML reads this as a boolean; write it in quotes",
    ),
    (
        'from: "1"',
        "from: 2026.10",
        20,
        "sequence[0].from",
        "found 2026.10",
        "YAML reads this as a number; write it in quotes",
    ),
    (
        "environment: test",
        "environment: [test]",
        2,
        "environment",
        "found a list of 1",
        "write a text",
    ),
    (
        "environment: test",
        'environment: " "',
        2,
        "environment",
        'found " "',
        "write a text that is not empty",
    ),
    (
        "environment: test",
        "environment: ../prod",
        2,
        "environment",
        'found "../prod"',
        A_NAME,
    ),
    (
        "upgrade: shop-2",
        "upgrade: .hidden",
        1,
        "upgrade",
        'found ".hidden"',
        A_NAME,
    ),
    (
        "upgrade: shop-2",
        f"upgrade: {'a' * 101}",
        1,
        "upgrade",
        f'found "{"a" * 56}...',
        "write a name of at most 100 characters",
    ),
    (
        "step: db",
        "step: the db",
        27,
        "sequence[1].step",
        'found "the db"',
        A_NAME,
    ),
    (
        "name: web-release",
        "name: web/release",
        23,
        f"{BOUNDARY}.name",
        'found "web/release"',
        A_NAME,
    ),
    (
        "name: tofu",
        "name: -tofu",
        32,
        "migrations[0].name",
        'found "-tofu"',
        A_NAME,
    ),
    (
        "readiness:",
        "read iness: {}\n    readiness:",
        12,
        "platform.surfaces.read iness",
        'found "read iness"',
        A_NAME,
    ),
    (
        "change_class: additive",
        "change_class: big",
        3,
        "change_class",
        'found "big"',
        "write one of: additive, compatibility-sensitive, migration-heavy",
    ),
    (
        "posture: planned",
        "posture: done",
        32,
        "migrations[0].posture",
        'found "done"',
        "write one of: planned, staged, completed",
    ),
    (
        "A. Name",
        "A. Name, phase: soon",
        34,
        "waivers[0].phase",
        'found "soon"',
        "write one of: pre, during, post, rollback",
    ),
    (
        "rate_limit: 90/min",
        "rate_limit: often",
        7,
        "platform.rate_limit",
        'found "often"',
        RATE,
    ),
    (
        "rate_limit: 90/min",
        "rate_limit: 90",
        7,
        "platform.rate_limit",
        "found 90",
        RATE,
    ),
    (
        "rate_limit: 90/min",
        "max_size: big",
        7,
        "platform.max_size",
        'found "big"',
        SIZE,
    ),
    (
        "max_age: 15m",
        "max_age: 10 parsecs",
        16,
        f"{READINESS}.max_age",
        'found "10 parsecs"',
        DURATION,
    ),
    (
        "2026-12-31",
        "soon",
        34,
        "waivers[0].expires",
        'found "soon"',
        DAY,
    ),
    (
        "2026-12-31",
        "2026-12-31 10:00:00",
        34,
        "waivers[0].expires",
        "found 2026-12-31 10:00:00",
        DAY,
    ),
    (
        "2026-12-31",
        "2026-13-31",
        34,
        "waivers[0].expires",
        "found 2026-13-31, which is not a valid timestamp",
        "write it in quotes if it is a text",
    ),
    (
        "path: /ready",
        "ready_status: 302",
        13,
        f"{READINESS}.ready_status",
        "found 302",
        STATUS,
    ),
    (
        "path: /ready",
        "ready_status: []",
        13,
        f"{READINESS}.ready_status",
        "found an empty list",
        STATUS,
    ),
    (
        "path: /ready",
        "ready_status: true",
        13,
        f"{READINESS}.ready_status",
        "found true",
        STATUS,
    ),
    (
        "path: /ready",
        "compare: {rule: same}",
        13,
        f"{READINESS}.compare.rule",
        'found "same"',
        f"write one of: {', '.join(RULES)}",
    ),
    (
        "path: /ready",
        'compare: {rule: unchanged, rules: {queue: {rule: within, rel: "100%"}}}',
        13,
        f"{READINESS}.compare.rules.queue",
        "found keys and values",
        f"{TOO_WIDE}; {LESS}",
    ),
    (
        "[release]",
        "release",
        24,
        f"{BOUNDARY}.reversible",
        "found a text",
        "write a list",
    ),
    (
        "[release]",
        "[release, 5]",
        24,
        f"{BOUNDARY}.reversible[1]",
        "found 5",
        "YAML reads this as a number; write it in quotes",
    ),
    (
        "upgrade: shop-2",
        'upgrade: shop-2\nstrict: "yes"',
        2,
        "strict",
        'found "yes"',
        "write true or false",
    ),
    (
        "shop-db",
        'shop-db\n    requires: {pg: "15 or so"}',
        29,
        "sequence[1].requires.pg",
        'found "15 or so"',
        "write version bounds such as '>=15,<17' or '==2.1.*'",
    ),
    (
        "shop-db",
        'shop-db\n    requires: ">=15"',
        29,
        "sequence[1].requires",
        "found a text",
        STRUCTURE,
    ),
    (
        "shop-db",
        "shop-db\n    outage: [30s]",
        29,
        "sequence[1].outage",
        "found a list of 1",
        STRUCTURE,
    ),
]


@pytest.mark.parametrize(("right", "wrong", "line", "field", "found", "hint"), TYPES)
def test_a_value_of_the_wrong_kind(
    faults_after: Callable[[str, str], list[str]], right: str, wrong: str, line: int, field: str, found: str, hint: str
) -> None:
    assert faults_after(right, wrong) == [f"upgrade.yaml:{line}: {field}: {found}; {hint}"]
