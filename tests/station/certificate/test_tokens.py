"""Keys in a token by PKCS#11; SoftHSM stands for the device where it is installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from station.certificate.signing.keys import opened
from station.certificate.signing.sign import signed_pdf, signed_xml
from station.certificate.verification.trust import Trust
from station.errors import BadInput, StationError
from tests.station.certificate.authority import Holder, laboratory, middle, root
from tests.station.certificate.runs import ISSUED_AT
from tests.station.certificate.test_signed_attacks import SMALL, blank, pdf_errors, xml_errors

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
MODULE = next((path for path in MODULES if Path(path).exists()), "")
PIN = "4711"

try:
    import pkcs11
except ImportError:
    pkcs11 = None

needs_token = pytest.mark.skipif(
    not MODULE or pkcs11 is None or not shutil.which("softhsm2-util"),
    reason="SoftHSM or python-pkcs11 is not installed: NO KEY IN A TOKEN IS TESTED",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "lab", "--pin", PIN,
         "--so-pin", "0815"], check=True, capture_output=True,
    )  # fmt: skip
    fill(laboratory(), "seal")
    yield f"pkcs11:token=lab;object=seal?module-path={MODULE}"
    del os.environ["SOFTHSM2_CONF"]


def fill(holder: Holder, label: str) -> None:
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    assert isinstance(holder.private, ec.EllipticCurvePrivateKey)
    der = holder.private.private_bytes(
        Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    token = pkcs11.lib(MODULE).get_token(token_label="lab")
    with token.open(user_pin=PIN, rw=True) as session:
        session.create_object(
            {**decode_ec_private_key(der), Attribute.LABEL: label, Attribute.TOKEN: True}
        )
        for title, one in ((label, holder.certificate), ("issuer", middle().certificate)):
            content = one.public_bytes(Encoding.DER)
            session.create_object(
                {
                    **decode_x509_certificate(content),
                    Attribute.LABEL: title,
                    Attribute.TOKEN: True,
                }
            )
        assert list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))


@needs_token
def test_a_key_in_a_token_signs(address: str) -> None:
    trust = Trust((root().certificate,), ISSUED_AT)
    with opened(address, PIN) as key:
        assert key.certificate == laboratory().certificate
        assert key.chain == (middle().certificate,)
        xml = signed_xml(SMALL, key, at=ISSUED_AT)
        pdf = signed_pdf(blank(), key, at=ISSUED_AT, reason="A")
    assert xml_errors(xml, trust) == set()
    assert pdf_errors(pdf, trust) == set()


@needs_token
@pytest.mark.parametrize(
    ("changed", "pin", "message"),
    [
        (("object=seal", "object=other"), PIN, "not exactly one key"),
        (("token=lab", "token=other"), PIN, "NoSuchToken"),
        (("", ""), "0000", "PinIncorrect"),
    ],
    ids=["label", "token", "PIN"],
)
def test_what_a_token_does_not_give_is_said_so(
    address: str, changed: tuple[str, str], pin: str, message: str
) -> None:
    with (
        pytest.raises(StationError, match=message) as caught,
        opened(address.replace(*changed), pin),
    ):
        pass
    assert pin not in str(caught.value)


@pytest.mark.skipif(pkcs11 is None, reason="python-pkcs11 is not installed")
def test_a_module_that_is_not_there_is_said_so() -> None:
    with (
        pytest.raises(StationError, match="the module"),
        opened("pkcs11:token=a;object=b?module-path=/nowhere.so", None),
    ):
        pass


@pytest.mark.skipif(pkcs11 is None, reason="python-pkcs11 is not installed")
def test_an_address_that_says_too_little_is_said_so() -> None:
    with pytest.raises(BadInput, match="module-path"), opened("pkcs11:token=a;object=b", None):
        pass
