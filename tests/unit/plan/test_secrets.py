"""The platform's key, and what the environment holds, never show: not in a fault, a repr, a plan made public."""

from __future__ import annotations

import json
import traceback

import pytest

from pytest_upgradecheck.errors import PlanError
from tests.unit.plan.conftest import PlanFile

KEY = "s3cr3t-key"


def test_the_key_is_known_to_the_plan_and_shown_by_nothing(plan_file: PlanFile) -> None:
    plan = plan_file.load()
    assert plan.secrets == (KEY,)
    assert plan.platform.auth is not None
    assert plan.platform.auth.value.get_secret_value() == KEY
    assert plan.public()["platform"]["auth"] == {"header": "X-API-Key", "value": "***"}
    for shown in (repr(plan), str(plan), repr(plan.platform.auth), json.dumps(plan.public())):
        assert KEY not in shown


def test_secrets_of_checks_are_masked_wherever_they_stand(plan_file: PlanFile) -> None:
    plan_file.edit("platform:", 'secrets: ["${DB}", "${DB}"]\nplatform:')
    plan = plan_file.load(DB="pass-word")
    assert plan.secrets == (KEY, "pass-word")
    assert plan.public()["secrets"] == ["***", "***"]
    assert "pass-word" not in repr(plan)
    plan = plan_file.edit("/ready", "/${DB}").load(DB="pass-word")
    assert plan.public()["platform"]["surfaces"]["readiness"]["path"] == "/***"


@pytest.mark.parametrize("secrets", ['["${DB}"]', '"${DB}"', '[{a: "${DB}"}]'])
def test_secret_of_checks_that_is_none_is_not_repeated(plan_file: PlanFile, secrets: str) -> None:
    (fault,) = plan_file.edit("platform:", f"secrets: {secrets}\nplatform:").faults(DB="hush")
    assert "secrets" in fault
    assert "hush" not in fault


def test_of_a_bearer_token_the_token_alone_is_a_secret_too(plan_file: PlanFile) -> None:
    plan = plan_file.edit("value: s3cr3t-key", 'value: "Bearer ${KEY}"').load(KEY=KEY)
    assert plan.secrets == (f"Bearer {KEY}", KEY)


def test_a_plan_without_a_key_has_no_secrets(plan_file: PlanFile) -> None:
    plan = plan_file.edit("  auth: {header: X-API-Key, value: s3cr3t-key}\n", "").load()
    assert plan.secrets == ()


@pytest.mark.parametrize(
    ("right", "wrong", "field", "found"),
    [
        (f"value: {KEY}", 'value: ""', "auth.value", "found a value of 0 characters"),
        (f"value: {KEY}", f'value: "{KEY}\\n"', "auth.value", "found a value of 11 characters"),
        (f"value: {KEY}", f'value: " {KEY}"', "auth.value", "found a value of 11 characters"),
        (f"value: {KEY}", f'value: "{KEY}é"', "auth.value", "found a value of 11 characters"),
        (f"value: {KEY}", f"value: [{KEY}]", "auth.value", "found a list of 1"),
        ("header: X-API-Key", f'header: "X-API-Key: {KEY}"', "auth.header", "found a value of 21 characters"),
        (f"{{header: X-API-Key, value: {KEY}}}", f'"X-API-Key: {KEY}"', "auth", "found a text"),
        ("https://platform.example", f"https://me:{KEY}@x", "base_url", "the URL has credentials"),
        ("https://platform.example", f"https://{KEY}@x", "base_url", "the URL has credentials"),
        ("https://platform.example", f"me:{KEY}@x", "base_url", "this is not an http or https URL"),
    ],
)
def test_a_key_in_the_wrong_place_or_shape_is_not_repeated(
    plan_file: PlanFile, right: str, wrong: str, field: str, found: str
) -> None:
    plan_file.edit(right, wrong)
    with pytest.raises(PlanError) as raised:
        plan_file.load()
    (fault,) = raised.value.faults
    assert (fault.field, fault.found) == (f"platform.{field}", found)
    assert fault.hint
    for told in (str(fault), repr(raised.value), "".join(traceback.format_exception(raised.value))):
        assert KEY not in told


@pytest.mark.parametrize("value", ["k", "tests", "Bearer k", "Token tests"])
def test_a_key_that_would_be_masked_in_ordinary_words_is_refused(plan_file: PlanFile, value: str) -> None:
    (fault,) = plan_file.edit(f"value: {KEY}", 'value: "${KEY}"').faults(KEY=value)
    assert fault == (
        f"upgrade.yaml:6: platform.auth.value: found a value of {len(value)} characters; write at least 6 characters: "
        "a shorter key cannot be masked without masking parts of ordinary words"
    )


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("environment: test", 'environment: "${V}"'),
        ("rate_limit: 90/min", 'rate_limit: "${V}"'),
        ("https://platform.example", "${V}"),
        ("path: /ready", 'path: "${V}"'),
        ("observed_at: checked_at", 'observed_at: "${V}"'),
        ("posture: planned", 'posture: "${V}"'),
        ("surface: readiness", 'surface: "${V}"'),
        ("[release]", '"${V}"'),
        ("2026-12-31", '"${V}"'),
        ('from: "1"\n    to: "2"', 'from: "${V}"\n    to: "${V}"'),
        ("step: web", 'step: "${V}"'),
        ("name: web-release", 'name: "${V}"'),
        ("platform:\n", 'platform: "${V}"\nx:\n'),
    ],
)
def test_what_the_environment_holds_is_not_repeated(plan_file: PlanFile, right: str, wrong: str) -> None:
    told = "\n".join(plan_file.edit(right, wrong).faults(V="hush-hush == &&"))
    assert told
    assert "hush" not in told


def test_twins_from_the_environment_are_not_repeated(plan_file: PlanFile) -> None:
    plan_file.edit("step: web", "step: ${V}").edit("step: db", "step: ${V}")
    (fault,) = plan_file.faults(V="hush-hush")
    assert fault == (
        "upgrade.yaml:27: sequence[1].step: step a value of 9 characters from the environment is used twice; "
        "keep one of them; the first is in line 18"
    )


#: A secret that is an ordinary word: of the plan, of the record, or a part of one.
@pytest.mark.parametrize(
    ("right", "wrong", "secret"),
    [
        ("step: web", "step: postgres", "postgres"),
        ("product: shop-web", "product: postgres-oss", "postgres"),
        ("name: web-release", "name: my-postgres-schema", "postgres"),
        ("environment: test", "environment: production", "production"),
        ("environment: test", 'environment: "${DB}"', "production"),
        ("step: web", 'step: "${DB}"', "production"),
        ("readiness:", "postgres:", "postgres"),
        ("reason: known", "reason: postgres does not answer", "postgres"),
        ("/ready", "/ready?key=s3cret-4711", "s3cret-4711"),
        *(
            ("step: web", "step: web", word)
            for word in ("passed", "failed", "planned", "version", "message", "verdict")
        ),
        *(("step: web", "step: web", part) for part in ("rollba", "environ", "irrevers", "proceed", "missing-after")),
    ],
)
@pytest.mark.parametrize("place", ["secrets", "auth", "bearer"])
def test_secret_that_is_an_ordinary_word_is_refused(
    plan_file: PlanFile, right: str, wrong: str, secret: str, place: str
) -> None:
    if right != wrong:
        plan_file.edit(right, wrong)
    if place == "secrets":
        plan_file.edit("platform:", 'secrets: ["other-4711", "${DB}"]\nplatform:')
    else:
        plan_file.edit(f"value: {KEY}", f'value: "{"Bearer " if place == "bearer" else ""}${{DB}}"')
    where = "secrets[1]" if place == "secrets" else "platform.auth.value"
    told = [fault for fault in plan_file.faults(DB=secret) if where in fault]
    assert len(told) == 1
    assert (
        f"{where}: the value of {'Bearer ' if place == 'bearer' else ''}${{DB}} also occurs in other words" in told[0]
    )
    assert secret not in told[0].replace("platform.auth.value", "").replace("of the plan or record", "")


@pytest.mark.parametrize("secret", ["postgres-4711", "xK9#pass", "hunter2", "correct horse battery"])
def test_secret_that_occurs_nowhere_else_is_accepted(plan_file: PlanFile, secret: str) -> None:
    plan_file.edit("platform:", 'secrets: ["${DB}"]\nplatform:').edit("step: web", "step: postgres")
    assert secret in plan_file.load(DB=secret).secrets


def test_address_from_the_environment_may_hold_a_secret(plan_file: PlanFile) -> None:
    plan_file.edit("platform:", 'secrets: ["${DB}"]\nplatform:').edit("/ready", "/ready?key=${DB}")
    assert plan_file.load(DB="pass-word").public()["platform"]["surfaces"]["readiness"]["path"] == "/ready?key=***"


def test_secret_is_named_by_its_place_and_variable(plan_file: PlanFile) -> None:
    plan = plan_file.edit("platform:", 'secrets: ["${DB}", "literal-4711"]\nplatform:').load(DB="pass-word")
    assert plan.secret_in("x_pass-word_y") == "secrets[0] (${DB})"
    assert plan.secret_in("literal-4711") == "secrets[1]"
    assert plan.secret_in(KEY) == "platform.auth.value"
