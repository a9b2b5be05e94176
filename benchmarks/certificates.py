"""A signed certificate of eighty points: how long each part takes to make, and to verify."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from benchmarks.measure import Line, seconds_each
from benchmarks.weasyprint_peer import typesetter
from station.certificate.dcc import render_dcc
from station.certificate.document import Document
from station.certificate.findings import Weight
from station.certificate.pdf import render_pdf
from station.certificate.signing.keys import SigningKey, from_pkcs12
from station.certificate.signing.sign import signed_pdf, signed_xml
from station.certificate.verification.file import verify
from station.certificate.verification.trust import Trust
from tests.station.certificate.authority import PASSWORD, laboratory, root
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run, Shot

POINTS = 80
TIMES, ROUNDS = 3, 5
AIM = "< 150 ms together"


def shots() -> tuple[Shot, ...]:
    """Return eighty points: the tests' own, and again at other values of the same ranges."""
    measured = [shot for shot in SHOTS if shot.error is not None and shot.nominal]
    return tuple(
        replace(shot, nominal=round(shot.nominal * (1 - 0.07 * turn), 12))
        for turn in range(1 + POINTS // len(measured))
        for shot in measured
    )[:POINTS]


def certified(turn: int) -> Document:
    """Return a certificate with figures that no other turn has: what is known costs nothing."""
    run = Run(shots=tuple(replace(s, error=(s.error or 0) * (1 - 0.003 * turn)) for s in shots()))
    return replace(run.document(run.state()), number=f"C26.{turn:05d}")


def lines() -> list[Line]:
    run = Run(shots=shots())
    state = run.state()
    key: SigningKey = from_pkcs12(laboratory().p12(), PASSWORD)
    made = run.document(state)
    xml = render_dcc(made)
    sealed = signed_xml(xml, key, at=ISSUED_AT)
    pdf = render_pdf(made, sealed)
    whole = signed_pdf(pdf, key, at=ISSUED_AT, reason="Issue")
    others = iter([certified(turn) for turn in range(1 + TIMES * ROUNDS)])
    trust = Trust((root().certificate,), ISSUED_AT + timedelta(days=1))
    for content in (whole, sealed):
        assert not [
            f for f in verify(content, None, trust=trust).findings if f.weight is Weight.ERROR
        ]
    parts: dict[str, Callable[[], object]] = {
        "document": lambda: run.document(state),
        "DCC": lambda: render_dcc(made),
        "XML signed": lambda: signed_xml(xml, key, at=ISSUED_AT),
        "PDF/A-3 typeset": lambda: render_pdf(next(others), sealed),
        "PDF signed": lambda: signed_pdf(pdf, key, at=ISSUED_AT, reason="Issue"),
    }
    taken = {name: seconds_each(act, times=TIMES, rounds=ROUNDS) for name, act in parts.items()}
    total = sum(taken.values())
    told = [Line(f"certificate: {name}", s, "the whole", total, AIM) for name, s in taken.items()]
    told.append(Line(f"certificate of {POINTS} points, signed", total, "unsigned", total
                     - taken["XML signed"] - taken["PDF signed"], "< 150 ms"))  # fmt: skip
    for name, content in (("PDF", whole), ("XML", sealed)):
        spent = seconds_each(lambda: verify(content, None, trust=trust), times=TIMES, rounds=ROUNDS)  # noqa: B023
        told.append(Line(f"verify a signed {name}", spent, "making it", total, "< 100 ms"))
    return told


def certificates() -> str:
    return "\n".join(str(line) for line in lines())


def by_weasyprint() -> str:
    """Typeset the same figures by WeasyPrint, without charts, signatures and first page."""
    peer = typesetter()
    if peer is None:
        return "NOT COMPARED with WeasyPrint: pip install '.[benchmarks]', and the system's pango"
    pairs = [(made, render_dcc(made)) for made in map(certified, range(1 + ROUNDS))]
    ours, theirs = (
        seconds_each(partial(_next_of, iter(pairs), act), times=1, rounds=ROUNDS)
        for act in (render_pdf, peer)
    )
    return str(
        Line("certificate typeset", ours, "WeasyPrint, tables and notes", theirs, "< 150 ms")
    )


def _next_of(
    pairs: Iterator[tuple[Document, bytes]], act: Callable[[Document, bytes], bytes]
) -> None:
    act(*next(pairs))


BENCHMARKS = (certificates, by_weasyprint)
