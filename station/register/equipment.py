"""What may be written of equipment: each decision looks at the register as it is.

A decision is a function from the register to the entries that are to be written, for
`station.register.book.act`; it raises where that must not be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from station.errors import BadInput, Phrase, Refused
from station.files import nearest
from station.records.about import OF_EQUIPMENT, read_row, register_rows
from station.records.store import Store
from station.register import book
from station.register import entries as e
from station.register.book import Decide
from station.register.equipment_standing import LIFTED, NOT_LIFTED, Obstacle, standing, waiting
from station.register.people import need
from station.register.state import Equipment, Register, fold_all

KEEPERS = (e.Role.TECHNICIAN, e.Role.REVIEWER, e.Role.APPROVER, e.Role.ADMINISTRATOR)
"""Who writes of equipment; an auditor reads."""

JUDGES = (e.Role.REVIEWER, e.Role.APPROVER)
"""Who takes a certificate into use."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person takes a certificate into use."""

    by: str
    reason: str = ""


def find(register: Register, name: str) -> Equipment:
    """Return equipment by its id, or by a serial number that only one has.

    Raises:
        BadInput: there is none, or several have the serial number.
    """
    if name in register.equipment:
        return register.equipment[name]
    found = [each for each in register.equipment.values() if each.entered.serial == name]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.entered.equipment for each in found)
        raise BadInput(
            "Several pieces of equipment have the serial number {name}: {names}.",
            name=name,
            names=names,
        )
    known = nearest(name, register.equipment) if len(register.equipment) < 1000 else ""
    raise BadInput(
        "The register has no equipment {name!r}.{known} `station equipment list`.",
        name=name,
        known=known,
    )


def read_one(store: Store, name: str) -> Equipment:
    """Return equipment by its id or serial number, reading no more of the register than needed.

    Every row that is read is proved by its own hash; `station audit` proves that none is missing.

    Raises:
        BadInput: as `find`.
        Tampered: a row is not what was written.
    """
    read = map(read_row, register_rows(store, OF_EQUIPMENT, [name]))
    rows = [row for row in read if getattr(row.entry, "equipment", None) == name]
    return find(fold_all(rows) if rows else book.read(store), name)


def read_all(store: Store) -> Register:
    """Return the register as far as it is about equipment, for lists; else as `read_one`.

    Raises:
        Tampered: a row is not what was written.
    """
    return fold_all(map(read_row, register_rows(store, OF_EQUIPMENT)))


def by_serial(
    register: Register, serial: str, maker: str | None = None, kind: str | None = None
) -> Equipment:
    """Return the equipment with a serial number; maker and type (`kind`) tell several apart.

    Raises:
        BadInput: there is none, or still several.
    """
    found = [
        each
        for each in register.equipment.values()
        if each.entered.serial == serial
        and (maker is None or each.entered.maker.casefold() == maker.casefold())
        and (kind is None or each.entered.type.casefold() == kind.casefold())
    ]
    if len(found) == 1:
        return found[0]
    plate = "".join(f"{each} " for each in (maker, kind) if each)
    of = Phrase("{plate}serial {serial}", plate=plate, serial=serial)
    if not found:
        raise BadInput(
            "The register has no equipment {of}. Enter it: `station equipment add`.", of=of
        )
    names = ", ".join(each.entered.equipment for each in found)
    raise BadInput(
        "The register has several of {of}: {names}. Give maker and type too.", of=of, names=names
    )


def enter(entry: e.EquipmentEntered) -> Decide:
    """Enter equipment, or what is said of it from now on; saying the same again writes nothing."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, entry.by, *KEEPERS)
        known = register.equipment.get(entry.equipment)
        for other in register.equipment.values():
            if _plate(other.entered) == _plate(entry) and other is not known:
                raise BadInput(
                    "{maker} {type}, serial {serial}, is in the register as {known}. Use "
                    "that name.",
                    maker=entry.maker,
                    type=entry.type,
                    serial=entry.serial,
                    known=other.entered.equipment,
                )
        if known is not None and not known.retired and known.entered == _as(entry, known.entered):
            return []
        return [entry]

    return decide


def _plate(entry: e.EquipmentEntered) -> tuple[str, str, str]:
    return (entry.maker.casefold(), entry.type.casefold(), entry.serial)


def _as(entry: e.EquipmentEntered, known: e.EquipmentEntered) -> e.EquipmentEntered:
    return entry.model_copy(update={"by": known.by})


def enter_certificate(entry: e.CertificateEntered, acceptance: Acceptance | None) -> Decide:
    """Enter a certificate, and take it into use where `acceptance` says so.

    The decision raises `Refused` where the number is there with other content, or where something
    is implausible and the acceptance has no reason.
    """

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, entry.by, *KEEPERS)
        equipment = find(register, entry.equipment)
        for known in equipment.certificates:
            if known.number == entry.number:
                if known.document == entry.document:
                    raise Refused(
                        "Certificate {number} of {equipment} was entered before.",
                        number=entry.number,
                        equipment=entry.equipment,
                    )
                raise Refused(
                    "{equipment} has a certificate {number} with other content. `station "
                    "equipment reject {equipment} {number} --reason …` first.",
                    equipment=entry.equipment,
                    number=entry.number,
                )
        if acceptance is None:
            return [entry]
        need(register, acceptance.by, *JUDGES)
        return [entry, _accepted(entry, acceptance)]

    return decide


def accept(name: str, number: str | None, acceptance: Acceptance) -> Decide:
    """Take a certificate into use; without a number, the only one that waits."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, acceptance.by, *JUDGES)
        equipment = find(register, name)
        confirmed = _confirmed(equipment, number, acceptance)
        return [_accepted(confirmed or _waiting(equipment, number), acceptance)]

    return decide


def _confirmed(
    equipment: Equipment, number: str | None, acceptance: Acceptance
) -> e.CertificateEntered | None:
    """Return the certificate in use where a person says that it holds after a finding."""
    used = equipment.in_use
    if used is None or number != used.number or not equipment.bad:
        return None
    after = max(each.since for each in equipment.bad) <= used.dated
    found = {each.obstacle for each in standing(equipment, used.dated)}
    if not after or Obstacle.FOUND_BAD not in found:
        return None
    _said(acceptance.reason)
    return used


def _waiting(equipment: Equipment, number: str | None) -> e.CertificateEntered:
    name = equipment.entered.equipment
    open_ = waiting(equipment)
    numbers = [each.number for each in open_]
    if number is None and len(open_) == 1:
        return open_[0]
    if number is None and not open_:
        raise BadInput("{name}: which certificate? none waits.", name=name)
    if number is None:
        waits = tuple(numbers)
        raise BadInput(
            "{name}: which certificate? several wait: {waits}. Name one.", name=name, waits=waits
        )
    if number in equipment.accepted:
        raise BadInput(
            "{name}: certificate {number} was accepted before.", name=name, number=number
        )
    if number not in numbers:
        raise BadInput(
            "{name} has no certificate {number}.{nearest}",
            name=name,
            number=number,
            nearest=nearest(number, numbers),
        )
    return open_[numbers.index(number)]


def _accepted(certificate: e.CertificateEntered, acceptance: Acceptance) -> e.CertificateAccepted:
    if certificate.findings and not acceptance.reason.strip():
        raise Refused(
            "Certificate {number} of {equipment} has {count} finding(s), the first: {first} "
            "Accepting it needs --reason.",
            number=certificate.number,
            equipment=certificate.equipment,
            count=len(certificate.findings),
            first=certificate.sentences[0],
        )
    return e.CertificateAccepted(
        by=acceptance.by,
        equipment=certificate.equipment,
        number=certificate.number,
        reason=acceptance.reason.strip(),
    )


def reject(name: str, number: str, reason: str, by: str) -> Decide:
    """Take a certificate out of the register's use; it stays in its history."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, by, *JUDGES)
        equipment = find(register, name)
        numbers = [each.number for each in equipment.certificates]
        if number not in numbers:
            raise BadInput(
                "{name} has no certificate {number}.{nearest}",
                name=name,
                number=number,
                nearest=nearest(number, numbers),
            )
        return [
            e.CertificateRejected(
                by=by, equipment=equipment.entered.equipment, number=number, reason=_said(reason)
            )
        ]

    return decide


def retire(name: str, reason: str, by: str) -> Decide:
    """Take equipment out of service."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, by, *KEEPERS)
        equipment = find(register, name)
        if equipment.retired:
            raise BadInput(
                "{name} is out of service already: {reason}.", name=name, reason=equipment.retired
            )
        known = equipment.entered.equipment
        return [e.EquipmentRetired(by=by, equipment=known, reason=_said(reason))]

    return decide


def service(name: str, what: e.Serviced, today: date) -> Decide:
    """Write down what was done with equipment, or happened to it."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, what.by, *KEEPERS)
        equipment = find(register, name)
        if what.on > today:
            raise BadInput("{day} is in the future; today is {today}.", day=what.on, today=today)
        return [what.model_copy(update={"equipment": equipment.entered.equipment})]

    return decide


def override(
    name: str, until: date, reason: str, by: str, today: date, *, lifts: str = Obstacle.OVERDUE
) -> Decide:
    """Let equipment be used until a day although it is overdue, or whatever `lifts` names."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, by, e.Role.REVIEWER)
        equipment = find(register, name)
        if lifts not in LIFTED:
            why = Phrase("there are {obstacles}", obstacles=", ".join(LIFTED))
            if lifts in NOT_LIFTED:
                why = Phrase(NOT_LIFTED[lifts])
            raise Refused(
                "{name}: {lifts!r} cannot be lifted: {why}.", name=name, lifts=lifts, why=why
            )
        if equipment.in_use is None:
            raise Refused("{name} has no certificate in use: there is nothing to lift.", name=name)
        if until < today:
            raise BadInput("{until} has passed; today is {today}.", until=until, today=today)
        return [
            e.OverrideDecided(
                by=by,
                equipment=equipment.entered.equipment,
                refusal=lifts,
                until=until,
                reason=_said(reason),
            )
        ]

    return decide


def found_bad(name: str, since: date, reason: str, by: str, today: date) -> Decide:
    """Write down that a standard has been wrong since a day: it stops from now on."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, by, *KEEPERS)
        equipment = find(register, name)
        if since > today:
            raise BadInput("{since} is in the future; today is {today}.", since=since, today=today)
        known = equipment.entered.equipment
        return [e.FoundBad(by=by, equipment=known, since=since, reason=_said(reason))]

    return decide


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadInput("A reason is needed: --reason.")
    return reason.strip()
