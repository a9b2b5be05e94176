"""Files taken into the register: equipment, its certificates, and what is doubtful about them.

A certificate is kept as a certificate file of the station, beside the file as it came. It is
compared with the one in use before it is offered; a person accepts it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from station.bench_file import parse_standard
from station.clock import Clock, day_of
from station.errors import BadInput, Phrase, Refused
from station.locale import N_
from station.metrology.reference import Certificate
from station.records.store import Store
from station.register import book
from station.register import entries as e
from station.register.equipment import Acceptance, enter, enter_certificate
from station.register.equipment_file import read_file
from station.register.equipment_plausibility import findings, strange
from station.register.equipment_standing import months_later
from station.register.imports import dcc, msl
from station.register.imports.columns import plain
from station.register.imports.head import Head
from station.register.imports.mapping import MappingFile
from station.register.state import Equipment, Register
from station.register.toml_text import Tree, dumps, loads
from station.run.said import said

TOML = "application/toml"
XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of a file that is taken in.

    Attributes:
        by: who takes it in.
        equipment: its id in the register; "" finds it by its serial number.
        serial: which item of a certificate of several.
        due: last day of use, where the certificate does not say.
        interval_months: where `due` is not given, either.
        acceptance: takes the certificates into use at once.
    """

    by: str
    equipment: str = ""
    serial: str | None = None
    due: date | None = None
    interval_months: int | None = None
    mapping: MappingFile = field(default_factory=MappingFile)
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A certificate that is offered to the register.

    Attributes:
        content: as a certificate file of the station.
        source: what it was read from, in words.
        original: that file, None where it is `content`.
        found: the certificate with the results before an adjustment, where it has them.
        doubts: what a person must accept with a reason, besides the comparison.
    """

    content: bytes
    source: str
    original: bytes | None = None
    found: bytes | None = None
    doubts: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of one certificate, or of a file without any."""

    equipment: str
    certificate: e.CertificateEntered | None
    accepted: bool
    notes: tuple[Phrase, ...] = ()


def take_in(store: Store, clock: Clock, content: bytes, *, name: str, wish: Wish) -> list[TakenIn]:
    """Take a file into the register: equipment or certificate TOML, DCC XML, register XML.

    Raises:
        BadInput: it cannot be read, or something is missing that a person must say.
        Refused: it is another's, was entered before, or is accepted without a needed reason.
    """
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if is_xml or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        if msl.is_register(content):
            return _register(store, clock, content, name, wish)
        return [_dcc(store, clock, content, name, wish)]
    if "equipment" in loads(content, name=name):
        return _equipment_file(store, clock, content, name, wish)
    return [_certificate_file(store, clock, content, name, wish)]


def _equipment_file(
    store: Store, clock: Clock, content: bytes, name: str, wish: Wish
) -> list[TakenIn]:
    file, certificates = read_file(content, name=name)
    entry = file.equipment.entry(wish.by)
    register = book.act(store, clock, enter(entry))
    known = {_done(each) for each in register.equipment[entry.equipment].history}
    done = [
        e.Serviced(by=wish.by, equipment=entry.equipment, **each.model_dump())
        for each in file.history
    ]
    book.act(store, clock, _writing([each for each in done if _done(each) not in known]))
    offers = [Offer(each, N_("equipment file"), content) for each in certificates]
    return _all(store, clock, entry.equipment, offers, wish)


def _done(entry: e.Serviced) -> tuple[object, ...]:
    return (entry.what, entry.on, entry.passed, entry.note)


def _writing(entries: Sequence[e.Entry]) -> book.Decide:
    return lambda _: entries


def _all(
    store: Store, clock: Clock, name: str, offers: Sequence[Offer], wish: Wish
) -> list[TakenIn]:
    """Enter certificates in order of date; those that are there already are passed over."""
    order = sorted(offers, key=lambda each: _certificate(each.content, name).date)
    taken = []
    for offer in order:
        number = _certificate(offer.content, name).number
        equipment = book.read(store).equipment[name]
        digests = {each.number: each.document for each in equipment.certificates}
        if digests.get(number) == _digest(offer.content):
            notes = (Phrase("{number} is there.", number=number),)
            taken.append(TakenIn(name, None, accepted=False, notes=notes))
        else:
            taken.append(offer_certificate(store, clock, name, offer, wish))
    return taken or [TakenIn(name, None, accepted=False)]


def _certificate_file(store: Store, clock: Clock, content: bytes, name: str, wish: Wish) -> TakenIn:
    certificate = _certificate(content, name)
    equipment = _find(book.read(store), certificate.serial, wish, name)
    if equipment is None:
        raise BadInput(
            "{name}: the register has no equipment with serial {serial}. Enter it first: "
            "`station equipment add`.",
            name=name,
            serial=certificate.serial,
        )
    offer = Offer(content, N_("certificate file"))
    return offer_certificate(store, clock, equipment.entered.equipment, offer, wish)


def _dcc(store: Store, clock: Clock, content: bytes, name: str, wish: Wish) -> TakenIn:
    tree = dcc.transcribed(content, name=name)
    if tree is not None:
        return _transcription(store, clock, content, tree, name, wish)
    head = dcc.read_head(content, name=name, serial=wish.serial)
    known = _find(book.read(store), head.serial, wish, name)
    before = None
    if known is not None and known.certificates:
        last = _compared_with(known)
        assert last is not None
        before = loads(store.document(last.document), name=last.number)
    found = dcc.read(content, name=name, mapping=wish.mapping, before=before, serial=wish.serial)
    due = _due(head.dated, known, wish, name)
    offer = Offer(
        content=_file(head, due, found.tables, found.equations),
        source=found.source,
        original=content,
        found=_file(head, due, found.found) if found.found else None,
        doubts=found.doubts,
    )
    _certificate(offer.content, name)  # nothing is entered of what cannot be used
    if known is None:
        entry = _new(head, wish)
        book.act(store, clock, enter(entry))
        identity = entry.equipment
    else:
        identity = known.entered.equipment
    return offer_certificate(store, clock, identity, offer, wish, notes=found.notes)


def _transcription(
    store: Store, clock: Clock, content: bytes, tree: Tree, name: str, wish: Wish
) -> TakenIn:
    offer = Offer(
        dumps(tree).encode(),
        N_("DCC, a transcription of another register"),
        content,
        doubts=(Phrase("It is a transcription. Compare it with the issuer's certificate."),),
    )
    certificate = _certificate(offer.content, name)
    known = _find(book.read(store), certificate.serial, wish, name)
    if known is None:
        entry = _new(dcc.read_head(content, name=name), wish)
        known = book.act(store, clock, enter(entry)).equipment[entry.equipment]
    return offer_certificate(store, clock, known.entered.equipment, offer, wish)


def _new(head: Head, wish: Wish) -> e.EquipmentEntered:
    return e.EquipmentEntered(
        by=wish.by,
        equipment=wish.equipment or head.serial,
        title=head.title,
        maker=head.maker,
        type=head.type,
        serial=head.serial,
        firmware=head.firmware,
        interval_months=wish.interval_months,
    )


def _file(head: Head, due: date, tables: Sequence[Tree], equations: Sequence[Tree] = ()) -> bytes:
    certificate = {
        "number": head.number,
        "issuer": head.issuer,
        "date": head.dated,
        "due": due,
        "standard": f"{head.maker} {head.type}",
        "serial": head.serial,
        "traceability": head.traceability,
    }
    parts = {"table": list(tables), "equation": list(equations)}
    return dumps({"certificate": certificate} | {k: v for k, v in parts.items() if v}).encode()


def _due(dated: date, known: Equipment | None, wish: Wish, name: str) -> date:
    if wish.due is not None:
        return wish.due
    months = wish.interval_months or (known.entered.interval_months if known else None)
    if months is None:
        raise BadInput(
            "{name}: the certificate does not say until when it may be used. Give --due DATE "
            "or --interval MONTHS.",
            name=name,
        )
    return months_later(dated, months)


def _register(store: Store, clock: Clock, content: bytes, name: str, wish: Wish) -> list[TakenIn]:
    taken = []
    for each in msl.read(content, name=name, mapping=wish.mapping, by=wish.by):
        identity = each.equipment.equipment
        known = book.read(store).equipment.get(identity)
        if known is None or not each.out or known.retired != each.out:
            known = book.act(store, clock, enter(each.equipment)).equipment[identity]
        done = {_done(entry) for entry in known.history}
        entries: list[e.Entry] = [entry for entry in each.services if _done(entry) not in done]
        if each.out and not known.retired:
            entries.append(e.EquipmentRetired(by=wish.by, equipment=identity, reason=each.out))
        book.act(store, clock, _writing(entries))
        offers, notes = _usable(each, content)
        found = _all(store, clock, identity, offers, wish)
        taken += [
            TakenIn(one.equipment, one.certificate, one.accepted, (*one.notes, *notes))
            if one is found[0]
            else one
            for one in found
        ]
    return taken


def _usable(each: msl.Entered, content: bytes) -> tuple[list[Offer], list[Phrase]]:
    """Return the certificates of a register that contradict nothing, and what is told."""
    offers, notes = [], list(each.notes)
    for tree in each.certificates:
        offer = Offer(dumps(tree).encode(), N_("register of msl-equipment"), content)
        try:
            _certificate(offer.content, f"{each.equipment.equipment}, a report")
        except BadInput as refusal:
            notes.append(Phrase("Not taken: {why}", why=refusal))
        else:
            offers.append(offer)
    return offers, notes


def offer_certificate(
    store: Store, clock: Clock, name: str, offer: Offer, wish: Wish, notes: tuple[Phrase, ...] = ()
) -> TakenIn:
    """Enter a certificate of equipment in the register, with what is doubtful about it.

    Raises:
        Refused: it is of another serial number, or was entered before.
    """
    certificate = _certificate(offer.content, name)
    _of_letters(certificate)
    equipment = book.read(store).equipment[name]
    stated = Phrase("Certificate {number}", number=certificate.number)
    _refuse_other(stated, certificate.serial, equipment)
    found = findings_of(store, equipment, offer, day_of(clock.now()))
    entry = e.CertificateEntered(
        by=wish.by,
        equipment=name,
        number=certificate.number,
        issuer=certificate.issuer,
        dated=certificate.date,
        due=certificate.due,
        document=_digest(offer.content),
        source=offer.source,
        findings=tuple(map(str, found)),
        said=tuple(map(said, found)),
        original="" if offer.original is None else _digest(offer.original),
    )
    decide = enter_certificate(entry, wish.acceptance)
    decide(book.read(store))  # what is refused leaves no files behind
    store.keep(offer.content, name=f"{entry.number}.toml"[:200], media_type=TOML)
    if offer.original is not None:
        kind = XML if offer.original.lstrip()[:1] == b"<" else TOML
        store.keep(offer.original, name=f"{entry.number} as it came"[:200], media_type=kind)
    book.act(store, clock, decide)
    return TakenIn(name, entry, accepted=wish.acceptance is not None, notes=notes)


def _of_letters(certificate: Certificate) -> None:
    """Refuse texts that steer a terminal, or that a document has no place for."""
    texts = [certificate.number, certificate.issuer, certificate.standard, certificate.traceability]
    texts += [text for each in certificate.tables for text in (each.quantity, each.unit)]
    texts += [text for each in certificate.equations for text in (each.quantity, each.unit)]
    for text in texts:
        if plain(text) != " ".join(text.split()):
            raise BadInput(
                "{text!r} has characters that are no letters. Write it anew.", text=plain(text)
            )


def findings_of(store: Store, equipment: Equipment, offer: Offer, on: date) -> tuple[Phrase, ...]:
    """Return what is doubtful about a certificate, compared with the one before it."""
    stated = _certificate(offer.content, equipment.entered.equipment)
    doubts = (*offer.doubts, *strange(equipment.entered, stated, on))
    before = _compared_with(equipment)
    if before is None:
        return doubts
    old = _certificate(store.document(before.document), before.number)
    new = _certificate(offer.found or offer.content, "the new certificate")
    return (*doubts, *findings(old, new))


def _compared_with(equipment: Equipment) -> e.CertificateEntered | None:
    """Return the certificate in use, or the last one where none is."""
    last = max(equipment.certificates, key=lambda each: each.dated, default=None)
    return equipment.in_use or last


def _find(register: Register, serial: str, wish: Wish, name: str) -> Equipment | None:
    """Return the equipment that a certificate is of; None where the register does not know it."""
    if wish.equipment in register.equipment:
        known = register.equipment[wish.equipment]
        _refuse_other(name, serial, known)
        return known
    found = [each for each in register.equipment.values() if each.entered.serial == serial]
    if len(found) > 1:
        raise BadInput(
            "{name}: serial {serial} is that of {names}. Choose with --equipment.",
            name=name,
            serial=serial,
            names=tuple(each.entered.equipment for each in found),
        )
    return found[0] if found else None


def _refuse_other(what: str | Phrase, serial: str, known: Equipment) -> None:
    if known.entered.serial != serial:
        raise Refused(
            "{what} is of serial {serial}; {equipment} has {other}. Name the right equipment.",
            what=what,
            serial=serial,
            equipment=known.entered.equipment,
            other=known.entered.serial,
        )


def _certificate(content: bytes, name: str) -> Certificate:
    return parse_standard("", content, name=name).certificate


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
