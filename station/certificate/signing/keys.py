"""The laboratory's signing key: from a PKCS#12 file, or in a token by PKCS#11.

A key is a certificate, those of its issuers, and something that signs. The private part of a
token's key never leaves the token; that of a file stays in memory. No secret is in any message.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from station.errors import BadInput, Phrase, Refused, StationError
from station.locale import N_

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

LARGEST_FILE = 1_000_000
TOKEN = "pkcs11:"

OPEN_TOKEN = N_(
    "Name it like 'pkcs11:token=LABEL;object=LABEL?module-path=/path/to/module.so' (RFC 7512)."
)


class Private(Protocol):
    """What signs: SHA-256, with ECDSA (DER) or RSA PKCS#1 v1.5, by the kind of the key."""

    def sign(self, content: bytes, /) -> bytes:
        """Return the signature of `content`."""
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its certificate; `chain` are the issuers' certificates, the nearest first."""

    certificate: "Certificate"
    chain: tuple["Certificate", ...]
    private: Private = field(repr=False)

    @property
    def subject(self) -> str:
        """Whose key it is, as its certificate says."""
        return self.certificate.subject.rfc4514_string()

    @property
    def elliptic(self) -> bool:
        """Whether it is an elliptic curve's; else it is RSA's."""
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

        return isinstance(self.certificate.public_key(), EllipticCurvePublicKey)

    def check_valid_at(self, at: datetime) -> None:
        """Check that nothing is signed with a certificate that does not hold at `at`.

        Raises:
            Refused: a certificate of the chain is not valid then.
        """
        for one in (self.certificate, *self.chain):
            if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
                raise Refused(
                    "The certificate of {who} is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, "
                    "not at {at:%Y-%m-%d %H:%M} UTC. Sign with a valid one.",
                    who=one.subject.rfc4514_string(),
                    first=one.not_valid_before_utc,
                    last=one.not_valid_after_utc,
                    at=at,
                )


@contextmanager
def opened(address: str, password: str | None) -> Iterator[SigningKey]:
    """Yield the key at `address`: a PKCS#12 file's name, or a token's (RFC 7512).

    Raises:
        BadInput: there is no such key, the password is wrong, or it is of no use for signing.
        StationError: the token failed.
    """
    if address.startswith(TOKEN):
        with _token_key(address, password) as key:
            yield key
        return
    path = Path(address)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(
                "{path}: too large for a key. Name a PKCS#12 file (.p12, .pfx).", path=path
            )
        content = path.read_bytes()
    except OSError as error:
        raise BadInput("{path}: the key cannot be read ({why}).", path=path, why=error) from error
    yield from_pkcs12(content, password, name=str(path))


def from_pkcs12(content: bytes, password: str | None, *, name: str = "key") -> SigningKey:
    """Return the key in a PKCS#12 file (RFC 7292).

    Raises:
        BadInput: it is none, the password is wrong, or the key is of no use for signing.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        store = load_pkcs12(content, password.encode() if password else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # The cause is told apart by no library: bytes that are garbage once decrypted.
        raise BadInput(
            "{name}: no PKCS#12 key, or the password is wrong. Check the file and "
            "--key-password-fd or STATION_KEY_PASSWORD.",
            name=name,
        ) from error
    if store.key is None or store.cert is None:
        raise BadInput("{name}: holds no private key with its certificate. Export both.", name=name)
    certificate = store.cert.certificate
    if store.key.public_key() != certificate.public_key():
        raise BadInput(
            "{name}: the private key is not that of the certificate. Export it anew.", name=name
        )
    others = [one.certificate for one in store.additional_certs]
    return _checked(
        SigningKey(certificate, _chain(certificate, others), _InMemory(store.key)), name
    )


@dataclass(frozen=True, slots=True)
class _InMemory:
    key: Any = field(repr=False)

    def sign(self, content: bytes, /) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        if isinstance(self.key, EllipticCurvePrivateKey):
            return self.key.sign(content, ECDSA(SHA256()))
        signature: bytes = self.key.sign(content, PKCS1v15(), SHA256())
        return signature


def _chain(
    certificate: "Certificate", others: Sequence["Certificate"]
) -> tuple["Certificate", ...]:
    """Return the issuers among `others`, the nearest first; whatever else is there is left out."""
    chain: list[Certificate] = []
    last = certificate
    while last.subject != last.issuer:
        issuer = next((one for one in others if _issued(last, one)), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
        last = issuer
    return tuple(chain)


def _issued(one: "Certificate", issuer: "Certificate") -> bool:
    """Whether `issuer` signed a certificate; who was renewed has the same name and another key."""
    from cryptography.exceptions import InvalidSignature

    try:
        one.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _checked(key: SigningKey, name: str) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from station.certificate.verification.signer import key_findings

    if not isinstance(key.certificate.public_key(), (RSAPublicKey, EllipticCurvePublicKey)):
        raise BadInput(
            "{name}: neither an elliptic curve's nor an RSA key. Use one of them.", name=name
        )
    # What a reader of the signature would not accept is not signed with.
    for finding in key_findings(key.certificate, ""):
        raise BadInput("{name}: {what}. Use another key.", name=name, what=finding.words)
    return key


# -- tokens (PKCS#11) ------------------------------------------------------------------------


@contextmanager
def _token_key(address: str, pin: str | None) -> Iterator[SigningKey]:
    try:
        import pkcs11
        from pkcs11.exceptions import PKCS11Error
    except ImportError as error:
        raise BadInput("Keys in tokens need: pip install 'calibration-station[pkcs11]'.") from error
    token, label, module = _parts(address)
    try:
        with pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin) as session:
            yield _from_session(session, label, name=f"token {token!r}")
    except (PKCS11Error, RuntimeError) as error:
        raise StationError(
            "Token {token!r}: {why}. Check that it is plugged in, its PIN and the module.",
            token=token,
            why=type(error).__name__,
        ) from error


def _parts(address: str) -> tuple[str, str, str]:
    path, _, query = address.removeprefix(TOKEN).partition("?")
    said = dict(
        part.partition("=")[::2] for part in (*path.split(";"), *query.split("&")) if "=" in part
    )
    try:
        token, label, module = (unquote(said[k]) for k in ("token", "object", "module-path"))
    except KeyError as error:
        raise BadInput(
            "{address!r} does not name {error}. {how}",
            address=address,
            error=error,
            how=Phrase(OPEN_TOKEN),
        ) from error
    return token, label, module


def _from_session(session: Any, label: str, *, name: str) -> SigningKey:
    from cryptography.x509 import load_der_x509_certificate
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.exceptions import MultipleObjectsReturned, NoSuchKey

    try:
        private = session.get_key(ObjectClass.PRIVATE_KEY, label=label)
    except (NoSuchKey, MultipleObjectsReturned) as error:
        raise BadInput(
            "{name}: not exactly one key has the label {label!r}.", name=name, label=label
        ) from error
    held = [
        (one[Attribute.LABEL], load_der_x509_certificate(bytes(one[Attribute.VALUE])))
        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    ]
    own = next((certificate for title, certificate in held if title == label), None)
    if own is None:
        raise BadInput(
            "{name}: no certificate has the label {label!r} of its key.", name=name, label=label
        )
    chain = _chain(own, [certificate for _, certificate in held])
    return _checked(SigningKey(own, chain, _InToken(private)), name)


@dataclass(frozen=True, slots=True)
class _InToken:
    key: Any = field(repr=False)

    def sign(self, content: bytes, /) -> bytes:
        import hashlib

        from pkcs11 import KeyType, Mechanism
        from pkcs11.util.ec import encode_ecdsa_signature

        if self.key.key_type is KeyType.EC:
            digest = hashlib.sha256(content).digest()
            raw = self.key.sign(digest, mechanism=Mechanism.ECDSA)
            return bytes(encode_ecdsa_signature(raw))
        return bytes(self.key.sign(content, mechanism=Mechanism.SHA256_RSA_PKCS))
