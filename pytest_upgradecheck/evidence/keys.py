"""Keys in PEM files: an owner's public key, and the private key that attests. Ed25519, and ECDSA on NIST's curves.

No message shows what a file holds: a private key may have been put where a public one belongs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_upgradecheck.errors import SignatureError
from pytest_upgradecheck.files import read_bytes

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

_LARGEST = 100_000  # bytes
_CURVES = {"secp256r1", "secp384r1", "secp521r1"}
_KINDS = "Ed25519, or ECDSA on P-256, P-384 or P-521"

NOT_INSTALLED = (
    "the library for signatures is not installed: pip install 'pytest-upgradecheck[evidence]', "
    "in the environment that runs the checks"
)


def require_library() -> None:
    """Raise SignatureError, which says what to install, if the library that signs and verifies is missing."""
    try:
        import cryptography.hazmat.primitives.serialization  # noqa: F401
        import securesystemslib.dsse  # noqa: F401
    except ImportError:
        raise SignatureError(NOT_INSTALLED) from None


def read_public_key(path: Path, shown_as: str) -> SSlibKey:
    """The public key in a PEM file; SignatureError says what is wrong with it."""
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.signer import SSlibKey

    pem = _read(path, shown_as)
    if b"PRIVATE KEY-----" in pem:
        raise SignatureError(
            f"{shown_as}: expected a public key, found a private key: remove it from here, "
            "and replace it if others could read it"
        )
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureError(f"{shown_as}: this is not a public key in PEM form ({_KINDS})") from None
    _require_supported(key, shown_as)
    return SSlibKey.from_crypto(key)


def read_private_key(path: Path) -> CryptoSigner:
    """The signer of a private key in a PEM file, not encrypted; SignatureError says what is wrong with it."""
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from securesystemslib.signer import CryptoSigner

    pem = _read(path, str(path))
    if b"PUBLIC KEY-----" in pem and b"PRIVATE KEY-----" not in pem:
        raise SignatureError(f"{path}: expected a private key, found a public key: only the private key can sign")
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise SignatureError(
            f"{path}: this private key is encrypted; decrypt it into a file that only this job can read, "
            "such as with: openssl pkey -in KEY -out PLAIN"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureError(f"{path}: this is not a private key in PEM form ({_KINDS})") from None
    _require_supported(key, str(path))
    return CryptoSigner(key)


def _read(path: Path, shown_as: str) -> bytes:
    try:
        pem = read_bytes(path, _LARGEST + 1)
    except OSError as error:
        raise SignatureError(f"{shown_as}: the key cannot be read: {error.strerror or error}") from None
    if len(pem) > _LARGEST:
        raise SignatureError(f"{shown_as}: the file has more than {_LARGEST} bytes, which is too large for a key")
    return pem


def _require_supported(key: Any, shown_as: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if isinstance(key, (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey)):
        return
    if isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)):
        if key.curve.name in _CURVES:
            return
        kind = f"an elliptic curve key on {key.curve.name}"
    else:
        kind = f"an {type(key).__name__.removesuffix('PublicKey').removesuffix('PrivateKey').strip('_')} key"
    raise SignatureError(f"{shown_as}: this is {kind}, but evidence is signed with {_KINDS}")
