"""The sessions to run before a change lands: ``nox`` runs lint and tests, ``nox --list`` shows the rest."""

from __future__ import annotations

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
TEST = nox.project.dependency_groups(PROJECT, "test")
LINT = nox.project.dependency_groups(PROJECT, "lint")

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "tests", "oldest", "products"]
nox.options.reuse_venv = "yes"

#: The lowest versions that pyproject.toml allows.
LOWEST = ["pytest==8.4.0", "httpx==0.27.0", "jinja2==3.1.0", "jmespath==1.0.1", "packaging==23.2", "pydantic==2.10.0",
          "pytest-html==4.1.1", "pyyaml==6.0.1", "securesystemslib[crypto]==1.5.0"]  # fmt: skip

AXE_CORE = "axe-core@4.14.1"

#: The tests that exercise what the lowest versions may lack: pytest and pytest-html (the plugin), Jinja (its pages),
#: httpx and jmespath (truth), pydantic, PyYAML and packaging (plan), securesystemslib (evidence). The other tests, most
#: of all those of comparison, record and redaction, run on the standard library alone.
OLDEST = ["tests/unit/plan", "tests/unit/truth", "tests/unit/waivers", "tests/unit/evidence", "tests/plugin",
          "tests/acceptance/evidence/test_two_owners.py"]  # fmt: skip


def axe_core(session: nox.Session) -> str:
    """Install axe-core, which finds what keeps people from reading a page; returns where its script is."""
    folder = session.cache_dir.resolve() / "axe-core"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        session.run("npm", "install", "--silent", "--prefix", str(folder), AXE_CORE, external=True)
    return str(script)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format and types."""
    session.install(*LINT, *TEST, ".")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, against the built wheel and the newest dependencies."""
    session.install(*TEST, ".")
    env = {"AXE_CORE": axe_core(session)}
    session.run("pytest", "-n", "2", "--dist=worksteal", *session.posargs, env=env)


@nox.session
def oldest(session: nox.Session) -> None:
    """The tests of whatever uses a dependency, on the oldest pytest and the lowest of the others."""
    session.install(*TEST, *LOWEST, ".")
    # What differs with workers is xdist's newest release, whatever pytest is: session `tests` has it.
    session.run("pytest", "-n", "2", "--dist=worksteal", "-m", "not slow and not workers", *OLDEST, *session.posargs)


@nox.session
def nightly(session: nox.Session) -> None:
    """The comparison against its oracle, on 100,000 cases; the ordinary tests try 2,000."""
    session.install(*TEST, ".")
    env = {"UPGRADECHECK_ORACLE_CASES": "100000"}
    session.run(
        "pytest", "-n", "2", "--dist=worksteal", "tests/unit/comparison/test_oracle.py", *session.posargs, env=env
    )


@nox.session
def products(session: nox.Session) -> None:
    """The example suites of real products: download, run, upgrade, roll back. Takes minutes and about 70 MB."""
    session.install(*TEST, ".")
    session.run("pytest", "-m", "slow", "-n", "2", "--dist=loadgroup", "tests/acceptance", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
@nox.parametrize("pytest", ["8.4", "9"])
def matrix(session: nox.Session, pytest: str) -> None:
    """All tests on every supported Python, with pytest 8 and 9."""
    session.install(*TEST, f"pytest=={pytest}.*", ".")
    session.run("pytest", "-n", "2", "--dist=worksteal", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """The benchmarks, each with named peers."""
    session.install("selenium", "pytest-reportlog", "pytest-json-report", "deepdiff", "jsondiff", ".")
    session.run("python", "benchmarks/comparison.py", *session.posargs)
    session.run("python", "benchmarks/overhead.py", *session.posargs)
    session.run("python", "benchmarks/report.py", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Pictures of the report at each verdict, into the folder that is named after ``--``."""
    if not session.posargs:
        session.error("name the folder for the pictures: nox -s screenshots -- FOLDER [--readme]")
    session.install("selenium", ".[demo]")
    session.run("python", "docs/screenshots.py", *session.posargs)
