"""Whether a certificate is the one that a store says was issued, and still in force."""

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, note
from station.clock import day_of
from station.errors import BadInput, Phrase, Tampered

if TYPE_CHECKING:
    from station.records.store import CertificateIssued, Store
    from station.register.state import Register


def record_findings(
    store: "Store | None", content: bytes, number: str, laboratory: tuple[str, ...], *, ours: bool
) -> Iterator[Finding]:
    """Yield where a certificate is not what a store has under its number.

    Args:
        store: the record of a laboratory, where one was named.
        content: the whole file.
        number: of the certificate.
        laboratory: its laboratory's names.
        ours: whether the station wrote it; then some store has it.
    """
    from station.records.about import certificate_numbered

    if store is None:
        what = Phrase(
            "not compared with a record: no store was named. Name the issuing laboratory's store "
            "with --store."
        )
        yield note("record", "", what)
        return
    try:
        issued = certificate_numbered(store, number)
    except BadInput:
        what = Phrase(
            "certificate {number} is not in {store}; only its form was verified. Name the issuing "
            "laboratory's store with --store.",
            number=number,
            store=store.url,
        )
        claimed = ours or _laboratory(store) in laboratory
        yield (error if claimed else note)("not-issued", "", what)
        return
    yield from _file(store, issued, hashlib.sha256(content).hexdigest())
    yield from _journal(store, issued)
    yield from _register(store, issued)


def _file(store: "Store", issued: "CertificateIssued", digest: str) -> Iterator[Finding]:
    if digest not in (issued.pdf, issued.xml):
        what = Phrase(
            "the file is not the one that {store} has as {number}, issued to {customer} on {day} "
            "(SHA-256 of the file {digest}). It was changed, or issued from another store. Name "
            "the issuing laboratory's store with --store.",
            store=store.url,
            number=issued.number,
            customer=_customer(issued),
            day=day_of(issued.issued),
            digest=digest,
        )
        yield error("not-what-was-issued", "", what)


def _laboratory(store: "Store") -> str:
    """Return the name of the laboratory that issued last from a store, or ""."""
    issued = store.certificates()
    return str(json.loads(issued[-1].order_body)["laboratory"]["name"]) if issued else ""


def _customer(issued: "CertificateIssued") -> str:
    return str(json.loads(issued.order_body)["order"]["customer"]["name"])


def _journal(store: "Store", issued: "CertificateIssued") -> Iterator[Finding]:
    from station.run import journal

    try:
        rows = list(journal.read(store, issued.run))[: issued.entries]
        for digest in (issued.pdf, issued.xml):
            store.document(digest)
    except Tampered as fault:
        yield error("record-tampered", "", fault)
        return
    if not rows or rows[-1].hash != issued.head:
        yield error(
            "journal-differs", "", Phrase("run {run} is not what was certified", run=issued.run)
        )


def _register(store: "Store", issued: "CertificateIssued") -> Iterator[Finding]:
    """Yield where the index is not what the register says, or the certificate not in force."""
    from station.register import book, lives

    number = issued.number
    try:
        register = book.read(store)
        fate = lives.fate(register, number)
    except (BadInput, Tampered) as fault:
        yield error("record-tampered", "", fault)
        return
    if not _says_the_same(register, issued):
        what = Phrase(
            "the register of {store} says another file was issued as {number}. Run `station "
            "audit`.",
            store=store.url,
            number=number,
        )
        yield error("record-tampered", "", what)
    if fate:
        yield error(
            "not-in-force",
            "",
            Phrase("certificate {number} is in force no longer: {fate}", number=number, fate=fate),
        )


def _says_the_same(register: "Register", issued: "CertificateIssued") -> bool:
    said = register.items[issued.run, issued.dut].issued
    of = {entry.number: (entry.pdf, entry.xml) for entry in said}
    return of.get(issued.number) == (issued.pdf, issued.xml)
