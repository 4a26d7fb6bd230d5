"""DSSE envelopes: a payload of a stated type, signed. https://github.com/secure-systems-lab/dsse/blob/master/envelope.md

The pre-authentication encoding and the signatures are securesystemslib's. An envelope comes from elsewhere, so
this module also checks that it is one.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_upgradecheck.errors import SignatureError
from pytest_upgradecheck.evidence.strict_json import strict_object

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

#: The type of every payload here: an in-toto Statement.
PAYLOAD_TYPE = "application/vnd.in-toto+json"

_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEnvelope:
    """An envelope with exactly one signature. Trust nothing in it before `verify`; ``keyid`` is only a hint."""

    payload: bytes
    signature: bytes
    keyid: str


def read_envelope(raw: bytes) -> SignedEnvelope:
    """Read an envelope; SignatureError says what is wrong with it, in words that begin with "it"."""
    try:
        document = strict_object(raw, "it")
    except ValueError as error:
        raise SignatureError(str(error)) from None
    payload, kind, signatures = (document.get(name) for name in ("payload", "payloadType", "signatures"))
    if not isinstance(payload, str) or not isinstance(kind, str) or not isinstance(signatures, list):
        raise SignatureError("it is not a DSSE envelope, which has payload, payloadType and signatures")
    if kind != PAYLOAD_TYPE:
        raise SignatureError(
            f"expected a payload of type {PAYLOAD_TYPE!r} (an in-toto statement), found {_quoted(kind)}"
        )
    if not signatures:
        raise SignatureError("it is not signed: its list of signatures is empty")
    if len(signatures) > 1:
        raise SignatureError(f"expected one signature, the owner's, found {len(signatures)}")
    signature = signatures[0].get("sig") if isinstance(signatures[0], dict) else None
    if not isinstance(signature, str) or not signature:
        raise SignatureError("it is not signed: its signature is empty")
    keyid = signatures[0].get("keyid", "")
    return SignedEnvelope(
        payload=_decoded(payload, "payload"),
        signature=_decoded(signature, "signature"),
        keyid=keyid if isinstance(keyid, str) else "",
    )


def verify(envelope: SignedEnvelope, key: SSlibKey) -> None:
    """Raise SignatureError unless ``key`` signed this payload."""
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import UnverifiedSignatureError
    from securesystemslib.signer import Signature

    signed = Envelope(envelope.payload, PAYLOAD_TYPE, {}).pae()
    try:
        # The key id of an envelope proves nothing: by DSSE, a signature counts for the key that verifies it.
        key.verify_signature(Signature(key.keyid, envelope.signature.hex()), signed)
    except UnverifiedSignatureError:  # the base of VerificationError
        pass
    else:
        return
    if envelope.keyid == key.keyid:
        raise SignatureError("its signature does not match its content: it was changed after it was signed")
    if envelope.keyid:
        raise SignatureError(f"it was signed with another key, {_quoted(envelope.keyid[:16])}, or changed since")
    raise SignatureError("its signature is not of that key, or it was changed after it was signed")


def sign(payload: bytes, signer: CryptoSigner) -> dict[str, Any]:
    """The envelope of a payload as a JSON object, with one signature."""
    from securesystemslib.dsse import Envelope

    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(signer)
    document: dict[str, Any] = envelope.to_dict()
    return document


def _decoded(text: str, what: str) -> bytes:
    try:
        standard = text.replace("-", "+").replace("_", "/")  # DSSE allows either alphabet
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError(f"its {what} is not Base64") from None


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
