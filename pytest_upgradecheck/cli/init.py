"""``upgradecheck init``: a plan and a first suite that run red until they are filled in honestly."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from pytest_upgradecheck.cli.proposals import Proposals, Route, propose
from pytest_upgradecheck.errors import NotPossible

_SURFACES_BY_HAND = """\
    version_truth:                        # exactly one surface tells versions
      path: "FILL IN: the route that tells which product runs which release, such as /api/v1/versions"
      versions: "FILL IN: pairs of product and version, such as products[].[name, version]"
    contract_drift:
      path: "FILL IN: the route that tells which contracts drift; or take this surface away"
      drifted: "FILL IN: what must be an empty list, such as contracts[?state != 'aligned'].name"
    readiness:
      path: "FILL IN: the route that tells whether the platform is ready, such as /readyz"
      ready: "FILL IN: what must be true, such as status == 'ready'"      # or: ready_status: 200
      # observed_at: checked_at           # with max_age: a stale answer is no answer
      # max_age: 15m"""

_AUTH_BY_HAND = """\
  # auth: {header: X-API-Key, value: "${PLATFORM_API_KEY}"}               # a secret stays in the environment"""

_STEP = """\
  - step: {step}
    product: {product}   # as version truth calls it
    owner: "FILL IN: who is called when it fails"
    from: {from_version}   # what version truth shows before
    to: "FILL IN: the release it moves to"
    publishes_truth: "FILL IN: true or false (without quotes): does shared-truth publication change in this step?"
    # requires: {{other-product: ">=15,<17"}}
    release_notes: {{url: "FILL IN: where they are", read_by: "FILL IN: who read them"}}
    fails_when: "FILL IN: how a failed intermediate step shows, in words"
    rollback_boundary:
      name: {name}-release
      reversible: ["FILL IN: what can be taken back, such as container images"]
      irreversible: ["FILL IN: what cannot, such as database schema 118; or take this line away"]
      recover_by: "FILL IN: how to recover once it is crossed"
"""


def init(folder: Path, *, url: str | None, auth_header: str | None) -> int:
    """Write both files; nothing that is there is touched: NotPossible."""
    plan, suite = folder / "upgrade.yaml", folder / "test_upgrade.py"
    for path in (plan, suite):
        if path.exists():
            raise NotPossible(f"{path} exists already, and is not touched; name another folder: upgradecheck init DIR")
    if auth_header and not url:
        raise NotPossible("--auth-header is for --from: without it, nothing is asked")
    found = propose(url, auth_header) if url else None
    steps = _steps(found)
    texts = {plan: _plan_text(found, steps), suite: _suite_text(steps)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise NotPossible(f"{folder}: this cannot be written: {error.strerror or error}") from None
    for path in texts:
        print(f"written: {path}")
    if found is not None:
        print(f"proposed from {found.source}: {len(found.routes)} surfaces, {len(found.versions)} products")
        for said in found.remarks:
            print(f"  {said}")
    print("next: fill in what says FILL IN or CONFIRM; `upgradecheck plan` names each with its line")
    return 0


def _plan_text(found: Proposals | None, steps: Sequence[tuple[str, str, str | None]]) -> str:
    surfaces = "\n".join(map(_surface_text, found.routes)) if found else ""
    text = _starter("upgrade.yaml.txt")
    values = {
        "DEFAULT_URL": f":-{found.base_url}" if found else "",
        "AUTH": _auth_text(found),
        "SURFACES": surfaces or _SURFACES_BY_HAND,
        "SEQUENCE": "\n".join(
            _STEP.format(
                step=name
                if found is None
                else json.dumps(f"CONFIRM: {name}") + "   # is this its place in the sequence?",
                name=name,
                product=json.dumps(product),
                from_version=json.dumps(f"CONFIRM: {version}" if version else "FILL IN: the release it is at"),
            )
            for name, product, version in steps
        ).rstrip(),
    }
    return _filled(text, values)


def _steps(found: Proposals | None) -> list[tuple[str, str, str | None]]:
    """Name, product and version now of each step: one by hand, where nothing was found."""
    if found is None or not found.versions:
        return [("first", "FILL IN: the product that moves first", None)]
    names: dict[str, tuple[str, str, str | None]] = {}
    for product, version in found.versions.items():
        name = re.sub(r"[^A-Za-z0-9]+", "-", product).strip("-") or "step"
        while name in names:
            name = f"{name}-2"
        names[name] = (name, product, version)
    return list(names.values())


def _auth_text(found: Proposals | None) -> str:
    if found is None or not found.auth_header:
        return _AUTH_BY_HAND
    return (
        f'  auth: {{header: {found.auth_header}, value: "${{PLATFORM_API_KEY}}"}}   # a secret stays in the environment'
    )


def _surface_text(route: Route) -> str:
    lines = [f"    {route.name}:", f"      path: {json.dumps(route.path)}"]
    if route.remark:
        lines.append(f"      # {route.remark}")
    for key, (value, why) in route.keys.items():
        lines.append(f"      {key}: {json.dumps(f'CONFIRM: {value}')}   # {why}")
    return "\n".join(lines)


def _suite_text(steps: Sequence[tuple[str, str, str | None]]) -> str:
    text = _starter("test_upgrade.py.txt").rstrip("\n") + "\n"
    for name, product, _ in steps:
        title = name if product.startswith("FILL IN:") else product
        values = {
            "STEP": name,
            "BOUNDARY": f"{name}-release",
            "NAME": re.sub(r"[^a-z0-9]+", "_", name.lower()),
            "TITLE": re.sub(r'["\\]', "", title),
        }
        text += _filled(_starter("step.py.txt"), values)
    return text


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], text)


def _starter(name: str) -> str:
    return (files("pytest_upgradecheck") / "cli" / "starter" / name).read_text("utf-8")
