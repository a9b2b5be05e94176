"""What the laboratory's register writes down: typed, immutable entries of one hash chain.

Each carries who did it. An entry is written once, never changed; a mistake is answered by a
further entry.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from station.run.plan import Record
from station.run.said import Said


class Role(StrEnum):
    """What a person may do in the laboratory (ISO/IEC 17025:2017, 6.2.5)."""

    TECHNICIAN = "technician"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class ByPerson(Record):
    """Somebody did it."""

    by: str


# -- equipment (ISO/IEC 17025:2017, 6.4) -----------------------------------------------------


class EquipmentEntered(ByPerson):
    """A standard or other equipment, or what is said of it from now on (6.4.13 a to d)."""

    kind: Literal["equipment-entered"] = "equipment-entered"
    equipment: str
    title: str
    maker: str
    type: str
    serial: str
    location: str = ""
    firmware: str = ""
    interval_months: int | None = None
    note: str = ""


class CertificateEntered(ByPerson):
    """A calibration certificate of a piece of equipment; `document` is the kept file's SHA-256.

    `findings` say what is implausible against the one before; it is not used before a person
    accepted it. `source` says in words what it was entered from, `original` is the SHA-256 of that
    file as it came, "" where it is the kept file itself. `said` are the findings as sentences for
    readers of any language (none in older records).
    """

    kind: Literal["certificate-entered"] = "certificate-entered"
    equipment: str
    number: str
    issuer: str
    dated: date
    due: date
    document: str
    source: str
    findings: tuple[str, ...] = ()
    original: str = ""
    said: tuple[Said, ...] = ()

    @property
    def sentences(self) -> tuple[Said, ...]:
        """The findings as sentences; those of older records as they were written."""
        return self.said or tuple(Said(text=finding) for finding in self.findings)


class CertificateAccepted(ByPerson):
    """A person looked at a certificate and takes it into use, for the reason given."""

    kind: Literal["certificate-accepted"] = "certificate-accepted"
    equipment: str
    number: str
    reason: str = ""


class CertificateRejected(ByPerson):
    """A certificate is not used: entered by mistake, or found to be wrong."""

    kind: Literal["certificate-rejected"] = "certificate-rejected"
    equipment: str
    number: str
    reason: str


class ServiceKind(StrEnum):
    """What was done with equipment (6.4.13 f to h)."""

    ADJUSTMENT = "adjustment"
    MAINTENANCE = "maintenance"
    REPAIR = "repair"
    CHECK = "intermediate check"
    DAMAGE = "damage"


class Serviced(ByPerson):
    """Something was done with equipment, or happened to it; `passed` is a check's outcome."""

    kind: Literal["serviced"] = "serviced"
    equipment: str
    what: ServiceKind
    on: date
    passed: bool | None = None
    note: str = ""


class EquipmentRetired(ByPerson):
    """Equipment is out of service until it is entered again."""

    kind: Literal["equipment-retired"] = "equipment-retired"
    equipment: str
    reason: str


class OverrideDecided(ByPerson):
    """A reviewer lets equipment be used until `until` although a check refuses it."""

    kind: Literal["override-decided"] = "override-decided"
    equipment: str
    refusal: str
    until: date
    reason: str


class FoundBad(ByPerson):
    """A standard was found to have been wrong since `since` (ISO/IEC 17025:2017, 7.10)."""

    kind: Literal["found-bad"] = "found-bad"
    equipment: str
    since: date
    reason: str


class Rules(StrEnum):
    """When the control chart of a check standard signals (NIST/SEMATECH e-Handbook, 6.3.2)."""

    ACTION = "3 s"
    WESTERN_ELECTRIC = "Western Electric"


class CheckPlanned(ByPerson):
    """Equipment is checked between its calibrations, every so many days (6.4.10, 7.7.1).

    Where `point` is named it is a check standard: runs of `procedure` measure it there as their
    item, and its control chart signals by `rules`. Without one a person writes each check down.
    `every_days` None: from now on it is not checked there.
    """

    kind: Literal["check-planned"] = "check-planned"
    equipment: str
    procedure: str = ""
    point: str = ""
    every_days: int | None
    rules: Rules = Rules.WESTERN_ELECTRIC
    note: str = ""


class BaselineAccepted(ByPerson):
    """A person takes measurements of a check standard as what the later ones are judged against.

    Phase I of a control chart (ISO 7870-2; NIST/SEMATECH e-Handbook, 2.2.2). It stands until the
    next one of the same procedure and point; nothing that is measured afterwards moves it.
    `runs` measured it, in order, from the day `first` to `last`; `centre` and `standard_deviation`
    (the mean moving range over d₂) are of their errors, in `unit`. `doubts` say what is doubtful.
    One of `simulated` runs says nothing of real ones.
    """

    kind: Literal["baseline-accepted"] = "baseline-accepted"
    equipment: str
    procedure: str
    point: str
    unit: str
    runs: tuple[str, ...]
    first: date
    last: date
    centre: float
    standard_deviation: float
    doubts: tuple[str, ...] = ()
    reason: str = ""
    simulated: bool = False


# -- people (6.2) ----------------------------------------------------------------------------


class PersonEntered(ByPerson):
    """A person with an account; `unattended` marks a program's."""

    kind: Literal["person-entered"] = "person-entered"
    login: str
    name: str
    unattended: bool = False


class PasswordSet(ByPerson):
    """A new password; `hash` is argon2id's encoded text, never the password."""

    kind: Literal["password-set"] = "password-set"
    login: str
    hash: str


class PasswordWrong(Record):
    """Somebody gave a wrong password."""

    kind: Literal["password-wrong"] = "password-wrong"
    login: str


class SignedIn(Record):
    """Somebody gave the right password.

    `session` is the SHA-256 of the token that stands for it until `until`; "" where the password
    was given for one command.
    """

    kind: Literal["signed-in"] = "signed-in"
    login: str
    session: str = ""
    until: datetime | None = None


class SignedOut(Record):
    """A session was ended by whoever began it."""

    kind: Literal["signed-out"] = "signed-out"
    login: str
    session: str


class AccountEnded(ByPerson):
    """A person has no account any more, and with it no role, until entered again."""

    kind: Literal["account-ended"] = "account-ended"
    login: str
    reason: str


class RoleGiven(ByPerson):
    """A person has a role from now on."""

    kind: Literal["role-given"] = "role-given"
    login: str
    role: Role


class RoleTaken(ByPerson):
    """A person no longer has a role."""

    kind: Literal["role-taken"] = "role-taken"
    login: str
    role: Role


class Authorised(ByPerson):
    """A person may carry a method out from `since` to `until` (6.2.6)."""

    kind: Literal["authorised"] = "authorised"
    login: str
    procedure: str
    since: date
    until: date


class AuthorisationEnded(ByPerson):
    """A person may no longer carry a method out."""

    kind: Literal["authorisation-ended"] = "authorisation-ended"
    login: str
    procedure: str
    reason: str


# -- the life of a certificate (7.8) ---------------------------------------------------------


class Reviewed(ByPerson):
    """The results of an item were reviewed: accepted, or returned with a reason.

    `head` is the hash of the journal's last entry that was reviewed.
    """

    kind: Literal["reviewed"] = "reviewed"
    run: str
    dut: str
    accepted: bool
    reason: str = ""
    head: str = ""


class Approved(ByPerson):
    """The certificate of an item may be issued."""

    kind: Literal["approved"] = "approved"
    run: str
    dut: str
    reason: str = ""


class Issued(ByPerson):
    """A certificate was issued; `amends` is the number of the one it takes the place of.

    `record` is the SHA-256 over when, with which order and from how much of the journal
    (`station.records.rows`); "" from before that was written down.
    """

    kind: Literal["issued"] = "issued"
    number: str
    run: str
    dut: str
    pdf: str
    xml: str
    amends: str = ""
    reason: str = ""
    record: str = ""


class Withdrawn(ByPerson):
    """A certificate is no longer valid."""

    kind: Literal["withdrawn"] = "withdrawn"
    number: str
    reason: str


class NumberVoided(ByPerson):
    """A number was given to nothing; it is never used again."""

    kind: Literal["number-voided"] = "number-voided"
    number: str
    reason: str


# -- the laboratory (8.2, 8.3) -----------------------------------------------------------------


class LaboratoryAdopted(ByPerson):
    """From now on certificates have the laboratory's own texts and pictures.

    `document` is the kept file's SHA-256 (`station.certificate.house`), `pictures` those of the
    files that it names.
    """

    kind: Literal["laboratory-adopted"] = "laboratory-adopted"
    document: str
    pictures: dict[str, str] = Field(default_factory=dict)


Entry = Annotated[
    EquipmentEntered
    | CertificateEntered
    | CertificateAccepted
    | CertificateRejected
    | Serviced
    | EquipmentRetired
    | OverrideDecided
    | FoundBad
    | CheckPlanned
    | BaselineAccepted
    | PersonEntered
    | PasswordSet
    | PasswordWrong
    | SignedIn
    | SignedOut
    | AccountEnded
    | RoleGiven
    | RoleTaken
    | Authorised
    | AuthorisationEnded
    | Reviewed
    | Approved
    | Issued
    | Withdrawn
    | NumberVoided
    | LaboratoryAdopted,
    Field(discriminator="kind"),
]

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
"""Reads an entry back from its JSON."""
