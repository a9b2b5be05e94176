"""Whichever byte of a small signed file is another, it is found."""

import pytest

from station.certificate.signing import sign as signing
from station.certificate.signing.sign import signed_pdf, signed_xml
from station.certificate.verification.trust import Trust
from tests.station.certificate.authority import tiny
from tests.station.certificate.runs import ISSUED_AT
from tests.station.certificate.test_signed_attacks import (
    SMALL,
    blank,
    pdf_errors,
    with_bit,
    xml_errors,
)


def with_another(content: bytes, at: int) -> bytes:
    """Change one byte to another of its kind, so that most often the whole still parses."""
    byte = content[at : at + 1]
    if byte.isdigit():
        other = b"%d" % ((int(byte) + 1 + at % 9) % 10)
    elif byte.isalpha():
        other = byte.swapcase() if at % 2 else bytes([byte[0] ^ 1])
    else:
        return with_bit(content, at, at % 8)
    return content[:at] + other + content[at + 1 :]


def test_any_byte_changed_in_a_small_signed_xml_is_found() -> None:
    seal = tiny()
    content = signed_xml(SMALL, seal.key(), at=ISSUED_AT)
    trust = Trust((seal.certificate,), ISSUED_AT)
    assert xml_errors(content, trust) == set()
    unseen = [at for at in range(len(content)) if not xml_errors(with_another(content, at), trust)]
    assert unseen == []


@pytest.mark.parametrize("put_in", [b" ", b"\n", b"A", b"<!---->"], ids=repr)
def test_any_byte_put_into_a_small_signed_xml_is_found(put_in: bytes) -> None:
    seal = tiny()
    content = signed_xml(SMALL, seal.key(), at=ISSUED_AT)
    trust = Trust((seal.certificate,), ISSUED_AT)
    places = range(0, len(content) + 1, 3)
    unseen = [at for at in places if not xml_errors(content[:at] + put_in + content[at:], trust)]
    assert unseen == []


def test_any_byte_changed_in_a_small_signed_pdf_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # Room for no larger key than this one: most of a small file would be zeros else.
    monkeypatch.setattr(signing, "ROOM", 500)
    seal = tiny()
    content = signed_pdf(blank(), seal.key(), at=ISSUED_AT, reason="A")
    trust = Trust((seal.certificate,), ISSUED_AT)
    assert pdf_errors(content, trust) == set()
    unseen = [at for at in range(len(content)) if not pdf_errors(with_another(content, at), trust)]
    assert unseen == []
