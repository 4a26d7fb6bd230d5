"""One team's post verdict is another team's evidence: from the state file to the platform's verdict."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from tests.acceptance.evidence.conftest import CLAIM, Owners, ecdsa_key, ed25519_key, private_pem, public_pem

SECRETS = ("example-of-a-secret-password", "example-of-a-secret-output")


def test_round_trip(owners: Owners) -> None:
    assert owners.platform.run("pre").code == 12
    assert owners.migrate().code == 0
    attested = owners.attest()
    assert attested.returncode == 0, attested.stderr
    run = owners.platform.run("pre")
    run.ends_in("proceed", 0, "passed, no evidence is missing")
    lines = [json.loads(line) for line in owners.platform.record.read_text().splitlines()]
    (evidence,) = [line for line in lines if line["type"] == "evidence" and line["standing"] == "proven"]
    assert evidence["posture_proven"] == "completed"
    private = private_pem(owners.key).decode().splitlines()[1]
    for path in owners.written:
        for secret in (*SECRETS, private):
            assert secret not in path.read_text("utf-8", "replace"), path
    assert private not in attested.stdout + attested.stderr


@pytest.mark.parametrize("make", [ed25519_key, ecdsa_key])
def test_the_librarys_own_tools_verify_the_envelope(migrated: Owners, tmp_path: Path, make: Any) -> None:
    key = make()
    (tmp_path / "key.pem").write_bytes(private_pem(key))
    printed = migrated.command(
        "attest", str(migrated.deployment.record), "--key", str(tmp_path / "key.pem"),
        "--for", CLAIM, "--posture", "completed",
    )  # fmt: skip
    document = json.loads(printed.stdout)
    payload = base64.b64decode(document["payload"])
    envelope = Envelope.from_dict(document)
    assert len(envelope.verify([SSlibKey.from_crypto(key.public_key())], 1)) == 1
    statement = Statement.copy_from_pb(_parsed(payload))
    statement.validate()
    assert statement.pb.subject[0].name == CLAIM


def _parsed(payload: bytes) -> Any:
    from google.protobuf.json_format import Parse
    from in_toto_attestation.v1.statement_pb2 import Statement as Message

    return Parse(payload, Message())


def test_test_result_has_the_predicates_fields(migrated: Owners) -> None:
    from google.protobuf.json_format import ParseDict
    from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult

    predicate = ParseDict(migrated.statement()["predicate"], TestResult())
    assert predicate.result == "PASSED"
    assert "test_state.py::test_resources_are_the_same" in predicate.passed_tests


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("resource-lost", "test_resources_are_the_same"),
        ("attribute-changed", "test_resources_are_the_same"),
        ("other-lineage", "test_lineage_is_the_same"),
        ("old-serial", "test_serial_went_up"),
        ("old-registry", "test_providers_come_from_opentofus_registry"),
    ],
)
def test_bad_migration_is_seen_and_attested_as_failed(owners: Owners, fault: str, check: str) -> None:
    post = owners.migrate("--fault", fault)
    assert post.code in (1, 11)
    assert post.blockers == {f"test_state.py::{check}": "failed"}
    attested = owners.attest()
    assert attested.returncode == 0
    assert f"FAILED for {CLAIM}" in attested.stderr
    run = owners.platform.run("pre")
    assert run.code == 1
    assert "says that it failed" in run.verdict["reason"]


def test_attest_refuses_what_proves_nothing(owners: Owners) -> None:
    assert owners.deployment.run("pre").code == 0
    refused = owners.attest()
    assert refused.returncode == 2
    assert "its last run is of phase pre, but evidence of a migration comes from a post run over the whole plan" in (
        refused.stderr
    )
    assert not owners.evidence.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"no key", "this is not a private key in PEM form"),
        (
            lambda: public_pem(ed25519_key()),
            "expected a private key, found a public key: only the private key can sign",
        ),
        (lambda: private_pem(ed25519_key(), b"a-password"), "this private key is encrypted"),
        (lambda: b"x" * 200_000, "the file has more than 100000 bytes"),
        (None, "the key cannot be read: No such file or directory"),
    ],
)
def test_attest_with_a_key_that_cannot_sign(migrated: Owners, tmp_path: Path, content: Any, sentence: str) -> None:
    key = tmp_path / "key.pem"
    if content:
        key.write_bytes(content())
    run = migrated.command("attest", str(migrated.deployment.record), "--key", str(key))
    assert run.returncode == 2
    assert sentence in run.stderr
    assert "PRIVATE KEY" not in run.stderr
    assert not run.stdout


def test_damaged_record_is_not_attested(owners: Owners) -> None:
    assert owners.migrate().code == 0
    record = owners.deployment.record
    record.write_text(record.read_text().replace('"passed"', '"failed"', 1))
    run = owners.attest()
    assert run.returncode == 2
    assert "this line was changed or cut" in run.stderr
