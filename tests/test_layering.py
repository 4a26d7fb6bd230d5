"""The layers of the package, on its import statements: they point down, and libraries stay where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pytest_upgradecheck"

LEVELS = {
    "errors": 0, "vocabulary": 0, "times": 0, "wording": 0, "redaction": 0, "foreign_text": 0, "locking": 0, "files": 0,
    "plan": 1, "truth": 1, "comparison": 1, "checklist": 1,
    "record": 2,
    "boundaries": 3, "waivers": 3, "evidence": 3,
    "verdict": 4,
    "gate": 5, "report": 5,
    "plugin": 6,
    "cli": 7,
}  # fmt: skip

#: The wings of the plugin, and its modules, in the order in which they may know each other.
PLUGIN_LEVELS = {
    "settings": 0, "hookspecs": 0,
    "checking": 1,
    "collecting": 2, "fixtures": 2,
    "recording": 3,
    "showing": 4, "xdist": 4,
    "registration": 5,
    "__init__": 6,
}  # fmt: skip

#: truth reads what the plan says about platform and surfaces, and the plan what comparison says about paths and rules:
#: value types of the one that owns them.
ALLOWED_ASIDE = {("truth", "plan"), ("plan", "comparison")}

HOME = {
    "httpx": ("truth",), "yaml": ("plan",), "jmespath": ("plan", "truth"), "pydantic": ("plan",),
    "jinja2": ("report",), "markupsafe": ("report",), "securesystemslib": ("evidence",), "cryptography": ("evidence",),
}  # fmt: skip
FORBIDDEN_NAMES = {"utils", "helpers", "core", "tools", "manager", "common"}

MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    # The reference stack is shipped as data, the compiled templates are generated.
    if not {"helpifyr_stack", "compiled"} & set(path.parts)
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, those for type checking and inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in MODULES else node.module


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def wing(name: str) -> str:
    """The wing of a module of the plugin, given by its dotted name."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else "__init__"


@pytest.mark.parametrize("name", MODULES)
def test_module(name: str) -> None:
    path = MODULES[name]
    own = part(path)
    assert path.stem not in FORBIDDEN_NAMES
    assert len(path.read_text("utf-8").splitlines()) <= (150 if path == PACKAGE / "plugin" / "__init__.py" else 400)
    if own == "__init__":
        assert list(imported(path)) == ["__future__"] or not list(imported(path))
        return
    for other_name in imported(path):
        library = other_name.partition(".")[0]
        assert library != "_pytest"
        if own not in ("plugin", "cli"):
            assert library not in ("pytest", "pluggy")
        if library in HOME:
            assert own in HOME[library], f"{other_name} belongs in {HOME[library]}"
        if library in ("xdist", "pytest_html"):
            assert path.stem in ("xdist", "html")
        if library == "pytest_upgradecheck" and "." in other_name:
            other = other_name.split(".")[1]
            if other != own and (own, other) not in ALLOWED_ASIDE:
                assert LEVELS[other] < LEVELS[own], f"{own} imports {other_name}"
            if other == own == "plugin" and wing(other_name) != wing(name):
                assert PLUGIN_LEVELS[wing(other_name)] < PLUGIN_LEVELS[wing(name)], f"{name} imports {other_name}"


def test_every_module_has_its_level() -> None:
    assert {part(path) for path in MODULES.values()} - {"__init__"} == set(LEVELS)
    assert {wing(name) for name in MODULES if name.startswith("pytest_upgradecheck.plugin")} == set(PLUGIN_LEVELS)


def test_no_modules_import_each_other() -> None:
    known = {name: {other for other in imported(path) if other in MODULES} for name, path in MODULES.items()}
    while known:  # take away what imports nothing that is left; what remains runs in circles
        free = {name for name, others in known.items() if not others & known.keys() - {name}}
        assert free, f"import cycle among {sorted(known)}"
        known = {name: others for name, others in known.items() if name not in free}


def test_no_two_public_classes_have_one_name() -> None:
    """A name means one thing in the whole package; a private class is known in its module only."""
    modules: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules.setdefault(node.name, []).append(path.relative_to(PACKAGE).as_posix())
    assert {name: places for name, places in modules.items() if len(places) > 1} == {}
