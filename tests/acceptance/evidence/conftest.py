"""Two owners: the deployment's, who holds a key made on the spot, and the platform's, who asks for evidence."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner

from tests.acceptance.checklist import Checklist, Run

EXAMPLE = Path(__file__).parents[3] / "example_suites" / "opentofu_migration"
COMMAND = str(Path(sys.executable).with_name("upgradecheck"))
CLAIM = "2026-11-stack/staging/opentofu"
OWNER = "JaddaHelpifyr/jhf-deployment"

Statement = dict[str, Any]


def private_pem(key: Any, password: bytes | None = None) -> bytes:
    how = BestAvailableEncryption(password) if password else NoEncryption()
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    return pem


def public_pem(key: Any) -> bytes:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def ecdsa_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())


def ed25519_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def signed(statement: Statement | bytes, key: Any, kind: str = "application/vnd.in-toto+json") -> dict[str, Any]:
    """An envelope as the library's own tools make it."""
    payload = statement if isinstance(statement, bytes) else json.dumps(statement).encode()
    envelope = Envelope(payload, kind, {})
    envelope.sign(CryptoSigner(key))
    document: dict[str, Any] = envelope.to_dict()
    return document


def payload_of(envelope: dict[str, Any]) -> Statement:
    statement: Statement = json.loads(base64.b64decode(envelope["payload"]))
    return statement


class Owners:
    """Both suites in a folder, the platform's truth behind a real HTTP server, and the owner's key."""

    def __init__(self, folder: Path, platform_url: str, key: Any = None) -> None:
        self.folder = folder
        self.key = key or ed25519_key()
        self.key_file, self.evidence = folder / "owner.pem", folder / "evidence.json"
        self.public_file = folder / "owner.pub"
        self.state = folder / "terraform.tfstate"
        shutil.copy(EXAMPLE / "deployment" / "terraform.tfstate", self.state)
        self.key_file.write_bytes(private_pem(self.key))
        self.public_file.write_bytes(public_pem(self.key))
        self.env = {
            "STATE_FILE": str(self.state),
            "EVIDENCE": str(self.evidence),
            "OWNER_KEY": str(self.public_file),
            "OPENTOFU_POSTURE": "completed",
            "PLATFORM_URL": platform_url,
        }
        self.deployment = Checklist.copy_of(EXAMPLE / "deployment", folder / "deployment", env=self.env)
        self.platform = Checklist.copy_of(EXAMPLE / "platform", folder / "platform", env=self.env)

    def migrate(self, *options: str) -> Run:
        """The owner's upgrade from pre to post; answers the post run."""
        assert self.deployment.run("pre").code == 0
        subprocess.run([sys.executable, str(EXAMPLE / "migrate.py"), str(self.state), *options], check=True)
        return self.deployment.run("post")

    def attest(self, *options: str) -> subprocess.CompletedProcess[str]:
        """The owner's evidence for the platform's upgrade."""
        claim = options or ("--for", CLAIM, "--posture", "completed")
        out = ("--out", str(self.evidence))
        return self.command("attest", str(self.deployment.record), "--key", str(self.key_file), *claim, *out)

    def command(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run upgradecheck."""
        env = {**os.environ, **self.env}
        run = subprocess.run(
            [COMMAND, *arguments], cwd=folder or self.folder, env=env, capture_output=True, text=True, timeout=60
        )
        assert "Traceback" not in run.stderr, run.stderr
        return run

    def publish(self, envelope: Any) -> None:
        """Put evidence where the platform's plan looks for it."""
        if isinstance(envelope, bytes):
            self.evidence.write_bytes(envelope)
        else:
            self.evidence.write_text(envelope if isinstance(envelope, str) else json.dumps(envelope))

    def statement(self, **changes: Any) -> Statement:
        """The statement in the evidence that was published."""
        statement = payload_of(json.loads(self.evidence.read_text()))
        for name, value in changes.items():
            target = statement["predicate"] if name in statement["predicate"] else statement
            target[name] = value
        return statement

    @property
    def written(self) -> Iterator[Path]:
        """Every file that the runs have written."""
        for checklist in (self.deployment, self.platform):
            yield from (path for path in checklist.folder.glob(".upgradecheck/**/*") if path.is_file())
        if self.evidence.exists():
            yield self.evidence


@pytest.fixture(scope="session")
def platform_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The platform's truth, served by a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("truth") / "truth"
    shutil.copytree(EXAMPLE / "platform" / "truth", folder)
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.wait()


@pytest.fixture
def owners(tmp_path: Path, platform_url: str) -> Owners:
    return Owners(tmp_path, platform_url)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, platform_url: str) -> Owners:
    """An owner who has migrated, verified and published; do not change it."""
    owners = Owners(tmp_path_factory.mktemp("migrated"), platform_url)
    assert owners.migrate().code == 0
    assert owners.attest().returncode == 0
    return owners


@pytest.fixture
def proven(migrated: Owners, tmp_path: Path, platform_url: str) -> Owners:
    """The platform before its pre run, with the owner's evidence published; free to be spoiled."""
    owners = Owners(tmp_path, platform_url, key=migrated.key)
    owners.publish(migrated.evidence.read_bytes())
    return owners
