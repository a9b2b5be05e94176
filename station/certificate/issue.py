"""Issuing a certificate: once an item, numbered, kept with its record; the same bytes ever after.

A second issue computes the documents again from the journal and the stored row. Where the program
is unchanged they must be the kept ones; where it changed, the kept ones are returned.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from station.certificate.dcc import render_dcc
from station.certificate.document import ZONE, begun_of, compose, finished
from station.certificate.kinds import Kind, kind_of
from station.certificate.pdf import render_pdf
from station.errors import Refused, StoreFailed, Tampered
from station.records.chain import GENESIS
from station.records.store import CertificateIssued, Store
from station.run import journal
from station.run.entries import Resumed, RunBegun
from station.run.plan import Order, Organisation
from station.run.state import RunState, fold_all

ATTEMPTS = 5
"""How often a number is tried anew that another process took first."""

HOW_TO_GIVE = (
    "Give it in the bench file, or to `station certificate issue` with --order FILE.toml "
    "(tables [laboratory], [order] and [order.customer])."
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, issued at the instant `at`; `new` where this call gave the number."""

    number: str
    dut: str
    at: datetime
    pdf: bytes
    xml: bytes
    new: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What a journal amounts to; `head` is the hash of its last entry."""

    state: RunState
    resumed: tuple[Resumed, ...]
    head: str


class Terms(BaseModel):
    """What a certificate rests on besides the journal, as the record keeps it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    laboratory: Organisation
    order: Order
    renderer: str


def issue(
    store: Store,
    run: str,
    *,
    dut: str = "dut",
    by: str,
    now: datetime,
    order: Order | None,
    laboratory: Organisation | None,
) -> Issued:
    """Issue the certificate of one item of a finished run, or return the one it has.

    Args:
        store: the open record store.
        run: id of the run.
        dut: role of the item.
        by: who authorises the certificate.
        now: instant of issue, aware.
        order: replaces the run's own.
        laboratory: replaces the run's own.

    Raises:
        BadInput: the run has no such item.
        Refused: the run is not finished, nothing was done with the item, or laboratory or order
            are not known.
        Tampered: the journal or the kept documents are not what was written.
        StoreFailed: it could not be written.
    """
    kept = store.certificate_of(run, dut)
    if kept is not None:
        return _again(store, kept)
    record = _read(store, run)
    item = finished(record.state, dut)
    terms = _terms(record.state, order, laboratory)
    draft = CertificateIssued(
        number="",
        run=run,
        dut=dut,
        issued=now,
        issued_by=by,
        order_body=terms.model_dump_json(),
        entries=record.state.length,
        head=record.head,
        pdf="",
        xml="",
    )
    return _number(store, record, draft, terms, kind_of(item))


def _number(
    store: Store, record: Record, draft: CertificateIssued, terms: Terms, kind: Kind
) -> Issued:
    """Give the draft the next free number, however many others issue at the same time."""
    for _ in range(ATTEMPTS):
        numbered = replace(draft, number=_next_number(store, kind, draft.issued))
        issued = _render(record, numbered, terms)
        if _entered(store, numbered, issued):
            return issued
        kept = store.certificate_of(draft.run, draft.dut)
        if kept is not None:
            return _again(store, kept)
    raise StoreFailed(
        f"Run {draft.run}: its certificate's number was taken by others {ATTEMPTS} times. "
        "Try again."
    )


@cache
def renderer_digest() -> str:
    """Return the SHA-256 of all that decides the documents' bytes besides the journal."""
    from station.software import software_digest

    digest = hashlib.sha256(software_digest().encode())
    catalogue = files("station") / "locale" / "vi" / "LC_MESSAGES" / "station.mo"
    digest.update(catalogue.read_bytes())
    for package in ("typst", "lxml", "segno"):
        digest.update(f"{package} {version(package)}\n".encode())
    return digest.hexdigest()


def _again(store: Store, kept: CertificateIssued) -> Issued:
    pdf, xml = store.document(kept.pdf), store.document(kept.xml)
    record = _read(store, kept.run, entries=kept.entries)
    if record.head != kept.head:
        raise Tampered(
            f"Certificate {kept.number}: the journal of run {kept.run} is not the one it was "
            "issued from. Run `station audit` and restore the store from a backup."
        )
    terms = Terms.model_validate_json(kept.order_body)
    issued = Issued(kept.number, kept.dut, kept.issued, pdf, xml, new=False)
    if terms.renderer != renderer_digest():
        return issued
    if replace(_render(record, kept, terms), new=False) != issued:
        raise Tampered(
            f"Certificate {kept.number}: the kept documents are not what its run and its record "
            "amount to. Run `station audit` and restore the store from a backup."
        )
    return issued


def _read(store: Store, run: str, *, entries: int | None = None) -> Record:
    rows = list(journal.read(store, run))[:entries]
    resumed = tuple(row.entry for row in rows if isinstance(row.entry, Resumed))
    return Record(fold_all(rows), resumed, rows[-1].hash if rows else GENESIS)


def _terms(state: RunState, order: Order | None, laboratory: Organisation | None) -> Terms:
    begun = begun_of(state)
    order, laboratory = order or _shared(begun), laboratory or begun.laboratory
    for what, given in (("laboratory", laboratory), ("order", order)):
        if given is None:
            raise Refused(f"Run {begun.run}: the {what} is not known. {HOW_TO_GIVE}")
    assert order is not None
    assert laboratory is not None
    return Terms(laboratory=laboratory, order=order, renderer=renderer_digest())


def _shared(begun: RunBegun) -> Order | None:
    """Return what the run's order says of all its items: number and condition are of one."""
    if begun.order is None or len(begun.duts) == 1:
        return begun.order
    return begun.order.model_copy(update={"asset": "", "condition": ""})


def _render(record: Record, draft: CertificateIssued, terms: Terms) -> Issued:
    document = compose(
        record.state,
        draft.dut,
        resumed=record.resumed,
        number=draft.number,
        issued=draft.issued,
        issued_by=draft.issued_by,
        order=terms.order,
        laboratory=terms.laboratory,
        head=draft.head,
    )
    xml = render_dcc(document)
    return Issued(draft.number, draft.dut, draft.issued, render_pdf(document, xml), xml, new=True)


def _next_number(store: Store, kind: Kind, now: datetime) -> str:
    """Return the next of the year's numbers of a kind, C26.00001: the sequence has no gaps."""
    prefix = f"{kind.value}{now.astimezone(ZONE):%y}."
    taken = [c.number for c in store.certificates() if c.number.startswith(prefix)]
    last = max((int(number.removeprefix(prefix)) for number in taken), default=0)
    return f"{prefix}{last + 1:05d}"


def _entered(store: Store, draft: CertificateIssued, issued: Issued) -> bool:
    """Keep the documents and enter the certificate; False where somebody was faster."""
    pdf = store.keep(issued.pdf, name=f"{issued.number}.pdf", media_type="application/pdf")
    xml = store.keep(issued.xml, name=f"{issued.number}.xml", media_type="text/xml")
    try:
        store.add_certificate(replace(draft, pdf=pdf, xml=xml))
    except StoreFailed:
        # Taken meanwhile, or really failed: the next attempt tells.
        if draft.number in {c.number for c in store.certificates()}:
            return False
        if store.certificate_of(draft.run, draft.dut) is not None:
            return False
        raise
    return True
