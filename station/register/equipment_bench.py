"""The standards of a bench as the register knows them: their certificates, and their standing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from station.bench_file import REGISTER, BenchFile, InstrumentEntry, parse_standard
from station.errors import BadInput, Phrase
from station.records.store import Store
from station.register import book
from station.register.entries import OverrideDecided
from station.register.equipment import by_serial
from station.register.equipment_standing import (
    Against,
    Obstacle,
    against_named,
    lifted,
    standing,
)
from station.register.state import Equipment, Register
from station.run.plan import Overridden
from station.run.standards import Standard

if TYPE_CHECKING:
    from station.run.setup import Setup

Standards = dict[str, tuple[Standard, bytes]]

OF_CERTIFICATE = (
    Obstacle.NO_CERTIFICATE,
    Obstacle.NOT_ACCEPTED,
    Obstacle.NOT_YET_VALID,
    Obstacle.OVERDUE,
)
"""What says nothing of equipment whose certificate the bench file names."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A standard on a bench, as the register knows it.

    Attributes:
        equipment: None where the register does not have it, and `missing` says so.
        named: the certificate that the bench file names, where it does; the register says the rest.
    """

    equipment: Equipment | None
    missing: Phrase = field(default_factory=Phrase)
    named: Standard | None = None

    def against(self, on: date) -> list[Against]:
        """Return what stands against its use on the day `on`."""
        if self.equipment is None:
            return [Against(Obstacle.NO_CERTIFICATE, self.missing)]
        found = standing(self.equipment, on)
        if self.named is None:
            return found
        certificate, document = self.named.certificate, self.named.digest
        others = [each for each in found if each.obstacle not in OF_CERTIFICATE]
        return others + against_named(
            self.equipment, certificate.number, certificate.date, document
        )

    def plausible_by_decision(self, on: date) -> OverrideDecided | None:
        """Return a reviewer's decision that the certificate in use says what it says."""
        if self.equipment is None or self.named is not None:
            return None
        return lifted(self.equipment, Obstacle.IMPLAUSIBLE, on)

    def overridden(self, role: str, on: date) -> tuple[Overridden, ...]:
        """Return the reviewers' decisions that its use on the day `on` rests on."""
        decided = [each.override for each in self.against(on)]
        return tuple(
            Overridden(
                role=role,
                equipment=each.equipment,
                refusal=each.refusal,
                until=each.until,
                reason=each.reason,
                by=each.by,
            )
            for each in (*decided, self.plausible_by_decision(on))
            if each is not None
        )


def with_register(setup: "Setup", store: Store) -> "Setup":
    """Return a setup with the standards that the store's register says, and their standing.

    Standards that are there already are kept: a run goes on with the certificates it began with.

    Raises:
        BadInput, Tampered: a bench entry has no serial number; a kept certificate is damaged.
    """
    standards, registered = of_bench(setup.bench, setup.standards, store)
    return replace(setup, standards=standards, registered=registered)


def of_bench(
    file: BenchFile, standards: Standards, store: Store
) -> tuple[Standards, Mapping[str, Registered]]:
    """Return the standards of a bench, and by role what the register knows of them."""
    register = book.read(store)
    found = dict(standards)
    registered: dict[str, Registered] = {}
    for role, entry in file.instruments.items():
        if entry.certificate == REGISTER:
            registered[role] = _registered(register, role, entry)
            used = _in_use(registered[role])
            if used is not None and role not in found:
                content = store.document(used)
                name = f"certificate of {role} in the register"
                standard = parse_standard(role, content, name=name)
                found[role] = (_as_it_came(registered[role].equipment, standard), content)
        elif role in standards:
            named = standards[role][0]
            equipment = _named(register, named)
            if equipment is not None:
                registered[role] = Registered(equipment, named=named)
                found[role] = (_as_it_came(equipment, named), standards[role][1])
    return found, registered


def _as_it_came(equipment: Equipment | None, standard: Standard) -> Standard:
    """Return a standard with the digest of the document that its certificate was read from."""
    came = [
        each.original
        for each in (equipment.certificates if equipment is not None else ())
        if each.document == standard.digest and each.original
    ]
    return replace(standard, original=came[-1]) if came else standard


def _named(register: Register, standard: Standard) -> Equipment | None:
    """Return the equipment that a certificate is of; several of one serial number by their type."""
    certificate = standard.certificate
    known = [e for e in register.equipment.values() if e.entered.serial == certificate.serial]
    if len(known) > 1:
        name = certificate.standard.casefold()
        known = [each for each in known if each.entered.type.casefold() in name]
    return known[0] if len(known) == 1 else None


def _registered(register: Register, role: str, entry: InstrumentEntry) -> Registered:
    if entry.serial is None:
        raise BadInput(
            '[instruments.{role}] has certificate = "register" and no serial. State its '
            "serial number.",
            role=role,
        )
    try:
        return Registered(by_serial(register, entry.serial, entry.maker, entry.type))
    except BadInput as refusal:
        return Registered(None, missing=refusal)


def _in_use(registered: Registered) -> str | None:
    equipment = registered.equipment
    return None if equipment is None or equipment.in_use is None else equipment.in_use.document
