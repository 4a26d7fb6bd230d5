"""What is refused, or read with care, before anybody looks at what a plan says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_upgradecheck.errors import PlanError
from pytest_upgradecheck.plan import load_plan
from tests.unit.plan.conftest import PlanFile

NO_YAML = [
    ("a: 1\nb: c: d\n", "upgrade.yaml:2: this is not YAML: mapping values are not allowed"),
    ("a:\n\tb: 1\n", "upgrade.yaml:2: this is not YAML: while scanning for the next token"),
    ("a: 'open\n", "this is not YAML: while scanning a quoted scalar"),
    ("a: 1\n---\nb: 2\n", "upgrade.yaml:2: this is not YAML: expected a single document"),
    ("a: *nobody\n", "upgrade.yaml:1: this is not YAML: found undefined alias"),
    ("a: é\nb: \x01\n", "upgrade.yaml:2: this is not YAML: it has a control character; remove it"),
    ("", "upgrade.yaml: the file is empty; write at least upgrade, environment"),
    ("# nothing yet\n", "upgrade.yaml: the file is empty; write at least upgrade, environment"),
    ("~\n", "upgrade.yaml:1: found nothing; a plan is keys and values"),
    ("- a\n- b\n", "upgrade.yaml:1: found a list of 2; a plan is keys and values, one per line"),
    ("just text\n", "upgrade.yaml:1: found a text; a plan is keys and values, one per line"),
    ("[" * 10_000, "upgrade.yaml:1: nested more than 60 levels deep; simplify the plan"),
    ("[\n" * 100, "upgrade.yaml:61: nested more than 60 levels deep"),
    ("a: &a [*a]\n", "upgrade.yaml:1: its aliases expand to more than 50000 values; write the values out"),
]


@pytest.mark.parametrize(("content", "message"), NO_YAML)
def test_what_is_no_plan_at_all_earns_one_line(plan_file: PlanFile, content: str, message: str) -> None:
    plan_file.text = content
    (fault,) = plan_file.faults()
    assert message in fault
    assert fault.startswith("upgrade.yaml:")
    assert "\n" not in fault


def test_an_alias_bomb_does_not_go_off(plan_file: PlanFile) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    plan_file.text = "\n".join(rows)
    (fault,) = plan_file.faults()
    assert fault == "upgrade.yaml:1: its aliases expand to more than 50000 values; write the values out"


def test_aliases_may_be_used(plan_file: PlanFile) -> None:
    plan_file.edit('from: "1"\n    to: "2"\n    rollback', 'from: &old "1"\n    to: "2"\n    rollback')
    plan_file.edit('product: shop-db\n    from: "1"', "product: shop-db\n    from: *old")
    assert [step.from_version for step in plan_file.load().sequence] == ["1", "1"]


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("!!python/object/apply:os.system [ls]", "!!python/object/apply:os.system"),
        ("!!python/name:os.system ''", "!!python/name:os.system"),
        ("!secret x", "!secret"),
        ("!!str 2026.10", "!!str"),
        ("!!int x", "!!int"),
        ("!!timestamp x", "!!timestamp"),
        ("!!binary eA==", "!!binary"),
        ("!!set {x}", "!!set"),
    ],
)
def test_tags_are_refused_and_construct_nothing(
    faults_after: Callable[[str, str], list[str]], value: str, tag: str
) -> None:
    (fault,) = faults_after("environment: test", f"environment: {value}")
    assert fault == f"upgrade.yaml:2: environment: found the tag {tag}; a plan is plain data: remove the tag"


def test_a_key_that_stands_twice_names_both_lines(faults_after: Callable[[str, str], list[str]]) -> None:
    (fault,) = faults_after("change_class: additive", "change_class: additive\nenvironment: prod")
    assert fault == "upgrade.yaml:4: environment: the key is used twice, in line 2 and in line 4; keep one of them"


def test_a_key_that_stands_twice_deep_inside(faults_after: Callable[[str, str], list[str]]) -> None:
    (fault,) = faults_after("path: /ready", "path: /ready\n      path: /other")
    assert fault.startswith(
        "upgrade.yaml:14: platform.surfaces.readiness.path: the key is used twice, in line 13 and in"
    )


@pytest.mark.parametrize("key", ["? [a, b]\n", "? {a: b}\n", "!!python/name:os.system x", "!x y"])
def test_keys_are_plain_texts(faults_after: Callable[[str, str], list[str]], key: str) -> None:
    (fault,) = faults_after("upgrade: shop-2", f"{key}: 1\nupgrade: shop-2")
    assert fault == "upgrade.yaml:1: found a key that is not plain text; write a plain text"


def test_merging_is_refused(faults_after: Callable[[str, str], list[str]]) -> None:
    (fault,) = faults_after("upgrade: shop-2", "<<: {upgrade: other}\nupgrade: shop-2")
    assert fault == "upgrade.yaml:1: <<: merging is not supported; write the keys out"


@pytest.mark.parametrize("value", ["1" * 5000, "2026-02-30", "0b_", ":".join(["1"] * 400) + ".5"])
def test_numbers_and_dates_that_are_none(faults_after: Callable[[str, str], list[str]], value: str) -> None:
    (fault,) = faults_after("environment: test", f"environment: {value}")
    assert fault.startswith("upgrade.yaml:2: environment: found ")
    assert fault.endswith("write it in quotes if it is a text")
    assert len(fault) < 200


def test_a_number_too_long_to_be_written_out(faults_after: Callable[[str, str], list[str]]) -> None:
    (fault,) = faults_after("environment: test", f"environment: 0x{'f' * 5000}")
    assert (
        fault == f"upgrade.yaml:2: environment: found 0x{'f' * 55}...; YAML reads this as a number; write it in quotes"
    )


def test_the_signs_of_yaml_as_values_are_texts(plan_file: PlanFile) -> None:
    plan_file.edit("known", "=")
    plan_file.edit("A. Name", "<<")
    (waiver,) = plan_file.load().waivers
    assert (waiver.reason, waiver.approved_by) == ("=", "<<")


def test_a_tab_earns_a_hint(plan_file: PlanFile) -> None:
    plan_file.text = "platform:\n\tbase_url: x\n"
    (fault,) = plan_file.faults()
    assert fault.endswith("indent with spaces: YAML allows no tabs")


def test_a_variable_without_quotes_in_braces_earns_a_hint(faults_after: Callable[[str, str], list[str]]) -> None:
    (fault,) = faults_after("value: s3cr3t-key", "value: ${KEY}")
    assert fault.startswith("upgrade.yaml:6: this is not YAML")
    assert fault.endswith('inside {...} and [...], write variables in quotes: "${NAME}"')


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as missing:
        load_plan(tmp_path / "none.yaml", {}, shown_as="none.yaml")
    assert (
        str(missing.value) == "the plan has 1 fault:\n  none.yaml: the file cannot be read: No such file or directory"
    )
    with pytest.raises(PlanError, match="the file cannot be read"):
        load_plan(tmp_path, {})


def test_a_file_of_another_encoding_names_the_line(plan_file: PlanFile) -> None:
    plan_file.path.write_bytes(b"upgrade: x\ntitle: caf\xe9\n")
    with pytest.raises(PlanError, match=r"upgrade\.yaml:2: the file is not UTF-8; save it as UTF-8"):
        load_plan(plan_file.path, {})


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(plan_file: PlanFile) -> None:
    plan = plan_file.load()
    plan_file.path.write_bytes(b"\xef\xbb\xbf" + plan_file.text.replace("\n", "\r\n").encode())
    assert load_plan(plan_file.path, {}).digest == plan.digest


def test_a_file_too_large_is_not_read(plan_file: PlanFile) -> None:
    plan_file.text += "#" * 1_000_000
    (fault,) = plan_file.faults()
    assert fault == "upgrade.yaml: the file has more than 1000000 bytes; a plan must be smaller"


def test_the_file_is_shown_by_its_path_unless_told_otherwise(plan_file: PlanFile) -> None:
    plan_file.path.write_text("")
    with pytest.raises(PlanError) as raised:
        load_plan(plan_file.path, {})
    assert raised.value.faults[0].file == str(plan_file.path)
