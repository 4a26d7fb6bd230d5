"""What `init --from` writes loads and compiles, and says what the platform said, whatever that was."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.cli import proposals
from pytest_upgradecheck.cli.init import _steps, plan_text, suite_text
from pytest_upgradecheck.cli.proposals import Proposals
from pytest_upgradecheck.foreign_text import name as in_one_spelling
from pytest_upgradecheck.plan import Plan, load_plan

GET: dict[str, Any] = {"get": {"responses": {}}}
HOSTILE = [
    "two\nlines\\", "${HOME}", "$${HOME}", "a ${HOME:-b} c", 'say "hi"', "it's", "`rm -rf`", "{}", "{0}",
    "{x.y}", "@STEP@", "%s", "a: b", "- a", "# no comment", "&anchor", "*alias", "!!python/object", "<<", "=",
    "null", "true", "1e3", "0x1f", "import", "class", "def", "1st", "a-b", "A_B", "a b", "\x00\x1b[31m", "\x85",
    "\u2028", "\ufeff", "\u202e", "😀", "é", "---", "...", '"""', "'''", "\\", "\\n", "\t", " padded ",
    "FILL IN: x", "CONFIRM: x", "\ud800", "x" * 5_000, "~", "|", ">", "?",
]  # fmt: skip
texts = st.sampled_from(HOSTILE) | st.text(max_size=20) | st.text(alphabet="${}\"'\\`\n#:&*!|>%@", max_size=12)


def written(
    versions: Any, other: Any, paths: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str, Proposals]:
    answers = {"/versions": versions}
    monkeypatch.setattr(proposals, "_ask", lambda _base, _auth, path: (answers.get(path, other), ""))
    found = Proposals(source="http://127.0.0.1/openapi.json", base_url="http://127.0.0.1")
    proposals._read_routes(found, paths, None)
    steps = _steps(found)
    return plan_text(found, steps), suite_text(steps), found


def confirmed(plan: str, folder: Path) -> Plan:
    """The plan after a person has confirmed every proposal and filled in the rest."""
    plan = plan.replace('"CONFIRM: ', '"')
    for key, value in {
        "publishes_truth": "true",
        "change_class": "additive",
        "upgrade": "new",
        "to": '"later"',
    }.items():
        plan = re.sub(rf'\b{key}: "FILL IN[^"]*"', f"{key}: {value}", plan)
    plan = re.sub(r'product: "FILL IN[^"]*"', 'product: "web"', plan)
    plan = re.sub(r'versions: "FILL IN[^"]*"', "versions: products", plan)
    plan = re.sub(r'path: "FILL IN[^"]*"', "path: /x", plan)
    plan = re.sub(r'(drifted|ready): "FILL IN[^"]*"', r"\1: x", plan)
    plan = re.sub(r'"FILL IN: [^"]*"', "filled in", plan)
    if not re.search(r"^ {6}versions:", plan, re.MULTILINE):
        plan = plan.replace("  surfaces:\n", "  surfaces:\n    told:\n      path: /told\n      versions: products\n")
    path = folder / "upgrade.yaml"
    path.write_text(plan, "utf-8")
    return load_plan(path, {"HOME": "the reader's", "X": "the reader's"})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    products=st.dictionaries(texts, texts, max_size=6),
    members=st.lists(texts, max_size=3),
    state=texts,
    routes=st.lists(texts, max_size=4),
)
def test_names_become_identifiers_and_texts_stay_data(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    products: dict[str, str],
    members: list[str],
    state: str,
    routes: list[str],
) -> None:
    versions: Any = [{"name": name, "version": version} for name, version in products.items()]
    for member in members:
        versions = {member: versions}
    paths = {"/versions": GET, **{f"/status/{route}": GET for route in routes}, **dict.fromkeys(routes, GET)}
    plan, suite, found = written(versions, {"status": state}, paths, monkeypatch)
    tree = ast.parse(suite)
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(functions) == len(set(functions))
    loaded = confirmed(plan, tmp_path)
    if found.versions:
        moves = {step.product: step.from_version for step in loaded.sequence}
        published = {in_one_spelling(product): in_one_spelling(version) for product, version in products.items()}
        assert moves == {product: published[product] for product in moves}
        docstrings = [ast.get_docstring(node, clean=False) for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert docstrings[1:] == [f"{product[:80]} does what it is there for." for product in moves]
    names = {route.name: route.path for route in found.routes}
    assert names.items() <= {name: each.path for name, each in loaded.platform.surfaces.items()}.items()


@pytest.mark.parametrize("name", HOSTILE)
def test_each_hostile_name_alone(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"components": [{"name": name, "version": name}]}
    plan, suite, found = written(
        body, {"status": name, "checked_at": name}, {"/versions": GET, "/status": GET}, monkeypatch
    )
    ast.parse(suite)
    loaded = confirmed(plan, tmp_path)
    if found.versions:
        assert [(step.product, step.from_version) for step in loaded.sequence] == [(in_one_spelling(name),) * 2]


def test_ten_thousand_paths_and_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"products": [{"name": f"product {number}", "version": "1"} for number in range(10_000)]}
    paths = {"/versions": GET, **{f"/status/{number}": GET for number in range(10_000)}}
    plan, suite, found = written(body, {"status": "ready"}, paths, monkeypatch)
    ast.parse(suite)
    assert len(confirmed(plan, tmp_path).sequence) == 100
    assert found.remarks == [
        "10001 routes look promising; only the first 40 were read",
        "10000 products were found, and 100 were made steps",
    ]
