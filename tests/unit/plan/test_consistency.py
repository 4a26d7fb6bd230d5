"""Keys that are right by themselves and contradict each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

READINESS = "platform.surfaces.readiness"
BOUNDARY = "sequence[0].rollback_boundary"
ROUTE = "write the route below platform.base_url, such as /api/v1/platform/version-truth"
A_URL = "write one such as https://platform.example.com"
TELL = 'give one surface `versions`, such as "products[].[name, version]": steps and boundaries are judged by it'
NO_URL = "this is not an http or https URL"

#: What is right in the plan, what is written instead; the line, the field, what was found, what to do.
TOGETHER = [
    (
        "step: db",
        "step: web",
        27,
        "sequence[1].step",
        'step "web" is used twice',
        "keep one of them; the first is in line 18",
    ),
    (
        "shop-db",
        "shop-web",
        28,
        "sequence[1].product",
        'product "shop-web" is used twice',
        "keep one of them; the first is in line 19",
    ),
    (
        "shop-db",
        "shop-db\n    rollback_boundary: {name: web-release}",
        29,
        "sequence[1].rollback_boundary.name",
        'rollback boundary "web-release" is used twice',
        "keep one of them; the first is in line 23",
    ),
    (
        "waivers:",
        "  - {name: tofu, owner: team, posture: planned}\nwaivers:",
        33,
        "migrations[1].name",
        'migration "tofu" is used twice',
        "keep one of them; the first is in line 32",
    ),
    (
        "waivers:",
        "signoffs: [board, security, board]\nwaivers:",
        33,
        "signoffs[2]",
        'signoff "board" is used twice',
        "keep one of them; the first is in line 33",
    ),
    (
        "posture: planned}",
        "posture: planned, evidence: {source: 'https://a:b@example.com/x', signed_by: k}}",
        32,
        "migrations[0].evidence.source",
        "the URL has credentials, a query or a fragment",
        "they may contain a key, and would be written to the record; use a plain address, or a file",
    ),
    (
        "posture: planned}",
        "posture: planned, evidence: {source: 'ftp://example.com/x', signed_by: k}}",
        32,
        "migrations[0].evidence.source",
        NO_URL,
        "write an http or https URL, or the path of a file next to the plan",
    ),
    (
        "posture: planned}",
        "posture: planned, evidence: {source: e.json, signed_by: 'https://example.com/k'}}",
        32,
        "migrations[0].evidence.signed_by",
        "the owner's public key is a URL",
        "name a file next to the plan: a key from the network does not prove who signed",
    ),
    (
        'to: "2"',
        '"to": "FILL IN: the release it moves to"',
        21,
        "sequence[0].to",
        "found FILL IN: the release it moves to",
        "replace it with the real value",
    ),
    (
        "ready: \"status == 'ready'\"",
        "ready: \"CONFIRM: status == 'ready'\"",
        14,
        "platform.surfaces.readiness.ready",
        "found CONFIRM: status == 'ready'",
        "this is a proposal: check it, and remove CONFIRM:",
    ),
    (
        'to: "2"',
        'to: "1"',
        21,
        "sequence[0].to",
        'found "1", the same as in `from`',
        "a step moves its product to another version",
    ),
    (
        "surface: readiness",
        "surface: readines",
        26,
        f"{BOUNDARY}.crossed_when.surface",
        'found "readines", which is not a surface of the plan',
        "did you mean 'readiness'? the plan has: version_truth, readiness",
    ),
    (
        "      versions: products\n",
        "",
        8,
        "platform.surfaces",
        "no surface has `versions`",
        TELL,
    ),
    (
        "ready: \"status == 'ready'\"",
        "versions: others",
        14,
        f"{READINESS}.versions",
        "a second surface has `versions`",
        "surface 'version_truth' has it already; keep one of them",
    ),
    (
        "      observed_at: checked_at\n",
        "",
        15,
        f"{READINESS}.max_age",
        "`max_age` needs the age of the answer",
        "set `observed_at`, the expression that finds the time of the answer",
    ),
    (
        "  base_url: https://platform.example\n",
        "",
        4,
        "platform.base_url",
        "the key is missing, but surface 'version_truth' has a path",
        "write the platform's URL, such as `base_url: ${PLATFORM_URL}`",
    ),
    (
        "path: /ready",
        "path: ready",
        13,
        f"{READINESS}.path",
        'found "ready"',
        ROUTE,
    ),
    (
        "path: /ready",
        "path: //evil.example/x",
        13,
        f"{READINESS}.path",
        'found "//evil.example/x"',
        ROUTE,
    ),
    (
        "path: /ready",
        "path: /rea dy",
        13,
        f"{READINESS}.path",
        'found "/rea dy"',
        ROUTE,
    ),
    (
        "path: /ready",
        "path: '/ready#now'",
        13,
        f"{READINESS}.path",
        'found "/ready#now"',
        ROUTE,
    ),
    (
        "https://platform.example",
        "ftp://platform",
        5,
        "platform.base_url",
        NO_URL,
        A_URL,
    ),
    (
        "https://platform.example",
        "platform.example",
        5,
        "platform.base_url",
        NO_URL,
        A_URL,
    ),
    (
        "https://platform.example",
        "https://",
        5,
        "platform.base_url",
        NO_URL,
        A_URL,
    ),
    (
        "https://platform.example",
        "https://a:99999",
        5,
        "platform.base_url",
        NO_URL,
        A_URL,
    ),
    (
        "https://platform.example",
        "https://[::1",
        5,
        "platform.base_url",
        NO_URL,
        A_URL,
    ),
    (
        "https://platform.example",
        "https://a b",
        5,
        "platform.base_url",
        NO_URL,
        A_URL,
    ),
    (
        "https://platform.example",
        "https://a/?b=c",
        5,
        "platform.base_url",
        "the URL has a query or a fragment",
        "remove it: a base URL ends with its path",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "line", "field", "found", "hint"), TOGETHER)
def test_keys_that_contradict_each_other(
    faults_after: Callable[[str, str], list[str]], right: str, wrong: str, line: int, field: str, found: str, hint: str
) -> None:
    assert faults_after(right, wrong) == [f"upgrade.yaml:{line}: {field}: {found}; {hint}"]
