"""What the register amounts to: a fold over its entries, the same for every observer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar, assert_never, cast, get_args

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
        checks: how often it is checked between calibrations, and where.
        baselines: of its control charts, those that stand.
        log: everything that was written of it, in order, with the instant.
    """

    entered: e.EquipmentEntered
    certificates: tuple[e.CertificateEntered, ...] = ()
    accepted: tuple[str, ...] = ()
    history: tuple[e.Serviced, ...] = ()
    retired: str = ""
    overrides: tuple[e.OverrideDecided, ...] = ()
    bad: tuple[e.FoundBad, ...] = ()
    checks: tuple[e.CheckPlanned, ...] = ()
    baselines: tuple[e.BaselineAccepted, ...] = ()
    log: tuple[tuple[datetime, "OfEquipment"], ...] = ()

    @property
    def in_use(self) -> e.CertificateEntered | None:
        """The accepted certificate of the last calibration; None where there is none.

        Of several of one day, what was accepted last took the place of the others.
        """
        known = {c.number: c for c in self.certificates}
        usable = [known[number] for number in reversed(self.accepted) if number in known]
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
        former: names that the person had before.
        proved: when the right password was given last; None where it never was.
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
    former: tuple[str, ...] = ()
    proved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lives:
    """The lives of the certificates of one item of one run, and of what they rest on.

    Attributes:
        reviewed: the last review.
        approved: the approval after it.
        issued: certificates, the first and what took its place.
        log: everything that was written of it, in order, with the instant.
    """

    reviewed: e.Reviewed | None = None
    approved: e.Approved | None = None
    issued: tuple[e.Issued, ...] = ()
    log: tuple[tuple[datetime, e.Reviewed | e.Approved | e.Issued | e.Withdrawn], ...] = ()


@dataclass(frozen=True)
class Register:
    """Everything the register says.

    Attributes:
        equipment: by its id.
        people: by login.
        items: by (run, role of the item).
        withdrawn: by number of the certificate.
        voided: by number.
        adopted: the laboratory's texts and pictures, as they were last adopted.
        length: number of entries; `head` the hash of the last one.
    """

    equipment: Mapping[str, Equipment] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    items: Mapping[tuple[str, str], Lives] = field(default_factory=dict)
    withdrawn: Mapping[str, e.Withdrawn] = field(default_factory=dict)
    voided: Mapping[str, e.NumberVoided] = field(default_factory=dict)
    adopted: e.LaboratoryAdopted | None = None
    length: int = 0
    head: str = ""


def fold(register: Register, row: Row) -> Register:
    """Return the register after one more row."""
    return fold_all([row], register)


def fold_all(rows: Iterable[Row], onto: Register | None = None) -> Register:
    """Return what a whole register amounts to; `onto` is what was folded before."""
    register = onto or Register()
    logs: dict[str, list[tuple[datetime, OfEquipment]]] = {}
    rest = _Rest(
        dict(register.people),
        dict(register.items),
        dict(register.withdrawn),
        dict(register.voided),
    )
    adopted, length, head = register.adopted, register.length, register.head
    for row in rows:
        length, head = row.seq + 1, row.hash
        if type(row.entry) in _OF_EQUIPMENT:
            entry = cast("OfEquipment", row.entry)
            logs.setdefault(entry.equipment, []).append((row.at, entry))
        elif isinstance(row.entry, e.LaboratoryAdopted):
            adopted = row.entry
        else:
            rest.take(cast("_Other", row.entry), row.at)
    known = register.equipment
    changed = {
        name: _equipment((*(known[name].log if name in known else ()), *log))
        for name, log in logs.items()
    }
    return Register(
        {**known, **changed},
        rest.people,
        rest.items,
        rest.withdrawn,
        rest.voided,
        adopted,
        length,
        head,
    )


@dataclass(frozen=True, slots=True)
class _Rest:
    """Everything but equipment, while it is being folded."""

    people: dict[str, Person]
    items: dict[tuple[str, str], Lives]
    withdrawn: dict[str, e.Withdrawn]
    voided: dict[str, e.NumberVoided]

    def take(self, entry: "_Other", at: datetime) -> None:
        match entry:
            case e.Reviewed() | e.Approved() | e.Issued():
                key = (entry.run, entry.dut)
                lives = self.items.get(key, Lives())
                self.items[key] = replace(_lives(lives, entry), log=(*lives.log, (at, entry)))
            case e.Withdrawn():
                self.withdrawn[entry.number] = entry
                for key, lives in self.items.items():
                    if any(issued.number == entry.number for issued in lives.issued):
                        self.items[key] = replace(lives, log=(*lives.log, (at, entry)))
            case e.NumberVoided():
                self.voided[entry.number] = entry
            case _:
                self.people[entry.login] = _person(self.people.get(entry.login), entry, at)


OfEquipment = (
    e.EquipmentEntered
    | e.CertificateEntered
    | e.CertificateAccepted
    | e.CertificateRejected
    | e.Serviced
    | e.EquipmentRetired
    | e.OverrideDecided
    | e.FoundBad
    | e.CheckPlanned
    | e.BaselineAccepted
)

_OF_EQUIPMENT = frozenset(get_args(OfEquipment))

Kind = TypeVar("Kind")


def _equipment(log: Sequence[tuple[datetime, OfEquipment]]) -> Equipment:
    """Return what was written of one piece of equipment, in order, amounts to."""
    entered: e.EquipmentEntered | None = None
    retired = ""
    certificates: dict[str, e.CertificateEntered] = {}
    accepted: dict[str, None] = {}
    for _, entry in log:
        match entry:
            case e.EquipmentEntered():
                entered, retired = entry, ""
            case e.EquipmentRetired():
                retired = entry.reason
            case e.CertificateEntered():
                certificates[entry.number] = entry
            case e.CertificateAccepted():
                accepted.pop(entry.number, None)
                accepted[entry.number] = None
            case e.CertificateRejected():
                certificates.pop(entry.number, None)
                accepted.pop(entry.number, None)
            case _:
                pass  # by kind, below
    # Nothing is written of equipment that was not entered (`station.register.equipment`).
    assert entered is not None
    checks = {(each.procedure, each.point): each for each in _only(e.CheckPlanned, log)}
    baselines = {
        (each.procedure, each.point, each.simulated): each
        for each in _only(e.BaselineAccepted, log)
    }
    return Equipment(
        entered,
        tuple(certificates.values()),
        tuple(accepted),
        _only(e.Serviced, log),
        retired,
        _only(e.OverrideDecided, log),
        _only(e.FoundBad, log),
        tuple(check for check in checks.values() if check.every_days is not None),
        tuple(baselines.values()),
        tuple(log),
    )


def _only(kind: type[Kind], log: Sequence[tuple[datetime, OfEquipment]]) -> tuple[Kind, ...]:
    return tuple(entry for _, entry in log if isinstance(entry, kind))


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


_Other = OfPerson | e.Reviewed | e.Approved | e.Issued | e.Withdrawn | e.NumberVoided


def _person(known: Person | None, entry: OfPerson, at: datetime) -> Person:
    if isinstance(entry, e.PersonEntered):
        fresh = known or Person(entry.login, entry.name, entry.unattended)
        former = fresh.former if fresh.name == entry.name else (*fresh.former, fresh.name)
        return replace(fresh, name=entry.name, unattended=entry.unattended, ended="", former=former)
    assert known is not None
    match entry:
        case e.PasswordSet() | e.PasswordWrong() | e.SignedIn() | e.SignedOut():
            return _proof(known, entry, at)
        case e.AccountEnded():
            left = Person(known.login, known.name, known.unattended, former=known.former)
            return replace(left, ended=entry.reason)
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
            return replace(known, wrong=(), sessions=running, proved=at)
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
