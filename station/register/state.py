"""What the register amounts to: a fold over its entries, the same for every observer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never

from station.register import entries as e


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the register as it stands in the store."""

    seq: int
    at: datetime
    entry: e.Entry
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Equipment:
    """A standard or other equipment.

    Attributes:
        entered: what was last said of it.
        certificates: all that were not rejected, in the order they were entered.
        accepted: numbers of those that were accepted, in the order they were.
        history: what was done with it.
        retired: why it is out of service; "" while it is in.
        overrides: a reviewer's decisions to use it all the same.
        bad: when it was found to have been wrong, and since when.
        log: everything that was written of it, in order, with the instant.
    """

    entered: e.EquipmentEntered
    certificates: tuple[e.CertificateEntered, ...] = ()
    accepted: tuple[str, ...] = ()
    history: tuple[e.Serviced, ...] = ()
    retired: str = ""
    overrides: tuple[e.OverrideDecided, ...] = ()
    bad: tuple[e.FoundBad, ...] = ()
    log: tuple[tuple[datetime, "OfEquipment"], ...] = ()

    @property
    def in_use(self) -> e.CertificateEntered | None:
        """The accepted certificate that was issued last; None where there is none."""
        usable = [c for c in self.certificates if c.number in self.accepted]
        return max(usable, key=lambda c: c.dated, default=None)


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account.

    Attributes:
        hash: argon2id's encoded text; "" where no password was ever set.
        authorisations: procedure → first and last day.
        wrong: when wrong passwords were given since the last right one.
        sessions: SHA-256 of a token → until when it stands for the password.
        ended: why there is no account any more; "" while there is.
    """

    login: str
    name: str
    unattended: bool
    hash: str = ""
    roles: frozenset[e.Role] = frozenset()
    authorisations: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    wrong: tuple[datetime, ...] = ()
    sessions: Mapping[str, datetime] = field(default_factory=dict)
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Lives:
    """The lives of the certificates of one item of one run, and of what they rest on.

    Attributes:
        reviewed: the last review.
        approved: the approval after it.
        issued: certificates, the first and what took its place.
    """

    reviewed: e.Reviewed | None = None
    approved: e.Approved | None = None
    issued: tuple[e.Issued, ...] = ()


@dataclass(frozen=True)
class Register:
    """Everything the register says.

    Attributes:
        equipment: by its id.
        people: by login.
        items: by (run, role of the item).
        withdrawn: by number of the certificate.
        voided: by number.
        length: number of entries; `head` the hash of the last one.
    """

    equipment: Mapping[str, Equipment] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    items: Mapping[tuple[str, str], Lives] = field(default_factory=dict)
    withdrawn: Mapping[str, e.Withdrawn] = field(default_factory=dict)
    voided: Mapping[str, e.NumberVoided] = field(default_factory=dict)
    length: int = 0
    head: str = ""


def fold(register: Register, row: Row) -> Register:
    """Return the register after one more row."""
    entry = row.entry
    register = replace(register, length=row.seq + 1, head=row.hash)
    match entry:
        case (
            e.EquipmentEntered()
            | e.CertificateEntered()
            | e.CertificateAccepted()
            | e.CertificateRejected()
            | e.Serviced()
            | e.EquipmentRetired()
            | e.OverrideDecided()
            | e.FoundBad()
        ):
            known = _equipment(register.equipment.get(entry.equipment), entry)
            changed = {entry.equipment: replace(known, log=(*known.log, (row.at, entry)))}
            return replace(register, equipment={**register.equipment, **changed})
        case (
            e.PersonEntered()
            | e.PasswordSet()
            | e.PasswordWrong()
            | e.SignedIn()
            | e.SignedOut()
            | e.AccountEnded()
            | e.RoleGiven()
            | e.RoleTaken()
            | e.Authorised()
            | e.AuthorisationEnded()
        ):
            person = _person(register.people.get(entry.login), entry, row.at)
            return replace(register, people={**register.people, entry.login: person})
        case e.Reviewed() | e.Approved() | e.Issued():
            key = (entry.run, entry.dut)
            lives = _lives(register.items.get(key, Lives()), entry)
            return replace(register, items={**register.items, key: lives})
        case e.Withdrawn():
            return replace(register, withdrawn={**register.withdrawn, entry.number: entry})
        case e.NumberVoided():
            return replace(register, voided={**register.voided, entry.number: entry})
        case _:
            assert_never(entry)


def fold_all(rows: Iterable[Row]) -> Register:
    """Return what a whole register amounts to."""
    register = Register()
    for row in rows:
        register = fold(register, row)
    return register


OfEquipment = (
    e.EquipmentEntered
    | e.CertificateEntered
    | e.CertificateAccepted
    | e.CertificateRejected
    | e.Serviced
    | e.EquipmentRetired
    | e.OverrideDecided
    | e.FoundBad
)


def _equipment(known: Equipment | None, entry: OfEquipment) -> Equipment:
    if isinstance(entry, e.EquipmentEntered):
        return Equipment(entry) if known is None else replace(known, entered=entry, retired="")
    # Nothing is written of equipment that was not entered (`station.register.book`).
    assert known is not None
    match entry:
        case e.CertificateEntered():
            return replace(known, certificates=(*known.certificates, entry))
        case e.CertificateAccepted():
            return replace(known, accepted=(*known.accepted, entry.number))
        case e.CertificateRejected():
            kept = tuple(c for c in known.certificates if c.number != entry.number)
            accepted = tuple(n for n in known.accepted if n != entry.number)
            return replace(known, certificates=kept, accepted=accepted)
        case e.Serviced():
            return replace(known, history=(*known.history, entry))
        case e.EquipmentRetired():
            return replace(known, retired=entry.reason)
        case e.OverrideDecided():
            return replace(known, overrides=(*known.overrides, entry))
        case e.FoundBad():
            return replace(known, bad=(*known.bad, entry))
        case _:
            assert_never(entry)


OfPerson = (
    e.PersonEntered
    | e.PasswordSet
    | e.PasswordWrong
    | e.SignedIn
    | e.SignedOut
    | e.AccountEnded
    | e.RoleGiven
    | e.RoleTaken
    | e.Authorised
    | e.AuthorisationEnded
)


def _person(known: Person | None, entry: OfPerson, at: datetime) -> Person:
    if isinstance(entry, e.PersonEntered):
        fresh = known or Person(entry.login, entry.name, entry.unattended)
        return replace(fresh, name=entry.name, unattended=entry.unattended, ended="")
    assert known is not None
    match entry:
        case e.PasswordSet() | e.PasswordWrong() | e.SignedIn() | e.SignedOut():
            return _proof(known, entry, at)
        case e.AccountEnded():
            return replace(Person(known.login, known.name, known.unattended), ended=entry.reason)
        case e.RoleGiven():
            return replace(known, roles=known.roles | {entry.role})
        case e.RoleTaken():
            return replace(known, roles=known.roles - {entry.role})
        case e.Authorised():
            span = {entry.procedure: (entry.since, entry.until)}
            return replace(known, authorisations={**known.authorisations, **span})
        case e.AuthorisationEnded():
            kept = {p: span for p, span in known.authorisations.items() if p != entry.procedure}
            return replace(known, authorisations=kept)
        case _:
            assert_never(entry)


def _proof(
    known: Person, entry: e.PasswordSet | e.PasswordWrong | e.SignedIn | e.SignedOut, at: datetime
) -> Person:
    match entry:
        case e.PasswordSet():
            # Whoever had the old password has nothing more of it.
            return replace(known, hash=entry.hash, wrong=(), sessions={})
        case e.PasswordWrong():
            return replace(known, wrong=(*known.wrong, at))
        case e.SignedIn():
            running = {each: until for each, until in known.sessions.items() if until > at}
            if entry.session and entry.until is not None:
                running[entry.session] = entry.until
            return replace(known, wrong=(), sessions=running)
        case e.SignedOut():
            left = {k: until for k, until in known.sessions.items() if k != entry.session}
            return replace(known, sessions=left)
        case _:
            assert_never(entry)


def _lives(known: Lives, entry: e.Reviewed | e.Approved | e.Issued) -> Lives:
    match entry:
        case e.Reviewed():
            return replace(known, reviewed=entry, approved=None)
        case e.Approved():
            return replace(known, approved=entry)
        case e.Issued():
            return replace(known, issued=(*known.issued, entry))
        case _:
            assert_never(entry)
