"""The layers of the package, on its import statements: they point down, and libraries stay where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pytest_upgradecheck"

LEVELS = {
    "errors": 0, "phases": 0, "redaction": 0, "locking": 0,
    "plan": 1, "truth": 1, "comparison": 1, "record": 1,
    "boundaries": 2, "waivers": 2, "evidence": 2,
    "verdict": 3,
    "gate": 4, "report": 4,
    "plugin": 5,
    "cli": 6,
}  # fmt: skip

#: truth reads what the plan says of platform and surfaces, the plan what comparison says of paths and rules, the record
#: what a plan's digest is: value types of the one that owns them.
ALLOWED_ASIDE = {("truth", "plan"), ("plan", "comparison"), ("record", "plan")}

HOME = {
    "httpx": ("truth",), "yaml": ("plan",), "jmespath": ("plan", "truth"), "pydantic": ("plan",),
    "jinja2": ("report",), "markupsafe": ("report",), "securesystemslib": ("evidence",), "cryptography": ("evidence",),
}  # fmt: skip
FORBIDDEN_NAMES = {"utils", "helpers", "core", "tools", "manager", "common"}

MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "helpifyr_stack" not in path.parts  # the reference stack, shipped as data
]


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, those for type checking and inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module(path: Path) -> None:
    own = part(path)
    assert path.stem not in FORBIDDEN_NAMES
    assert len(path.read_text("utf-8").splitlines()) <= (150 if path == PACKAGE / "plugin" / "__init__.py" else 400)
    if own == "__init__":
        assert list(imported(path)) == ["__future__"] or not list(imported(path))
        return
    for name in imported(path):
        library = name.partition(".")[0]
        assert library != "_pytest"
        if own not in ("plugin", "cli"):
            assert library not in ("pytest", "pluggy")
        if library in HOME:
            assert own in HOME[library], f"{name} belongs into {HOME[library]}"
        if library in ("xdist", "pytest_html"):
            assert path.stem in ("xdist", "html")
        if library == "pytest_upgradecheck" and "." in name:
            other = name.split(".")[1]
            if other != own and (own, other) not in ALLOWED_ASIDE:
                assert LEVELS[other] < LEVELS[own], f"{own} imports {name}"


def test_every_module_has_its_level() -> None:
    assert {part(path) for path in MODULES} - {"__init__"} == set(LEVELS)
