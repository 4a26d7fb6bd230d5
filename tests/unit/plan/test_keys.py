"""Keys that are missing, unknown, or empty."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TOP = (
    "upgrade, title, environment, change_class, secrets, platform, sequence, migrations, strict, baseline, signoffs, "
    "waivers"
)
OF_STEP = (
    "step, product, owner, from, to, publishes_truth, requires, release_notes, fails_when, rollback_boundary, outage"
)
OF_SURFACE = "path, versions, drifted, ready, ready_status, observed_at, max_age, compare"
OF_PLATFORM = "base_url, auth, rate_limit, timeout, max_size, surfaces"
READINESS = "platform.surfaces.readiness"
NOT_NULL = "write one, or remove the key"

#: What is right in the plan, what is written instead; the line, the field, what was found, what to do.
KEYS = [
    (
        "upgrade: shop-2\n",
        "",
        1,
        "upgrade",
        "the key is missing",
        "write a name for this upgrade, such as `upgrade: 2026-11-stack`",
    ),
    (
        "environment: test\n",
        "",
        1,
        "environment",
        "the key is missing",
        "write what is upgraded, such as `environment: ${UPGRADE_ENV:-staging}`",
    ),
    (
        "change_class: additive\n",
        "",
        1,
        "change_class",
        "the key is missing",
        "write one of: additive, compatibility-sensitive, migration-heavy",
    ),
    (
        "product: shop-db\n",
        "owner: x\n",
        27,
        "sequence[1].product",
        "the key is missing",
        "write the product as in version truth",
    ),
    (
        "change_class: additive",
        "changeclass: additive\nchange_class: additive",
        3,
        "changeclass",
        "unknown key",
        f"did you mean 'change_class'? allowed: {TOP}",
    ),
    (
        "rate_limit: 90/min",
        "zzz: 1",
        7,
        "platform.zzz",
        "unknown key",
        f"allowed: {OF_PLATFORM}",
    ),
    (
        "path: /ready",
        "pth: /ready",
        13,
        f"{READINESS}.pth",
        "unknown key",
        f"did you mean 'path'? allowed: {OF_SURFACE}",
    ),
    (
        "readiness:",
        "path: {pth: /x}\n    readiness:",
        12,
        "platform.surfaces.path.pth",
        "unknown key",
        f"did you mean 'path'? allowed: {OF_SURFACE}",
    ),
    (
        'from: "1"',
        'from: "1"\n    from_version: "1"',
        21,
        "sequence[0].from_version",
        "unknown key",
        f"allowed: {OF_STEP}",
    ),
    (
        "upgrade: shop-2",
        '"a\\nb": 1\nupgrade: shop-2',
        1,
        '"a\\nb"',
        "unknown key",
        f"allowed: {TOP}",
    ),
    (
        "environment: test",
        "environment:",
        2,
        "environment",
        "the key has no value",
        NOT_NULL,
    ),
    (
        "ready: \"status == 'ready'\"",
        "ready: ~",
        14,
        f"{READINESS}.ready",
        "the key has no value",
        NOT_NULL,
    ),
]


@pytest.mark.parametrize(("right", "wrong", "line", "field", "found", "hint"), KEYS)
def test_a_key_that_cannot_stand(
    faults_after: Callable[[str, str], list[str]], right: str, wrong: str, line: int, field: str, found: str, hint: str
) -> None:
    assert faults_after(right, wrong) == [f"upgrade.yaml:{line}: {field}: {found}; {hint}"]
