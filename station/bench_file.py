"""The bench file: which instruments stand where, whose they are, and how they are simulated."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import AwareDatetime, Field, field_validator

from drivers.person import PERSON
from station.errors import BadInput
from station.files import Unfit, parse_toml, read_bytes
from station.metrology.errors import CertificateError
from station.metrology.reference_file import CertificateFile
from station.procedure import DUT, Item
from station.run.plan import NamedItem, Order, Organisation, Record
from station.run.standards import Standard

REGISTER = "register"
"""In the place of a certificate's file: the store's register says which (`station equipment`)."""

_DUT = re.compile(rf"{DUT}(-(?P<number>[1-9]\d*))?")


class BenchNamed(Record):
    """The bench's own table."""

    name: str


class InstrumentEntry(Record):
    """One instrument: its key in the file is its role.

    Attributes:
        model: as `station models` lists it.
        address: VISA address, or serial://… (see the README).
        serial: its serial number; who answers must state it.
        certificate: file of a standard's calibration certificate, relative to the bench file;
            "register" takes the accepted one of the equipment with that serial from the store.
        settings: what else its driver must know, e.g. settings = { channel = 2 }.
        details: of an item that is calibrated: its range, class or division, and how.
        maker: of what has no interface, as it stands on it; type the same.
        item: what is calibrated where this instrument in the role of a DUT only reads it, e.g.
            item = { maker = "…", type = "…", serial = "…" } of a probe at its readout.
    """

    model: str
    address: str
    serial: str | None = None
    certificate: str | None = None
    settings: Mapping[str, int | float | str] = Field(default_factory=dict)
    details: Mapping[str, int | float | str] = Field(default_factory=dict)
    maker: str | None = None
    type: str | None = None
    item: NamedItem | None = None


class FaultEntry(Record):
    """Something that goes wrong with a simulated instrument, to see what the station makes of it.

    Attributes:
        instrument: its role.
        fault: which one (docs/instruments.md lists them).
        at_exchange: which of the messages to it is struck, 1 being the first.
        seconds: delay (s) of a late reply.
    """

    instrument: str
    fault: str
    at_exchange: int = Field(default=1, ge=1)
    seconds: float = Field(default=1.0, ge=0)


class ThingEntry(Record):
    """Something without an interface on the simulated bench: a weight, a probe, a gauge block.

    Attributes:
        model: as `station models` lists it.
        constants: what it is made of, e.g. constants = { nominal_kilograms = 0.1 }.
    """

    model: str
    constants: Mapping[str, float] = Field(default_factory=dict)


class SimulationEntry(Record):
    """The simulated world (used only with --simulate), and where its hands are reached.

    Attributes:
        seed: of every random number.
        start: when the virtual time begins; the present moment if not given.
        ambient_celsius: temperature (°C); humidity_percent: relative humidity (%).
        pressure_pascals: atmospheric pressure (Pa).
        control: address "host:port" of a world served by `station simulate`.
        errors: true errors given to an instrument's functions, e.g.
            [simulation.errors.dut.dc-voltage] gain_ppm = 120.0.
        things: what has no interface, by name, e.g.
            [simulation.things.w100] model = "weight-e2".
        constants: what an instrument is made of, where its model has constants, e.g.
            [simulation.constants.rubidium] hours_on = 0.1.
        faults: what goes wrong, e.g.
            faults = [{ instrument = "dut", fault = "late", at_exchange = 12, seconds = 3.0 }].
    """

    seed: int = Field(default=1, ge=0)
    start: AwareDatetime | None = None
    ambient_celsius: float = Field(default=23.0, ge=-40, le=80)
    humidity_percent: float = Field(default=50.0, ge=0, le=100)
    pressure_pascals: float = Field(default=101325.0, ge=50e3, le=115e3)
    control: str | None = None
    errors: Mapping[str, Mapping[str, Mapping[str, float]]] = Field(default_factory=dict)
    things: Mapping[str, ThingEntry] = Field(default_factory=dict)
    constants: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    faults: tuple[FaultEntry, ...] = ()


class BenchFile(Record):
    """Everything a bench file may say."""

    bench: BenchNamed
    instruments: Mapping[str, InstrumentEntry]
    laboratory: Organisation | None = None
    order: Order | None = None
    simulation: SimulationEntry = SimulationEntry()

    @field_validator("instruments")
    @classmethod
    def _one_address_each(
        cls, instruments: Mapping[str, InstrumentEntry]
    ) -> Mapping[str, InstrumentEntry]:
        reached = [entry.address for entry in instruments.values()]
        addresses = [address for address in reached if address != PERSON]
        for address in addresses:
            if addresses.count(address) > 1:
                raise Unfit("two instruments have the address {address}", address=address)
        return instruments


def items_of(file: BenchFile) -> dict[str, Item]:
    """Return what is calibrated on a bench: the roles "dut", "dut-2", … in order."""
    numbers = {
        role: int(found["number"] or 1)
        for role in file.instruments
        if (found := _DUT.fullmatch(role))
    }
    return {
        role: Item(
            entry.model,
            {**entry.settings, **entry.details},
            named="" if entry.item is None else str(entry.item),
        )
        for role in sorted(numbers, key=numbers.__getitem__)
        if (entry := file.instruments[role])
    }


def read_bench_file(path: Path) -> tuple[BenchFile, bytes]:
    """Return the bench file at `path`, and its bytes.

    Raises:
        BadInput: it cannot be read, or something in it is wrong.
    """
    content = read_bytes(path)
    return parse_toml(content, BenchFile, name=str(path)), content


def read_standards(file: BenchFile, folder: Path) -> dict[str, tuple[Standard, bytes]]:
    """Return, by role, each standard with a certificate, and the bytes of the certificate's file.

    Those that the register says are not among them (`station.register.equipment_bench`).

    Raises:
        BadInput: a certificate cannot be read, contradicts itself, or is another instrument's.
    """
    found = {}
    for role, entry in file.instruments.items():
        if entry.certificate not in (None, REGISTER):
            content = read_bytes(folder / entry.certificate)
            standard = parse_standard(role, content, name=str(folder / entry.certificate))
            if entry.serial is not None and standard.certificate.serial != entry.serial:
                raise BadInput(
                    "{path}: the certificate is of serial {certified!r}, the bench file says "
                    "{stated!r} for {role}. Name the right certificate.",
                    path=folder / entry.certificate,
                    certified=standard.certificate.serial,
                    stated=entry.serial,
                    role=role,
                )
            found[role] = (standard, content)
    return found


def parse_standard(role: str, content: bytes, *, name: str) -> Standard:
    """Return the standard whose certificate file holds `content`.

    Raises:
        BadInput: the file is wrong.
    """
    try:
        certificate = parse_toml(content, CertificateFile, name=name).to_certificate()
    except CertificateError as error:
        raise BadInput("{name}: {error}", name=name, error=error) from error
    return Standard(role, certificate, hashlib.sha256(content).hexdigest())
