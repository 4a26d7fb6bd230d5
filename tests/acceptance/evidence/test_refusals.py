"""Everything that must not open what requires evidence, through the real commands; each in a sentence of its own."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa

from tests.acceptance.evidence.conftest import (
    CLAIM,
    OWNER,
    Owners,
    ecdsa_key,
    ed25519_key,
    private_pem,
    public_pem,
    signed,
)
from tests.small_upgrade import Platform

ATTEST = f"ask {OWNER} to publish it"
EXPIRED = datetime.now(timezone.utc) - timedelta(days=31)


def missing(owners: Owners) -> None:
    owners.evidence.unlink()


def unsigned(owners: Owners) -> None:
    owners.publish({**json.loads(owners.evidence.read_text()), "signatures": []})


def empty_signature(owners: Owners) -> None:
    envelope = json.loads(owners.evidence.read_text())
    envelope["signatures"] = [{"keyid": "", "sig": "", "alg": "none"}]
    owners.publish(envelope)


def signed_by_another(owners: Owners) -> None:
    owners.publish(signed(owners.statement(), ed25519_key()))


def signed_by_another_who_says_to_be_the_owner(owners: Owners) -> None:
    keyid = json.loads(owners.evidence.read_text())["signatures"][0]["keyid"]
    envelope = signed(owners.statement(), ed25519_key())
    envelope["signatures"][0]["keyid"] = keyid
    owners.publish(envelope)


def signed_without_a_key_id_by_another(owners: Owners) -> None:
    envelope = signed(owners.statement(), ed25519_key())
    envelope["signatures"][0]["keyid"] = ""
    owners.publish(envelope)


def changed(owners: Owners) -> None:
    envelope = json.loads(owners.evidence.read_text())
    lie = json.dumps(owners.statement()).replace('"staging"', '"anywhere"')
    owners.publish({**envelope, "payload": base64.b64encode(lie.encode()).decode()})


def of_another_migration(owners: Owners) -> None:
    claim(owners, "2026-11-stack/staging/postgres")


def of_another_environment(owners: Owners) -> None:
    claim(owners, "2026-11-stack/production/opentofu")


def replayed_from_another_upgrade(owners: Owners) -> None:
    claim(owners, "2026-05-stack/staging/opentofu")


def claim(owners: Owners, name: str) -> None:
    from hashlib import sha256

    statement = owners.statement()
    statement["subject"][0] |= {"name": name, "digest": {"sha256": sha256(name.encode()).hexdigest()}}
    owners.publish(signed(statement, owners.key))


def renamed_only(owners: Owners) -> None:
    statement = owners.statement()
    statement["subject"][0]["digest"] = {"sha256": "0" * 64}
    owners.publish(signed(statement, owners.key))


def of_no_claim(owners: Owners) -> None:
    statement = owners.statement()
    del statement["subject"][0]
    owners.publish(signed(statement, owners.key))


def of_an_unknown_digest(owners: Owners) -> None:
    statement = owners.statement()
    statement["subject"][0]["digest"] = {"md5": "0" * 32}
    owners.publish(signed(statement, owners.key))


def failed(owners: Owners) -> None:
    statement = owners.statement(result="FAILED", failedTests=["test_state.py::test_resources_are_the_same"])
    owners.publish(signed(statement, owners.key))


def passed_with_waivers(owners: Owners) -> None:
    owners.publish(signed(owners.statement(result="WARNED", warnedTests=["test_state.py::test_serial"]), owners.key))


def dated(owners: Owners, moment: object) -> None:
    statement = owners.statement()
    statement["subject"][0]["annotations"]["finishedOn"] = moment
    owners.publish(signed(statement, owners.key))


def expired(owners: Owners) -> None:
    dated(owners, EXPIRED.isoformat())


def from_the_future(owners: Owners) -> None:
    dated(owners, (datetime.now(timezone.utc) + timedelta(days=1)).isoformat())


def without_a_time(owners: Owners) -> None:
    dated(owners, None)


def of_another_posture(owners: Owners) -> None:
    statement = owners.statement()
    statement["subject"][0]["annotations"]["posture"] = "staged"
    owners.publish(signed(statement, owners.key))


def without_a_posture(owners: Owners) -> None:
    statement = owners.statement()
    del statement["subject"][0]["annotations"]["posture"]
    owners.publish(signed(statement, owners.key))


def no_json(owners: Owners) -> None:
    owners.publish("<html>The migration is done.</html>")


def not_text(owners: Owners) -> None:
    owners.publish(b"\xff\xfe\x00")


def no_envelope(owners: Owners) -> None:
    owners.publish(owners.statement())


def huge(owners: Owners) -> None:
    owners.publish(" " * 10_000_001)


def deep(owners: Owners) -> None:
    owners.publish('{"payload": ' + "[" * 200_000 + "]" * 200_000 + "}")


def ambiguous(owners: Owners) -> None:
    text = owners.evidence.read_text().rstrip().removesuffix("}")
    owners.publish(text + ', "payload": "e30="}')


def with_two_signatures(owners: Owners) -> None:
    envelope = json.loads(owners.evidence.read_text())
    another = signed(owners.statement(), ed25519_key())["signatures"]
    owners.publish({**envelope, "signatures": [*envelope["signatures"], *another]})


def of_another_type(owners: Owners) -> None:
    owners.publish(signed(owners.statement(), owners.key, kind="application/vnd.cyclonedx+json"))


def of_another_predicate(owners: Owners) -> None:
    owners.publish(signed(owners.statement(predicateType="https://slsa.dev/provenance/v1"), owners.key))


def no_base64(owners: Owners) -> None:
    owners.publish({**json.loads(owners.evidence.read_text()), "payload": "%%%"})


def key_missing(owners: Owners) -> None:
    owners.public_file.unlink()


def key_private(owners: Owners) -> None:
    owners.public_file.write_bytes(private_pem(owners.key))


def key_rsa(owners: Owners) -> None:
    owners.public_file.write_bytes(public_pem(rsa.generate_private_key(65537, 2048)))


def key_ed448(owners: Owners) -> None:
    owners.public_file.write_bytes(public_pem(ed448.Ed448PrivateKey.generate()))


def key_on_another_curve(owners: Owners) -> None:
    owners.public_file.write_bytes(public_pem(ecdsa_key(ec.SECP256K1())))


def key_garbled(owners: Owners) -> None:
    owners.public_file.write_text("-----BEGIN PUBLIC KEY-----\nnothing\n-----END PUBLIC KEY-----\n")


SENTENCES = {
    missing: f"{OWNER} has published no evidence",
    unsigned: "it is not signed: its list of signatures is empty",
    empty_signature: "it is not signed: its signature is empty",
    signed_by_another: "it was signed with another key",
    signed_by_another_who_says_to_be_the_owner: "it was changed after it was signed",
    signed_without_a_key_id_by_another: "its signature is not of that key",
    changed: "its signature does not match its content: it was changed after it was signed",
    of_another_migration: "evidence of one migration never counts for another",
    of_another_environment: "evidence of one environment never counts for another",
    replayed_from_another_upgrade: "evidence of one upgrade never counts for another",
    renamed_only: "but with the digest of another name",
    of_no_claim: f'is about "record.jsonl", not about {CLAIM}',
    of_an_unknown_digest: f", not about {CLAIM}",
    passed_with_waivers: "passed with waived failures",
    expired: f"the evidence of {OWNER} has expired: it is 31 d",
    from_the_future: "which is in the future: compare the clocks",
    without_a_time: "it has no time",
    without_a_posture: "does not give the posture",
    no_json: "it is not JSON",
    not_text: "it is not UTF-8 text",
    no_envelope: "it is not a DSSE envelope",
    huge: "is larger than 10000000 bytes (platform.max_size)",
    deep: "it is nested too deeply",
    ambiguous: "an object in it has two members of the same name",
    with_two_signatures: "expected one signature, the owner's, found 2",
    of_another_type: 'found "application/vnd.cyclonedx+json"',
    of_another_predicate: "found a statement of 'https://slsa.dev/provenance/v1'",
    no_base64: "its payload is not Base64",
    key_missing: "the key cannot be read: No such file or directory",
    key_private: "expected a public key, found a private key",
    key_rsa: "this is an RSA key, but evidence is signed with Ed25519, or ECDSA",
    key_ed448: "this is an Ed448 key, but evidence is signed with Ed25519, or ECDSA",
    key_on_another_curve: "this is an elliptic curve key on secp256k1",
    key_garbled: "this is not a public key in PEM form",
}


@pytest.mark.parametrize("spoil", SENTENCES, ids=lambda spoil: spoil.__name__)
def test_spoilt_evidence_is_closed(proven: Owners, spoil: Any) -> None:
    spoil(proven)
    run = proven.platform.run("pre")
    assert (run.code, run.verdict["verdict"]) == (12, "cannot-tell"), run.output
    assert "Traceback" not in run.output
    assert run.blockers["upgrade.yaml::migration[opentofu]"] == "no-evidence"
    assert run.blockers["test_alignment.py::test_runbooks_use_opentofu"] == "no-evidence"
    for blocker in run.verdict["blockers"]:
        assert SENTENCES[spoil] in blocker["message"]
        assert OWNER in blocker["message"]
        assert "ask " in blocker["message"]
        assert blocker["owner"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (failed, f'verified evidence of {OWNER} says that it failed ("test_state.py::test_resources_are_the_same")'),
        (of_another_posture, "says it is staged: set `posture: staged`"),
    ],
)
def test_verified_evidence_against_the_plan_is_a_failure(proven: Owners, spoil: Any, sentence: str) -> None:
    spoil(proven)
    run = proven.platform.run("pre")
    run.ends_in("pause", 1, sentence)
    assert run.blockers["upgrade.yaml::migration[opentofu]"] == "failed"
    assert run.blockers["test_alignment.py::test_runbooks_use_opentofu"] == "no-evidence"


def test_no_private_key_reaches_what_is_written(proven: Owners) -> None:
    key_private(proven)
    run = proven.platform.run("pre", "--html=report.html", "--junitxml=junit.xml")
    secret = private_pem(proven.key).decode().splitlines()[1]
    written = [*proven.written, *proven.platform.folder.glob("*.html"), *proven.platform.folder.glob("*.xml")]
    assert len(written) >= 4
    for path in written:
        assert secret not in path.read_text(), path
    assert secret not in run.output


def test_without_the_library_the_check_says_what_to_install(proven: Owners, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "securesystemslib.py").write_text("raise ImportError('not here')\n")
    proven.platform.env = {**proven.env, "PYTHONPATH": str(tmp_path / "away")}
    run = proven.platform.run("pre")
    assert run.code == 12
    (message,) = {each["message"] for each in run.verdict["blockers"]}
    assert "pip install 'pytest-upgradecheck[evidence]'" in message


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_evidence_at_an_address_is_read_once(proven: Owners, workers: tuple[str, ...]) -> None:
    with Platform() as server:
        server.answer({"/opentofu.json": {"body": proven.evidence.read_text()}})
        proven.platform.env = {**proven.env, "EVIDENCE": f"{server.url}/opentofu.json"}
        run = proven.platform.run("pre", *workers)
        assert run.code == 0, run.output
        assert server.requests == ["/opentofu.json"]
        proven.platform.env = {**proven.env, "EVIDENCE": f"{server.url}/not-there.json"}
        run = proven.platform.run("pre", *workers)
        assert run.code == 12
        assert "has published no evidence" in run.verdict["blockers"][0]["message"]


@pytest.mark.parametrize("make", [ed25519_key, ecdsa_key, lambda: ecdsa_key(ec.SECP384R1())])
def test_kinds_of_keys(proven: Owners, make: Any) -> None:
    key = make()
    proven.public_file.write_bytes(public_pem(key))
    proven.publish(signed(proven.statement(), key))
    assert proven.platform.run("pre").code == 0


def test_planned_and_nothing_published_passes_only_what_assumes_nothing(proven: Owners) -> None:
    missing(proven)
    proven.platform.env = {**proven.env, "OPENTOFU_POSTURE": "planned"}
    run = proven.platform.run("pre")
    # The platform already says opentofu, which has not been proved: the check that asserts the contrary fails.
    assert run.blockers == {
        "test_alignment.py::test_platform_says_what_is_proved": "failed",
        "test_alignment.py::test_runbooks_use_opentofu": "no-evidence",
    }
    assert "is planned work of" in next(
        each["message"] for each in run.verdict["blockers"] if each["kind"] == "no-evidence"
    )
