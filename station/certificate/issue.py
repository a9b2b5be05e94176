"""Issuing a certificate: once an item, numbered, kept with its record; the same bytes ever after.

A second issue computes the documents again from the journal and the stored row. Where the program
is unchanged they must be the kept ones; where it changed, the kept ones are returned.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from station.certificate.basis import (
    Record,
    Terms,
    document_of,
    read_record,
    renderer_digest,
)
from station.certificate.dcc import render_dcc
from station.certificate.document import Document, begun_of
from station.certificate.drafting import Asked, asked_kind, drafted, lives_of, says_the_same
from station.certificate.findings import Weight
from station.certificate.house import asked_for
from station.certificate.pdf import render_pdf
from station.certificate.signing.sign import (
    SIGNATURE_BEGIN,
    Seal,
    signed_pdf,
    signed_xml,
    unsigned_xml,
)
from station.certificate.texts import Languages
from station.clock import ZONE, SystemClock, day_of
from station.errors import Refused, Tampered
from station.records.about import certificate_numbered
from station.records.store import CertificateIssued, Store, enter_certificate, keep_document
from station.register import book, entries, lives
from station.register.entries import Entry
from station.register.people import refuse_reason
from station.register.state import Register
from station.run.entries import RunBegun
from station.run.plan import Order, Organisation

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

OPEN = "–"
"""What stands in a draft where something is not known yet."""


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
class Made:
    """A certificate that is computed and not yet written; `draft` lacks the documents alone."""

    draft: CertificateIssued
    issued: Issued

    def entry(self, asked: Asked) -> entries.Issued:
        """Return what the register says of it."""
        return entries.Issued(
            by=asked.by,
            number=self.issued.number,
            run=asked.run,
            dut=asked.dut,
            pdf=hashlib.sha256(self.issued.pdf).hexdigest(),
            xml=hashlib.sha256(self.issued.xml).hexdigest(),
            amends=asked.amends,
            reason=asked.reason,
            record=self.draft.digest,
        )

    def enter(self, connection: "Connection") -> None:
        """Keep the documents and enter the certificate into the index."""
        number, kept = self.issued.number, keep_document
        pdf = kept(connection, self.issued.pdf, name=f"{number}.pdf", media_type="application/pdf")
        xml = kept(connection, self.issued.xml, name=f"{number}.xml", media_type="text/xml")
        enter_certificate(connection, replace(self.draft, pdf=pdf, xml=xml))


def issue(
    store: Store,
    run: str,
    *,
    dut: str = "dut",
    by: str,
    now: datetime,
    order: Order | None,
    laboratory: Organisation | None,
    seal: Seal | None = None,
    fields: Mapping[str, str] | None = None,
    languages: Languages = Languages.BOTH,
) -> Issued:
    """Issue the certificate of one item of a finished run, or return the one it has.

    Args:
        store: the open record store.
        run: id of the run.
        dut: role of the item.
        by: who issues; where nobody approved, who authorises it by that.
        now: instant of issue, aware.
        order: replaces the run's own.
        laboratory: replaces the adopted one and the run's own.
        seal: signs the documents, where given.
        fields: the laboratory's own that are asked for, by name (`station.certificate.house`).
        languages: in which it is printed; the XML has both.

    Raises:
        BadInput: the run has no such item, or a field is missing or not asked for.
        Refused: the run is not finished, nothing was done with the item, laboratory or order
            are not known, the certificate was withdrawn, an approval is missing, or the key is
            of another organisation than the laboratory.
        Tampered: the journal or the kept documents are not what was written.
        StoreFailed: it could not be written.
    """
    kept = store.certificate_of(run, dut)
    if kept is not None:
        lives.refuse_withdrawn(book.read(store), kept.number)
        return _again(store, kept)
    asked = Asked(
        run, dut, by, now, order, laboratory, seal=seal, fields=fields, languages=languages
    )
    return _write(store, asked)


def amend(
    store: Store,
    number: str,
    *,
    by: str,
    now: datetime,
    reason: str,
    order: Order | None = None,
    laboratory: Organisation | None = None,
    seal: Seal | None = None,
    fields: Mapping[str, str] | None = None,
    languages: Languages | None = None,
) -> Issued:
    """Issue a certificate in the place of another one, which stays as it is (7.8.8).

    Args:
        store: the open record store.
        number: of the certificate whose place is taken.
        by: who amends, and authorises the amendment by that.
        now: instant of issue, aware.
        reason: what is changed and why; it is printed.
        order: replaces what that certificate says.
        laboratory: replaces what that certificate says.
        seal: signs the documents, where given.
        fields: as for `issue`; those of that certificate are not taken over.
        languages: replaces that certificate's.

    Raises:
        BadInput: there is no such certificate, or no reason, or as `issue`.
        Refused, Tampered, StoreFailed: as `issue`; or it was amended already, nothing would be
            another, or it is signed and no key is given.
    """
    old = certificate_numbered(store, number)
    if seal is None and SIGNATURE_BEGIN in store.document(old.xml):
        raise Refused(
            "Certificate {number} is signed; what takes its place must be signed too. Name "
            "the key with --key.",
            number=number,
        )
    terms = Terms.model_validate_json(old.order_body)
    order, laboratory = order or terms.order, laboratory or terms.laboratory
    asked = Asked(
        old.run,
        old.dut,
        by,
        now,
        order,
        laboratory,
        number,
        old.xml,
        reason,
        seal,
        fields,
        languages or terms.languages,
    )
    return _write(store, asked)


def preview(store: Store, run: str, *, dut: str, now: datetime) -> Document:
    """Return the certificate that `issue` would make now, without a number; nothing is written.

    Who approves it and the fields that are asked for at issue are left open.

    Raises:
        BadInput, Refused, Tampered: as `issue`, but for what is not approved yet.
    """
    record, register = read_record(store, run), book.read(store)
    asked = Asked(run, dut, OPEN, now, order=None, laboratory=None)
    kind = asked_kind(record, asked)
    open_ = asked_for(store, register.adopted, day_of(now), kind)
    asked = replace(asked, fields={each.name: OPEN for each in open_})
    return document_of(store, record, drafted(store, record, asked, register, OPEN))


def _write(store: Store, asked: Asked) -> Issued:
    """Give what is asked for the next free number, however many others issue at the same time."""
    record = read_record(store, asked.run)
    prefix = f"{asked_kind(record, asked).value}{asked.now.astimezone(ZONE):%y}."
    made: Made | None = None

    def decide(register: Register) -> Sequence[Entry]:
        nonlocal made
        if not asked.amends and lives_of(register, asked).issued:
            made = None
            return ()
        approved = _may(register, record, asked)
        draft = drafted(store, record, asked, register, lives.next_number(register, prefix))
        _refuse_unchanged(store, register, asked, draft)
        # Decided anew, most often nothing that is printed is another.
        if made is None or made.draft != draft:
            document = document_of(store, record, draft)
            if asked.seal is not None:
                asked.seal.refuse_stranger(document.laboratory.name)
            made = Made(draft, _render(document, draft, asked.seal))
        return (*approved, made.entry(asked))

    def enter(connection: "Connection") -> None:
        assert made is not None
        made.enter(connection)

    book.act(store, SystemClock(), decide, enter)
    if made is not None:
        return made.issued
    kept = store.certificate_of(asked.run, asked.dut)
    assert kept is not None
    return _again(store, kept)


def _may(register: Register, record: Record, asked: Asked) -> tuple[Entry, ...]:
    """Return what is written before that it was issued; refuse what may not be issued."""
    on = day_of(asked.now)
    if not asked.amends:
        otherwise = _is_otherwise(begun_of(record.state), asked)
        lives.refuse_issue(register, asked.by, asked.dut, record.work, on, otherwise=otherwise)
        return ()
    refuse_reason(asked.reason)
    act = entries.Approved(by=asked.by, run=asked.run, dut=asked.dut, reason=asked.reason)
    return lives.amendment(register, act, record.work, on, amends=asked.amends)


def _refuse_unchanged(
    store: Store, register: Register, asked: Asked, draft: CertificateIssued
) -> None:
    """Refuse an amendment that amends nothing; what was withdrawn may be said again."""
    if not asked.amends or asked.amends in register.withdrawn:
        return
    old = certificate_numbered(store, asked.amends)
    signed_now = asked.seal is not None and SIGNATURE_BEGIN not in store.document(old.xml)
    if not signed_now and says_the_same(old, draft):
        raise Refused(
            "Certificate {number} would say the same again: nothing is amended. Give what "
            "changes: an order file (--order), languages or the laboratory's fields, or adopt "
            "the laboratory's new texts first; results are changed by measuring again.",
            number=asked.amends,
        )


def _is_otherwise(begun: RunBegun, asked: Asked) -> bool:
    """Whether an order, a laboratory or fields are given that whoever approved did not see."""
    return (
        asked.order not in (None, begun.order)
        or asked.laboratory not in (None, begun.laboratory)
        or bool(asked.fields)
    )


def _again(store: Store, kept: CertificateIssued) -> Issued:
    pdf, xml = store.document(kept.pdf), store.document(kept.xml)
    record = read_record(store, kept.run, entries=kept.entries)
    if record.work.head != kept.head:
        raise Tampered(
            "Certificate {certificate}: the journal of run {run} is not the one it was "
            "issued from. Run `station audit` and restore the store from a backup.",
            certificate=kept.number,
            run=kept.run,
        )
    terms = Terms.model_validate_json(kept.order_body)
    issued = Issued(kept.number, kept.dut, kept.issued, pdf, xml, new=False)
    if terms.renderer != renderer_digest():
        return issued
    if not _amounts_to(document_of(store, record, kept), issued):
        raise Tampered(
            "Certificate {certificate}: the kept documents are not what its run and its "
            "record amount to. Run `station audit` and restore the store from a backup.",
            certificate=kept.number,
        )
    return issued


def _render(document: Document, draft: CertificateIssued, seal: Seal | None) -> Issued:
    xml = render_dcc(document)
    if seal is not None:
        xml = signed_xml(xml, seal.key, at=draft.issued, tsa=seal.tsa, crls=seal.crls)
    pdf = render_pdf(document, xml)
    if seal is not None:
        reason = f"Cấp giấy chứng nhận {draft.number} Issue of certificate {draft.number}"
        pdf = signed_pdf(
            pdf, seal.key, at=draft.issued, reason=reason, tsa=seal.tsa, crls=seal.crls
        )
    return Issued(draft.number, draft.dut, draft.issued, pdf, xml, new=True)


def _amounts_to(document: Document, issued: Issued) -> bool:
    """Whether kept documents are, under their signatures, what a record amounts to."""
    if render_dcc(document) != unsigned_xml(issued.xml):
        return False
    pdf = render_pdf(document, issued.xml)
    if issued.pdf == pdf or not issued.pdf.startswith(pdf):
        return issued.pdf == pdf
    from station.certificate.verification.pdf import pdf_findings
    from station.certificate.verification.trust import Trust

    signed, found = pdf_findings(issued.pdf, Trust())
    return signed and not any(finding.weight is Weight.ERROR for finding in found)
