"""What a certificate is computed from: a journal, and what was agreed or adopted besides it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from station.certificate.acts import NOBODY, Acts
from station.certificate.document import Document, compose, finished
from station.certificate.house import Adopted, House, house
from station.certificate.kinds import Kind, kind_of
from station.certificate.texts import Languages
from station.clock import day_of
from station.records.about import certificate_numbered
from station.records.store import CertificateIssued, Store
from station.register.work import Work, work_of
from station.run import journal
from station.run.entries import Resumed
from station.run.plan import Order, Organisation
from station.run.state import RunState, fold_all


@dataclass(frozen=True, slots=True)
class Record:
    """What a journal amounts to, and who did the work."""

    state: RunState
    resumed: tuple[Resumed, ...]
    work: Work


class Terms(BaseModel):
    """What a certificate rests on besides the journal, as the record keeps it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    laboratory: Organisation
    order: Order
    renderer: str
    acts: Acts = NOBODY
    house: Adopted | None = None
    languages: Languages = Languages.BOTH


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


def read_record(store: Store, run: str, *, entries: int | None = None) -> Record:
    """Return what the journal of `run` amounts to, or its first so many entries."""
    rows = list(journal.read(store, run))[:entries]
    resumed = tuple(row.entry for row in rows if isinstance(row.entry, Resumed))
    return Record(fold_all(rows), resumed, work_of(rows))


def house_of(store: Store, made_with: Adopted | None, kind: Kind, issued: datetime) -> House:
    """Return what a certificate takes of the laboratory's own on its day."""
    return house(store, made_with, day_of(issued), kind)


def document_of(store: Store, record: Record, draft: CertificateIssued) -> Document:
    """Return the certificate that a record amounts to, as an issued row or its draft says."""
    terms = Terms.model_validate_json(draft.order_body)
    kind = kind_of(finished(record.state, draft.dut), terms.order)
    return compose(
        record.state,
        draft.dut,
        resumed=record.resumed,
        number=draft.number,
        issued=draft.issued,
        issued_by=terms.acts.approved_by or draft.issued_by,
        order=terms.order,
        laboratory=terms.laboratory,
        head=draft.head,
        acts=terms.acts,
        house=house_of(store, terms.house, kind, draft.issued),
        languages=terms.languages,
    )


def printed_as(store: Store, number: str) -> Document:
    """Return the issued certificate `number`, computed from its record.

    Raises:
        BadInput: there is none.
        Tampered: its record is not what was written.
    """
    kept = certificate_numbered(store, number)
    return document_of(store, read_record(store, kept.run, entries=kept.entries), kept)
