"""The README's examples work, its tables are complete, and CONTRIBUTING shows the package as it is."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.checklist import Checklist
from tests.small_upgrade import Platform
from tests.test_layering import LEVELS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def block(after: str, language: str) -> str:
    """The first code block of a language after some words."""
    start = README.index(after)
    found = re.search(rf"```{language}\n(.*?)```", README[start:], re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def shop() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


def answers(platform: Platform, version: str, order: dict[str, object], **more: dict[str, str]) -> None:
    platform.answer(
        {
            "/versions": {"body": json.dumps({"products": [{"name": "shop", "version": version}]})},
            "/readiness": {"body": '{"status": "ready"}'},
            "/settings": {"body": '{"currency": "EUR"}'},
            "/orders/7": {"body": json.dumps(order)},
            **{f"/{path}": answer for path, answer in more.items()},
        }
    )


def test_first_suite(shop: Platform, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "upgrade.yaml").write_text(block("`upgrade.yaml`:", "yaml"))
    (folder / "test_shop.py").write_text(block("`test_shop.py`:", "python"))
    checklist = Checklist(folder, env={"PLATFORM_URL": shop.url, "PLATFORM_API_KEY": "a-key-of-the-test"})

    answers(shop, "1", {"number": 7, "item": "yarn"})
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    answers(shop, "2", {"number": 7, "item": "yarn"})
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")
    answers(shop, "2", {"number": 7, "item": "wool"})
    run = checklist.run("post")
    run.ends_in("fix-forward", 11, "loses what was written since: restore the backup taken in pre")
    assert "remedy: stop taking orders, then call team-shop" in " ".join(run.output.split())


def test_hook_of_the_readme(tmp_path: Path, shop: Platform) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    plan = block("`upgrade.yaml`:", "yaml").replace("    readiness:", "    database_schema: {}\n    readiness:")
    (folder / "upgrade.yaml").write_text(plan)
    (folder / "test_shop.py").write_text(block("`test_shop.py`:", "python"))
    (folder / "conftest.py").write_text(block("## Adapt it", "python"))
    answers(shop, "1", {"number": 7})
    checklist = Checklist(folder, env={"PLATFORM_URL": shop.url, "PLATFORM_API_KEY": "a-key-of-the-test"})
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    assert '"source":"sql"' in checklist.record.read_text()


def test_comparisons_of_the_readme(tmp_path: Path, shop: Platform) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    surfaces = block("A surface of the plan is compared", "yaml").replace("totals.requests", "**.requests")
    plan = block("`upgrade.yaml`:", "yaml").replace("    readiness:", f"{surfaces}    readiness:")
    (folder / "upgrade.yaml").write_text(plan + block("## Waivers", "yaml"))
    (folder / "test_shop.py").write_text(block("`test_shop.py`:", "python"))
    (folder / "test_comparison.py").write_text(block("## Before against after", "python"))
    openapi = {"openapi": "3.1.0", "paths": {"/orders": {"get": {"responses": {}}}}}

    def state(version: str, contracts: list[dict[str, object]], queue: dict[str, object], number: int) -> None:
        registry = {"generated_at": number, "contracts": contracts, "totals": {"requests": 100 + number}}
        answers(
            shop,
            version,
            {"number": 7},
            **{
                "api/v1/contracts/registry": {"body": json.dumps(registry)},
                "api/v1/contracts/documents/orders": {"body": json.dumps(openapi)},
            },
        )
        seen = [{**contract, "seen_at": number} for contract in contracts]
        (tmp_path / "contracts.json").write_text(json.dumps(seen))
        (tmp_path / "queue.json").write_text(json.dumps(queue))

    env = {"PLATFORM_URL": shop.url, "PLATFORM_API_KEY": "a-key-of-the-test", "PLATFORM_HOME": str(tmp_path)}
    checklist = Checklist(folder, env=env)
    before: list[dict[str, object]] = [{"name": "orders", "release": "1"}, {"name": "docs", "release": "1"}]
    state("1", before, {"size": 100, "home": "eu-1"}, 1)
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    after: list[dict[str, object]] = [{"name": "docs", "release": "2"}, {"name": "orders", "release": "2"}]
    state("2", after, {"size": 104, "home": "eu-2"}, 4)
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")
    openapi["paths"] = {}
    state("2", after[:1], {"size": 106, "home": "eu-1"}, 9)
    run = checklist.run("post")
    assert run.blockers == {
        "upgrade.yaml::compare[contract_registry]": "failed",
        "upgrade.yaml::compare[orders_contract]": "failed",
        "test_comparison.py::test_contracts": "failed",
        "test_comparison.py::test_capacity": "failed",
    }


def jobs_of(after: str) -> dict[str, dict[str, Any]]:
    """The jobs of a CI example, by name: the options their pytest is given, and the files they keep."""
    document = yaml.safe_load(block(after, "yaml"))
    found: dict[str, dict[str, Any]] = {}
    for name, job in document.get("jobs", document).items():
        commands = job.get("script") or [step["run"] for step in job["steps"] if "run" in step]
        (command,) = [each for each in commands if each.startswith("pytest ")]
        artifacts = job.get("artifacts")
        if artifacts:
            kept = [*artifacts["paths"], artifacts["reports"]["junit"]]
        else:
            kept = next(step["with"]["path"].split() for step in job["steps"] if "path" in step.get("with", {}))
        found[name] = {"options": shlex.split(command)[1:], "kept": kept}
    return found


@pytest.mark.parametrize("after", ["GitHub Actions, where", "GitLab:"])
def test_ci_examples(shop: Platform, tmp_path: Path, after: str) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "upgrade.yaml").write_text(block("`upgrade.yaml`:", "yaml"))
    (folder / "test_shop.py").write_text(block("`test_shop.py`:", "python"))
    summary = tmp_path / "summary.md"
    env = {"PLATFORM_URL": shop.url, "PLATFORM_API_KEY": "a-key-of-the-test", "GITHUB_STEP_SUMMARY": str(summary)}
    checklist = Checklist(folder, env=env)
    for version, (phase, job) in zip(("1", "2"), jobs_of(after).items(), strict=True):
        answers(shop, version, {"number": 7, "item": "yarn"})
        own, *options = job["options"]
        assert own == f"--upgrade-phase={phase}"
        checklist.run(phase, *options).ends_in("proceed", 0, "no evidence is missing")
        for name in job["kept"]:
            assert (folder / name).exists(), name
        assert f"phase {phase}, " in summary.read_text()


def test_attaching_check_of_the_readme(shop: Platform, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "upgrade.yaml").write_text(block("`upgrade.yaml`:", "yaml"))
    (folder / "test_shop.py").write_text(
        block("`test_shop.py`:", "python") + "\n\n" + block("What a check attaches", "python")
    )
    answers(shop, "1", {"number": 7}, **{"search?q=rollback": {"body": '{"hits": 3}'}})
    env = {"PLATFORM_URL": shop.url, "PLATFORM_API_KEY": "a-key-of-the-test"}
    checklist = Checklist(folder, env=env)
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    assert "Show the answer" in checklist.record.with_name("upgrade-report.html").read_text()


def test_check_of_the_readme_for_what_a_rollback_loses(shop: Platform, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    # Nothing irreversible, so that one can go back.
    plan = block("`upgrade.yaml`:", "yaml").replace("      irreversible: [database schema 2]\n", "")
    (folder / "upgrade.yaml").write_text(plan)
    (folder / "test_shop.py").write_text(block("`test_shop.py`:", "python"))
    (folder / "test_since.py").write_text(block("## What a rollback loses", "python"))
    checklist = Checklist(folder, env={"PLATFORM_URL": shop.url, "PLATFORM_API_KEY": "a-key-of-the-test"})

    def state(version: str, *orders: int) -> None:
        listed = json.dumps([{"number": number} for number in orders])
        answers(shop, version, {"number": 7}, orders={"body": listed})

    state("1", 7)
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    state("2", 7, 8, 9)
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")
    state("1", 7)
    checklist.run("rollback").ends_in("pause", 1, "orders is not as before: 2 removed")


def test_ci_runs_the_command_for_the_tests() -> None:
    command = next(line for line in README.splitlines() if line.endswith("/nox"))
    assert command in (ROOT / ".ci" / "run").read_text()


def test_tables_name_every_marker_option_command_note_and_verdict() -> None:
    from pytest_upgradecheck.cli import COMMANDS
    from pytest_upgradecheck.plugin import MARKERS
    from pytest_upgradecheck.vocabulary import PROVES_NOTHING, Decision

    for marker in MARKERS:
        name = re.split(r"[:(]", marker)[0]
        if name not in ("during_upgrade", "journey"):
            assert re.search(rf"`{name}\b", README), name
    for option in re.findall(r'"(--upgrade-[a-z]+)"', (ROOT / "pytest_upgradecheck/plugin/__init__.py").read_text()):
        assert re.search(rf"^\| `{option}=", README, re.MULTILINE), option
    table = README[README.index("the command `upgradecheck`:") :].partition("\n## ")[0]
    for command in COMMANDS:
        assert re.search(rf"^\| .*`{command}\b", table, re.MULTILINE), command
    for note in PROVES_NOTHING:
        assert f"\n| `{note}` |" in README, note
    for decision in Decision:
        assert re.search(rf"\| `{decision}` \|.*\| {decision.exit_code} \|", README), decision


def test_links_within_the_readme_lead_somewhere() -> None:
    headings = {re.sub(r"[^a-z0-9 -]", "", line[3:].lower()).replace(" ", "-") for line in README.splitlines()}
    for anchor in re.findall(r"\]\(#([^)]+)\)", README):
        assert anchor in headings, anchor
    for file in re.findall(r"\]\((docs/[^)]+)\)", README):
        assert (ROOT / file).exists(), file


def test_the_map_shows_every_module_at_its_level() -> None:
    rows = re.findall(r"^\| (\d) \| ([^|]+) \|", CONTRIBUTING, re.MULTILINE)
    shown = {name.rstrip("/"): int(level) for level, names in rows for name in re.findall(r"`([^`]+)`", names)}
    assert shown == LEVELS


def test_the_map_shows_every_folder_of_the_plugin() -> None:
    shown = set(re.findall(r"^\| `(\w+)/` \|", CONTRIBUTING, re.MULTILINE))
    assert shown == {path.parent.name for path in (ROOT / "pytest_upgradecheck/plugin").glob("*/__init__.py")}


def test_the_files_that_the_map_names_exist() -> None:
    named = set(re.findall(r"`((?:tests/)?(?:[a-z_]+/)+[a-z_]+\.py|[a-z_]+\.py)`", CONTRIBUTING))
    assert len(named) > 15
    for file in named:
        assert any(ROOT.glob(file)) or any((ROOT / "pytest_upgradecheck").rglob(file)), file
