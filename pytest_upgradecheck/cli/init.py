"""``upgradecheck init``: a plan and a first suite that run red until they are filled in honestly."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from pytest_upgradecheck.cli.proposals import Proposals, Route, propose, unique
from pytest_upgradecheck.errors import NotPossible
from pytest_upgradecheck.plan.quoting import comment, yaml_scalar

HELP = "write a plan and a first suite to start from"

#: Characters of a step's name, which has to leave room for what its boundary adds to it.
_LONGEST_NAME = 60
_LONGEST_TITLE = 80

_SURFACES_BY_HAND = """\
    version_truth:                        # exactly one surface has `versions`
      path: "FILL IN: the route that shows which product runs which release, such as /api/v1/versions"
      versions: "FILL IN: pairs of product and version, such as products[].[name, version]"
    contract_drift:
      path: "FILL IN: the route that lists contracts and their drift; or remove this surface"
      drifted: "FILL IN: what must be an empty list, such as contracts[?state != 'aligned'].name"
    readiness:
      path: "FILL IN: the route that shows whether the platform is ready, such as /readyz"
      ready: "FILL IN: what must be true, such as status == 'ready'"      # or: ready_status: 200
      # observed_at: checked_at           # with max_age: a stale answer does not count
      # max_age: 15m"""

_AUTH_BY_HAND = """\
  # auth: {header: X-API-Key, value: "${PLATFORM_API_KEY}"}               # secrets stay in the environment"""

_STEP = """\
  - step: {step}
    product: {product}   # its name in version truth
    owner: "FILL IN: who to call when it fails"
    from: {from_version}   # the version in version truth before the change
    to: "FILL IN: the release it moves to"
    publishes_truth: "FILL IN: true or false (without quotes): does this step change shared-truth publication?"
    # requires: {{other-product: ">=15,<17"}}
    release_notes: {{url: "FILL IN: their address", read_by: "FILL IN: the person who read them"}}
    fails_when: "FILL IN: what you see when this step has failed"
    rollback_boundary:
      name: {boundary}
      reversible: ["FILL IN: what can be reversed, such as container images"]
      irreversible: ["FILL IN: what cannot, such as database schema 118; or remove this line"]
      recover_by: "FILL IN: how to recover once the boundary is crossed"
"""


class _Step(NamedTuple):
    """A step to write: its names in the plan and in the suite, its product, and the version now."""

    name: str
    function: str
    product: str
    version: str | None

    @property
    def boundary(self) -> str:
        return f"{self.name}-release"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), metavar="DIR", help="the folder to write to (default: here)"
    )
    parser.add_argument(
        "--from", dest="url", metavar="URL", help="propose surfaces and steps from what this platform publishes (GET)"
    )
    parser.add_argument(
        "--auth-header", metavar="NAME", help="with --from: send the key in PLATFORM_API_KEY in this header"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files."""
    return init(arguments.folder, url=arguments.url, auth_header=arguments.auth_header)


def init(folder: Path, *, url: str | None, auth_header: str | None) -> int:
    """Write both files; NotPossible if one of them exists, and then neither is touched."""
    plan, suite = folder / "upgrade.yaml", folder / "test_upgrade.py"
    for path in (plan, suite):
        if path.exists() or path.is_symlink():
            raise NotPossible(f"{path} exists and was not changed; name another folder: upgradecheck init DIR")
    if auth_header and not url:
        raise NotPossible("--auth-header goes with --from: without it, no platform is asked")
    found = propose(url, auth_header) if url else None
    steps = _steps(found)
    _write({plan: plan_text(found, steps), suite: suite_text(steps)}, folder)
    if found is not None:
        print(f"proposed from {found.source}: {len(found.routes)} surfaces, {len(found.versions)} products")
        for remark in found.remarks:
            print(f"  {comment(remark)}")
    print("next: edit every value that says FILL IN or CONFIRM; `upgradecheck plan` lists them with their lines")
    return 0


def _write(texts: dict[Path, str], folder: Path) -> None:
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:  # one without the other is of no use, and would block the next try
            with contextlib.suppress(OSError):
                path.unlink()
        raise NotPossible(f"{error.filename or folder} cannot be written: {error.strerror or error}") from None
    for path in texts:
        print(f"written: {path}")


def plan_text(found: Proposals | None, steps: Sequence[_Step]) -> str:
    """The plan to start from."""
    surfaces = "\n".join(map(_surface_text, found.routes)) if found else ""
    values = {
        "DEFAULT_URL": f":-{found.base_url}" if found else "",
        "AUTH": _auth_text(found),
        "SURFACES": surfaces or _SURFACES_BY_HAND,
        "SEQUENCE": "\n".join(_step_text(step, proposed=found is not None) for step in steps).rstrip(),
    }
    return _filled(_starter("upgrade.yaml.txt"), values)


def _step_text(step: _Step, *, proposed: bool) -> str:
    place = f"{yaml_scalar(f'CONFIRM: {step.name}')}   # is this its place in the sequence?" if proposed else step.name
    return _STEP.format(
        step=place,
        boundary=step.boundary,
        product=yaml_scalar(step.product),
        from_version=yaml_scalar(f"CONFIRM: {step.version}" if step.version else "FILL IN: the release it is at"),
    )


def _steps(found: Proposals | None) -> list[_Step]:
    """The steps to write: one to fill in if no products were found."""
    if found is None or not found.versions:
        return [_Step("first", "first", "FILL IN: the product that moves first", None)]
    names: set[str] = set()
    functions: set[str] = set()
    return [
        _Step(
            # Names are compared without case: two functions of one name would hide one of the checks.
            name := unique(re.sub(r"[^A-Za-z0-9]+", "-", product)[:_LONGEST_NAME].strip("-") or "step", "-", names),
            unique(name.lower().replace("-", "_"), "_", functions),
            product,
            version,
        )
        for product, version in found.versions.items()
    ]


def _auth_text(found: Proposals | None) -> str:
    if found is None or not found.auth_header:
        return _AUTH_BY_HAND
    header = yaml_scalar(found.auth_header)
    return f'  auth: {{header: {header}, value: "${{PLATFORM_API_KEY}}"}}   # secrets stay in the environment'


def _surface_text(route: Route) -> str:
    lines = [f"    {route.name}:", f"      path: {yaml_scalar(route.path)}"]
    if route.remark:
        lines.append(f"      # {comment(route.remark)}")
    for key, (value, why) in route.keys.items():
        lines.append(f"      {key}: {yaml_scalar(f'CONFIRM: {value}')}   # {comment(why)}")
    return "\n".join(lines)


def suite_text(steps: Sequence[_Step]) -> str:
    """The suite to start from."""
    text = _starter("test_upgrade.py.txt").rstrip("\n") + "\n"
    for step in steps:
        title = step.name if step.product.startswith("FILL IN:") else step.product[:_LONGEST_TITLE]
        question = f"fill in: what must {title} do that would make you roll back if it no longer did?"
        values = {
            "STEP": step.name,
            "BOUNDARY": step.boundary,
            "NAME": step.function,
            "TITLE": _in_python(f"{title} does what it is there for."),
            "QUESTION": _in_python(question),
        }
        text += _filled(_starter("step.py.txt"), values)
    return text


def _in_python(text: str) -> str:
    """A text as what is between the quotes of a literal."""
    return "".join(
        f"\\{character}" if character in '"\\' else character if character.isprintable() else repr(character)[1:-1]
        for character in text
    )


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], text)


def _starter(name: str) -> str:
    return (files("pytest_upgradecheck") / "cli" / "starter" / name).read_text("utf-8")
