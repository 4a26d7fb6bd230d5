"""`upgradecheck diff` and `upgradecheck compare`, on OpenAPI documents."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_upgradecheck.cli import main
from tests.plugin.test_contract import CHECK, CONTRACT, contract, without_old
from tests.small_upgrade import Suite


def written(folder: Path, name: str, document: Any) -> str:
    path = folder / name
    path.write_text(yaml.safe_dump(document) if name.endswith("yaml") else json.dumps(document), "utf-8")
    return str(path)


def test_all_of_a_comparison_is_printed_from_the_record(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    contract(suite, CONTRACT)
    suite.pre()
    after = without_old()
    for number in range(50):
        after["paths"][f"/new/{number}"] = {"get": {"responses": {}}}
    suite.upgrade(contract=after)
    suite.run("post")
    capsys.readouterr()
    assert main(["diff", str(suite.path), "compare[contract]"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "! GET /v1/old: the path is gone"
    assert len(lines) == 52
    assert main(["diff", str(suite.path), CHECK, "--format", "json"]) == 0
    (comparison,) = json.loads(capsys.readouterr().out)
    assert comparison["differences"][0]["why"] == "GET /v1/old: the path is gone"
    assert main(["diff", str(suite.path), "compare[contrct]"]) == 2
    assert "did you mean 'upgrade.yaml::compare[contract]'?" in capsys.readouterr().err


def test_compare_prints_a_screenful_or_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = copy.deepcopy(CONTRACT), copy.deepcopy(CONTRACT)
    for number in range(50):
        before["paths"][f"/gone/{number}"] = {"get": {"responses": {}}}
    after["paths"]["/new"] = {"get": {"responses": {}}}
    files = [written(tmp_path, "before.yaml", before), written(tmp_path, "after.json", after)]
    command = ["compare", *files, "--rule", "openapi-compatible"]
    assert main(command) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "50 breaking changes, 1 compatible"
    assert len(lines) == 30
    assert lines[-1] == "... and 22 more; --all shows them"
    assert main([*command, "--all"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 52
    assert main([*command, "--all", "--format", "markdown"]) == 1
    assert "! GET /gone/0: the path is gone" in capsys.readouterr().out
    assert main([*command, "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["counts"] == {"breaking": 50, "not_judged": 0, "compatible": 1}
    assert said["changes"][0] == {
        "change": "path-removed",
        "severity": "breaking",
        "message": "the path is gone",
        "operations": [f"GET /gone/{number}" for number in range(50)][:1],
    }


def test_compare_refuses_what_has_no_effect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "a.json", CONTRACT)
    assert main(["compare", file, file, "--rule", "openapi-compatible", "--ignore", "paths"]) == 2
    assert "it takes neither --key nor --ignore" in capsys.readouterr().err
    assert main(["compare", file, file, "--rule", "openapi-compatible"]) == 0
    assert capsys.readouterr().out == "as before: 0 breaking changes, 0 compatible\n"


def test_yaml_is_read_as_json_has_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "a.yaml", tmp_path / "b.json"
    one.write_text("{200: yes, day: 2026-01-01, on: true}")
    other.write_text('{"200": "yes", "day": "2026-01-01", "on": true}')
    assert main(["compare", str(one), str(other)]) == 0
    one.write_text("{a: [}")
    assert main(["compare", str(one), str(other)]) == 2
    assert f"{one}: this cannot be compared: " in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json"])
def test_compare_does_not_judge_what_is_not_openapi(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [written(tmp_path, "before.json", CONTRACT), written(tmp_path, "after.json", {"error": "not found"})]
    assert main(["compare", *files, "--rule", "openapi-compatible", "--format", form]) == 1
    out = capsys.readouterr().out
    why = "after the change: not an OpenAPI document: it has neither `openapi` nor `swagger`, only `error`"
    if form == "json":
        assert [change["message"] for change in json.loads(out)["changes"]] == [why]
    else:
        assert out.splitlines() == ["0 breaking changes, 1 not judged, 0 compatible", f"? not judged: {why}"]
