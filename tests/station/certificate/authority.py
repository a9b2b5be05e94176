"""A laboratory's certificate authority for the tests: keys made anew, never kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from station.certificate.signing.keys import SigningKey, from_pkcs12
from tests.station.certificate.runs import ISSUED_AT

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
YEARS = timedelta(days=36500)
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Holder:
    private: Private
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]

    def p12(self, password: str | None = PASSWORD) -> bytes:
        how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return serialize_key_and_certificates(
            b"key", self.private, self.certificate, list(self.issuers), how
        )

    def key(self) -> SigningKey:
        return from_pkcs12(self.p12(), PASSWORD)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def der(self) -> bytes:
        return self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


LABORATORY = "Phòng hiệu chuẩn thử nghiệm"


def name(common: str, organisation: str = LABORATORY) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def usage(*, signs: bool, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


def make(
    common: str,
    issuer: Holder | None = None,
    *,
    authority: bool = False,
    since: datetime = datetime(2020, 1, 1, tzinfo=UTC),
    until: datetime = ISSUED_AT + YEARS,
    purposes: tuple[str, ...] = (),
    signs: bool = True,
    private: Private | None = None,
    organisation: str = LABORATORY,
) -> Holder:
    private = private or ec.generate_private_key(ec.SECP256R1())
    by = issuer.private if issuer else private
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common, organisation))
        .issuer_name(issuer.certificate.subject if issuer else name(common, organisation))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage(signs=signs and not authority, issues=authority), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if purposes:
        purpose = x509.ExtendedKeyUsage([x509.ObjectIdentifier(one) for one in purposes])
        builder = builder.add_extension(purpose, critical=True)
    issuers = (issuer.certificate, *issuer.issuers) if issuer else ()
    return Holder(private, builder.sign(by, SHA256()), issuers)


@cache
def tiny() -> Holder:
    """A seal in as few bytes as can be, trusted for itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    common = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "S")])
    builder = x509.CertificateBuilder(common, common, private.public_key(), 7)
    builder = builder.not_valid_before(ISSUED_AT - timedelta(days=1))
    builder = builder.not_valid_after(ISSUED_AT + timedelta(days=1))
    return Holder(private, builder.sign(private, SHA256()), ())


@cache
def root() -> Holder:
    """The laboratory's own authority."""
    return make("Laboratory CA", authority=True, signs=False)


@cache
def middle() -> Holder:
    return make("Laboratory issuing CA", root(), authority=True)


@cache
def laboratory() -> Holder:
    """The laboratory's seal."""
    return make("Laboratory seal", middle())


@cache
def time_authority() -> Holder:
    """Who issues the certificates of time stamps."""
    return make("Time CA", authority=True)


@cache
def stamping() -> Holder:
    """The time stamp's authority, of another root."""
    # RSA, as the library's server for tests asks for.
    private = rsa.generate_private_key(65537, 2048)
    purposes = (ExtendedKeyUsageOID.TIME_STAMPING.dotted_string,)
    return make("Time stamps", time_authority(), purposes=purposes, private=private)
