"""Time stamps from a server of the tests' own, on this machine."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from station.certificate.findings import Weight
from station.certificate.signing.sign import signed_pdf
from station.certificate.signing.time import time_stamper
from station.certificate.verification.pdf import pdf_findings
from station.certificate.verification.trust import Trust
from station.errors import BadInput, StationError
from tests.station.certificate.authority import Holder, make, middle, root, stamping
from tests.station.certificate.runs import ISSUED_AT
from tests.station.certificate.test_signed_attacks import blank, pdf_errors, with_bit

STAMPED_AT = ISSUED_AT + timedelta(seconds=3)


def authority(
    holder: Holder, at: datetime, kind: type[DummyTimeStamper] = DummyTimeStamper
) -> DummyTimeStamper:
    own, *issuers = (
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for one in (holder.certificate, *holder.issuers)
    )
    store = SimpleCertificateStore()
    store.register_multiple(issuers)
    return kind(own, keys.PrivateKeyInfo.load(holder.der()), certs_to_embed=store, fixed_dt=at)


@contextmanager
def server(
    *,
    reply: bytes | None = None,
    status: int = 200,
    by: type[DummyTimeStamper] = DummyTimeStamper,
) -> Iterator[str]:
    """Serve time stamps, or always the same reply."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            content = reply
            if content is None:
                asked = tsp.TimeStampReq.load(query)
                content = authority(stamping(), STAMPED_AT, by).request_tsa_response(asked).dump()
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}/"
        finally:
            listening.shutdown()
            thread.join()


def stamped(holder: Holder, *, at: datetime = ISSUED_AT) -> bytes:
    with server() as url:
        return signed_pdf(blank(), holder.key(), at=at, reason="A", tsa=time_stamper(url))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return stamped(make("S", middle(), until=ISSUED_AT + timedelta(days=30)))


TIME_CA = stamping().issuers[0]
LATER = ISSUED_AT + timedelta(days=400)


def test_a_time_stamp_says_when_though_the_certificate_expired_since(pdf: bytes) -> None:
    trust = Trust((root().certificate, TIME_CA), LATER)
    assert pdf_errors(pdf, trust) == set()
    found = pdf_findings(pdf, trust)[1]
    (signed,) = [f for f in found if f.rule == "signed"]
    assert "2026-11-21 03:04:08 UTC (time stamp)" in signed.what
    assert not [f for f in found if f.weight is Weight.WARNING]


def test_a_time_stamp_of_who_is_not_trusted_proves_nothing(pdf: bytes) -> None:
    trust = Trust((root().certificate,), LATER)
    found = pdf_findings(pdf, trust)[1]
    warned = {f.rule for f in found if f.weight is Weight.WARNING}
    assert warned == {"time-stamp", "expired-since"}
    (signed,) = [f for f in found if f.rule == "signed"]
    assert "signer's own word" in signed.what


def test_any_digit_of_a_time_stamp_changed_is_found(pdf: bytes) -> None:
    trust = Trust((root().certificate, TIME_CA), LATER)
    begin = pdf.index(b"/Contents <") + 11
    end = pdf.index(b">", begin)
    chance = random.Random(20261121)
    unseen = []
    for at in chance.sample(range(begin, end), 120):
        found = pdf_findings(with_bit(pdf, at, 0), trust)[1]
        # A stamp that does not hold proves no time: the signer's certificate has expired since.
        if not any(f.weight in (Weight.ERROR, Weight.WARNING) for f in found):
            unseen.append(at - begin)
    assert unseen == []


@pytest.mark.parametrize(
    ("reply", "status"),
    [(b"", 200), (b"hello", 200), (b"\x30" * 200_000, 200), (b"", 500)],
    ids=["nothing", "text", "long", "error"],
)
def test_a_server_that_does_not_stamp_is_named(reply: bytes, status: int) -> None:
    key = make("S", middle()).key()
    with (
        server(reply=reply, status=status) as url,
        pytest.raises(StationError, match="time stamp"),
    ):
        signed_pdf(blank(), key, at=ISSUED_AT, reason="A", tsa=time_stamper(url))


def test_a_server_that_refuses_is_named() -> None:
    # PKIStatusInfo with the status rejection and nothing else (RFC 3161, 2.4.2).
    refusal = bytes.fromhex("30053003020102")
    key = make("S", middle()).key()
    with server(reply=refusal) as url, pytest.raises(StationError, match=r"no time stamp|refused"):
        signed_pdf(blank(), key, at=ISSUED_AT, reason="A", tsa=time_stamper(url))


def test_a_server_that_stamps_something_else_is_named() -> None:
    """Else the certificate would be issued with a stamp that no reader accepts."""

    class Another(DummyTimeStamper):
        def request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            req["message_imprint"]["hashed_message"] = b"\0" * 32
            return super().request_tsa_response(req)

    key = make("S", middle()).key()
    with (
        server(by=Another) as url,
        pytest.raises(StationError, match="something else"),
    ):
        signed_pdf(blank(), key, at=ISSUED_AT, reason="A", tsa=time_stamper(url))


def test_a_server_that_is_not_there_is_named() -> None:
    with server() as url:
        pass
    key = make("S", middle()).key()
    with pytest.raises(StationError, match="did not answer"):
        signed_pdf(blank(), key, at=ISSUED_AT, reason="A", tsa=time_stamper(url))


@pytest.mark.parametrize("url", ["", "tsa.example.org", "file:///etc/hostname", "http:///x"])
def test_what_is_no_address_of_a_server_is_said_so(url: str) -> None:
    with pytest.raises(BadInput, match="no time stamp server"):
        time_stamper(url)
