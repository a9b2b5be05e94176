"""What the bench's screen shows: values out of bench file, register, and the last look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from drivers.catalogue import model_of
from drivers.errors import InstrumentError, UnknownModel, WrongInstrument
from drivers.person import PERSON
from station.bench_file import BenchFile, InstrumentEntry
from station.errors import Phrase
from station.locale import N_
from station.look import Looked
from station.register.equipment_bench import Registered, Standards


class Found(Enum):
    """Whether an instrument answers; the sign comes first."""

    UNASKED = N_("· not asked")
    FOUND = N_("✓ found")
    ABSENT = N_("✗ NOT FOUND")
    WRONG = N_("✗ WRONG ONE")
    BY_HAND = N_("– by hand")


class Calibrated(Enum):
    """Whether a standard may be used on the day."""

    IN = N_("✓ until {day}")
    SOON = N_("! until {day}")
    OUT = N_("✗ was due {day}")
    EARLY = N_("✗ from {day}")
    NONE = N_("✗ no certificate")
    REFUSED = "✗ {why}"
    ITEM = N_("– the item")
    NOT_ASKED = N_("– none named")


SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Calibration:
    """State of a standard's calibration.

    `day` is the one that decides, `number` its paper's, `why` what stands against it.
    """

    how: Calibrated
    day: date | None = None
    number: str = ""
    why: Phrase | None = None


@dataclass(frozen=True, slots=True)
class InstrumentSeen:
    """One instrument of the bench file, and what is known of it.

    `identity` is what it stated, `trouble` what was wrong, `errors` what stood in its error queue
    (None: not asked, or it has none).
    """

    role: str
    title: str
    entry: InstrumentEntry
    calibration: Calibration
    found: Found = Found.UNASKED
    identity: str = ""
    trouble: InstrumentError | None = None
    errors: tuple[str, ...] | None = None
    says_serial: bool = True


@dataclass(frozen=True, slots=True)
class BenchSeen:
    """A bench as its file and the record store have it.

    Attributes:
        name: of the bench.
        simulated: whether its instruments are in a simulated world.
        instruments: in the order of the file.
        ambient: unit → value of the air, and `ambient_from` who says so; empty where nobody does.
        used: who uses one of its instruments now, and what to do; "" where nobody does.
    """

    name: str = ""
    simulated: bool = True
    instruments: tuple[InstrumentSeen, ...] = ()
    ambient: Mapping[str, float] = field(default_factory=dict)
    ambient_from: str = ""
    used: str = ""


def described(
    file: BenchFile,
    standards: Standards,
    registered: Mapping[str, Registered],
    on: date,
    *,
    simulated: bool,
) -> BenchSeen:
    """Return a bench of which nothing was asked yet, on the day `on`."""
    seen = tuple(
        _described(role, entry, _calibration(role, entry, standards, registered, on))
        for role, entry in file.instruments.items()
    )
    return BenchSeen(file.bench.name, simulated, seen)


def _described(role: str, entry: InstrumentEntry, calibration: Calibration) -> InstrumentSeen:
    try:
        row = model_of(entry.model, role)
    except UnknownModel as error:
        return InstrumentSeen(role, entry.model, entry, calibration, trouble=error)
    found = Found.BY_HAND if entry.address == PERSON else Found.UNASKED
    says = row.states_serial and found is not Found.BY_HAND
    return InstrumentSeen(role, row.title, entry, calibration, found, says_serial=says)


def _calibration(
    role: str,
    entry: InstrumentEntry,
    standards: Standards,
    registered: Mapping[str, Registered],
    on: date,
) -> Calibration:
    against = [each for each in _against(registered.get(role), on) if each[0] is None]
    standard = standards.get(role)
    if standard is None:
        if against:
            return Calibration(Calibrated.REFUSED, why=against[0][1])
        if entry.certificate is not None:
            return Calibration(Calibrated.NONE)
        return Calibration(Calibrated.ITEM if is_item(role) else Calibrated.NOT_ASKED)
    paper = standard[0].certificate
    if on < paper.date:
        return Calibration(Calibrated.EARLY, paper.date, paper.number)
    if on > paper.due:
        return Calibration(Calibrated.OUT, paper.due, paper.number)
    if against:
        return Calibration(Calibrated.REFUSED, paper.due, paper.number, against[0][1])
    soon = (paper.due - on).days <= SOON_DAYS
    return Calibration(Calibrated.SOON if soon else Calibrated.IN, paper.due, paper.number)


def _against(registered: Registered | None, on: date) -> Sequence[tuple[object, Phrase]]:
    """Return what the register says against a standard: who allows it all the same, and why."""
    found = registered.against(on) if registered is not None else []
    return [(each.override, each.why) for each in found]


def is_item(role: str) -> bool:
    """Tell whether a role is that of an item under calibration."""
    return role == "dut" or role.startswith("dut-")


def asked(before: InstrumentSeen, looked: Looked) -> InstrumentSeen:
    """Return an instrument after it was looked at."""
    who, failure = looked.identity, looked.failure
    if who is None:
        found = Found.WRONG if isinstance(failure, WrongInstrument) else Found.ABSENT
        return replace(before, found=found, identity="", trouble=failure, errors=None)
    identity = ", ".join(part for part in (who.maker, who.model, who.serial, who.firmware) if part)
    return replace(
        before, found=Found.FOUND, identity=identity, trouble=failure, errors=looked.errors
    )


def refused(before: InstrumentSeen, error: InstrumentError) -> InstrumentSeen:
    """Return an instrument that could not be looked at."""
    return asked(before, Looked(failure=error))
