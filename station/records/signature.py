"""A detached signature over a file, with the laboratory's key.

The signature's file is JSON: the signer's certificate (PEM) and the signature (base64) over the
bytes of the signed file: ECDSA or RSASSA-PKCS1-v1_5 with SHA-256. `openssl` checks it:

    openssl x509 -in certificate.pem -pubkey -noout > key.pem
    openssl dgst -sha256 -verify key.pem -signature signature.bin checkpoint.json
"""

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.errors import BadInput, Refused

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from station.certificate.signing.keys import SigningKey


class _Signature(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    certificate: str = Field(max_length=20_000)
    signature: str = Field(max_length=20_000)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: the certificate's subject and the SHA-256 of its DER. Trust is decided apart."""

    subject: str
    fingerprint: str


def sign(content: bytes, key: "SigningKey") -> bytes:
    """Return the file of the signature over `content`."""
    from cryptography.hazmat.primitives.serialization import Encoding

    pem = key.certificate.public_bytes(Encoding.PEM).decode()
    made = base64.b64encode(key.private.sign(content)).decode()
    file = _Signature(certificate=pem, signature=made)
    return file.model_dump_json(indent=2).encode() + b"\n"


def verify(content: bytes, signature: bytes, *, name: str) -> Signer:
    """Return who signed `content`; `name` is what messages call the signature's file.

    Raises:
        BadInput: the file is no signature.
        Refused: it is not over this content.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509 import load_pem_x509_certificate

    try:
        file = _Signature.model_validate_json(signature)
        certificate = load_pem_x509_certificate(file.certificate.encode())
        made = base64.b64decode(file.signature, validate=True)
    except (ValidationError, ValueError, binascii.Error) as error:
        raise BadInput("{name}: no signature of this program.", name=name) from error
    try:
        _check(certificate, made, content, name)
    except InvalidSignature as error:
        raise Refused("{name}: the signature is not over this file.", name=name) from error
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    return Signer(certificate.subject.rfc4514_string(), fingerprint)


def _check(certificate: "Certificate", made: bytes, content: bytes, name: str) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(made, content, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(made, content, padding.PKCS1v15(), hashes.SHA256())
    else:
        raise BadInput("{name}: signed with a key that is neither ECDSA's nor RSA's.", name=name)
