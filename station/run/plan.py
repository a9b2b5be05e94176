"""What a run is set up with: its points, its instruments, whose item it is.

Values are in the SI unit that the entry or its planned point names.
"""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Phase(StrEnum):
    """Before or after an adjustment (ISO/IEC 17025:2017, 7.8.4.1 d)."""

    AS_FOUND = "as-found"
    AS_LEFT = "as-left"


class Record(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlannedPoint(Record):
    """A point as the run will do it: what the screens and the certificate need of it.

    `dut` is the role of the item that the result is about; `rests_on` names the observations it
    is evaluated from; `label` tells it from points of the same nominal value;
    `standards` are the roles whose certificates it rests on, not written down where there is none;
    `headings` stand above its two values where they are no reference value and indication;
    `symbol` stands for the title where that has no room.
    """

    id: str
    test: str
    title: str
    unit: str
    nominal: float
    range: float
    range_unit: str
    hertz: float | None
    lower: float
    upper: float
    tolerance_source: str
    tolerance_verified: bool
    seconds: float
    dut: str = "dut"
    rests_on: tuple[str, ...] = ()
    label: str = ""
    standards: tuple[str, ...] = ()
    headings: tuple[str, str] | None = None
    symbol: str = ""


class PlannedObservation(Record):
    """Something that is observed and not reported by itself: a series, a preload, a position."""

    id: str
    test: str
    title: str
    unit: str
    nominal: float
    seconds: float
    symbol: str = ""


class NamedItem(Record):
    """An item that is calibrated through another instrument: a probe at its readout."""

    maker: str
    type: str
    serial: str

    def __str__(self) -> str:
        return f"{self.maker} {self.type}, {self.serial}"


class BoundInstrument(Record):
    """An instrument in a role: who answered, and from where.

    `model` is its name in the catalogue, `stated_model` what it says of itself.
    `certificate` (number), `certificate_digest` (SHA-256 of the stored file), `due` are of the
    standard's calibration certificate; None for the DUT. `certificate_original` is the SHA-256 of
    the issuer's own document, where the stored file was made from it. `details` is what the bench
    file says of an item besides its model; `item` is what is calibrated where this instrument only
    reads it.
    """

    role: str
    model: str
    title: str
    maker: str
    stated_model: str
    serial: str
    firmware: str
    address: str
    certificate: str | None = None
    certificate_digest: str | None = None
    certificate_original: str | None = None
    certificate_issuer: str | None = None
    calibrated: date | None = None
    due: date | None = None
    traceability: str | None = None
    details: dict[str, int | float | str] = Field(default_factory=dict)
    item: NamedItem | None = None


class Overridden(Record):
    """A reviewer's decision that the use of a standard in a run rests on."""

    role: str
    equipment: str
    refusal: str
    until: date
    reason: str
    by: str


class Organisation(Record):
    """A laboratory or a customer as it is printed."""

    name: str
    address: str
    contact: str = ""
    accreditation: str = ""


class Order(Record):
    """Whose item it is, and what was agreed before the work (ISO/IEC 17025:2017, 7.1).

    `rule` is the name of the decision rule (7.1.3); None leaves it to the laboratory. `next_due`
    is the day that the customer agreed to (7.8.4.3), or until which a verification is valid; None:
    nothing is said of it. `test` says that a test was agreed and no calibration.
    """

    number: str
    customer: Organisation
    received: date | None = None
    asset: str = ""
    condition: str = ""
    rule: str | None = None
    next_due: date | None = None
    test: bool = False


class RuleDefinition(Record):
    """What a decision rule consists of, so that the record alone tells what was applied.

    `guard_band` is its formula, `parameters` the numbers in it by name.
    """

    zones: str
    guard_band: str
    parameters: dict[str, float]
    clause: str
